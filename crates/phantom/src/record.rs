//! What was delivered: one RT Beams Treatment Record object per fraction.

use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use crate::course::Course;
use crate::element::{empty, integer, item, number, reference, sequence, text};
use crate::modules::{Identity, TIME, shared_modules};
use crate::patient::{ObjectKind, SyntheticFile};
use crate::plan::{METERSET, numbered_arcs, plan_uid};
use crate::scenario::Arc;

/// Record of one completed fraction, counted from 1. Fractions are given from Monday to Friday.
pub(crate) fn treatment_record(course: &Course<'_>, fraction: u32) -> SyntheticFile {
    let date = date_of_fraction(course.facts.first_fraction, fraction);
    let identity = Identity {
        sop_class_uid: uids::RT_BEAMS_TREATMENT_RECORD_STORAGE,
        sop_instance_uid: course.uid(&format!("RTRECORD/{fraction}")),
        modality: "RTRECORD",
        series_number: 6,
        instance_number: fraction,
        date: date.clone(),
    };
    let machine = item([
        text(tags::TREATMENT_MACHINE_NAME, course.facts.machine),
        text(tags::MANUFACTURER, "rert"),
        empty(tags::INSTITUTION_NAME),
        text(tags::MANUFACTURER_MODEL_NAME, "rert phantom"),
        text(tags::DEVICE_SERIAL_NUMBER, course.number.to_string()),
    ]);
    let beams = numbered_arcs(course).map(|(beam, arc)| delivered_beam(beam, arc, fraction, &date)).collect();
    let mut elements = shared_modules(course, &identity);
    elements.extend([
        text(tags::TREATMENT_DATE, date.as_str()),
        text(tags::TREATMENT_TIME, TIME),
        reference(tags::REFERENCED_RT_PLAN_SEQUENCE, uids::RT_PLAN_STORAGE, &plan_uid(course)),
        integer(tags::REFERENCED_FRACTION_GROUP_NUMBER, 1),
        integer(tags::NUMBER_OF_FRACTIONS_PLANNED, course.fractions()),
        text(tags::PRIMARY_DOSIMETER_UNIT, "MU"),
        sequence(tags::TREATMENT_MACHINE_SEQUENCE, vec![machine]),
        sequence(tags::TREATMENT_SESSION_BEAM_SEQUENCE, beams),
    ]);
    let path = format!("course{}/RT/{fraction:04}.dcm", course.number);
    SyntheticFile::new(path, ObjectKind::TreatmentRecord, course.number, item(elements))
}

fn delivered_beam(beam: u32, arc: &Arc, fraction: u32, date: &str) -> InMemDicomObject {
    item([
        integer(tags::CURRENT_FRACTION_NUMBER, fraction),
        integer(tags::REFERENCED_BEAM_NUMBER, beam),
        text(tags::BEAM_NAME, arc.name),
        text(tags::BEAM_TYPE, "DYNAMIC"),
        text(tags::RADIATION_TYPE, "PHOTON"),
        text(tags::TREATMENT_DELIVERY_TYPE, "TREATMENT"),
        text(tags::TREATMENT_TERMINATION_STATUS, "NORMAL"),
        text(tags::TREATMENT_VERIFICATION_STATUS, "VERIFIED"),
        number(tags::SPECIFIED_PRIMARY_METERSET, METERSET),
        number(tags::DELIVERED_PRIMARY_METERSET, METERSET),
        integer(tags::NUMBER_OF_WEDGES, 0),
        integer(tags::NUMBER_OF_COMPENSATORS, 0),
        integer(tags::NUMBER_OF_BOLI, 0),
        integer(tags::NUMBER_OF_BLOCKS, 0),
        integer(tags::NUMBER_OF_CONTROL_POINTS, 2),
        sequence(
            tags::CONTROL_POINT_DELIVERY_SEQUENCE,
            vec![delivered_point(0, arc, 0.0, date), delivered_point(1, arc, METERSET, date)],
        ),
    ])
}

fn delivered_point(index: u32, arc: &Arc, meterset: f64, date: &str) -> InMemDicomObject {
    let direction = if index == 0 { arc.direction } else { "NONE" };
    item([
        integer(tags::REFERENCED_CONTROL_POINT_INDEX, index),
        text(tags::TREATMENT_CONTROL_POINT_DATE, date),
        text(tags::TREATMENT_CONTROL_POINT_TIME, TIME),
        number(tags::SPECIFIED_METERSET, meterset),
        number(tags::DELIVERED_METERSET, meterset),
        number(tags::DOSE_RATE_DELIVERED, 600.0),
        number(tags::GANTRY_ANGLE, arc.gantry[index as usize]),
        text(tags::GANTRY_ROTATION_DIRECTION, direction),
    ])
}

/// `YYYYMMDD` of a fraction of a course that starts on a Monday and pauses at weekends.
fn date_of_fraction([mut year, mut month, mut day]: [u32; 3], fraction: u32) -> String {
    let sessions_before = fraction.saturating_sub(1);
    day += sessions_before / 5 * 7 + sessions_before % 5;
    while day > days_in(year, month) {
        day -= days_in(year, month);
        month += 1;
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    format!("{year:04}{month:02}{day:02}")
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_skip_weekends_and_cross_months() {
        assert_eq!(date_of_fraction([2021, 3, 15], 1), "20210315");
        assert_eq!(date_of_fraction([2021, 3, 15], 5), "20210319");
        assert_eq!(date_of_fraction([2021, 3, 15], 6), "20210322");
        assert_eq!(date_of_fraction([2021, 3, 15], 30), "20210423");
        assert_eq!(date_of_fraction([2023, 12, 25], 6), "20240101");
        assert_eq!(date_of_fraction([2024, 2, 26], 6), "20240304");
    }
}
