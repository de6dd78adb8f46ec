//! The number of fractions a dose was, or is to be, given in.

/// A number of fractions: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberOfFractions(u32);

/// Why a number is not a number of fractions (H21).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FractionsError {
    /// Zero or negative.
    #[error("the number of fractions must be at least 1, not {0}")]
    NotPositive(i64),
}

impl std::fmt::Display for NumberOfFractions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl NumberOfFractions {
    /// A single fraction.
    pub const ONE: Self = Self(1);

    /// # Errors
    /// When the number is zero or negative.
    pub fn new(number: i64) -> Result<Self, FractionsError> {
        u32::try_from(number)
            .ok()
            .filter(|&number| number > 0)
            .map(Self)
            .ok_or(FractionsError::NotPositive(number))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The number for arithmetic.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0)
    }
}
