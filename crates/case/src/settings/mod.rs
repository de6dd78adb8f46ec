//! `case.toml`: what a person decides that the objects do not say.

mod by_hand;
mod check;
mod confirmed_name;
mod patient_page;
mod plan;
mod registry;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use geometry::{EndCap, GapRule, SolidOptions};
use serde::{Deserialize, Serialize};

use crate::{
    Answer, DrugGiven, ImagingValue, IncompleteCourse, QuestionnaireFilled, Site, Technique, ToxicitySeen,
};

pub use by_hand::{ByHand, LandmarkSettings};
pub use confirmed_name::ConfirmedName;
pub use patient_page::{Frequency, NamedHarm, PatientPageSettings, PlainAim};
pub use plan::{Candidate, DoseSettings, Holds, PlanSettings};
pub use registry::{FieldRelation, Intent, RegistrySettings};

/// All decisions about a case; what is left out is taken from the objects or the knowledge base, or becomes a
/// finding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The case as a whole.
    #[serde(default)]
    pub case: CaseSettings,
    /// Plans, by label or UID.
    #[serde(default, rename = "plan", skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<PlanSettings>,
    /// Plans between which a choice is to be made for the current course.
    #[serde(default, rename = "candidate", skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// Prior courses of which no dose came as DICOM.
    #[serde(default, rename = "prior_course", skip_serializing_if = "Vec::is_empty")]
    pub prior_courses: Vec<IncompleteCourse>,
    /// Answers to the questions of scores and trials, by the id of the question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Answer>,
    /// Drugs that were or will be given.
    #[serde(default, rename = "drug", skip_serializing_if = "Vec::is_empty")]
    pub drugs: Vec<DrugGiven>,
    /// Values measured on images.
    #[serde(default, rename = "imaging", skip_serializing_if = "Vec::is_empty")]
    pub imaging: Vec<ImagingValue>,
    /// Harm that was seen.
    #[serde(default, rename = "toxicity", skip_serializing_if = "Vec::is_empty")]
    pub toxicities: Vec<ToxicitySeen>,
    /// Questionnaires that were filled in.
    #[serde(default, rename = "questionnaire", skip_serializing_if = "Vec::is_empty")]
    pub questionnaires: Vec<QuestionnaireFilled>,
    /// What the page for the patient says; it is not written without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient_page: Option<PatientPageSettings>,
    /// What a record for a registry holds beside the assessment.
    #[serde(default, skip_serializing_if = "RegistrySettings::is_default")]
    pub registry: RegistrySettings,
    /// What is to be reported and no object tells, by the id of the item.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reporting: BTreeMap<String, String>,
    /// What the tumour board answers to the questions put to it, by the id of the question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub board: BTreeMap<String, BoardAnswer>,
    /// Dose objects, by UID.
    #[serde(default, rename = "dose", skip_serializing_if = "Vec::is_empty")]
    pub doses: Vec<DoseSettings>,
    /// Structures, by the name drawn in the current course.
    #[serde(default, rename = "structure", skip_serializing_if = "Vec::is_empty")]
    pub structures: Vec<StructureSettings>,
    /// What drawn names mean at the centre that drew them.
    #[serde(default, rename = "confirmed_name", skip_serializing_if = "Vec::is_empty")]
    pub confirmed_names: Vec<ConfirmedName>,
    /// How contours become bodies.
    #[serde(default, skip_serializing_if = "ContourSettings::is_default")]
    pub contours: ContourSettings,
    /// The registration to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationSettings>,
    /// What counts as irradiated volume.
    #[serde(default)]
    pub irradiated_volume: IrradiatedVolumeSettings,
    /// How sure doses and maps are.
    #[serde(default, skip_serializing_if = "UncertaintySettings::is_default")]
    pub uncertainty: UncertaintySettings,
    /// What the new plan is meant to give.
    #[serde(default, skip_serializing_if = "BudgetSettings::is_default")]
    pub budget: BudgetSettings,
    /// What candidates are compared by.
    #[serde(default, skip_serializing_if = "ComparisonSettings::is_default")]
    pub comparison: ComparisonSettings,
    /// How computed doses are written.
    #[serde(default, skip_serializing_if = "ExportSettings::is_default")]
    pub export: ExportSettings,
}

/// Decisions about the case as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSettings {
    /// Label or id of the course that is being planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_course: Option<String>,
    /// Name of the candidate that is assessed; the first when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<String>,
    /// Day of the assessment; dates after it are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_date: Option<NaiveDate>,
    /// What is irradiated again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
    /// How the current course is given, in the words of rules on drugs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technique: Option<Technique>,
    /// Who linked objects of different identities, and why (H01, H02).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_patient: Option<Reason>,
    /// Whether the toxicity of the cumulative dose is a concern to the team (ESTRO–EORTC question 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toxicity_concern: Option<StatedAnswer>,
    /// Whether both targets lie in the same organ (ESTRO–EORTC question 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_organ: Option<StatedAnswer>,
}

/// The answer of a person to a question of the consensus: yes or no, or with who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StatedAnswer {
    /// Nobody signed it.
    Plain(bool),
    /// Somebody did.
    Signed(SignedAnswer),
}

/// An answer with who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAnswer {
    /// Yes or no.
    pub answer: bool,
    /// Who gave it.
    pub by: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a tumour board answers to a question put to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardAnswer {
    /// The answer, in words.
    pub answer: String,
    /// Who gave it.
    pub by: String,
}

impl StatedAnswer {
    /// Yes or no.
    pub fn answer(&self) -> bool {
        match self {
            Self::Plain(answer) => *answer,
            Self::Signed(signed) => signed.answer,
        }
    }

    /// Who gave it.
    pub fn author(&self) -> Option<&str> {
        match self {
            Self::Plain(_) => None,
            Self::Signed(signed) => Some(&signed.by),
        }
    }

    /// Why.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Plain(_) => None,
            Self::Signed(signed) => signed.reason.as_deref(),
        }
    }
}

/// A decision with the person who answers for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Who decided.
    pub accepted_by: String,
    /// Why.
    pub reason: String,
}

/// Decisions about a structure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StructureSettings {
    /// Name as drawn in the current course.
    pub name: String,
    /// TG-263 name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_name: Option<String>,
    /// α/β in gray.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpha_beta_gy: Option<f64>,
    /// Lowest α/β that is plausible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpha_beta_low_gy: Option<f64>,
    /// Highest α/β that is plausible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpha_beta_high_gy: Option<f64>,
    /// Fraction of the prior equieffective dose taken as recovered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<f64>,
    /// Lowest recovery that is plausible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_low: Option<f64>,
    /// Highest recovery that is plausible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_high: Option<f64>,
    /// Id of a published model of recovery, applied to each prior course with its own interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_model: Option<String>,
    /// Half-time of repair in hours, where plans had several fractions a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair_half_time_hours: Option<f64>,
    /// Whether the structure goes on where contours are missing (H27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpolate_gaps: Option<bool>,
}

/// How contours become bodies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContourSettings {
    /// How a body ends beyond its first and last contour: `none`, `half-slice` or `rounded` (H30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_cap: Option<EndCapSetting>,
}

impl ContourSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The rules for the ends of a body, as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndCapSetting {
    /// At the last contour.
    None,
    /// Half a slice beyond it.
    HalfSlice,
    /// As the last contours foretell.
    Rounded,
}

/// Which registration carries the prior courses, and who accepted it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationSettings {
    /// UID of a registration object, or one of `same-frame`, `dicom-rigid`, `dicom-deformable`, `deformable`, `rigid`, `regional`, `by-hand`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// The structure of the current course around which a regional registration is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<String>,
    /// How far around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_mm: Option<f64>,
    /// Organs that are to come onto themselves: the name as drawn in the current course, `=`, that in the prior course.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guide: Vec<String>,
    /// Structures of the current course that show what the prior image does not: a new tumour, an implant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only_current: Vec<String>,
    /// Structures of a prior course that show what the current image does not: what was resected since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only_prior: Vec<String>,
    /// The map that a person made, for `by-hand`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHand>,
    /// Places that a person sees in both images; they measure whichever map is used.
    #[serde(default, rename = "landmark", skip_serializing_if = "Vec::is_empty")]
    pub landmarks: Vec<LandmarkSettings>,
    /// Who looked at it and accepts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<String>,
    /// Why it is good enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl RegistrationSettings {
    /// Whether organs or masks are to steer a deformation.
    pub fn is_guided(&self) -> bool {
        !(self.guide.is_empty() && self.only_current.is_empty() && self.only_prior.is_empty())
    }
}

/// The level that bounds the irradiated volume; the consensus does not fix it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IrradiatedVolumeSettings {
    /// Isodose in percent of the prescription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isodose_percent: Option<f64>,
}

/// How sure doses and maps are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UncertaintySettings {
    /// Within how many millimetres the true place lies in 95 % of cases, instead of what the registration tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_mm: Option<f64>,
    /// Length over which errors of a map are alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_mm: Option<f64>,
    /// Standard deviation of the calculated doses in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose_calculation_percent: Option<f64>,
    /// Number of draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws: Option<u32>,
}

impl UncertaintySettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What the new plan is meant to give.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetSettings {
    /// Numbers of fractions that are considered; that of the current plan when nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fractions: Vec<u32>,
    /// Intended prescription in gray.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescription_gy: Option<f64>,
    /// Structure of the current course that is to receive it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Ids of the limits that count; all of the knowledge base when nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// Transition dose per fraction of the linear-quadratic-linear model, where it is to be used for the new fractions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition_gy: Option<f64>,
}

impl BudgetSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What candidates are compared by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonSettings {
    /// Ids of dose responses of tumours that are to be computed for the targets; none when nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<String>,
}

impl ComparisonSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// How computed doses are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportSettings {
    /// Writes the type PHYSICAL instead of EFFECTIVE, for planning systems that refuse the latter, with a loud label.
    #[serde(default)]
    pub physical_dose_type: bool,
}

impl ExportSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a text is not a `case.toml`.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not readable as settings.
    #[error("reading the settings of the case: {0}")]
    Parse(#[from] toml::de::Error),
    /// A number that cannot be meant.
    #[error("reading the settings of the case: {what} of \"{subject}\" is {value}; {allowed}")]
    Range {
        /// Field.
        what: &'static str,
        /// Plan or structure.
        subject: String,
        /// The number given.
        value: f64,
        /// What would do.
        allowed: &'static str,
    },
    /// Two statements that cannot both be meant.
    #[error("reading the settings of the case: {0}; correct one of the two")]
    Contradiction(String),
    /// An answer of the board without words or without a name.
    #[error(
        "reading the settings of the case: {what} of the board's answer to \"{question}\" is empty; state it, or leave the answer out"
    )]
    Unsigned {
        /// `answer` or `by`.
        what: &'static str,
        /// Id of the question.
        question: String,
    },
}

/// Replaces in all texts what would change how they are read; tells whether there was anything.
fn make_readable(value: &mut toml::Value) -> bool {
    // All of them, also after the first that was changed.
    let each = |changed: bool, entry: &mut toml::Value| changed | make_readable(entry);
    match value {
        toml::Value::String(text) => {
            let readable = crate::readable(text);
            std::mem::replace(text, readable) != *text
        }
        toml::Value::Array(entries) => entries.iter_mut().fold(false, each),
        toml::Value::Table(fields) => fields.iter_mut().map(|(_, field)| field).fold(false, each),
        _ => false,
    }
}

impl Settings {
    /// Reads a `case.toml`.
    ///
    /// # Errors
    /// For unknown fields, wrong types and numbers out of range.
    pub fn from_toml(text: &str) -> Result<Self, SettingsError> {
        let mut settings: Self = toml::from_str(text)?;
        let mut written: toml::Value = toml::from_str(text)?;
        if make_readable(&mut written) {
            settings = written.try_into()?;
        }
        settings.check()?;
        Ok(settings)
    }

    /// Writes a `case.toml`.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_default()
    }

    /// The decisions about a plan, found by UID or label.
    pub fn plan(&self, uid: &str, label: &str) -> PlanSettings {
        let by_uid = self.plans.iter().find(|entry| entry.plan == uid);
        by_uid.or_else(|| self.plans.iter().find(|entry| entry.plan == label)).cloned().unwrap_or_default()
    }

    /// The decisions about a dose object.
    pub fn dose(&self, uid: &str) -> DoseSettings {
        self.doses.iter().find(|entry| entry.dose == uid).cloned().unwrap_or_default()
    }

    /// The candidate that is assessed.
    pub fn candidate(&self) -> Option<&Candidate> {
        match &self.case.candidate {
            Some(name) => self.candidates.iter().find(|candidate| candidate.name == *name),
            None => self.candidates.first(),
        }
    }

    /// The settings with another candidate to be assessed.
    pub fn with_candidate(&self, name: &str) -> Self {
        let mut own = self.clone();
        own.case.candidate = Some(name.to_owned());
        own
    }

    /// Whether a plan belongs to candidates, and not to the one that is assessed.
    pub fn is_of_other_candidate(&self, uid: &str, label: &str) -> bool {
        let is_own = self.candidate().is_some_and(|candidate| candidate.holds(uid, label));
        !is_own && self.candidates.iter().any(|candidate| candidate.holds(uid, label))
    }

    /// Whether a dose object holds the LETd of a plan and no dose.
    pub fn is_let_grid(&self, uid: &str) -> bool {
        self.plans.iter().any(|plan| plan.let_grid.as_deref() == Some(uid))
    }

    /// The decisions about a structure.
    pub fn structure(&self, name: &str) -> StructureSettings {
        self.structures.iter().find(|entry| entry.name == name).cloned().unwrap_or_default()
    }

    /// How the contours of a structure become a body.
    pub fn solid_options(&self, name: &str) -> SolidOptions {
        SolidOptions {
            end_cap: match self.contours.end_cap {
                Some(EndCapSetting::None) => EndCap::None,
                Some(EndCapSetting::HalfSlice) => EndCap::HalfSlice,
                Some(EndCapSetting::Rounded) | None => EndCap::Rounded,
            },
            gaps: match self.structure(name).interpolate_gaps {
                Some(true) => GapRule::Interpolate,
                _ => GapRule::Leave,
            },
            slice_thickness_mm: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Modality;

    #[test]
    fn settings_survive_being_written_and_read() {
        let text = r#"
            [case]
            current_course = "C2"
            [[plan]]
            plan = "1.2.3"
            fractions_planned = 30
            modality = "proton"
            rbe_included = true
            [[structure]]
            name = "Spinal_Cord"
            alpha_beta_gy = 2.0
            recovery = 0.25
            [registration]
            use = "1.2.3.5"
            accepted_by = "physicist on duty"
            reason = "bones fit within 2 mm"
        "#;
        let settings = Settings::from_toml(text).unwrap();
        assert_eq!(Settings::from_toml(&settings.to_toml()).unwrap(), settings);
        assert_eq!(settings.plan("1.2.3", "").modality, Some(Modality::Proton));
    }

    #[test]
    fn h48_misspelt_fields_and_impossible_numbers_are_errors() {
        assert!(Settings::from_toml("[[plan]]\nplan = \"1\"\nfraction_planned = 3").is_err());
        assert!(Settings::from_toml("[[plan]]\nplan = \"1\"\nfractions_planned = 0").is_err());
        assert!(Settings::from_toml("[[structure]]\nname = \"a\"\nrecovery = 1.0").is_err());
        assert!(Settings::from_toml("[[structure]]\nname = \"a\"\nalpha_beta_gy = nan").is_err());
        assert!(Settings::from_toml("[[structure]]\nname = \"a\"\nalpha_beta_gy = 1,5").is_err());
    }
}
