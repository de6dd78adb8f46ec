//! What a new plan may still give, voxel by voxel, and how much of a target that leaves to be covered.

pub mod allowance;
pub mod attainable;

pub use allowance::{Allowance, voxels_about};
pub use attainable::{Attainable, Obstacle, attainable};
