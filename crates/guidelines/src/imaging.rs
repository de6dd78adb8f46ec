//! What a value measured on an image means by published thresholds, and how sure that is. It never makes a diagnosis.

use case::{ImagingValue, Site};
use chrono::NaiveDate;
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
    /// Where it holds.
    pub site: String,
    /// Modalities that it is about.
    pub modalities: Vec<String>,
    /// Fewer days after the end of radiotherapy than this are too few for a reading.
    pub least_days_after_radiotherapy: Option<f64>,
    /// Its upper end, where the source gives a span.
    pub least_days_after_radiotherapy_upper: Option<f64>,
    /// What a physician needs to know.
    pub note: Option<String>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

/// A word for several modalities, as amino acid PET.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModalityFamily {
    /// The word.
    pub name: String,
    /// What belongs to it.
    pub members: Vec<String>,
}

/// Criteria and rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imaging {
    /// Modalities that hold others.
    #[serde(rename = "modality_family")]
    pub families: Vec<ModalityFamily>,
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
    /// The second measure that the criterion needs, where it needs one.
    pub also_measure: Option<String>,
    /// Its value.
    pub also: Option<f64>,
    /// Its threshold.
    pub also_threshold: Option<f64>,
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

/// First and last day of a course of radiotherapy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CourseDays {
    /// First day.
    pub start: NaiveDate,
    /// Last day, where it is known.
    pub end: Option<NaiveDate>,
}

/// A rule beside the values of its modality, with what their days say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImagingRuleResult {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// In words.
    pub statement: String,
    /// What the days of the values say; nothing where the rule asks for none.
    pub remarks: Vec<String>,
    /// Whether a value was measured too early for a reading, or nobody knows.
    pub is_doubtful: bool,
    /// What a physician needs to know.
    pub note: Option<String>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

impl Imaging {
    /// The rules for the modalities of the values and the site, with what the days after the last radiotherapy say.
    pub fn rules(
        &self,
        values: &[ImagingValue],
        site: Option<Site>,
        courses: &[CourseDays],
    ) -> Vec<ImagingRuleResult> {
        let is_about = |rule: &ImagingRule, value: &ImagingValue| {
            rule.modalities.iter().any(|modality| self.is_of(modality, &value.modality))
        };
        let mut results = Vec::new();
        for rule in self.rules.iter().filter(|rule| site.is_none_or(|own| own.is_in(&rule.site))) {
            let of_rule: Vec<&ImagingValue> = values.iter().filter(|value| is_about(rule, value)).collect();
            if !of_rule.is_empty() {
                results.push(rule.judge(&of_rule, courses));
            }
        }
        results
    }

    /// Whether a modality is the one that an entry names, or belongs to it.
    fn is_of(&self, named: &str, modality: &str) -> bool {
        let is_member = |family: &ModalityFamily| {
            plain(&family.name) == plain(named)
                && family.members.iter().any(|member| plain(member) == plain(modality))
        };
        plain(named) == plain(modality) || self.families.iter().any(is_member)
    }

    /// What every criterion for the modality, the measure and the site says of a value.
    pub fn judge(&self, value: &ImagingValue, site: Option<Site>) -> Vec<ImagingResult> {
        let is_for = |criterion: &&Criterion| {
            self.is_of(&criterion.modality, &value.modality)
                && plain(&criterion.measure) == plain(&value.measure)
                && site.is_none_or(|own| own.is_in(&criterion.site))
        };
        self.criteria.iter().filter(is_for).map(|criterion| criterion.judge(value)).collect()
    }
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace([' ', '-'], "")
}

impl ImagingRule {
    fn judge(&self, values: &[&ImagingValue], courses: &[CourseDays]) -> ImagingRuleResult {
        let told: Vec<(bool, String)> = values.iter().filter_map(|value| self.told(value, courses)).collect();
        ImagingRuleResult {
            id: self.id.clone(),
            title: self.title.clone(),
            statement: self.statement.clone(),
            is_doubtful: told.iter().any(|(is_doubtful, _)| *is_doubtful),
            remarks: told.into_iter().map(|(_, remark)| remark).collect(),
            note: self.note.clone(),
            evidence: self.evidence,
            source: self.source.clone(),
        }
    }

    /// Whether the day of a value leaves doubt, and what it says.
    fn told(&self, value: &ImagingValue, courses: &[CourseDays]) -> Option<(bool, String)> {
        let least = self.least_days_after_radiotherapy?;
        let most = self.least_days_after_radiotherapy_upper.unwrap_or(least);
        let what = format!("{} {}", value.modality, value.measure);
        let Some(day) = value.date else {
            return Some((true, format!("{what}: the day of the image is not stated")));
        };
        let before = courses.iter().filter(|course| course.start <= day);
        let Some(course) = before.max_by_key(|course| course.start) else {
            return Some((false, format!("{what}: no radiotherapy is known before {day}")));
        };
        let asked = if most > least { format!("{least} to {most}") } else { least.to_string() };
        let days = (day - course.end.unwrap_or(course.start)).num_days();
        let is_early = (days as f64) < most;
        // From the first day there are more days than from the last: too few are too few in any case.
        let word = match (is_early, course.end) {
            (true, _) => "too early by this rule",
            (false, Some(_)) => "late enough by this rule",
            (false, None) => "the last day is not known, so a person decides",
        };
        let from = if course.end.is_some() { "end" } else { "first day" };
        let told = format!("{what}: {days} days after the {from} of radiotherapy, {asked} asked for: {word}");
        Some((is_early, told))
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
            also_measure: self.also_measure.clone(),
            also: value.also,
            also_threshold: self.also_threshold,
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
