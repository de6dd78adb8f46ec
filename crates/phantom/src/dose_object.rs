//! The dose of a course: one RT Dose object.

use dicom_core::PrimitiveValue;
use dicom_core::value::C;
use dicom_dictionary_std::{tags, uids};
use dicom_object::mem::InMemElement;

use crate::course::Course;
use crate::element::{element, integer, item, number, numbers, reference, short, text};
use crate::grid::Grid;
use crate::modules::{Identity, TIME, frame_of_reference, shared_modules};
use crate::options::DoseBits;
use crate::patient::{ObjectKind, SyntheticFile};
use crate::plan::{plan_class, plan_uid};
use crate::scenario::Radiation;

/// The dose of the whole course, all fractions together.
pub(crate) fn dose_object(course: &Course<'_>) -> SyntheticFile {
    let identity = Identity {
        sop_class_uid: uids::RT_DOSE_STORAGE,
        sop_instance_uid: course.uid("RTDOSE"),
        modality: "RTDOSE",
        series_number: 4,
        instance_number: 1,
        date: course.facts.plan_date.into(),
    };
    let grid = course.dose_grid();
    let mut elements = shared_modules(course, &identity);
    elements.extend(frame_of_reference(course));
    elements.extend(description(course));
    elements.extend(lattice(&grid));
    elements.extend(values(course, &grid));
    let path = format!("course{}/RD.dcm", course.number);
    SyntheticFile::new(path, ObjectKind::Dose, course.number, item(elements))
}

fn description(course: &Course<'_>) -> Vec<InMemElement> {
    let dose_type = match course.facts.radiation {
        Radiation::Photon => "PHYSICAL",
        Radiation::Proton => "EFFECTIVE",
    };
    let plan = reference(tags::REFERENCED_RT_PLAN_SEQUENCE, plan_class(course), &plan_uid(course));
    vec![
        text(tags::CONTENT_DATE, course.facts.plan_date),
        text(tags::CONTENT_TIME, TIME),
        text(tags::DOSE_UNITS, "GY"),
        text(tags::DOSE_TYPE, dose_type),
        text(tags::DOSE_SUMMATION_TYPE, "PLAN"),
        text(tags::TISSUE_HETEROGENEITY_CORRECTION, "IMAGE"),
        plan,
    ]
}

fn lattice(grid: &Grid) -> Vec<InMemElement> {
    let [column_mm, row_mm, frame_mm] = grid.spacing_mm;
    let offsets_mm = (0..grid.size[2]).map(|frame| frame as f64 * frame_mm);
    let increment = PrimitiveValue::Tags(C::from_elem(tags::GRID_FRAME_OFFSET_VECTOR, 1));
    vec![
        numbers(tags::IMAGE_POSITION_PATIENT, grid.position_mm([0; 3])),
        numbers(tags::IMAGE_ORIENTATION_PATIENT, grid.orientation()),
        numbers(tags::PIXEL_SPACING, [row_mm, column_mm]),
        number(tags::SLICE_THICKNESS, frame_mm),
        short(tags::ROWS, grid.size[1] as u16),
        short(tags::COLUMNS, grid.size[0] as u16),
        integer(tags::NUMBER_OF_FRAMES, grid.size[2] as u32),
        element(tags::FRAME_INCREMENT_POINTER, increment),
        numbers(tags::GRID_FRAME_OFFSET_VECTOR, offsets_mm),
    ]
}

fn values(course: &Course<'_>, grid: &Grid) -> Vec<InMemElement> {
    let (bits, quantum_gy) = match course.options.dose_bits {
        DoseBits::Sixteen => (16, 0.001),
        DoseBits::ThirtyTwo => (32, 0.000_001),
    };
    let dose_gy = course.facts.dose_gy;
    let stored = (0..grid.size[2]).flat_map(|frame| {
        grid.sample_frame(frame, |position_mm| {
            (dose_gy(course.anatomy_from_frame.apply(position_mm)) / quantum_gy).round() as u32
        })
    });
    let pixels = match course.options.dose_bits {
        DoseBits::Sixteen => {
            PrimitiveValue::U16(stored.map(|value| value.min(u32::from(u16::MAX)) as u16).collect())
        }
        DoseBits::ThirtyTwo => PrimitiveValue::U32(stored.collect()),
    };
    vec![
        number(tags::DOSE_GRID_SCALING, quantum_gy),
        short(tags::SAMPLES_PER_PIXEL, 1),
        text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2"),
        short(tags::BITS_ALLOCATED, bits),
        short(tags::BITS_STORED, bits),
        short(tags::HIGH_BIT, bits - 1),
        short(tags::PIXEL_REPRESENTATION, 0),
        element(tags::PIXEL_DATA, pixels),
    ]
}
