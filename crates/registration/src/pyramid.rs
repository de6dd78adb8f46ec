//! Coarser versions of an image.

use std::borrow::Cow;

use geometry::{Grid, Point, Volume};
use rayon::prelude::*;

/// Rigid registration holds values within this window (Hounsfield units): below it there is air and couch, above it metal.
pub const TISSUE_WINDOW: std::ops::RangeInclusive<f32> = -500.0..=1000.0;
/// Deformable registration also looks into the lungs.
pub const WHOLE_WINDOW: std::ops::RangeInclusive<f32> = -1000.0..=1500.0;

/// Averages blocks of voxels until the spacing is about `spacing_mm`, after limiting values to a window; along each axis at least
/// two voxels are left where there are two.
///
/// Planes at unequal distances are treated as equal on the scale of the blocks.
pub fn coarser(
    image: &Volume<f32>,
    spacing_mm: f64,
    window: &std::ops::RangeInclusive<f32>,
) -> Option<Volume<f32>> {
    let grid = image.grid();
    let (size, spacing) = (grid.size(), grid.spacing_mm());
    let factor =
        [0, 1, 2].map(|axis| ((spacing_mm / spacing[axis]).round() as usize).clamp(1, (size[axis] / 2).max(1)));
    let coarse_size = [0, 1, 2].map(|axis| size[axis] / factor[axis]);
    let coarse_grid = coarse_grid(grid, factor, coarse_size)?;
    let weight = 1.0 / (factor[0] * factor[1] * factor[2]) as f32;
    let values: Vec<f32> = (0..coarse_size[2])
        .into_par_iter()
        .flat_map_iter(|k| {
            let block = move |i: usize, j: usize| {
                let mut sum = 0.0;
                for z in k * factor[2]..(k + 1) * factor[2] {
                    for y in j * factor[1]..(j + 1) * factor[1] {
                        let row = grid.offset([i * factor[0], y, z]);
                        let values = &image.values()[row..row + factor[0]];
                        sum += values.iter().map(|value| value.clamp(*window.start(), *window.end())).sum::<f32>();
                    }
                }
                sum * weight
            };
            (0..coarse_size[1]).flat_map(move |j| (0..coarse_size[0]).map(move |i| block(i, j)))
        })
        .collect();
    Volume::new(coarse_grid, values)
}

/// The same image on planes at equal distances, linear between the planes; borrowed where they are equal already.
pub(crate) fn with_equal_planes(image: &Volume<f32>) -> Option<Cow<'_, Volume<f32>>> {
    let grid = image.grid();
    if grid.has_equal_planes() {
        return Some(Cow::Borrowed(image));
    }
    let ([columns, rows, planes], spacing) = (grid.size(), grid.spacing_mm());
    let offsets: Vec<f64> = (0..planes).map(|k| k as f64 * spacing[2]).collect();
    let axis = |axis: usize| grid.direction().column(axis).into_owned();
    let even =
        Grid::new(grid.position_mm([0; 3]), axis(0), axis(1), [spacing[0], spacing[1]], [columns, rows], &offsets);
    let even = even.ok()?;
    let plane = columns * rows;
    let mut values = Vec::with_capacity(grid.len());
    for k in 0..planes {
        let at = grid.continuous_index(&even.position_mm([0, 0, k]))[2].clamp(0.0, (planes - 1) as f64);
        let low = (at as usize).min(planes - 2);
        let part = (at - low as f64) as f32;
        let (below, above) = image.values()[low * plane..(low + 2) * plane].split_at(plane);
        values.extend(below.iter().zip(above).map(|(below, above)| below + part * (above - below)));
    }
    Volume::new(even, values).map(Cow::Owned)
}

fn coarse_grid(grid: &Grid, factor: [usize; 3], size: [usize; 3]) -> Option<Grid> {
    let last_of_block = [0, 1, 2].map(|axis| factor[axis] - 1);
    let origin: Point = nalgebra::center(&grid.position_mm([0; 3]), &grid.position_mm(last_of_block));
    let direction = grid.direction();
    let spacing = grid.spacing_mm();
    let offsets: Vec<f64> = (0..size[2])
        .map(|k| {
            let (first, last) = (k * factor[2], (k + 1) * factor[2] - 1);
            (grid.plane_offset_mm(first) + grid.plane_offset_mm(last)) / 2.0
        })
        .collect();
    let from_first: Vec<f64> = offsets.iter().map(|offset| offset - offsets[0]).collect();
    Grid::new(
        origin,
        direction.column(0).into_owned(),
        direction.column(1).into_owned(),
        [spacing[0] * factor[0] as f64, spacing[1] * factor[1] as f64],
        [size[0], size[1]],
        &from_first,
    )
    .ok()
}
