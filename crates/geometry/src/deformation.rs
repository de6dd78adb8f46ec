//! A vector field between two linear maps, as DICOM's Deformable Spatial Registration defines it.

use crate::{Affine, Grid, Matrix, Point, Vector, Volume};

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
/// Steps shorter than this share of the whole are taken even if they lead away.
const SHORTEST_STEP: f64 = 1.0 / 64.0;

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

    /// Maps one point; beyond the grid, with the displacement of the nearest place within it.
    ///
    /// For searches that go on from a deformation, not for doses: outside its grid a deformation is not known.
    pub fn apply_continued(&self, position_mm: &Point) -> Point {
        let nearest = clamp_into(self.grid(), position_mm);
        let displacement = interpolate(&self.displacement_mm, &nearest).unwrap_or_else(Vector::zeros);
        self.after.apply(&(self.before.apply(position_mm) + displacement))
    }

    /// The point that [`DeformationField::apply`] takes to `target_mm`, by damped Newton steps.
    ///
    /// Nothing when the search leaves the grid or does not settle within 0.1 µm, as at a fold.
    pub fn apply_inverse(&self, target_mm: &Point) -> Option<Point> {
        let linear_back = self.before.then(&self.after).inverse();
        let mut guess = clamp_into(self.grid(), &linear_back.apply(target_mm));
        let mut error = target_mm - self.apply(&guess)?;
        for _ in 0..INVERSE_STEPS {
            if error.norm() < INVERSE_TOLERANCE_MM {
                return Some(guess);
            }
            let back = self.jacobian_at(&guess).and_then(|jacobian| jacobian.try_inverse());
            let step = back.unwrap_or(*linear_back.linear()) * error;
            (guess, error) = self.shortened(target_mm, &guess, &step, error.norm())?;
        }
        None
    }

    /// The first of ever shorter steps that comes closer to the target; the shortest one where none does.
    fn shortened(&self, target_mm: &Point, from: &Point, step: &Vector, before: f64) -> Option<(Point, Vector)> {
        let mut share = 1.0;
        loop {
            let next = clamp_into(self.grid(), &(from + step * share));
            let error = target_mm - self.apply(&next)?;
            if error.norm() < before || share < SHORTEST_STEP {
                return Some((next, error));
            }
            share *= 0.5;
        }
    }

    /// How small displacements about a position are mapped, exactly; nothing outside the grid.
    pub fn jacobian_at(&self, position_mm: &Point) -> Option<Matrix> {
        let grid = self.grid();
        let (lower, fraction) = cell(grid, position_mm)?;
        let mut gradient = Matrix::zeros();
        for corner in 0..8_usize {
            let bits = [corner & 1, corner >> 1 & 1, corner >> 2 & 1];
            let at =
                self.vector_at(std::array::from_fn(|axis| (lower[axis] + bits[axis]).min(grid.size()[axis] - 1)));
            for axis in 0..3 {
                let others: f64 = (0..3)
                    .filter(|other| *other != axis)
                    .map(|other| if bits[other] == 1 { fraction[other] } else { 1.0 - fraction[other] })
                    .product();
                let sign = if bits[axis] == 1 { 1.0 } else { -1.0 };
                let column = gradient.column(axis) + at * (sign * others / self.edge_mm(lower, axis));
                gradient.set_column(axis, &column);
            }
        }
        let gradient = gradient * grid.direction().transpose();
        gradient
            .iter()
            .all(|value| value.is_finite())
            .then(|| self.after.linear() * (self.before.linear() + gradient))
    }

    /// Smallest and largest determinant of the Jacobian, from the three edges that meet at each corner of each cell.
    ///
    /// A determinant of zero or less is a fold (H41). Cells where the map is not defined do not count.
    pub fn jacobian_range(&self) -> [f64; 2] {
        let determinants = self.cells().flat_map(|cell| self.corner_determinants(cell));
        let join = |[low, high]: [f64; 2], determinant: f64| [low.min(determinant), high.max(determinant)];
        determinants.filter(|determinant| determinant.is_finite()).fold([f64::INFINITY, f64::NEG_INFINITY], join)
    }

    /// The middles of all cells that fold at some corner (H41).
    pub fn folds_mm(&self) -> Vec<Point> {
        let folds =
            |cell: &[usize; 3]| self.corner_determinants(*cell).iter().any(|determinant| *determinant <= 0.0);
        let middle = |[i, j, k]: [usize; 3]| {
            nalgebra::center(&self.grid().position_mm([i, j, k]), &self.grid().position_mm([i + 1, j + 1, k + 1]))
        };
        self.cells().filter(folds).map(middle).collect()
    }

    fn cells(&self) -> impl Iterator<Item = [usize; 3]> + use<> {
        let [columns, rows, planes] = self.grid().size().map(|n| n.saturating_sub(1));
        (0..planes).flat_map(move |k| (0..rows).flat_map(move |j| (0..columns).map(move |i| [i, j, k])))
    }

    fn corner_determinants(&self, cell: [usize; 3]) -> [f64; 8] {
        let before = self.before.linear() * self.grid().direction();
        let after = self.after.linear().determinant();
        let edges: [f64; 3] = std::array::from_fn(|axis| self.edge_mm(cell, axis));
        std::array::from_fn(|corner| {
            let here: [usize; 3] = std::array::from_fn(|axis| cell[axis] + (corner >> axis & 1));
            let mut gradient = Matrix::zeros();
            for axis in 0..3 {
                let (mut low, mut high) = (here, here);
                (low[axis], high[axis]) = (cell[axis], cell[axis] + 1);
                gradient.set_column(axis, &((self.vector_at(high) - self.vector_at(low)) / edges[axis]));
            }
            // The directions of the grid are a rotation, which changes no determinant.
            after * (before + gradient).determinant()
        })
    }

    fn vector_at(&self, index_ijk: [usize; 3]) -> Vector {
        vector(self.displacement_mm.values()[self.grid().offset(index_ijk)])
    }

    /// Length of the edges of a cell along an axis; planes may stand at unequal distances.
    fn edge_mm(&self, cell: [usize; 3], axis: usize) -> f64 {
        let grid = self.grid();
        let next = cell[2] + 1;
        if axis == 2 && next < grid.size()[2] {
            grid.plane_offset_mm(next) - grid.plane_offset_mm(cell[2])
        } else {
            grid.spacing_mm()[axis]
        }
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

/// The lower corner of the cell about a position and the part of the way to the upper one; nothing outside the grid.
fn cell(grid: &Grid, position_mm: &Point) -> Option<([usize; 3], [f64; 3])> {
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
    Some((lower, fraction))
}

fn interpolate(field: &Volume<[f32; 3]>, position_mm: &Point) -> Option<Vector> {
    let grid = field.grid();
    let (size, (lower, fraction)) = (grid.size(), cell(grid, position_mm)?);
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
    fn the_jacobian_is_that_of_small_differences() {
        let field = bump(6.0);
        let point = Point::new(11.0, -3.5, 7.2);
        let jacobian = field.jacobian_at(&point).unwrap();
        for axis in 0..3 {
            let step = Vector::ith(axis, 1e-3);
            let expected = (field.apply(&(point + step)).unwrap() - field.apply(&(point - step)).unwrap()) / 2e-3;
            assert!((jacobian.column(axis) - expected).norm() < 1e-5);
        }
    }

    #[test]
    fn a_steep_deformation_is_inverted_where_it_does_not_fold() {
        let field = bump(18.0);
        assert!(field.jacobian_range()[0] > 0.0);
        for point in [Point::new(0.0, 3.0, -4.0), Point::new(20.0, -11.0, 13.0), Point::new(-14.0, 9.0, 2.0)] {
            let back = field.apply_inverse(&field.apply(&point).unwrap()).unwrap();
            assert!((back - point).norm() < 1e-3);
        }
    }

    #[test]
    fn outside_the_grid_there_is_no_answer() {
        assert_eq!(bump(6.0).apply(&Point::new(90.0, 0.0, 0.0)), None);
    }

    #[test]
    fn a_fold_shows_as_a_negative_determinant() {
        assert!(bump(6.0).jacobian_range()[0] > 0.5);
        assert_eq!(bump(6.0).folds_mm(), []);
        assert!(bump(60.0).jacobian_range()[0] < 0.0);
        assert!(!bump(60.0).folds_mm().is_empty());
    }
}
