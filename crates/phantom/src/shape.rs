//! Implicit shapes: negative inside, zero on the surface, positive outside, in mm.
//!
//! Capsules are exact distances. Tubes and ellipsoids are exact on their surface and right in sign
//! everywhere; away from the surface they give a distance that is scaled by the shortest radius.

/// Ramp from 0 (t ≤ 0) to 1 (t ≥ 1) with flat ends.
pub(crate) fn ramp(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Falls from 1 (far negative) over 0.5 (at zero) to 0 (far positive), with algebraic tails.
pub(crate) fn falloff(u: f64) -> f64 {
    0.5 * (1.0 - u / (1.0 + u * u).sqrt())
}

/// Elliptical tube along z with radii `a` and `b`; `x` and `y` count from its axis.
pub(crate) fn tube(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let (u, v) = (x / a, y / b);
    ((u * u + v * v).sqrt() - 1.0) * a.min(b)
}

/// Ellipsoid with its axes along the patient's.
pub(crate) fn ellipsoid(point: [f64; 3], centre: [f64; 3], radii: [f64; 3]) -> f64 {
    (ellipsoid_norm(point, centre, radii) - 1.0) * radii[0].min(radii[1]).min(radii[2])
}

/// Distance from the centre in units of the radii: 1 on the ellipsoid.
pub(crate) fn ellipsoid_norm(point: [f64; 3], centre: [f64; 3], radii: [f64; 3]) -> f64 {
    let mut sum = 0.0;
    for axis in 0..3 {
        let part = (point[axis] - centre[axis]) / radii[axis];
        sum += part * part;
    }
    sum.sqrt()
}

/// All points within `radius` of the line from `start` to `end`.
pub(crate) fn capsule(point: [f64; 3], start: [f64; 3], end: [f64; 3], radius: f64) -> f64 {
    let from_start = subtract(point, start);
    let axis = subtract(end, start);
    let along = (dot(from_start, axis) / dot(axis, axis)).clamp(0.0, 1.0);
    let off = subtract(from_start, axis.map(|part| along * part));
    dot(off, off).sqrt() - radius
}

/// Union of two shapes whose seam is rounded over `width` mm.
pub(crate) fn smooth_union(one: f64, other: f64, width: f64) -> f64 {
    let overlap = (width - (one - other).abs()).max(0.0) / width;
    one.min(other) - overlap * overlap * width / 4.0
}

fn subtract(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
