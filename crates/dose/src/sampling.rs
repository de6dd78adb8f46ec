//! How finely an organ is sampled.

use geometry::Solid;

/// Organs are divided into at least this many samples, so that a small one is refined below the dose grid.
pub const WANTED_SAMPLES: usize = 100_000;
/// A large organ is not divided into more than about this many.
pub const MOST_SAMPLES: usize = 500_000;
/// Finer steps than this add nothing to contours drawn on images.
pub const FINEST_MM: f64 = 0.25;

/// Distance of samples for an organ on a dose grid of a given finest spacing.
///
/// The grid of the current course is refined until the organ has [`WANTED_SAMPLES`] samples; a large organ keeps
/// half the spacing of the grid unless that would be more than [`MOST_SAMPLES`].
pub fn sampling_step(solid: &Solid, dose_spacing_mm: f64) -> f64 {
    let refined = solid.step_for(WANTED_SAMPLES).min(dose_spacing_mm / 2.0).max(FINEST_MM);
    refined.max(solid.step_for(MOST_SAMPLES))
}
