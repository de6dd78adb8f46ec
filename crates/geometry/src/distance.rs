//! How far the voxels of a grid lie from those of a set.

use rayon::prelude::*;

use crate::{Grid, Point, Volume};

/// Distances (mm) from the surface of a body at the voxels of a grid, negative inside; nothing where the grid shows no voxel of
/// the body or none of its surroundings.
///
/// The surface is taken to lie half-way between voxels inside and voxels outside, so distances are true to about half a voxel.
///
/// # Source
/// \[felzenszwalb2012\].
pub fn signed_distance_mm(grid: &Grid, inside: impl Fn(&Point) -> bool + Sync) -> Option<Volume<f32>> {
    let [columns, rows, planes] = grid.size();
    let mask: Vec<bool> = (0..planes)
        .into_par_iter()
        .flat_map_iter(|k| {
            let inside = &inside;
            (0..rows).flat_map(move |j| (0..columns).map(move |i| inside(&grid.position_mm([i, j, k]))))
        })
        .collect();
    if mask.iter().all(|inside| *inside) || !mask.iter().any(|inside| *inside) {
        return None;
    }
    let to_inside = distances_mm(grid, &mask, true);
    let to_outside = distances_mm(grid, &mask, false);
    let half = grid.spacing_mm().into_iter().fold(f64::INFINITY, f64::min) as f32 / 2.0;
    let signed = to_inside.iter().zip(&to_outside).map(
        |(outer, inner)| {
            if *inner > 0.0 { half - inner } else { outer - half }
        },
    );
    Volume::new(grid.clone(), signed.collect())
}

/// Distance (mm) from the centre of every voxel to that of the nearest one whose mask is `wanted`; very far where there is none.
///
/// # Source
/// \[felzenszwalb2012\].
pub fn distances_mm(grid: &Grid, mask: &[bool], wanted: bool) -> Vec<f32> {
    let [columns, rows, planes] = grid.size();
    let spacing = grid.spacing_mm();
    let far = 1e12_f32;
    let mut squared: Vec<f32> = mask.iter().map(|inside| if *inside == wanted { 0.0 } else { far }).collect();
    squared.par_chunks_mut(columns * rows).for_each(|plane| {
        plane.chunks_exact_mut(columns).for_each(|row| lower_envelope(row, spacing[0]));
        let mut line = vec![0.0; rows];
        for i in 0..columns {
            (0..rows).for_each(|j| line[j] = plane[j * columns + i]);
            lower_envelope(&mut line, spacing[1]);
            (0..rows).for_each(|j| plane[j * columns + i] = line[j]);
        }
    });
    let layer = columns * rows;
    let lines: Vec<Vec<f32>> = (0..layer)
        .into_par_iter()
        .map(|at| {
            let mut line: Vec<f32> = (0..planes).map(|k| squared[k * layer + at]).collect();
            lower_envelope(&mut line, spacing[2]);
            line
        })
        .collect();
    (0..squared.len()).map(|at| lines[at % layer][at / layer].sqrt()).collect()
}

/// Replaces every value by the least of all values plus the squared distance from it.
fn lower_envelope(line: &mut [f32], spacing_mm: f64) {
    let n = line.len();
    let step = (spacing_mm * spacing_mm) as f32;
    let (mut vertices, mut bounds) = (vec![0_usize; n], vec![0.0_f32; n + 1]);
    let mut last = 0;
    (bounds[0], bounds[1]) = (f32::NEG_INFINITY, f32::INFINITY);
    // Where the parabolas of two places meet.
    let meet = |p: usize, q: usize| {
        let (p_index, q_index) = (p as f32, q as f32);
        (line[p] - line[q] + step * (p_index * p_index - q_index * q_index)) / (2.0 * step * (p_index - q_index))
    };
    for at in 1..n {
        let mut bound = meet(at, vertices[last]);
        while bound <= bounds[last] {
            last -= 1;
            bound = meet(at, vertices[last]);
        }
        last += 1;
        vertices[last] = at;
        (bounds[last], bounds[last + 1]) = (bound, f32::INFINITY);
    }
    let mut which = 0;
    let lowest: Vec<f32> = (0..n)
        .map(|at| {
            while bounds[which + 1] < at as f32 {
                which += 1;
            }
            let from = at as f32 - vertices[which] as f32;
            line[vertices[which]] + step * from * from
        })
        .collect();
    line.copy_from_slice(&lowest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_from_a_sphere_are_its_radius_less() {
        let grid = Grid::axial(Point::new(-30.0, -30.0, -30.0), [2.0, 2.0, 3.0], [31, 31, 21]).unwrap();
        let distance = signed_distance_mm(&grid, |point| point.coords.norm() < 15.0).unwrap();
        for (at, value) in distance.values().iter().enumerate() {
            let position = grid.position_mm([at % 31, at / 31 % 31, at / 961]);
            let expected = position.coords.norm() - 15.0;
            assert!((f64::from(*value) - expected).abs() < 2.2, "{value} {expected}");
        }
    }

    #[test]
    fn a_grid_without_the_body_has_no_distances() {
        let grid = Grid::axial(Point::origin(), [2.0; 3], [5, 5, 5]).unwrap();
        assert_eq!(signed_distance_mm(&grid, |_| false), None);
        assert_eq!(signed_distance_mm(&grid, |_| true), None);
    }
}
