//! Absorbed dose to equieffective dose, on the native grid.

use case::PlannedDose;
use geometry::{FrameOfReference, Volume};
use radiobiology::{AlphaBeta, LinearQuadratic};

/// EQD2 of one dose for one α/β.
#[derive(Clone, Debug, PartialEq)]
pub struct Eqd2Grid {
    /// Frame of the grid.
    pub frame: FrameOfReference,
    /// α/β it was computed with.
    pub alpha_beta: AlphaBeta,
    /// EQD2 in gray.
    pub voxels: Volume<f64>,
}

/// Converts every voxel with the number of fractions of its own dose.
///
/// # Source
/// \[appelt2026\]: conversion before summation, on each course by itself.
pub fn convert(dose: &PlannedDose, alpha_beta: AlphaBeta) -> Eqd2Grid {
    let model = LinearQuadratic::new(alpha_beta);
    let fractions = dose.fractions;
    Eqd2Grid {
        frame: dose.frame.clone(),
        alpha_beta,
        voxels: dose.voxels.map_parallel(|&total| model.eqd2_gy(total, fractions)),
    }
}
