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

/// What two courses irradiated together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Overlap {
    /// Volume in cc irradiated by both.
    pub both_cc: f64,
    /// Volume in cc irradiated by the current course of which a prior course says nothing: it lies outside its grid.
    pub unknown_cc: f64,
}

impl IrradiatedVolume<'_> {
    /// Whether a position lies inside; nothing where a dose is not known and the others do not decide.
    fn contains(&self, position_mm: &Point) -> Option<bool> {
        let (mut total, mut known) = (0.0, true);
        for (dose, map) in &self.doses {
            match map.transform.apply(position_mm).and_then(|at| dose.voxels.trilinear_within(&at, 1.0)) {
                Some(value) => total += value,
                None => known = false,
            }
        }
        if total >= self.threshold_gy { Some(true) } else { known.then_some(false) }
    }
}

/// The volume that lies in `current` and in any of `prior`, counted on a grid in the current frame.
pub fn overlap(grid: &Grid, prior: &[IrradiatedVolume<'_>], current: &IrradiatedVolume<'_>) -> Overlap {
    let [columns, rows, planes] = grid.size();
    let voxel_area = grid.spacing_mm()[0] * grid.spacing_mm()[1];
    let of_plane = |k: usize| {
        let (mut n_both, mut n_unknown) = (0_u32, 0_u32);
        for j in 0..rows {
            for i in 0..columns {
                let position = grid.position_mm([i, j, k]);
                if current.contains(&position) != Some(true) {
                    continue;
                }
                let found: Vec<Option<bool>> = prior.iter().map(|volume| volume.contains(&position)).collect();
                n_both += u32::from(found.contains(&Some(true)));
                n_unknown += u32::from(!found.contains(&Some(true)) && found.contains(&None));
            }
        }
        let voxel_cc = voxel_area * thickness(grid, k) / CUBIC_MM_PER_CC;
        Overlap { both_cc: f64::from(n_both) * voxel_cc, unknown_cc: f64::from(n_unknown) * voxel_cc }
    };
    let by_plane: Vec<Overlap> = (0..planes).into_par_iter().map(of_plane).collect();
    by_plane.iter().fold(Overlap::default(), |sum, plane| Overlap {
        both_cc: sum.both_cc + plane.both_cc,
        unknown_cc: sum.unknown_cc + plane.unknown_cc,
    })
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
