//! What may still be given.

use crate::{Model, NumberOfFractions};

/// The dose that a limit leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RemainingDose {
    /// Equieffective dose in gray; negative by how much the limit is exceeded already.
    pub eqd2_gy: f64,
    /// Physical dose in gray in the new number of fractions; nothing is left when the limit is exceeded.
    pub total_gy: f64,
    /// The same for each fraction.
    pub gy_per_fraction: f64,
}

/// The dose that a limit leaves after a prior equieffective dose, in a number of fractions.
///
/// Limit and prior dose are EQD2 with the α/β of the model; what has recovered is taken off the prior dose before.
///
/// # Source
/// \[appelt2026\] for the order of steps; the dose per fraction is the inverse of the model, for LQ
/// `d = {−α/β + √[(α/β)² + 4 EQD2 (2 + α/β) / n]} / 2`.
///
/// # Example
/// A limit of 50 Gy, 50 Gy before of which a quarter has recovered, α/β = 2.5 Gy: 12.5 Gy EQD2 are left, 9.77 Gy in 3 fractions.
/// ```
/// use radiobiology::{AlphaBeta, Model, NumberOfFractions, budget::remaining};
/// let model = Model::linear_quadratic(AlphaBeta::new(2.5)?);
/// let left = remaining(50.0, 0.75 * 50.0, &model, NumberOfFractions::new(3)?);
/// assert!((left.eqd2_gy - 12.5).abs() < 1e-12 && (left.total_gy - 9.77).abs() < 0.005);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn remaining(limit_gy: f64, prior_gy: f64, model: &Model, fractions: NumberOfFractions) -> RemainingDose {
    let eqd2_gy = limit_gy - prior_gy;
    let total_gy = model.total_gy(eqd2_gy.max(0.0), fractions);
    RemainingDose { eqd2_gy, total_gy, gy_per_fraction: total_gy / fractions.as_f64() }
}
