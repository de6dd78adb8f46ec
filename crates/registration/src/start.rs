//! Where the search begins.

use geometry::Vector;

use crate::points::Points;
use crate::pose::Pose;

/// Distance of the trial shifts along the body.
const LONGITUDINAL_STEP_MM: f64 = 16.0;
/// Trial shifts across the body about the aligned centres.
const TRANSVERSE_MM: [f64; 3] = [-20.0, 0.0, 20.0];

/// Many shifts.
///
/// Two images of one patient may show different lengths of the body, so along the body every shift is tried that
/// leaves some overlap, and across it a few about the aligned centres of tissue.
pub(crate) fn shifts(points: &Points, moving_points: &Points) -> Vec<Pose> {
    let (fixed_centre, moving_centre) = (points.centre_mm(), moving_points.centre_mm());
    let aligned = moving_centre - fixed_centre;
    let reach = (extent(points) + extent(moving_points)) / 2.0;
    let n_steps = (reach / LONGITUDINAL_STEP_MM).ceil() as i32;
    let mut tried = Vec::new();
    for step in -n_steps..=n_steps {
        for x in TRANSVERSE_MM {
            for y in TRANSVERSE_MM {
                let shift = aligned + Vector::new(x, y, f64::from(step) * LONGITUDINAL_STEP_MM);
                tried.push(Pose::shifted(fixed_centre, shift));
            }
        }
    }
    tried
}

/// Length of the body along z.
fn extent(points: &Points) -> f64 {
    let z = || points.positions_mm.iter().map(|position| position.z);
    z().fold(f64::NEG_INFINITY, f64::max) - z().fold(f64::INFINITY, f64::min)
}
