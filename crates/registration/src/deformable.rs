//! Deformable registration of two CTs.

use geometry::{Affine, DeformationField, Point, Volume};

use crate::body::body;
use crate::box_filter::BoxFilter;
use crate::correlation::Correlation;
use crate::displacement::Displacement;
use crate::minimise::{Function, minimise};
use crate::pyramid::{WHOLE_WINDOW, coarser, with_equal_planes};
use crate::region::{Region, ranges, weights};
use crate::rigid::RegistrationError;
use crate::roughness::Roughness;
use crate::warp::{Warp, Warped};

/// Spacing of the image in which the body is looked for.
const BODY_MM: f64 = 8.0;
/// Spacings of the images on which the search goes on, and the most steps on each.
const LEVELS: [(f64, usize); 3] = [(8.0, 60), (4.0, 60), (2.0, 40)];
/// Voxels from node to node.
const NODE_STEP: usize = 3;
/// The neighbourhood in which images are compared reaches this many voxels to every side.
const RADIUS: usize = 2;
/// How a displacement is kept smooth; set on the pairs of `docs/methods/deformable-registration.md`.
const ROUGHNESS: Roughness = Roughness { weight: 0.3, gentle: 0.2, fold_weight: 1.0 };
/// The first step moves no node by more than this share of a voxel.
const FIRST_STEP: f64 = 0.5;
/// A step that gains less than this share ends the search on a level.
const LEAST_GAIN: f64 = 1e-5;

/// Deforms `fixed` onto `moving` (both CT, in Hounsfield units), beginning with a linear map.
///
/// What comes back takes points of the fixed frame to the moving frame: a displacement at the nodes of a grid, then the linear
/// map. It is defined around the body of the fixed image. Whether it folds anywhere is told by
/// [`DeformationField::jacobian_determinants`]; folds cost, but are not impossible.
///
/// # Errors
/// When an image shows no tissue or is too thin.
///
/// # Source
/// The way to compare and to keep smooth follows \[vishnevskiy2017\].
pub fn register_deformable(
    fixed: &Volume<f32>,
    moving: &Volume<f32>,
    moving_from_fixed: &Affine,
) -> Result<DeformationField, RegistrationError> {
    let no_tissue = || RegistrationError::NoTissue("fixed");
    let fixed = &*with_equal_planes(fixed).ok_or_else(no_tissue)?;
    let moving = &*with_equal_planes(moving).ok_or(RegistrationError::NoTissue("moving"))?;
    let coarse = coarser(fixed, BODY_MM, &WHOLE_WINDOW).ok_or_else(no_tissue)?;
    let body = Volume::new(coarse.grid().clone(), body(&coarse)).ok_or_else(no_tissue)?;
    let mut found: Option<Placed> = None;
    for (spacing_mm, most_steps) in LEVELS {
        let fixed = coarser(fixed, spacing_mm, &WHOLE_WINDOW).ok_or_else(no_tissue)?;
        let moving = coarser(moving, spacing_mm, &WHOLE_WINDOW).ok_or(RegistrationError::NoTissue("moving"))?;
        for (image, which) in [(&fixed, "fixed"), (&moving, "moving")] {
            if image.grid().size().iter().any(|n| *n < 2) {
                return Err(RegistrationError::Thin(which));
            }
        }
        let level = Level { fixed: &fixed, moving: &moving, body: &body, moving_from_fixed };
        found = Some(level.refined(found.as_ref(), most_steps).ok_or_else(no_tissue)?);
    }
    let placed = found.ok_or_else(no_tissue)?;
    let direction = fixed.grid().direction();
    let volume = placed.displacement.to_volume(placed.origin_mm, direction).ok_or_else(no_tissue)?;
    Ok(DeformationField::new(Affine::identity(), volume, moving_from_fixed.clone()))
}

/// A displacement and the position of its first node.
struct Placed {
    displacement: Displacement,
    origin_mm: Point,
}

/// Both images at one spacing.
struct Level<'a> {
    fixed: &'a Volume<f32>,
    moving: &'a Volume<f32>,
    body: &'a Volume<bool>,
    moving_from_fixed: &'a Affine,
}

impl Level<'_> {
    /// Goes on from a coarser displacement; nothing where the fixed image shows no body.
    fn refined(&self, start: Option<&Placed>, most_steps: usize) -> Option<Placed> {
        let grid = self.fixed.grid();
        let weights = weights(grid, self.body);
        let region = Region::around(grid.size(), &weights, RADIUS + 1)?;
        let origin_mm = grid.position_mm(region.first);
        let mut displacement = Displacement::zero(region.size, grid.spacing_mm(), [NODE_STEP; 3]);
        if let Some(start) = start {
            let shift = grid.direction().tr_mul(&(origin_mm - start.origin_mm));
            displacement.take_from(&start.displacement, [shift.x, shift.y, shift.z]);
        }
        let mut energy = self.energy(&region, &region.cut(&weights), displacement.clone());
        let first_step = (FIRST_STEP * grid.spacing_mm().into_iter().fold(f64::INFINITY, f64::min)) as f32;
        minimise(&mut energy, &mut displacement.values, first_step, most_steps, LEAST_GAIN);
        Some(Placed { displacement, origin_mm })
    }

    fn energy(&self, region: &Region, weights: &[f32], nodes: Displacement) -> Energy<'_> {
        let mut near_body = weights.to_vec();
        let n = near_body.len();
        BoxFilter { size: region.size, radius: RADIUS }.sum(&mut near_body, &mut vec![0.0; n]);
        let read = ranges(&near_body, region.size[0]);
        let grid = self.fixed.grid();
        Energy {
            warp: Warp::new(self.moving, grid, region.first, region.size, self.moving_from_fixed, read),
            correlation: Correlation::new(region.size, region.cut(self.fixed.values()), weights.to_vec(), RADIUS),
            nodes,
            warped: Warped::new(n),
            per_value: vec![0.0; n],
        }
    }
}

/// What is minimised: disagreement and roughness.
struct Energy<'a> {
    warp: Warp<'a>,
    correlation: Correlation,
    nodes: Displacement,
    warped: Warped,
    per_value: Vec<f32>,
}

impl Function for Energy<'_> {
    fn value(&mut self, x: &[f32], slope: &mut [f32]) -> f64 {
        self.nodes.values.copy_from_slice(x);
        self.warp.read(&self.nodes, &mut self.warped);
        let cost = self.correlation.cost(&self.warped, &mut self.per_value);
        self.warp.gather(&self.per_value, &self.warped.slopes, &self.nodes, slope);
        let voxels_per_node: usize = self.nodes.step.iter().product();
        let share = voxels_per_node as f64 / self.correlation.total_weight();
        cost + ROUGHNESS.add(&self.nodes, share, slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::Grid;

    fn image(shift: f64) -> Volume<f32> {
        let grid = Grid::axial(Point::origin(), [2.0; 3], [24, 20, 18]).unwrap();
        let value = |offset: usize| {
            let at = grid.position_mm([offset % 24, offset / 24 % 20, offset / 480]);
            let wave = ((at.x + shift) / 5.0).sin() * (at.y / 6.0).cos() + ((at.z - shift) / 7.0).sin();
            (200.0 * wave) as f32
        };
        Volume::new(grid.clone(), (0..grid.len()).map(value).collect()).unwrap()
    }

    #[test]
    fn the_slope_is_that_of_the_energy() {
        let (fixed, moving, affine) = (image(0.0), image(1.5), Affine::identity());
        let body = Volume::new(fixed.grid().clone(), vec![true; fixed.grid().len()]).unwrap();
        let level = Level { fixed: &fixed, moving: &moving, body: &body, moving_from_fixed: &affine };
        let weights = vec![1.0; fixed.grid().len()];
        let region = Region::around(fixed.grid().size(), &weights, 1).unwrap();
        let mut nodes = Displacement::zero(region.size, [2.0; 3], [NODE_STEP; 3]);
        // Nodes near the rim push voxels out of the moving image, where the energy has steps.
        nodes.values.iter_mut().enumerate().for_each(|(index, value)| *value = 0.3 * (index as f32 * 0.7).sin());
        let mut energy = level.energy(&region, &weights, nodes.clone());
        let mut slope = vec![0.0; nodes.values.len()];
        energy.value(&nodes.values, &mut slope);
        let [columns, rows, _] = nodes.size;
        for component in 0..3 {
            let at = 3 * ((3 * rows + 3) * columns + 4) + component;
            let mut moved = |by: f32| {
                let mut x = nodes.values.clone();
                x[at] += by;
                energy.value(&x, &mut vec![0.0; x.len()])
            };
            let expected = (moved(0.02) - moved(-0.02)) / 0.04;
            let found = f64::from(slope[at]);
            assert!((found - expected).abs() < 0.05 * expected.abs() + 1e-6, "{found} {expected}");
        }
    }
}
