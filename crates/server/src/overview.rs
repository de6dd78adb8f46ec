//! What an assessment came to, in short, and everything that it leaves with its case.

use archive::{Bound, Results, StoredCase};
use assessment::{Assessment, Review};
use case::{Case, Objects, Settings, Severity};
use guidelines::Verdict;
use serde::{Deserialize, Serialize};

use crate::contents::of_inputs;
use crate::curves;
use crate::problem::Problem;

/// The file of the curves among the results.
pub const CURVES: &str = "dvh.arrays";
const OVERVIEW: &str = "overview.json";

/// What an assessment came to, in short.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Overview {
    /// What it was made from.
    pub bound: Bound,
    /// Whether numbers rest on a registration that nobody accepted.
    pub provisional: bool,
    /// Whether anything was refused, so that no cumulative number is given.
    pub refused: bool,
    /// Type of reirradiation.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Numbers of findings: refusals, warnings, notes.
    pub n_findings: [usize; 3],
    /// Numbers of limits: met, exceeded, uncertain.
    pub n_limits: [usize; 3],
}

impl Overview {
    fn of(assessment: &Assessment) -> Self {
        let findings =
            |severity: Severity| assessment.findings.iter().filter(|finding| finding.severity == severity).count();
        // Observations are no limits.
        let limits = |verdict: Verdict| {
            assessment.constraints.iter().filter(|limit| limit.verdict == verdict && !limit.is_landmark).count()
        };
        Self {
            bound: bound_of(assessment),
            provisional: assessment.provisional,
            refused: assessment.refused,
            kind: assessment.classification.kind.map(str::to_owned),
            n_findings: [Severity::Refuse, Severity::Warn, Severity::Note].map(findings),
            n_limits: [Verdict::Met, Verdict::Exceeded, Verdict::Uncertain].map(limits),
        }
    }

    /// That of the last assessment of a case; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn kept(case: &StoredCase) -> Result<Option<Self>, Problem> {
        let Some(bytes) = case.result(OVERVIEW).await? else { return Ok(None) };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| Problem::internal("reading the results of a case", error.to_string()))
    }

    /// Changes whenever the assessment does.
    pub fn etag(&self) -> String {
        let bound = &self.bound;
        of_inputs(
            [&bound.inputs_sha256, &bound.settings_sha256, &bound.knowledge_sha256, &bound.rert]
                .into_iter()
                .map(String::as_str),
        )
    }
}

/// What an assessment was made from.
pub fn bound_of(assessment: &Assessment) -> Bound {
    let provenance = &assessment.provenance;
    Bound {
        inputs_sha256: of_inputs(provenance.inputs.iter().map(|input| input.sha256.as_str())),
        settings_sha256: provenance.settings_sha256.clone(),
        knowledge_sha256: provenance.knowledge_sha256.clone(),
        rert: provenance.rert.to_owned(),
    }
}

/// Writes everything that an assessment leaves into a folder of results.
pub fn write(
    results: &Results,
    objects: &Objects,
    (case, settings): (&Case, &Settings),
    review: &Review<'_>,
) -> Result<(), Problem> {
    let assessment = review.assessment();
    let failed = |error: &dyn std::fmt::Display| Problem::internal("keeping the results", error.to_string());
    report::write_results(results.path(), objects, (case, settings), assessment)
        .map_err(|error| failed(&error))?;
    let all: Vec<usize> = (0..assessment.structures.len()).collect();
    let curves = curves::arrays(serde_json::json!({}), assessment, &all).into_bytes();
    let overview = serde_json::to_vec_pretty(&Overview::of(assessment)).map_err(|error| failed(&error))?;
    for (name, bytes) in [(CURVES, curves), (OVERVIEW, overview)] {
        std::fs::write(results.path().join(name), bytes).map_err(|error| failed(&error.kind()))?;
    }
    Ok(())
}
