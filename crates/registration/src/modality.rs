//! What an image was made with, and what that says of its values.

use geometry::Volume;

use crate::pyramid::TISSUE_WINDOW;

/// What made an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modality {
    /// Computed tomography, Hounsfield units.
    Ct,
    /// Magnetic resonance; values have no scale of their own.
    Mr,
    /// Positron emission tomography.
    Pet,
}

/// Above this value (Hounsfield units) there is tissue in a CT.
const CT_TISSUE: f32 = -300.0;
/// The share of its bright values above which there is tissue in an MR or PET image: noise and scattered counts lie below.
const BRIGHT_SHARE: f32 = 0.08;
/// Few voxels are brighter than this share of all of them: they set the scale of images that have none.
const BRIGHT_QUANTILE: f64 = 0.995;
/// Values are looked at in steps of this many voxels to find the bright ones.
const LOOKED_AT: usize = 100_000;

/// An image, and what made it.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    /// Its values.
    pub voxels: &'a Volume<f32>,
    /// What made it.
    pub modality: Modality,
}

/// Which values count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Values {
    /// Values below and above are taken for its ends.
    pub low: f32,
    pub high: f32,
    /// Above this value there is tissue.
    pub tissue: f32,
}

impl<'a> Scan<'a> {
    /// A CT.
    pub fn ct(voxels: &'a Volume<f32>) -> Self {
        Self { voxels, modality: Modality::Ct }
    }

    pub(crate) fn values(&self) -> Values {
        if self.modality == Modality::Ct {
            return Values { low: *TISSUE_WINDOW.start(), high: *TISSUE_WINDOW.end(), tissue: CT_TISSUE };
        }
        let values = self.voxels.values();
        let step = values.len().div_ceil(LOOKED_AT).max(1);
        let mut some: Vec<f32> = values.iter().copied().step_by(step).filter(|value| value.is_finite()).collect();
        some.sort_by(f32::total_cmp);
        let at = (some.len() as f64 * BRIGHT_QUANTILE) as usize;
        let bright = some.get(at.min(some.len().saturating_sub(1))).copied().unwrap_or(0.0).max(f32::MIN_POSITIVE);
        Values { low: 0.0, high: bright, tissue: BRIGHT_SHARE * bright }
    }
}
