//! Two CTs, and what is known of both.

use std::borrow::Cow;

use geometry::Volume;

use crate::body::body;
use crate::deformable::DeformableOptions;
use crate::fit::LandmarkPair;
use crate::organ::OrganPair;
use crate::pyramid::{WHOLE_WINDOW, coarser, with_equal_planes};
use crate::rigid::{RegistrationError, Within};

/// Spacing of the image in which the body is looked for.
const BODY_MM: f64 = 8.0;

/// A fixed and a moving image on planes at equal distances, with the body of the fixed one.
pub(crate) struct Pair<'a> {
    pub fixed: Cow<'a, Volume<f32>>,
    pub moving: Cow<'a, Volume<f32>>,
    pub body: Volume<bool>,
    pub landmarks: Vec<LandmarkPair>,
    pub organs: Vec<OrganPair<'a>>,
    pub only_in_fixed: Option<Within<'a>>,
    pub only_in_moving: Option<Within<'a>>,
}

impl<'a> Pair<'a> {
    pub fn new(
        [fixed, moving]: [&'a Volume<f32>; 2],
        options: &DeformableOptions<'a>,
    ) -> Result<Self, RegistrationError> {
        let no_tissue = || RegistrationError::NoTissue("fixed");
        let fixed = with_equal_planes(fixed).ok_or_else(no_tissue)?;
        let moving = with_equal_planes(moving).ok_or(RegistrationError::NoTissue("moving"))?;
        Ok(Self {
            body: body_of(&fixed).ok_or_else(no_tissue)?,
            fixed,
            moving,
            landmarks: options.landmarks.to_vec(),
            organs: options.organs.to_vec(),
            only_in_fixed: options.only_in_fixed,
            only_in_moving: options.only_in_moving,
        })
    }

    /// The same pair the other way round.
    pub fn swapped(&self) -> Result<Pair<'_>, RegistrationError> {
        let landmark = |pair: &LandmarkPair| LandmarkPair { fixed_mm: pair.moving_mm, moving_mm: pair.fixed_mm };
        let organ = |pair: &OrganPair<'a>| OrganPair { fixed: pair.moving, moving: pair.fixed };
        Ok(Pair {
            fixed: Cow::Borrowed(&self.moving),
            moving: Cow::Borrowed(&self.fixed),
            body: body_of(&self.moving).ok_or(RegistrationError::NoTissue("moving"))?,
            landmarks: self.landmarks.iter().map(landmark).collect(),
            organs: self.organs.iter().map(organ).collect(),
            only_in_fixed: self.only_in_moving,
            only_in_moving: self.only_in_fixed,
        })
    }
}

fn body_of(image: &Volume<f32>) -> Option<Volume<bool>> {
    let coarse = coarser(image, BODY_MM, &WHOLE_WINDOW)?;
    Volume::new(coarse.grid().clone(), body(&coarse))
}
