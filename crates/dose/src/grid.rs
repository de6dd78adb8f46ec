//! Accumulation on a grid, for pictures and for export.

use geometry::{CubicSampler, FrameOfReference, FrameTransform, Grid, Point, Volume, volume::CELL};
use radiobiology::{Recovery, Tissue};
use rayon::prelude::*;

use crate::lookup::CHUNK;
use crate::{CourseDoses, Eqd2Grid, MappedDose};

/// Why doses cannot be added.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DoseError {
    /// The map does not lead from the current frame to that of the dose (H40).
    #[error(
        "a map from frame {map_from} to frame {map_to} cannot carry a dose of frame {dose} into the current frame \
         {current}"
    )]
    Frames {
        /// Where the map begins.
        map_from: String,
        /// Where it ends.
        map_to: String,
        /// Where it should begin.
        current: String,
        /// Where it should end.
        dose: String,
    },
    /// Two EQD2 of different α/β were to be added.
    #[error("EQD2 with α/β = {0} Gy cannot be added to EQD2 with α/β = {1} Gy")]
    AlphaBeta(f64, f64),
    /// Two EQD2 of the same α/β rest on different kinetics of repair.
    #[error("EQD2 of tissues that repair differently cannot be added")]
    Repair,
    /// The samples were not mapped into the frame of a dose.
    #[error("the samples of a structure were not mapped into the frame of a dose")]
    NotMapped,
    /// A dose and its EQD2 do not lie on the same grid.
    #[error("a dose and its EQD2 lie on different grids")]
    Grids,
}

/// A dose with its EQD2 on the same grid.
#[derive(Clone, Copy, Debug)]
pub struct ConvertedDose<'a> {
    /// The dose and the map to its frame.
    pub mapped: MappedDose<'a>,
    /// The same in EQD2.
    pub eqd2: &'a Eqd2Grid,
}

impl ConvertedDose<'_> {
    /// Refuses what [`MappedDose::check`] refuses, an EQD2 of another basis, and one that belongs to another dose.
    fn check(&self, current: &FrameOfReference, tissue: &Tissue) -> Result<(), DoseError> {
        self.mapped.check(current)?;
        let (own, asked) = (self.eqd2.tissue.alpha_beta, tissue.alpha_beta);
        if own != asked {
            return Err(DoseError::AlphaBeta(own.gy(), asked.gy()));
        }
        if self.eqd2.tissue.repair != tissue.repair {
            return Err(DoseError::Repair);
        }
        let is_same = self.eqd2.voxels.grid().coincides(self.mapped.dose.voxels.grid(), 1e-6);
        if self.eqd2.frame == self.mapped.dose.frame && is_same { Ok(()) } else { Err(DoseError::Grids) }
    }
}

/// The converted doses of one course.
#[derive(Clone, Debug)]
pub struct ConvertedCourse<'a> {
    /// All doses of the course.
    pub doses: Vec<ConvertedDose<'a>>,
    /// Recovery from the course; none for the current one.
    pub recovery: Recovery,
}

/// A dose on a grid, and how many voxels some course does not cover.
#[derive(Clone, Debug, PartialEq)]
pub struct Accumulated {
    /// Sum in gray of EQD2; a course contributes nothing where its grid ends.
    pub voxels: Volume<f64>,
    /// Voxels that lie outside some grid.
    pub n_uncovered: usize,
}

/// Adds the EQD2 of courses at the voxel centres of a grid in the current frame.
///
/// # Errors
/// When a map does not fit the frames or an EQD2 rests on another α/β or repair.
pub fn accumulate(
    grid: &Grid,
    current: &FrameOfReference,
    courses: &[ConvertedCourse<'_>],
    tissue: &Tissue,
) -> Result<Accumulated, DoseError> {
    for converted in courses.iter().flat_map(|course| &course.doses) {
        converted.check(current, tissue)?;
    }
    let [columns, rows, planes] = grid.size();
    let slabs: Vec<(Vec<f64>, usize)> = (0..planes)
        .into_par_iter()
        .map(|k| {
            let mut values = Vec::with_capacity(columns * rows);
            let mut n_uncovered = 0;
            let mut samplers = samplers(courses);
            for j in 0..rows {
                for i in 0..columns {
                    let (value, covered) = at_voxel(&grid.position_mm([i, j, k]), &mut samplers);
                    values.push(value);
                    n_uncovered += usize::from(!covered);
                }
            }
            (values, n_uncovered)
        })
        .collect();
    let n_uncovered = slabs.iter().map(|(_, n)| n).sum();
    let values: Vec<f64> = slabs.into_iter().flat_map(|(values, _)| values).collect();
    let voxels = Volume::new(grid.clone(), values).ok_or(DoseError::Grids)?;
    Ok(Accumulated { voxels, n_uncovered })
}

/// Adds the EQD2 of courses at some points of the current frame; nothing at a point that some course does not cover.
///
/// # Errors
/// As [`accumulate`].
pub fn accumulate_at(
    positions_mm: &[Point],
    current: &FrameOfReference,
    courses: &[ConvertedCourse<'_>],
    tissue: &Tissue,
) -> Result<Vec<Option<f64>>, DoseError> {
    for converted in courses.iter().flat_map(|course| &course.doses) {
        converted.check(current, tissue)?;
    }
    let of_chunk = |positions: &[Point]| {
        let mut samplers = samplers(courses);
        let at = |position: &Point| Some(at_voxel(position, &mut samplers)).filter(|(_, covered)| *covered);
        positions.iter().map(at).map(|found| found.map(|(value, _)| value)).collect::<Vec<_>>()
    };
    Ok(positions_mm.par_chunks(CHUNK).flat_map_iter(of_chunk).collect())
}

/// Adds the absorbed doses of one course at some points of the current frame; nothing at a point that some dose does not cover.
///
/// Absorbed doses of different courses are not to be added.
///
/// # Errors
/// When a map does not fit the frames.
pub fn absorbed_at(
    positions_mm: &[Point],
    current: &FrameOfReference,
    course: &CourseDoses<'_>,
) -> Result<Vec<Option<f64>>, DoseError> {
    for mapped in &course.doses {
        mapped.check(current)?;
    }
    let of_chunk = |positions: &[Point]| {
        let voxels = course.doses.iter().map(|mapped| &mapped.dose.voxels);
        let mut samplers: Vec<_> = voxels.map(CubicSampler::new).collect();
        let mut at = |position: &Point| -> Option<f64> {
            let mut total = 0.0;
            for (mapped, sampler) in course.doses.iter().zip(&mut samplers) {
                let there = mapped.dose_from_current.transform.apply(position)?;
                total += sampler.at(&there, CELL)?.max(0.0);
            }
            Some(total)
        };
        positions.iter().map(&mut at).collect::<Vec<_>>()
    };
    Ok(positions_mm.par_chunks(CHUNK).flat_map_iter(of_chunk).collect())
}

/// What is looked up for each dose: its part that counts, the map to it, and its EQD2.
struct Source<'a> {
    remaining: f64,
    map: &'a FrameTransform,
    eqd2: CubicSampler<'a, f64>,
}

fn samplers<'a>(courses: &[ConvertedCourse<'a>]) -> Vec<Source<'a>> {
    let of_course = |course: &ConvertedCourse<'a>| {
        let remaining = course.recovery.remaining();
        let source = move |converted: &ConvertedDose<'a>| Source {
            remaining,
            map: converted.mapped.dose_from_current,
            eqd2: CubicSampler::new(&converted.eqd2.voxels),
        };
        course.doses.iter().map(source).collect::<Vec<_>>()
    };
    courses.iter().flat_map(of_course).collect()
}

fn at_voxel(position: &Point, sources: &mut [Source<'_>]) -> (f64, bool) {
    let (mut total, mut covered) = (0.0, true);
    for source in sources {
        let at = source.map.transform.apply(position);
        match at.and_then(|at| source.eqd2.at(&at, CELL)) {
            Some(value) => total += source.remaining * value.max(0.0),
            None => covered = false,
        }
    }
    (total, covered)
}
