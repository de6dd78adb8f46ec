//! The doses of all courses at the points of an organ.

use std::collections::BTreeMap;

use case::PlannedDose;
use geometry::{FrameOfReference, FrameTransform, Point, Samples, volume::CELL};
use radiobiology::{AlphaBeta, Recovery};
use rayon::prelude::*;

use crate::{DoseError, Eqd2Grid};

/// Samples are worked off in chunks of this size, whatever the number of threads.
const CHUNK: usize = 4096;

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

/// Beyond the outermost centres the outermost value is continued for this many voxels, and that is reported.
///
/// Contours reach half a slice beyond the last image plane while dose grids often end on it.
const CONTINUED: f64 = 1.0;

/// The samples of an organ mapped into the frames of the doses, worked out once for all α/β.
#[derive(Clone, Debug, Default)]
pub struct MappedSamples {
    by_frame: BTreeMap<FrameOfReference, Vec<Point>>,
}

impl MappedSamples {
    /// Maps every sample by each of the maps from the current frame; where a map is not defined, NaN stands.
    pub fn new<'a>(samples: &Samples, maps: impl IntoIterator<Item = &'a FrameTransform>) -> Self {
        let nowhere = Point::new(f64::NAN, f64::NAN, f64::NAN);
        let by_frame = maps
            .into_iter()
            .map(|map| {
                let positions = samples.positions_mm.par_iter().with_min_len(CHUNK);
                let mapped = positions.map(|position| map.transform.apply(position).unwrap_or(nowhere));
                (map.to.clone(), mapped.collect())
            })
            .collect();
        Self { by_frame }
    }
}

/// The doses of one organ, sample by sample.
#[derive(Clone, Debug)]
pub struct OrganDoses {
    /// α/β of the organ.
    pub alpha_beta: AlphaBeta,
    /// Absorbed dose of each course.
    pub absorbed: Vec<Vec<f64>>,
    /// EQD2 of each course, without recovery.
    pub eqd2: Vec<Vec<f64>>,
    /// Sum of EQD2 without recovery.
    pub cumulative: Vec<f64>,
    /// Sum of EQD2 with recovery, when any course has one.
    pub cumulative_recovered: Option<Vec<f64>>,
    /// Coverage by each course.
    pub covered: Vec<Covered>,
    /// Coverage by all courses together.
    pub covered_by_all: Covered,
    /// Highest dose per fraction of any plan at any sample.
    pub max_gy_per_fraction: f64,
}

/// Maps every sample into each course, and adds what is found there.
///
/// Where a sample lies outside a grid, or where the map is not defined, that course contributes nothing and the
/// sample counts as not covered: the values are then lower bounds, never doses (H29).
///
/// # Errors
/// When a map does not fit the frames or an EQD2 rests on another α/β.
pub fn measure(
    samples: &Samples,
    mapped_samples: &MappedSamples,
    current: &FrameOfReference,
    courses: &[CourseDoses<'_>],
    alpha_beta: AlphaBeta,
) -> Result<OrganDoses, DoseError> {
    let mut absorbed = Vec::new();
    let mut eqd2 = Vec::new();
    let mut covered = Vec::new();
    let mut everywhere = vec![INSIDE; samples.len()];
    let mut max_gy_per_fraction: f64 = 0.0;
    for course in courses {
        let mut of_course = CourseSamples::new(samples.len());
        for mapped in &course.doses {
            mapped.check(current, alpha_beta)?;
            let positions = mapped_samples.by_frame.get(&mapped.dose.frame).ok_or(DoseError::NotMapped)?;
            let highest = of_course.add(positions, mapped);
            max_gy_per_fraction = max_gy_per_fraction.max(highest / mapped.dose.fractions.as_f64());
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

/// Where a sample lies with respect to a grid; the larger the worse.
const INSIDE: u8 = 0;
const CONTINUED_THERE: u8 = 1;
const OUTSIDE: u8 = 2;

struct CourseSamples {
    absorbed: Vec<f64>,
    eqd2: Vec<f64>,
    covered: Vec<u8>,
}

impl CourseSamples {
    fn new(n: usize) -> Self {
        Self { absorbed: vec![0.0; n], eqd2: vec![0.0; n], covered: vec![INSIDE; n] }
    }

    /// Adds one dose and returns its highest value at any sample.
    fn add(&mut self, positions: &[Point], mapped: &MappedDose<'_>) -> f64 {
        let highest: Vec<f64> = positions
            .par_chunks(CHUNK)
            .zip(self.absorbed.par_chunks_mut(CHUNK))
            .zip(self.eqd2.par_chunks_mut(CHUNK))
            .zip(self.covered.par_chunks_mut(CHUNK))
            .map(|(((positions, absorbed), eqd2), covered)| {
                let mut highest: f64 = 0.0;
                for (index, position) in positions.iter().enumerate() {
                    let (dose, effect, place) = at_sample(mapped, position);
                    absorbed[index] += dose;
                    eqd2[index] += effect;
                    covered[index] = covered[index].max(place);
                    highest = highest.max(dose);
                }
                highest
            })
            .collect();
        highest.into_iter().fold(0.0, f64::max)
    }
}

/// Absorbed dose, EQD2 and where the sample lies; nothing is added outside.
fn at_sample(mapped: &MappedDose<'_>, position: &Point) -> (f64, f64, u8) {
    let (dose, eqd2) = (&mapped.dose.voxels, &mapped.eqd2.voxels);
    let within = |reach| dose.trilinear_within(position, reach).zip(eqd2.trilinear_within(position, reach));
    match within(CELL) {
        Some((dose, effect)) => (dose, effect, INSIDE),
        None => within(CONTINUED).map_or((0.0, 0.0, OUTSIDE), |(dose, effect)| (dose, effect, CONTINUED_THERE)),
    }
}

fn sum(eqd2: &[Vec<f64>], recoveries: &[Recovery], n: usize) -> Vec<f64> {
    let mut total = vec![0.0; n];
    for (course, recovery) in eqd2.iter().zip(recoveries) {
        let counts = recovery.remaining();
        total.iter_mut().zip(course).for_each(|(total, value)| *total += counts * value);
    }
    total
}

fn share(covered: &[u8], samples: &Samples) -> Covered {
    let volume = samples.volume_cc();
    let percent_of = |place: u8| {
        let pairs = covered.iter().zip(&samples.volumes_cc);
        let part: f64 = pairs.filter(|(covered, _)| **covered == place).map(|(_, volume)| volume).sum();
        if volume > 0.0 { 100.0 * part / volume } else { 100.0 }
    };
    Covered { percent: 100.0 - percent_of(OUTSIDE), continued_percent: percent_of(CONTINUED_THERE) }
}
