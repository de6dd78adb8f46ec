//! The rigid map that comes closest to pairs of points.

use geometry::{Affine, Matrix, Point, Vector};

/// Pairs that spread less than this share of their length across it leave the turn about it to chance.
const LEAST_SPREAD: f64 = 0.05;

/// The same place in both images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LandmarkPair {
    /// In the fixed frame.
    pub fixed_mm: Point,
    /// In the moving frame.
    pub moving_mm: Point,
}

/// The rotation and shift with the least weighted sum of squared distances; nothing for fewer than three pairs, or for pairs
/// on one line.
///
/// # Source
/// \[kabsch1976\].
pub fn rigid_fit(pairs: &[LandmarkPair], weights: &[f64]) -> Option<Affine> {
    let total: f64 = weights.iter().sum();
    if pairs.len() < 3 || total <= 0.0 {
        return None;
    }
    let mean = |place: fn(&LandmarkPair) -> Point| -> Vector {
        pairs.iter().zip(weights).map(|(pair, weight)| place(pair).coords * *weight).sum::<Vector>() / total
    };
    let (fixed_centre, moving_centre) = (mean(|pair| pair.fixed_mm), mean(|pair| pair.moving_mm));
    let mut covariance = Matrix::zeros();
    for (pair, weight) in pairs.iter().zip(weights) {
        let (fixed, moving) = (pair.fixed_mm.coords - fixed_centre, pair.moving_mm.coords - moving_centre);
        covariance += moving * fixed.transpose() * *weight;
    }
    let parts = covariance.svd(true, true);
    // Spreads enter by their squares.
    if parts.singular_values[1] <= LEAST_SPREAD * LEAST_SPREAD * parts.singular_values[0] {
        return None;
    }
    let (left, right) = (parts.u?, parts.v_t?);
    // A mirror would come closer where the points scatter little along one axis, but no patient is mirrored.
    let handedness = (left * right).determinant().signum();
    let turn = left * Matrix::from_diagonal(&Vector::new(1.0, 1.0, handedness)) * right;
    Affine::new(turn, moving_centre - turn * fixed_centre).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(map: &Affine) -> Vec<LandmarkPair> {
        let fixed = [[0.0, 0.0, 0.0], [30.0, 5.0, 1.0], [-4.0, 22.0, 9.0], [7.0, -8.0, 41.0]].map(Point::from);
        fixed.map(|fixed_mm| LandmarkPair { fixed_mm, moving_mm: map.apply(&fixed_mm) }).to_vec()
    }

    #[test]
    fn a_rigid_motion_is_found_again() {
        let turn = nalgebra::Rotation3::from_euler_angles(0.3, -0.2, 1.1);
        let map = Affine::new(*turn.matrix(), Vector::new(12.0, -340.0, 7.0)).unwrap();
        let found = rigid_fit(&pairs(&map), &[1.0; 4]).unwrap();
        assert!((found.linear() - map.linear()).norm() < 1e-12);
        assert!((found.shift_mm() - map.shift_mm()).norm() < 1e-9);
    }

    #[test]
    fn a_pair_without_weight_has_no_say() {
        let mut wrong = pairs(&Affine::identity());
        wrong[3].moving_mm.x += 50.0;
        let found = rigid_fit(&wrong, &[1.0, 1.0, 1.0, 0.0]).unwrap();
        assert!((found.apply(&Point::new(3.0, 4.0, 5.0)) - Point::new(3.0, 4.0, 5.0)).norm() < 1e-9);
    }

    #[test]
    fn points_on_one_line_leave_the_turn_open() {
        let on_line =
            |x: f64| LandmarkPair { fixed_mm: Point::new(x, 0.0, 0.0), moving_mm: Point::new(x, 0.0, 0.0) };
        assert_eq!(rigid_fit(&[on_line(0.0), on_line(1.0), on_line(5.0)], &[1.0; 3]), None);
        assert_eq!(rigid_fit(&[on_line(0.0)], &[1.0]), None);
    }
}
