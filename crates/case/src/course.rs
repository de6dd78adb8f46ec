//! Courses in time, with everything settled that a computation needs.

use chrono::NaiveDate;
use geometry::{FrameOfReference, Volume};
use radiobiology::{Fractionation, NumberOfFractions, Rbe, Schedule, VariableRbe};
use serde::{Deserialize, Serialize};

use crate::{Findings, IncompleteCourse, Modality, PatientIdentity};

/// Whether a course was given before or is being planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Given before.
    Prior,
    /// Being planned, or the latest one.
    Current,
}

/// All courses of one patient, ordered in time; the current one stands last.
#[derive(Clone, Debug)]
pub struct Case {
    /// Whose case it is.
    pub patient: PatientIdentity,
    /// Courses, the current one last.
    pub courses: Vec<Course>,
    /// What was guessed, lenient or refused so far.
    pub findings: Findings,
}

impl Case {
    /// The course that is being planned.
    pub fn current(&self) -> Option<&Course> {
        self.courses.last().filter(|course| course.role == Role::Current)
    }

    /// The courses given before.
    pub fn prior(&self) -> impl Iterator<Item = &Course> {
        self.courses.iter().filter(|course| course.role == Role::Prior)
    }
}

/// A course: plans given together.
#[derive(Clone, Debug)]
pub struct Course {
    /// `C1`, `C2`, ... in the order of time.
    pub id: String,
    /// Label of its first plan.
    pub label: String,
    /// Prior or current.
    pub role: Role,
    /// First day known: of treatment records, else of the plan, else of the study.
    pub start_date: Option<NaiveDate>,
    /// Last day of treatment, where records or settings tell.
    pub end_date: Option<NaiveDate>,
    /// Days from the end (else the start) of this course to the start of the current one.
    pub interval_days: Option<i64>,
    /// Frame of its doses and structures.
    pub frame: FrameOfReference,
    /// Index of its structure set among the objects.
    pub structure_set: Option<usize>,
    /// Index of its planning image among the objects.
    pub image: Option<usize>,
    /// Plans in the order of their dates.
    pub plans: Vec<CoursePlan>,
    /// Whether it is the course that is being planned and has structures only: no plan of it was left out or refused.
    pub has_no_plan_yet: bool,
    /// What a person entered, where no dose of the course came as DICOM: its doses are then bounds.
    pub incomplete: Option<IncompleteCourse>,
}

impl Course {
    /// Every dose of the course, each with its own number of fractions.
    pub fn doses(&self) -> impl Iterator<Item = &PlannedDose> {
        self.plans.iter().flat_map(|plan| &plan.doses)
    }

    /// Whether a plan of it exists; without one it has structures only, and no dose.
    pub fn is_planned(&self) -> bool {
        !self.has_no_plan_yet
    }

    /// Number of sessions: the fractions of all doses, those of one session once.
    pub fn n_sessions(&self) -> u32 {
        self.doses().map(|dose| dose.fractions.get()).sum()
    }

    /// The highest total prescription: the sum over the plans that state one.
    pub fn prescription_gy(&self) -> Option<f64> {
        let stated: Vec<f64> = self.plans.iter().filter_map(|plan| plan.prescription_gy).collect();
        (!stated.is_empty()).then(|| stated.iter().sum())
    }
}

/// Where the dose of a fraction comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FractionDoses {
    /// The total is shared out evenly.
    #[default]
    TotalOverFractions,
    /// The dose of one fraction stands for all of them.
    OneFractionTimesN,
    /// Each fraction has a dose of its own.
    EachFraction,
}

/// A plan whose dose, fractions and RBE are settled.
#[derive(Clone, Debug)]
pub struct CoursePlan {
    /// UID of the plan.
    pub uid: String,
    /// Label.
    pub label: String,
    /// What irradiates.
    pub modality: Modality,
    /// Number of fractions planned.
    pub fractions_planned: u32,
    /// Number of fractions delivered: recorded, stated, or assumed as planned (with a finding).
    pub fractions_delivered: u32,
    /// `PHYSICAL` or `EFFECTIVE`, as exported.
    pub dose_type: String,
    /// What the exported dose is multiplied with.
    pub rbe: Rbe,
    /// Prescription in gray.
    pub prescription_gy: Option<f64>,
    /// What is known of the doses of its single fractions.
    pub fraction_doses: FractionDoses,
    /// Its doses: one, one per fraction group, or one per fraction.
    pub doses: Vec<PlannedDose>,
}

/// The total dose of a number of equal fractions, in gray (for particles in Gy(RBE), unless their LETd is known), on its native grid.
#[derive(Clone, Debug)]
pub struct PlannedDose {
    /// Frame of the grid.
    pub frame: FrameOfReference,
    /// Number of fractions in which the total is given.
    pub fractions: NumberOfFractions,
    /// How they follow each other.
    pub schedule: Schedule,
    /// Total dose.
    pub voxels: Volume<f64>,
    /// What the LETd makes of it, where a person chose a model of the RBE: the dose is then physical.
    pub let_weighted: Option<LetWeighted>,
    /// UIDs of the dose objects it was made from.
    pub sources: Vec<String>,
}

impl PlannedDose {
    /// A dose that stands for photons, in fractions once a day.
    pub fn new(frame: FrameOfReference, fractions: NumberOfFractions, voxels: Volume<f64>) -> Self {
        let schedule = Schedule::OncePerDay;
        Self { frame, fractions, schedule, voxels, let_weighted: None, sources: Vec::new() }
    }

    /// How it was given.
    pub fn fractionation(&self) -> Fractionation {
        let variable_rbe = self.let_weighted.as_ref().map(|weighted| weighted.rbe);
        Fractionation { fractions: self.fractions, schedule: self.schedule, variable_rbe }
    }
}

/// The LETd of a dose, with the products that the equieffective dose is linear in.
#[derive(Clone, Debug)]
pub struct LetWeighted {
    /// How the RBE follows from it.
    pub rbe: VariableRbe,
    /// Dose-averaged linear energy transfer in keV/µm, on the grid of the dose.
    pub let_d: Volume<f64>,
    /// `D L`, `D² L` and `D² L²`.
    pub moments: [Volume<f64>; 3],
}

impl LetWeighted {
    /// For a dose on the same grid; nothing where the grids differ in size.
    pub fn new(rbe: VariableRbe, dose: &Volume<f64>, let_d: Volume<f64>) -> Option<Self> {
        let product = |of: fn(f64, f64) -> f64| {
            let pairs = dose.values().iter().zip(let_d.values());
            Volume::new(dose.grid().clone(), pairs.map(|(gy, let_d)| of(*gy, *let_d)).collect())
        };
        let moments = [
            product(|gy, let_d| gy * let_d)?,
            product(|gy, let_d| gy * gy * let_d)?,
            product(|gy, let_d| gy * gy * let_d * let_d)?,
        ];
        Some(Self { rbe, let_d, moments })
    }
}
