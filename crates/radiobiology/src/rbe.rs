//! The relative biological effectiveness of particles.

use crate::{AlphaBeta, NumberOfFractions, QuantityError};

/// A constant RBE and whether the dose already holds it (H15).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rbe {
    /// Photons, electrons and photon-emitting sources: the dose stands for itself.
    Photon,
    /// The dose is given in Gy(RBE): multiplying again would count the RBE twice.
    Included,
    /// The dose is physical and is multiplied by this factor.
    Factor(f64),
    /// The dose is physical and its RBE follows the LETd.
    Variable {
        /// The constant RBE that the prescription counts with.
        constant: f64,
    },
}

impl Rbe {
    /// A factor to apply.
    ///
    /// # Errors
    /// When the factor is not a positive finite number.
    pub fn factor(value: f64) -> Result<Self, QuantityError> {
        if value.is_finite() && value > 0.0 {
            Ok(Self::Factor(value))
        } else {
            Err(QuantityError::OutOfRange { quantity: "the RBE", value })
        }
    }

    /// What the dose in the object is multiplied by.
    pub fn multiplier(self) -> f64 {
        match self {
            Self::Photon | Self::Included | Self::Variable { .. } => 1.0,
            Self::Factor(value) => value,
        }
    }
}

/// How the RBE of protons grows with the dose-averaged linear energy transfer (LETd, keV/µm) and falls with α/β (Gy):
///
/// `RBEmax = max_constant + max_slope · LETd / (α/β)`, which holds at small doses, and
/// `RBEmin = min_constant + min_root_slope · √(α/β) · LETd + min_slope · LETd / (α/β)`, which holds at large ones.
///
/// The numbers of the published models stand in the knowledge base.
///
/// # Source
/// \[mcnamara2015\], \[wedenberg2013\], \[carabe2012\].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VariableRbe {
    /// RBEmax without LET.
    pub max_constant: f64,
    /// Rise of RBEmax with LETd / (α/β).
    pub max_slope: f64,
    /// RBEmin without LET.
    pub min_constant: f64,
    /// Rise of RBEmin with √(α/β) · LETd.
    pub min_root_slope: f64,
    /// Rise of RBEmin with LETd / (α/β).
    pub min_slope: f64,
}

impl VariableRbe {
    /// RBEmax and RBEmin of a tissue at a LETd.
    pub fn extremes(&self, alpha_beta: AlphaBeta, let_d: f64) -> [f64; 2] {
        let per_alpha_beta = let_d / alpha_beta.gy();
        [
            self.max_constant + self.max_slope * per_alpha_beta,
            self.min_constant
                + self.min_root_slope * alpha_beta.gy().sqrt() * let_d
                + self.min_slope * per_alpha_beta,
        ]
    }

    /// RBE of a physical dose per fraction.
    ///
    /// # Source
    /// \[carabe2012\] `RBE = {√[(α/β)² + 4 D (α/β) RBEmax + 4 D² RBEmin²] − α/β} / (2 D)`.
    pub fn rbe(&self, alpha_beta: AlphaBeta, let_d: f64, gy_per_fraction: f64) -> f64 {
        let [max, min] = self.extremes(alpha_beta, let_d);
        let ab = alpha_beta.gy();
        if gy_per_fraction <= 0.0 {
            return max;
        }
        let d = gy_per_fraction;
        ((ab * ab + 4.0 * d * ab * max + 4.0 * d * d * min * min).sqrt() - ab) / (2.0 * d)
    }

    /// EQD2 in gray of photons with the same effect as a total physical dose of protons.
    ///
    /// With `α = RBEmax αx` and `β = RBEmin² βx` the effect of the protons is converted itself, and no dose multiplied by an RBE
    /// is fractionated again.
    pub fn eqd2_gy(&self, alpha_beta: AlphaBeta, let_d: f64, total_gy: f64, fractions: NumberOfFractions) -> f64 {
        let [max, min] = self.extremes(alpha_beta, let_d);
        let ab = alpha_beta.gy();
        total_gy * (max * ab + min * min * total_gy / fractions.as_f64()) / (2.0 + ab)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LinearQuadratic, NumberOfFractions};

    #[test]
    fn h15_an_included_rbe_is_not_applied_again() {
        let model = LinearQuadratic::new(AlphaBeta::new(2.0).unwrap());
        let thirty = NumberOfFractions::new(30).unwrap();
        let once = model.eqd2_gy(60.0 * Rbe::Included.multiplier(), thirty);
        let twice = model.eqd2_gy(60.0 * Rbe::factor(1.1).unwrap().multiplier(), thirty);
        assert!((once - 60.0).abs() < 1e-12);
        assert!((twice - 69.3).abs() < 1e-9);
    }
}
