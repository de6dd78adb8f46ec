//! Where the organs are: one implicit function each, in the frame of the prior course.
//!
//! LPS, mm: x to the patient's left, y to the back, z to the head. The neck is about z = 0, the
//! top of the lungs at z = -80, the base of the skull at z = 90. Each function is negative inside.
//! Every cross-section is star-shaped about the organ's centre line, which lets the contours be
//! traced along rays.

use crate::shape::{capsule, ellipsoid, ramp, smooth_union, tube};

/// Ends of the axis of the recurrence.
const RECURRENCE: [[f64; 3]; 2] = [[23.2, 11.0, -30.0], [25.6, 9.5, -14.0]];

/// x and y of the spinal cord's centre at height z: a gentle curve, convex to the front in the
/// neck, with a slight sideways bend.
pub(crate) fn cord_centre(z: f64) -> [f64; 2] {
    let u = z / 140.0;
    let v = z - 10.0;
    [4.0 * u * (1.0 - u * u), 24.0 + 0.0009 * v * v]
}

/// Outline of the body at one point: an ellipse that swells downwards to square shoulders and
/// upwards to the head.
#[derive(Clone, Copy)]
pub(crate) struct Outline {
    /// 1 on the skin, 0 on the axis of the body.
    pub(crate) norm: f64,
    /// Half depth of the body, front to back, in mm.
    pub(crate) half_depth_mm: f64,
}

impl Outline {
    /// Outline seen from this point.
    pub(crate) fn at([x, y, z]: [f64; 3]) -> Self {
        let shoulders = ramp((-40.0 - z) / 65.0);
        let head = ramp((z - 25.0) / 55.0);
        let rise = ((z - 95.0) / 80.0).clamp(0.0, 1.0);
        let dome = 1.0 - 0.35 * rise * rise;
        let half_width_mm = (60.0 + 126.0 * shoulders + 16.0 * head) * dome;
        let half_depth_mm = (62.0 + 32.0 * shoulders + 32.0 * head) * dome;
        let u = x / half_width_mm;
        let v = (y - (2.0 + 4.0 * shoulders - 6.0 * head)) / half_depth_mm;
        let (u2, v2) = (u * u, v * v);
        let round = (u2 + v2).sqrt();
        let square = (u2 * u2 + v2 * v2).sqrt().sqrt();
        Self { norm: (1.0 - shoulders) * round + shoulders * square, half_depth_mm }
    }

    /// Roughly the distance from the skin, negative inside.
    pub(crate) fn skin_mm(&self) -> f64 {
        (self.norm - 1.0) * self.half_depth_mm
    }
}

/// The body. It has no lower and no upper end: the CT ends first.
pub(crate) fn body(point: [f64; 3]) -> f64 {
    Outline::at(point).skin_mm()
}

/// Spinal cord, from the foramen magnum down to the upper chest.
pub(crate) fn spinal_cord([x, y, z]: [f64; 3]) -> f64 {
    let [cx, cy] = cord_centre(z);
    tube(x - cx, y - cy, 6.8, 5.0).max((z + 19.0).abs() - 95.0)
}

/// Brainstem: an ellipsoid that leans forward on its way up.
pub(crate) fn brainstem([x, y, z]: [f64; 3]) -> f64 {
    let straight = [x, y - (21.0 - 0.3 * (z - 97.0)), z];
    ellipsoid(straight, [0.0, 0.0, 97.0], [15.0, 13.0, 24.0])
}

/// Oesophagus, in front of the spine and a little to the left.
pub(crate) fn oesophagus([x, y, z]: [f64; 3]) -> f64 {
    let [cx, cy] = cord_centre(z);
    tube(x - cx - 3.0, y - cy + 33.0, 8.5, 5.0).max((z + 61.0).abs() - 53.0)
}

/// Trachea, below the larynx.
pub(crate) fn trachea([x, y, z]: [f64; 3]) -> f64 {
    let [cx, cy] = cord_centre(z);
    tube(x - cx, y - cy + 47.0, 9.5, 8.5).max((z + 60.0).abs() - 54.0)
}

/// Parotid of the left side.
pub(crate) fn parotid_left(point: [f64; 3]) -> f64 {
    parotid(1.0, point)
}

/// Parotid of the right side.
pub(crate) fn parotid_right(point: [f64; 3]) -> f64 {
    parotid(-1.0, point)
}

/// Parotid of the left (1) or right (-1) side: an ellipsoid sheared to lie along the jaw.
pub(crate) fn parotid(side: f64, [x, y, z]: [f64; 3]) -> f64 {
    let straight = [side * x - 57.0 - 0.12 * (y + 2.0), y + 0.25 * (z - 64.0), z];
    ellipsoid(straight, [0.0, -2.0, 64.0], [10.0, 17.0, 23.0])
}

/// Larynx.
pub(crate) fn larynx(point: [f64; 3]) -> f64 {
    ellipsoid(point, [0.0, -30.0, 18.0], [19.0, 19.0, 24.0])
}

/// Target of the prior course: the primary tumour's region and the neck nodes of the left side.
pub(crate) fn prior_ptv(point: [f64; 3]) -> f64 {
    let primary = capsule(point, [5.0, -20.5, -26.0], [5.0, -20.5, 38.0], 28.0);
    let nodes = capsule(point, [29.0, -11.0, -16.0], [31.0, -11.0, 28.0], 18.0);
    smooth_union(primary, nodes, 10.0)
}

/// The recurrence, to the left of the spine.
pub(crate) fn recurrence(point: [f64; 3]) -> f64 {
    capsule(point, RECURRENCE[0], RECURRENCE[1], 11.0)
}

/// Target of the current course: the recurrence with 4 mm around it.
pub(crate) fn current_ptv(point: [f64; 3]) -> f64 {
    capsule(point, RECURRENCE[0], RECURRENCE[1], 15.0)
}
