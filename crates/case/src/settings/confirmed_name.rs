//! What names of structures mean at a centre, as a person there confirmed (H32).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Settings;
use crate::{StructureSet, readable};

/// A name as drawn with what it means at one centre or more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmedName {
    /// Name as drawn.
    pub drawn: String,
    /// Name of the standard (TG-263).
    pub standard_name: String,
    /// The centres that draw it so, by the Institution Name of their structure sets.
    pub centres: Vec<String>,
    /// Who confirmed it.
    pub by: String,
    /// When.
    pub date: NaiveDate,
}

impl ConfirmedName {
    /// Whether it holds for a structure set: only where that says that it was drawn at one of the centres.
    pub fn holds_for(&self, set: &StructureSet) -> bool {
        set.centre().is_some_and(|centre| self.centres.contains(&centre))
    }
}

impl StructureSet {
    /// The centre at which it was drawn, where it says so.
    pub fn centre(&self) -> Option<String> {
        self.institution.as_deref().map(readable).filter(|centre| !centre.trim().is_empty())
    }
}

impl Settings {
    /// What was confirmed of a drawn name, for whichever centre; nothing where nothing was.
    pub fn confirmed_name(&self, drawn: &str) -> Option<&ConfirmedName> {
        self.confirmed_names.iter().find(|confirmed| confirmed.drawn == drawn)
    }
}
