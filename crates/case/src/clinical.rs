//! What a person says of the patient beyond the objects: answers, drugs, values of imaging, harm, quality of life.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The answer to a question of a score or a trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Yes or no.
    YesNo(bool),
    /// A number in the unit of the question.
    Number(f64),
    /// One of the choices, or `yes` or `no`.
    Words(String),
}

impl Answer {
    /// The answer as conditions compare it.
    pub fn words(&self) -> String {
        match self {
            Self::YesNo(true) => "yes".to_owned(),
            Self::YesNo(false) => "no".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Words(words) => words.clone(),
        }
    }
}

/// What is irradiated again: it chooses scores, rules and statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Site {
    /// Glioma.
    BrainGlioma,
    /// Metastases in the brain.
    BrainMetastases,
    /// Head and neck but the nasopharynx.
    HeadAndNeck,
    /// Nasopharynx.
    Nasopharynx,
    /// Spine.
    Spine,
    /// Lung and mediastinum.
    Lung,
    /// Breast and chest wall.
    Breast,
    /// Abdomen.
    Abdomen,
    /// Pelvis but the prostate.
    Pelvis,
    /// Prostate.
    Prostate,
    /// Arm or leg.
    Extremity,
}

impl Site {
    /// The word of settings and knowledge.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BrainGlioma => "brain-glioma",
            Self::BrainMetastases => "brain-metastases",
            Self::HeadAndNeck => "head-and-neck",
            Self::Nasopharynx => "nasopharynx",
            Self::Spine => "spine",
            Self::Lung => "lung",
            Self::Breast => "breast",
            Self::Abdomen => "abdomen",
            Self::Pelvis => "pelvis",
            Self::Prostate => "prostate",
            Self::Extremity => "extremity",
        }
    }

    /// Whether an entry of the knowledge base that names a site or a wider region is for this one.
    pub fn is_in(self, named: &str) -> bool {
        let region = match self {
            Self::BrainGlioma | Self::BrainMetastases => "brain",
            Self::Nasopharynx => "head-and-neck",
            Self::Lung | Self::Breast => "thorax",
            Self::Abdomen | Self::Pelvis | Self::Prostate => "abdomen",
            Self::HeadAndNeck | Self::Spine | Self::Extremity => "",
        };
        // Hollow organs lie everywhere but in the head, the spine and the limbs.
        let is_luminal =
            !matches!(self, Self::BrainGlioma | Self::BrainMetastases | Self::Spine | Self::Extremity);
        named == "any" || named == self.as_str() || named == region || (named == "luminal" && is_luminal)
    }
}

/// How the current course is given, in the words of rules on drugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Technique {
    /// In many fractions of usual size.
    Normofractionated,
    /// Few fractions against symptoms.
    Palliative,
    /// Stereotactic.
    Stereotactic,
}

impl Technique {
    /// Whether a rule for a technique holds.
    pub fn is_in(self, named: &str) -> bool {
        let own = match self {
            Self::Normofractionated => ["normofractionated", "fractionated"],
            Self::Palliative => ["palliative", "fractionated"],
            Self::Stereotactic => ["stereotactic", "stereotactic"],
        };
        named == "any" || own.contains(&named)
    }
}

/// A drug that was or will be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrugGiven {
    /// Its name.
    pub drug: String,
    /// First day.
    pub start: NaiveDate,
    /// Last day; it goes on where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<NaiveDate>,
}

/// A value that was measured on an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImagingValue {
    /// As `FET-PET`.
    pub modality: String,
    /// As `TBRmax`.
    pub measure: String,
    /// The value in the unit of the measure.
    pub value: f64,
    /// The value of a second condition, where a criterion has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<f64>,
    /// Day of the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
}

/// Harm that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToxicitySeen {
    /// Id of the term, as `cns-necrosis`.
    pub term: String,
    /// Grade by CTCAE version 5.
    pub grade: u8,
    /// Day on which it was seen.
    pub date: NaiveDate,
    /// Grade before the course.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_grade: Option<u8>,
    /// What it is put down to, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
}

/// A questionnaire that was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireFilled {
    /// Id of the instrument, as `qlq-c30`.
    pub instrument: String,
    /// Day.
    pub date: NaiveDate,
    /// Answers by the number of the item; items that were not answered are left out.
    pub answers: BTreeMap<String, u8>,
}
