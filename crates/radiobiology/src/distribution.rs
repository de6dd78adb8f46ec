//! A parameter that is known as a range.

use crate::{QuantityError, normal};

/// What is known of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// One value.
    Exact(f64),
    /// Any value of a range is as likely as any other.
    Uniform {
        /// Lowest value.
        low: f64,
        /// Highest value.
        high: f64,
    },
    /// Likeliest at one value, impossible outside a range, straight between them.
    Triangular {
        /// Lowest value.
        low: f64,
        /// Likeliest value.
        nominal: f64,
        /// Highest value.
        high: f64,
    },
    /// Symmetric about a mean.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        deviation: f64,
    },
}

impl Distribution {
    /// A value with a range, where there is one: triangular, widened so that it holds the value.
    ///
    /// # Errors
    /// When a number is not finite or the range is turned round.
    pub fn of_range(nominal: f64, low: Option<f64>, high: Option<f64>) -> Result<Self, QuantityError> {
        let (low, high) = (low.unwrap_or(nominal).min(nominal), high.unwrap_or(nominal).max(nominal));
        for value in [low, nominal, high] {
            if !value.is_finite() {
                return Err(QuantityError::OutOfRange { quantity: "a parameter", value });
            }
        }
        Ok(if low == high { Self::Exact(nominal) } else { Self::Triangular { low, nominal, high } })
    }

    /// Whether only one value is possible.
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }

    /// The likeliest value; the middle of a range in which all are as likely.
    pub fn most_plausible(&self) -> f64 {
        match *self {
            Self::Exact(value) => value,
            Self::Uniform { low, high } => (low + high) / 2.0,
            Self::Triangular { nominal, .. } => nominal,
            Self::Normal { mean, .. } => mean,
        }
    }

    /// The value that is not exceeded with a probability from 0 to 1.
    ///
    /// # Example
    /// Half of a triangle from 0 over 1 to 2 lies below 1.
    /// ```
    /// use radiobiology::Distribution;
    /// let triangle = Distribution::Triangular { low: 0.0, nominal: 1.0, high: 2.0 };
    /// assert_eq!(triangle.quantile(0.5), 1.0);
    /// ```
    pub fn quantile(&self, probability: f64) -> f64 {
        match *self {
            Self::Exact(value) => value,
            Self::Uniform { low, high } => low + probability * (high - low),
            Self::Triangular { low, nominal, high } => {
                let (width, below) = (high - low, (nominal - low) / (high - low));
                if probability <= below {
                    low + width * (probability * below).sqrt()
                } else {
                    high - width * ((1.0 - probability) * (1.0 - below)).sqrt()
                }
            }
            Self::Normal { mean, deviation } => mean + deviation * normal::quantile(probability),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_range_always_holds_its_value() {
        assert_eq!(Distribution::of_range(2.0, None, None).unwrap(), Distribution::Exact(2.0));
        let widened = Distribution::of_range(2.5, Some(0.87), Some(2.0)).unwrap();
        assert_eq!(widened, Distribution::Triangular { low: 0.87, nominal: 2.5, high: 2.5 });
        assert!(Distribution::of_range(f64::NAN, None, None).is_err());
    }

    proptest! {
        #[test]
        fn quantiles_rise_and_stay_within_the_range(low in 0.0..5.0_f64, share in 0.0..1.0_f64, width in 0.01..5.0_f64) {
            let triangle = Distribution::Triangular { low, nominal: low + share * width, high: low + width };
            let values: Vec<f64> = (0..=20).map(|step| triangle.quantile(f64::from(step) / 20.0)).collect();
            prop_assert!(values.windows(2).all(|pair| pair[1] >= pair[0]));
            prop_assert!((values[0] - low).abs() < 1e-9 && (values[20] - low - width).abs() < 1e-9);
        }
    }
}
