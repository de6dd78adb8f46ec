//! What a planning system can optimise against: the prior dose as it would be in the new fractions, what every voxel may still
//! receive, and regions of it.

use dose::budget::Allowance;
use geometry::{Contour, Grid, Point, Raster, Volume, isolines};
use radiobiology::{AlphaBeta, Model, NumberOfFractions};

use crate::budget::{self, Budget};
use crate::export::ExportedEqd2;
use crate::model::{ExportedDose, ExportedRegion, ExportedRegions};
use crate::record;
use crate::structures::Context;

/// Regions are drawn at these parts of the prescription ...
const LEVELS_PERCENT: [f64; 4] = [25.0, 50.0, 75.0, 100.0];
/// ... or at these doses where none is known.
const LEVELS_GY: [f64; 7] = [5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0];
/// Where nothing is limited, this part of the prescription stands.
const CEILING: f64 = 1.5;
/// Axes that differ by less than this are the same.
const SAME_AXES: f64 = 1e-4;

/// What stands in the comment of every exported dose that is not what a machine gave.
const NO_TREATMENT: &str = "NOT A TREATMENT DOSE";

/// `EFFECTIVE` unless a person asked for what planning systems take that refuse it.
pub(crate) fn dose_type(context: &Context<'_>) -> &'static str {
    if context.settings.export.physical_dose_type { "PHYSICAL" } else { "EFFECTIVE" }
}

/// A comment that says what a dose is, in at most 64 characters and the louder the more it looks like a dose of a plan.
pub(crate) fn comment(context: &Context<'_>, what: &str) -> String {
    if context.settings.export.physical_dose_type {
        format!("{NO_TREATMENT}: {what}")
    } else {
        format!("{what}, no physical dose")
    }
}

/// The doses for the planning system.
pub(crate) fn planner_doses(
    context: &Context<'_>,
    budget: &Budget,
    exported: &[ExportedEqd2],
) -> Vec<ExportedDose> {
    let mut doses = Vec::new();
    for allowance in &budget.allowances {
        let fractions = allowance.fractions();
        for background in exported.iter().filter(|exported| exported.is_background) {
            doses.push(physical_equivalent(context, background.alpha_beta, &background.dose, fractions));
        }
        doses.extend(allowed(context, allowance));
    }
    doses
}

/// The total in the new fractions that has the same effect as the prior dose, for one α/β.
fn physical_equivalent(
    context: &Context<'_>,
    alpha_beta: AlphaBeta,
    background: &ExportedDose,
    fractions: NumberOfFractions,
) -> ExportedDose {
    let model = budget::model(context, Some(alpha_beta)).unwrap_or(Model::linear_quadratic(alpha_beta));
    let (ab, n) = (alpha_beta.gy(), fractions.get());
    let bound = if record::entered(context.case).next().is_some() { " at most" } else { "" };
    ExportedDose {
        name: format!("background_physical_ab{ab}_{n}fx"),
        comment: comment(context, &format!("prior as in {n} fx, ab={ab} {}{bound}", model.name())),
        voxels: background.voxels.map_parallel(|eqd2| model.total_gy(*eqd2, fractions)),
        ..background.clone()
    }
}

fn allowed(context: &Context<'_>, allowance: &Allowance) -> Option<ExportedDose> {
    let current = context.case.current()?;
    let n = allowance.fractions().get();
    let ceiling = ceiling_gy(context, allowance)?;
    let prior = context.case.prior().filter(|course| course.incomplete.is_none()).flat_map(|course| &course.plans);
    Some(ExportedDose {
        name: format!("allowance_{n}fx"),
        comment: comment(context, &format!("may still be given in {n} fx; open: {ceiling:.0} Gy")),
        dose_type: dose_type(context),
        frame: current.frame.clone(),
        voxels: Volume::new(allowance.grid().clone(), allowance.with_ceiling(ceiling))?,
        plans: prior.map(|plan| (plan.uid.clone(), plan.modality.needs_rbe())).collect(),
    })
}

/// What stands where nothing is limited; nothing where nothing is limited at all.
fn ceiling_gy(context: &Context<'_>, allowance: &Allowance) -> Option<f64> {
    let largest = allowance.largest_gy()?;
    Some(prescription_gy(context).map_or(largest, |prescription| largest.max(CEILING * prescription)).ceil())
}

fn prescription_gy(context: &Context<'_>) -> Option<f64> {
    let planned = context.case.current().and_then(case::Course::prescription_gy);
    context.settings.budget.prescription_gy.or(planned)
}

/// Regions that may not receive some doses, on the planes of the current image where it lies straight to the grid.
pub(crate) fn planner_regions(context: &Context<'_>, budget: &Budget) -> Vec<ExportedRegions> {
    budget.allowances.iter().filter_map(|allowance| regions(context, allowance)).collect()
}

fn regions(context: &Context<'_>, allowance: &Allowance) -> Option<ExportedRegions> {
    let current = context.case.current()?;
    let n = allowance.fractions().get();
    let largest = allowance.largest_gy()?;
    let levels: Vec<f64> = match prescription_gy(context) {
        Some(prescription) => LEVELS_PERCENT.map(|percent| prescription * percent / 100.0).to_vec(),
        None => LEVELS_GY.iter().copied().filter(|level| *level <= largest).collect(),
    };
    let ceiling = ceiling_gy(context, allowance)?.max(2.0 * levels.last().copied().unwrap_or(0.0));
    let values: Vec<f32> = allowance.with_ceiling(ceiling).iter().map(|gy| *gy as f32).collect();
    let image = current.image.filter(|&index| {
        context.objects.images[index].grid.as_ref().is_ok_and(|grid| is_straight(grid, allowance.grid()))
    });
    let image_grid = image.and_then(|index| context.objects.images[index].grid.as_ref().ok());
    let planes = planes(allowance.grid(), image_grid);
    let of_level = |level: &f64| {
        let contours: Vec<(Vec<Point>, Option<usize>)> =
            planes.iter().flat_map(|plane| plane.below(allowance.grid(), &values, *level as f32)).collect();
        (!contours.is_empty()).then(|| ExportedRegion { name: format!("below {level:.1}Gy {n}fx"), contours })
    };
    let regions: Vec<ExportedRegion> = levels.iter().filter_map(of_level).collect();
    (!regions.is_empty()).then(|| ExportedRegions {
        name: format!("allowance_regions_{n}fx"),
        description: format!("{NO_TREATMENT}: regions that may receive less than the named total in {n} fractions; research software"),
        frame: current.frame.clone(),
        image,
        regions,
    })
}

fn is_straight(image: &Grid, grid: &Grid) -> bool {
    (image.direction().column(2) - grid.direction().column(2)).norm() < SAME_AXES
}

/// A plane of contours.
struct ContourPlane {
    /// Place between the planes of the allowance.
    k: f64,
    /// Plane of the image.
    image: Option<usize>,
}

/// The planes of the image within the grid, else those of the grid.
fn planes(grid: &Grid, image: Option<&Grid>) -> Vec<ContourPlane> {
    let n_planes = grid.size()[2];
    let Some(image) = image else {
        return (0..n_planes).map(|k| ContourPlane { k: k as f64, image: None }).collect();
    };
    let middle = [image.size()[0] / 2, image.size()[1] / 2];
    (0..image.size()[2])
        .map(|k| (grid.continuous_index(&image.position_mm([middle[0], middle[1], k]))[2], k))
        .filter(|(k, _)| (0.0..=(n_planes - 1) as f64).contains(k))
        .map(|(k, image)| ContourPlane { k, image: Some(image) })
        .collect()
}

impl ContourPlane {
    /// Contours about what lies below a level; the grid is taken to end in what is not limited.
    fn below(&self, grid: &Grid, values: &[f32], level: f32) -> Vec<(Vec<Point>, Option<usize>)> {
        let [columns, rows, planes] = grid.size();
        let lower = (self.k as usize).min(planes.saturating_sub(1));
        let upper = (lower + 1).min(planes - 1);
        let part = (self.k - lower as f64) as f32;
        let value = |i: usize, j: usize| {
            let at = |k: usize| values[grid.offset([i, j, k])];
            at(lower) + part * (at(upper) - at(lower))
        };
        // Marching squares trace what lies above a level, so the sign is turned; a rim closes every line.
        let (width, height) = (columns + 2, rows + 2);
        let mut turned = vec![f32::MIN / 4.0; width * height];
        for j in 0..rows {
            for i in 0..columns {
                turned[(j + 1) * width + i + 1] = -value(i, j);
            }
        }
        let lines = isolines(Raster { values: &turned, columns: width }, -level);
        let place = |[column, row]: &[f32; 2]| {
            rounded(self.position(grid, f64::from(*column) - 1.0, f64::from(*row) - 1.0))
        };
        let to_points = |line: Vec<[f32; 2]>| {
            // Marching squares leave specks and lines where a value lies right at the level: they are no contours.
            let contour = Contour::new(line.iter().map(place).collect()).ok()?;
            Some((contour.points_mm().to_vec(), self.image))
        };
        lines.into_iter().filter_map(to_points).collect()
    }

    fn position(&self, grid: &Grid, i: f64, j: f64) -> Point {
        let spacing = grid.spacing_mm();
        let lower = (self.k as usize).min(grid.size()[2] - 1);
        let upper = (lower + 1).min(grid.size()[2] - 1);
        let part = self.k - lower as f64;
        let offset =
            grid.plane_offset_mm(lower) + part * (grid.plane_offset_mm(upper) - grid.plane_offset_mm(lower));
        let direction = grid.direction();
        let along = |axis: usize| direction.column(axis).into_owned();
        grid.origin_mm() + along(0) * (i * spacing[0]) + along(1) * (j * spacing[1]) + along(2) * offset
    }
}

/// A contour is not known better than to a micrometre, and points closer than that are one.
fn rounded(point: Point) -> Point {
    point.map(|mm| (mm * 1e3).round() / 1e3)
}
