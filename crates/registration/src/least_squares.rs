//! Robust least squares over rotation and shift, for images of the same kind.

use geometry::{Point, Vector, Volume};
use nalgebra::{Matrix6, Vector6};
use rayon::prelude::*;

use crate::points::Points;
use crate::pose::Pose;
use crate::sampler::Sampler;

/// Sums are formed over chunks of this size in a fixed order, whatever the number of threads.
const CHUNK: usize = 8192;
/// Differences (Hounsfield units) beyond this weigh less and less: moved soft tissue, new surgery, dentures.
const TOLERATED_DIFFERENCE: f64 = 120.0;
/// A pose must keep at least this share of the places inside the moving image.
pub const LEAST_OVERLAP: f64 = 0.15;
const MAX_STEPS: usize = 40;

/// The sums that one pass over all places yields.
#[derive(Clone, Copy, Debug)]
struct Sums {
    hessian: Matrix6<f64>,
    gradient: Vector6<f64>,
    cost: f64,
    inside: f64,
}

impl Sums {
    fn zero() -> Self {
        Self { hessian: Matrix6::zeros(), gradient: Vector6::zeros(), cost: 0.0, inside: 0.0 }
    }

    fn plus(mut self, other: &Self) -> Self {
        self.hessian += other.hessian;
        self.gradient += other.gradient;
        self.cost += other.cost;
        self.inside += other.inside;
        self
    }

    fn mean_cost(&self, total: f64) -> f64 {
        if self.inside < LEAST_OVERLAP * total { f64::INFINITY } else { self.cost / self.inside }
    }
}

/// Mean robust cost of a pose, 0 for equal images and 1 for images that have nothing in common, and the share of the places
/// that lie in the moving image; the cost is infinite without enough overlap.
pub fn cost(points: &Points, moving: &Volume<f32>, pose: &Pose) -> (f64, f64) {
    let sums = pass(points, moving, pose, false);
    (sums.mean_cost(points.total_weight), sums.inside / points.total_weight)
}

/// What places cost on average that have nothing to do with each other.
pub fn unrelated_cost(fixed: &Points, moving: &Points) -> f64 {
    let n = fixed.len().min(moving.len());
    // Strides without a common factor pair places of different parts of the body.
    let pair = |index: usize| (fixed.values[index * 7 % fixed.len()], moving.values[index * 11 % moving.len()]);
    (0..n).map(pair).map(|(one, other)| robust((one - other) / TOLERATED_DIFFERENCE)).sum::<f64>()
        / n.max(1) as f64
}

fn robust(relative: f64) -> f64 {
    let squared = relative * relative;
    squared / (1.0 + squared)
}

/// Improves a pose by damped Gauss–Newton steps with Geman–McClure weights, until a step is smaller than `small_mm` and a tenth of
/// that in degrees.
///
/// # Source
/// \[marquardt1963\] for the damping, \[geman1987\] for the weight `1 / (1 + (r/s)²)²`.
pub fn refine(points: &Points, moving: &Volume<f32>, start: Pose, small_mm: f64) -> Pose {
    let total = points.total_weight;
    let mut pose = start;
    let mut sums = pass(points, moving, &pose, true);
    let mut damping = 1e-3;
    for _ in 0..MAX_STEPS {
        let mut damped = sums.hessian;
        (0..6).for_each(|axis| damped[(axis, axis)] *= 1.0 + damping);
        let Some(factor) = damped.cholesky() else { break };
        let step = -factor.solve(&sums.gradient);
        let (turn, shift) = (Vector::new(step[0], step[1], step[2]), Vector::new(step[3], step[4], step[5]));
        let candidate = pose.moved(turn, shift);
        let next = pass(points, moving, &candidate, true);
        let small = shift.norm() < small_mm && turn.norm().to_degrees() < small_mm / 10.0;
        if next.mean_cost(total) < sums.mean_cost(total) {
            (pose, sums) = (candidate, next);
            damping = (damping / 5.0).max(1e-6);
        } else if damping > 1e6 {
            break;
        } else {
            damping *= 10.0;
        }
        if small {
            break;
        }
    }
    pose
}

fn pass(points: &Points, moving: &Volume<f32>, pose: &Pose, with_derivatives: bool) -> Sums {
    let chunks: Vec<Sums> = points
        .positions_mm
        .par_chunks(CHUNK)
        .zip(points.values.par_chunks(CHUNK).zip(points.weights.par_chunks(CHUNK)))
        .map(|(positions, values)| chunk_sums(positions, values, moving, pose, with_derivatives))
        .collect();
    chunks.iter().fold(Sums::zero(), |total, chunk| total.plus(chunk))
}

fn chunk_sums(
    positions: &[Point],
    (values, weights): (&[f64], &[f64]),
    moving: &Volume<f32>,
    pose: &Pose,
    with_derivatives: bool,
) -> Sums {
    let sampler = Sampler::new(moving);
    let mut sums = Sums::zero();
    for ((position, value), weight) in positions.iter().zip(values).zip(weights) {
        let at = pose.apply(position);
        let Some((found, slope)) = sampler.at(&at) else { continue };
        let relative = (found - value) / TOLERATED_DIFFERENCE;
        sums.cost += weight * robust(relative);
        sums.inside += weight;
        if with_derivatives {
            let slope = slope / TOLERATED_DIFFERENCE;
            let lever = at - pose.centre_mm - pose.shift_mm;
            let turn = lever.cross(&slope);
            let row = Vector6::new(turn.x, turn.y, turn.z, slope.x, slope.y, slope.z);
            let squared = relative * relative;
            let weight = weight / ((1.0 + squared) * (1.0 + squared));
            sums.hessian.ger(weight, &row, &row, 1.0);
            sums.gradient.axpy(weight * relative, &row, 1.0);
        }
    }
    sums
}
