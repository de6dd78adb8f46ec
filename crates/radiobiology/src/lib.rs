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

pub mod fractions;
pub mod linear_quadratic;
pub mod model;
pub mod quantity;
pub mod rbe;
pub mod recovery;

pub use fractions::{FractionsError, NumberOfFractions};
pub use linear_quadratic::{LinearQuadratic, LinearQuadraticLinear};
pub use model::Model;
pub use quantity::{AbsorbedDose, AlphaBeta, Bed, Eqd2, QuantityError};
pub use rbe::Rbe;
pub use recovery::Recovery;
