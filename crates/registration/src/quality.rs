//! How well two images fit after a registration.

use geometry::{Affine, Volume};

use crate::points::Points;

/// A correlation below this is not the same anatomy.
const LEAST_CORRELATION: f64 = 0.80;
/// Less common tissue than this proves nothing.
const LEAST_OVERLAP_PERCENT: f64 = 40.0;
/// Registering the other way round must lead back this closely (TG-132: the largest voxel dimension).
const MOST_INCONSISTENCY_MM: f64 = 3.0;

/// Measures of a registration; none of them replaces a look at the images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Correlation of the values over common tissue, −1 to 1.
    pub normalized_cross_correlation: f64,
    /// Share of the fixed tissue that lies within the moving image, percent.
    pub overlap_percent: f64,
    /// Mean distance by which registering the other way round misses the way back.
    pub inverse_consistency_mm: f64,
}

impl Quality {
    /// Why the registration must not be trusted, or nothing.
    ///
    /// # Source
    /// \[tg132\] for consistency; the correlation and overlap levels were set on pairs of the same and of different
    /// patients, see `docs/methods/rigid-registration.md`.
    pub fn distrust(&self) -> Option<String> {
        if self.normalized_cross_correlation < LEAST_CORRELATION {
            return Some(format!(
                "the images correlate by {:.2} only (at least {LEAST_CORRELATION} is needed)",
                self.normalized_cross_correlation
            ));
        }
        if self.overlap_percent < LEAST_OVERLAP_PERCENT {
            return Some(format!(
                "only {:.0} % of the tissue is in both images (at least {LEAST_OVERLAP_PERCENT} % is needed)",
                self.overlap_percent
            ));
        }
        if self.inverse_consistency_mm > MOST_INCONSISTENCY_MM {
            return Some(format!(
                "registering the other way round misses by {:.1} mm (at most {MOST_INCONSISTENCY_MM} mm is allowed)",
                self.inverse_consistency_mm
            ));
        }
        None
    }
}

/// Correlation and overlap of a map from the fixed to the moving frame.
pub fn compare(points: &Points, moving: &Volume<f32>, moving_from_fixed: &Affine) -> (f64, f64) {
    let pairs: Vec<(f64, f64)> = points
        .positions_mm
        .iter()
        .zip(&points.values)
        .filter_map(|(position, value)| Some((*value, moving.trilinear(&moving_from_fixed.apply(position))?)))
        .collect();
    let overlap = 100.0 * pairs.len() as f64 / points.len().max(1) as f64;
    (correlation(&pairs), overlap)
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len().max(1) as f64;
    let (mean_a, mean_b) =
        (pairs.iter().map(|(a, _)| a).sum::<f64>() / n, pairs.iter().map(|(_, b)| b).sum::<f64>() / n);
    let (mut covariance, mut variance_a, mut variance_b) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = (a - mean_a, b - mean_b);
        covariance += a * b;
        variance_a += a * a;
        variance_b += b * b;
    }
    let scale = (variance_a * variance_b).sqrt();
    if scale > 0.0 { covariance / scale } else { 0.0 }
}

/// Mean distance between the way forth and back and the beginning.
pub fn inconsistency_mm(points: &Points, forth: &Affine, back: &Affine) -> f64 {
    let round = forth.then(back);
    let sum: f64 = points.positions_mm.iter().map(|position| (round.apply(position) - position).norm()).sum();
    sum / points.len().max(1) as f64
}
