//! Where the voxels of an image or a dose stand.

use crate::{Matrix, Point, Vector};

/// Orthonormality that an orientation must have, hazard H06.
pub const ORTHONORMAL_TOLERANCE: f64 = 1e-4;

/// A grid of voxel centres: columns along `i`, rows along `j`, parallel planes along `k`.
///
/// The axes are orthonormal and right-handed; spacing is constant in plane, while planes may stand at unequal
/// distances, always increasing along `k`. `index_ijk` counts from zero at the voxel of `origin_mm`.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    origin_mm: Point,
    direction: Matrix,
    spacing_mm: [f64; 2],
    planes: Planes,
    size: [usize; 3],
}

#[derive(Clone, Debug, PartialEq)]
enum Planes {
    Uniform { spacing_mm: f64 },
    Unequal { offsets_mm: Vec<f64> },
}

/// Why numbers do not describe a grid.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GridError {
    /// The direction cosines are not of unit length or not perpendicular.
    #[error(
        "the row and column directions are not perpendicular unit vectors (off by {deviation:.2e}, allowed {ORTHONORMAL_TOLERANCE:.0e})"
    )]
    NotOrthonormal {
        /// Largest deviation of the Gram matrix from the identity.
        deviation: f64,
    },
    /// A spacing is zero, negative or not a number.
    #[error("the voxel spacing {0:?} mm is not positive")]
    Spacing([f64; 2]),
    /// There is no voxel along some axis.
    #[error("the grid has no voxels ({0:?})")]
    Empty([usize; 3]),
    /// The planes do not increase along the normal.
    #[error("the planes are not in increasing order: plane {index} stands at {offset_mm} mm")]
    PlaneOrder {
        /// The plane that is out of order.
        index: usize,
        /// Its offset from the first plane.
        offset_mm: f64,
    },
    /// A position is not a finite number.
    #[error("the position of the first voxel is not a finite number")]
    Position,
}

impl Grid {
    /// A grid whose planes stand at `plane_offsets_mm` (strictly increasing) along the normal of rows × columns.
    ///
    /// # Errors
    /// When the directions are not orthonormal within [`ORTHONORMAL_TOLERANCE`], a spacing is not positive or
    /// the planes do not increase.
    pub fn new(
        origin_mm: Point,
        row: Vector,
        column: Vector,
        spacing_mm: [f64; 2],
        size: [usize; 2],
        plane_offsets_mm: &[f64],
    ) -> Result<Self, GridError> {
        let size = [size[0], size[1], plane_offsets_mm.len()];
        if !origin_mm.iter().all(|value| value.is_finite()) {
            return Err(GridError::Position);
        }
        if !spacing_mm.iter().all(|&spacing| spacing.is_finite() && spacing > 0.0) {
            return Err(GridError::Spacing(spacing_mm));
        }
        if size.contains(&0) {
            return Err(GridError::Empty(size));
        }
        let direction = orthonormal(row, column)?;
        let planes = Planes::from_offsets(plane_offsets_mm)?;
        let origin_mm = origin_mm + direction.column(2) * plane_offsets_mm[0];
        Ok(Self { origin_mm, direction, spacing_mm, planes, size })
    }

    /// A grid with axes along x, y and z and equal plane distances.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn axial(origin_mm: Point, spacing_mm: [f64; 3], size: [usize; 3]) -> Result<Self, GridError> {
        let offsets: Vec<f64> = (0..size[2]).map(|k| k as f64 * spacing_mm[2]).collect();
        let in_plane = [spacing_mm[0], spacing_mm[1]];
        Self::new(origin_mm, Vector::x(), Vector::y(), in_plane, [size[0], size[1]], &offsets)
    }

    /// Number of voxels along `i`, `j` and `k`.
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Number of voxels.
    pub fn len(&self) -> usize {
        self.size.iter().product()
    }

    /// A grid is never empty; the method stands beside [`Grid::len`] by custom.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Centre of the first voxel.
    pub fn origin_mm(&self) -> Point {
        self.origin_mm
    }

    /// Unit vectors of `i`, `j` and `k` as columns.
    pub fn direction(&self) -> &Matrix {
        &self.direction
    }

    /// Distance of columns and of rows, and the mean distance of planes (of a single plane: zero).
    pub fn spacing_mm(&self) -> [f64; 3] {
        let last = self.size[2] - 1;
        let mean = if last == 0 { 0.0 } else { self.plane_offset_mm(last) / last as f64 };
        [self.spacing_mm[0], self.spacing_mm[1], mean]
    }

    /// Distance of plane `k` from the first plane.
    pub fn plane_offset_mm(&self, k: usize) -> f64 {
        match &self.planes {
            Planes::Uniform { spacing_mm } => k as f64 * spacing_mm,
            Planes::Unequal { offsets_mm } => offsets_mm[k],
        }
    }

    /// Edges of the cell between a voxel of plane `k` and the next one along each axis; infinite along an axis of a
    /// single voxel.
    pub fn cell_mm(&self, k: usize) -> [f64; 3] {
        let edge = |axis: usize, length: f64| if self.size[axis] > 1 { length } else { f64::INFINITY };
        let planes =
            if k + 1 < self.size[2] { self.plane_offset_mm(k + 1) - self.plane_offset_mm(k) } else { 1.0 };
        [edge(0, self.spacing_mm[0]), edge(1, self.spacing_mm[1]), edge(2, planes)]
    }

    /// Whether all planes are equally distant.
    pub fn has_equal_planes(&self) -> bool {
        matches!(self.planes, Planes::Uniform { .. })
    }

    /// Offset of a voxel in memory: `i` runs fastest, `k` slowest.
    pub fn offset(&self, index_ijk: [usize; 3]) -> usize {
        (index_ijk[2] * self.size[1] + index_ijk[1]) * self.size[0] + index_ijk[0]
    }

    /// Centre of a voxel.
    pub fn position_mm(&self, index_ijk: [usize; 3]) -> Point {
        let local = Vector::new(
            index_ijk[0] as f64 * self.spacing_mm[0],
            index_ijk[1] as f64 * self.spacing_mm[1],
            self.plane_offset_mm(index_ijk[2]),
        );
        self.origin_mm + self.direction * local
    }

    /// Continuous index of a position; voxel centres are integers. Positions outside extrapolate.
    pub fn continuous_index(&self, position_mm: &Point) -> [f64; 3] {
        let local = self.direction.tr_mul(&(position_mm - self.origin_mm));
        [local.x / self.spacing_mm[0], local.y / self.spacing_mm[1], self.planes.continuous(local.z)]
    }

    /// By how many voxels a box reaches beyond the outermost centres; negative where all of it lies between them.
    ///
    /// `half_in_voxels` is half its extent along each axis, at the planes where the grid ends. NaN stays NaN.
    pub fn voxels_beyond(&self, index: [f64; 3], half_in_voxels: [f64; 3]) -> f64 {
        let beyond = |axis: usize| {
            let last = (self.size[axis] - 1) as f64;
            (index[axis] - last).max(-index[axis]) + half_in_voxels[axis]
        };
        if index.iter().any(|index| index.is_nan()) { f64::NAN } else { beyond(0).max(beyond(1)).max(beyond(2)) }
    }

    /// Centre of the grid.
    pub fn centre_mm(&self) -> Point {
        let first = self.position_mm([0, 0, 0]);
        let last = self.position_mm([self.size[0] - 1, self.size[1] - 1, self.size[2] - 1]);
        nalgebra::center(&first, &last)
    }

    /// The same voxels: equal size and all corners within `tolerance_mm`.
    pub fn coincides(&self, other: &Self, tolerance_mm: f64) -> bool {
        let corner = |grid: &Self| grid.position_mm([grid.size[0] - 1, grid.size[1] - 1, grid.size[2] - 1]);
        self.size == other.size
            && (self.origin_mm - other.origin_mm).norm() <= tolerance_mm
            && (corner(self) - corner(other)).norm() <= tolerance_mm
            && (self.direction - other.direction).abs().max() <= ORTHONORMAL_TOLERANCE
    }

    /// Patient directions that `i`, `j` and `k` point to, e.g. `"L P H"`: the letter of the largest component.
    pub fn orientation_letters(&self) -> String {
        let letters = |axis: Vector| {
            let pairs = [('L', 'R'), ('P', 'A'), ('H', 'F')];
            let largest = axis.iamax();
            if axis[largest] >= 0.0 { pairs[largest].0 } else { pairs[largest].1 }
        };
        let [i, j, k] = [0, 1, 2].map(|column| letters(self.direction.column(column).into_owned()));
        format!("{i} {j} {k}")
    }
}

impl Planes {
    fn from_offsets(offsets_mm: &[f64]) -> Result<Self, GridError> {
        let first = offsets_mm[0];
        let offsets_mm: Vec<f64> = offsets_mm.iter().map(|offset| offset - first).collect();
        for index in 1..offsets_mm.len() {
            // Written so that a NaN is out of order too.
            let increases = offsets_mm[index] > offsets_mm[index - 1];
            if !increases {
                return Err(GridError::PlaneOrder { index, offset_mm: offsets_mm[index] });
            }
        }
        let last = offsets_mm.len() - 1;
        if last == 0 {
            return Ok(Self::Uniform { spacing_mm: 1.0 });
        }
        let spacing_mm = offsets_mm[last] / last as f64;
        let equal = (0..=last).all(|k| (offsets_mm[k] - k as f64 * spacing_mm).abs() <= 1e-3 * spacing_mm);
        Ok(if equal { Self::Uniform { spacing_mm } } else { Self::Unequal { offsets_mm } })
    }

    fn continuous(&self, offset_mm: f64) -> f64 {
        match self {
            Self::Uniform { spacing_mm } => offset_mm / spacing_mm,
            Self::Unequal { offsets_mm } => {
                let upper = offsets_mm.partition_point(|&plane| plane <= offset_mm);
                let lower = upper.clamp(1, offsets_mm.len() - 1) - 1;
                let step = offsets_mm[lower + 1] - offsets_mm[lower];
                lower as f64 + (offset_mm - offsets_mm[lower]) / step
            }
        }
    }
}

fn orthonormal(row: Vector, column: Vector) -> Result<Matrix, GridError> {
    let deviation =
        [row.norm_squared() - 1.0, column.norm_squared() - 1.0, row.dot(&column)].map(f64::abs).into_iter().fold(
            0.0,
            // `max` alone would drop a NaN.
            |largest: f64, value| if value.is_nan() { f64::INFINITY } else { largest.max(value) },
        );
    if deviation > ORTHONORMAL_TOLERANCE {
        return Err(GridError::NotOrthonormal { deviation });
    }
    let row = row.normalize();
    let column = (column - row * row.dot(&column)).normalize();
    Ok(Matrix::from_columns(&[row, column, row.cross(&column)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_and_position_are_inverse_on_unequal_planes() {
        let offsets = [0.0, 2.0, 3.0, 7.0];
        let grid = Grid::new(Point::new(1.0, 2.0, 3.0), -Vector::x(), -Vector::y(), [2.0, 3.0], [5, 6], &offsets)
            .unwrap();
        for index in [[0, 0, 0], [4, 5, 3], [1, 2, 2]] {
            let back = grid.continuous_index(&grid.position_mm(index));
            for axis in 0..3 {
                assert!((back[axis] - index[axis] as f64).abs() < 1e-12);
            }
        }
        assert_eq!(grid.orientation_letters(), "R A H");
        assert!(!grid.has_equal_planes());
    }

    #[test]
    fn skew_directions_are_refused() {
        let skew = Vector::new(0.01, 1.0, 0.0).normalize();
        let result = Grid::new(Point::origin(), Vector::x(), skew, [1.0, 1.0], [2, 2], &[0.0, 1.0]);
        assert!(matches!(result, Err(GridError::NotOrthonormal { .. })));
    }

    #[test]
    fn not_a_number_is_refused() {
        let nan = Vector::new(f64::NAN, 0.0, 0.0);
        assert!(Grid::new(Point::origin(), nan, Vector::y(), [1.0, 1.0], [2, 2], &[0.0, 1.0]).is_err());
        assert!(
            Grid::new(Point::origin(), Vector::x(), Vector::y(), [1.0, 1.0], [2, 2], &[0.0, f64::NAN]).is_err()
        );
    }
}
