//! Deformable registration of two CTs.

use std::borrow::Cow;

use geometry::{Affine, DeformationField, Volume};

use crate::fit::LandmarkPair;
use crate::level::{COARSEST_MM, Level, Placed};
use crate::modality::{Modality, Scan};
use crate::organ::OrganPair;
use crate::pair::Pair;
use crate::rigid::{RegistrationError, RigidRegistration, Within};

/// Spacings of the images on which both ways are searched, and the most steps on each.
const COARSE: [(f64, usize); 2] = [(COARSEST_MM, 30), (4.0, 40)];
/// Steps after which the better of two beginnings is known.
const FIRST_STEPS: usize = 15;
/// Spacing of the image on which the way forth is finished.
const FINEST: (f64, usize) = (2.0, 25);

/// Spacing of the images whose correlation is told.
const COMPARED_MM: f64 = 4.0;

/// What a deformable registration is told besides the images.
#[derive(Clone, Copy, Default)]
pub struct DeformableOptions<'a> {
    /// Places that are known in both images.
    pub landmarks: &'a [LandmarkPair],
    /// Organs that are drawn in both images.
    pub organs: &'a [OrganPair<'a>],
    /// Places of the fixed frame that the moving image does not show: a new tumour, an implant.
    pub only_in_fixed: Option<Within<'a>>,
    /// Places of the moving frame that the fixed image does not show: what was resected since.
    pub only_in_moving: Option<Within<'a>>,
}

impl DeformableOptions<'_> {
    fn is_unguided(&self) -> bool {
        self.landmarks.is_empty()
            && self.organs.is_empty()
            && self.only_in_fixed.is_none()
            && self.only_in_moving.is_none()
    }
}

/// Where a deformation begins.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    linear: &'a Affine,
    coarse: Option<&'a Coarse>,
}

impl<'a> Start<'a> {
    /// At a linear map from the fixed to the moving frame.
    pub fn linear(linear: &'a Affine) -> Self {
        Self { linear, coarse: None }
    }
}

impl RigidRegistration {
    /// At what the rigid registration found.
    pub fn start(&self) -> Start<'_> {
        Start { linear: &self.moving_from_fixed, coarse: self.coarse.as_ref() }
    }
}

/// A deformation on coarse images, found both ways.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Coarse {
    /// Half-way between the way forth and the inverse of the way back.
    pub field: DeformationField,
    /// By how much the two disagreed, at the nodes of the field, mm.
    pub inconsistency_mm: Volume<f32>,
    /// Which nodes lie in the body.
    pub in_body: Vec<bool>,
}

/// A deformation with what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeformableRegistration {
    /// Takes points of the fixed frame to the moving frame; its inverse takes them back.
    pub field: DeformationField,
    /// By how much two registrations, one each way, disagreed before they were joined, mm.
    pub inconsistency_mm: Volume<f32>,
    /// Which of its nodes lie in the body.
    pub in_body: Vec<bool>,
    /// Mean correlation of the neighbourhoods of all voxels of the body before, with the linear map, and after.
    pub local_correlation: [f64; 2],
    /// Nodes that had to be smoothed because the deformation folded about them.
    pub n_unfolded: usize,
}

/// Deforms `fixed` onto `moving` (both CT), beginning with a linear map.
///
/// What comes back takes points of the fixed frame to the moving frame: a displacement at the nodes of a grid, then the linear
/// map. It is defined around the body of the fixed image, and its Jacobian determinant is positive everywhere, so that the way
/// back exists.
///
/// # Errors
/// When an image is no CT, shows no tissue or is too thin.
///
/// # Source
/// The way to compare and to keep smooth follows \[vishnevskiy2017\], large motion is sought after \[heinrich2014\].
pub fn register_deformable(
    fixed: &Scan<'_>,
    moving: &Scan<'_>,
    start: &Start<'_>,
    options: &DeformableOptions<'_>,
) -> Result<DeformableRegistration, RegistrationError> {
    let coarse = match start.coarse.filter(|_| options.is_unguided()) {
        Some(coarse) => Cow::Borrowed(coarse),
        None => Cow::Owned(register_coarsely(fixed, moving, start.linear, options)?),
    };
    let pair = pair(fixed, moving, options)?;
    let level = Level::of(&pair, FINEST.0, start.linear)?;
    let (mut placed, _) = level.refined(Some(&Placed::At(&coarse.field)), FINEST.1)?;
    let n_unfolded = placed.unfold();
    let field = placed.to_field(start.linear)?;
    let Coarse { inconsistency_mm, in_body, .. } = coarse.into_owned();
    let level = Level::of(&pair, COMPARED_MM, start.linear)?;
    let local_correlation = [
        level.correlation(|point| Some(start.linear.apply(point))),
        level.correlation(|point| field.apply(point)),
    ];
    Ok(DeformableRegistration { field, inconsistency_mm, in_body, local_correlation, n_unfolded })
}

/// Both ways on coarse images, joined.
pub(crate) fn register_coarsely(
    fixed: &Scan<'_>,
    moving: &Scan<'_>,
    linear: &Affine,
    options: &DeformableOptions<'_>,
) -> Result<Coarse, RegistrationError> {
    let pair = pair(fixed, moving, options)?;
    let swapped = pair.swapped()?;
    let (forth, back) = rayon::join(|| one_way(&pair, linear), || one_way(&swapped, &linear.inverse()));
    crate::both_ways::joined(&forth?, &back?, &pair.body).ok_or(RegistrationError::NoTissue("fixed"))
}

fn pair<'a>(
    fixed: &Scan<'a>,
    moving: &Scan<'a>,
    options: &DeformableOptions<'a>,
) -> Result<Pair<'a>, RegistrationError> {
    if [fixed, moving].iter().any(|scan| scan.modality != Modality::Ct) {
        return Err(RegistrationError::NotCt);
    }
    Pair::new([fixed.voxels, moving.voxels], options)
}

/// From the better of two beginnings, no displacement and a search among large ones, to finer images.
fn one_way(pair: &Pair<'_>, linear: &Affine) -> Result<DeformationField, RegistrationError> {
    let mut found: Option<DeformationField> = None;
    for (spacing_mm, most_steps) in COARSE {
        let level = Level::of(pair, spacing_mm, linear)?;
        let (placed, _) = match found.as_ref() {
            Some(found) => level.refined(Some(&Placed::At(found)), most_steps)?,
            None => {
                let resting = level.refined(None, FIRST_STEPS)?;
                let moved = level.refined(level.large_motion().as_ref(), FIRST_STEPS)?;
                let better = if moved.1 < resting.1 { moved.0 } else { resting.0 };
                level.refined(Some(&better), most_steps)?
            }
        };
        found = Some(placed.to_field(linear)?);
    }
    found.ok_or(RegistrationError::NoTissue("fixed"))
}
