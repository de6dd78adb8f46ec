//! The range of a value over all draws.

use serde::Serialize;

/// Probabilities of the quantiles that are kept, in percent.
pub const QUANTILES_PERCENT: [f64; 9] = [1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0];

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Band {
    /// The value itself, with everything at what is most plausible.
    pub nominal: f64,
    /// Exceeded in 95 % of the draws.
    pub low: f64,
    /// Exceeded in 5 % of the draws.
    pub high: f64,
    /// Quantiles at 1, 5, 10, 25, 50, 75, 90, 95 and 99 %.
    pub quantiles: [f64; 9],
    /// All values, in rising order.
    #[serde(skip)]
    pub values: Vec<f64>,
}

impl Band {
    /// The band of some draws; nothing without any.
    pub fn of(nominal: f64, mut values: Vec<f64>) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        values.sort_by(f64::total_cmp);
        let quantiles = QUANTILES_PERCENT.map(|percent| quantile(&values, percent / 100.0));
        Some(Self { nominal, low: quantiles[1], high: quantiles[7], quantiles, values })
    }

    /// Half the width of the band.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Whether a value lies within the band.
    pub fn holds(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The share of the draws that lie above a limit.
    pub fn probability_above(&self, limit: f64) -> f64 {
        let at_most = self.values.partition_point(|value| *value <= limit);
        (self.values.len() - at_most) as f64 / self.values.len() as f64
    }
}

/// The quantile of values in rising order, straight between the middles of the steps.
pub fn quantile(values: &[f64], probability: f64) -> f64 {
    let last = values.len() - 1;
    let place = (probability * values.len() as f64 - 0.5).clamp(0.0, last as f64);
    let lower = place as usize;
    let upper = (lower + 1).min(last);
    values[lower] + (place - lower as f64) * (values[upper] - values[lower])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_has_its_quantiles() {
        let band = Band::of(50.0, (0..200).rev().map(|n| f64::from(n) / 2.0 + 0.25).collect()).unwrap();
        assert!((band.low - 5.0).abs() < 1e-9 && (band.high - 95.0).abs() < 1e-9);
        assert!((band.quantiles[4] - 50.0).abs() < 1e-9 && (band.half_width() - 45.0).abs() < 1e-9);
        assert_eq!(band.probability_above(90.0), 0.1);
        assert_eq!((band.probability_above(100.0), band.probability_above(-1.0)), (0.0, 1.0));
        assert!(band.holds(5.0) && !band.holds(4.9));
        assert_eq!(Band::of(1.0, Vec::new()), None);
    }
}
