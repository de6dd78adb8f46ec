//! What a target can receive, and what stands in the way.

use case::Findings;
use dose::Dvh;
use dose::budget::{Allowance, Obstacle, attainable};
use geometry::Body;
use guidelines::DoseScope;
use radiobiology::NumberOfFractions;
use serde::Serialize;

use super::{Asked, LimitBudget, model, samples};
use crate::judge::doses_on_basis;
use crate::structures::{Context, Measured};

/// What a target can receive.
#[derive(Clone, Debug, Serialize)]
pub struct TargetBudget {
    /// Structure as drawn.
    pub structure: String,
    /// Number of fractions.
    pub fractions: u32,
    /// Intended prescription.
    pub prescription_gy: f64,
    /// Percent of the target that can receive it without breaking a limit, by whatever plan.
    pub attainable_percent: f64,
    /// What stands in the way, the limit that does so most first.
    pub obstacles: Vec<ObstacleTold>,
}

/// A limit that stands in the way of a target.
#[derive(Clone, Debug, Serialize)]
pub struct ObstacleTold {
    /// Stable name of the limit.
    pub id: String,
    /// Structure as drawn.
    pub structure: String,
    /// Volume of the target that it keeps below the prescription.
    pub blocked_cc: f64,
    /// Lowest total physical dose that it leaves anywhere.
    pub lowest_total_gy: f64,
    /// Distance from the target to the nearest voxel that may not receive the prescription.
    pub distance_mm: f64,
    /// By how many percent of the prescription the dose must fall per millimetre, at the steepest place.
    pub fall_off_percent_per_mm: Option<f64>,
    /// By how much the limit would have to give if the whole target received the prescription and nothing fell outside it.
    pub would_have_to_give_gy: Option<f64>,
}

/// Everything that restricts, in the order of its numbers: limits, then organs that were not judged.
pub(super) struct Counted<'c, 'a, 'm> {
    pub(super) asked: &'c [Asked<'a, 'm>],
    pub(super) rows: &'c [LimitBudget],
    pub(super) closed: &'c [&'m Measured<'a>],
}

impl Counted<'_, '_, '_> {
    /// What stands in the way, with its name, that of its structure, and by how much it would have to give.
    fn told(&self, obstacle: &Obstacle, give: impl Fn(&Asked<'_, '_>) -> Option<f64>) -> ObstacleTold {
        let number = obstacle.limit as usize;
        let (id, structure, would_have_to_give_gy) = match (self.asked.get(number), self.rows.get(number)) {
            (Some(asked), Some(row)) => (row.id.clone(), row.structure.clone(), give(asked)),
            _ => ("not-judged".to_owned(), self.closed[number - self.asked.len()].roi.name.clone(), None),
        };
        ObstacleTold {
            id,
            structure,
            blocked_cc: obstacle.blocked_cc,
            lowest_total_gy: obstacle.lowest_gy,
            distance_mm: obstacle.distance_mm,
            fall_off_percent_per_mm: obstacle.fall_off_percent_per_mm,
            would_have_to_give_gy,
        }
    }
}

/// What the target that a person names can receive, for each number of fractions.
pub(super) fn targets(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    counted: &Counted<'_, '_, '_>,
    allowances: &[Allowance],
    findings: &mut Findings,
) -> Vec<TargetBudget> {
    let settings = &context.settings.budget;
    let Some(name) = &settings.target else { return Vec::new() };
    let planned = context.case.current().and_then(case::Course::prescription_gy);
    let target = structures.iter().find(|measured| measured.roi.name == *name);
    let (Some(target), Some(prescription_gy)) = (target, settings.prescription_gy.or(planned)) else {
        let message = "case.toml names a target for the budget that the current course does not hold, or no prescription is known: what can be attained is not computed";
        findings.warn("H48", name, message);
        return Vec::new();
    };
    let of_fractions = |allowance: &Allowance| {
        let target_samples = samples(target, allowance.grid());
        let found = attainable(allowance, &target_samples, prescription_gy)?;
        let give = |asked: &Asked<'_, '_>| {
            would_have_to_give(context, asked, target, prescription_gy, allowance.fractions())
        };
        Some(TargetBudget {
            structure: name.clone(),
            fractions: allowance.fractions().get(),
            prescription_gy,
            attainable_percent: found.covered_percent,
            obstacles: found.obstacles.iter().map(|obstacle| counted.told(obstacle, give)).collect(),
        })
    };
    if counted.asked.is_empty() && counted.closed.is_empty() {
        findings.warn("H48", name, "no limit counts, so what of the target can be attained is not computed");
        return Vec::new();
    }
    let found: Vec<TargetBudget> = allowances.iter().filter_map(of_fractions).collect();
    if found.len() < allowances.len() {
        let message = "the target reaches beyond the grid of the current dose, so what of it can be attained is not known: export the \
                       dose on a larger grid";
        findings.warn("H29", name, message);
    }
    found
}

/// By how much a limit would be exceeded if every point of its structure within the target received the prescription and no other
/// point anything; nothing where it would not.
fn would_have_to_give(
    context: &Context<'_>,
    asked: &Asked<'_, '_>,
    target: &Measured<'_>,
    prescription_gy: f64,
    fractions: NumberOfFractions,
) -> Option<f64> {
    let (constraint, measured) = (asked.constraint, asked.measured);
    let model = model(context, Some(constraint.alpha_beta))?;
    let (samples, solid) = (measured.samples.as_ref()?, target.solid.as_ref()?);
    let recoveries = asked.recoveries(context);
    let doses = doses_on_basis(measured, constraint.alpha_beta, &recoveries)?;
    let added = model.eqd2_gy(prescription_gy, fractions);
    let is_cumulative = constraint.scope == DoseScope::Cumulative;
    let sum = |index: usize| {
        let prior = if is_cumulative { doses.doses.prior.values_gy[index] } else { 0.0 };
        prior + if solid.contains(&samples.positions_mm()[index]) { added } else { 0.0 }
    };
    let sums: Vec<f64> = (0..samples.positions_mm().len()).map(sum).collect();
    let value = constraint.metric.of(&Dvh::of_points(&sums, samples.volumes_cc())?)?;
    Some(value - constraint.limit).filter(|beyond| *beyond > 0.0)
}
