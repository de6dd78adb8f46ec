//! What published dose responses say of the doses of an assessment. They serve to compare plans, and predict nothing by themselves.

use guidelines::dose_response::{Population, PublishedResponse, ResponseKind, ResponseScope};
use guidelines::{DoseScope, Evidence, OrganKind, Side};
use serde::Serialize;

use crate::TargetState;
use crate::judge::doses_on_basis;
use crate::recovery;
use crate::structures::{Context, Measured};

/// One dose response at the dose of one structure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResponseValue {
    /// Stable name of the response.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// `ntcp` or `tcp`.
    pub kind: ResponseKind,
    /// Least grade of the complication, where the source states one.
    pub grade: Option<u8>,
    /// Structure as drawn.
    pub structure: String,
    /// What is measured.
    pub metric: String,
    /// `cumulative` or `current`: which dose it is fed with.
    pub scope: DoseScope,
    /// α/β of the EQD2 it is fed from.
    pub alpha_beta_gy: f64,
    /// Number of fractions in which the absorbed dose is meant; nothing for EQD2.
    pub in_fractions: Option<u32>,
    /// The value of the measure.
    pub value_gy: Option<f64>,
    /// What follows from it by the published curve.
    pub probability: Option<f64>,
    /// In whom the curve was fitted.
    pub population: Population,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// Why it is not computed.
    pub reason: Option<String>,
}

/// Every complication of the knowledge base that may be computed for an organ of a reirradiated patient, and the responses of targets
/// that a person chose.
pub(crate) fn responses(context: &Context<'_>, structures: &[Measured<'_>]) -> Vec<ResponseValue> {
    let drawn = structures.iter().filter(|measured| is_target(measured));
    let is_ambiguous = context.settings.budget.target.is_none() && drawn.count() > 1;
    let of_structure = |measured: &Measured<'_>| {
        let refusal = (is_ambiguous && is_target(measured))
            .then_some("several targets are drawn: state under [budget] which one is treated");
        let all = context.knowledge.dose_responses.responses.iter();
        all.filter(|response| is_for(context, response, measured))
            .filter_map(|response| value(context, measured, response, refusal))
            .collect::<Vec<_>>()
    };
    structures.iter().flat_map(of_structure).collect()
}

/// Targets of earlier courses are often drawn again, and a name does not tell them from the one that is treated now.
fn is_target(measured: &Measured<'_>) -> bool {
    measured.summary.kind == Some(OrganKind::Target) && !measured.is_prv
}

fn is_for(context: &Context<'_>, response: &PublishedResponse, measured: &Measured<'_>) -> bool {
    if measured.is_prv {
        return false;
    }
    let organ = measured.organ.is_some_and(|organ| response.organs.contains(&organ.standard_name));
    // A curve for a pair of organs says nothing of one of them.
    let is_whole = !response.of_pair || !matches!(measured.side, Some(Side::Left | Side::Right));
    // Where a person says which target is treated, the others are left alone; those of earlier courses are in any case.
    let of_target = match &context.settings.budget.target {
        Some(target) => *target == measured.roi.name,
        None => measured.summary.target_state != Some(TargetState::Earlier),
    };
    let is_treated = is_target(measured) && response.organs.is_empty() && of_target;
    (organ && is_whole) || (is_treated && context.settings.comparison.responses.contains(&response.id))
}

/// Nothing for a response that is never computed after a prior irradiation.
fn value(
    context: &Context<'_>,
    measured: &Measured<'_>,
    response: &PublishedResponse,
    refusal: Option<&'static str>,
) -> Option<ResponseValue> {
    let scope = match response.scope {
        ResponseScope::Cumulative => DoseScope::Cumulative,
        ResponseScope::Current => DoseScope::Current,
        ResponseScope::None => return None,
    };
    let found = refusal.map_or_else(|| gy(context, measured, response, scope), Err);
    Some(ResponseValue {
        id: response.id.clone(),
        title: response.title.clone(),
        kind: response.kind,
        grade: response.grade,
        structure: measured.roi.name.clone(),
        metric: response.metric.to_string(),
        scope,
        alpha_beta_gy: response.alpha_beta.gy(),
        in_fractions: response.fractions.map(|fractions| fractions.get()),
        value_gy: found.as_ref().ok().copied(),
        probability: found.as_ref().ok().map(|gy| response.probability(*gy)),
        population: response.population,
        evidence: response.evidence,
        source: response.source.clone(),
        reason: found.err().map(str::to_owned),
    })
}

/// The measure of a response, from doses of which nothing is taken as recovered.
fn gy(
    context: &Context<'_>,
    measured: &Measured<'_>,
    response: &PublishedResponse,
    scope: DoseScope,
) -> Result<f64, &'static str> {
    if !context.case.current().is_some_and(case::Course::is_planned) {
        return Err("the current course has no plan yet");
    }
    if measured.alpha_beta.is_none() {
        return Err("no α/β is known for the structure");
    }
    if measured.is_bounded && scope == DoseScope::Cumulative {
        return Err("a prior course is known by bounds only");
    }
    let doses = doses_on_basis(measured, response.alpha_beta, &recovery::none(context.case));
    let doses = doses.ok_or("its dose is not known")?;
    let covered = match scope {
        DoseScope::Current => doses.doses.covered.last().is_some_and(|covered| covered.is_whole()),
        _ => doses.doses.covered_by_all.is_whole(),
    };
    if !covered {
        return Err("a dose grid does not cover the whole structure");
    }
    let estimated = match scope {
        DoseScope::Current => doses.estimated(|doses| doses.eqd2.last()),
        _ => doses.estimated(|doses| Some(&doses.cumulative)),
    };
    let value = estimated.and_then(|estimated| response.value(&estimated.dvh));
    value.ok_or("the structure is too small for the measure, or it is no dose")
}
