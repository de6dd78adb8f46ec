//! Dose quantities and the models that convert between them.
//!
//! A kind of dose is a type: [`AbsorbedDose`], [`Bed`] and [`Eqd2`] do not add to each other, and two EQD2 of
//! different α/β refuse to. Doses are in gray.
//!
//! ```compile_fail
//! use radiobiology::{AbsorbedDose, AlphaBeta, Eqd2};
//! let physical = AbsorbedDose::new(10.0).unwrap();
//! let eqd2 = Eqd2::new(10.0, AlphaBeta::new(2.0).unwrap()).unwrap();
//! let _ = physical + eqd2;
//! ```

pub mod budget;
pub mod distribution;
pub mod dose_response;
pub mod fractions;
pub mod linear_quadratic;
pub mod model;
pub mod normal;
pub mod proliferation;
pub mod quantity;
pub mod rbe;
pub mod recovery;
pub mod repair;
pub mod tissue;

pub use budget::RemainingDose;
pub use distribution::Distribution;
pub use dose_response::{DoseResponse, Shape, logistic};
pub use fractions::{FractionsError, NumberOfFractions};
pub use linear_quadratic::{LinearQuadratic, LinearQuadraticLinear};
pub use model::Model;
pub use proliferation::Proliferation;
pub use quantity::{AbsorbedDose, AlphaBeta, Bed, Eqd2, QuantityError};
pub use rbe::{Rbe, VariableRbe};
pub use recovery::{Recovery, RecoveryModel};
pub use repair::Repair;
pub use tissue::{Eqd2Terms, Fractionation, Schedule, Tissue};
