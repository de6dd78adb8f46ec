//! Published limits on the dose of an organ, and what is said where there is none.

use case::Site;
use dose::Metric;
use radiobiology::AlphaBeta;
use serde::{Deserialize, Serialize};

use crate::knowledge::{Evidence, KnowledgeError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstraintsFile {
    pub(crate) constraint: Vec<ConstraintEntry>,
    #[serde(default)]
    pub(crate) interval_rule: Vec<IntervalRule>,
    #[serde(default)]
    pub(crate) no_limit: Vec<NoLimit>,
}

/// Which dose a limit speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoseScope {
    /// All courses together.
    Cumulative,
    /// The course being planned alone.
    Current,
    /// The current course as a share of all.
    CurrentShare,
    /// No dose but the time between the courses.
    Interval,
}

/// The part of the body for which a set of limits is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SitePack {
    /// Brain and its surroundings.
    Brain,
    /// Head and neck.
    HeadAndNeck,
    /// Lung and mediastinum.
    Thorax,
    /// Breast and chest wall.
    Breast,
    /// Spine.
    Spine,
    /// Abdomen.
    Abdomen,
    /// Rectum and gynaecological pelvis.
    Pelvis,
    /// Prostate.
    Prostate,
    /// Arm or leg.
    Extremity,
    /// The source names no site.
    Any,
}

impl SitePack {
    /// The pack of a site.
    pub fn of(site: Site) -> Self {
        match site {
            Site::BrainGlioma | Site::BrainMetastases => Self::Brain,
            Site::HeadAndNeck | Site::Nasopharynx => Self::HeadAndNeck,
            Site::Spine => Self::Spine,
            Site::Lung => Self::Thorax,
            Site::Breast => Self::Breast,
            Site::Abdomen => Self::Abdomen,
            Site::Pelvis => Self::Pelvis,
            Site::Prostate => Self::Prostate,
            Site::Extremity => Self::Extremity,
        }
    }

    /// The word of files and pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brain => "brain",
            Self::HeadAndNeck => "head-and-neck",
            Self::Thorax => "thorax",
            Self::Breast => "breast",
            Self::Spine => "spine",
            Self::Abdomen => "abdomen",
            Self::Pelvis => "pelvis",
            Self::Prostate => "prostate",
            Self::Extremity => "extremity",
            Self::Any => "any",
        }
    }

    /// Whether one of the packs of an entry holds a site; without a site all do.
    pub fn hold(packs: &[Self], site: Option<Site>) -> bool {
        site.is_none_or(|site| packs.iter().any(|pack| matches!(pack, Self::Any) || *pack == Self::of(site)))
    }
}

/// An entry of a centre that names no site is for all.
fn any_site() -> Vec<SitePack> {
    vec![SitePack::Any]
}

/// A limit as it stands in `constraints.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstraintEntry {
    pub(crate) id: String,
    title: String,
    organs: Vec<String>,
    #[serde(default = "any_site")]
    sites: Vec<SitePack>,
    source_organ: Option<String>,
    #[serde(default, rename = "consensus")]
    _consensus: Option<bool>,
    #[serde(default, rename = "evidence_detail")]
    _evidence_detail: Option<String>,
    metric: String,
    unit: String,
    quantity: String,
    alpha_beta_gy: Option<f64>,
    dose: DoseScope,
    limit: f64,
    limit_upper: Option<f64>,
    #[serde(default)]
    metric_assumed: bool,
    #[serde(default)]
    quantity_assumed: bool,
    #[serde(default)]
    landmark: bool,
    recovery: String,
    min_interval_months: Option<f64>,
    max_current_fractions: Option<u32>,
    evidence: Evidence,
    strength: Option<String>,
    source: String,
    locator: Option<String>,
    note: Option<String>,
    /// Id of the limit that it stands for, in a file of a centre.
    pub(crate) replaces: Option<String>,
}

/// A limit whose measure, kind of dose and basis are known.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Standard names of the organs it is for, without side.
    pub organs: Vec<String>,
    /// For which parts of the body the source means it.
    pub sites: Vec<SitePack>,
    /// What is measured.
    pub metric: Metric,
    /// α/β of the EQD2 it limits.
    pub alpha_beta: AlphaBeta,
    /// Which dose it limits.
    pub scope: DoseScope,
    /// Below or at this it is met. Gray, cc or percent as the measure, or a share for [`DoseScope::CurrentShare`].
    pub limit: f64,
    /// Above this it is exceeded; between the two the sources do not agree.
    pub limit_upper: f64,
    /// Whether the source does not say what it measures, so that the maximum stands in for it.
    pub metric_assumed: bool,
    /// Whether it is an observation and no limit to plan for.
    pub is_landmark: bool,
    /// The organ that the source measured, where the limit is also compared with a contour that stands in for it.
    pub source_organ: Option<String>,
    /// Whether the source does not say that its dose is an EQD2.
    pub quantity_assumed: bool,
    /// Whether the source discounts prior dose before it compares.
    pub after_discount: bool,
    /// The rule is valid from this interval on.
    pub min_interval_months: Option<f64>,
    /// The rule is valid for current courses of at most this many fractions.
    pub max_current_fractions: Option<u32>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Strength of the recommendation, A to D.
    pub strength: Option<String>,
    /// Key of its source.
    pub source: String,
    /// Table or section of the source.
    pub locator: Option<String>,
    /// What a physician needs to know about it.
    pub note: Option<String>,
    /// Whether it is from the file of a centre and not from the program.
    pub is_own: bool,
}

/// What is said in the place of a limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoLimit {
    /// Stable name.
    pub id: String,
    /// Standard names of the organs it is for, without side.
    pub organs: Vec<String>,
    /// For which parts of the body.
    pub sites: Vec<SitePack>,
    /// In words.
    pub statement: String,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// Table or section of the source.
    pub locator: Option<String>,
}

/// An interval between courses that a source asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntervalRule {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Standard names of the organs it is for, without side.
    pub organs: Vec<String>,
    /// For which parts of the body the source means it.
    pub sites: Vec<SitePack>,
    /// The organ that the source measured.
    pub source_organ: Option<String>,
    /// Shortest interval.
    pub min_interval_months: f64,
    /// The rule is valid for current courses of at most this many fractions.
    pub max_current_fractions: Option<u32>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Strength of the recommendation.
    pub strength: Option<String>,
    /// Key of its source.
    pub source: String,
    /// Table or section of the source.
    pub locator: Option<String>,
    /// What a physician needs to know about it.
    pub note: Option<String>,
}

impl TryFrom<ConstraintEntry> for Constraint {
    type Error = KnowledgeError;

    fn try_from(entry: ConstraintEntry) -> Result<Self, KnowledgeError> {
        let id = entry.id.clone();
        let wrong = |problem: String| KnowledgeError::Constraint { id: id.clone(), problem };
        if entry.quantity != "EQD2" {
            return Err(wrong(format!("it limits {}, which is not compared with EQD2", entry.quantity)));
        }
        let metric: Metric = entry.metric.parse().map_err(|error: dose::MetricError| wrong(error.to_string()))?;
        let expected_unit = match (entry.dose, metric) {
            (DoseScope::CurrentShare, _) => "1",
            _ => metric.unit(),
        };
        if entry.unit != expected_unit {
            return Err(wrong(format!("its unit is {} where {expected_unit} is expected", entry.unit)));
        }
        let after_discount = match entry.recovery.as_str() {
            "none" => false,
            "source-discount" => true,
            other => return Err(wrong(format!("its recovery \"{other}\" is not known"))),
        };
        let alpha_beta = entry.alpha_beta_gy.ok_or_else(|| wrong("it states no α/β".to_owned()))?;
        let limit_upper = entry.limit_upper.unwrap_or(entry.limit);
        if !(entry.limit > 0.0 && limit_upper >= entry.limit) {
            return Err(wrong(format!("its limits {} and {limit_upper} are not in order", entry.limit)));
        }
        Ok(Self {
            alpha_beta: AlphaBeta::new(alpha_beta).map_err(|error| wrong(error.to_string()))?,
            id: entry.id,
            title: entry.title,
            organs: entry.organs,
            sites: entry.sites,
            metric,
            scope: entry.dose,
            limit: entry.limit,
            limit_upper,
            metric_assumed: entry.metric_assumed,
            quantity_assumed: entry.quantity_assumed,
            is_landmark: entry.landmark,
            source_organ: entry.source_organ,
            after_discount,
            min_interval_months: entry.min_interval_months,
            max_current_fractions: entry.max_current_fractions,
            evidence: entry.evidence,
            strength: entry.strength,
            source: entry.source,
            locator: entry.locator,
            note: entry.note,
            is_own: false,
        })
    }
}
