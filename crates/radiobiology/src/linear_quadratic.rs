//! The linear-quadratic model and its linear extension for large fractions.

use crate::{AbsorbedDose, AlphaBeta, Bed, NumberOfFractions, QuantityError};

/// The linear-quadratic (LQ) model of fractionated treatment.
///
/// Assumes complete repair between fractions and no repopulation. Above about 8–10 Gy per fraction it tends to
/// overestimate the effect (H35).
///
/// # Source
/// \[fowler1989\] `BED = D (1 + d / (α/β))` with `d = D / n`, so `EQD2 = D (d + α/β) / (2 + α/β)`.
///
/// # Example
/// 45 Gy in 25 fractions of 1.8 Gy at α/β = 2 Gy: 45 · (1.8 + 2) / (2 + 2) = 42.75 Gy.
/// ```
/// use radiobiology::{AbsorbedDose, AlphaBeta, LinearQuadratic, NumberOfFractions};
/// let model = LinearQuadratic::new(AlphaBeta::new(2.0)?);
/// let eqd2 = model.eqd2_gy(45.0, NumberOfFractions::new(25)?);
/// assert!((eqd2 - 42.75).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearQuadratic {
    alpha_beta: AlphaBeta,
}

impl LinearQuadratic {
    /// The model for one tissue and endpoint.
    pub fn new(alpha_beta: AlphaBeta) -> Self {
        Self { alpha_beta }
    }

    /// α/β of the tissue.
    pub fn alpha_beta(&self) -> AlphaBeta {
        self.alpha_beta
    }

    /// Biologically effective dose.
    ///
    /// # Errors
    /// Only when the product overflows.
    pub fn bed(&self, dose: AbsorbedDose, fractions: NumberOfFractions) -> Result<Bed, QuantityError> {
        let per_fraction = dose.gy() / fractions.as_f64();
        Bed::new(dose.gy() * (1.0 + per_fraction / self.alpha_beta.gy()), self.alpha_beta)
    }

    /// EQD2 in gray of a total dose in gray, without checks: the form for loops over voxels, whose doses were
    /// checked when they were read.
    #[inline]
    pub fn eqd2_gy(&self, total_gy: f64, fractions: NumberOfFractions) -> f64 {
        let alpha_beta = self.alpha_beta.gy();
        total_gy * (total_gy / fractions.as_f64() + alpha_beta) / (2.0 + alpha_beta)
    }

    /// EQD2 in gray from a dose and its square that were interpolated or averaged each by itself.
    ///
    /// EQD2 is linear in both, so this is the interpolated (or mean) EQD2, not the EQD2 of the interpolated dose.
    ///
    /// # Example
    /// Half of an organ receives 20 Gy in 5 fractions and half 40 Gy in 5, at α/β = 2 Gy: 30 Gy and 100 Gy, in the mean 65.
    /// ```
    /// use radiobiology::{AlphaBeta, LinearQuadratic, NumberOfFractions};
    /// let model = LinearQuadratic::new(AlphaBeta::new(2.0)?);
    /// let (mean, mean_square) = ((20.0 + 40.0) / 2.0, (400.0 + 1600.0) / 2.0);
    /// assert!((model.eqd2_of_moments_gy(mean, mean_square, NumberOfFractions::new(5)?) - 65.0).abs() < 1e-12);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn eqd2_of_moments_gy(&self, total_gy: f64, total_squared: f64, fractions: NumberOfFractions) -> f64 {
        let alpha_beta = self.alpha_beta.gy();
        (total_squared / fractions.as_f64() + alpha_beta * total_gy) / (2.0 + alpha_beta)
    }

    /// The total dose in gray that gives `eqd2_gy` in `fractions` fractions: the inverse of
    /// [`LinearQuadratic::eqd2_gy`].
    ///
    /// # Example
    /// 25 Gy EQD2 at α/β = 2.5 Gy allow 15.00 Gy in 3 fractions.
    /// ```
    /// use radiobiology::{AlphaBeta, LinearQuadratic, NumberOfFractions};
    /// let model = LinearQuadratic::new(AlphaBeta::new(2.5)?);
    /// assert!((model.total_gy(25.0, NumberOfFractions::new(3)?) - 15.0).abs() < 0.005);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn total_gy(&self, eqd2_gy: f64, fractions: NumberOfFractions) -> f64 {
        let (alpha_beta, n) = (self.alpha_beta.gy(), fractions.as_f64());
        let root = (alpha_beta * alpha_beta + 4.0 * eqd2_gy * (2.0 + alpha_beta) / n).sqrt();
        n * (root - alpha_beta) / 2.0
    }
}

/// The linear-quadratic-linear (LQ-L) model: above a transition dose per fraction the effect grows linearly.
///
/// # Source
/// \[astrahan2008\] with the usual tangent continuation `γ/α = 1 + 2 d_T / (α/β)`.
///
/// # Example
/// 54 Gy in 3 fractions, α/β = 3 Gy, transition 6 Gy: 3 · [6 · (1 + 6/3) + 5 · (18 − 6)] = 234 Gy BED.
/// ```
/// use radiobiology::{AbsorbedDose, AlphaBeta, LinearQuadraticLinear, NumberOfFractions};
/// let model = LinearQuadraticLinear::new(AlphaBeta::new(3.0)?, 6.0)?;
/// let bed = model.bed(AbsorbedDose::new(54.0)?, NumberOfFractions::new(3)?)?;
/// assert!((bed.gy() - 234.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearQuadraticLinear {
    alpha_beta: AlphaBeta,
    transition_gy: f64,
    /// γ/α: BED per gray of dose above the transition.
    slope: f64,
}

impl LinearQuadraticLinear {
    /// The model for one tissue with a transition dose per fraction in gray; the line is the tangent.
    ///
    /// # Errors
    /// When the transition dose is not positive.
    pub fn new(alpha_beta: AlphaBeta, transition_gy: f64) -> Result<Self, QuantityError> {
        Self::with_slope(alpha_beta, transition_gy, 1.0 + 2.0 * transition_gy / alpha_beta.gy())
    }

    /// The model with another slope γ/α beyond the transition.
    ///
    /// # Errors
    /// When the transition dose or the slope is not positive.
    pub fn with_slope(alpha_beta: AlphaBeta, transition_gy: f64, slope: f64) -> Result<Self, QuantityError> {
        for (quantity, value) in [("the transition dose", transition_gy), ("the slope γ/α", slope)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(QuantityError::OutOfRange { quantity, value });
            }
        }
        Ok(Self { alpha_beta, transition_gy, slope })
    }

    /// The universal survival curve: LQ up to a dose per fraction, beyond it the straight multi-target line.
    ///
    /// The line is the tangent, so the curve is this model: `D_T = 2 Dq / (1 − α D0)`, `β = (1 − α D0)² / (4 D0 Dq)`,
    /// `γ/α = 1 / (α D0)`.
    ///
    /// # Errors
    /// When a parameter is not positive or `α D0` reaches 1.
    ///
    /// # Source
    /// \[park2008\].
    ///
    /// # Example
    /// α = 0.33 / Gy, D0 = 1.25 Gy, Dq = 1.8 Gy give α/β = 8.6 Gy and a transition at 6.1 Gy.
    /// ```
    /// use radiobiology::LinearQuadraticLinear;
    /// let curve = LinearQuadraticLinear::universal_survival_curve(0.33, 1.25, 1.8)?;
    /// assert!((curve.alpha_beta().gy() - 8.605).abs() < 1e-3 && (curve.transition_gy() - 6.128).abs() < 1e-3);
    /// # Ok::<(), radiobiology::QuantityError>(())
    /// ```
    pub fn universal_survival_curve(alpha_per_gy: f64, d0_gy: f64, dq_gy: f64) -> Result<Self, QuantityError> {
        for value in [alpha_per_gy, d0_gy, dq_gy, 1.0 - alpha_per_gy * d0_gy] {
            if !(value.is_finite() && value > 0.0) {
                return Err(QuantityError::OutOfRange { quantity: "a parameter of the survival curve", value });
            }
        }
        let shoulder = 1.0 - alpha_per_gy * d0_gy;
        let beta = shoulder * shoulder / (4.0 * d0_gy * dq_gy);
        let alpha_beta = AlphaBeta::new(alpha_per_gy / beta)?;
        Self::with_slope(alpha_beta, 2.0 * dq_gy / shoulder, 1.0 / (alpha_per_gy * d0_gy))
    }

    /// α/β of the tissue.
    pub fn alpha_beta(&self) -> AlphaBeta {
        self.alpha_beta
    }

    /// Dose per fraction in gray above which the effect grows linearly.
    pub fn transition_gy(&self) -> f64 {
        self.transition_gy
    }

    /// Biologically effective dose.
    ///
    /// # Errors
    /// Only when the product overflows.
    pub fn bed(&self, dose: AbsorbedDose, fractions: NumberOfFractions) -> Result<Bed, QuantityError> {
        let per_eqd2 = 1.0 + 2.0 / self.alpha_beta.gy();
        Bed::new(per_eqd2 * self.eqd2_gy(dose.gy(), fractions), self.alpha_beta)
    }

    /// EQD2 in gray of a total dose in gray, without checks.
    #[inline]
    pub fn eqd2_gy(&self, total_gy: f64, fractions: NumberOfFractions) -> f64 {
        let (quadratic, n) = (LinearQuadratic::new(self.alpha_beta), fractions.as_f64());
        let beyond_gy = total_gy / n - self.transition_gy;
        if beyond_gy <= 0.0 {
            return quadratic.eqd2_gy(total_gy, fractions);
        }
        let at_transition = quadratic.eqd2_gy(n * self.transition_gy, fractions);
        at_transition + n * self.slope * beyond_gy / (1.0 + 2.0 / self.alpha_beta.gy())
    }

    /// The total dose in gray that gives `eqd2_gy` in `fractions` fractions: the inverse of
    /// [`LinearQuadraticLinear::eqd2_gy`].
    pub fn total_gy(&self, eqd2_gy: f64, fractions: NumberOfFractions) -> f64 {
        let (quadratic, n) = (LinearQuadratic::new(self.alpha_beta), fractions.as_f64());
        let at_transition = quadratic.eqd2_gy(n * self.transition_gy, fractions);
        if eqd2_gy <= at_transition {
            return quadratic.total_gy(eqd2_gy, fractions);
        }
        let bed_beyond = (eqd2_gy - at_transition) * (1.0 + 2.0 / self.alpha_beta.gy());
        n * self.transition_gy + bed_beyond / self.slope
    }
}
