//! A treatment plan as its object states it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Header;

/// What irradiates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// X-rays of a linear accelerator.
    Photon,
    /// Electrons.
    Electron,
    /// Protons.
    Proton,
    /// Ions heavier than protons.
    Ion,
    /// Sealed sources.
    Brachy,
    /// The plan does not say, or mixes kinds.
    Unknown,
}

impl Modality {
    /// Whether the dose may carry an RBE other than 1.
    pub fn needs_rbe(self) -> bool {
        matches!(self, Self::Proton | Self::Ion)
    }

    /// The word used in settings and results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Photon => "photon",
            Self::Electron => "electron",
            Self::Proton => "proton",
            Self::Ion => "ion",
            Self::Brachy => "brachy",
            Self::Unknown => "unknown",
        }
    }
}

/// Beams or applications given together, with their own number of fractions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FractionGroup {
    /// Number of the group within the plan.
    pub number: i32,
    /// Number of fractions planned, as written; absent, zero or nonsense is judged later.
    pub fractions_planned: Option<i64>,
    /// Numbers of the treatment beams of the group.
    pub beams: Vec<i32>,
}

/// A plan object.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Identity and references common to all objects.
    pub header: Header,
    /// Label.
    pub label: String,
    /// Date of the plan.
    pub date: Option<NaiveDate>,
    /// What irradiates.
    pub modality: Modality,
    /// Fraction groups in the order of the object.
    pub fraction_groups: Vec<FractionGroup>,
    /// Highest prescription to a target, in gray.
    pub prescription_gy: Option<f64>,
    /// Numbers of the regions that a prescription to a target refers to.
    pub prescribed_rois: Vec<i32>,
    /// The structure set it was made on.
    pub structure_set: Option<String>,
    /// Plans it replaces, by UID.
    pub predecessors: Vec<String>,
    /// `APPROVED`, `UNAPPROVED`, `REJECTED` or nothing.
    pub approval: Option<String>,
}
