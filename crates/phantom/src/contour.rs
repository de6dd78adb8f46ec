//! Contours traced from the implicit functions, slice by slice in the frame of a course.
//!
//! In the current course the slices cut the anatomy at a slant. Tracing the function in the slice
//! plane itself, instead of moving contours of the prior course, gives the true section.

use crate::course::Course;
use crate::organ::OrganTruth;

/// A point this deep inside the organ is a good place to look around from.
const DEEP_MM: f64 = 2.0;
/// A section whose deepest point is shallower than this is left out: nobody would draw it.
const SHALLOW_MM: f64 = 0.3;
/// The vertices lie within this of the surface before they are rounded to 0.001 mm.
const TOLERANCE_MM: f64 = 1e-4;

/// Unit vectors around the circle, `4 · 2^halvings` of them, evenly spaced.
///
/// Made by halving angles (sum of neighbours, normalised), which needs no sine.
pub(crate) fn directions(halvings: u32) -> Vec<[f64; 2]> {
    let mut circle = vec![[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]];
    for _ in 0..halvings {
        circle = (0..circle.len())
            .flat_map(|i| [circle[i], between(circle[i], circle[(i + 1) % circle.len()])])
            .collect();
    }
    circle
}

fn between(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let sum = [a[0] + b[0], a[1] + b[1]];
    let length = (sum[0] * sum[0] + sum[1] * sum[1]).sqrt();
    [sum[0] / length, sum[1] / length]
}

/// Vertices of the organ's section at height `z_mm` of the course's frame, x and y in mm; none
/// where the plane misses the organ.
pub(crate) fn trace(
    organ: &OrganTruth,
    course: &Course<'_>,
    z_mm: f64,
    directions: &[[f64; 2]],
) -> Option<Vec<[f64; 2]>> {
    let surface = |[x, y]: [f64; 2]| (organ.surface)(course.anatomy_from_frame.apply([x, y, z_mm]));
    let start = centre_in_plane(organ, course, z_mm)?;
    let centre = if surface(start) <= -DEEP_MM { start } else { deepest(&surface, start) };
    if surface(centre) > -SHALLOW_MM {
        return None;
    }
    let vertex = |direction: &[f64; 2]| {
        let [ux, uy] = *direction;
        let along = |way: f64| [centre[0] + way * ux, centre[1] + way * uy];
        along(crossing(|way| surface(along(way)), 1.5 * organ.reach_mm)).map(to_micrometre)
    };
    Some(directions.iter().map(vertex).collect())
}

/// Where the organ's centre line meets the plane; none where the organ has ended long before.
fn centre_in_plane(organ: &OrganTruth, course: &Course<'_>, z_mm: f64) -> Option<[f64; 2]> {
    let [low, high] = organ.z_range_mm;
    let middle = 0.5 * (low + high);
    let [x, y] = (organ.centre_line)(middle);
    let [x, y, _] = course.frame_from_anatomy.apply([x, y, middle]);
    let mut point = [x, y, z_mm];
    let mut height = middle;
    // The line is nearly upright, so following it in steps of its own height converges at once.
    for _ in 0..8 {
        height = course.anatomy_from_frame.apply(point)[2];
        let [x, y] = (organ.centre_line)(height);
        let on_line = course.frame_from_anatomy.apply([x, y, height]);
        point = [on_line[0], on_line[1], z_mm];
    }
    let margin_mm = 12.0;
    let near = (low - margin_mm..=high + margin_mm).contains(&height);
    near.then_some([point[0], point[1]])
}

/// Goes downhill from `start` to the deepest point of the section nearby.
fn deepest(surface: &impl Fn([f64; 2]) -> f64, start: [f64; 2]) -> [f64; 2] {
    let mut best = start;
    let mut depth = surface(best);
    let mut step_mm = 4.0;
    while step_mm > 0.05 {
        let mut moved = false;
        for [ux, uy] in [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]] {
            let candidate = [best[0] + step_mm * ux, best[1] + step_mm * uy];
            let value = surface(candidate);
            if value < depth - 1e-9 {
                (best, depth, moved) = (candidate, value, true);
            }
        }
        if !moved {
            step_mm *= 0.5;
        }
    }
    best
}

/// Where a function that is negative at 0 and positive at `far` changes sign.
fn crossing(value: impl Fn(f64) -> f64, far: f64) -> f64 {
    let (mut inside, mut outside) = (0.0, far);
    while outside - inside > TOLERANCE_MM {
        let middle = 0.5 * (inside + outside);
        if value(middle) < 0.0 {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    0.5 * (inside + outside)
}

fn to_micrometre(coordinate_mm: f64) -> f64 {
    (coordinate_mm * 1000.0).round() / 1000.0
}

#[cfg(test)]
fn area_mm2(polygon: &[[f64; 2]]) -> f64 {
    let doubled: f64 = (0..polygon.len())
        .map(|i| {
            let ([x0, y0], [x1, y1]) = (polygon[i], polygon[(i + 1) % polygon.len()]);
            x0 * y1 - x1 * y0
        })
        .sum();
    0.5 * doubled.abs()
}

/// Volume of the contours, each standing for a slab of `step_mm`.
#[cfg(test)]
pub(crate) fn contoured_cc(organ: &OrganTruth, course: &Course<'_>, step_mm: f64) -> f64 {
    let directions = directions(5);
    let middle_mm = course.frame_from_anatomy.apply([0.0; 3])[2];
    let slices = (200.0 / step_mm) as i32;
    (-slices..slices)
        .map(|slice| middle_mm + (f64::from(slice) + 0.5) * step_mm)
        .filter_map(|z_mm| trace(organ, course, z_mm, &directions))
        .map(|polygon| area_mm2(&polygon) * step_mm / 1000.0)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_even_unit_vectors() {
        let circle = directions(4);
        assert_eq!(circle.len(), 64);
        for (step, [x, y]) in circle.iter().enumerate() {
            let angle = step as f64 / 64.0 * std::f64::consts::TAU;
            assert!((x - angle.cos()).abs() < 1e-12 && (y - angle.sin()).abs() < 1e-12);
        }
    }
}
