//! The standard normal distribution.

/// Newton steps to the quantile; from the start below, six reach the last bits for every probability used here.
const STEPS: usize = 12;
/// Probabilities closer to 0 or 1 than this are taken as this.
const LEAST_PROBABILITY: f64 = 1e-12;

/// The probability that a standard normal variable is at most `z`.
///
/// # Example
/// ```
/// assert!((radiobiology::normal::cumulative(1.959_963_985) - 0.975).abs() < 1e-9);
/// ```
pub fn cumulative(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The value that a standard normal variable does not exceed with a probability: the inverse of [`cumulative`].
///
/// Solved by Newton steps on the logarithm of the smaller tail, which is nearly a parabola, so that they do not overshoot.
///
/// # Example
/// ```
/// assert!((radiobiology::normal::quantile(0.95) - 1.644_853_627).abs() < 1e-9);
/// ```
pub fn quantile(probability: f64) -> f64 {
    let probability = probability.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
    if probability > 0.5 {
        return -quantile(1.0 - probability);
    }
    let density = |z: f64| (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    let mut z = -(-2.0 * (2.0 * probability).ln()).sqrt();
    for _ in 0..STEPS {
        let tail = cumulative(z);
        z -= (tail / probability).ln() * tail / density(z);
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_the_inverse() {
        for probability in [1e-9, 1e-4, 0.025, 0.2, 0.5, 0.7, 0.95, 0.999, 1.0 - 1e-9] {
            let back = cumulative(quantile(probability));
            assert!((back - probability).abs() < 1e-12, "{probability}: {back}");
        }
    }

    #[test]
    fn it_is_symmetric_and_finite_at_the_ends() {
        assert!((quantile(0.3) + quantile(0.7)).abs() < 1e-12);
        assert_eq!(quantile(0.5), 0.0);
        assert!(quantile(0.0).is_finite() && quantile(1.0).is_finite());
    }
}
