//! Images in, transform and quality measures out.
//!
//! [`register_rigid`] aligns two images of the same kind (CT to CT) by a rotation and a shift: coarse starts
//! ([`start`]) are refined on finer and finer images ([`pyramid`]) by robust least squares ([`least_squares`]), and
//! the result is judged ([`quality`]). Whether it is good enough is a person's decision; the measures say when it
//! surely is not.
//!
//! [`register_deformable`] goes on from there: a displacement at the nodes of a grid is searched for that makes the
//! neighbourhoods of all voxels of the body correlate and is smooth but for what slides.

mod body;
mod box_filter;
mod correlation;
pub mod deformable;
mod displacement;
pub mod least_squares;
mod minimise;
pub mod points;
pub mod pyramid;
pub mod quality;
mod region;
pub mod rigid;
mod roughness;
pub mod start;
mod warp;

pub use deformable::register_deformable;
pub use quality::Quality;
pub use rigid::{RegistrationError, RigidRegistration, register_rigid};
