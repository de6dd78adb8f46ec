//! Maps of points from one frame of reference to another.

use crate::{DeformationField, FrameOfReference, Matrix, Point, Vector};

/// A linear map with a shift: `linear · p + shift`.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    linear: Matrix,
    shift_mm: Vector,
}

/// Why a matrix is not a usable map, or a map does not fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TransformError {
    /// The determinant is negative: left and right are exchanged (H07).
    #[error("the matrix mirrors the patient (determinant {0:.4}); left and right would be exchanged")]
    Reflection(f64),
    /// The matrix cannot be inverted.
    #[error("the matrix cannot be inverted (determinant {0:.2e})")]
    Singular(f64),
    /// The last row is not 0 0 0 1 or a number is not finite.
    #[error("the matrix is not a homogeneous transformation with the last row 0 0 0 1")]
    NotHomogeneous,
    /// A matrix declared rigid stretches or shears.
    #[error("the matrix is declared rigid but is off a rotation by {0:.2e}")]
    NotRigid(f64),
    /// The inverse of a deformation did not settle.
    #[error("the deformation cannot be inverted at this point")]
    NotInvertible,
    /// Two maps do not meet in a common frame.
    #[error("a map to frame {to} cannot be followed by a map from frame {from}")]
    FramesDoNotMeet {
        /// Where the first map ends.
        to: String,
        /// Where the second map begins.
        from: String,
    },
}

impl Affine {
    /// The map that changes nothing.
    pub fn identity() -> Self {
        Self { linear: Matrix::identity(), shift_mm: Vector::zeros() }
    }

    /// From a linear part and a shift.
    ///
    /// # Errors
    /// When the linear part mirrors, is singular or holds a number that is not finite.
    pub fn new(linear: Matrix, shift_mm: Vector) -> Result<Self, TransformError> {
        if !linear.iter().chain(shift_mm.iter()).all(|value| value.is_finite()) {
            return Err(TransformError::NotHomogeneous);
        }
        let determinant = linear.determinant();
        if determinant.abs() < 1e-9 {
            return Err(TransformError::Singular(determinant));
        }
        if determinant < 0.0 {
            return Err(TransformError::Reflection(determinant));
        }
        Ok(Self { linear, shift_mm })
    }

    /// From sixteen numbers in row order, as DICOM (3006,00C6) holds them.
    ///
    /// # Errors
    /// When the last row is not 0 0 0 1, or as [`Affine::new`].
    pub fn from_row_major(rows: &[f64; 16]) -> Result<Self, TransformError> {
        let last_row_fits = rows[12..15].iter().all(|value| value.abs() < 1e-9) && (rows[15] - 1.0).abs() < 1e-9;
        if !last_row_fits {
            return Err(TransformError::NotHomogeneous);
        }
        let linear = Matrix::from_fn(|row, column| rows[4 * row + column]);
        Self::new(linear, Vector::new(rows[3], rows[7], rows[11]))
    }

    /// Sixteen numbers in row order.
    pub fn to_row_major(&self) -> [f64; 16] {
        let (m, t) = (&self.linear, &self.shift_mm);
        [m.m11, m.m12, m.m13, t.x, m.m21, m.m22, m.m23, t.y, m.m31, m.m32, m.m33, t.z, 0.0, 0.0, 0.0, 1.0]
    }

    /// Largest deviation of the linear part from a rotation.
    pub fn deviation_from_rotation(&self) -> f64 {
        (self.linear.tr_mul(&self.linear) - Matrix::identity()).abs().max()
    }

    /// Angle of the rotation nearest to the linear part, degrees.
    pub fn rotation_degrees(&self) -> f64 {
        ((self.linear.trace() - 1.0) / 2.0).clamp(-1.0, 1.0).acos().to_degrees()
    }

    /// Linear part.
    pub fn linear(&self) -> &Matrix {
        &self.linear
    }

    /// Shift after the linear part.
    pub fn shift_mm(&self) -> Vector {
        self.shift_mm
    }

    /// Maps one point.
    #[inline]
    pub fn apply(&self, position_mm: &Point) -> Point {
        Point::from(self.linear * position_mm.coords + self.shift_mm)
    }

    /// The map back.
    pub fn inverse(&self) -> Self {
        let linear = self.linear.try_inverse().unwrap_or_else(Matrix::identity);
        Self { linear, shift_mm: -(linear * self.shift_mm) }
    }

    /// First `self`, then `next`.
    pub fn then(&self, next: &Self) -> Self {
        Self { linear: next.linear * self.linear, shift_mm: next.linear * self.shift_mm + next.shift_mm }
    }
}

/// A map of points, of whatever kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Transform {
    /// A linear map with a shift; rigid when its linear part is a rotation.
    Affine(Affine),
    /// A vector field between two linear maps.
    Deformation(std::sync::Arc<DeformationField>),
    /// The inverse of a vector field, found by iteration.
    InverseDeformation(std::sync::Arc<DeformationField>),
    /// Several maps, the first one applied first.
    Chain(Vec<Transform>),
}

impl Transform {
    /// Maps one point; nothing where the map is not defined (outside the vector field).
    pub fn apply(&self, position_mm: &Point) -> Option<Point> {
        match self {
            Self::Affine(affine) => Some(affine.apply(position_mm)),
            Self::Deformation(field) => field.apply(position_mm),
            Self::InverseDeformation(field) => field.apply_inverse(position_mm),
            Self::Chain(steps) => steps.iter().try_fold(*position_mm, |point, step| step.apply(&point)),
        }
    }

    /// How small displacements about a position are mapped; nothing where the map is not defined.
    pub fn linear_at(&self, position_mm: &Point) -> Option<Matrix> {
        if let Self::Affine(affine) = self {
            return Some(*affine.linear());
        }
        let half = |axis: usize| Vector::ith(axis, 0.5);
        let column = |axis: usize| {
            Some(self.apply(&(position_mm + half(axis)))? - self.apply(&(position_mm - half(axis)))?)
        };
        Some(Matrix::from_columns(&[column(0)?, column(1)?, column(2)?]))
    }

    /// The map back.
    pub fn inverse(&self) -> Self {
        match self {
            Self::Affine(affine) => Self::Affine(affine.inverse()),
            Self::Deformation(field) => Self::InverseDeformation(field.clone()),
            Self::InverseDeformation(field) => Self::Deformation(field.clone()),
            Self::Chain(steps) => Self::Chain(steps.iter().rev().map(Self::inverse).collect()),
        }
    }

    /// Places of the frame of the points that go in about which the map folds (H41), each with how far its cell reaches.
    pub fn folds_mm(&self) -> Vec<(Point, f64)> {
        let of = |field: &DeformationField| {
            let reach = field.grid().spacing_mm().iter().map(|edge| edge * edge).sum::<f64>().sqrt() / 2.0;
            field.folds_mm().into_iter().map(move |middle| (middle, reach)).collect::<Vec<_>>()
        };
        match self {
            Self::Affine(_) => Vec::new(),
            Self::Deformation(field) => of(field),
            // The folds of the field lie where its own points go in, which is where those of the inverse come out.
            Self::InverseDeformation(field) => {
                let there = |(middle, reach): (Point, f64)| Some((field.apply(&middle)?, reach));
                of(field).into_iter().filter_map(there).collect()
            }
            Self::Chain(steps) => {
                let mut folds = Vec::new();
                for (index, step) in steps.iter().enumerate() {
                    let back = Self::Chain(steps[..index].to_vec()).inverse();
                    let to_start = |(middle, reach): (Point, f64)| Some((back.apply(&middle)?, reach));
                    folds.extend(step.folds_mm().into_iter().filter_map(to_start));
                }
                folds
            }
        }
    }

    /// Whether a vector field takes part.
    pub fn is_deformable(&self) -> bool {
        match self {
            Self::Affine(_) => false,
            Self::Deformation(_) | Self::InverseDeformation(_) => true,
            Self::Chain(steps) => steps.iter().any(Self::is_deformable),
        }
    }

    /// The single linear map this is, when no vector field takes part.
    pub fn as_affine(&self) -> Option<Affine> {
        match self {
            Self::Affine(affine) => Some(affine.clone()),
            Self::Chain(steps) => {
                steps.iter().try_fold(Affine::identity(), |whole, step| Some(whole.then(&step.as_affine()?)))
            }
            _ => None,
        }
    }
}

/// A map with its direction: takes points of the frame `from` to the frame `to`.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameTransform {
    /// The frame of the points that go in.
    pub from: FrameOfReference,
    /// The frame of the points that come out.
    pub to: FrameOfReference,
    /// The map itself.
    pub transform: Transform,
}

impl FrameTransform {
    /// The identity within one frame.
    pub fn identity(frame: FrameOfReference) -> Self {
        Self { from: frame.clone(), to: frame, transform: Transform::Affine(Affine::identity()) }
    }

    /// The map back.
    pub fn inverse(&self) -> Self {
        Self { from: self.to.clone(), to: self.from.clone(), transform: self.transform.inverse() }
    }

    /// First `self`, then `next`.
    ///
    /// # Errors
    /// When `next` does not begin in the frame where `self` ends.
    pub fn then(&self, next: &Self) -> Result<Self, TransformError> {
        if self.to != next.from {
            return Err(TransformError::FramesDoNotMeet { to: self.to.to_string(), from: next.from.to_string() });
        }
        let transform = Transform::Chain(vec![self.transform.clone(), next.transform.clone()]);
        Ok(Self { from: self.from.clone(), to: next.to.clone(), transform })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned() -> Affine {
        let rotation = nalgebra::Rotation3::from_euler_angles(0.1, -0.2, 0.3);
        Affine::new(*rotation.matrix(), Vector::new(5.0, -7.0, 120.0)).unwrap()
    }

    #[test]
    fn inverse_and_chain_return_to_the_point() {
        let forth = turned();
        let point = Point::new(12.0, 34.0, -56.0);
        let back = forth.then(&forth.inverse()).apply(&point);
        assert!((back - point).norm() < 1e-12);
        assert!(forth.deviation_from_rotation() < 1e-12);
    }

    #[test]
    fn rows_go_in_and_come_out() {
        let rows = turned().to_row_major();
        assert_eq!(Affine::from_row_major(&rows).unwrap(), turned());
    }

    #[test]
    fn h07_a_mirror_is_refused() {
        let mirror = Matrix::from_diagonal(&Vector::new(-1.0, 1.0, 1.0));
        assert!(matches!(Affine::new(mirror, Vector::zeros()), Err(TransformError::Reflection(_))));
    }

    #[test]
    fn maps_that_do_not_meet_are_refused() {
        let frame = |name: &str| FrameOfReference::new(name);
        let step = |from: &str, to: &str| FrameTransform {
            from: frame(from),
            to: frame(to),
            transform: Transform::Affine(turned()),
        };
        assert!(step("1", "2").then(&step("2", "3")).is_ok());
        assert!(matches!(step("1", "2").then(&step("3", "2")), Err(TransformError::FramesDoNotMeet { .. })));
    }
}
