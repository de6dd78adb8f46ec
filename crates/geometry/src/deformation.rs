//! A vector field between two linear maps, as DICOM's Deformable Spatial Registration defines it.

use crate::{Affine, Grid, Point, Vector, Volume};

/// A map of points given by displacement vectors on a grid.
///
/// A point `p` of the frame in which the grid stands is taken to
/// `after( before(p) + displacement(p) )`, with the displacement interpolated trilinearly at `p` itself.
///
/// # Source
/// \[dicom_ps3_3\] C.20.3: the grid stands in the Registered frame, the pre-deformation matrix acts before and
/// the post-deformation matrix after the displacement is added.
#[derive(Clone, Debug, PartialEq)]
pub struct DeformationField {
    before: Affine,
    after: Affine,
    displacement_mm: Volume<[f32; 3]>,
}

/// How close the inverse must come, and how many steps it may take.
const INVERSE_TOLERANCE_MM: f64 = 1e-4;
const INVERSE_STEPS: usize = 60;

impl DeformationField {
    /// Joins the three parts.
    pub fn new(before: Affine, displacement_mm: Volume<[f32; 3]>, after: Affine) -> Self {
        Self { before, after, displacement_mm }
    }

    /// The linear map before the displacement.
    pub fn before(&self) -> &Affine {
        &self.before
    }

    /// The linear map after it.
    pub fn after(&self) -> &Affine {
        &self.after
    }

    /// The displacement vectors in mm.
    pub fn displacement_mm(&self) -> &Volume<[f32; 3]> {
        &self.displacement_mm
    }

    /// The grid of the displacement vectors.
    pub fn grid(&self) -> &Grid {
        self.displacement_mm.grid()
    }

    /// Maps one point; nothing outside the grid.
    pub fn apply(&self, position_mm: &Point) -> Option<Point> {
        let displacement = interpolate(&self.displacement_mm, position_mm)?;
        Some(self.after.apply(&(self.before.apply(position_mm) + displacement)))
    }

    /// The point that [`DeformationField::apply`] takes to `target_mm`, by fixed-point iteration.
    ///
    /// Nothing when the iteration leaves the grid or does not settle within 0.1 µm, as at a fold.
    pub fn apply_inverse(&self, target_mm: &Point) -> Option<Point> {
        let linear_back = self.before.then(&self.after).inverse();
        let mut guess = clamp_into(self.grid(), &linear_back.apply(target_mm));
        for _ in 0..INVERSE_STEPS {
            let error = target_mm - self.apply(&guess)?;
            if error.norm() < INVERSE_TOLERANCE_MM {
                return Some(guess);
            }
            guess += linear_back.linear() * error;
        }
        None
    }

    /// Determinant of the Jacobian at each voxel of the field, by central differences.
    ///
    /// Values at or below zero are folds (H41).
    pub fn jacobian_determinants(&self) -> Vec<f64> {
        let grid = self.grid();
        let [ni, nj, nk] = grid.size();
        let mut determinants = Vec::with_capacity(grid.len());
        for k in 0..nk {
            for j in 0..nj {
                for i in 0..ni {
                    determinants.push(self.jacobian_at([i, j, k]));
                }
            }
        }
        determinants
    }

    fn jacobian_at(&self, index_ijk: [usize; 3]) -> f64 {
        let grid = self.grid();
        let size = grid.size();
        let mut in_grid_axes = crate::Matrix::zeros();
        for axis in 0..3 {
            let (mut low, mut high) = (index_ijk, index_ijk);
            low[axis] = low[axis].saturating_sub(1);
            high[axis] = (high[axis] + 1).min(size[axis] - 1);
            if low == high {
                continue;
            }
            let distance = (grid.position_mm(high) - grid.position_mm(low)).norm();
            let value = |index| vector(self.displacement_mm.values()[grid.offset(index)]);
            in_grid_axes.set_column(axis, &((value(high) - value(low)) / distance));
        }
        let gradient = in_grid_axes * grid.direction().transpose();
        self.after.linear().determinant() * (self.before.linear() + gradient).determinant()
    }
}

fn vector(components: [f32; 3]) -> Vector {
    Vector::new(f64::from(components[0]), f64::from(components[1]), f64::from(components[2]))
}

fn clamp_into(grid: &Grid, position_mm: &Point) -> Point {
    let size = grid.size();
    let index = grid.continuous_index(position_mm);
    let limit = |axis: usize| index[axis].clamp(0.0, (size[axis] - 1) as f64);
    let spacing = grid.spacing_mm();
    let local = Vector::new(limit(0) * spacing[0], limit(1) * spacing[1], limit(2) * spacing[2]);
    grid.origin_mm() + grid.direction() * local
}

fn interpolate(field: &Volume<[f32; 3]>, position_mm: &Point) -> Option<Vector> {
    let grid = field.grid();
    let (size, index) = (grid.size(), grid.continuous_index(position_mm));
    let mut lower = [0_usize; 3];
    let mut fraction = [0.0; 3];
    for axis in 0..3 {
        let last = (size[axis] - 1) as f64;
        if !(index[axis] >= -0.5 && index[axis] <= last + 0.5) {
            return None;
        }
        let inside = index[axis].clamp(0.0, last);
        lower[axis] = (inside as usize).min(size[axis].saturating_sub(2));
        fraction[axis] = inside - lower[axis] as f64;
    }
    let mut sum = Vector::zeros();
    for corner in 0..8 {
        let mut weight = 1.0;
        let mut at = lower;
        for axis in 0..3 {
            let upper = corner >> axis & 1;
            at[axis] = (lower[axis] + upper).min(size[axis] - 1);
            weight *= if upper == 1 { fraction[axis] } else { 1.0 - fraction[axis] };
        }
        if weight > 0.0 {
            sum += vector(field.values()[grid.offset(at)]) * weight;
        }
    }
    // A vector of NaN says that the map is undefined there (PS3.3 C.20.3.1.3).
    sum.iter().all(|component| component.is_finite()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bump(amplitude: f32) -> DeformationField {
        let grid = Grid::axial(Point::new(-50.0, -50.0, -50.0), [5.0, 5.0, 5.0], [21, 21, 21]).unwrap();
        let mut values = Vec::new();
        for k in 0..21 {
            for j in 0..21 {
                for i in 0..21 {
                    let p = grid.position_mm([i, j, k]);
                    let size = amplitude * (-(p.coords.norm_squared() / 800.0)).exp() as f32;
                    values.push([size, 0.5 * size, -size]);
                }
            }
        }
        let turn = nalgebra::Rotation3::from_euler_angles(0.05, 0.02, -0.1);
        let before = Affine::new(*turn.matrix(), Vector::new(10.0, 20.0, 30.0)).unwrap();
        DeformationField::new(before, Volume::new(grid, values).unwrap(), Affine::identity())
    }

    #[test]
    fn the_inverse_returns_to_the_point() {
        let field = bump(6.0);
        for point in [Point::new(0.0, 3.0, -4.0), Point::new(20.0, -11.0, 13.0)] {
            let there = field.apply(&point).unwrap();
            let back = field.apply_inverse(&there).unwrap();
            assert!((back - point).norm() < 1e-3);
        }
    }

    #[test]
    fn outside_the_grid_there_is_no_answer() {
        assert_eq!(bump(6.0).apply(&Point::new(90.0, 0.0, 0.0)), None);
    }

    #[test]
    fn a_fold_shows_as_a_negative_determinant() {
        let smallest =
            |field: &DeformationField| field.jacobian_determinants().into_iter().fold(f64::INFINITY, f64::min);
        assert!(smallest(&bump(6.0)) > 0.5);
        assert!(smallest(&bump(60.0)) < 0.0);
    }
}
