//! The choice of a model by name.

use crate::{
    AbsorbedDose, AlphaBeta, Bed, LinearQuadratic, LinearQuadraticLinear, NumberOfFractions, QuantityError,
};

/// A model that turns dose and fractions into biologically effective dose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Model {
    /// Linear-quadratic.
    LinearQuadratic(LinearQuadratic),
    /// Linear-quadratic-linear.
    LinearQuadraticLinear(LinearQuadraticLinear),
}

impl Model {
    /// The linear-quadratic model.
    pub fn linear_quadratic(alpha_beta: AlphaBeta) -> Self {
        Self::LinearQuadratic(LinearQuadratic::new(alpha_beta))
    }

    /// The short name used in settings and printed beside results.
    pub fn name(&self) -> &'static str {
        match self {
            Self::LinearQuadratic(_) => "lq",
            Self::LinearQuadraticLinear(_) => "lq-l",
        }
    }

    /// Biologically effective dose.
    ///
    /// # Errors
    /// Only when the product overflows.
    pub fn bed(&self, dose: AbsorbedDose, fractions: NumberOfFractions) -> Result<Bed, QuantityError> {
        match self {
            Self::LinearQuadratic(model) => model.bed(dose, fractions),
            Self::LinearQuadraticLinear(model) => model.bed(dose, fractions),
        }
    }

    /// α/β of the tissue.
    pub fn alpha_beta(&self) -> AlphaBeta {
        match self {
            Self::LinearQuadratic(model) => model.alpha_beta(),
            Self::LinearQuadraticLinear(model) => model.alpha_beta(),
        }
    }

    /// EQD2 in gray of a total dose in gray, without checks.
    pub fn eqd2_gy(&self, total_gy: f64, fractions: NumberOfFractions) -> f64 {
        match self {
            Self::LinearQuadratic(model) => model.eqd2_gy(total_gy, fractions),
            Self::LinearQuadraticLinear(model) => model.eqd2_gy(total_gy, fractions),
        }
    }

    /// The total dose in gray that gives an EQD2 in a number of fractions.
    pub fn total_gy(&self, eqd2_gy: f64, fractions: NumberOfFractions) -> f64 {
        match self {
            Self::LinearQuadratic(model) => model.total_gy(eqd2_gy, fractions),
            Self::LinearQuadraticLinear(model) => model.total_gy(eqd2_gy, fractions),
        }
    }
}
