//! A rotation and a shift, as the rigid search moves them.

use geometry::{Affine, Matrix, Point, Vector};
use nalgebra::Rotation3;

/// A rotation about a centre followed by a shift; takes points of the fixed frame to the moving frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Centre of the rotation in the fixed frame.
    pub centre_mm: Point,
    /// Rotation.
    pub rotation: Rotation3<f64>,
    /// Where the centre goes, minus the centre.
    pub shift_mm: Vector,
}

impl Pose {
    /// A shift alone.
    pub fn shifted(centre_mm: Point, shift_mm: Vector) -> Self {
        Self { centre_mm, rotation: Rotation3::identity(), shift_mm }
    }

    /// The pose that a rigid map is, turning about a centre.
    pub fn of(map: &Affine, centre_mm: Point) -> Self {
        Self {
            centre_mm,
            rotation: Rotation3::from_matrix(map.linear()),
            shift_mm: map.apply(&centre_mm) - centre_mm,
        }
    }

    /// Maps one point.
    #[inline]
    pub fn apply(&self, position_mm: &Point) -> Point {
        self.centre_mm + self.rotation * (position_mm - self.centre_mm) + self.shift_mm
    }

    /// Turned by a small rotation vector about where the centre goes, and shifted on.
    pub fn moved(&self, turn: Vector, shift_mm: Vector) -> Self {
        Self { rotation: Rotation3::new(turn) * self.rotation, shift_mm: self.shift_mm + shift_mm, ..*self }
    }

    /// The same as a matrix.
    pub fn to_affine(self) -> Option<Affine> {
        let linear: Matrix = *self.rotation.matrix();
        Affine::new(linear, self.centre_mm.coords - linear * self.centre_mm.coords + self.shift_mm).ok()
    }
}
