//! Doses on the grid of the current course, for pictures and for export.

use case::{Case, Findings, Role};
use dose::{ConvertedCourse, accumulate, mapped_maximum};
use geometry::{Grid, Point};
use guidelines::OrganKind;
use radiobiology::{AlphaBeta, Tissue};

use crate::conversion::Conversions;
use crate::model::ExportedDose;
use crate::planner::{comment, dose_type};
use crate::structures::{Context, Measured};

/// A maximum that falls by more than this is told.
const MOST_DROP_PERCENT: f64 = 3.0;

/// Spacing of a grid for a plan that is still to be made.
const PLANNING_SPACING_MM: f64 = 2.5;

/// The grid of the current course: that of its first dose.
pub(crate) fn current_grid(case: &Case) -> Option<&Grid> {
    case.current()?.doses().next().map(|dose| dose.voxels.grid())
}

/// The grid on which the allowance of a new plan is laid out: that of the current dose; where no dose is planned yet, one about
/// all structures of the current course.
pub(crate) fn planning_grid(context: &Context<'_>, structures: &[Measured<'_>]) -> Option<Grid> {
    if let Some(grid) = current_grid(context.case) {
        return Some(grid.clone());
    }
    let corners: Vec<Point> = structures
        .iter()
        .filter_map(|measured| measured.solid.as_ref())
        .flat_map(|solid| solid.samples(PLANNING_SPACING_MM).positions_mm)
        .collect();
    let extreme = |axis: usize, pick: fn(f64, f64) -> f64| corners.iter().map(|corner| corner[axis]).reduce(pick);
    let low = [extreme(0, f64::min)?, extreme(1, f64::min)?, extreme(2, f64::min)?];
    let high = [extreme(0, f64::max)?, extreme(1, f64::max)?, extreme(2, f64::max)?];
    let size = std::array::from_fn(|axis| ((high[axis] - low[axis]) / PLANNING_SPACING_MM).ceil() as usize + 3);
    let origin = Point::from(low.map(|edge| edge - PLANNING_SPACING_MM));
    Grid::axial(origin, [PLANNING_SPACING_MM; 3], size).ok()
}

/// The α/β of all structures that are measured, in increasing order.
pub(crate) fn bases(structures: &[Measured<'_>]) -> Vec<AlphaBeta> {
    let is_tissue = |measured: &&Measured<'_>| measured.summary.kind != Some(OrganKind::External);
    let mut bases: Vec<AlphaBeta> =
        structures.iter().filter(is_tissue).filter_map(|measured| measured.alpha_beta).collect();
    bases.sort_by(|a, b| a.gy().total_cmp(&b.gy()));
    bases.dedup();
    bases
}

/// An exported EQD2.
pub(crate) struct ExportedEqd2 {
    /// Its basis.
    pub alpha_beta: AlphaBeta,
    /// Whether it is that of the prior courses alone.
    pub is_background: bool,
    /// The dose.
    pub dose: ExportedDose,
}

/// For each basis the cumulative dose and the background, the part that the prior courses leave.
///
/// No recovery takes part: it belongs to an organ, and a grid holds all of them.
pub(crate) fn exported_doses(
    context: &Context<'_>,
    (structures, bases): (&[Measured<'_>], &[AlphaBeta]),
    conversions: &mut Conversions,
    findings: &mut Findings,
) -> Result<Vec<ExportedEqd2>, dose::DoseError> {
    let mut exported = Vec::new();
    let (Some(current), Some(grid)) = (context.case.current(), planning_grid(context, structures)) else {
        return Ok(exported);
    };
    let whole = if current.is_planned() { "cumulative" } else { "background" };
    for &alpha_beta in bases {
        let tissue = Tissue::from(alpha_beta);
        conversions.prepare(context.case, &tissue);
        let maps = &context.alignment.to_frame;
        if alpha_beta == bases[0] {
            warn_of_lost_maxima(context, conversions, &tissue, &grid, findings);
        }
        let Some(courses) = conversions.courses(context.case, maps, &tissue) else { continue };
        let n_prior = context.case.courses.iter().filter(|course| course.role == Role::Prior).count();
        for (what, courses) in [("cumulative", courses.as_slice()), ("background", &courses[..n_prior])] {
            if courses.is_empty() || (what != whole && what != "background") {
                continue;
            }
            let sum = accumulate(&grid, &current.frame, courses, &tissue)?;
            if sum.n_uncovered > 0 && what == whole {
                note_uncovered(sum.n_uncovered, grid.len(), findings);
            }
            let is_bound = crate::record::entered(context.case).next().is_some();
            let last = if is_bound { "at most" } else { "recovery 0" };
            let told = format!("EQD2 ab={} {what}, {last}", alpha_beta.gy());
            let dose = ExportedDose {
                name: format!("{what}_eqd2_ab{}", alpha_beta.gy()),
                comment: comment(context, &told),
                dose_type: dose_type(context),
                frame: current.frame.clone(),
                voxels: sum.voxels,
                plans: plans(context.case, courses),
            };
            exported.push(ExportedEqd2 { alpha_beta, is_background: what == "background", dose });
        }
    }
    Ok(exported)
}

/// Says where the grid of the exported doses is too coarse for the maximum of a prior course (H42).
fn warn_of_lost_maxima(
    context: &Context<'_>,
    conversions: &Conversions,
    tissue: &Tissue,
    grid: &Grid,
    findings: &mut Findings,
) {
    for (index, course) in context.case.courses.iter().enumerate().filter(|(_, course)| course.role == Role::Prior)
    {
        let grids = conversions.of_course(index, tissue).unwrap_or_default();
        for converted in grids {
            let Some(map) = context.alignment.to_frame.get(&converted.frame) else { continue };
            let Some(found) = mapped_maximum(&converted.voxels, &map.transform, grid) else { continue };
            let drop_percent = 100.0 * (1.0 - found.after_gy / found.before_gy);
            if drop_percent > MOST_DROP_PERCENT {
                findings.warn(
                    "H42",
                    &course.label,
                    format!(
                        "on the grid of the exported doses the maximum of this course falls by {drop_percent:.1} %, from {:.2} Gy \
                         to {:.2} Gy (EQD2, {}, cubic interpolation at voxel centres); the tables of organs are not \
                         touched, since they are measured between the voxels",
                        found.before_gy, found.after_gy, tissue.alpha_beta
                    ),
                );
            }
        }
    }
}

fn note_uncovered(n_uncovered: usize, n_voxels: usize, findings: &mut Findings) {
    let percent = 100.0 * n_uncovered as f64 / n_voxels as f64;
    let message = format!(
        "{percent:.0} % of the voxels of the exported dose lie outside the grid of some course, which contributes \
         nothing there: outside its grid a dose is unknown, not zero"
    );
    findings.note("H29", "exported dose", message);
}

/// UIDs of the plans behind the first courses of the case.
fn plans(case: &Case, courses: &[ConvertedCourse<'_>]) -> Vec<(String, bool)> {
    let counted = case.courses.iter().take(courses.len());
    // A course known by its record has no object to refer to.
    let known = counted.filter(|course| course.incomplete.is_none());
    known.flat_map(|course| &course.plans).map(|plan| (plan.uid.clone(), plan.modality.needs_rbe())).collect()
}
