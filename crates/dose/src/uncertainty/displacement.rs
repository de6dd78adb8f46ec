//! Plausible errors of a map at the points of an organ.

use geometry::{Point, Vector};
use nalgebra::{DMatrix, SymmetricEigen};

/// Points by which the shapes of the errors are found.
const MOST_ANCHORS: usize = 48;
/// Shapes that together hold less than this share of the variance are left out ...
const LEFT_OUT: f64 = 0.01;
/// ... and never more than this many are kept.
const MOST_SHAPES: usize = 12;
/// The radius that holds 95 % of a normal error in space, in standard deviations of one coordinate.
const RADIUS_95: f64 = 2.795_483;

/// Smooth random displacements of the points of an organ.
///
/// Errors of a map are alike at neighbouring points: each coordinate is a normal field whose correlation falls with the distance `d`
/// as `exp(−d² / 2 L²)`, and whose size follows from how far the map may be off at each point. The field is written as a sum of a
/// few shapes with independent normal weights (its principal components), found on some points of the organ and carried to all.
///
/// # Source
/// \[rasmussen2006\] for normal fields and their continuation from some points to others.
#[derive(Clone, Debug)]
pub struct Displacements {
    n_shapes: usize,
    /// Shapes at every point, scaled to millimetres; all shapes of a point together.
    shapes_mm: Vec<f32>,
}

impl Displacements {
    /// Displacements of points whose true place lies within `radius_mm` in 95 % of cases.
    ///
    /// `correlation_mm` is the length `L` over which errors are alike.
    pub fn new(positions_mm: &[Point], radius_mm: &[f32], correlation_mm: f64) -> Self {
        let anchors = anchors(positions_mm);
        let covariance =
            |a: &Point, b: &Point| (-(a - b).norm_squared() / (2.0 * correlation_mm * correlation_mm)).exp();
        let matrix = DMatrix::from_fn(anchors.len(), anchors.len(), |row, column| {
            covariance(&anchors[row], &anchors[column])
        });
        let eigen = SymmetricEigen::new(matrix);
        let kept = kept(eigen.eigenvalues.as_slice());
        let mut shapes_mm = Vec::with_capacity(positions_mm.len() * kept.len());
        for (position, radius) in positions_mm.iter().zip(radius_mm) {
            let near: Vec<f64> = anchors.iter().map(|anchor| covariance(position, anchor)).collect();
            let shape = |&index: &usize| {
                let vector = eigen.eigenvectors.column(index);
                vector.iter().zip(&near).map(|(a, b)| a * b).sum::<f64>() / eigen.eigenvalues[index].sqrt()
            };
            let values: Vec<f64> = kept.iter().map(shape).collect();
            // What was left out must not make the errors smaller.
            let size = values.iter().map(|value| value * value).sum::<f64>().sqrt().max(1e-6);
            let scale = f64::from(*radius) / (RADIUS_95 * size);
            shapes_mm.extend(values.iter().map(|value| (value * scale) as f32));
        }
        Self { n_shapes: kept.len(), shapes_mm }
    }

    /// Number of weights that a draw needs.
    pub fn n_weights(&self) -> usize {
        3 * self.n_shapes
    }

    /// The displacement of one point for standard normal weights: those of x, then of y, then of z.
    pub fn at(&self, point: usize, weights: &[f64]) -> Vector {
        let shapes = &self.shapes_mm[point * self.n_shapes..(point + 1) * self.n_shapes];
        let along = |axis: usize| {
            let own = &weights[axis * self.n_shapes..(axis + 1) * self.n_shapes];
            shapes.iter().zip(own).map(|(shape, weight)| f64::from(*shape) * weight).sum()
        };
        Vector::new(along(0), along(1), along(2))
    }
}

/// Points that lie far from each other: each the one furthest from those before it.
fn anchors(positions_mm: &[Point]) -> Vec<Point> {
    let Some(first) = positions_mm.first() else { return Vec::new() };
    let mut anchors = vec![*first];
    let mut distances: Vec<f64> = positions_mm.iter().map(|position| (position - first).norm_squared()).collect();
    while anchors.len() < MOST_ANCHORS.min(positions_mm.len()) {
        let furthest = (0..distances.len())
            .fold(0, |best, index| if distances[index] > distances[best] { index } else { best });
        let anchor = positions_mm[furthest];
        anchors.push(anchor);
        for (distance, position) in distances.iter_mut().zip(positions_mm) {
            *distance = distance.min((position - anchor).norm_squared());
        }
    }
    anchors
}

/// The largest principal components, the largest first.
fn kept(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&index| values[index] > 1e-9).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let whole: f64 = order.iter().map(|&index| values[index]).sum();
    let mut held = 0.0;
    let mut kept = Vec::new();
    for index in order {
        if kept.len() == MOST_SHAPES || held > (1.0 - LEFT_OUT) * whole {
            break;
        }
        held += values[index];
        kept.push(index);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uncertainty::sequence::coordinate;
    use radiobiology::normal;

    fn cord() -> Vec<Point> {
        (0..900)
            .map(|n| Point::new(f64::from(n % 3) * 3.0, f64::from(n / 3 % 3) * 3.0, f64::from(n / 9) * 3.0))
            .collect()
    }

    fn draws(field: &Displacements, n: u32) -> Vec<Vec<f64>> {
        let weight = |point, dimension: usize| normal::quantile(coordinate(point, dimension as u32));
        (0..n).map(|point| (0..field.n_weights()).map(|dimension| weight(point, dimension)).collect()).collect()
    }

    #[test]
    fn the_radius_holds_95_percent_at_every_point() {
        let positions = cord();
        let radii: Vec<f32> =
            positions.iter().map(|position| if position.z > 150.0 { 4.0 } else { 2.0 }).collect();
        let field = Displacements::new(&positions, &radii, 25.0);
        let draws = draws(&field, 1000);
        for point in [0, 300, 450, 899] {
            let within =
                draws.iter().filter(|weights| field.at(point, weights).norm() <= f64::from(radii[point])).count();
            assert!((925..=975).contains(&within), "point {point}: {within} of 1000");
        }
    }

    #[test]
    fn neighbours_move_together_and_far_points_do_not() {
        let positions = cord();
        let field = Displacements::new(&positions, &vec![3.0; positions.len()], 25.0);
        let draws = draws(&field, 500);
        let correlation = |a: usize, b: usize| {
            let product: f64 = draws.iter().map(|weights| field.at(a, weights).x * field.at(b, weights).x).sum();
            let square =
                |point: usize| draws.iter().map(|weights| field.at(point, weights).x.powi(2)).sum::<f64>();
            product / (square(a) * square(b)).sqrt()
        };
        assert!(correlation(0, 9) > 0.95);
        // 27 mm apart: exp(−27² / 1250) = 0.56.
        assert!((correlation(0, 81) - 0.56).abs() < 0.12, "{}", correlation(0, 81));
        assert!(correlation(0, 891).abs() < 0.15);
    }
}
