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
mod both_ways;
mod box_filter;
mod correlation;
pub mod deformable;
mod descriptor;
mod displacement;
mod energy;
pub mod fit;
mod large_motion;
pub mod least_squares;
mod level;
pub mod measure;
mod minimise;
pub mod modality;
mod mutual_information;
pub mod organ;
mod pair;
pub mod points;
pub mod pose;
pub mod pyramid;
pub mod quality;
mod region;
pub mod rigid;
mod roughness;
mod sampler;
pub mod start;
mod unfold;
mod warp;

pub use deformable::{DeformableOptions, DeformableRegistration, Start, register_deformable};
pub use fit::LandmarkPair;
pub use measure::{Measure, Tolerance, Verdict};
pub use modality::{Modality, Scan};
pub use organ::{OrganPair, OrganShape};
pub use quality::Quality;
pub use rigid::{
    RegistrationError, RigidOptions, RigidRegistration, Rival, Within, register_rigid, tissue_places,
};
