//! What a record for a registry holds that no object tells.

use serde::{Deserialize, Serialize};

/// What a record for a registry holds beside the assessment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrySettings {
    /// Pseudonym of the patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pseudonym: Option<String>,
    /// Aim of the current course.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// Where the recurrence lies towards the earlier field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rert_reason: Option<FieldRelation>,
    /// Decision of the tumour board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mdt_decision: Option<String>,
    /// Control, survival, with day and definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

impl RegistrySettings {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Aim of a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intent {
    /// Cure.
    Curative,
    /// Relief.
    Palliative,
}

/// Where a recurrence lies towards the earlier field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldRelation {
    /// Within it.
    InField,
    /// Outside.
    OutOfField,
    /// At its rim.
    Marginal,
}
