//! Rigid registration of two images of the same kind.

use geometry::{Affine, Volume};

use crate::least_squares::{Pose, refine};
use crate::points::Points;
use crate::pyramid::{TISSUE_WINDOW, coarser};
use crate::quality::{self, Quality};
use crate::start::starts;

/// Spacing of the images on which starts are sought and refined.
const START_MM: f64 = 10.0;
const COARSE_MM: f64 = 6.0;
/// Spacing of the finest image.
const FINE_MM: f64 = 2.5;
/// Places compared on each of them.
const START_PLACES: usize = 4_000;
const COARSE_PLACES: usize = 30_000;
const FINE_PLACES: usize = 150_000;

/// A rigid map with its quality.
#[derive(Clone, Debug, PartialEq)]
pub struct RigidRegistration {
    /// Takes points of the fixed frame to the moving frame.
    pub moving_from_fixed: Affine,
    /// How well the images fit.
    pub quality: Quality,
}

/// Why two images cannot be registered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegistrationError {
    /// One of them shows no tissue.
    #[error("the {0} image shows no tissue")]
    NoTissue(&'static str),
    /// One of them has too few voxels along some axis.
    #[error(
        "the {0} image is thinner than two voxels of 8 mm along some axis, which is too little to be deformed"
    )]
    Thin(&'static str),
    /// No start leaves enough common tissue.
    #[error("no position of the two images leaves enough common tissue")]
    NoOverlap,
}

/// Aligns `moving` to `fixed` (both CT, in Hounsfield units) by rotation and shift.
///
/// # Errors
/// When an image shows no tissue or the images have nothing in common.
pub fn register_rigid(fixed: &Volume<f32>, moving: &Volume<f32>) -> Result<RigidRegistration, RegistrationError> {
    let fixed = Levels::of(fixed).ok_or(RegistrationError::NoTissue("fixed"))?;
    let moving = Levels::of(moving).ok_or(RegistrationError::NoTissue("moving"))?;
    let forth = align(&fixed, &moving)?;
    let back = align(&moving, &fixed)?;
    let (correlation, overlap) = quality::compare(&fixed.fine.1, &moving.fine.0, &forth);
    let quality = Quality {
        normalized_cross_correlation: correlation,
        overlap_percent: overlap,
        inverse_consistency_mm: quality::inconsistency_mm(&fixed.coarse.1, &forth, &back),
    };
    Ok(RigidRegistration { moving_from_fixed: forth, quality })
}

/// An image at three resolutions, each with the places that are compared.
struct Levels {
    start: (Volume<f32>, Points),
    coarse: (Volume<f32>, Points),
    fine: (Volume<f32>, Points),
}

impl Levels {
    fn of(image: &Volume<f32>) -> Option<Self> {
        let level = |spacing, most| {
            let coarse = coarser(image, spacing, &TISSUE_WINDOW)?;
            let points = Points::of(&coarse, most);
            (!points.is_empty()).then_some((coarse, points))
        };
        Some(Self {
            start: level(START_MM, START_PLACES)?,
            coarse: level(COARSE_MM, COARSE_PLACES)?,
            fine: level(FINE_MM, FINE_PLACES)?,
        })
    }
}

fn align(fixed: &Levels, moving: &Levels) -> Result<Affine, RegistrationError> {
    let refined = |(points, image): (&Points, &Volume<f32>), pose: Pose| refine(points, image, pose);
    let best = starts(&fixed.start.1, &moving.start.0, &moving.start.1)
        .into_iter()
        .map(|pose| refined((&fixed.start.1, &moving.start.0), pose))
        .map(|(pose, _)| refined((&fixed.coarse.1, &moving.coarse.0), pose))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .ok_or(RegistrationError::NoOverlap)?;
    let (pose, _) = refined((&fixed.fine.1, &moving.fine.0), best.0);
    pose.to_affine().ok_or(RegistrationError::NoOverlap)
}
