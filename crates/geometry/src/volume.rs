//! Values on a grid and the value between them.

use rayon::prelude::*;

use crate::{Grid, Point};

/// One value per voxel of a [`Grid`], `i` fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume<T> {
    grid: Grid,
    values: Vec<T>,
}

impl<T> Volume<T> {
    /// Puts `values` on `grid`, `i` fastest; `None` when their number differs from the number of voxels.
    pub fn new(grid: Grid, values: Vec<T>) -> Option<Self> {
        (grid.len() == values.len()).then_some(Self { grid, values })
    }

    /// Where the voxels stand.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// All values, `i` fastest.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// The same grid with another value for each voxel.
    pub fn map<U>(&self, convert: impl FnMut(&T) -> U) -> Volume<U> {
        Volume { grid: self.grid.clone(), values: self.values.iter().map(convert).collect() }
    }
}

impl<T: Sync> Volume<T> {
    /// As [`Volume::map`], on all cores.
    pub fn map_parallel<U: Send>(&self, convert: impl Fn(&T) -> U + Sync + Send) -> Volume<U> {
        Volume {
            grid: self.grid.clone(),
            values: self.values.par_iter().with_min_len(PARALLEL).map(convert).collect(),
        }
    }
}

/// Fewer values than this are not worth another thread.
const PARALLEL: usize = 65_536;

impl<T: Copy + Into<f64>> Volume<T> {
    /// The value at a position by trilinear interpolation between voxel centres.
    ///
    /// A voxel stands for its whole cell: within half a voxel beyond the outermost centres the outermost value
    /// holds. Further out there is no value.
    #[inline]
    pub fn trilinear(&self, position_mm: &Point) -> Option<f64> {
        self.trilinear_within(position_mm, CELL)
    }

    /// As [`Volume::trilinear`], but the outermost value holds up to `reach` voxels beyond the outermost centres.
    #[inline]
    pub fn trilinear_within(&self, position_mm: &Point, reach: f64) -> Option<f64> {
        let index = self.grid.continuous_index(position_mm);
        let size = self.grid.size();
        let (i, fraction_i) = cell(index[0], size[0], reach)?;
        let (j, fraction_j) = cell(index[1], size[1], reach)?;
        let (k, fraction_k) = cell(index[2], size[2], reach)?;
        let step_i = usize::from(size[0] > 1);
        let step_j = if size[1] > 1 { size[0] } else { 0 };
        let step_k = if size[2] > 1 { size[0] * size[1] } else { 0 };
        let base = self.grid.offset([i, j, k]);
        let along_i = |offset: usize| {
            let low: f64 = self.values[offset].into();
            let high: f64 = self.values[offset + step_i].into();
            low + fraction_i * (high - low)
        };
        let along_j = |offset: usize| {
            let low = along_i(offset);
            low + fraction_j * (along_i(offset + step_j) - low)
        };
        let low = along_j(base);
        Some(low + fraction_k * (along_j(base + step_k) - low))
    }
}

/// A voxel reaches half a voxel beyond its centre.
pub const CELL: f64 = 0.5;

/// The lower voxel and the fraction towards the next one, or nothing outside the outermost cells.
#[inline]
pub(crate) fn cell(index: f64, size: usize, reach: f64) -> Option<(usize, f64)> {
    let last = (size - 1) as f64;
    // The negated form also turns away a NaN.
    if !(index >= -reach && index <= last + reach) {
        return None;
    }
    let inside = index.clamp(0.0, last);
    let lower = (inside as usize).min(size.saturating_sub(2));
    Some((lower, inside - lower as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Volume<f64> {
        let grid = Grid::axial(Point::new(-1.0, 0.0, 4.0), [2.0, 3.0, 1.5], [4, 5, 6]).unwrap();
        let values = (0..grid.len())
            .map(|offset| {
                let (i, rest) = (offset % 4, offset / 4);
                let position = grid.position_mm([i, rest % 5, rest / 5]);
                position.x + 10.0 * position.y - position.z
            })
            .collect();
        Volume::new(grid, values).unwrap()
    }

    #[test]
    fn a_linear_field_is_reproduced() {
        let volume = ramp();
        let position = Point::new(2.3, 7.9, 9.1);
        let expected = 2.3 + 79.0 - 9.1;
        assert!((volume.trilinear(&position).unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn the_cell_of_the_outermost_voxel_belongs_to_the_grid_and_nothing_beyond() {
        let volume = ramp();
        let edge = volume.grid().position_mm([3, 4, 5]);
        let inside = edge + crate::Vector::new(0.99, 1.49, 0.74);
        assert_eq!(volume.trilinear(&inside), volume.trilinear(&edge));
        assert_eq!(volume.trilinear(&(edge + crate::Vector::new(1.01, 0.0, 0.0))), None);
        assert_eq!(volume.trilinear(&Point::new(f64::NAN, 0.0, 0.0)), None);
    }
}
