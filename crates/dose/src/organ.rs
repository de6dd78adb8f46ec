//! The doses of all courses at the points of an organ.

use std::collections::BTreeMap;

use case::PlannedDose;
use geometry::{FrameOfReference, FrameTransform, Matrix, Point, Samples, Vector};
use radiobiology::{AlphaBeta, Recovery};
use rayon::prelude::*;

use crate::lookup::{CHUNK, Found, Interpolation, Lookup, Place, SampledDose, mapped_axes};
use crate::{DoseError, Eqd2Grid};

/// A dose of a course, its EQD2, and the map from the current frame to its own.
#[derive(Clone, Copy, Debug)]
pub struct MappedDose<'a> {
    /// The dose as planned.
    pub dose: &'a PlannedDose,
    /// The same in EQD2.
    pub eqd2: &'a Eqd2Grid,
    /// Takes points of the current frame to the frame of the dose.
    pub dose_from_current: &'a FrameTransform,
}

impl MappedDose<'_> {
    /// Refuses a map that does not lead from the current frame to the frame of the dose (H40), or an EQD2 of
    /// another basis.
    pub(crate) fn check(&self, current: &FrameOfReference, alpha_beta: AlphaBeta) -> Result<(), DoseError> {
        let map = self.dose_from_current;
        if map.from != *current || map.to != self.dose.frame || self.eqd2.frame != self.dose.frame {
            return Err(DoseError::Frames {
                map_from: map.from.to_string(),
                map_to: map.to.to_string(),
                current: current.to_string(),
                dose: self.dose.frame.to_string(),
            });
        }
        if self.eqd2.alpha_beta != alpha_beta {
            return Err(DoseError::AlphaBeta(self.eqd2.alpha_beta.gy(), alpha_beta.gy()));
        }
        if !self.eqd2.voxels.grid().coincides(self.dose.voxels.grid(), 1e-6) {
            return Err(DoseError::Grids);
        }
        Ok(())
    }
}

/// The doses of one course and what part of their effect counts.
#[derive(Clone, Debug)]
pub struct CourseDoses<'a> {
    /// All doses of the course.
    pub doses: Vec<MappedDose<'a>>,
    /// Recovery from the course; none for the current one.
    pub recovery: Recovery,
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
    by_frame: BTreeMap<FrameOfReference, Mapped>,
}

/// The samples in the frame of a dose.
#[derive(Clone, Debug)]
struct Mapped {
    positions_mm: Vec<Point>,
    /// Directions of the edges of the boxes.
    axes: [Vector; 3],
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

/// The doses of one organ, sample by sample.
#[derive(Clone, Debug)]
pub struct OrganDoses {
    /// α/β of the organ.
    pub alpha_beta: AlphaBeta,
    /// Absorbed dose of each course.
    pub absorbed: Vec<SampledDose>,
    /// EQD2 of each course, without recovery.
    pub eqd2: Vec<SampledDose>,
    /// Sum of EQD2 without recovery.
    pub cumulative: SampledDose,
    /// Sum of EQD2 with recovery, when any course has one.
    pub cumulative_recovered: Option<SampledDose>,
    /// Coverage by each course.
    pub covered: Vec<Covered>,
    /// Coverage by all courses together.
    pub covered_by_all: Covered,
    /// Highest dose per fraction of any plan at any sample.
    pub max_gy_per_fraction: f64,
}

impl OrganDoses {
    /// The sum that counts: with recovery where there is one.
    pub fn counted(&self) -> &SampledDose {
        self.cumulative_recovered.as_ref().unwrap_or(&self.cumulative)
    }
}

/// Maps every sample into each course, and adds what is found there.
///
/// Where a sample lies outside a grid, or where the map is not defined, that course contributes nothing and the
/// sample counts as not covered: the values are then lower bounds, never doses (H29).
///
/// # Errors
/// When a map does not fit the frames or an EQD2 rests on another α/β.
pub fn measure(
    mapped_samples: &MappedSamples,
    interpolation: Interpolation,
    current: &FrameOfReference,
    courses: &[CourseDoses<'_>],
    alpha_beta: AlphaBeta,
) -> Result<OrganDoses, DoseError> {
    let samples = mapped_samples.samples();
    let mut absorbed = Vec::new();
    let mut eqd2 = Vec::new();
    let mut covered = Vec::new();
    let mut everywhere = vec![Place::Inside; samples.len()];
    let mut max_gy_per_fraction: f64 = 0.0;
    for course in courses {
        let mut of_course = CourseSamples::new(samples.len());
        for dose in &course.doses {
            dose.check(current, alpha_beta)?;
            let mapped = mapped_samples.by_frame.get(&dose.dose.frame).ok_or(DoseError::NotMapped)?;
            let highest = of_course.add(samples, mapped, dose, interpolation);
            max_gy_per_fraction = max_gy_per_fraction.max(highest / dose.dose.fractions.as_f64());
        }
        covered.push(share(&of_course.covered, samples));
        everywhere.iter_mut().zip(&of_course.covered).for_each(|(all, one)| *all = (*all).max(*one));
        absorbed.push(of_course.absorbed);
        eqd2.push(of_course.eqd2);
    }
    let recoveries: Vec<Recovery> = courses.iter().map(|course| course.recovery).collect();
    let recovered = recoveries.iter().any(|recovery| !recovery.is_none());
    Ok(OrganDoses {
        alpha_beta,
        cumulative: sum(&eqd2, &vec![Recovery::NONE; eqd2.len()], samples.len()),
        cumulative_recovered: recovered.then(|| sum(&eqd2, &recoveries, samples.len())),
        absorbed,
        eqd2,
        covered_by_all: share(&everywhere, samples),
        covered,
        max_gy_per_fraction,
    })
}

struct CourseSamples {
    absorbed: SampledDose,
    eqd2: SampledDose,
    covered: Vec<Place>,
}

impl CourseSamples {
    fn new(n: usize) -> Self {
        Self { absorbed: SampledDose::zero(n), eqd2: SampledDose::zero(n), covered: vec![Place::Inside; n] }
    }

    /// Adds one dose and returns its highest value at any sample.
    fn add(
        &mut self,
        samples: &Samples,
        mapped: &Mapped,
        dose: &MappedDose<'_>,
        interpolation: Interpolation,
    ) -> f64 {
        let of_chunk = |(chunk, (((absorbed, eqd2), covered), positions)): (usize, Chunk<'_>)| {
            let grids = [&dose.dose.voxels, &dose.eqd2.voxels];
            let mut lookup = Lookup::new(grids, &mapped.axes, interpolation);
            let mut highest: f64 = 0.0;
            for (index, position) in positions.iter().enumerate() {
                let ([gray, effect], place) = lookup.at(position, samples, chunk * CHUNK + index);
                add(&mut absorbed.0[index], &mut absorbed.1[index], gray);
                add(&mut eqd2.0[index], &mut eqd2.1[index], effect);
                covered[index] = covered[index].max(place);
                highest = highest.max(gray.value);
            }
            highest
        };
        let chunks = chunks(&mut self.absorbed)
            .zip(chunks(&mut self.eqd2))
            .zip(self.covered.par_chunks_mut(CHUNK))
            .zip(mapped.positions_mm.par_chunks(CHUNK));
        let highest: Vec<f64> = chunks.enumerate().map(of_chunk).collect();
        highest.into_iter().fold(0.0, f64::max)
    }
}

type DoseChunk<'a> = (&'a mut [f64], &'a mut [[f32; 3]]);
/// Absorbed dose, EQD2, coverage and positions of the samples of a chunk.
type Chunk<'a> = (((DoseChunk<'a>, DoseChunk<'a>), &'a mut [Place]), &'a [Point]);

fn chunks(dose: &mut SampledDose) -> impl IndexedParallelIterator<Item = DoseChunk<'_>> {
    dose.values_gy.par_chunks_mut(CHUNK).zip(dose.changes_gy.par_chunks_mut(CHUNK))
}

fn add(value: &mut f64, changes: &mut [f32; 3], found: Found) {
    *value += found.value;
    changes.iter_mut().zip(found.changes).for_each(|(sum, change)| *sum += change);
}

fn sum(eqd2: &[SampledDose], recoveries: &[Recovery], n: usize) -> SampledDose {
    let mut total = SampledDose::zero(n);
    for (course, recovery) in eqd2.iter().zip(recoveries) {
        total.add(recovery.remaining(), course);
    }
    total
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
