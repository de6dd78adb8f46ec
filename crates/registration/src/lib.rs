//! Images in, transform and quality measures out.
//!
//! [`register_rigid`] aligns two images of the same kind (CT to CT) by a rotation and a shift: coarse starts
//! ([`start`]) are refined on finer and finer images ([`pyramid`]) by robust least squares ([`least_squares`]), and
//! the result is judged ([`quality`]). Whether it is good enough is a person's decision; the measures say when it
//! surely is not.

pub mod least_squares;
pub mod points;
pub mod pyramid;
pub mod quality;
pub mod rigid;
pub mod start;

pub use quality::Quality;
pub use rigid::{RegistrationError, RigidRegistration, register_rigid};
