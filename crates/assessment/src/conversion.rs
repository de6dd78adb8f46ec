//! Every dose in EQD2, once per α/β.

use std::collections::BTreeMap;

use case::{Case, Role};
use dose::{CourseDoses, Eqd2Grid, MappedDose, convert};
use geometry::{FrameOfReference, FrameTransform};
use radiobiology::{AlphaBeta, Recovery};

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

    /// The doses of each course with the maps to their frames; nothing when a map is missing.
    pub fn courses<'a>(
        &'a self,
        case: &'a Case,
        maps: &'a BTreeMap<FrameOfReference, FrameTransform>,
        alpha_beta: AlphaBeta,
        recovery: Recovery,
    ) -> Option<Vec<CourseDoses<'a>>> {
        let converted = self.by_alpha_beta.get(&alpha_beta.gy().to_bits())?;
        case.courses
            .iter()
            .zip(converted)
            .map(|(course, grids)| {
                let mapped = course.doses().zip(grids).map(|(dose, eqd2)| {
                    Some(MappedDose { dose, eqd2, dose_from_current: maps.get(&dose.frame)? })
                });
                Some(CourseDoses {
                    doses: mapped.collect::<Option<_>>()?,
                    recovery: if course.role == Role::Prior { recovery } else { Recovery::NONE },
                })
            })
            .collect()
    }
}
