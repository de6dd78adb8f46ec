//! Value and slope of an image between its voxels.

use geometry::{Matrix, Point, Vector, Volume};

/// A voxel reaches half a voxel beyond its centre.
const CELL: f32 = 0.5;

/// Reads an image whose planes stand at equal distances, and that has at least two voxels along each axis.
#[derive(Clone, Debug)]
pub(crate) struct Sampler<'a> {
    image: &'a Volume<f32>,
    to_index: Matrix,
    origin_mm: Point,
}

impl<'a> Sampler<'a> {
    pub fn new(image: &'a Volume<f32>) -> Self {
        Self { image, to_index: to_index(image), origin_mm: image.grid().origin_mm() }
    }

    /// Value and slope per millimetre; nothing outside the cells of the outermost voxels.
    #[inline]
    pub fn at(&self, position_mm: &Point) -> Option<(f64, Vector)> {
        let index = self.to_index * (position_mm - self.origin_mm);
        let (value, slope) = between(self.image, [index.x as f32, index.y as f32, index.z as f32])?;
        let slope = Vector::new(f64::from(slope[0]), f64::from(slope[1]), f64::from(slope[2]));
        Some((f64::from(value), self.to_index.tr_mul(&slope)))
    }

    /// The value alone.
    #[inline]
    pub fn value(&self, position_mm: &Point) -> Option<f64> {
        let index = self.to_index * (position_mm - self.origin_mm);
        Some(f64::from(between(self.image, [index.x as f32, index.y as f32, index.z as f32])?.0))
    }
}

/// The index in an image per millimetre along each axis of the patient.
pub(crate) fn to_index(image: &Volume<f32>) -> Matrix {
    let scaled = image.grid().spacing_mm().map(|spacing| 1.0 / spacing.max(1e-6));
    Matrix::from_diagonal(&Vector::from(scaled)) * image.grid().direction().transpose()
}

/// Value and slope per voxel between eight voxels; nothing outside the cells of the outermost voxels, in which the outermost
/// value holds.
#[inline]
pub(crate) fn between(image: &Volume<f32>, at: [f32; 3]) -> Option<(f32, [f32; 3])> {
    let size = image.grid().size();
    let mut low = [0_usize; 3];
    let mut part = [0.0_f32; 3];
    for axis in 0..3 {
        let last = (size[axis] - 1) as f32;
        if !(at[axis] >= -CELL && at[axis] <= last + CELL) {
            return None;
        }
        let inside = at[axis].clamp(0.0, last);
        low[axis] = (inside as usize).min(size[axis].saturating_sub(2));
        part[axis] = inside - low[axis] as f32;
    }
    let (row, plane) = (size[0], size[0] * size[1]);
    let base = low[2] * plane + low[1] * row + low[0];
    let values = image.values();
    let near = &values[base..base + row + 2];
    let far = &values[base + plane..base + plane + row + 2];
    let [x, y, z] = part;
    let (a0, a1) = (near[1] - near[0], near[row + 1] - near[row]);
    let (b0, b1) = (far[1] - far[0], far[row + 1] - far[row]);
    let (near_low, near_high) = (near[0] + x * a0, near[row] + x * a1);
    let (far_low, far_high) = (far[0] + x * b0, far[row] + x * b1);
    let (near_value, far_value) = (near_low + y * (near_high - near_low), far_low + y * (far_high - far_low));
    let along_x_near = a0 + y * (a1 - a0);
    let along_x = along_x_near + z * (b0 + y * (b1 - b0) - along_x_near);
    let along_y = (near_high - near_low) + z * ((far_high - far_low) - (near_high - near_low));
    Some((near_value + z * (far_value - near_value), [along_x, along_y, far_value - near_value]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::Grid;

    #[test]
    fn values_and_slopes_of_a_linear_field_are_exact() {
        let turn = nalgebra::Rotation3::from_euler_angles(0.3, -0.2, 0.5);
        let axis = |axis: usize| turn.matrix().column(axis).into_owned();
        let offsets: Vec<f64> = (0..6).map(|k| 3.0 * f64::from(k)).collect();
        let grid = Grid::new(Point::new(1.0, 2.0, 3.0), axis(0), axis(1), [2.0, 2.5], [7, 5], &offsets).unwrap();
        let field = |point: &Point| 3.0 * point.x - 2.0 * point.y + 0.5 * point.z;
        let values = (0..grid.len()).map(|at| field(&grid.position_mm([at % 7, at / 7 % 5, at / 35])) as f32);
        let image = Volume::new(grid.clone(), values.collect()).unwrap();
        let at = nalgebra::center(&grid.position_mm([1, 1, 1]), &grid.position_mm([4, 3, 2]));
        let (value, slope) = Sampler::new(&image).at(&at).unwrap();
        assert!((value - field(&at)).abs() < 1e-3);
        assert!((slope - Vector::new(3.0, -2.0, 0.5)).norm() < 1e-4);
        assert!(Sampler::new(&image).at(&Point::new(500.0, 0.0, 0.0)).is_none());
    }
}
