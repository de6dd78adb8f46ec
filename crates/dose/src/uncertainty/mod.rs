//! How sure a dose to an organ is.
//!
//! [`ensemble`] draws maps, α/β, recovery and calculated doses that are as plausible as those in use, and measures the organ with
//! each; [`band`] tells the range of what comes out. [`displacement`] makes the maps, [`sequence`] spreads the draws evenly.
//! [`search`] looks for the highest prior dose within reach of every point instead, which bounds and does not weigh.

pub mod band;
pub mod displacement;
pub mod ensemble;
pub mod search;
pub mod sequence;

pub use band::Band;
pub use displacement::Displacements;
pub use ensemble::{Biology, DoubtedCourse, DoubtedDose, Ensemble, Parts, Summed};
pub use search::{EllipsoidSearch, SearchedDose};
