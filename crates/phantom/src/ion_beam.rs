//! The beams of an RT Ion Plan.

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::course::Course;
use crate::element::{integer, item, number, numbers, sequence, text};
use crate::plan::{METERSET, numbered_arcs};
use crate::scenario::Arc;

/// One modulated field for each angle, two control points each.
pub(crate) fn ion_beams(course: &Course<'_>) -> Vec<InMemDicomObject> {
    numbered_arcs(course).map(|(beam_number, field)| ion_beam(course, beam_number, field)).collect()
}

fn ion_beam(course: &Course<'_>, beam_number: u32, field: &Arc) -> InMemDicomObject {
    item([
        integer(tags::BEAM_NUMBER, beam_number),
        text(tags::BEAM_NAME, field.name),
        text(tags::BEAM_TYPE, "STATIC"),
        text(tags::RADIATION_TYPE, "PROTON"),
        text(tags::SCAN_MODE, "MODULATED"),
        text(tags::TREATMENT_DELIVERY_TYPE, "TREATMENT"),
        text(tags::TREATMENT_MACHINE_NAME, course.facts.machine),
        text(tags::PRIMARY_DOSIMETER_UNIT, "MU"),
        integer(tags::NUMBER_OF_WEDGES, 0),
        integer(tags::NUMBER_OF_COMPENSATORS, 0),
        integer(tags::NUMBER_OF_BOLI, 0),
        integer(tags::NUMBER_OF_BLOCKS, 0),
        number(tags::FINAL_CUMULATIVE_METERSET_WEIGHT, METERSET),
        integer(tags::NUMBER_OF_CONTROL_POINTS, 2),
        sequence(tags::ION_CONTROL_POINT_SEQUENCE, vec![first(course, field), last()]),
    ])
}

fn first(course: &Course<'_>, field: &Arc) -> InMemDicomObject {
    let isocentre_mm = course.frame_from_anatomy.apply(course.facts.isocentre_mm);
    item([
        integer(tags::CONTROL_POINT_INDEX, 0),
        number(tags::NOMINAL_BEAM_ENERGY, 130.0),
        number(tags::GANTRY_ANGLE, field.gantry[0]),
        text(tags::GANTRY_ROTATION_DIRECTION, field.direction),
        number(tags::PATIENT_SUPPORT_ANGLE, 0.0),
        text(tags::PATIENT_SUPPORT_ROTATION_DIRECTION, "NONE"),
        numbers(tags::ISOCENTER_POSITION, isocentre_mm.map(|part| (part * 100.0).round() / 100.0)),
        number(tags::CUMULATIVE_METERSET_WEIGHT, 0.0),
    ])
}

fn last() -> InMemDicomObject {
    item([integer(tags::CONTROL_POINT_INDEX, 1), number(tags::CUMULATIVE_METERSET_WEIGHT, METERSET)])
}
