//! What a person decides about plans and the doses that belong to them.

use chrono::NaiveDate;
use radiobiology::Schedule;
use serde::{Deserialize, Serialize};

use crate::Modality;

/// Decisions about a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSettings {
    /// Label or UID.
    pub plan: String,
    /// Course to which it belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<String>,
    /// Number of fractions planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fractions_planned: Option<i64>,
    /// Number of fractions delivered; fewer than planned scales the dose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fractions_delivered: Option<i64>,
    /// What irradiates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modality: Option<Modality>,
    /// Whether the dose already holds the RBE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rbe_included: Option<bool>,
    /// RBE to multiply a physical dose with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rbe: Option<f64>,
    /// How many fractions were given each day; once a day when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fractions_per_day: Option<u32>,
    /// Hours from one fraction of a day to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours_between: Option<f64>,
    /// Id of a published model by which the RBE of protons follows the LETd; `rbe` is then the constant one of the prescription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rbe_model: Option<String>,
    /// UID of the dose object that holds the LETd in keV/µm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub let_grid: Option<String>,
    /// First day of treatment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<NaiveDate>,
    /// Last day of treatment; of a course that is being planned, the day that is intended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
    /// Plan of the same course, by label or UID, in whose sessions this one was given: their doses add before they are converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_sessions_as: Option<String>,
    /// Whether the plan was given in sessions of its own, hours or days from those of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_sessions: Option<bool>,
    /// Whether the plan is left out, as one that was never treated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore: Option<bool>,
}

impl PlanSettings {
    /// How fractions follow each other, as stated.
    pub fn schedule(&self) -> Schedule {
        match (self.fractions_per_day, self.hours_between) {
            (Some(fractions_per_day @ 2..), Some(hours_between)) => {
                Schedule::SeveralPerDay { fractions_per_day, hours_between }
            }
            _ => Schedule::OncePerDay,
        }
    }
}

/// One of several ways to give the current course: one plan, or some that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Name for people.
    pub name: String,
    /// Its plans, by label or UID.
    pub plans: Vec<String>,
}

impl Candidate {
    /// Whether a plan belongs to it.
    pub fn holds(&self, uid: &str, label: &str) -> bool {
        self.plans.iter().any(|plan| plan == uid || plan == label)
    }
}

/// Decisions about a dose object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoseSettings {
    /// UID of the dose.
    pub dose: String,
    /// Plan it belongs to, by label or UID, where the object does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// What a dose of the type FRACTION holds, where the prescription does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<Holds>,
    /// Whether the dose is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore: Option<bool>,
}

/// What a dose of a fraction group holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// One of its fractions.
    OneFraction,
    /// All of them.
    AllFractions,
}
