//! The risk score for a second irradiation of the spinal cord.

use serde::{Deserialize, Serialize};

use crate::judge::DAYS_PER_MONTH;
use crate::knowledge::Evidence;

/// The score as it stands in `spinal_cord_reirradiation.toml`.
#[derive(Clone, Debug, Deserialize)]
pub struct ScoreTable {
    /// The table of the score.
    pub nieder_score: NiederTable,
}

/// Points and groups.
#[derive(Clone, Debug, Deserialize)]
pub struct NiederTable {
    /// Key of its source.
    pub source: String,
    /// How well the points are founded.
    pub evidence: Evidence,
    /// α/β of the BED.
    pub alpha_beta_gy: f64,
    /// Points by cumulative BED, in increasing order; the last bin has no upper end.
    pub cumulative_bed_points: Vec<BedBin>,
    /// Intervals shorter than this add points.
    pub interval_below_months: f64,
    /// How many.
    pub interval_points: f64,
    /// A single course of at least this BED adds points.
    pub single_course_bed_at_least_gy: f64,
    /// How many.
    pub single_course_points: f64,
    /// Groups in the order of risk.
    pub risk_group: Vec<RiskGroup>,
    /// What the source concludes.
    pub guidance: Guidance,
}

/// A conclusion of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guidance {
    /// In words.
    pub statement: String,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

/// A bin of cumulative BED.
#[derive(Clone, Debug, Deserialize)]
pub struct BedBin {
    /// Upper end, included.
    pub upper_gy: Option<f64>,
    /// Points.
    pub points: f64,
}

/// A group of risk.
#[derive(Clone, Debug, Deserialize)]
pub struct RiskGroup {
    /// Highest number of points.
    pub max_points: Option<f64>,
    /// Its name.
    pub name: String,
    /// Observed rate of myelopathy, percent.
    pub rate_percent_2006: Option<f64>,
    /// How well the rate is founded.
    pub rate_evidence: Evidence,
    /// Key of its source.
    pub rate_source: String,
}

/// What the score needs.
#[derive(Clone, Debug, PartialEq)]
pub struct CordScoreFacts {
    /// Highest BED of each course, in gray.
    pub course_bed_gy: Vec<f64>,
    /// Highest BED of all courses together, in gray.
    pub cumulative_bed_gy: f64,
    /// Days between the courses.
    pub interval_days: i64,
}

/// The score of a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CordScore {
    /// Stable name.
    pub id: String,
    /// Structure as drawn.
    pub structure: String,
    /// Points.
    pub points: f64,
    /// Group.
    pub group: String,
    /// Observed rate of myelopathy in the group, percent.
    pub rate_percent: Option<f64>,
    /// How well the rate is founded.
    pub rate_evidence: Evidence,
    /// Key of its source.
    pub rate_source: String,
    /// What the source concludes.
    pub guidance: Guidance,
    /// What went in.
    pub cumulative_bed_gy: f64,
    /// Highest BED of a single course.
    pub highest_course_bed_gy: f64,
    /// Months between the courses.
    pub interval_months: f64,
    /// α/β of the BED.
    pub alpha_beta_gy: f64,
    /// How well the points are founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

impl NiederTable {
    /// Points and group of a case.
    ///
    /// # Source
    /// \[nieder2006\]; the points per bin are not verified against the publication.
    pub fn score(&self, structure: &str, facts: &CordScoreFacts) -> Option<CordScore> {
        let bin = self
            .cumulative_bed_points
            .iter()
            .find(|bin| bin.upper_gy.is_none_or(|upper| facts.cumulative_bed_gy <= upper))?;
        let interval_months = facts.interval_days as f64 / DAYS_PER_MONTH;
        let highest_course_bed_gy = facts.course_bed_gy.iter().copied().fold(0.0, f64::max);
        let mut points = bin.points;
        if interval_months < self.interval_below_months {
            points += self.interval_points;
        }
        if highest_course_bed_gy >= self.single_course_bed_at_least_gy {
            points += self.single_course_points;
        }
        let group = self.risk_group.iter().find(|group| group.max_points.is_none_or(|most| points <= most))?;
        Some(CordScore {
            id: "nieder-2006".to_owned(),
            structure: structure.to_owned(),
            points,
            group: group.name.clone(),
            rate_percent: group.rate_percent_2006,
            rate_evidence: group.rate_evidence,
            rate_source: group.rate_source.clone(),
            guidance: self.guidance.clone(),
            cumulative_bed_gy: facts.cumulative_bed_gy,
            highest_course_bed_gy,
            interval_months,
            alpha_beta_gy: self.alpha_beta_gy,
            evidence: self.evidence,
            source: self.source.clone(),
        })
    }
}
