//! A dose object as it was exported.

use geometry::{FrameOfReference, Volume};

use crate::{Header, StoredDvh};

/// In what unit the grid is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoseUnits {
    /// Gray.
    Gy,
    /// Relative to an unknown reference.
    Relative,
    /// Something else, or nothing.
    Other(String),
}

/// What kind of dose the grid holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoseType {
    /// Absorbed dose.
    Physical,
    /// Dose weighted by biological effect, as Gy(RBE).
    Effective,
    /// The difference of two doses.
    Error,
    /// Something else, or nothing.
    Other(String),
}

impl DoseType {
    /// The word of the standard.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Physical => "PHYSICAL",
            Self::Effective => "EFFECTIVE",
            Self::Error => "ERROR",
            Self::Other(text) => text,
        }
    }
}

/// What the grid sums over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SummationType {
    /// All fractions of one plan.
    Plan,
    /// Several plans.
    MultiPlan,
    /// One fraction group of a plan; which of its fractions, systems do not agree upon.
    Fraction,
    /// One session of a fraction group.
    FractionSession,
    /// All fractions of the referenced beams.
    Beam,
    /// Anything else: control points, sessions, records, brachytherapy parts.
    Other(String),
}

impl SummationType {
    /// Whether it may be the dose of one fraction, of which two may well be equal.
    pub fn is_of_fraction(&self) -> bool {
        matches!(self, Self::Fraction | Self::FractionSession)
    }

    /// The word of the standard.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plan => "PLAN",
            Self::MultiPlan => "MULTI_PLAN",
            Self::Fraction => "FRACTION",
            Self::FractionSession => "FRACTION_SESSION",
            Self::Beam => "BEAM",
            Self::Other(text) => text,
        }
    }
}

/// The plan, and the part of it, that a dose belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanReference {
    /// UID of the plan.
    pub plan: String,
    /// Fraction groups named by the dose.
    pub fraction_groups: Vec<i32>,
    /// Beams named by the dose.
    pub beams: Vec<i32>,
}

/// A dose object.
#[derive(Clone, Debug)]
pub struct Dose {
    /// Identity and references common to all objects.
    pub header: Header,
    /// Frame of the grid.
    pub frame: FrameOfReference,
    /// Unit of the grid.
    pub units: DoseUnits,
    /// Kind of dose.
    pub dose_type: DoseType,
    /// What is summed.
    pub summation_type: SummationType,
    /// Plans it belongs to.
    pub plans: Vec<PlanReference>,
    /// Structure sets it names.
    pub structure_sets: Vec<String>,
    /// `RIGID`, `NON_RIGID` or nothing: whether another system mapped this dose already (H40).
    pub spatial_transform: Option<String>,
    /// Voxels in the unit of the object.
    pub voxels: Volume<f64>,
    /// Hash of voxels and geometry, the same for a re-export under another UID.
    pub content: String,
    /// Step between two neighbouring values that the encoding can hold.
    pub quantum: f64,
    /// Histograms that the exporting system stored beside the grid.
    pub dvhs: Vec<StoredDvh>,
    /// What is wrong with those that cannot be read, one sentence each.
    pub dvh_problems: Vec<String>,
}

impl Dose {
    /// Largest value of the grid.
    pub fn maximum(&self) -> f64 {
        self.voxels.values().iter().copied().fold(0.0, f64::max)
    }
}
