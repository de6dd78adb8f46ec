//! Candidate plans for the current course side by side.

use std::collections::BTreeMap;

use case::{Finding, Role, Settings, Severity};
use guidelines::dose_response::{ResponseKind, SelectionThreshold};
use guidelines::{DoseScope, Evidence, JudgedConstraint, Knowledge, OrganKind, Verdict};
use serde::Serialize;

use crate::model::{Assessment, StructureSummary};
use crate::response::ResponseValue;

/// What must stand beside every difference of probabilities.
pub const CALIBRATION_WARNING: &str = "published dose responses were fitted in other patients, most of them irradiated for the first time: they are \
     not calibrated for reirradiation, over-predict complications of cumulative doses by far, and may order plans but not tell what will happen";

/// Two or more candidates, in the order of the settings; the others are compared with the first.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Name of the candidate that the rest of the assessment is about.
    pub assessed: String,
    /// What each of them is.
    pub candidates: Vec<ComparedCandidate>,
    /// Limits, with one value for each candidate.
    pub limits: Vec<ComparedLimit>,
    /// Organs at risk.
    pub organs: Vec<ComparedStructure>,
    /// Targets.
    pub targets: Vec<ComparedStructure>,
    /// Dose responses.
    pub responses: Vec<ComparedResponse>,
    /// Rules that prefer a plan by the difference of probabilities, as examples.
    pub rules: Vec<ComparedRule>,
    /// What must be read with them.
    pub warning: &'static str,
}

/// One candidate.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedCandidate {
    /// Name as settings state it.
    pub name: String,
    /// Labels of its plans.
    pub plans: Vec<String>,
    /// What irradiates, plan by plan.
    pub modalities: Vec<String>,
    /// Fractions of all its plans.
    pub fractions: u32,
    /// Prescription.
    pub prescription_gy: Option<f64>,
    /// Whether its assessment was refused.
    pub refused: bool,
    /// Whether it rests on a registration that nobody accepted.
    pub provisional: bool,
    /// Numbers of limits that are met, uncertain, and exceeded.
    pub verdicts: [usize; 3],
    /// Refusals and warnings that the assessed candidate does not have: its own stand among the findings.
    pub findings: Vec<Finding>,
}

/// One limit in one structure.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedLimit {
    /// Stable name of the limit.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Structure as drawn.
    pub structure: String,
    /// What is measured.
    pub metric: String,
    /// Unit of the limit and its values, where they are no shares: `Gy`, `%` or `cc`.
    pub unit: &'static str,
    /// Which dose is limited.
    pub scope: DoseScope,
    /// The limit in gray.
    pub limit_gy: Option<f64>,
    /// The limit as a share.
    pub limit_share: Option<f64>,
    /// α/β of the EQD2.
    pub alpha_beta_gy: Option<f64>,
    /// How well the limit is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// For each candidate; nothing where it has none.
    pub values: Vec<Option<LimitValue>>,
}

/// A limit under one candidate.
#[derive(Clone, Debug, Serialize)]
pub struct LimitValue {
    /// EQD2.
    pub value_gy: Option<f64>,
    /// Upper bound, where a prior course is known by bounds.
    pub at_most_gy: Option<f64>,
    /// Share of the current course.
    pub value_share: Option<f64>,
    /// 90 % band.
    pub band: Option<[f64; 2]>,
    /// Share of the draws in which the limit is exceeded.
    pub probability_exceeded: Option<f64>,
    /// What follows.
    pub verdict: Verdict,
    /// Percent of what the prior courses left that the candidate uses in the measure of the limit.
    pub budget_used_percent: Option<f64>,
}

/// Doses of one structure.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedStructure {
    /// Structure as drawn.
    pub structure: String,
    /// α/β of the EQD2.
    pub alpha_beta_gy: Option<f64>,
    /// For each candidate; nothing where it is not drawn.
    pub values: Vec<Option<StructureValue>>,
}

/// Doses of one structure under one candidate.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StructureValue {
    /// Mean absorbed dose of the current course.
    pub current_mean_gy: Option<f64>,
    /// Its near-maximum.
    pub current_d0_1cc_gy: Option<f64>,
    /// Its dose to 95 % of the structure.
    pub current_d95_percent_gy: Option<f64>,
    /// Its dose to 98 %.
    pub current_d98_percent_gy: Option<f64>,
    /// Its dose to 2 %.
    pub current_d2_percent_gy: Option<f64>,
    /// Mean EQD2 of all courses.
    pub cumulative_mean_gy: Option<f64>,
    /// Near-maximum EQD2 of all courses.
    pub cumulative_d0_1cc_gy: Option<f64>,
}

/// One dose response in one structure.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedResponse {
    /// Under the first candidate that has it; value and probability of each stand beside.
    #[serde(flatten)]
    pub response: ResponseValue,
    /// For each candidate.
    pub values: Vec<Option<ResponsePoint>>,
}

/// A dose response under one candidate.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ResponsePoint {
    /// Value of the measure.
    pub value_gy: f64,
    /// Probability by the published curve.
    pub probability: f64,
    /// Probability less that of the first candidate, in percent.
    pub difference_percent: Option<f64>,
}

/// A rule under every candidate but the first.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedRule {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// By how much a complication must become rarer.
    pub least_difference_percent: f64,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// For each candidate; nothing for the first one, and where no complication of that grade can be computed.
    pub outcomes: Vec<Option<RuleOutcome>>,
}

/// What a rule says of a candidate.
#[derive(Clone, Debug, Serialize)]
pub struct RuleOutcome {
    /// By how much the complications become rarer than with the first candidate.
    pub difference_percent: f64,
    /// The complications that count, with their structures.
    pub endpoints: Vec<String>,
    /// Whether that is enough for the rule.
    pub is_reached: bool,
}

impl Comparison {
    /// Lays the assessments of the candidates beside each other, in the order of the settings.
    pub(crate) fn of(knowledge: &Knowledge, settings: &Settings, assessments: &[&Assessment]) -> Self {
        let responses = responses(assessments);
        Self {
            assessed: settings.candidate().map(|candidate| candidate.name.clone()).unwrap_or_default(),
            candidates: candidates(settings, assessments),
            limits: limits(assessments),
            organs: structures(assessments, OrganKind::Oar),
            targets: structures(assessments, OrganKind::Target),
            rules: rules(&knowledge.dose_responses.thresholds, &responses, assessments.len()),
            responses,
            warning: CALIBRATION_WARNING,
        }
    }
}

fn candidates(settings: &Settings, assessments: &[&Assessment]) -> Vec<ComparedCandidate> {
    let assessed = settings.candidate().and_then(|own| {
        let index = settings.candidates.iter().position(|candidate| candidate.name == own.name)?;
        assessments.get(index)
    });
    let one = |(candidate, assessment): (&case::Candidate, &&Assessment)| {
        let current = assessment.courses.iter().find(|course| course.role == Role::Current);
        let plans = || current.iter().flat_map(|course| &course.plans);
        let count = |verdict| assessment.constraints.iter().filter(|found| found.verdict == verdict).count();
        let stated: Vec<f64> = plans().filter_map(|plan| plan.prescription_gy).collect();
        let is_own = |finding: &&Finding| {
            finding.severity != Severity::Note
                && !assessed.is_some_and(|assessed| assessed.findings.contains(finding))
        };
        ComparedCandidate {
            name: candidate.name.clone(),
            plans: plans().map(|plan| plan.label.clone()).collect(),
            modalities: plans().map(|plan| plan.modality.as_str().to_owned()).collect(),
            fractions: plans().map(|plan| plan.fractions_planned).sum(),
            prescription_gy: (!stated.is_empty()).then(|| stated.iter().sum()),
            refused: assessment.refused,
            provisional: assessment.provisional,
            verdicts: [count(Verdict::Met), count(Verdict::Uncertain), count(Verdict::Exceeded)],
            findings: assessment.findings.iter().filter(is_own).cloned().collect(),
        }
    };
    settings.candidates.iter().zip(assessments).map(one).collect()
}

/// The entries of all lists in the order of their first appearance, those that are the same once.
fn firsts<'a, T>(all: impl Iterator<Item = &'a T>, is_same: impl Fn(&T, &T) -> bool) -> Vec<&'a T> {
    let mut found: Vec<&T> = Vec::new();
    for entry in all {
        if !found.iter().any(|other| is_same(other, entry)) {
            found.push(entry);
        }
    }
    found
}

fn limits(assessments: &[&Assessment]) -> Vec<ComparedLimit> {
    let all = assessments.iter().flat_map(|assessment| &assessment.constraints);
    let compared = |first: &JudgedConstraint| ComparedLimit {
        values: assessments.iter().map(|own| limit_value(own, &first.id, &first.structure)).collect(),
        id: first.id.clone(),
        title: first.title.clone(),
        structure: first.structure.clone(),
        metric: first.metric.clone(),
        unit: first.unit,
        scope: first.scope,
        limit_gy: first.limit_gy,
        limit_share: first.limit_share,
        alpha_beta_gy: first.alpha_beta_gy,
        evidence: first.evidence,
        source: first.source.clone(),
    };
    firsts(all, |a, b| a.id == b.id && a.structure == b.structure).into_iter().map(compared).collect()
}

fn limit_value(assessment: &Assessment, id: &str, structure: &str) -> Option<LimitValue> {
    let judged = assessment.constraints.iter().find(|found| found.id == id && found.structure == structure)?;
    let rows = assessment.budget.iter().flat_map(|budget| &budget.limits);
    let row = rows.into_iter().find(|row| row.id == id && row.structure == structure);
    let used = row.and_then(|row| {
        let left = row.limit_gy - row.prior_gy?;
        (left > 0.0).then(|| 100.0 * (judged.value_gy.unwrap_or(f64::NAN) - row.limit_gy + left) / left)
    });
    Some(LimitValue {
        value_gy: judged.value_gy,
        at_most_gy: judged.at_most_gy,
        value_share: judged.value_share,
        band: judged.band,
        probability_exceeded: judged.probability_exceeded,
        verdict: judged.verdict,
        budget_used_percent: used.filter(|percent| percent.is_finite()),
    })
}

fn structures(assessments: &[&Assessment], kind: OrganKind) -> Vec<ComparedStructure> {
    let all = assessments.iter().flat_map(|assessment| &assessment.structures);
    let of_kind = all.filter(|structure| structure.kind == Some(kind));
    let value = |assessment: &Assessment, name: &str| {
        let structure = assessment.structures.iter().find(|structure| structure.name == name)?;
        let current = structure.courses.last().map(|course| &course.absorbed);
        let cumulative = &structure.cumulative_eqd2;
        Some(StructureValue {
            current_mean_gy: current.and_then(|metrics| metrics.mean_gy),
            current_d0_1cc_gy: current.and_then(|metrics| metrics.d0_1cc_gy),
            current_d95_percent_gy: current.and_then(|metrics| metrics.d95_percent_gy),
            current_d98_percent_gy: current.and_then(|metrics| metrics.d98_percent_gy),
            current_d2_percent_gy: current.and_then(|metrics| metrics.d2_percent_gy),
            cumulative_mean_gy: cumulative.mean_gy,
            cumulative_d0_1cc_gy: cumulative.d0_1cc_gy,
        })
    };
    let compared = |first: &StructureSummary| ComparedStructure {
        structure: first.name.clone(),
        alpha_beta_gy: first.alpha_beta_gy,
        values: assessments.iter().map(|own| value(own, &first.name)).collect(),
    };
    firsts(of_kind, |a, b| a.name == b.name).into_iter().map(compared).collect()
}

fn responses(assessments: &[&Assessment]) -> Vec<ComparedResponse> {
    let all = assessments.iter().flat_map(|assessment| &assessment.dose_responses);
    let compared = |first: &ResponseValue| {
        let of = |assessment: &&Assessment| -> Option<(f64, f64)> {
            let same = |other: &&ResponseValue| other.id == first.id && other.structure == first.structure;
            let own = assessment.dose_responses.iter().find(same)?;
            own.value_gy.zip(own.probability)
        };
        let found: Vec<Option<(f64, f64)>> = assessments.iter().map(of).collect();
        let reference = found[0].map(|(_, probability)| probability);
        let point = |(value_gy, probability): (f64, f64)| ResponsePoint {
            value_gy,
            probability,
            difference_percent: reference.map(|reference| 100.0 * (probability - reference)),
        };
        ComparedResponse { response: first.clone(), values: found.into_iter().map(|own| own.map(point)).collect() }
    };
    firsts(all, |a, b| a.id == b.id && a.structure == b.structure).into_iter().map(compared).collect()
}

fn rules(thresholds: &[SelectionThreshold], responses: &[ComparedResponse], n: usize) -> Vec<ComparedRule> {
    let rule = |threshold: &SelectionThreshold| ComparedRule {
        id: threshold.id.clone(),
        title: threshold.title.clone(),
        least_difference_percent: threshold.least_difference_percent,
        evidence: threshold.evidence,
        source: threshold.source.clone(),
        outcomes: (0..n)
            .map(|index| (index > 0).then(|| outcome(threshold, responses, index)).flatten())
            .collect(),
    };
    thresholds.iter().map(rule).collect()
}

/// The complication that becomes rarest, or the sum over all of them, where a rule asks for that and there are two.
fn outcome(threshold: &SelectionThreshold, responses: &[ComparedResponse], index: usize) -> Option<RuleOutcome> {
    let rarer = |compared: &ComparedResponse| {
        let response = &compared.response;
        let counts =
            response.kind == ResponseKind::Ntcp && response.grade.is_some_and(|grade| grade >= threshold.grade);
        let difference = compared.values[index].filter(|_| counts)?.difference_percent?;
        Some((-difference, format!("{} ({})", response.title, response.structure)))
    };
    // One complication in two structures is one endpoint: the one that becomes rarest counts.
    let mut by_id: BTreeMap<&str, (f64, String)> = BTreeMap::new();
    for compared in responses {
        let Some(found) = rarer(compared) else { continue };
        let known = by_id.entry(&compared.response.id).or_insert_with(|| found.clone());
        if found.0 > known.0 {
            *known = found;
        }
    }
    let found: Vec<(f64, String)> = by_id.into_values().collect();
    let (difference_percent, endpoints) = if threshold.of_sum {
        let sum = found.iter().map(|(difference, _)| difference).sum();
        (found.len() > 1).then(|| (sum, found.into_iter().map(|(_, endpoint)| endpoint).collect()))?
    } else {
        let (difference, endpoint) = found.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        (difference, vec![endpoint])
    };
    let is_reached = difference_percent >= threshold.least_difference_percent;
    Some(RuleOutcome { difference_percent, endpoints, is_reached })
}
