//! The points of an organ in the frames of all doses.

use std::collections::BTreeMap;

use case::PlannedDose;
use geometry::{FrameOfReference, FrameTransform, Matrix, Point, Samples, Vector};
use rayon::prelude::*;

use crate::DoseError;
use crate::lookup::{CHUNK, Place, mapped_axes};

/// A dose of a course and the map from the current frame to its own.
#[derive(Clone, Copy, Debug)]
pub struct MappedDose<'a> {
    /// The dose as planned.
    pub dose: &'a PlannedDose,
    /// Takes points of the current frame to the frame of the dose.
    pub dose_from_current: &'a FrameTransform,
}

impl MappedDose<'_> {
    /// Refuses a map that does not lead from the current frame to the frame of the dose (H40).
    pub(crate) fn check(&self, current: &FrameOfReference) -> Result<(), DoseError> {
        let map = self.dose_from_current;
        if map.from != *current || map.to != self.dose.frame {
            return Err(DoseError::Frames {
                map_from: map.from.to_string(),
                map_to: map.to.to_string(),
                current: current.to_string(),
                dose: self.dose.frame.to_string(),
            });
        }
        Ok(())
    }
}

/// The doses of one course.
#[derive(Clone, Debug)]
pub struct CourseDoses<'a> {
    /// All doses of the course.
    pub doses: Vec<MappedDose<'a>>,
}

/// How much of an organ a dose grid covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Covered {
    /// Percent of the volume inside every dose grid, or at most one voxel beyond its outermost centres.
    pub percent: f64,
    /// The part of it that lies beyond the cells of the grid, where the outermost value was continued.
    pub continued_percent: f64,
}

impl Covered {
    /// The whole organ, up to the rounding of the sum.
    pub fn is_whole(self) -> bool {
        self.percent > 100.0 - 1e-9
    }

    /// Whether enough was continued to be worth a word.
    pub fn is_continued(self) -> bool {
        self.continued_percent > 0.1
    }
}

/// The samples of an organ mapped into the frames of the doses, worked out once for all α/β.
#[derive(Clone, Debug, Default)]
pub struct MappedSamples {
    samples: Samples,
    pub(crate) by_frame: BTreeMap<FrameOfReference, Mapped>,
}

/// The samples in the frame of a dose.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    pub positions_mm: Vec<Point>,
    /// Directions of the edges of the boxes.
    pub axes: [Vector; 3],
}

impl MappedSamples {
    /// Maps every sample by each of the maps from the current frame; where a map is not defined, NaN stands.
    pub fn new<'a>(samples: Samples, maps: impl IntoIterator<Item = &'a FrameTransform>) -> Self {
        let by_frame = maps.into_iter().map(|map| (map.to.clone(), Mapped::new(&samples, map))).collect();
        let mut mapped = Self { samples, by_frame };
        mapped.drop_lost_surface();
        mapped
    }

    /// The samples in the current frame.
    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    /// A point of the surface that some map does not reach says nothing of the organ, and stands for no volume.
    fn drop_lost_surface(&mut self) {
        let is_lost = |index: usize| {
            self.samples.volumes_cc[index] == 0.0
                && self.by_frame.values().any(|mapped| mapped.positions_mm[index].x.is_nan())
        };
        let kept: Vec<bool> = (0..self.samples.len()).map(|index| !is_lost(index)).collect();
        if kept.iter().all(|kept| *kept) {
            return;
        }
        self.samples.retain(&kept);
        for mapped in self.by_frame.values_mut() {
            let mut kept = kept.iter();
            mapped.positions_mm.retain(|_| kept.next().copied().unwrap_or(true));
        }
    }
}

impl Mapped {
    fn new(samples: &Samples, map: &FrameTransform) -> Self {
        let nowhere = Point::new(f64::NAN, f64::NAN, f64::NAN);
        let positions = samples.positions_mm.par_iter().with_min_len(CHUNK);
        let positions_mm = positions.map(|position| map.transform.apply(position).unwrap_or(nowhere)).collect();
        // The directions serve the width of the doses within a box, so those in the middle of the organ do for all.
        let middle = samples.positions_mm.get(samples.len() / 2);
        let linear = middle.and_then(|middle| map.transform.linear_at(middle)).unwrap_or_else(Matrix::identity);
        Self { positions_mm, axes: mapped_axes(&samples.axes, &linear) }
    }
}

pub(crate) fn share(covered: &[Place], samples: &Samples) -> Covered {
    let volume = samples.volume_cc();
    let percent_of = |place: Place| {
        let pairs = covered.iter().zip(&samples.volumes_cc);
        let part: f64 = pairs.filter(|(covered, _)| **covered == place).map(|(_, volume)| volume).sum();
        if volume > 0.0 { 100.0 * part / volume } else { 100.0 }
    };
    Covered { percent: 100.0 - percent_of(Place::Outside), continued_percent: percent_of(Place::Continued) }
}
