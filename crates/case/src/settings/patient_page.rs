//! What a person adds for the page that a patient reads.

use serde::{Deserialize, Serialize};

/// The page is written only where this is stated, since a program does not know for whom it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatientPageSettings {
    /// Part of the body in plain words.
    pub part: String,
    /// Parts of the body of the earlier courses in the order of time, in plain words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_parts: Vec<String>,
    /// Aim of the new course.
    pub aim: PlainAim,
    /// Visits of the new course; its fractions when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visits: Option<u32>,
    /// Whom to ask.
    pub contact: String,
    /// Their number.
    pub phone: String,
    /// The number for when something gets worse fast.
    pub urgent_phone: String,
    /// How it may help.
    #[serde(default, rename = "benefit", skip_serializing_if = "Vec::is_empty")]
    pub benefits: Vec<Frequency>,
    /// What may go wrong, chosen by a person.
    #[serde(default, rename = "harm", skip_serializing_if = "Vec::is_empty")]
    pub harms: Vec<NamedHarm>,
}

/// Aim of a course in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlainAim {
    /// To get rid of the cancer there.
    Cure,
    /// To stop it from growing there.
    Control,
    /// To ease problems.
    Relief,
    /// To be talked about.
    Unknown,
}

impl PlainAim {
    /// Its key among the texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cure => "cure",
            Self::Control => "control",
            Self::Relief => "relief",
            Self::Unknown => "unknown",
        }
    }
}

/// How many of 100 people, or between how many, within how long, and where that is from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frequency {
    /// In plain words, such as "still had the cancer under control"; nothing for a harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<String>,
    /// Of 100 people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_100: Option<u8>,
    /// At least of 100 people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_of_100: Option<u8>,
    /// At most of 100 people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_of_100: Option<u8>,
    /// Within how many years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<f64>,
    /// Where the number is from, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// `primary`, `secondary` or `unverified`: how far it was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// A harm of an organ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedHarm {
    /// Standard name of the organ, without side.
    pub organ: String,
    /// Id of the term, as `dysphagia`.
    pub harm: String,
    /// How often, where a number for people like this is known.
    #[serde(default)]
    pub how_often: Frequency,
}
