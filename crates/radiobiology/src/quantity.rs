//! The kinds of dose, each a type of its own.

use std::fmt;
use std::ops::Add;

/// Why a number is not the quantity it should be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QuantityError {
    /// Not a finite number, or negative.
    #[error("{quantity} must be a finite number that is not negative, not {value}")]
    OutOfRange {
        /// Name of the quantity.
        quantity: &'static str,
        /// The number given.
        value: f64,
    },
    /// An α/β that is not positive.
    #[error("α/β must be a positive finite number of gray, not {0}")]
    AlphaBeta(f64),
    /// Two doses of different α/β were to be added.
    #[error("EQD2 with α/β = {0} Gy and EQD2 with α/β = {1} Gy cannot be added")]
    DifferentAlphaBeta(f64, f64),
}

fn checked(quantity: &'static str, value: f64) -> Result<f64, QuantityError> {
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(QuantityError::OutOfRange { quantity, value }) }
}

/// Absorbed dose in gray. For protons and ions the absorbed dose times a stated RBE, in Gy(RBE), is carried by
/// the same type: it is the dose that the photon models take.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct AbsorbedDose(f64);

impl AbsorbedDose {
    /// # Errors
    /// When the number is negative or not finite.
    pub fn new(gy: f64) -> Result<Self, QuantityError> {
        checked("the absorbed dose", gy).map(Self)
    }

    /// The number of gray.
    pub fn gy(self) -> f64 {
        self.0
    }
}

impl Add for AbsorbedDose {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// The ratio α/β of a tissue and an endpoint, in gray: the fractionation sensitivity.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct AlphaBeta(f64);

impl AlphaBeta {
    /// # Errors
    /// When the number is not positive and finite.
    pub fn new(gy: f64) -> Result<Self, QuantityError> {
        if gy.is_finite() && gy > 0.0 { Ok(Self(gy)) } else { Err(QuantityError::AlphaBeta(gy)) }
    }

    /// The number of gray.
    pub fn gy(self) -> f64 {
        self.0
    }
}

impl fmt::Display for AlphaBeta {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "α/β = {} Gy", self.0)
    }
}

/// Equieffective dose in fractions of 2 Gy, in gray, for one α/β.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eqd2 {
    gy: f64,
    alpha_beta: AlphaBeta,
}

impl Eqd2 {
    /// # Errors
    /// When the number is negative or not finite.
    pub fn new(gy: f64, alpha_beta: AlphaBeta) -> Result<Self, QuantityError> {
        Ok(Self { gy: checked("EQD2", gy)?, alpha_beta })
    }

    /// The number of gray.
    pub fn gy(self) -> f64 {
        self.gy
    }

    /// The α/β it was computed with.
    pub fn alpha_beta(self) -> AlphaBeta {
        self.alpha_beta
    }

    /// The sum of two equieffective doses of the same tissue.
    ///
    /// # Errors
    /// When the two rest on different α/β.
    pub fn plus(self, other: Self) -> Result<Self, QuantityError> {
        if self.alpha_beta != other.alpha_beta {
            return Err(QuantityError::DifferentAlphaBeta(self.alpha_beta.gy(), other.alpha_beta.gy()));
        }
        Self::new(self.gy + other.gy, self.alpha_beta)
    }

    /// The same effect as a biologically effective dose: `BED = EQD2 (1 + 2 / (α/β))`.
    pub fn to_bed(self) -> Bed {
        Bed { gy: self.gy * (1.0 + 2.0 / self.alpha_beta.gy()), alpha_beta: self.alpha_beta }
    }
}

impl fmt::Display for Eqd2 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.2} Gy EQD2 ({})", self.gy, self.alpha_beta)
    }
}

/// Biologically effective dose, in gray, for one α/β.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bed {
    gy: f64,
    alpha_beta: AlphaBeta,
}

impl Bed {
    /// # Errors
    /// When the number is negative or not finite.
    pub fn new(gy: f64, alpha_beta: AlphaBeta) -> Result<Self, QuantityError> {
        Ok(Self { gy: checked("BED", gy)?, alpha_beta })
    }

    /// The number of gray.
    pub fn gy(self) -> f64 {
        self.gy
    }

    /// The α/β it was computed with.
    pub fn alpha_beta(self) -> AlphaBeta {
        self.alpha_beta
    }

    /// The same effect in fractions of 2 Gy: `EQD2 = BED / (1 + 2 / (α/β))`.
    pub fn to_eqd2(self) -> Eqd2 {
        Eqd2 { gy: self.gy / (1.0 + 2.0 / self.alpha_beta.gy()), alpha_beta: self.alpha_beta }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_alpha_beta_do_not_add() {
        let eqd2 = |alpha_beta| Eqd2::new(10.0, AlphaBeta::new(alpha_beta).unwrap()).unwrap();
        assert_eq!(eqd2(2.0).plus(eqd2(2.0)).unwrap().gy(), 20.0);
        assert_eq!(eqd2(2.0).plus(eqd2(3.0)), Err(QuantityError::DifferentAlphaBeta(2.0, 3.0)));
    }

    #[test]
    fn h48_numbers_that_are_not_finite_are_no_dose() {
        for value in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(AbsorbedDose::new(value).is_err());
            assert!(AlphaBeta::new(value).is_err());
        }
        assert!(AlphaBeta::new(0.0).is_err());
    }
}
