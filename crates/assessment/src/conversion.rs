//! The doses of all courses, with the maps to their frames, and in EQD2 once per tissue.

use std::collections::BTreeMap;

use case::Case;
use dose::{ConvertedCourse, ConvertedDose, CourseDoses, Eqd2Grid, MappedDose, convert};
use geometry::{FrameOfReference, FrameTransform};
use radiobiology::{Recovery, Tissue};

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

/// EQD2 of all doses of a case for the tissues asked for, in the order of courses and doses.
#[derive(Debug, Default)]
pub(crate) struct Conversions {
    by_tissue: Vec<(Tissue, Vec<Vec<Eqd2Grid>>)>,
}

impl Conversions {
    /// Converts on the native grids unless that was done already.
    pub fn prepare(&mut self, case: &Case, tissue: &Tissue) {
        if self.of(tissue).is_none() {
            let convert_course =
                |course: &case::Course| course.doses().map(|dose| convert(dose, tissue)).collect();
            self.by_tissue.push((*tissue, case.courses.iter().map(convert_course).collect()));
        }
    }

    fn of(&self, tissue: &Tissue) -> Option<&Vec<Vec<Eqd2Grid>>> {
        self.by_tissue.iter().find(|(own, _)| own == tissue).map(|(_, converted)| converted)
    }

    /// The converted doses of one course; nothing unless they were prepared.
    pub fn of_course(&self, course: usize, tissue: &Tissue) -> Option<&[Eqd2Grid]> {
        Some(self.of(tissue)?.get(course)?.as_slice())
    }

    /// The converted doses of each course, without recovery; nothing when a map is missing.
    pub fn courses<'a>(
        &'a self,
        case: &'a Case,
        maps: &'a BTreeMap<FrameOfReference, FrameTransform>,
        tissue: &Tissue,
    ) -> Option<Vec<ConvertedCourse<'a>>> {
        let converted = self.of(tissue)?;
        let with_eqd2 = |(course, grids): (CourseDoses<'a>, &'a Vec<Eqd2Grid>)| {
            let pairs = course.doses.into_iter().zip(grids);
            let doses = pairs.map(|(mapped, eqd2)| ConvertedDose { mapped, eqd2 }).collect();
            ConvertedCourse { doses, recovery: Recovery::NONE }
        };
        Some(courses(case, maps)?.into_iter().zip(converted).map(with_eqd2).collect())
    }
}
