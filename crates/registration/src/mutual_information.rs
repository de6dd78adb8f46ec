//! What the values of two images of different kinds tell about each other.

use geometry::{Point, Vector, Volume};
use nalgebra::Vector6;
use rayon::prelude::*;

use crate::least_squares::LEAST_OVERLAP;
use crate::modality::Values;
use crate::points::Points;
use crate::pose::Pose;
use crate::sampler::Sampler;

const BINS: usize = 32;
/// A window of a moving value reaches over this many bins.
const REACH: usize = 4;
const CHUNK: usize = 8192;
/// A turn counts like the shift that it causes at this distance from the centre.
const LEVER_MM: f64 = 80.0;
const FIRST_STEP_MM: f64 = 4.0;
const MAX_STEPS: usize = 120;

/// How often pairs of values occur together.
struct Histogram {
    joint: Vec<f64>,
    inside: f64,
}

/// The mutual information of fixed and moving values, with what both kinds of values are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SharedInformation {
    pub fixed: Values,
    pub moving: Values,
}

impl SharedInformation {
    /// Mutual information in nats, and the share of the places that lie in the moving image; nothing without enough overlap.
    pub fn of(&self, points: &Points, moving: &Volume<f32>, pose: &Pose) -> Option<(f64, f64)> {
        let histogram = self.histogram(points, moving, pose);
        let share = histogram.inside / points.total_weight;
        (share >= LEAST_OVERLAP).then(|| (histogram.information(), share))
    }

    /// Follows the slope in steps that shorten where it turns back, until they are smaller than `small_mm`.
    ///
    /// # Source
    /// \[mattes2003\] for the windows and the slope.
    pub fn refine(&self, points: &Points, moving: &Volume<f32>, start: Pose, small_mm: f64) -> Pose {
        let (mut pose, mut step, mut before) = (start, FIRST_STEP_MM, Vector6::zeros());
        for _ in 0..MAX_STEPS {
            let Some(slope) = self.slope(points, moving, &pose) else { break };
            let length = slope.norm();
            if length == 0.0 {
                break;
            }
            let direction = slope / length;
            if direction.dot(&before) < 0.0 {
                step *= 0.5;
            }
            if step < small_mm {
                break;
            }
            let by = direction * step;
            pose = pose.moved(Vector::new(by[0], by[1], by[2]) / LEVER_MM, Vector::new(by[3], by[4], by[5]));
            before = direction;
        }
        pose
    }

    /// Change of the information per millimetre of turn (at the lever) and of shift.
    fn slope(&self, points: &Points, moving: &Volume<f32>, pose: &Pose) -> Option<Vector6<f64>> {
        let histogram = self.histogram(points, moving, pose);
        if histogram.inside < LEAST_OVERLAP * points.total_weight {
            return None;
        }
        let logarithms = histogram.logarithms();
        let sampler = Sampler::new(moving);
        let per_bin = (BINS - REACH) as f64 / f64::from(self.moving.high - self.moving.low);
        let of_chunk = |(positions, (values, weights)): (&[Point], (&[f64], &[f64]))| {
            let mut sum = Vector6::zeros();
            for ((position, value), weight) in positions.iter().zip(values).zip(weights) {
                let at = pose.apply(position);
                let Some((found, slope)) = sampler.at(&at) else { continue };
                let (row, place) = (fixed_bin(self.fixed, *value), place(self.moving, found));
                let change: f64 = (0..REACH)
                    .map(|bin| window_slope(place, bin) * logarithms[row * BINS + first_bin(place) + bin])
                    .sum();
                let slope = slope * (weight * change * per_bin / histogram.inside);
                let turn = (at - pose.centre_mm - pose.shift_mm).cross(&slope) / LEVER_MM;
                sum += Vector6::new(turn.x, turn.y, turn.z, slope.x, slope.y, slope.z);
            }
            sum
        };
        let sums: Vec<Vector6<f64>> = points
            .positions_mm
            .par_chunks(CHUNK)
            .zip(points.values.par_chunks(CHUNK).zip(points.weights.par_chunks(CHUNK)))
            .map(of_chunk)
            .collect();
        Some(sums.iter().sum())
    }

    fn histogram(&self, points: &Points, moving: &Volume<f32>, pose: &Pose) -> Histogram {
        let sampler = Sampler::new(moving);
        let of_chunk = |(positions, (values, weights)): (&[Point], (&[f64], &[f64]))| {
            let mut histogram = Histogram { joint: vec![0.0; BINS * BINS], inside: 0.0 };
            for ((position, value), weight) in positions.iter().zip(values).zip(weights) {
                let Some(found) = sampler.value(&pose.apply(position)) else { continue };
                let (row, place) = (fixed_bin(self.fixed, *value), place(self.moving, found));
                for bin in 0..REACH {
                    histogram.joint[row * BINS + first_bin(place) + bin] += weight * window(place, bin);
                }
                histogram.inside += weight;
            }
            histogram
        };
        let parts: Vec<Histogram> = points
            .positions_mm
            .par_chunks(CHUNK)
            .zip(points.values.par_chunks(CHUNK).zip(points.weights.par_chunks(CHUNK)))
            .map(of_chunk)
            .collect();
        parts.into_iter().fold(Histogram { joint: vec![0.0; BINS * BINS], inside: 0.0 }, |mut sum, part| {
            sum.joint.iter_mut().zip(&part.joint).for_each(|(sum, value)| *sum += value);
            sum.inside += part.inside;
            sum
        })
    }
}

impl Histogram {
    fn margins(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut rows, mut columns) = (vec![0.0; BINS], vec![0.0; BINS]);
        for (at, value) in self.joint.iter().enumerate() {
            rows[at / BINS] += value;
            columns[at % BINS] += value;
        }
        (rows, columns)
    }

    fn information(&self) -> f64 {
        let (rows, columns) = self.margins();
        let of = |(at, value): (usize, &f64)| {
            if *value <= 0.0 {
                return 0.0;
            }
            value * (value * self.inside / (rows[at / BINS] * columns[at % BINS])).ln()
        };
        self.joint.iter().enumerate().map(of).sum::<f64>() / self.inside.max(f64::MIN_POSITIVE)
    }

    /// ln p(f, m) / p(m): what a pair counts in the slope of the information.
    fn logarithms(&self) -> Vec<f64> {
        let (_, columns) = self.margins();
        let of = |(at, value): (usize, &f64)| if *value > 0.0 { (value / columns[at % BINS]).ln() } else { 0.0 };
        self.joint.iter().enumerate().map(of).collect()
    }
}

fn fixed_bin(values: Values, value: f64) -> usize {
    let share = (value - f64::from(values.low)) / f64::from(values.high - values.low);
    ((share * BINS as f64).max(0.0) as usize).min(BINS - 1)
}

/// Where a moving value stands among the bins; the outermost ones are left for the windows.
fn place(values: Values, value: f64) -> f64 {
    let share = (value - f64::from(values.low)) / f64::from(values.high - values.low);
    1.5 + share.clamp(0.0, 1.0) * (BINS - REACH) as f64
}

fn first_bin(place: f64) -> usize {
    place as usize - 1
}

/// A cubic B-spline about the place, at one of the bins that it reaches.
fn window(place: f64, bin: usize) -> f64 {
    let distance = (place - (first_bin(place) + bin) as f64).abs();
    if distance < 1.0 {
        (4.0 - 6.0 * distance * distance + 3.0 * distance.powi(3)) / 6.0
    } else {
        (2.0 - distance).max(0.0).powi(3) / 6.0
    }
}

fn window_slope(place: f64, bin: usize) -> f64 {
    let from = place - (first_bin(place) + bin) as f64;
    let distance = from.abs();
    let slope = if distance < 1.0 {
        -2.0 * distance + 1.5 * distance * distance
    } else {
        -(2.0 - distance).max(0.0).powi(2) / 2.0
    };
    slope * from.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_add_up_to_one_and_slope_as_they_change() {
        for place in [1.5, 7.25, 12.999, 28.4] {
            let sum: f64 = (0..REACH).map(|bin| window(place, bin)).sum();
            assert!((sum - 1.0).abs() < 1e-12);
            for bin in 0..REACH {
                // The same bins on both sides.
                let (low, high) = (place - 1e-5, place + 1e-5);
                if first_bin(low) == first_bin(high) {
                    let expected = (window(high, bin) - window(low, bin)) / 2e-5;
                    assert!((window_slope(place, bin) - expected).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn equal_values_tell_all_and_unrelated_ones_nothing() {
        let mut equal = Histogram { joint: vec![0.0; BINS * BINS], inside: BINS as f64 };
        (0..BINS).for_each(|bin| equal.joint[bin * BINS + bin] = 1.0);
        assert!((equal.information() - (BINS as f64).ln()).abs() < 1e-12);
        let unrelated = Histogram { joint: vec![1.0; BINS * BINS], inside: (BINS * BINS) as f64 };
        assert!(unrelated.information().abs() < 1e-12);
    }
}
