//! How well two images agree in the neighbourhood of every voxel.

use rayon::prelude::*;

use crate::box_filter::BoxFilter;
use crate::warp::Warped;

/// Variance of the noise of an image (squared Hounsfield units): contrasts below it count less and less.
const NOISE: f32 = 400.0;

/// The fixed image, prepared for many comparisons.
pub(crate) struct Correlation {
    filter: BoxFilter,
    fixed: Vec<f32>,
    mean: Vec<f32>,
    /// One over the root of the variance.
    scale: Vec<f32>,
    /// How much each place counts.
    weights: Vec<f32>,
    total_weight: f64,
    one_over_counts: [Vec<f32>; 3],
    buffers: [Vec<f32>; 4],
}

impl Correlation {
    pub fn new(size: [usize; 3], fixed: Vec<f32>, weights: Vec<f32>, radius: usize) -> Self {
        let filter = BoxFilter { size, radius };
        let n = fixed.len();
        let one_over_counts = [0, 1, 2].map(|axis| filter.one_over_counts(axis));
        let mut scratch = vec![0.0; n];
        let (mut mean, mut scale) = (fixed.clone(), fixed.iter().map(|value| value * value).collect::<Vec<f32>>());
        filter.sum(&mut mean, &mut scratch);
        filter.sum(&mut scale, &mut scratch);
        let total_weight = weights.iter().map(|weight| f64::from(*weight)).sum();
        let mut this = Self {
            filter,
            fixed,
            mean: Vec::new(),
            scale: Vec::new(),
            weights,
            total_weight,
            one_over_counts,
            buffers: [Vec::new(), Vec::new(), Vec::new(), Vec::new()],
        };
        this.for_each_count(&mut mean, |mean, count| *mean *= count);
        this.for_each_count(&mut scale, |square, count| *square *= count);
        scale
            .iter_mut()
            .zip(&mean)
            .for_each(|(square, mean)| *square = ((*square - mean * mean).max(0.0) + NOISE).sqrt().recip());
        (this.mean, this.scale) = (mean, scale);
        this.buffers = [vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]];
        this
    }

    pub fn total_weight(&self) -> f64 {
        self.total_weight
    }

    /// One minus the mean correlation over all places whose boxes lie in the moving image; writes the change per change of
    /// each moving value.
    pub fn cost(&mut self, warped: &Warped, per_value: &mut Vec<f32>) -> f64 {
        let [mean, square, product, scratch] = &mut self.buffers;
        square
            .par_iter_mut()
            .zip(&warped.values)
            .with_min_len(65_536)
            .for_each(|(square, value)| *square = value * value);
        product
            .par_iter_mut()
            .zip(&warped.values)
            .zip(&self.fixed)
            .with_min_len(65_536)
            .for_each(|((product, value), fixed)| *product = value * fixed);
        mean.copy_from_slice(&warped.values);
        self.filter.sum(mean, scratch);
        self.filter.sum(square, scratch);
        self.filter.sum(product, scratch);
        let outside = (warped.n_outside > 0).then(|| {
            per_value.copy_from_slice(&warped.outside);
            self.filter.sum(per_value, scratch);
            per_value.as_slice()
        });
        let (cost, weight) = self.places(outside);
        let weight = weight.max(f64::MIN_POSITIVE);
        let [fixed_factor, moving_factor, constant, scratch] = &mut self.buffers;
        self.filter.sum(fixed_factor, scratch);
        self.filter.sum(moving_factor, scratch);
        self.filter.sum(constant, scratch);
        let share = (1.0 / weight) as f32;
        let values =
            warped.values.par_iter().zip(&self.fixed).zip(&*fixed_factor).zip(&*moving_factor).zip(&*constant);
        per_value.par_iter_mut().zip(values).with_min_len(65_536).for_each(
            |(per_value, ((((value, fixed), a), b), c))| {
                *per_value = share * (b * value + c - a * fixed);
            },
        );
        cost / weight
    }

    /// From sums of values, squares and products to the factors that the boxes spread; the cost and the weight of all places.
    fn places(&mut self, outside: Option<&[f32]>) -> (f64, f64) {
        let [columns, rows, _] = self.filter.size;
        let [mean, square, product, _] = &mut self.buffers;
        let planes = mean.par_chunks_mut(columns * rows).zip(square.par_chunks_mut(columns * rows));
        let costs: Vec<(f64, f64)> = planes
            .zip(product.par_chunks_mut(columns * rows))
            .enumerate()
            .map(|(k, ((mean, square), product))| {
                let (mut cost, mut total_weight) = (0.0, 0.0);
                for j in 0..rows {
                    let count = self.one_over_counts[2][k] * self.one_over_counts[1][j];
                    let start = j * columns;
                    let offset = k * columns * rows + start;
                    let (mut row_cost, mut row_weight) = (0.0_f32, 0.0_f32);
                    for i in 0..columns {
                        let (at, place) = (start + i, offset + i);
                        let weight = self.weights[place];
                        let is_outside = outside.is_some_and(|outside| outside[place] > 0.0);
                        if weight == 0.0 || is_outside {
                            (mean[at], square[at], product[at]) = (0.0, 0.0, 0.0);
                            continue;
                        }
                        let count = count * self.one_over_counts[0][i];
                        let moving_mean = mean[at] * count;
                        let variance = (square[at] * count - moving_mean * moving_mean).max(0.0) + NOISE;
                        let covariance = product[at] * count - moving_mean * self.mean[place];
                        let scale = variance.sqrt().recip() * self.scale[place];
                        let correlation = covariance * scale;
                        row_cost += weight * (1.0 - correlation);
                        row_weight += weight;
                        let fixed_factor = weight * count * scale;
                        let moving_factor = weight * count * correlation / variance;
                        mean[at] = fixed_factor;
                        square[at] = moving_factor;
                        product[at] = fixed_factor * self.mean[place] - moving_factor * moving_mean;
                    }
                    cost += f64::from(row_cost);
                    total_weight += f64::from(row_weight);
                }
                (cost, total_weight)
            })
            .collect();
        costs.iter().fold((0.0, 0.0), |sum, plane| (sum.0 + plane.0, sum.1 + plane.1))
    }

    fn for_each_count(&self, values: &mut [f32], apply: impl Fn(&mut f32, f32)) {
        let [columns, rows, _] = self.filter.size;
        for (index, value) in values.iter_mut().enumerate() {
            let (i, j, k) = (index % columns, index / columns % rows, index / columns / rows);
            let counts = &self.one_over_counts;
            apply(value, counts[0][i] * counts[1][j] * counts[2][k]);
        }
    }
}
