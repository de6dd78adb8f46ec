//! What names of structures mean at a centre, as a person there confirmed (H32).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Settings;

/// A name as drawn with what it means at a centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmedName {
    /// Name as drawn.
    pub drawn: String,
    /// Name of the standard (TG-263).
    pub standard_name: String,
    /// The centre at which the structure was drawn.
    pub centre: String,
    /// Who confirmed it.
    pub by: String,
    /// When.
    pub date: NaiveDate,
}

impl Settings {
    /// What a drawn name means, as was confirmed; nothing where it was not.
    pub fn confirmed_name(&self, drawn: &str) -> Option<&ConfirmedName> {
        self.confirmed_names.iter().find(|confirmed| confirmed.drawn == drawn)
    }
}
