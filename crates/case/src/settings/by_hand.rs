//! A registration that a person made.

use geometry::{Affine, Matrix, Point, TransformError, Vector};
use serde::{Deserialize, Serialize};

/// A rigid map from the current frame to that of the prior courses, as turns about a point and a shift.
///
/// A point `p` goes to `R · (p − centre) + centre + translation`, where `R` turns about x, then about y, then about z.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    /// Turns about x, then y, then z of the patient, in degrees.
    pub rotation_deg: [f64; 3],
    /// Shift after the turns, in mm.
    pub translation_mm: [f64; 3],
    /// The point of the current frame about which is turned.
    pub centre_mm: [f64; 3],
}

impl ByHand {
    /// The map.
    ///
    /// # Errors
    /// When a number is not finite.
    pub fn moving_from_fixed(&self) -> Result<Affine, TransformError> {
        let turn = turn(self.rotation_deg.map(f64::to_radians));
        let centre = Vector::from(self.centre_mm);
        Affine::new(turn, centre + Vector::from(self.translation_mm) - turn * centre)
    }

    /// The turns and the shift of a rigid map about a centre.
    pub fn of(map: &Affine, centre: &Point) -> Self {
        let turn = map.linear();
        let about_y = (-turn[(2, 0)]).clamp(-1.0, 1.0).asin();
        let about_x = turn[(2, 1)].atan2(turn[(2, 2)]);
        let about_z = turn[(1, 0)].atan2(turn[(0, 0)]);
        Self {
            rotation_deg: [about_x, about_y, about_z].map(f64::to_degrees),
            translation_mm: (map.apply(centre) - centre).into(),
            centre_mm: (*centre).into(),
        }
    }
}

/// About x, then about y, then about z.
fn turn([x, y, z]: [f64; 3]) -> Matrix {
    let about_x = Matrix::new(1.0, 0.0, 0.0, 0.0, x.cos(), -x.sin(), 0.0, x.sin(), x.cos());
    let about_y = Matrix::new(y.cos(), 0.0, y.sin(), 0.0, 1.0, 0.0, -y.sin(), 0.0, y.cos());
    let about_z = Matrix::new(z.cos(), -z.sin(), 0.0, z.sin(), z.cos(), 0.0, 0.0, 0.0, 1.0);
    about_z * about_y * about_x
}

/// The same place in the current frame and in that of a prior course, as a person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandmarkSettings {
    /// What it is, as `tip of the dens`.
    pub name: String,
    /// Id or label of the prior course; that of the first one when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<String>,
    /// Place in the current frame.
    pub fixed_mm: [f64; 3],
    /// Place in the frame of the prior course.
    pub moving_mm: [f64; 3],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_about_z_takes_left_to_back() {
        let by_hand = ByHand {
            rotation_deg: [0.0, 0.0, 90.0],
            translation_mm: [0.0, 0.0, 5.0],
            centre_mm: [10.0, 0.0, 0.0],
        };
        let there = by_hand.moving_from_fixed().unwrap().apply(&Point::new(11.0, 0.0, 0.0));
        assert!((there - Point::new(10.0, 1.0, 5.0)).norm() < 1e-12, "{there}");
    }

    #[test]
    fn turns_and_shift_are_found_again() {
        let by_hand = ByHand {
            rotation_deg: [3.0, -7.0, 20.0],
            translation_mm: [1.0, -2.0, 30.0],
            centre_mm: [12.0, 140.0, -55.0],
        };
        let map = by_hand.moving_from_fixed().unwrap();
        let found = ByHand::of(&map, &Point::from(by_hand.centre_mm));
        for (found, meant) in [
            (found.rotation_deg, by_hand.rotation_deg),
            (found.translation_mm, by_hand.translation_mm),
            (found.centre_mm, by_hand.centre_mm),
        ] {
            assert!(
                found.iter().zip(meant).all(|(found, meant)| (found - meant).abs() < 1e-9),
                "{found:?} {meant:?}"
            );
        }
    }

    #[test]
    fn what_is_not_finite_is_no_map() {
        let by_hand = ByHand { rotation_deg: [f64::NAN; 3], translation_mm: [0.0; 3], centre_mm: [0.0; 3] };
        assert!(by_hand.moving_from_fixed().is_err());
    }
}
