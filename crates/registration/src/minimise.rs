//! Minimising a function of very many variables.

use rayon::prelude::*;

/// Pairs of steps and changes of the slope that are remembered.
const REMEMBERED: usize = 6;
/// Sums are formed over chunks of this size in a fixed order, whatever the number of threads.
const CHUNK: usize = 16_384;
/// A step must gain at least this share of what the slope promises.
const SUFFICIENT: f64 = 1e-4;
const MOST_TRIES: usize = 6;

/// A function with its slope.
pub(crate) trait Function {
    /// The value at `x`; writes the slope.
    fn value(&mut self, x: &[f32], slope: &mut [f32]) -> f64;
}

/// Lowers a function from `x` by limited-memory BFGS with backtracking; no first step moves any variable by more than
/// `first_step`.
///
/// # Source
/// \[nocedal1980\].
pub(crate) fn minimise(
    function: &mut dyn Function,
    x: &mut Vec<f32>,
    first_step: f32,
    max_steps: usize,
    least_gain: f64,
) -> f64 {
    let n = x.len();
    let mut slope = vec![0.0; n];
    let mut value = function.value(x, &mut slope);
    let (mut next, mut next_slope) = (vec![0.0; n], vec![0.0; n]);
    let mut memory: Vec<(Vec<f32>, Vec<f32>, f64)> = Vec::new();
    for _ in 0..max_steps {
        let mut direction = direction(&slope, &memory);
        let mut promised = dot(&direction, &slope);
        if promised >= 0.0 {
            memory.clear();
            direction = slope.iter().map(|value| -value).collect();
            promised = dot(&direction, &slope);
        }
        let largest = direction
            .par_chunks(CHUNK)
            .map(|part| part.iter().fold(0.0_f32, |a, b| a.max(b.abs())))
            .reduce(|| 0.0, f32::max);
        if largest == 0.0 {
            break;
        }
        let mut length = if memory.is_empty() { f64::from(first_step / largest) } else { 1.0 };
        // A quasi-Newton step is not trusted beyond a few first steps.
        length = length.min(f64::from(4.0 * first_step / largest));
        let mut found = None;
        for _ in 0..MOST_TRIES {
            moved(x, &direction, length as f32, &mut next);
            let tried = function.value(&next, &mut next_slope);
            if tried <= value + SUFFICIENT * length * promised {
                found = Some(tried);
                break;
            }
            length *= 0.4;
        }
        let Some(lower) = found else {
            if memory.is_empty() {
                break;
            }
            memory.clear();
            continue;
        };
        remember(&mut memory, (x, &next), (&slope, &next_slope));
        let gain = value - lower;
        value = lower;
        std::mem::swap(x, &mut next);
        std::mem::swap(&mut slope, &mut next_slope);
        if gain < least_gain * value.abs() {
            break;
        }
    }
    value
}

fn moved(x: &[f32], direction: &[f32], length: f32, next: &mut [f32]) {
    let parts = next.par_chunks_mut(CHUNK).zip(x.par_chunks(CHUNK)).zip(direction.par_chunks(CHUNK));
    parts.for_each(|((next, x), direction)| {
        next.iter_mut().zip(x).zip(direction).for_each(|((next, x), direction)| *next = x + length * direction);
    });
}

fn remember(
    memory: &mut Vec<(Vec<f32>, Vec<f32>, f64)>,
    (x, next): (&[f32], &[f32]),
    (slope, next_slope): (&[f32], &[f32]),
) {
    let difference = |a: &[f32], b: &[f32]| -> Vec<f32> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
    let (step, change) = (difference(next, x), difference(next_slope, slope));
    let curvature = dot(&step, &change);
    if curvature > 1e-10 * dot(&step, &step).sqrt() * dot(&change, &change).sqrt() {
        if memory.len() == REMEMBERED {
            memory.remove(0);
        }
        memory.push((step, change, curvature));
    }
}

/// The two loops of the method.
fn direction(slope: &[f32], memory: &[(Vec<f32>, Vec<f32>, f64)]) -> Vec<f32> {
    let mut direction: Vec<f32> = slope.iter().map(|value| -value).collect();
    let mut shares = Vec::new();
    for (step, change, curvature) in memory.iter().rev() {
        let share = dot(step, &direction) / curvature;
        add(&mut direction, -share as f32, change);
        shares.push(share);
    }
    if let Some((_, change, curvature)) = memory.last() {
        let scale = (curvature / dot(change, change)) as f32;
        direction.iter_mut().for_each(|value| *value *= scale);
    }
    for ((step, change, curvature), share) in memory.iter().zip(shares.iter().rev()) {
        let back = dot(change, &direction) / curvature;
        add(&mut direction, (share - back) as f32, step);
    }
    direction
}

fn add(sum: &mut [f32], factor: f32, values: &[f32]) {
    sum.par_chunks_mut(CHUNK).zip(values.par_chunks(CHUNK)).for_each(|(sum, values)| {
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += factor * value);
    });
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    let parts: Vec<f64> = a
        .par_chunks(CHUNK)
        .zip(b.par_chunks(CHUNK))
        .map(|(a, b)| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum())
        .collect();
    parts.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Valley;

    impl Function for Valley {
        fn value(&mut self, x: &[f32], slope: &mut [f32]) -> f64 {
            let mut value = 0.0;
            slope.fill(0.0);
            for index in 0..x.len() - 1 {
                let bend = x[index + 1] - x[index] * x[index];
                value += f64::from(100.0 * bend * bend + (1.0 - x[index]).powi(2));
                slope[index] += -400.0 * bend * x[index] - 2.0 * (1.0 - x[index]);
                slope[index + 1] += 200.0 * bend;
            }
            value
        }
    }

    #[test]
    fn a_bent_valley_is_followed_to_its_lowest_point() {
        let mut x = vec![-1.0_f32; 8];
        let value = minimise(&mut Valley, &mut x, 0.5, 400, 0.0);
        assert!(value < 1e-6, "{value}");
        assert!(x.iter().all(|x| (x - 1.0).abs() < 1e-2));
    }
}
