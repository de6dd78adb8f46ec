//! Published dose responses, and what a dose means by them.

use dose::{Dvh, Metric};
use radiobiology::{AlphaBeta, DoseResponse, LinearQuadratic, NumberOfFractions, Shape};
use serde::{Deserialize, Serialize};

use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// What a curve tells the probability of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResponseKind {
    /// A complication.
    Ntcp,
    /// Control of the tumour.
    Tcp,
}

/// Which dose of a reirradiated patient a curve may be fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseScope {
    /// That of all courses.
    Cumulative,
    /// That of the current course.
    Current,
    /// None: the source excludes patients who were irradiated before, or its fractionation cannot be met.
    None,
}

/// In whom a curve was fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Population {
    /// Patients irradiated again.
    Reirradiation,
    /// Patients irradiated for the first time.
    FirstCourse,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResponseEntry {
    id: String,
    title: String,
    organs: Vec<String>,
    kind: ResponseKind,
    grade: Option<u8>,
    #[serde(default)]
    of_pair: bool,
    shape: String,
    d50: f64,
    d50_low: Option<f64>,
    d50_high: Option<f64>,
    gamma50: Option<f64>,
    gamma50_low: Option<f64>,
    gamma50_high: Option<f64>,
    m: Option<f64>,
    n: Option<f64>,
    metric: String,
    basis: String,
    alpha_beta_gy: f64,
    scope: ResponseScope,
    population: Population,
    evidence: Evidence,
    evidence_detail: Option<String>,
    source: String,
    locator: Option<String>,
    note: Option<String>,
    #[serde(default)]
    vectors: Vec<[f64; 2]>,
}

/// A curve whose measure and basis are known.
#[derive(Clone, Debug)]
pub struct PublishedResponse {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Standard names of the organs it is for, without side; none for tumours.
    pub organs: Vec<String>,
    /// Complication or control.
    pub kind: ResponseKind,
    /// Least grade of the complication, where the source states one.
    pub grade: Option<u8>,
    /// Whether it is for a pair of organs together.
    pub of_pair: bool,
    /// The curve.
    pub response: DoseResponse,
    /// What the dose measures.
    pub metric: Metric,
    /// α/β of the EQD2 it is fed from.
    pub alpha_beta: AlphaBeta,
    /// Number of fractions in which an absorbed dose is meant; nothing for EQD2.
    pub fractions: Option<NumberOfFractions>,
    /// Which dose it may be fed with.
    pub scope: ResponseScope,
    /// In whom it was fitted.
    pub population: Population,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Confidence of what was not verified.
    pub evidence_detail: Option<String>,
    /// Key of its source.
    pub source: String,
    /// Table or section.
    pub locator: Option<String>,
    /// What a reader should know about it.
    pub note: Option<String>,
    /// Ranges of D50 and γ50, where the source gives them.
    pub ranges: [[Option<f64>; 2]; 2],
    /// Values of the measure with their probabilities, for tests.
    pub vectors: Vec<[f64; 2]>,
}

/// A difference of probabilities from which a rule prefers one plan.
#[derive(Clone, Debug, Deserialize)]
pub struct SelectionThreshold {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Least grade of the endpoints.
    pub grade: u8,
    /// Whether the differences of several endpoints are added.
    #[serde(default)]
    pub of_sum: bool,
    /// Least difference in percent.
    pub least_difference_percent: f64,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

/// All curves and thresholds.
#[derive(Clone, Debug)]
pub struct DoseResponses {
    /// Curves in the order of the file.
    pub responses: Vec<PublishedResponse>,
    /// Thresholds in the order of the file.
    pub thresholds: Vec<SelectionThreshold>,
}

#[derive(Deserialize)]
struct ResponseFile {
    dose_response: Vec<ResponseEntry>,
    selection_threshold: Vec<SelectionThreshold>,
}

impl PublishedResponse {
    /// The value of the measure for a histogram of EQD2 with the α/β of the curve; nothing for an organ too small for it.
    ///
    /// Converting the measure and not every voxel is exact for a measure that is the dose of some voxel, and for EQD2 anyway;
    /// means and uniform doses of absorbed dose are then those of the equieffective dose.
    pub fn value(&self, eqd2: &Dvh) -> Option<f64> {
        if self.metric.unit() != "Gy" {
            return None;
        }
        let gy = self.metric.of(eqd2)?;
        let model = LinearQuadratic::new(self.alpha_beta);
        Some(self.fractions.map_or(gy, |fractions| model.total_gy(gy, fractions)))
    }

    /// The probability at a value of the measure.
    pub fn probability(&self, value: f64) -> f64 {
        self.response.probability(value)
    }
}

impl TryFrom<ResponseEntry> for PublishedResponse {
    type Error = KnowledgeError;

    fn try_from(entry: ResponseEntry) -> Result<Self, KnowledgeError> {
        let id = entry.id.clone();
        let wrong = |problem: String| KnowledgeError::Entry { id: id.clone(), problem };
        let shape = match entry.shape.as_str() {
            "probit" => Shape::Probit,
            "logistic" => Shape::Logistic,
            "log-logistic" => Shape::LogLogistic,
            "poisson" => Shape::Poisson,
            other => return Err(wrong(format!("its shape \"{other}\" is not known"))),
        };
        let response = match (entry.gamma50, entry.m) {
            (Some(gamma50), None) => DoseResponse::new(shape, entry.d50, gamma50),
            (None, Some(m)) if shape == Shape::Probit => DoseResponse::lyman(entry.d50, m),
            _ => return Err(wrong("it needs either gamma50 or, for a probit, m".to_owned())),
        };
        let metric = match (entry.metric.as_str(), entry.n) {
            ("gEUD", Some(n)) if n > 0.0 => Metric::EquivalentUniformDose(1.0 / n),
            ("gEUD", _) => return Err(wrong("a gEUD needs n".to_owned())),
            (name, _) => name.parse().map_err(|error: dose::MetricError| wrong(error.to_string()))?,
        };
        let in_fractions =
            entry.basis.strip_prefix("absorbed in ").and_then(|rest| rest.strip_suffix(" fractions"));
        let fractions = match (entry.basis.as_str(), in_fractions) {
            ("EQD2", _) => None,
            (_, Some(n)) => Some(
                n.parse::<i64>()
                    .ok()
                    .and_then(|n| NumberOfFractions::new(n).ok())
                    .ok_or_else(|| wrong("its basis names no number of fractions".to_owned()))?,
            ),
            (other, None) => return Err(wrong(format!("its basis \"{other}\" is not known"))),
        };
        Ok(Self {
            response: response.map_err(|error| wrong(error.to_string()))?,
            alpha_beta: AlphaBeta::new(entry.alpha_beta_gy).map_err(|error| wrong(error.to_string()))?,
            id: entry.id,
            title: entry.title,
            organs: entry.organs,
            kind: entry.kind,
            grade: entry.grade,
            of_pair: entry.of_pair,
            metric,
            fractions,
            scope: entry.scope,
            population: entry.population,
            evidence: entry.evidence,
            evidence_detail: entry.evidence_detail,
            source: entry.source,
            locator: entry.locator,
            note: entry.note,
            ranges: [[entry.d50_low, entry.d50_high], [entry.gamma50_low, entry.gamma50_high]],
            vectors: entry.vectors,
        })
    }
}

pub(crate) fn read(text: &str) -> Result<DoseResponses, KnowledgeError> {
    let file: ResponseFile = parse("dose_response.toml", text)?;
    let responses = file.dose_response.into_iter().map(PublishedResponse::try_from).collect::<Result<_, _>>()?;
    Ok(DoseResponses { responses, thresholds: file.selection_threshold })
}
