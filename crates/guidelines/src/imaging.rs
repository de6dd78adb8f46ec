//! What a value measured on an image means by published thresholds, and how sure that is. It never makes a diagnosis.

use case::{ImagingValue, Site};
use serde::{Deserialize, Serialize};

use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// On which side of a threshold a criterion speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Above it.
    Above,
    /// Below it.
    Below,
}

/// A published criterion as it stands in `imaging.toml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Criterion {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// As `FET-PET`.
    pub modality: String,
    /// As `TBRmax`.
    pub measure: String,
    /// Unit of the value.
    pub unit: String,
    threshold: Option<f64>,
    threshold_upper: Option<f64>,
    direction: Direction,
    #[serde(default)]
    inclusive: bool,
    also_measure: Option<String>,
    also_threshold: Option<f64>,
    #[serde(default)]
    also_inclusive: bool,
    says: String,
    says_otherwise: String,
    population: String,
    site: String,
    sensitivity_percent: Option<f64>,
    specificity_percent: Option<f64>,
    n_patients: Option<u32>,
    n_lesions: Option<u32>,
    evidence: Evidence,
    evidence_detail: Option<String>,
    source: String,
    locator: String,
    note: Option<String>,
}

/// A rule that is no threshold.
#[derive(Clone, Debug, Deserialize)]
pub struct ImagingRule {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// In words.
    pub statement: String,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

/// Criteria and rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imaging {
    /// Criteria, in the order of the file.
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
    /// Rules.
    #[serde(rename = "rule")]
    pub rules: Vec<ImagingRule>,
}

/// What one criterion says of a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImagingResult {
    /// Stable name of the criterion.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// As measured.
    pub modality: String,
    /// As measured.
    pub measure: String,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// The threshold, where the source gives one.
    pub threshold: Option<f64>,
    /// Its upper end, where it is a range.
    pub threshold_upper: Option<f64>,
    /// What the criterion says; nothing where it says nothing of this value.
    pub says: Option<String>,
    /// Why it says nothing, or how far that may be trusted.
    pub remark: Option<String>,
    /// How many times as likely such a value is in those of whom the criterion speaks than in the others; from sensitivity and
    /// specificity.
    pub likelihood_ratio: Option<f64>,
    /// Sensitivity.
    pub sensitivity_percent: Option<f64>,
    /// Specificity.
    pub specificity_percent: Option<f64>,
    /// Patients, or lesions where the source counts those.
    pub n: Option<u32>,
    /// In whom.
    pub population: String,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Confidence of what was not verified.
    pub evidence_detail: Option<String>,
    /// Key of its source.
    pub source: String,
    /// Place in it.
    pub locator: String,
    /// What a physician needs to know.
    pub note: Option<String>,
}

impl Imaging {
    /// What every criterion for the modality, the measure and the site says of a value.
    pub fn judge(&self, value: &ImagingValue, site: Option<Site>) -> Vec<ImagingResult> {
        let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "");
        let is_for = |criterion: &&Criterion| {
            plain(&criterion.modality) == plain(&value.modality)
                && plain(&criterion.measure) == plain(&value.measure)
                && site.is_none_or(|own| own.is_in(&criterion.site))
        };
        self.criteria.iter().filter(is_for).map(|criterion| criterion.judge(value)).collect()
    }
}

impl Criterion {
    fn judge(&self, value: &ImagingValue) -> ImagingResult {
        let side = self.holds(value);
        let is_positive = side == Ok(true);
        let (says, remark) = match side {
            Ok(true) => (Some(self.says.clone()), None),
            Ok(false) => (Some(self.says_otherwise.clone()), None),
            Err(reason) => (None, Some(reason)),
        };
        ImagingResult {
            id: self.id.clone(),
            title: self.title.clone(),
            modality: self.modality.clone(),
            measure: self.measure.clone(),
            value: value.value,
            unit: self.unit.clone(),
            threshold: self.threshold,
            threshold_upper: self.threshold_upper,
            likelihood_ratio: says.as_ref().and_then(|_| self.likelihood_ratio(is_positive)),
            says,
            remark,
            sensitivity_percent: self.sensitivity_percent,
            specificity_percent: self.specificity_percent,
            n: self.n_patients.or(self.n_lesions),
            population: self.population.clone(),
            evidence: self.evidence,
            evidence_detail: self.evidence_detail.clone(),
            source: self.source.clone(),
            locator: self.locator.clone(),
            note: self.note.clone(),
        }
    }

    /// Whether a value lies on the side of which the criterion speaks, or why that is not known.
    fn holds(&self, value: &ImagingValue) -> Result<bool, String> {
        if !value.value.is_finite() {
            return Err("the value is no number".to_owned());
        }
        let threshold = self.threshold.ok_or("the source pools studies and gives no threshold")?;
        let upper = self.threshold_upper.unwrap_or(threshold);
        let first = match self.direction {
            Direction::Above if value.value > upper || (self.inclusive && value.value == upper) => true,
            Direction::Below if value.value < threshold || (self.inclusive && value.value == threshold) => true,
            _ if self.threshold_upper.is_some() && (threshold..=upper).contains(&value.value) => {
                return Err(format!(
                    "the value lies between {threshold} and {upper}, of which the source says nothing"
                ));
            }
            _ => false,
        };
        let Some(second) = self.also_threshold.filter(|_| first) else { return Ok(first) };
        let also = value.also.ok_or_else(|| {
            let what = self.also_measure.as_deref().unwrap_or("a second measure");
            format!("the criterion also needs {what}: state it as `also`")
        })?;
        Ok(also > second || (self.also_inclusive && also == second))
    }

    /// Of a positive value sensitivity / (1 − specificity), of a negative one (1 − sensitivity) / specificity.
    fn likelihood_ratio(&self, is_positive: bool) -> Option<f64> {
        let (sensitivity, specificity) = (self.sensitivity_percent? / 100.0, self.specificity_percent? / 100.0);
        let (part, of) =
            if is_positive { (sensitivity, 1.0 - specificity) } else { (1.0 - sensitivity, specificity) };
        // Of a few patients 100 % excludes nothing.
        (of > 0.0 && part > 0.0).then(|| part / of)
    }
}

pub(crate) fn read(text: &str) -> Result<Imaging, KnowledgeError> {
    parse("imaging.toml", text)
}
