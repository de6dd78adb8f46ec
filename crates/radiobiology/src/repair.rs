//! Repair that is not complete when the next fraction comes, or that goes on while one is given.

use std::f64::consts::LN_2;

use crate::QuantityError;

/// Below this product of rate and time the closed form of the protraction factor loses its digits.
const SHORT: f64 = 1e-3;

/// How fast a tissue repairs: up to two exponential components with their shares.
///
/// # Source
/// \[thames1985\] for fractions at equal gaps, \[leacatcheside1942\] for one long exposure, \[millar2015\] for two components.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repair {
    /// Share and half-time in hours.
    components: [(f64, f64); 2],
}

impl Repair {
    /// Repair with one half-time in hours.
    ///
    /// # Errors
    /// When the half-time is not positive.
    pub fn with_half_time(hours: f64) -> Result<Self, QuantityError> {
        Self::with_half_times(hours, hours, 0.0)
    }

    /// Repair with a fast and a slow component; `partition` is the share of the slow one as a multiple of the fast one.
    ///
    /// # Errors
    /// When a half-time is not positive or the partition is negative.
    pub fn with_half_times(fast_hours: f64, slow_hours: f64, partition: f64) -> Result<Self, QuantityError> {
        for value in [fast_hours, slow_hours] {
            if !(value.is_finite() && value > 0.0) {
                return Err(QuantityError::OutOfRange { quantity: "the repair half-time", value });
            }
        }
        if !(partition.is_finite() && partition >= 0.0) {
            return Err(QuantityError::OutOfRange { quantity: "the partition of repair", value: partition });
        }
        let slow = partition / (1.0 + partition);
        Ok(Self { components: [(1.0 - slow, fast_hours), (slow, slow_hours)] })
    }

    fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.components.iter().map(|(share, half_time)| share * of(LN_2 / half_time)).sum()
    }

    /// By what the quadratic term of a fraction grows when several fractions a day follow each other after equal gaps, and
    /// the night is long enough for the rest: `1 + h_m`.
    ///
    /// # Source
    /// \[thames1985\] `h_m = (2/m) θ/(1−θ) [m − (1−θ^m)/(1−θ)]`, `θ = exp(−ln 2 · ΔT / T½)`.
    ///
    /// # Example
    /// Two fractions one half-time apart: θ = h₂ = 0.5.
    /// ```
    /// let repair = radiobiology::Repair::with_half_time(4.0)?;
    /// assert!((repair.incomplete_repair_factor(2, 4.0) - 1.5).abs() < 1e-12);
    /// # Ok::<(), radiobiology::QuantityError>(())
    /// ```
    pub fn incomplete_repair_factor(&self, fractions_per_day: u32, hours_between: f64) -> f64 {
        let m = fractions_per_day.max(1);
        1.0 + self.mean(|rate| {
            let theta = (-rate * hours_between).exp();
            // The published quotient as the sum it stands for, which keeps its digits when θ comes close to 1.
            let pairs: f64 = (1..m).map(|apart| f64::from(m - apart) * theta.powi(apart as i32)).sum();
            2.0 / f64::from(m) * pairs
        })
    }

    /// By what the quadratic term shrinks when one exposure lasts some hours at a constant rate.
    ///
    /// # Source
    /// \[leacatcheside1942\] `G = 2 (μt − 1 + e^{−μt}) / (μt)²`.
    ///
    /// # Example
    /// An exposure of no length is not repaired while it lasts.
    /// ```
    /// let repair = radiobiology::Repair::with_half_time(1.5)?;
    /// assert!((repair.protraction_factor(0.0) - 1.0).abs() < 1e-12);
    /// # Ok::<(), radiobiology::QuantityError>(())
    /// ```
    pub fn protraction_factor(&self, hours: f64) -> f64 {
        self.mean(|rate| {
            let x = rate * hours;
            if x < SHORT { 1.0 - x / 3.0 + x * x / 12.0 } else { 2.0 * (x - 1.0 + (-x).exp()) / (x * x) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thames1985_three_fractions_a_day() {
        // θ = 1/2: h_3 = (2/3) · 1 · (3 − 1.75) = 5/6.
        let repair = Repair::with_half_time(4.0).unwrap();
        assert!((repair.incomplete_repair_factor(3, 4.0) - (1.0 + 5.0 / 6.0)).abs() < 1e-12);
        assert_eq!(repair.incomplete_repair_factor(1, 4.0), 1.0);
    }

    #[test]
    fn fractions_without_a_gap_are_one_large_fraction() {
        // n d (1 + d/(α/β) · m) is m fractions given as one.
        let repair = Repair::with_half_time(4.0).unwrap();
        for m in 2..5 {
            assert!((repair.incomplete_repair_factor(m, 0.0) - f64::from(m)).abs() < 1e-9);
            assert!((repair.incomplete_repair_factor(m, 1e-6) - f64::from(m)).abs() < 1e-3);
            assert!((repair.incomplete_repair_factor(m, 1000.0) - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn leacatcheside1942_limits_and_continuity() {
        let repair = Repair::with_half_time(LN_2).unwrap();
        assert!((repair.protraction_factor(1.0) - 2.0 * (-1.0_f64).exp()).abs() < 1e-12);
        let (below, above) = (repair.protraction_factor(0.999e-3), repair.protraction_factor(1.001e-3));
        assert!((below - above).abs() < 1e-6);
        assert!(repair.protraction_factor(1e6) < 1e-5);
    }

    #[test]
    fn millar2015_two_components_share_the_effect() {
        // Fast 0.19 h, slow 2.16 h, partition 0.98: half of the effect each, 1/1.98 and 0.98/1.98.
        let both = Repair::with_half_times(0.19, 2.16, 0.98).unwrap();
        let one = |hours| Repair::with_half_time(hours).unwrap().protraction_factor(1.0);
        let expected = (one(0.19) + 0.98 * one(2.16)) / 1.98;
        assert!((both.protraction_factor(1.0) - expected).abs() < 1e-12);
    }

    #[test]
    fn impossible_kinetics_are_refused() {
        assert!(Repair::with_half_time(0.0).is_err());
        assert!(Repair::with_half_times(1.0, f64::NAN, 1.0).is_err());
        assert!(Repair::with_half_times(1.0, 2.0, -1.0).is_err());
    }
}
