//! The planning CT: one CT Image object per slice.

use dicom_core::PrimitiveValue;
use dicom_dictionary_std::{tags, uids};
use dicom_object::mem::InMemElement;

use crate::course::Course;
use crate::element::{element, integer, item, number, numbers, short, text, texts};
use crate::grid::Grid;
use crate::modules::{Identity, TIME, frame_of_reference, shared_modules};
use crate::noise::white_noise;
use crate::patient::{ObjectKind, SyntheticFile};

/// Offset of unsigned CT values: stored value = HU + 1024.
const OFFSET_HU: i32 = 1024;

/// All slices of the course's CT, along the image normal.
pub(crate) fn ct_series(course: &Course<'_>) -> Vec<SyntheticFile> {
    let grid = course.ct_grid();
    (0..grid.size[2])
        .map(|slice| {
            let mut elements = shared_modules(course, &identity(course, slice));
            elements.extend(frame_of_reference(course));
            elements.extend(acquisition(course));
            elements.extend(plane(&grid, slice));
            elements.extend(pixels(course, &grid, slice));
            let path = format!("course{}/CT/{:04}.dcm", course.number, slice + 1);
            SyntheticFile::new(path, ObjectKind::Ct, course.number, item(elements))
        })
        .collect()
}

/// SOP Instance UID of a slice.
pub(crate) fn slice_uid(course: &Course<'_>, slice: usize) -> String {
    course.uid(&format!("CT/{}", slice + 1))
}

fn identity(course: &Course<'_>, slice: usize) -> Identity {
    Identity {
        sop_class_uid: uids::CT_IMAGE_STORAGE,
        sop_instance_uid: slice_uid(course, slice),
        modality: "CT",
        series_number: 1,
        instance_number: slice as u32 + 1,
        date: course.facts.image_date.into(),
    }
}

fn acquisition(course: &Course<'_>) -> Vec<InMemElement> {
    vec![
        texts(tags::IMAGE_TYPE, &["ORIGINAL", "PRIMARY", "AXIAL"]),
        text(tags::ACQUISITION_DATE, course.facts.image_date),
        text(tags::CONTENT_DATE, course.facts.image_date),
        text(tags::ACQUISITION_TIME, TIME),
        text(tags::CONTENT_TIME, TIME),
        integer(tags::ACQUISITION_NUMBER, 1),
        number(tags::KVP, 120.0),
        text(tags::PATIENT_POSITION, course.options.patient_position.as_str()),
    ]
}

fn plane(grid: &Grid, slice: usize) -> Vec<InMemElement> {
    let position_mm = grid.position_mm([0, 0, slice]);
    let [column_mm, row_mm, slice_mm] = grid.spacing_mm;
    vec![
        numbers(tags::IMAGE_POSITION_PATIENT, position_mm),
        numbers(tags::IMAGE_ORIENTATION_PATIENT, grid.orientation()),
        numbers(tags::PIXEL_SPACING, [row_mm, column_mm]),
        number(tags::SLICE_THICKNESS, slice_mm),
        short(tags::ROWS, grid.size[1] as u16),
        short(tags::COLUMNS, grid.size[0] as u16),
    ]
}

fn pixels(course: &Course<'_>, grid: &Grid, slice: usize) -> Vec<InMemElement> {
    let signed = course.facts.signed_ct;
    let (bits_stored, intercept) = if signed { (16, 0) } else { (12, -OFFSET_HU) };
    let values = grid
        .sample_frame(slice, |position_mm| (hounsfield_with_noise(course, position_mm) - intercept) as i16 as u16);
    vec![
        short(tags::SAMPLES_PER_PIXEL, 1),
        text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2"),
        short(tags::BITS_ALLOCATED, 16),
        short(tags::BITS_STORED, bits_stored),
        short(tags::HIGH_BIT, bits_stored - 1),
        short(tags::PIXEL_REPRESENTATION, u16::from(signed)),
        integer(tags::RESCALE_INTERCEPT, intercept),
        integer(tags::RESCALE_SLOPE, 1),
        text(tags::RESCALE_TYPE, "HU"),
        number(tags::WINDOW_CENTER, 40.0),
        number(tags::WINDOW_WIDTH, 400.0),
        element(tags::PIXEL_DATA, PrimitiveValue::U16(values.into())),
    ]
}

/// CT number as the scanner stores it, at a point of the course's frame.
fn hounsfield_with_noise(course: &Course<'_>, position_mm: [f64; 3]) -> i32 {
    let mut hu = (course.story().hounsfield)(course.anatomy_from_frame.apply(position_mm));
    if course.options.noise_hu > 0.0 {
        hu += course.options.noise_hu * white_noise(position_mm, course.number as u32);
    }
    hu.round().clamp(-1024.0, 3071.0) as i32
}
