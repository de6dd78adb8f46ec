//! A PET series of a course: one PET Image object per slice, with everything that an uptake value (SUV) needs.

use dicom_core::PrimitiveValue;
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

use crate::course::Course;
use crate::element::{element, empty, integer, item, number, numbers, sequence, short, text, texts};
use crate::grid::Grid;
use crate::modules::{Identity, TIME, frame_of_reference, shared_modules};
use crate::patient::{ObjectKind, SyntheticFile};

/// Activity concentration in tissue, Bq/ml.
const TISSUE_BQML: f64 = 5_000.0;
/// The same in what the course treats.
const TARGET_BQML: f64 = 40_000.0;
/// Stored values reach this.
const LARGEST_STORED: f64 = 32_000.0;

/// All slices, on the grid of the CT.
pub(crate) fn pet_series(course: &Course<'_>) -> Vec<SyntheticFile> {
    let grid = course.ct_grid();
    (0..grid.size[2])
        .map(|slice| {
            let mut elements = shared_modules(course, &identity(course, slice));
            elements.extend(frame_of_reference(course));
            elements.extend(acquisition(course, slice, grid.size[2]));
            elements.extend(plane(&grid, slice));
            elements.extend(pixels(course, &grid, slice));
            let path = format!("course{}/PT/{:04}.dcm", course.number, slice + 1);
            SyntheticFile::new(path, ObjectKind::Pet, course.number, item(elements))
        })
        .collect()
}

fn identity(course: &Course<'_>, slice: usize) -> Identity {
    Identity {
        sop_class_uid: uids::POSITRON_EMISSION_TOMOGRAPHY_IMAGE_STORAGE,
        sop_instance_uid: course.uid(&format!("PT/{}", slice + 1)),
        modality: "PT",
        series_number: 7,
        instance_number: slice as u32 + 1,
        date: course.facts.image_date.into(),
    }
}

fn acquisition(course: &Course<'_>, slice: usize, n_slices: usize) -> Vec<InMemElement> {
    vec![
        texts(tags::IMAGE_TYPE, &["ORIGINAL", "PRIMARY"]),
        text(tags::ACQUISITION_DATE, course.facts.image_date),
        text(tags::ACQUISITION_TIME, TIME),
        text(tags::PATIENT_POSITION, course.options.patient_position.as_str()),
        number(tags::PATIENT_WEIGHT, 72.5),
        number(tags::PATIENT_SIZE, 1.74),
        texts(tags::SERIES_TYPE, &["WHOLE BODY", "IMAGE"]),
        text(tags::UNITS, "BQML"),
        text(tags::COUNTS_SOURCE, "EMISSION"),
        texts(tags::CORRECTED_IMAGE, &["ATTN", "DECY", "SCAT"]),
        text(tags::DECAY_CORRECTION, "START"),
        text(tags::RANDOMS_CORRECTION_METHOD, "DLYD"),
        number(tags::FRAME_REFERENCE_TIME, 0.0),
        number(tags::DECAY_FACTOR, 1.25),
        integer(tags::ACTUAL_FRAME_DURATION, 180_000),
        short(tags::NUMBER_OF_SLICES, n_slices as u16),
        short(tags::IMAGE_INDEX, slice as u16 + 1),
        sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![injection(course)]),
        empty(tags::PATIENT_ORIENTATION_CODE_SEQUENCE),
        empty(tags::PATIENT_GANTRY_RELATIONSHIP_CODE_SEQUENCE),
    ]
}

/// An hour before the scan.
fn injection(course: &Course<'_>) -> InMemDicomObject {
    let nuclide = item([
        text(tags::CODE_VALUE, "C-111A1"),
        text(tags::CODING_SCHEME_DESIGNATOR, "SRT"),
        text(tags::CODE_MEANING, "^18^Fluorine"),
    ]);
    item([
        text(tags::RADIOPHARMACEUTICAL_START_TIME, "083000"),
        text(tags::RADIOPHARMACEUTICAL_START_DATE_TIME, format!("{}083000", course.facts.image_date)),
        number(tags::RADIONUCLIDE_TOTAL_DOSE, 250e6),
        number(tags::RADIONUCLIDE_HALF_LIFE, 6586.2),
        number(tags::RADIONUCLIDE_POSITRON_FRACTION, 0.967),
        sequence(tags::RADIONUCLIDE_CODE_SEQUENCE, vec![nuclide]),
    ])
}

fn plane(grid: &Grid, slice: usize) -> Vec<InMemElement> {
    let [column_mm, row_mm, slice_mm] = grid.spacing_mm;
    vec![
        numbers(tags::IMAGE_POSITION_PATIENT, grid.position_mm([0, 0, slice])),
        numbers(tags::IMAGE_ORIENTATION_PATIENT, grid.orientation()),
        numbers(tags::PIXEL_SPACING, [row_mm, column_mm]),
        number(tags::SLICE_THICKNESS, slice_mm),
        short(tags::ROWS, grid.size[1] as u16),
        short(tags::COLUMNS, grid.size[0] as u16),
    ]
}

/// Values with a scaling of their own in every slice, as scanners store them.
fn pixels(course: &Course<'_>, grid: &Grid, slice: usize) -> Vec<InMemElement> {
    let slope = TARGET_BQML / LARGEST_STORED * (1.0 + slice as f64 / 100.0);
    let values =
        grid.sample_frame(slice, |position_mm| (activity_bqml(course, position_mm) / slope).round() as u16);
    vec![
        short(tags::SAMPLES_PER_PIXEL, 1),
        text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2"),
        short(tags::BITS_ALLOCATED, 16),
        short(tags::BITS_STORED, 16),
        short(tags::HIGH_BIT, 15),
        short(tags::PIXEL_REPRESENTATION, 0),
        integer(tags::RESCALE_INTERCEPT, 0),
        number(tags::RESCALE_SLOPE, slope),
        element(tags::PIXEL_DATA, PrimitiveValue::U16(values.into())),
    ]
}

fn activity_bqml(course: &Course<'_>, position_mm: [f64; 3]) -> f64 {
    let at = course.anatomy_from_frame.apply(position_mm);
    if (course.facts.dose_gy)(at) > 0.9 * course.facts.prescription_gy {
        TARGET_BQML
    } else if (course.story().hounsfield)(at) > -300.0 {
        TISSUE_BQML
    } else {
        0.0
    }
}
