//! Published models of recovery, by their id.

use radiobiology::{QuantityError, Recovery, RecoveryModel};
use serde::Deserialize;

use crate::Evidence;
use crate::knowledge::KnowledgeError;

/// A model of recovery as it stands in `recovery.toml`.
#[derive(Clone, Debug, Deserialize)]
pub struct RecoveryEntry {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    model: String,
    /// Standard names of the organs it was made for, without side.
    pub organs: Vec<String>,
    #[serde(default)]
    steps: Vec<Step>,
    saturation_fraction: Option<f64>,
    half_time_months: Option<f64>,
    status: String,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// What a reader should know about it.
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Step {
    from_months: f64,
    fraction: f64,
}

#[derive(Deserialize)]
struct RecoveryFile {
    recovery: Vec<RecoveryEntry>,
}

/// Why a model of recovery is not applied.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RecoveryRefusal {
    /// Listed so that nobody takes it from elsewhere as proven.
    #[error("the recovery model \"{0}\" is listed as not to be used: {1}")]
    NotSelectable(String, String),
    /// Made for other organs.
    #[error("the recovery model \"{0}\" was made for {1}, not for this organ")]
    OtherOrgan(String, String),
    /// It forgets everything.
    #[error(
        "the recovery model \"{0}\" removes the whole prior dose after {1:.1} months, which is no dose any more"
    )]
    Whole(String, f64),
}

impl RecoveryEntry {
    /// What has recovered of a course in an organ after some months.
    ///
    /// # Errors
    /// When the model is not to be used, was made for other organs, or leaves nothing of the dose.
    pub fn recovery(&self, organ: &str, months: f64) -> Result<Recovery, RecoveryRefusal> {
        if self.status != "selectable" {
            return Err(RecoveryRefusal::NotSelectable(self.id.clone(), self.note.clone().unwrap_or_default()));
        }
        if !self.organs.iter().any(|name| name == organ) {
            return Err(RecoveryRefusal::OtherOrgan(self.id.clone(), self.organs.join(", ")));
        }
        let whole = |_: QuantityError| RecoveryRefusal::Whole(self.id.clone(), months);
        self.model().after(months).map_err(whole)
    }

    fn model(&self) -> RecoveryModel {
        match (self.saturation_fraction, self.half_time_months) {
            (Some(saturation), Some(half_time_months)) => {
                RecoveryModel::RaisedExponential { saturation, half_time_months }
            }
            _ => RecoveryModel::Steps(self.steps.iter().map(|step| (step.from_months, step.fraction)).collect()),
        }
    }

    fn check(&self) -> Result<(), String> {
        let is_fraction = |value: f64| (0.0..=1.0).contains(&value);
        let in_order = self.steps.windows(2).all(|pair| pair[0].from_months < pair[1].from_months);
        let sound = match self.model.as_str() {
            "steps" => in_order && self.steps.iter().all(|step| is_fraction(step.fraction)),
            "raised-exponential" => {
                self.saturation_fraction.is_some_and(is_fraction)
                    && self.half_time_months.is_some_and(|months| months > 0.0)
            }
            other => return Err(format!("its model \"{other}\" is not known")),
        };
        if sound { Ok(()) } else { Err("its numbers are not those of a recovery".to_owned()) }
    }
}

pub(crate) fn read(text: &str) -> Result<Vec<RecoveryEntry>, KnowledgeError> {
    let file: RecoveryFile = crate::knowledge::parse("recovery.toml", text)?;
    for entry in &file.recovery {
        entry.check().map_err(|problem| KnowledgeError::Entry { id: entry.id.clone(), problem })?;
    }
    Ok(file.recovery)
}
