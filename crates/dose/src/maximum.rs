//! What becomes of the largest dose when it is carried to another grid.

use geometry::{CubicSampler, Grid, Point, Transform, Volume, volume::CELL};

/// Voxels around the place of the maximum that are searched.
const REACH: i64 = 3;

/// The largest dose of a grid before and after it is mapped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MappedMaximum {
    /// On its own grid.
    pub before_gy: f64,
    /// At the centres of the voxels of the other grid about the same place.
    pub after_gy: f64,
}

/// Looks the largest dose up at the voxels of a grid in the current frame; nothing where that grid does not reach its place or
/// nothing was given.
pub fn mapped_maximum(dose: &Volume<f64>, dose_from_current: &Transform, grid: &Grid) -> Option<MappedMaximum> {
    let (at, before_gy) = dose.values().iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let [columns, rows, _] = dose.grid().size();
    let place = dose.grid().position_mm([at % columns, at / columns % rows, at / columns / rows]);
    let current = dose_from_current.inverse().apply(&place)?;
    let (index, size) = (grid.continuous_index(&current), grid.size());
    let is_within = (0..3).all(|axis| index[axis] >= 0.0 && index[axis] <= (size[axis] - 1) as f64);
    if !is_within || before_gy <= 0.0 {
        return None;
    }
    let mut sampler = CubicSampler::new(dose);
    let mut after_gy: f64 = 0.0;
    for_each_near(grid, index.map(|index| index.round() as i64), |position| {
        let found = dose_from_current.apply(&position).and_then(|at| sampler.at(&at, CELL));
        after_gy = after_gy.max(found.unwrap_or(0.0));
    });
    Some(MappedMaximum { before_gy, after_gy })
}

fn for_each_near(grid: &Grid, centre: [i64; 3], mut visit: impl FnMut(Point)) {
    let size = grid.size();
    let range = |axis: usize| {
        let (low, high) = (centre[axis] - REACH, centre[axis] + REACH);
        low.max(0) as usize..=high.clamp(0, size[axis] as i64 - 1) as usize
    };
    for k in range(2) {
        for j in range(1) {
            range(0).for_each(|i| visit(grid.position_mm([i, j, k])));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::{Affine, Vector};

    fn peak(width_mm: f64) -> Volume<f64> {
        let grid = Grid::axial(Point::new(-20.0, -20.0, -20.0), [1.0; 3], [41, 41, 41]).unwrap();
        let dose = |at: usize| {
            let position = grid.position_mm([at % 41, at / 41 % 41, at / 1681]);
            60.0 * (-position.coords.norm_squared() / (2.0 * width_mm * width_mm)).exp()
        };
        Volume::new(grid.clone(), (0..grid.len()).map(dose).collect()).unwrap()
    }

    #[test]
    fn h42_a_narrow_peak_is_lost_on_a_coarse_grid_and_a_broad_one_is_not() {
        let coarse = Grid::axial(Point::new(-18.0, -18.0, -18.0), [4.0; 3], [10, 10, 10]).unwrap();
        let shift = Affine::new(geometry::Matrix::identity(), Vector::new(1.0, 1.0, 1.0)).unwrap();
        let drop = |width_mm: f64| {
            let found = mapped_maximum(&peak(width_mm), &Transform::Affine(shift.clone()), &coarse).unwrap();
            100.0 * (1.0 - found.after_gy / found.before_gy)
        };
        assert!(drop(2.0) > 3.0, "{}", drop(2.0));
        assert!(drop(15.0) < 3.0, "{}", drop(15.0));
    }

    #[test]
    fn a_peak_beyond_the_grid_says_nothing() {
        let far = Grid::axial(Point::new(50.0, 50.0, 50.0), [4.0; 3], [5, 5, 5]).unwrap();
        assert_eq!(mapped_maximum(&peak(5.0), &Transform::Affine(Affine::identity()), &far), None);
    }
}
