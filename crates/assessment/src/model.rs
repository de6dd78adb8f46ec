//! The result, as it is written to `assessment.json` and shown in the report.

use case::{Finding, FractionDoses, Role};
use chrono::NaiveDate;
use dose::Metrics;
use geometry::{Affine, DeformationField, FrameOfReference, Point, Volume};
use guidelines::history::History;
use guidelines::{Classification, CordScore, Evidence, JudgedConstraint, VerdictSpread};
use serde::Serialize;

use crate::budget::Budget;
use crate::clinical::Clinical;
use crate::comparison::Comparison;
use crate::overlay::Overlay;
use crate::repair::SettledRepair;
use crate::response::ResponseValue;
use crate::target_state::TargetState;
use crate::views::View;

/// Name and version of the JSON form.
pub const SCHEMA: &str = "rert-assessment/1";

/// Everything that is known about a case after the pipeline ran.
#[derive(Clone, Debug, Serialize)]
pub struct Assessment {
    /// Name and version of the JSON form.
    pub schema: &'static str,
    /// Whether numbers rest on a registration that nobody accepted yet.
    pub provisional: bool,
    /// Whether anything was refused, so that no cumulative number is given.
    pub refused: bool,
    /// Courses in time, the current one last.
    pub courses: Vec<CourseSummary>,
    /// The ways from the current frame to those of the prior courses.
    pub registrations: Vec<RegistrationSummary>,
    /// Structures of the current course.
    pub structures: Vec<StructureSummary>,
    /// Limits with their verdicts.
    pub constraints: Vec<JudgedConstraint>,
    /// How far the limits on the sum of all courses agree, structure by structure.
    pub limit_spreads: Vec<VerdictSpread>,
    /// What is said of structures in the place of a limit.
    pub no_limits: Vec<SaidInstead>,
    /// Organs that have limits for the site of the case and were not drawn; nothing is said of them.
    pub not_drawn: Vec<String>,
    /// Scores.
    pub scores: Vec<CordScore>,
    /// ESTRO–EORTC type.
    pub classification: Classification,
    /// What may still be given; nothing without a prior course or without a number of fractions.
    pub budget: Option<Budget>,
    /// What published dose responses say of its doses: to compare plans, not to predict.
    pub dose_responses: Vec<ResponseValue>,
    /// Scores, criteria, drugs, imaging, harm, and what a report still lacks; nothing while it is worked out.
    pub clinical: Option<Clinical>,
    /// The candidates for the current course side by side, where there are two or more.
    pub comparison: Option<Comparison>,
    /// Findings, the weightiest first.
    pub findings: Vec<Finding>,
    /// What went in.
    pub provenance: Provenance,
    /// Identity for the head of the report; it is not part of the JSON.
    #[serde(skip)]
    pub patient: case::PatientIdentity,
    /// Day of the assessment, where settings give one.
    #[serde(skip)]
    pub date: Option<NaiveDate>,
    /// Who signed it, for the head of the report; nothing while nobody did.
    #[serde(skip)]
    pub signed: Option<SignedBy>,
    /// Pictures of planes through the place of greatest concern.
    #[serde(skip)]
    pub views: Vec<View>,
    /// Pictures of the registrations.
    #[serde(skip)]
    pub overlays: Vec<Overlay>,
    /// What the pictures show: basis and recovery of the dose.
    #[serde(skip)]
    pub view_basis: String,
    /// Doses to be written as DICOM.
    #[serde(skip)]
    pub doses: Vec<ExportedDose>,
    /// Regions to be written as DICOM.
    #[serde(skip)]
    pub regions: Vec<ExportedRegions>,
    /// Registrations found by this program, to be written as DICOM.
    #[serde(skip)]
    pub exported_registrations: Vec<ExportedRegistration>,
}

/// A signature as it stands on a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    /// Printed name.
    pub name: String,
    /// In which role.
    pub role: String,
    /// What it means.
    pub meaning: String,
    /// When, in words.
    pub when: String,
}

/// A course.
#[derive(Clone, Debug, Serialize)]
pub struct CourseSummary {
    /// `C1`, `C2`, ...
    pub id: String,
    /// Label of its first plan.
    pub label: String,
    /// Prior or current.
    pub role: Role,
    /// First day.
    pub start_date: Option<NaiveDate>,
    /// Last day, where records tell.
    pub end_date: Option<NaiveDate>,
    /// Days from its end (else its start) to the start of the current course; 0 for the current one.
    pub interval_days: Option<i64>,
    /// Whether it had not begun on the day of the assessment: its doses are those that are planned.
    pub is_to_come: bool,
    /// Whether no dose of it came as DICOM, so that its doses are bounds.
    pub known_by_record: bool,
    /// Where it is then known from.
    pub note: Option<String>,
    /// Its plans.
    pub plans: Vec<PlanSummary>,
}

/// A plan.
#[derive(Clone, Debug, Serialize)]
pub struct PlanSummary {
    /// Label.
    pub label: String,
    /// What irradiates.
    pub modality: case::Modality,
    /// Number of fractions planned.
    pub fractions_planned: u32,
    /// Number of fractions delivered.
    pub fractions_delivered: u32,
    /// `PHYSICAL` or `EFFECTIVE`.
    pub dose_type: String,
    /// RBE that the dose was multiplied with; nothing for photons and where it is included.
    pub rbe_applied: Option<f64>,
    /// Whether the exported dose already holds the RBE.
    pub rbe_included: bool,
    /// The published model by which the RBE follows the LETd, where one was chosen: absorbed doses are then physical.
    pub rbe_model: Option<String>,
    /// Fractions a day, where there were several.
    pub fractions_per_day: Option<u32>,
    /// Hours between them.
    pub hours_between: Option<f64>,
    /// Where the doses of single fractions come from.
    pub fraction_doses: FractionDoses,
    /// Prescription in gray.
    pub prescription_gy: Option<f64>,
}

/// A way from the current (fixed) frame to another (moving) one.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrationSummary {
    /// Frame of the current course.
    pub fixed_frame: String,
    /// Frame of the other course.
    pub moving_frame: String,
    /// Course that lies in the moving frame.
    pub course: String,
    /// `same-frame`, `dicom-rigid`, `dicom-deformable`, `deformable`, `rigid`, `regional`, `by-hand`, or `none` where no map can be trusted.
    pub kind: &'static str,
    /// UIDs of the objects it was taken from.
    pub objects: Vec<String>,
    /// Whether a named person accepted it.
    pub accepted: bool,
    /// Who, and why.
    pub accepted_by: Option<String>,
    /// Reason given.
    pub reason: Option<String>,
    /// Measures of its quality.
    pub quality: serde_json::Map<String, serde_json::Value>,
    /// Matrix in row order that takes points of the fixed frame to the moving one, where it is one.
    pub moving_from_fixed: Option<[f64; 16]>,
}

/// A structure of the current course.
#[derive(Clone, Debug, Serialize)]
pub struct StructureSummary {
    /// Name as drawn.
    pub name: String,
    /// TG-263 name.
    pub standard_name: Option<String>,
    /// `oar`, `target`, `external`, or nothing when it is not known.
    pub kind: Option<guidelines::OrganKind>,
    /// Of a target: whether it is treated now.
    pub target_state: Option<TargetState>,
    /// α/β in gray.
    pub alpha_beta_gy: Option<f64>,
    /// Where the α/β comes from: a key of the references, or `case.toml`.
    pub alpha_beta_source: Option<String>,
    /// How well the α/β is founded.
    pub alpha_beta_evidence: Option<Evidence>,
    /// Fraction of the prior equieffective dose taken as recovered; the largest, where it differs from course to course.
    pub recovery: f64,
    /// Id of the model that it comes from, where one was asked for.
    pub recovery_model: Option<String>,
    /// How fast it repairs between fractions of one day; nothing where no plan had several, or where that is not known.
    pub repair: Option<SettledRepair>,
    /// Volume.
    pub volume_cc: Option<f64>,
    /// Doses per course.
    pub courses: Vec<StructureCourse>,
    /// EQD2 of all courses: with recovery where one was chosen.
    pub cumulative_eqd2: Metrics,
    /// How far these may be off for reasons of geometry, interpolation and sampling.
    #[serde(rename = "cumulative_eqd2_error_gy")]
    pub cumulative_eqd2_error: Metrics,
    /// The same without recovery, where one was chosen.
    pub cumulative_eqd2_without_recovery: Option<Metrics>,
    /// Lower bounds, where a dose grid does not cover the structure.
    pub cumulative_eqd2_at_least: Option<Metrics>,
    /// Upper bounds, where a course enters by its maxima because no map to it can be trusted.
    pub cumulative_eqd2_at_most: Option<Metrics>,
    /// How much of it the dose grids cover.
    pub coverage: Coverage,
    /// How sure it is: bands of all measures, what they come from, a search for the highest prior dose, other registrations.
    pub uncertainty: serde_json::Map<String, serde_json::Value>,
    /// Curves for plots.
    #[serde(skip)]
    pub curves: Vec<DvhCurve>,
    /// The band of the cumulative curve.
    #[serde(skip)]
    pub band: Option<DvhBand>,
}

impl StructureSummary {
    /// Takes out all doses and what is said of them, before the structure is measured anew.
    pub(crate) fn forget_doses(&mut self) {
        self.courses = Vec::new();
        self.cumulative_eqd2 = Metrics { volume_cc: self.volume_cc, ..Metrics::default() };
        self.cumulative_eqd2_error = Metrics::default();
        self.cumulative_eqd2_without_recovery = None;
        self.cumulative_eqd2_at_least = None;
        self.cumulative_eqd2_at_most = None;
        self.uncertainty = serde_json::Map::new();
        self.curves = Vec::new();
        self.band = None;
    }
}

/// Percent of a structure that lies inside every dose grid.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Coverage {
    /// Percent of the volume.
    pub percent: Option<f64>,
}

/// Doses of a structure from one course.
#[derive(Clone, Debug, Serialize)]
pub struct StructureCourse {
    /// Course.
    pub id: String,
    /// Absorbed dose (Gy(RBE) for particles).
    pub absorbed: Metrics,
    /// How far it may be off for reasons of geometry, interpolation and sampling.
    #[serde(rename = "absorbed_error_gy")]
    pub absorbed_error: Metrics,
    /// EQD2 with the α/β of the structure.
    pub eqd2: Metrics,
    /// How far it may be off.
    #[serde(rename = "eqd2_error_gy")]
    pub eqd2_error: Metrics,
    /// Percent of the structure covered by its dose grids.
    pub covered_percent: Option<f64>,
    /// Fraction of the EQD2 taken as recovered in the cumulative dose.
    pub recovery: f64,
}

impl StructureCourse {
    /// A course whose doses in the structure are not known.
    pub fn unknown(course: &str, volume_cc: Option<f64>) -> Self {
        let unknown = Metrics { volume_cc, ..Metrics::default() };
        Self {
            id: course.to_owned(),
            absorbed: unknown.clone(),
            absorbed_error: Metrics::default(),
            eqd2: unknown,
            eqd2_error: Metrics::default(),
            covered_percent: None,
            recovery: 0.0,
        }
    }
}

/// A cumulative curve of one structure.
#[derive(Clone, Debug)]
pub struct DvhCurve {
    /// Course id, or `cumulative`.
    pub what: String,
    /// Points (EQD2 in gray, volume in percent).
    pub points: Vec<[f64; 2]>,
}

/// The band of a cumulative curve.
#[derive(Clone, Debug)]
pub struct DvhBand {
    /// Dose (EQD2 in gray), and the volumes in percent that are exceeded in 95 % and in 5 % of the draws.
    pub points: Vec<[f64; 3]>,
}

/// What went into the result.
#[derive(Clone, Debug, Serialize)]
pub struct Provenance {
    /// Version of the program.
    pub rert: &'static str,
    /// Every file that was read.
    pub inputs: Vec<ProvenanceInput>,
    /// Hash of the settings.
    pub settings_sha256: String,
    /// Hash of the knowledge base.
    pub knowledge_sha256: String,
    /// When its entries were written and reviewed.
    pub knowledge_history: History,
}

/// What a source says of a structure in the place of a limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SaidInstead {
    /// Stable name of the entry.
    pub id: String,
    /// Structure as drawn.
    pub structure: String,
    /// In words.
    pub statement: String,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// Table or section of the source.
    pub locator: Option<String>,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub struct ProvenanceInput {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What it is.
    pub kind: String,
}

/// A dose to be written as DICOM.
#[derive(Clone, Debug)]
pub struct ExportedDose {
    /// Name, also of the file.
    pub name: String,
    /// Basis and recovery in the characters of a DICOM comment.
    pub comment: String,
    /// `EFFECTIVE`, or `PHYSICAL` where a person asked for it.
    pub dose_type: &'static str,
    /// Frame of the grid.
    pub frame: FrameOfReference,
    /// Dose in gray, of the kind that the comment says.
    pub voxels: Volume<f64>,
    /// Plans it was made from: UID, and whether it is a plan of particles.
    pub plans: Vec<(String, bool)>,
}

/// Regions to be written as a DICOM structure set.
#[derive(Clone, Debug)]
pub struct ExportedRegions {
    /// Name, also of the file.
    pub name: String,
    /// What the regions are.
    pub description: String,
    /// Frame of the contours.
    pub frame: FrameOfReference,
    /// Index of the image among the objects that the contours lie on.
    pub image: Option<usize>,
    /// Regions.
    pub regions: Vec<ExportedRegion>,
}

/// A region with its contours.
#[derive(Clone, Debug)]
pub struct ExportedRegion {
    /// Name.
    pub name: String,
    /// Closed planar contours, each with the plane of the image it lies on.
    pub contours: Vec<(Vec<Point>, Option<usize>)>,
}

/// A registration to be written as DICOM.
#[derive(Clone, Debug)]
pub struct ExportedRegistration {
    /// Name, also of the file.
    pub name: String,
    /// Frame of the current course.
    pub fixed: FrameOfReference,
    /// Frame of the other course.
    pub moving: FrameOfReference,
    /// The map.
    pub map: ExportedMap,
}

/// The map of a registration object.
#[derive(Clone, Debug)]
pub enum ExportedMap {
    /// A Spatial Registration.
    Rigid {
        /// Takes points of the moving frame to the fixed one.
        fixed_from_moving: Affine,
    },
    /// A Deformable Spatial Registration; takes points of the fixed frame to the moving one.
    Deformable(std::sync::Arc<DeformationField>),
}
