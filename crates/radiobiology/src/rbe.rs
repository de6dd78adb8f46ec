//! The relative biological effectiveness of particles.

use crate::QuantityError;

/// A constant RBE and whether the dose already holds it (H15).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rbe {
    /// Photons, electrons and photon-emitting sources: the dose stands for itself.
    Photon,
    /// The dose is given in Gy(RBE): multiplying again would count the RBE twice.
    Included,
    /// The dose is physical and is multiplied by this factor.
    Factor(f64),
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
            Self::Photon | Self::Included => 1.0,
            Self::Factor(value) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlphaBeta, LinearQuadratic, NumberOfFractions};

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
