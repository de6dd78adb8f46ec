//! What may still be given: limit by limit, voxel by voxel, and to a target.

use std::collections::BTreeMap;

use case::{Findings, Role};
use dose::budget::{Allowance, attainable, voxels_about};
use dose::{ConvertedCourse, Dvh, Estimated, Metric, accumulate_at};
use geometry::{Body, Grid, Point, Samples};
use guidelines::{Constraint, DoseScope, Evidence};
use radiobiology::budget::remaining;
use radiobiology::{AlphaBeta, LinearQuadraticLinear, Model, NumberOfFractions, Recovery};
use serde::Serialize;

use crate::conversion::Conversions;
use crate::judge::{doses_on_basis, is_judged};
use crate::recovery;
use crate::structures::{Context, Measured, shortest_interval};

/// The step at which organs and targets are laid over the grid of the allowance, as a part of its spacing.
const STEP: f64 = 0.5;

/// What may still be given.
#[derive(Clone, Debug, Serialize)]
pub struct Budget {
    /// Numbers of fractions that are considered.
    pub fractions: Vec<u32>,
    /// `lq`, or `lq-l` where a transition dose was stated for the new fractions.
    pub model: &'static str,
    /// That transition dose.
    pub transition_gy: Option<f64>,
    /// Limit by limit.
    pub limits: Vec<LimitBudget>,
    /// What a target can receive, for each number of fractions.
    pub targets: Vec<TargetBudget>,
    /// Voxel by voxel, for each number of fractions, to be written as DICOM.
    #[serde(skip)]
    pub allowances: Vec<Allowance>,
}

/// What one limit leaves in one structure.
#[derive(Clone, Debug, Serialize)]
pub struct LimitBudget {
    /// Stable name of the limit.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Structure as drawn.
    pub structure: String,
    /// What is measured.
    pub metric: String,
    /// `cumulative` or `current`.
    pub scope: DoseScope,
    /// α/β of the EQD2 that is limited.
    pub alpha_beta_gy: f64,
    /// The limit; the lower end of a range.
    pub limit_gy: f64,
    /// The upper end of a range.
    pub limit_upper_gy: Option<f64>,
    /// EQD2 of the prior courses in the same measure; zero for a limit on the current course alone.
    pub prior_gy: Option<f64>,
    /// Whether it is an upper bound, since a course enters by its maxima.
    pub prior_is_at_most: bool,
    /// Whether a recovery was taken off it, as the source of the limit does.
    pub with_recovery: bool,
    /// EQD2 that is left; negative by how much the limit is exceeded already.
    pub remaining_eqd2_gy: Option<f64>,
    /// What is left where the prior dose is as high and as low as its 90 % band.
    pub remaining_band_gy: Option<[f64; 2]>,
    /// The same as physical dose, for each number of fractions.
    pub options: Vec<BudgetOption>,
    /// How well the limit is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// Why nothing can be said.
    pub reason: Option<String>,
}

/// What a limit leaves in a number of fractions.
#[derive(Clone, Debug, Serialize)]
pub struct BudgetOption {
    /// Number of fractions.
    pub fractions: u32,
    /// Largest total physical dose.
    pub total_gy: Option<f64>,
    /// The same for each fraction.
    pub gy_per_fraction: Option<f64>,
    /// The total that is left where the prior dose is as high as its 90 % band.
    pub cautious_total_gy: Option<f64>,
    /// Whether the dose per fraction lies beyond what the linear-quadratic model is trusted with (H35).
    pub beyond_model: bool,
    /// Why the limit does not hold for this number of fractions.
    pub reason: Option<String>,
}

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

/// A limit with the structure it is asked for.
struct Asked<'a, 'm> {
    constraint: &'a Constraint,
    measured: &'m Measured<'a>,
}

/// Works out the budget of a case.
pub(crate) fn budget(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    conversions: &mut Conversions,
    findings: &mut Findings,
) -> Result<Option<Budget>, dose::DoseError> {
    let fractions = fractions(context);
    let asked = asked(context, structures, findings);
    if fractions.is_empty() || context.case.prior().next().is_none() {
        return Ok(None);
    }
    let rows: Vec<LimitBudget> = asked.iter().map(|asked| row(context, asked, &fractions)).collect();
    let Some(grid) = crate::export::planning_grid(context, structures) else { return Ok(None) };
    let priors = priors(context, &asked, &grid, conversions)?;
    let allowances: Vec<Allowance> = fractions
        .iter()
        .map(|&fractions| allowance(context, &asked, (&rows, &priors), &grid, fractions))
        .collect();
    let targets = targets(context, structures, (&asked, &rows), &allowances, findings);
    Ok(Some(Budget {
        fractions: fractions.iter().map(|fractions| fractions.get()).collect(),
        model: model(context, AlphaBeta::new(1.0).ok()).map_or("lq", |model| model.name()),
        transition_gy: context.settings.budget.transition_gy,
        limits: rows,
        targets,
        allowances,
    }))
}

/// As a person states them, else those of the current plan.
fn fractions(context: &Context<'_>) -> Vec<NumberOfFractions> {
    let stated = &context.settings.budget.fractions;
    let planned = || context.case.current().map(case::Course::n_sessions);
    let numbers: Vec<u32> = if stated.is_empty() { planned().into_iter().collect() } else { stated.clone() };
    numbers.into_iter().filter_map(|number| NumberOfFractions::new(i64::from(number)).ok()).collect()
}

/// The model of the new fractions: LQ, or LQ-L where a person stated a transition dose.
fn model(context: &Context<'_>, alpha_beta: Option<AlphaBeta>) -> Option<Model> {
    let alpha_beta = alpha_beta?;
    let linear =
        context.settings.budget.transition_gy.and_then(|gy| LinearQuadraticLinear::new(alpha_beta, gy).ok());
    Some(linear.map_or_else(|| Model::linear_quadratic(alpha_beta), Model::LinearQuadraticLinear))
}

/// Every dose limit of the structures, or those that a person chose.
fn asked<'a, 'm>(
    context: &Context<'a>,
    structures: &'m [Measured<'a>],
    findings: &mut Findings,
) -> Vec<Asked<'a, 'm>> {
    let chosen = &context.settings.budget.limits;
    for id in chosen {
        if !context.knowledge.constraints.iter().any(|constraint| constraint.id == *id) {
            let message = "case.toml chooses a limit for the budget that the knowledge base does not hold: the line has no effect";
            findings.warn("H48", id, message);
        }
    }
    let is_chosen = |constraint: &&Constraint| {
        let is_dose = !matches!(constraint.metric, Metric::VolumeAtGy(_));
        let scope = matches!(constraint.scope, DoseScope::Cumulative | DoseScope::Current);
        is_dose && scope && (chosen.is_empty() || chosen.contains(&constraint.id))
    };
    let of_structure = |measured: &'m Measured<'a>| {
        let organ = measured.organ.filter(|_| is_judged(measured));
        let constraints = organ.map(|organ| context.knowledge.constraints_for(&organ.standard_name));
        constraints
            .into_iter()
            .flatten()
            .filter(is_chosen)
            .map(|constraint| Asked { constraint, measured })
            .collect::<Vec<_>>()
    };
    structures.iter().flat_map(of_structure).collect()
}

fn row(context: &Context<'_>, asked: &Asked<'_, '_>, fractions: &[NumberOfFractions]) -> LimitBudget {
    let (constraint, measured) = (asked.constraint, asked.measured);
    let with_recovery = constraint.after_discount && recovery::is_any(&measured.recoveries);
    let prior = prior_of_metric(context, asked, with_recovery);
    let reason = constraint.interval_reason(shortest_interval(context.case)).or_else(|| match &prior {
        None => Some("the prior dose of the whole structure is not known".to_owned()),
        Some(_) => None,
    });
    let known = prior.as_ref().filter(|_| reason.is_none());
    let left = known.map(|prior| constraint.limit - prior.value);
    let options = fractions.iter().map(|&fractions| option(context, constraint, known, fractions)).collect();
    LimitBudget {
        id: constraint.id.clone(),
        title: constraint.title.clone(),
        structure: measured.roi.name.clone(),
        metric: constraint.metric.to_string(),
        scope: constraint.scope,
        alpha_beta_gy: constraint.alpha_beta.gy(),
        limit_gy: constraint.limit,
        limit_upper_gy: (constraint.limit_upper > constraint.limit).then_some(constraint.limit_upper),
        prior_gy: prior.as_ref().map(|prior| prior.value),
        prior_is_at_most: measured.is_bounded && constraint.scope == DoseScope::Cumulative,
        with_recovery,
        remaining_eqd2_gy: left,
        remaining_band_gy: known
            .and_then(|prior| prior.band)
            .map(|[low, high]| [constraint.limit - high, constraint.limit - low]),
        options,
        evidence: constraint.evidence,
        source: constraint.source.clone(),
        reason,
    }
}

/// The prior dose in the measure of a limit.
struct Prior {
    value: f64,
    band: Option<[f64; 2]>,
}

fn prior_of_metric(context: &Context<'_>, asked: &Asked<'_, '_>, with_recovery: bool) -> Option<Prior> {
    let (constraint, measured) = (asked.constraint, asked.measured);
    if constraint.scope == DoseScope::Current {
        return Some(Prior { value: 0.0, band: None });
    }
    let recoveries = if with_recovery { measured.recoveries.clone() } else { recovery::none(context.case) };
    let doses = doses_on_basis(measured, constraint.alpha_beta, &recoveries)?;
    let covered = doses.doses.covered.iter().zip(&context.case.courses);
    if covered.into_iter().any(|(covered, course)| course.role == Role::Prior && !covered.is_whole()) {
        return None;
    }
    let prior: Estimated = doses.estimated(|doses| Some(&doses.prior))?;
    let value = prior.estimate(&constraint.metric)?.value;
    let band = crate::uncertainty::prior_band(context, measured, constraint, &prior);
    Some(Prior { value, band: band.map(|band| [band.low, band.high]) })
}

fn option(
    context: &Context<'_>,
    constraint: &Constraint,
    prior: Option<&Prior>,
    fractions: NumberOfFractions,
) -> BudgetOption {
    let reason = constraint.fractions_reason(fractions.get());
    let model = model(context, Some(constraint.alpha_beta));
    let left = prior.filter(|_| reason.is_none()).zip(model);
    let found = left.map(|(prior, model)| remaining(constraint.limit, prior.value, &model, fractions));
    let cautious = left.and_then(|(prior, model)| {
        let [_, high] = prior.band?;
        Some(remaining(constraint.limit, high, &model, fractions).total_gy)
    });
    let caution = context.knowledge.models.linear_quadratic.caution_above_gy_per_fraction;
    let is_linear = context.settings.budget.transition_gy.is_some();
    BudgetOption {
        fractions: fractions.get(),
        total_gy: found.map(|found| found.total_gy),
        gy_per_fraction: found.map(|found| found.gy_per_fraction),
        cautious_total_gy: cautious,
        beyond_model: !is_linear && found.is_some_and(|found| found.gy_per_fraction > caution),
        reason,
    }
}

/// The prior EQD2 of a limit at the voxels of its structure; of a mean, the mean at all of them.
struct PriorVoxels {
    voxels: Vec<usize>,
    /// Nothing where a prior dose is not known.
    eqd2_gy: Option<Vec<f64>>,
}

fn priors(
    context: &Context<'_>,
    asked: &[Asked<'_, '_>],
    grid: &Grid,
    conversions: &mut Conversions,
) -> Result<Vec<PriorVoxels>, dose::DoseError> {
    let mut by_structure: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for asked in asked {
        conversions.prepare(context.case, asked.constraint.alpha_beta);
        let voxels = || voxels_about(grid, &everywhere(asked.measured, grid));
        by_structure.entry(&asked.measured.roi.name).or_insert_with(voxels);
    }
    let of_limit = |asked: &Asked<'_, '_>| {
        let voxels = by_structure[asked.measured.roi.name.as_str()].clone();
        let eqd2_gy = prior_at(context, asked, grid, &voxels, conversions)?;
        Ok(PriorVoxels { voxels, eqd2_gy })
    };
    asked.iter().map(of_limit).collect()
}

/// Points of a structure between which no voxel is missed, and all at which it is measured.
fn everywhere(measured: &Measured<'_>, grid: &Grid) -> Vec<Point> {
    let measured_at = measured.samples.iter().flat_map(|samples| samples.positions_mm());
    samples(measured, grid).positions_mm.iter().chain(measured_at).copied().collect()
}

/// Points of a structure at half the distance of the voxels.
fn samples(measured: &Measured<'_>, grid: &Grid) -> Samples {
    let spacing = grid.spacing_mm().into_iter().fold(f64::INFINITY, f64::min);
    measured.solid.as_ref().map(|solid| solid.samples(STEP * spacing)).unwrap_or_default()
}

/// The prior EQD2 at voxels for the α/β and the recovery of a limit; nothing where it is not known at some of them.
fn prior_at(
    context: &Context<'_>,
    asked: &Asked<'_, '_>,
    grid: &Grid,
    voxels: &[usize],
    conversions: &Conversions,
) -> Result<Option<Vec<f64>>, dose::DoseError> {
    let (constraint, measured) = (asked.constraint, asked.measured);
    if constraint.scope == DoseScope::Current {
        return Ok(Some(vec![0.0; voxels.len()]));
    }
    if measured.is_bounded {
        // No map leads to the dose of every voxel, so the highest counts everywhere.
        let highest = prior_of_metric(context, asked, false).map(|prior| prior.value);
        return Ok(highest.map(|gy| vec![gy; voxels.len()]));
    }
    let maps = &context.alignment.to_frame;
    let Some(courses) = conversions.courses(context.case, maps, constraint.alpha_beta) else { return Ok(None) };
    let with_recovery = constraint.after_discount && recovery::is_any(&measured.recoveries);
    let recovered = |index: usize| if with_recovery { measured.recoveries[index] } else { Recovery::NONE };
    let prior: Vec<ConvertedCourse<'_>> = courses
        .into_iter()
        .enumerate()
        .filter(|(index, _)| context.case.courses[*index].role == Role::Prior)
        .map(|(index, course)| ConvertedCourse { recovery: recovered(index), ..course })
        .collect();
    let Some(current) = context.case.current() else { return Ok(None) };
    let [columns, rows, _] = grid.size();
    let position =
        |voxel: &usize| grid.position_mm([voxel % columns, voxel / columns % rows, voxel / (columns * rows)]);
    let positions: Vec<Point> = voxels.iter().map(position).collect();
    accumulate_at(&positions, &current.frame, &prior, constraint.alpha_beta)
        .map(|found| found.into_iter().collect())
}

fn allowance(
    context: &Context<'_>,
    asked: &[Asked<'_, '_>],
    (rows, priors): (&[LimitBudget], &[PriorVoxels]),
    grid: &Grid,
    fractions: NumberOfFractions,
) -> Allowance {
    let mut allowance = Allowance::unlimited(grid.clone(), fractions);
    for (index, ((asked, row), prior)) in asked.iter().zip(rows).zip(priors).enumerate() {
        let constraint = asked.constraint;
        let holds = constraint.interval_reason(shortest_interval(context.case)).is_none()
            && constraint.fractions_reason(fractions.get()).is_none();
        let Some(model) = model(context, Some(constraint.alpha_beta)).filter(|_| holds) else { continue };
        let limit = index as u32;
        match (&prior.eqd2_gy, constraint.metric, row.prior_gy) {
            (_, Metric::Mean, Some(mean)) => {
                allowance.restrict_mean(limit, constraint.limit, &model, &prior.voxels, mean);
            }
            (Some(eqd2_gy), ..) => {
                allowance.restrict(limit, constraint.limit, &model, &prior.voxels, eqd2_gy);
                settle_between(context, asked, &model, &mut allowance);
            }
            // Where the prior dose is not known nothing is allowed.
            (None, ..) => allowance.restrict_mean(limit, 0.0, &model, &prior.voxels, 0.0),
        }
    }
    allowance
}

/// Keeps a limit on the cumulative dose between the voxels too, at all points at which the structure is measured.
fn settle_between(context: &Context<'_>, asked: &Asked<'_, '_>, model: &Model, allowance: &mut Allowance) {
    let (constraint, measured) = (asked.constraint, asked.measured);
    let Some(samples) = measured.samples.as_ref().filter(|_| constraint.scope == DoseScope::Cumulative) else {
        return;
    };
    let with_recovery = constraint.after_discount && recovery::is_any(&measured.recoveries);
    let recoveries = if with_recovery { measured.recoveries.clone() } else { recovery::none(context.case) };
    if let Some(doses) = doses_on_basis(measured, constraint.alpha_beta, &recoveries) {
        allowance.settle(constraint.limit, model, samples.positions_mm(), &doses.doses.prior.values_gy);
    }
}

fn targets(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    (asked, rows): (&[Asked<'_, '_>], &[LimitBudget]),
    allowances: &[Allowance],
    findings: &mut Findings,
) -> Vec<TargetBudget> {
    let settings = &context.settings.budget;
    let Some(name) = &settings.target else { return Vec::new() };
    let planned = context.case.current().and_then(case::Course::prescription_gy);
    let target = structures.iter().find(|measured| measured.roi.name == *name);
    let (Some(target), Some(prescription_gy)) = (target, settings.prescription_gy.or(planned)) else {
        let message = "case.toml names a target for the budget that the current course does not hold, or no prescription is known:                        what can be attained is not computed";
        findings.warn("H48", name, message);
        return Vec::new();
    };
    let of_fractions = |allowance: &Allowance| {
        let target_samples = samples(target, allowance.grid());
        let found = attainable(allowance, &target_samples, prescription_gy)?;
        let told = |obstacle: &dose::budget::Obstacle| {
            let (asked, row) = (&asked[obstacle.limit as usize], &rows[obstacle.limit as usize]);
            ObstacleTold {
                id: row.id.clone(),
                structure: row.structure.clone(),
                blocked_cc: obstacle.blocked_cc,
                lowest_total_gy: obstacle.lowest_gy,
                distance_mm: obstacle.distance_mm,
                fall_off_percent_per_mm: obstacle.fall_off_percent_per_mm,
                would_have_to_give_gy: would_have_to_give(
                    context,
                    asked,
                    target,
                    prescription_gy,
                    allowance.fractions(),
                ),
            }
        };
        Some(TargetBudget {
            structure: name.clone(),
            fractions: allowance.fractions().get(),
            prescription_gy,
            attainable_percent: found.covered_percent,
            obstacles: found.obstacles.iter().map(told).collect(),
        })
    };
    allowances.iter().filter_map(of_fractions).collect()
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
    let with_recovery = constraint.after_discount && recovery::is_any(&measured.recoveries);
    let recoveries = if with_recovery { measured.recoveries.clone() } else { recovery::none(context.case) };
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
