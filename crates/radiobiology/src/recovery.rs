//! The part of an earlier dose that a tissue is taken to have recovered from.

use crate::QuantityError;

/// How the recovered fraction grows with the time since a course.
#[derive(Clone, Debug, PartialEq)]
pub enum RecoveryModel {
    /// A fraction from a number of months on (included), in the order of time.
    Steps(Vec<(f64, f64)>),
    /// The part that still counts falls from 1 to `saturation`, half of the way in every half-time.
    RaisedExponential {
        /// The part that never recovers.
        saturation: f64,
        /// Half-time.
        half_time_months: f64,
    },
}

impl RecoveryModel {
    /// What has recovered after some months.
    ///
    /// # Errors
    /// When the model says that everything recovers, or more: no dose is ever forgotten whole.
    ///
    /// # Source
    /// Steps as in their own source. \[cureus1406\] `f(t) = S + (1 − S) 2^{−t / T}`, recovered `1 − f`; the equation is our reading
    /// of its words.
    pub fn after(&self, months: f64) -> Result<Recovery, QuantityError> {
        let fraction = match self {
            Self::Steps(steps) => {
                steps.iter().take_while(|(from, _)| *from <= months).last().map_or(0.0, |(_, fraction)| *fraction)
            }
            Self::RaisedExponential { saturation, half_time_months } => {
                (1.0 - saturation) * (1.0 - (-months.max(0.0) / half_time_months).exp2())
            }
        };
        Recovery::new(fraction)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_hold_until_the_next_one() {
        let model = RecoveryModel::Steps(vec![(0.0, 0.0), (6.0, 0.25), (12.0, 0.5)]);
        let after = |months| model.after(months).unwrap().fraction();
        assert_eq!([5.9, 6.0, 11.9, 12.0, 100.0].map(after), [0.0, 0.25, 0.25, 0.5, 0.5]);
        assert_eq!(after(-1.0), 0.0);
    }

    #[test]
    fn cureus1406_continuous_recovery_of_the_cord() {
        let model = RecoveryModel::RaisedExponential { saturation: 0.2, half_time_months: 24.0 };
        let removed = [0.066, 0.127, 0.234, 0.324, 0.400, 0.517, 0.659, 0.775];
        for (months, removed) in [3.0, 6.0, 12.0, 18.0, 24.0, 36.0, 60.0, 120.0].into_iter().zip(removed) {
            assert!((model.after(months).unwrap().fraction() - removed).abs() < 6e-4, "{months}");
        }
    }

    #[test]
    fn h36_a_dose_is_never_forgotten_whole() {
        assert!(RecoveryModel::Steps(vec![(24.0, 1.0)]).after(25.0).is_err());
    }
}
