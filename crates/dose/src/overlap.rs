//! Whether two courses irradiated the same place.

use geometry::{FrameTransform, Grid, Point};
use rayon::prelude::*;

use case::PlannedDose;

const CUBIC_MM_PER_CC: f64 = 1000.0;

/// The volume within an isodose of a course.
#[derive(Clone, Debug)]
pub struct IrradiatedVolume<'a> {
    /// The doses of the course, each with the map from the current frame to its own.
    pub doses: Vec<(&'a PlannedDose, &'a FrameTransform)>,
    /// Absorbed dose that bounds the volume.
    pub threshold_gy: f64,
}

impl IrradiatedVolume<'_> {
    fn contains(&self, position_mm: &Point) -> bool {
        let total: f64 = self
            .doses
            .iter()
            .filter_map(|(dose, map)| dose.voxels.trilinear(&map.transform.apply(position_mm)?))
            .sum();
        total >= self.threshold_gy
    }
}

/// Volume in cc that lies in `current` and in any of `prior`, counted on a grid in the current frame.
pub fn overlap(grid: &Grid, prior: &[IrradiatedVolume<'_>], current: &IrradiatedVolume<'_>) -> f64 {
    let [columns, rows, planes] = grid.size();
    let voxel_area = grid.spacing_mm()[0] * grid.spacing_mm()[1];
    let of_plane = |k: usize| {
        let positions = (0..rows).flat_map(|j| (0..columns).map(move |i| [i, j, k]));
        let inside = |index: &[usize; 3]| {
            let position = grid.position_mm(*index);
            current.contains(&position) && prior.iter().any(|volume| volume.contains(&position))
        };
        positions.filter(inside).count() as f64 * voxel_area * thickness(grid, k)
    };
    let by_plane: Vec<f64> = (0..planes).into_par_iter().map(of_plane).collect();
    by_plane.iter().sum::<f64>() / CUBIC_MM_PER_CC
}

/// Half the way to each neighbouring plane; outermost planes count as far outwards as inwards.
fn thickness(grid: &Grid, k: usize) -> f64 {
    let last = grid.size()[2] - 1;
    let offset = |k: usize| grid.plane_offset_mm(k);
    match k {
        _ if last == 0 => 0.0,
        0 => offset(1) - offset(0),
        k if k == last => offset(k) - offset(k - 1),
        k => (offset(k + 1) - offset(k - 1)) / 2.0,
    }
}
