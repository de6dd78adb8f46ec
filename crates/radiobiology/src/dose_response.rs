//! The probability of a complication (NTCP) or of tumour control (TCP) at a dose.

use std::f64::consts::{E, TAU};

use crate::{QuantityError, normal};

/// The shape of a dose response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `Φ[(D − D50) / (m D50)]`, as in the model of Lyman, Kutcher and Burman, with `m = 1 / (γ50 √2π)`.
    Probit,
    /// `1 / {1 + exp[−4 γ50 (D / D50 − 1)]}`.
    Logistic,
    /// `1 / [1 + (D50 / D)^(4 γ50)]`.
    LogLogistic,
    /// `2^{−exp[e γ50 (1 − D / D50)]}`: the survival of cells is Poisson distributed.
    Poisson,
}

/// A dose response: half of all respond at `D50`, where the curve rises by `γ50` percent per percent of dose (for the Poisson shape
/// γ50 stands for the steepest rise anywhere).
///
/// The dose is what the source of the parameters says: a mean, a near-maximum, a generalised equivalent uniform dose, or even a
/// volume. The parameters were fitted in patients irradiated for the first time unless their source says otherwise, so after
/// reirradiation the probability orders plans and does not predict (`calibrated for reirradiation` is never assumed).
///
/// # Source
/// \[lyman1985\], \[kutcher1991\] for the probit; \[bentzen1997\] for D50 and γ50 of the other shapes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoseResponse {
    shape: Shape,
    d50: f64,
    gamma50: f64,
}

impl DoseResponse {
    /// A curve from D50 and the slope γ50.
    ///
    /// # Errors
    /// When one of them is not positive and finite.
    pub fn new(shape: Shape, d50: f64, gamma50: f64) -> Result<Self, QuantityError> {
        for (quantity, value) in [("D50", d50), ("γ50", gamma50)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(QuantityError::OutOfRange { quantity, value });
            }
        }
        Ok(Self { shape, d50, gamma50 })
    }

    /// The curve of Lyman, Kutcher and Burman from TD50 and m.
    ///
    /// # Errors
    /// When one of them is not positive and finite.
    pub fn lyman(td50: f64, m: f64) -> Result<Self, QuantityError> {
        Self::new(Shape::Probit, td50, 1.0 / (m * TAU.sqrt()))
    }

    /// The probability at a dose, from 0 to 1.
    ///
    /// # Example
    /// ```
    /// let heart = radiobiology::DoseResponse::lyman(48.0, 0.10)?;
    /// assert!((heart.probability(48.0) - 0.5).abs() < 1e-12);
    /// # Ok::<(), radiobiology::QuantityError>(())
    /// ```
    pub fn probability(&self, dose: f64) -> f64 {
        let relative = dose / self.d50;
        match self.shape {
            Shape::Probit => normal::cumulative((relative - 1.0) * self.gamma50 * TAU.sqrt()),
            Shape::Logistic => logistic(4.0 * self.gamma50 * (relative - 1.0)),
            Shape::LogLogistic if dose <= 0.0 => 0.0,
            Shape::LogLogistic => logistic(4.0 * self.gamma50 * relative.ln()),
            Shape::Poisson => 2.0_f64.powf(-(E * self.gamma50 * (1.0 - relative)).exp()),
        }
    }
}

/// `1 / (1 + e^{−x})`, for models whose exponent is a sum of predictors.
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
