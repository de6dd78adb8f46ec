//! How well a map fits two images, what was drawn in them, and itself.
//!
//! Tolerances are those of \[tg132\] where it gives one; the others were set on good and on spoilt pairs, see
//! `docs/methods/registration-quality.md`.

use geometry::{DeformationField, Point, Transform, Vector, Volume};
use rayon::prelude::*;

use crate::deformable::DeformableRegistration;
use crate::fit::LandmarkPair;
use crate::measure::{Measure, OWN, Tolerance};
use crate::organ::OrganPair;
use crate::points::Points;
use crate::rigid::RigidRegistration;
use crate::sampler::Sampler;

const TG132: &str = "tg132";
/// The largest voxel dimension of usual planning CTs: what TG-132 allows a registration to be off.
const VOXEL_MM: f64 = 3.0;

/// Correlation and overlap of a map from the fixed to the moving frame.
pub(crate) fn compare(points: &Points, moving: &Volume<f32>, map: impl Fn(&Point) -> Option<Point>) -> (f64, f64) {
    let sampler = Sampler::new(moving);
    let pairs: Vec<(f64, f64)> = points
        .positions_mm
        .iter()
        .zip(&points.values)
        .filter_map(|(position, value)| Some((*value, sampler.value(&map(position)?)?)))
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

impl RigidRegistration {
    /// What the images say of the rigid map.
    pub fn measures(&self) -> Vec<Measure> {
        let mut measures = self.identity_measures();
        measures.extend(self.quality.normalized_cross_correlation.map(|correlation| {
            let tolerance = Tolerance::AtLeast { usable: 0.8, with_care: 0.7 };
            Measure::new("normalized_cross_correlation", correlation, "", tolerance, OWN)
        }));
        measures
    }

    /// The part of them that tells whether the images show the same place of the same patient, which no deformation mends.
    pub fn identity_measures(&self) -> Vec<Measure> {
        let quality = &self.quality;
        let mut measures = vec![
            Measure::new(
                "overlap_percent",
                quality.overlap_percent,
                "%",
                Tolerance::AtLeast { usable: 85.0, with_care: 15.0 },
                OWN,
            ),
            Measure::new(
                "inverse_consistency_mm",
                quality.inverse_consistency_mm,
                "mm",
                Tolerance::AtMost { usable: VOXEL_MM, with_care: 2.0 * VOXEL_MM },
                TG132,
            ),
            Measure::new(
                "rival_closeness",
                self.rival.as_ref().map_or(0.0, |rival| rival.closeness),
                "",
                Tolerance::AtMost { usable: 0.9, with_care: 0.97 },
                OWN,
            ),
        ];
        measures.extend(quality.mirrored_closeness.map(|closeness| {
            let tolerance = Tolerance::AtMost { usable: 0.97, with_care: 1.0 };
            Measure::new("mirrored_closeness", closeness, "", tolerance, OWN)
        }));
        measures
    }
}

impl DeformableRegistration {
    /// What the images and the deformation itself say of it.
    pub fn measures(&self) -> Vec<Measure> {
        let mut off: Vec<f32> = self
            .inconsistency_mm
            .values()
            .iter()
            .zip(&self.in_body)
            .filter(|(_, body)| **body)
            .map(|pair| *pair.0)
            .collect();
        off.sort_by(f32::total_cmp);
        let mean = off.iter().map(|off| f64::from(*off)).sum::<f64>() / off.len().max(1) as f64;
        let at_95 = off.get(off.len().saturating_sub(1) * 95 / 100).copied().map_or(f64::NAN, f64::from);
        let [before, after] = self.local_correlation;
        let mut measures = vec![
            Measure::new("local_correlation_before", before, "", Tolerance::Told, OWN),
            Measure::new(
                "local_correlation_after",
                after,
                "",
                Tolerance::AtLeast { usable: 0.7, with_care: 0.6 },
                OWN,
            ),
            Measure::new(
                "deformable_inverse_consistency_mm",
                mean,
                "mm",
                Tolerance::AtMost { usable: 2.0, with_care: VOXEL_MM },
                TG132,
            ),
            Measure::new(
                "deformable_inverse_consistency_95_percent_mm",
                at_95,
                "mm",
                Tolerance::AtMost { usable: 2.0 * VOXEL_MM, with_care: 4.0 * VOXEL_MM },
                OWN,
            ),
        ];
        measures.extend(of_deformation(&self.field));
        measures
    }
}

/// What a deformation says of itself, without any image.
pub fn of_deformation(field: &DeformationField) -> Vec<Measure> {
    let [least, largest] = field.jacobian_range();
    vec![
        Measure::new(
            "jacobian_minimum",
            least,
            "",
            // At and below zero the deformation folds.
            Tolerance::Above { bound: 0.0 },
            TG132,
        ),
        Measure::new("jacobian_maximum", largest, "", Tolerance::AtMost { usable: 5.0, with_care: 20.0 }, OWN),
        Measure::new(
            "harmonic_energy",
            harmonic_energy(field),
            "",
            Tolerance::AtMost { usable: 0.1, with_care: 0.25 },
            OWN,
        ),
    ]
}

/// Mean over the grid of the squared changes of the displacement, mm² per mm².
fn harmonic_energy(field: &DeformationField) -> f64 {
    let grid = field.grid();
    let [columns, rows, planes] = grid.size();
    let values = field.displacement_mm().values();
    let spacing = grid.spacing_mm();
    let vector = |index: [usize; 3]| Vector::from(values[grid.offset(index)].map(f64::from));
    let (mut sum, mut n) = (0.0, 0.0);
    for k in 0..planes.saturating_sub(1) {
        for j in 0..rows.saturating_sub(1) {
            for i in 0..columns.saturating_sub(1) {
                let here = vector([i, j, k]);
                let along = |next: [usize; 3], axis: usize| ((vector(next) - here) / spacing[axis]).norm_squared();
                sum += along([i + 1, j, k], 0) + along([i, j + 1, k], 1) + along([i, j, k + 1], 2);
                n += 1.0;
            }
        }
    }
    if n > 0.0 { sum / n } else { 0.0 }
}

/// How far a map takes landmarks from where they are (target registration error).
pub fn of_landmarks(map: &Transform, landmarks: &[LandmarkPair]) -> Vec<Measure> {
    if landmarks.is_empty() {
        return Vec::new();
    }
    let off = |pair: &LandmarkPair| {
        map.apply(&pair.fixed_mm).map_or(f64::INFINITY, |found| (found - pair.moving_mm).norm())
    };
    let mut off: Vec<f64> = landmarks.iter().map(off).collect();
    off.sort_by(f64::total_cmp);
    let mean = off.iter().sum::<f64>() / off.len() as f64;
    let tolerance =
        |factor: f64| Tolerance::AtMost { usable: factor * VOXEL_MM, with_care: 2.0 * factor * VOXEL_MM };
    vec![
        Measure::new("target_registration_error_mean_mm", mean, "mm", tolerance(1.0), TG132),
        Measure::new("target_registration_error_largest_mm", off[off.len() - 1], "mm", tolerance(2.0), OWN),
    ]
}

/// How well a map takes an organ drawn in the fixed image onto the same one drawn in the moving image.
///
/// Observers differ by as much as TG-132 allows: Dice 0.8 and 3 mm on average.
pub fn of_organ(map: &Transform, name: &str, organ: &OrganPair<'_>) -> Vec<Measure> {
    let mut off = surface_distances_mm(map, organ);
    off.sort_by(f64::total_cmp);
    let mean = if off.is_empty() { f64::NAN } else { off.iter().sum::<f64>() / off.len() as f64 };
    let at_95 = off.get(off.len().saturating_sub(1) * 95 / 100).copied().unwrap_or(f64::NAN);
    let of = |measure: Measure| Measure { organ: Some(name.to_owned()), ..measure };
    vec![
        of(Measure::new("dice", dice(map, organ), "", Tolerance::AtLeast { usable: 0.8, with_care: 0.5 }, TG132)),
        of(Measure::new(
            "mean_distance_to_agreement_mm",
            mean,
            "mm",
            Tolerance::AtMost { usable: VOXEL_MM, with_care: 3.0 * VOXEL_MM },
            TG132,
        )),
        of(Measure::new(
            "hausdorff_95_percent_mm",
            at_95,
            "mm",
            Tolerance::AtMost { usable: 3.0 * VOXEL_MM, with_care: 20.0 },
            OWN,
        )),
    ]
}

/// Distances of the surface points of each image, mapped, from the surface drawn in the other one.
fn surface_distances_mm(map: &Transform, organ: &OrganPair<'_>) -> Vec<f64> {
    let back = map.inverse();
    let forth = organ.fixed.surface_mm().par_iter();
    let forth = forth.filter_map(|point| Some(organ.moving.distance_mm(&map.apply(point)?).abs()));
    let mut distances: Vec<f64> = forth.collect();
    let other = organ.moving.surface_mm().par_iter();
    distances.par_extend(other.filter_map(|point| Some(organ.fixed.distance_mm(&back.apply(point)?).abs())));
    distances
}

/// Twice the common volume over the sum of both, in the fixed frame, by the voxels of the drawn organ's surroundings.
fn dice(map: &Transform, organ: &OrganPair<'_>) -> f64 {
    let distances = organ.fixed.distances();
    let grid = distances.grid();
    let [columns, rows, planes] = grid.size();
    let in_plane = |k: usize| {
        let mut counts = [0_u64; 3];
        for j in 0..rows {
            for i in 0..columns {
                let in_fixed = distances.values()[grid.offset([i, j, k])] < 0.0;
                let mapped = map.apply(&grid.position_mm([i, j, k]));
                let in_moving = mapped.is_some_and(|mapped| organ.moving.distance_mm(&mapped) < 0.0);
                counts[0] += u64::from(in_fixed);
                counts[1] += u64::from(in_moving);
                counts[2] += u64::from(in_fixed && in_moving);
            }
        }
        counts
    };
    let planes: Vec<[u64; 3]> = (0..planes).into_par_iter().map(in_plane).collect();
    let sum = |which: usize| planes.iter().map(|counts| counts[which]).sum::<u64>() as f64;
    2.0 * sum(2) / (sum(0) + sum(1)).max(1.0)
}

/// How far a given map takes the tissue from where this program's own registration of the images takes it: mean and 95th
/// percentile over places of the fixed tissue.
pub fn of_rival_map(given: &Transform, own: &Transform, places: &[Point]) -> Vec<Measure> {
    let off = |point: &Point| match (given.apply(point), own.apply(point)) {
        (Some(given), Some(own)) => Some((given - own).norm()),
        // Where a map is not given no dose is mapped, and nothing can be wrong.
        _ => None,
    };
    let mut off: Vec<f64> = places.par_iter().filter_map(off).collect();
    off.sort_by(f64::total_cmp);
    let mean = if off.is_empty() { f64::NAN } else { off.iter().sum::<f64>() / off.len() as f64 };
    let at_95 = off.get(off.len().saturating_sub(1) * 95 / 100).copied().unwrap_or(f64::NAN);
    vec![
        Measure::new(
            "distance_from_own_registration_mm",
            mean,
            "mm",
            Tolerance::AtMost { usable: VOXEL_MM, with_care: 3.0 * VOXEL_MM },
            OWN,
        ),
        Measure::new(
            "distance_from_own_registration_95_percent_mm",
            at_95,
            "mm",
            Tolerance::AtMost { usable: 3.0 * VOXEL_MM, with_care: 30.0 },
            OWN,
        ),
    ]
}

/// Measures of a rigid registration; none of them replaces a look at the images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Correlation of the values over common tissue, −1 to 1; nothing for images of different kinds.
    pub normalized_cross_correlation: Option<f64>,
    /// Share of the fixed tissue that lies within the moving image, percent.
    pub overlap_percent: f64,
    /// Mean distance by which registering the other way round misses the way back.
    pub inverse_consistency_mm: f64,
    /// How well the mirrored moving image fits as a share of how well the image itself does: beyond 1, left and right are
    /// probably exchanged (H07).
    ///
    /// Nothing for a region.
    pub mirrored_closeness: Option<f64>,
}
