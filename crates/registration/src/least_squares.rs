//! Robust least squares over rotation and shift.

use geometry::{Affine, Matrix, Point, Vector, Volume};
use nalgebra::{Matrix6, Rotation3, Vector6};
use rayon::prelude::*;

use crate::points::Points;

/// Sums are formed over chunks of this size in a fixed order, whatever the number of threads.
const CHUNK: usize = 8192;
/// Differences (Hounsfield units) beyond this weigh less and less: moved soft tissue, new surgery, dentures.
const TOLERATED_DIFFERENCE: f64 = 120.0;
/// A start must keep at least this share of the places inside the moving image.
pub const LEAST_OVERLAP: f64 = 0.2;
const MAX_STEPS: usize = 40;
/// Steps smaller than this many millimetres (and a tenth of that in degrees) end the search.
const SMALL_STEP_MM: f64 = 0.002;

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
    /// Maps one point.
    #[inline]
    pub fn apply(&self, position_mm: &Point) -> Point {
        self.centre_mm + self.rotation * (position_mm - self.centre_mm) + self.shift_mm
    }

    /// The same as a matrix.
    pub fn to_affine(self) -> Option<Affine> {
        let linear: Matrix = *self.rotation.matrix();
        Affine::new(linear, self.centre_mm.coords - linear * self.centre_mm.coords + self.shift_mm).ok()
    }
}

/// The sums that one pass over all places yields.
#[derive(Clone, Copy, Debug)]
struct Sums {
    hessian: Matrix6<f64>,
    gradient: Vector6<f64>,
    cost: f64,
    n_inside: usize,
}

impl Sums {
    fn zero() -> Self {
        Self { hessian: Matrix6::zeros(), gradient: Vector6::zeros(), cost: 0.0, n_inside: 0 }
    }

    fn plus(mut self, other: &Self) -> Self {
        self.hessian += other.hessian;
        self.gradient += other.gradient;
        self.cost += other.cost;
        self.n_inside += other.n_inside;
        self
    }

    fn mean_cost(&self, n: usize) -> f64 {
        let overlap = self.n_inside as f64 / n.max(1) as f64;
        if overlap < LEAST_OVERLAP { f64::INFINITY } else { self.cost / self.n_inside as f64 }
    }
}

/// Mean robust cost of a pose: 0 for equal images, 1 for images that have nothing in common; infinite without
/// enough overlap.
pub fn cost(points: &Points, moving: &Volume<f32>, pose: &Pose) -> f64 {
    pass(points, moving, pose, false).mean_cost(points.len())
}

/// Improves a pose by damped Gauss–Newton steps with Geman–McClure weights.
///
/// # Source
/// \[marquardt1963\] for the damping, \[geman1987\] for the weight `1 / (1 + (r/s)²)²`.
pub fn refine(points: &Points, moving: &Volume<f32>, start: Pose) -> (Pose, f64) {
    let mut pose = start;
    let mut sums = pass(points, moving, &pose, true);
    let mut damping = 1e-3;
    for _ in 0..MAX_STEPS {
        let mut damped = sums.hessian;
        (0..6).for_each(|axis| damped[(axis, axis)] *= 1.0 + damping);
        let Some(factor) = damped.cholesky() else { break };
        let step = -factor.solve(&sums.gradient);
        let candidate = moved(&pose, &step);
        let next = pass(points, moving, &candidate, true);
        let small = step.fixed_rows::<3>(3).norm() < SMALL_STEP_MM
            && step.fixed_rows::<3>(0).norm().to_degrees() < SMALL_STEP_MM / 10.0;
        if next.mean_cost(points.len()) < sums.mean_cost(points.len()) {
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
    (pose, sums.mean_cost(points.len()))
}

fn moved(pose: &Pose, step: &Vector6<f64>) -> Pose {
    let turn = Rotation3::new(Vector::new(step[0], step[1], step[2]));
    Pose {
        centre_mm: pose.centre_mm,
        rotation: turn * pose.rotation,
        shift_mm: pose.shift_mm + Vector::new(step[3], step[4], step[5]),
    }
}

fn pass(points: &Points, moving: &Volume<f32>, pose: &Pose, with_derivatives: bool) -> Sums {
    let chunks: Vec<Sums> = points
        .positions_mm
        .par_chunks(CHUNK)
        .zip(points.values.par_chunks(CHUNK))
        .map(|(positions, values)| chunk_sums(positions, values, moving, pose, with_derivatives))
        .collect();
    chunks.iter().fold(Sums::zero(), |total, chunk| total.plus(chunk))
}

fn chunk_sums(
    positions: &[Point],
    values: &[f64],
    moving: &Volume<f32>,
    pose: &Pose,
    with_derivatives: bool,
) -> Sums {
    let half_step = moving.grid().spacing_mm().map(|spacing| 0.5 * spacing.max(0.1));
    let mut sums = Sums::zero();
    for (position, value) in positions.iter().zip(values) {
        let at = pose.apply(position);
        let Some(found) = moving.trilinear(&at) else { continue };
        let relative = (found - value) / TOLERATED_DIFFERENCE;
        let squared = relative * relative;
        sums.cost += squared / (1.0 + squared);
        sums.n_inside += 1;
        if with_derivatives {
            let Some(slope) = slope(moving, &at, half_step) else { continue };
            let slope = slope / TOLERATED_DIFFERENCE;
            let lever = at - pose.centre_mm - pose.shift_mm;
            let turn = lever.cross(&slope);
            let row = Vector6::new(turn.x, turn.y, turn.z, slope.x, slope.y, slope.z);
            let weight = 1.0 / ((1.0 + squared) * (1.0 + squared));
            sums.hessian.ger(weight, &row, &row, 1.0);
            sums.gradient.axpy(weight * relative, &row, 1.0);
        }
    }
    sums
}

/// Gradient by central differences of half a voxel.
fn slope(image: &Volume<f32>, at: &Point, half_step: [f64; 3]) -> Option<Vector> {
    let along = |axis: usize| {
        let direction = image.grid().direction().column(axis) * half_step[axis];
        let difference = image.trilinear(&(at + direction))? - image.trilinear(&(at - direction))?;
        Some(image.grid().direction().column(axis) * (difference / (2.0 * half_step[axis])))
    };
    Some(along(0)? + along(1)? + along(2)?)
}
