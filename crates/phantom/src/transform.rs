//! Rigid motion between the frames of the two courses.

/// A rotation followed by a translation, both in mm and patient axes (LPS).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rigid {
    rotation: [[f64; 3]; 3],
    translation_mm: [f64; 3],
}

/// Current course from prior course: about 3.0°, −2.2° and 3.6° about x, y and z, and a shift of
/// the kind that lies between two scanners. The translation is a multiple of half a millimetre so that the
/// grids of the current course have positions that decimal strings hold exactly.
pub(crate) const FIXED_FROM_MOVING: ([f64; 4], [f64; 3]) = ([1.0, 0.026, -0.019, 0.031], [18.5, -37.0, 312.5]);

impl Rigid {
    /// No motion.
    pub(crate) fn identity() -> Self {
        Self::from_quaternion([1.0, 0.0, 0.0, 0.0], [0.0; 3])
    }

    /// Rotation by the quaternion `(w, x, y, z)` of any length, then translation.
    ///
    /// Angles are avoided on purpose: sine and cosine may differ in the last bit between systems,
    /// the square root may not.
    pub(crate) fn from_quaternion(quaternion: [f64; 4], translation_mm: [f64; 3]) -> Self {
        let length = quaternion.iter().map(|part| part * part).sum::<f64>().sqrt();
        let [w, x, y, z] = quaternion.map(|part| part / length);
        Self {
            rotation: [
                [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
                [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
                [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
            ],
            translation_mm,
        }
    }

    /// Carries a point.
    pub(crate) fn apply(&self, point_mm: [f64; 3]) -> [f64; 3] {
        let turned = rotate(&self.rotation, point_mm);
        [
            turned[0] + self.translation_mm[0],
            turned[1] + self.translation_mm[1],
            turned[2] + self.translation_mm[2],
        ]
    }

    /// The motion back.
    pub(crate) fn inverse(&self) -> Self {
        let rotation = [0, 1, 2].map(|row| [0, 1, 2].map(|column| self.rotation[column][row]));
        Self { rotation, translation_mm: rotate(&rotation, self.translation_mm).map(|part| -part) }
    }

    /// Homogeneous matrix, row after row, that multiplies a column vector from the left.
    pub(crate) fn matrix(&self) -> [[f64; 4]; 4] {
        let (r, t) = (&self.rotation, &self.translation_mm);
        [
            [r[0][0], r[0][1], r[0][2], t[0]],
            [r[1][0], r[1][1], r[1][2], t[1]],
            [r[2][0], r[2][1], r[2][2], t[2]],
            [0.0, 0.0, 0.0, 1.0],
        ]
    }
}

fn rotate(rotation: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    rotation.map(|row| row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_undoes_the_motion() {
        let (quaternion, translation_mm) = FIXED_FROM_MOVING;
        let there = Rigid::from_quaternion(quaternion, translation_mm);
        let back = there.inverse();
        for point in [[0.0, 0.0, 0.0], [130.0, -40.0, 77.0], [-12.5, 90.0, -136.0]] {
            let again = back.apply(there.apply(point));
            for axis in 0..3 {
                assert!((again[axis] - point[axis]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_motion_keeps_handedness() {
        let (quaternion, translation_mm) = FIXED_FROM_MOVING;
        let m = Rigid::from_quaternion(quaternion, translation_mm).matrix();
        let determinant = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
            - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
        assert!((determinant - 1.0).abs() < 1e-14);
    }
}
