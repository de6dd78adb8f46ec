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
}
