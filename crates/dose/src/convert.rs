//! Absorbed dose to equieffective dose, on the native grid.

use case::PlannedDose;
use geometry::{FrameOfReference, Point, Volume};
use radiobiology::{Eqd2Terms, Tissue};
use rayon::prelude::*;

/// EQD2 of one dose in one tissue.
#[derive(Clone, Debug, PartialEq)]
pub struct Eqd2Grid {
    /// Frame of the grid.
    pub frame: FrameOfReference,
    /// What it was computed for.
    pub tissue: Tissue,
    /// EQD2 in gray.
    pub voxels: Volume<f64>,
}

/// Converts every voxel with the number of fractions and the schedule of its own dose.
///
/// # Source
/// \[appelt2026\]: conversion before summation, on each course by itself.
pub fn convert(dose: &PlannedDose, tissue: &Tissue) -> Eqd2Grid {
    let terms = dose.fractionation().eqd2_terms(tissue);
    let without = || dose.voxels.map_parallel(|&total| terms.eqd2_gy(total));
    let with_let = || {
        let let_d = dose.let_weighted.as_ref()?.let_d.values();
        let pairs = dose.voxels.values().par_iter().zip(let_d);
        let values = pairs.map(|(total, let_d)| terms.eqd2_with_let_gy(*total, *let_d)).collect();
        Volume::new(dose.voxels.grid().clone(), values)
    };
    Eqd2Grid { frame: dose.frame.clone(), tissue: *tissue, voxels: with_let().unwrap_or_else(without) }
}

/// EQD2 at a place of the frame of a dose, with the terms of its fractionation, from the dose between the voxels; a place may lie beyond the outermost centres by
/// `reach` voxels.
///
/// Quick and good for a search: measuring an organ converts the voxels first.
pub fn eqd2_at(dose: &PlannedDose, terms: &Eqd2Terms, position: &Point, reach: f64) -> Option<f64> {
    let gy = dose.voxels.trilinear_within(position, reach)?;
    match &dose.let_weighted {
        Some(weighted) => Some(terms.eqd2_with_let_gy(gy, weighted.let_d.trilinear_within(position, reach)?)),
        None => Some(terms.eqd2_gy(gy)),
    }
}
