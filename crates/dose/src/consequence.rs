//! What another map would change in an organ.

use geometry::{Samples, Transform, Vector, Volume};
use rayon::prelude::*;

use crate::Dvh;
use crate::lookup::CHUNK;

/// The volume of the near-maximum (cc).
const NEAR_MAXIMUM_CC: f64 = 0.1;
/// Beyond the outermost centres the outermost value holds for this many voxels.
const CONTINUED: f64 = 1.0;

/// The two measures that are compared from map to map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearMaximumAndMean {
    /// D0.1cc, or the maximum of a smaller organ.
    pub d0_1cc_gy: f64,
    /// Mean.
    pub mean_gy: f64,
}

impl NearMaximumAndMean {
    /// Of the sum of some doses at the samples of an organ, each with the map that leads to it, when the organ lies elsewhere by
    /// `shift_mm`; nothing where a dose or a map does not reach all of it.
    ///
    /// Doses are looked up at the middle of each sample: enough to compare maps, not to state a dose.
    pub fn of(samples: &Samples, doses: &[(&Volume<f64>, &Transform)], shift_mm: Vector) -> Option<Self> {
        let at = |position: &geometry::Point| -> Option<f64> {
            let moved = position + shift_mm;
            let one = |(voxels, map): &(&Volume<f64>, &Transform)| {
                voxels.trilinear_within(&map.apply(&moved)?, CONTINUED)
            };
            doses.iter().map(one).sum()
        };
        let values: Option<Vec<f64>> = samples.positions_mm.par_iter().with_min_len(CHUNK / 8).map(at).collect();
        let dvh = Dvh::of_points(&values?, &samples.volumes_cc)?;
        let d0_1cc_gy = dvh.d_cc(NEAR_MAXIMUM_CC).unwrap_or(dvh.max_gy());
        Some(Self { d0_1cc_gy, mean_gy: dvh.mean_gy() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::{Affine, Grid, Point};

    #[test]
    fn in_a_ramp_a_shift_changes_both_by_its_length_times_the_slope() {
        let grid = Grid::axial(Point::new(-50.0, -50.0, -50.0), [2.0; 3], [51, 51, 51]).unwrap();
        let values = (0..grid.len()).map(|at| 100.0 + 2.0 * (-50.0 + 2.0 * (at % 51) as f64)).collect();
        let dose = Volume::new(grid, values).unwrap();
        let positions: Vec<Point> = (0..40).map(|n| Point::new(f64::from(n) / 4.0, 1.0, 2.0)).collect();
        let samples = Samples::of_points(positions, vec![0.02; 40]);
        let map = Transform::Affine(Affine::identity());
        let of = |shift: f64| NearMaximumAndMean::of(&samples, &[(&dose, &map)], Vector::x() * shift).unwrap();
        assert!((of(3.0).mean_gy - of(0.0).mean_gy - 6.0).abs() < 1e-9);
        assert!((of(3.0).d0_1cc_gy - of(0.0).d0_1cc_gy - 6.0).abs() < 1e-9);
        assert!(NearMaximumAndMean::of(&samples, &[(&dose, &map)], Vector::x() * 60.0).is_none());
    }
}
