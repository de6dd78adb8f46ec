//! What may still be given: limit by limit, voxel by voxel, and to a target.

mod targets;

use std::collections::BTreeMap;

use case::{Findings, Role};
use dose::budget::{Allowance, voxels_about};
use dose::{ConvertedCourse, Estimated, Metric, accumulate_at};
use geometry::{Grid, Point, Samples};
use guidelines::{Constraint, DoseScope, Evidence, OrganKind};
use radiobiology::budget::remaining;
use radiobiology::{AlphaBeta, LinearQuadraticLinear, Model, NumberOfFractions, Recovery, Tissue};
use serde::Serialize;

use crate::conversion::Conversions;
use crate::judge::{doses_on_basis, is_judged, stands_in};
use crate::structures::{Context, Measured, shortest_interval};
use crate::{record, recovery};

use targets::{Counted, targets};

pub use targets::{ObstacleTold, TargetBudget};

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
    /// Organs at risk that no limit holds for, or in which nothing is allowed since they were not judged.
    pub not_limited: Vec<NotLimited>,
    /// What a target can receive, for each number of fractions.
    pub targets: Vec<TargetBudget>,
    /// Voxel by voxel, for each number of fractions, to be written as DICOM.
    #[serde(skip)]
    pub allowances: Vec<Allowance>,
}

/// An organ at risk that the budget says nothing of.
#[derive(Clone, Debug, Serialize)]
pub struct NotLimited {
    /// Structure as drawn.
    pub structure: String,
    /// The numbers of fractions that this is true of.
    pub fractions: Vec<u32>,
    /// Whether nothing is allowed in it; otherwise everything is.
    pub is_closed: bool,
    /// Why.
    pub reason: String,
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

/// A limit with the structure it is asked for.
struct Asked<'a, 'm> {
    constraint: &'a Constraint,
    measured: &'m Measured<'a>,
}

impl Asked<'_, '_> {
    /// The organ as a tissue on the basis of the limit.
    fn tissue(&self) -> Tissue {
        self.measured.tissue(self.constraint.alpha_beta)
    }

    /// What recovers of each course for this limit: a recovery counts only where the source of the limit discounts prior dose itself.
    fn recoveries(&self, context: &Context<'_>) -> Vec<Recovery> {
        if self.constraint.after_discount {
            self.measured.recoveries.clone()
        } else {
            recovery::none(context.case)
        }
    }
}

/// Works out the budget of a case.
pub(crate) fn budget(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    conversions: &mut Conversions,
    findings: &mut Findings,
) -> Result<Option<Budget>, dose::DoseError> {
    let fractions = fractions(context);
    let Some(asked) = asked(context, structures, findings) else { return Ok(None) };
    if context.case.prior().next().is_none() {
        return Ok(None);
    }
    if fractions.is_empty() {
        let message = "no number of fractions is known, so what may still be given is not computed: state fractions under [budget] in case.toml";
        findings.note("H47", "budget", message);
        return Ok(None);
    }
    laid_out(context, structures, (&asked, &fractions), conversions, findings)
}

/// Works out the budget for other numbers of fractions than those of the settings; nothing where a budget was refused.
pub(crate) fn budget_in(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    fractions: &[NumberOfFractions],
    conversions: &mut Conversions,
) -> Result<Option<Budget>, dose::DoseError> {
    // What is to be said of limits and targets was said when the case was assessed.
    let mut said_before = Findings::new();
    let asked = asked(context, structures, &mut said_before);
    let Some(asked) = asked.filter(|_| context.case.prior().next().is_some()) else { return Ok(None) };
    laid_out(context, structures, (&asked, fractions), conversions, &mut said_before)
}

fn laid_out(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    (asked, fractions): (&[Asked<'_, '_>], &[NumberOfFractions]),
    conversions: &mut Conversions,
    findings: &mut Findings,
) -> Result<Option<Budget>, dose::DoseError> {
    let closed = closed(structures);
    let rows: Vec<LimitBudget> = asked.iter().map(|asked| row(context, asked, fractions)).collect();
    let Some(grid) = crate::export::planning_grid(context, structures) else { return Ok(None) };
    let priors = priors(context, asked, &grid, conversions)?;
    let allowances: Vec<Allowance> = fractions
        .iter()
        .map(|&fractions| {
            let mut allowance = allowance(context, asked, (&rows, &priors), &grid, fractions);
            close(&closed, asked.len(), &mut allowance);
            allowance
        })
        .collect();
    let counted = Counted { asked, rows: &rows, closed: &closed };
    let targets = targets(context, structures, &counted, &allowances, findings);
    Ok(Some(Budget {
        fractions: fractions.iter().map(|fractions| fractions.get()).collect(),
        model: model(context, AlphaBeta::new(1.0).ok()).map_or("lq", |model| model.name()),
        transition_gy: context.settings.budget.transition_gy,
        not_limited: not_limited(context, structures, asked, fractions),
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
pub(crate) fn model(context: &Context<'_>, alpha_beta: Option<AlphaBeta>) -> Option<Model> {
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
) -> Option<Vec<Asked<'a, 'm>>> {
    let chosen = &context.settings.budget.limits;
    let is_dose = |constraint: &Constraint| {
        let scope = matches!(constraint.scope, DoseScope::Cumulative | DoseScope::Current);
        scope && constraint.metric.unit() == "Gy"
    };
    let is_known = |id: &str| {
        context.knowledge.constraints.iter().any(|constraint| constraint.id == id && is_dose(constraint))
    };
    if let Some(unknown) = chosen.iter().find(|id| !is_known(id)) {
        let message = "a limit was chosen for the budget that is no limit on a dose of the knowledge base, so there is no budget: correct its id";
        findings.refuse("H48", unknown, message);
        return None;
    }
    let is_chosen =
        |constraint: &&Constraint| is_dose(constraint) && (chosen.is_empty() || chosen.contains(&constraint.id));
    let of_structure = |measured: &'m Measured<'a>| {
        let organ = measured.organ.filter(|_| is_judged(measured));
        let constraints = organ.map(|organ| context.knowledge.constraints_for(&organ.standard_name));
        constraints
            .into_iter()
            .flatten()
            .filter(is_chosen)
            .filter(|constraint| !constraint.is_landmark || !chosen.is_empty())
            .filter(|constraint| {
                organ.is_none_or(|organ| {
                    !stands_in(structures, constraint.source_organ.as_ref(), &organ.standard_name)
                })
            })
            .map(|constraint| Asked { constraint, measured })
            .collect::<Vec<_>>()
    };
    Some(structures.iter().flat_map(of_structure).collect())
}

/// Organs at risk whose dose was refused or is not known: nothing may be allowed in them.
fn closed<'a, 'm>(structures: &'m [Measured<'a>]) -> Vec<&'m Measured<'a>> {
    structures.iter().filter(|measured| is_organ(measured) && !is_judged(measured)).collect()
}

/// A margin around an organ has no limits of its own.
fn is_organ(measured: &Measured<'_>) -> bool {
    measured.summary.kind == Some(OrganKind::Oar) && !measured.is_prv
}

/// Allows nothing in organs that were not judged; their numbers follow those of the limits.
fn close(closed: &[&Measured<'_>], first: usize, allowance: &mut Allowance) {
    let Ok(any) = AlphaBeta::new(1.0) else { return };
    for (index, measured) in closed.iter().enumerate() {
        let voxels = voxels_about(allowance.grid(), &everywhere(measured, allowance.grid()));
        allowance.restrict_mean((first + index) as u32, 0.0, &Model::linear_quadratic(any), &voxels, 0.0);
    }
}

/// Organs at risk that no limit holds for: what is not limited is not allowed by anybody.
fn not_limited(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    asked: &[Asked<'_, '_>],
    fractions: &[NumberOfFractions],
) -> Vec<NotLimited> {
    let interval = shortest_interval(context.case);
    let of_organ = |measured: &Measured<'_>| {
        let own = || asked.iter().filter(|asked| asked.measured.roi.number == measured.roi.number);
        let open = |fractions: &&NumberOfFractions| {
            own().all(|asked| {
                let constraint = asked.constraint;
                constraint.interval_reason(interval).is_some()
                    || constraint.fractions_reason(fractions.get()).is_some()
            })
        };
        let is_closed = !is_judged(measured);
        let numbers: Vec<u32> = fractions.iter().filter(|n| is_closed || open(n)).map(|n| n.get()).collect();
        let reason = match (is_closed, measured.solid.is_some(), own().next().is_some()) {
            (true, true, _) => "it was not judged, see the findings: nothing is allowed in it",
            (true, false, _) => "it was not judged and has no usable contours: nothing could be kept from it",
            (false, _, true) => "no limit holds for this interval or number of fractions",
            (false, _, false) => "no limit on its dose counts",
        };
        (!numbers.is_empty()).then(|| NotLimited {
            structure: measured.roi.name.clone(),
            fractions: numbers,
            is_closed: is_closed && measured.solid.is_some(),
            reason: reason.to_owned(),
        })
    };
    structures.iter().filter(|measured| is_organ(measured)).filter_map(of_organ).collect()
}

fn row(context: &Context<'_>, asked: &Asked<'_, '_>, fractions: &[NumberOfFractions]) -> LimitBudget {
    let (constraint, measured) = (asked.constraint, asked.measured);
    let with_recovery = recovery::is_any(&asked.recoveries(context));
    let prior = prior_of_metric(context, asked);
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

fn prior_of_metric(context: &Context<'_>, asked: &Asked<'_, '_>) -> Option<Prior> {
    let (constraint, measured) = (asked.constraint, asked.measured);
    if constraint.scope == DoseScope::Current {
        return Some(Prior { value: 0.0, band: None });
    }
    let recoveries = asked.recoveries(context);
    let doses = doses_on_basis(measured, constraint.alpha_beta, &recoveries)?;
    let covered = doses.doses.covered.iter().zip(&context.case.courses);
    if covered.into_iter().any(|(covered, course)| course.role == Role::Prior && !covered.is_whole()) {
        return None;
    }
    let prior: Estimated = doses.estimated(|doses| Some(&doses.prior))?;
    let mut value = prior.estimate(&constraint.metric)?.value;
    if constraint.metric == Metric::Mean && measured.is_bounded {
        let n_prior = context.case.prior().count();
        let closer = record::mean_bounds(context, &measured.roi.name, &doses, (&recoveries, n_prior));
        value = closer.map_or(value, |[_, high]| value.min(high));
    }
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
    BudgetOption {
        fractions: fractions.get(),
        total_gy: found.map(|found| found.total_gy),
        gy_per_fraction: found.map(|found| found.gy_per_fraction),
        cautious_total_gy: cautious,
        beyond_model: found.is_some_and(|found| found.gy_per_fraction > caution),
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
    let mut by_structure: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for asked in asked {
        conversions.prepare(context.case, &asked.tissue());
        let voxels = || voxels_about(grid, &everywhere(asked.measured, grid));
        by_structure.entry(asked.measured.roi.number).or_insert_with(voxels);
    }
    let of_limit = |asked: &Asked<'_, '_>| {
        let voxels = by_structure[&asked.measured.roi.number].clone();
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
        let highest = prior_of_metric(context, asked).map(|prior| prior.value);
        return Ok(highest.map(|gy| vec![gy; voxels.len()]));
    }
    let maps = &context.alignment.to_frame;
    let Some(courses) = conversions.courses(context.case, maps, &asked.tissue()) else { return Ok(None) };
    let recoveries = asked.recoveries(context);
    let prior: Vec<ConvertedCourse<'_>> = courses
        .into_iter()
        .enumerate()
        .filter(|(index, _)| context.case.courses[*index].role == Role::Prior)
        .map(|(index, course)| ConvertedCourse { recovery: recoveries[index], ..course })
        .collect();
    let Some(current) = context.case.current() else { return Ok(None) };
    let [columns, rows, _] = grid.size();
    let position =
        |voxel: &usize| grid.position_mm([voxel % columns, voxel / columns % rows, voxel / (columns * rows)]);
    let positions: Vec<Point> = voxels.iter().map(position).collect();
    accumulate_at(&positions, &current.frame, &prior, &asked.tissue()).map(|found| found.into_iter().collect())
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
                settle_between(context, (limit, asked), &model, &mut allowance);
            }
            // Where the prior dose is not known nothing is allowed.
            (None, ..) => allowance.restrict_mean(limit, 0.0, &model, &prior.voxels, 0.0),
        }
    }
    allowance
}

/// Keeps a limit on the cumulative dose between the voxels too, at all points at which the structure is measured.
fn settle_between(
    context: &Context<'_>,
    (limit, asked): (u32, &Asked<'_, '_>),
    model: &Model,
    allowance: &mut Allowance,
) {
    let (constraint, measured) = (asked.constraint, asked.measured);
    let Some(samples) = measured.samples.as_ref().filter(|_| constraint.scope == DoseScope::Cumulative) else {
        return;
    };
    let recoveries = asked.recoveries(context);
    if let Some(doses) = doses_on_basis(measured, constraint.alpha_beta, &recoveries) {
        allowance.settle(limit, constraint.limit, model, samples.positions_mm(), &doses.doses.prior.values_gy);
    }
}
