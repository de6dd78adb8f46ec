//! A head: where its organs are and what the CT shows, in the frame of the prior course.
//!
//! LPS, mm. The optic chiasm lies near z = 0, the crown at z = 103, the foramen magnum at z = −60.

use crate::noise::value_noise;
use crate::paint::{AIR_HU, EDGE_MM, paint};
use crate::shape::{capsule, ellipsoid, smooth_union, tube};

const CENTRE_MM: [f64; 3] = [0.0, 0.0, 15.0];
const SKIN_MM: [f64; 3] = [76.0, 93.0, 88.0];
/// Thickness of the skin with its fat, and of the skull.
const SCALP_MM: f64 = 6.0;
const SKULL_MM: f64 = 8.0;

/// The head with the upper neck. It has no lower end: the CT ends first.
pub(crate) fn body(point: [f64; 3]) -> f64 {
    let [x, y, z] = point;
    let neck = tube(x, y - 8.0, 56.0, 60.0).max(z);
    smooth_union(ellipsoid(point, CENTRE_MM, SKIN_MM), neck, 20.0)
}

/// Cerebrum, cerebellum and brainstem together.
pub(crate) fn brain(point: [f64; 3]) -> f64 {
    let inner = SKIN_MM.map(|half| half - SCALP_MM - SKULL_MM);
    ellipsoid(point, CENTRE_MM, inner).max(-52.0 - point[2])
}

/// Brainstem.
pub(crate) fn brainstem(point: [f64; 3]) -> f64 {
    ellipsoid(point, [0.0, 22.0, -27.0], [14.0, 13.0, 25.0])
}

/// Optic chiasm.
pub(crate) fn chiasm(point: [f64; 3]) -> f64 {
    ellipsoid(point, [0.0, -8.0, 0.0], [8.0, 5.0, 5.0])
}

/// Optic nerve of the left side.
pub(crate) fn nerve_left([x, y, z]: [f64; 3]) -> f64 {
    capsule([x, y, z], [9.0, -14.0, -1.0], [28.0, -52.0, -8.0], 4.0)
}

/// Optic nerve of the right side.
pub(crate) fn nerve_right([x, y, z]: [f64; 3]) -> f64 {
    nerve_left([-x, y, z])
}

/// Eye of the left side.
pub(crate) fn eye_left(point: [f64; 3]) -> f64 {
    ellipsoid(point, [31.0, -68.0, -9.0], [12.0, 12.0, 12.0])
}

/// Eye of the right side.
pub(crate) fn eye_right([x, y, z]: [f64; 3]) -> f64 {
    eye_left([-x, y, z])
}

/// Hippocampus of the left side.
pub(crate) fn hippocampus_left(point: [f64; 3]) -> f64 {
    ellipsoid(point, [27.0, 16.0, -4.0], [6.0, 15.0, 8.0])
}

/// Hippocampus of the right side.
pub(crate) fn hippocampus_right([x, y, z]: [f64; 3]) -> f64 {
    hippocampus_left([-x, y, z])
}

/// The recurrence, in the right frontal lobe.
pub(crate) fn recurrence(point: [f64; 3]) -> f64 {
    capsule(point, [-28.0, -26.0, 25.0], [-31.0, -14.0, 32.0], 13.0)
}

/// Target of the current course: the recurrence with 5 mm around it.
pub(crate) fn current_ptv(point: [f64; 3]) -> f64 {
    recurrence(point) - 5.0
}

/// Target of the prior course: the first tumour with the brain around it.
pub(crate) fn prior_ptv(point: [f64; 3]) -> f64 {
    capsule(point, [-31.0, -30.0, 25.0], [-31.0, 2.0, 31.0], 30.0).max(brain(point) - 3.0)
}

/// CT number in HU, without noise.
pub(crate) fn hounsfield(p: [f64; 3]) -> f64 {
    let skin = body(p);
    if skin >= EDGE_MM / 2.0 {
        return AIR_HU;
    }
    let (coarse, fine) = (value_noise(p, 14.0), value_noise(p, 4.0));
    let mut hu = AIR_HU;
    paint(&mut hu, -90.0 + 30.0 * (fine - 0.5), skin);
    paint(&mut hu, 45.0 + 40.0 * (coarse - 0.5), skin + SCALP_MM);
    let bone = SKIN_MM.map(|half| half - SCALP_MM);
    paint(&mut hu, 850.0 + 500.0 * (fine - 0.5), ellipsoid(p, CENTRE_MM, bone).max(-58.0 - p[2]));
    paint(&mut hu, 34.0 + 10.0 * (coarse - 0.5), brain(p));
    for side in [1.0, -1.0] {
        let own = [side * p[0], p[1], p[2]];
        paint(&mut hu, 8.0, ellipsoid(own, [11.0, 8.0, 26.0], [7.0, 26.0, 11.0]));
        paint(&mut hu, -80.0, ellipsoid(own, [29.0, -60.0, -9.0], [17.0, 24.0, 17.0]));
        paint(&mut hu, 12.0, eye_left(own));
        paint(&mut hu, 38.0, nerve_left(own));
    }
    sinuses(p, &mut hu);
    paint(&mut hu, 36.0, brainstem(p));
    paint(&mut hu, 24.0 + 30.0 * (coarse - 0.5), recurrence(p));
    spine(p, fine, &mut hu);
    hu
}

fn sinuses(p: [f64; 3], hu: &mut f64) {
    paint(hu, 700.0, ellipsoid(p, [0.0, -62.0, -32.0], [36.0, 22.0, 30.0]));
    paint(hu, -950.0, ellipsoid(p, [0.0, -62.0, -32.0], [30.0, 16.0, 24.0]));
    paint(hu, 650.0, ellipsoid(p, [0.0, -18.0, -14.0], [16.0, 12.0, 9.0]));
}

fn spine([x, y, z]: [f64; 3], fine: f64, hu: &mut f64) {
    let below = z + 62.0;
    paint(hu, 500.0 + 400.0 * (fine - 0.5), tube(x, y - 12.0, 12.0, 9.0).max(below));
    paint(hu, 500.0, tube(x, y - 28.0, 14.0, 12.0).max(-tube(x, y - 28.0, 11.0, 9.0)).max(below));
}
