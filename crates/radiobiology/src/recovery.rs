//! The part of an earlier dose that a tissue is taken to have recovered from.

use crate::QuantityError;

/// A fraction of the prior equieffective dose that no longer counts: 0 for none, below 1.
///
/// It is never assumed: the default is [`Recovery::NONE`], and a result with another value is shown beside the
/// one without (H36).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery(f64);

impl Recovery {
    /// Nothing is forgotten.
    pub const NONE: Self = Self(0.0);

    /// # Errors
    /// When the fraction is negative, one or more, or not finite.
    pub fn new(fraction: f64) -> Result<Self, QuantityError> {
        if (0.0..1.0).contains(&fraction) {
            Ok(Self(fraction))
        } else {
            Err(QuantityError::OutOfRange { quantity: "the recovery (a fraction below 1)", value: fraction })
        }
    }

    /// The fraction.
    pub fn fraction(self) -> f64 {
        self.0
    }

    /// Whether nothing is forgotten.
    pub fn is_none(self) -> bool {
        self.0 == 0.0
    }

    /// The factor by which the prior equieffective dose counts.
    pub fn remaining(self) -> f64 {
        1.0 - self.0
    }
}
