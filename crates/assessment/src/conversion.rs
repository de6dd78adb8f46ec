//! The doses of all courses, with the maps to their frames, and in EQD2 once per α/β.

use std::collections::BTreeMap;

use case::Case;
use dose::{ConvertedCourse, ConvertedDose, CourseDoses, Eqd2Grid, MappedDose, convert};
use geometry::{FrameOfReference, FrameTransform};
use radiobiology::{AlphaBeta, Recovery};

use crate::sum_of_maxima::Maxima;

/// The doses of each course with the maps to their frames; nothing when a map is missing.
pub(crate) fn courses<'a>(
    case: &'a Case,
    maps: &'a BTreeMap<FrameOfReference, FrameTransform>,
) -> Option<Vec<CourseDoses<'a>>> {
    courses_or_maxima(case, maps, None)
}

/// As [`courses`], with the maxima of courses that no map leads to.
pub(crate) fn courses_or_maxima<'a>(
    case: &'a Case,
    maps: &'a BTreeMap<FrameOfReference, FrameTransform>,
    maxima: Option<&'a Maxima>,
) -> Option<Vec<CourseDoses<'a>>> {
    let of_course = |course: &'a case::Course| {
        let mapped = |(index, dose): (usize, &'a case::PlannedDose)| {
            let dose = maxima.and_then(|maxima| maxima.dose(&course.id, index)).unwrap_or(dose);
            Some(MappedDose { dose, dose_from_current: maps.get(&dose.frame)? })
        };
        let doses = course.doses().enumerate().map(mapped).collect::<Option<_>>()?;
        Some(CourseDoses { doses })
    };
    case.courses.iter().map(of_course).collect()
}

/// EQD2 of all doses of a case for the α/β asked for, in the order of courses and doses.
#[derive(Debug, Default)]
pub(crate) struct Conversions {
    by_alpha_beta: BTreeMap<u64, Vec<Vec<Eqd2Grid>>>,
}

impl Conversions {
    /// Converts on the native grids unless that was done already.
    pub fn prepare(&mut self, case: &Case, alpha_beta: AlphaBeta) {
        self.by_alpha_beta.entry(alpha_beta.gy().to_bits()).or_insert_with(|| {
            let convert_course =
                |course: &case::Course| course.doses().map(|dose| convert(dose, alpha_beta)).collect();
            case.courses.iter().map(convert_course).collect()
        });
    }

    /// The converted doses of one course; nothing unless they were prepared.
    pub fn of_course(&self, course: usize, alpha_beta: AlphaBeta) -> Option<&[Eqd2Grid]> {
        Some(self.by_alpha_beta.get(&alpha_beta.gy().to_bits())?.get(course)?.as_slice())
    }

    /// The converted doses of each course, without recovery; nothing when a map is missing.
    pub fn courses<'a>(
        &'a self,
        case: &'a Case,
        maps: &'a BTreeMap<FrameOfReference, FrameTransform>,
        alpha_beta: AlphaBeta,
    ) -> Option<Vec<ConvertedCourse<'a>>> {
        let converted = self.by_alpha_beta.get(&alpha_beta.gy().to_bits())?;
        let with_eqd2 = |(course, grids): (CourseDoses<'a>, &'a Vec<Eqd2Grid>)| {
            let pairs = course.doses.into_iter().zip(grids);
            let doses = pairs.map(|(mapped, eqd2)| ConvertedDose { mapped, eqd2 }).collect();
            ConvertedCourse { doses, recovery: Recovery::NONE }
        };
        Some(courses(case, maps)?.into_iter().zip(converted).map(with_eqd2).collect())
    }
}
