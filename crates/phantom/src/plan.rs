//! The plan of a course: one RT Plan object.

use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

use crate::course::Course;
use crate::element::{empty, integer, item, number, numbers, reference, sequence, text};
use crate::ion_beam::ion_beams;
use crate::modules::{Identity, TIME, approval, frame_of_reference, shared_modules};
use crate::patient::{ObjectKind, SyntheticFile};
use crate::scenario::{Arc, Radiation};
use crate::structure_set::{roi_number, structure_set_uid};

/// Monitor units of each arc, each fraction.
pub(crate) const METERSET: f64 = 250.0;

/// SOP Instance UID of the course's plan.
pub(crate) fn plan_uid(course: &Course<'_>) -> String {
    course.uid("RTPLAN")
}

/// SOP Class UID of the course's plan.
pub(crate) fn plan_class(course: &Course<'_>) -> &'static str {
    match course.facts.radiation {
        Radiation::Photon => uids::RT_PLAN_STORAGE,
        Radiation::Proton => uids::RT_ION_PLAN_STORAGE,
    }
}

/// The course's plan: one fraction group, as many arcs as the course has, two control points each.
pub(crate) fn plan(course: &Course<'_>) -> SyntheticFile {
    let identity = Identity {
        sop_class_uid: plan_class(course),
        sop_instance_uid: plan_uid(course),
        modality: "RTPLAN",
        series_number: 3,
        instance_number: 1,
        date: course.facts.plan_date.into(),
    };
    let mut elements = shared_modules(course, &identity);
    elements.extend(frame_of_reference(course));
    elements.extend(approval(course.facts.plan_date));
    elements.extend(general_plan(course));
    elements.extend([
        sequence(tags::DOSE_REFERENCE_SEQUENCE, vec![prescription(course)]),
        sequence(tags::FRACTION_GROUP_SEQUENCE, vec![fraction_group(course)]),
        match course.facts.radiation {
            Radiation::Photon => sequence(tags::BEAM_SEQUENCE, beams(course)),
            Radiation::Proton => sequence(tags::ION_BEAM_SEQUENCE, ion_beams(course)),
        },
        sequence(tags::PATIENT_SETUP_SEQUENCE, vec![patient_setup(course)]),
    ]);
    let path = format!("course{}/RP.dcm", course.number);
    SyntheticFile::new(path, ObjectKind::Plan, course.number, item(elements))
}

/// The course's arcs with their beam numbers.
pub(crate) fn numbered_arcs(course: &Course<'_>) -> impl Iterator<Item = (u32, &'static Arc)> + use<> {
    (1..).zip(course.facts.arcs)
}

fn general_plan(course: &Course<'_>) -> Vec<InMemElement> {
    let structure_set = reference(
        tags::REFERENCED_STRUCTURE_SET_SEQUENCE,
        uids::RT_STRUCTURE_SET_STORAGE,
        &structure_set_uid(course),
    );
    vec![
        text(tags::RT_PLAN_LABEL, course.facts.plan_label),
        text(tags::RT_PLAN_NAME, course.facts.plan_name),
        text(tags::RT_PLAN_DATE, course.facts.plan_date),
        text(tags::RT_PLAN_TIME, TIME),
        text(tags::RT_PLAN_GEOMETRY, "PATIENT"),
        text(tags::PLAN_INTENT, "CURATIVE"),
        structure_set,
    ]
}

fn prescription(course: &Course<'_>) -> InMemDicomObject {
    let mut elements = vec![
        integer(tags::DOSE_REFERENCE_NUMBER, 1),
        text(tags::DOSE_REFERENCE_UID, course.uid("prescription")),
        text(tags::DOSE_REFERENCE_STRUCTURE_TYPE, "VOLUME"),
        text(tags::DOSE_REFERENCE_DESCRIPTION, course.facts.target),
        text(tags::DOSE_REFERENCE_TYPE, "TARGET"),
        number(tags::TARGET_PRESCRIPTION_DOSE, course.facts.prescription_gy),
    ];
    if let Some(roi) = roi_number(course, course.facts.target) {
        elements.push(integer(tags::REFERENCED_ROI_NUMBER, roi));
    }
    item(elements)
}

fn fraction_group(course: &Course<'_>) -> InMemDicomObject {
    let arcs = course.facts.arcs.len() as u32;
    // A plan of no fractions is a fault that tests ask for; it still needs a finite beam dose.
    let fractions = f64::from(course.fractions().max(1));
    let beam_dose_gy = course.facts.prescription_gy / fractions / f64::from(arcs);
    let beams = numbered_arcs(course)
        .map(|(beam, _)| {
            item([
                integer(tags::REFERENCED_BEAM_NUMBER, beam),
                number(tags::BEAM_DOSE, beam_dose_gy),
                number(tags::BEAM_METERSET, METERSET),
            ])
        })
        .collect();
    item([
        integer(tags::FRACTION_GROUP_NUMBER, 1),
        integer(tags::NUMBER_OF_FRACTIONS_PLANNED, course.fractions()),
        integer(tags::NUMBER_OF_BEAMS, arcs),
        integer(tags::NUMBER_OF_BRACHY_APPLICATION_SETUPS, 0),
        sequence(tags::REFERENCED_BEAM_SEQUENCE, beams),
    ])
}

fn patient_setup(course: &Course<'_>) -> InMemDicomObject {
    item([
        integer(tags::PATIENT_SETUP_NUMBER, 1),
        text(tags::PATIENT_POSITION, course.options.patient_position.as_str()),
    ])
}

fn beams(course: &Course<'_>) -> Vec<InMemDicomObject> {
    numbered_arcs(course).map(|(beam_number, arc)| beam(course, beam_number, arc)).collect()
}

fn beam(course: &Course<'_>, beam_number: u32, arc: &Arc) -> InMemDicomObject {
    item([
        integer(tags::BEAM_NUMBER, beam_number),
        text(tags::BEAM_NAME, arc.name),
        text(tags::BEAM_TYPE, "DYNAMIC"),
        text(tags::RADIATION_TYPE, "PHOTON"),
        text(tags::TREATMENT_DELIVERY_TYPE, "TREATMENT"),
        text(tags::TREATMENT_MACHINE_NAME, course.facts.machine),
        text(tags::PRIMARY_DOSIMETER_UNIT, "MU"),
        number(tags::SOURCE_AXIS_DISTANCE, 1000.0),
        sequence(tags::BEAM_LIMITING_DEVICE_SEQUENCE, vec![jaws("ASYMX"), jaws("ASYMY")]),
        integer(tags::NUMBER_OF_WEDGES, 0),
        integer(tags::NUMBER_OF_COMPENSATORS, 0),
        integer(tags::NUMBER_OF_BOLI, 0),
        integer(tags::NUMBER_OF_BLOCKS, 0),
        number(tags::FINAL_CUMULATIVE_METERSET_WEIGHT, 1.0),
        integer(tags::NUMBER_OF_CONTROL_POINTS, 2),
        sequence(tags::CONTROL_POINT_SEQUENCE, vec![arc_start(course, arc), arc_stop(arc)]),
        integer(tags::REFERENCED_PATIENT_SETUP_NUMBER, 1),
    ])
}

fn jaws(device: &str) -> InMemDicomObject {
    item([text(tags::RT_BEAM_LIMITING_DEVICE_TYPE, device), integer(tags::NUMBER_OF_LEAF_JAW_PAIRS, 1)])
}

fn arc_start(course: &Course<'_>, arc: &Arc) -> InMemDicomObject {
    let isocentre_mm = course.frame_from_anatomy.apply(course.facts.isocentre_mm);
    item([
        integer(tags::CONTROL_POINT_INDEX, 0),
        number(tags::NOMINAL_BEAM_ENERGY, 6.0),
        number(tags::DOSE_RATE_SET, 600.0),
        sequence(tags::BEAM_LIMITING_DEVICE_POSITION_SEQUENCE, vec![opening("ASYMX"), opening("ASYMY")]),
        number(tags::GANTRY_ANGLE, arc.gantry[0]),
        text(tags::GANTRY_ROTATION_DIRECTION, arc.direction),
        number(tags::BEAM_LIMITING_DEVICE_ANGLE, 10.0),
        text(tags::BEAM_LIMITING_DEVICE_ROTATION_DIRECTION, "NONE"),
        number(tags::PATIENT_SUPPORT_ANGLE, 0.0),
        text(tags::PATIENT_SUPPORT_ROTATION_DIRECTION, "NONE"),
        number(tags::TABLE_TOP_ECCENTRIC_ANGLE, 0.0),
        text(tags::TABLE_TOP_ECCENTRIC_ROTATION_DIRECTION, "NONE"),
        empty(tags::TABLE_TOP_VERTICAL_POSITION),
        empty(tags::TABLE_TOP_LONGITUDINAL_POSITION),
        empty(tags::TABLE_TOP_LATERAL_POSITION),
        numbers(tags::ISOCENTER_POSITION, isocentre_mm.map(|part| (part * 100.0).round() / 100.0)),
        number(tags::CUMULATIVE_METERSET_WEIGHT, 0.0),
    ])
}

fn arc_stop(arc: &Arc) -> InMemDicomObject {
    item([
        integer(tags::CONTROL_POINT_INDEX, 1),
        number(tags::GANTRY_ANGLE, arc.gantry[1]),
        text(tags::GANTRY_ROTATION_DIRECTION, "NONE"),
        number(tags::CUMULATIVE_METERSET_WEIGHT, 1.0),
    ])
}

fn opening(device: &str) -> InMemDicomObject {
    item([text(tags::RT_BEAM_LIMITING_DEVICE_TYPE, device), numbers(tags::LEAF_JAW_POSITIONS, [-60.0, 60.0])])
}
