//! Courses in time, with everything settled that a computation needs.

use chrono::NaiveDate;
use geometry::{FrameOfReference, Volume};
use radiobiology::{NumberOfFractions, Rbe};
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
    /// What a person entered, where no dose of the course came as DICOM: its doses are then bounds.
    pub incomplete: Option<IncompleteCourse>,
}

impl Course {
    /// Every dose of the course, each with its own number of fractions.
    pub fn doses(&self) -> impl Iterator<Item = &PlannedDose> {
        self.plans.iter().flat_map(|plan| &plan.doses)
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
    /// Its doses: one, or one per fraction group.
    pub doses: Vec<PlannedDose>,
}

/// The total dose of a number of equal fractions, in gray (for particles in Gy(RBE)), on its native grid.
#[derive(Clone, Debug)]
pub struct PlannedDose {
    /// Frame of the grid.
    pub frame: FrameOfReference,
    /// Number of fractions in which the total is given.
    pub fractions: NumberOfFractions,
    /// Total dose.
    pub voxels: Volume<f64>,
    /// UIDs of the dose objects it was made from.
    pub sources: Vec<String>,
}
