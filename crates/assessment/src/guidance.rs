//! What `case.toml` says of a registration besides the images: organs and masks, by their names as drawn.

use case::Course;
use geometry::{Point, Solid, SolidOptions};
use registration::{
    DeformableOptions, DeformableRegistration, OrganPair, OrganShape, RegistrationError, RigidRegistration, Scan,
    register_deformable,
};

use crate::automatic::Request;

/// The one structure of a name in the structure set of a course; nothing where its contours are broken.
pub(crate) fn shape(request: &Request<'_>, course: &Course, name: &str) -> Option<OrganShape> {
    let set = &request.objects.structure_sets[course.structure_set?];
    let mut of_name = set.rois.iter().filter(|roi| roi.name == name);
    let roi = of_name.next().filter(|roi| roi.breaking_problem().is_none())?;
    if of_name.next().is_some() {
        return None;
    }
    let image = course.image.and_then(|image| request.objects.images[image].grid.as_ref().ok());
    let options =
        SolidOptions { slice_thickness_mm: image.map(|grid| grid.spacing_mm()[2]), ..SolidOptions::default() };
    OrganShape::of(&Solid::from_contours(&roi.contours, options).ok()?)
}

/// Organs that are to come onto themselves, and what one image alone shows.
#[derive(Default)]
pub(crate) struct Guidance {
    organs: Vec<[OrganShape; 2]>,
    only_current: Vec<OrganShape>,
    only_prior: Vec<OrganShape>,
}

impl Guidance {
    /// The structures that are named, or the first name that leads to none.
    pub fn of(request: &Request<'_>) -> Result<Self, String> {
        let choice = request.choice;
        let Some(current) = request.case.current() else { return Ok(Self::default()) };
        let in_current = |name: &str| shape(request, current, name).ok_or_else(|| name.to_owned());
        // A name may be that of another prior course, which has a registration of its own.
        let in_prior = |name: &str| match shape(request, request.course, name) {
            None if request.case.prior().all(|course| shape(request, course, name).is_none()) => {
                Err(name.to_owned())
            }
            found => Ok(found),
        };
        let mut guidance = Self::default();
        for names in &choice.guide {
            let (one, other) = names.split_once('=').unwrap_or((names, names));
            let (fixed, moving) = (in_current(one)?, in_prior(other)?);
            guidance.organs.extend(moving.map(|moving| [fixed, moving]));
        }
        for name in &choice.only_current {
            guidance.only_current.push(in_current(name)?);
        }
        for name in &choice.only_prior {
            guidance.only_prior.extend(in_prior(name)?);
        }
        Ok(guidance)
    }

    /// Deforms with it.
    pub fn deformed(
        &self,
        fixed: &Scan<'_>,
        moving: &Scan<'_>,
        rigid: &RigidRegistration,
    ) -> Result<DeformableRegistration, RegistrationError> {
        let organs: Vec<OrganPair<'_>> =
            self.organs.iter().map(|[fixed, moving]| OrganPair { fixed, moving }).collect();
        let in_any =
            |shapes: &[OrganShape], point: &Point| shapes.iter().any(|shape| shape.distance_mm(point) < 0.0);
        let only_current = |point: &Point| in_any(&self.only_current, point);
        let only_prior = |point: &Point| in_any(&self.only_prior, point);
        let options = DeformableOptions {
            organs: &organs,
            landmarks: &[],
            only_in_fixed: (!self.only_current.is_empty()).then_some(&only_current),
            only_in_moving: (!self.only_prior.is_empty()).then_some(&only_prior),
        };
        register_deformable(fixed, moving, &rigid.start(), &options)
    }
}
