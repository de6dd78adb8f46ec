//! Where the search begins.

use geometry::{Vector, Volume};
use nalgebra::Rotation3;

use crate::least_squares::{Pose, cost};
use crate::points::Points;

/// Starts that are refined further.
const KEPT: usize = 4;
/// Distance of the trial shifts along the body.
const LONGITUDINAL_STEP_MM: f64 = 16.0;
/// Trial shifts across the body about the aligned centres.
const TRANSVERSE_MM: [f64; 3] = [-20.0, 0.0, 20.0];

/// The best few of many shifts, the best one first.
///
/// Two images of one patient may show different lengths of the body, so along the body every shift is tried that
/// leaves some overlap, and across it a few about the aligned centres of tissue.
pub fn starts(points: &Points, moving: &Volume<f32>, moving_points: &Points) -> Vec<Pose> {
    let (fixed_centre, moving_centre) = (points.centre_mm(), moving_points.centre_mm());
    let aligned = moving_centre - fixed_centre;
    let reach = (extent(points) + extent(moving_points)) / 2.0;
    let n_steps = (reach / LONGITUDINAL_STEP_MM).ceil() as i32;
    let mut tried: Vec<(f64, Pose)> = Vec::new();
    for step in -n_steps..=n_steps {
        for x in TRANSVERSE_MM {
            for y in TRANSVERSE_MM {
                let shift = aligned + Vector::new(x, y, f64::from(step) * LONGITUDINAL_STEP_MM);
                let pose = Pose { centre_mm: fixed_centre, rotation: Rotation3::identity(), shift_mm: shift };
                tried.push((cost(points, moving, &pose), pose));
            }
        }
    }
    tried.retain(|(cost, _)| cost.is_finite());
    tried.sort_by(|a, b| a.0.total_cmp(&b.0));
    tried.truncate(KEPT);
    tried.into_iter().map(|(_, pose)| pose).collect()
}

/// Length of the body along z.
fn extent(points: &Points) -> f64 {
    let z = || points.positions_mm.iter().map(|position| position.z);
    z().fold(f64::NEG_INFINITY, f64::max) - z().fold(f64::INFINITY, f64::min)
}
