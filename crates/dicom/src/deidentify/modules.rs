//! The modules that all exported objects share: patient, study, series, equipment, and how they were made.

use case::Header;
use dicom_dictionary_std::tags;

use super::Method;
use super::pseudonym::Pseudonyms;
use super::sheet::Sheet;

/// The kind of an object in words of the standard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) class: &'static str,
    pub(super) modality: &'static str,
}

/// An object of a series of RT objects or images, with the new UID of the original one.
pub(super) fn begin(names: &Pseudonyms<'_>, kind: Kind, header: &Header, (uid, number): (&str, usize)) -> Sheet {
    let mut sheet = Sheet::new();
    sheet.code(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192");
    sheet.code(tags::SOP_CLASS_UID, kind.class);
    sheet.uid(tags::SOP_INSTANCE_UID, &names.uid(uid));
    sheet.code(tags::MODALITY, kind.modality);
    sheet.integer(tags::INSTANCE_NUMBER, number as i64);
    patient(&mut sheet, names, header);
    study_and_series(&mut sheet, names, header, uid);
    // Who made the original is not told; these elements must be there.
    sheet.empty(&[tags::MANUFACTURER, tags::OPERATORS_NAME]);
    sheet.items(tags::CONTRIBUTING_EQUIPMENT_SEQUENCE, vec![program()]);
    sheet
}

fn patient(sheet: &mut Sheet, names: &Pseudonyms<'_>, header: &Header) {
    let pseudonym = names.patient();
    sheet.word(tags::PATIENT_NAME, &pseudonym);
    sheet.word(tags::PATIENT_ID, &pseudonym);
    sheet.empty(&[tags::PATIENT_BIRTH_DATE]);
    sheet.code_or_empty(tags::PATIENT_SEX, names.sex());
    if let Some(age) = names.age(header.study_date) {
        sheet.word(tags::PATIENT_AGE, &age);
    }
    sheet.code(tags::PATIENT_IDENTITY_REMOVED, "YES");
    sheet.codes(tags::DEIDENTIFICATION_METHOD, Method::IN_WORDS);
    let codes = Method::CODES.iter().map(|method| code(method.value, "DCM", method.meaning)).collect();
    sheet.items(tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE, codes);
    sheet.code(tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED, "MODIFIED");
}

fn study_and_series(sheet: &mut Sheet, names: &Pseudonyms<'_>, header: &Header, uid: &str) {
    // What names no study or series gets one of its own.
    let own = |stated: &str, what: &str| {
        if stated.is_empty() { names.uid(&format!("{what} of {uid}")) } else { names.uid(stated) }
    };
    sheet.uid(tags::STUDY_INSTANCE_UID, &own(&header.study, "study"));
    sheet.uid(tags::SERIES_INSTANCE_UID, &own(&header.series, "series"));
    sheet.date(tags::STUDY_DATE, names.date(header.study_date));
    sheet.empty(&[
        tags::STUDY_TIME,
        tags::STUDY_ID,
        tags::ACCESSION_NUMBER,
        tags::REFERRING_PHYSICIAN_NAME,
        tags::SERIES_NUMBER,
    ]);
}

fn program() -> Sheet {
    let mut sheet = Sheet::new();
    sheet.items(tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, vec![code("109104", "DCM", "De-identifying Equipment")]);
    sheet.code(tags::MANUFACTURER, "rert");
    sheet.code(tags::SOFTWARE_VERSIONS, env!("CARGO_PKG_VERSION"));
    sheet
}

/// An item of a code sequence.
pub(super) fn code(value: &'static str, scheme: &'static str, meaning: &'static str) -> Sheet {
    let mut sheet = Sheet::new();
    sheet.code(tags::CODE_VALUE, value);
    sheet.code(tags::CODING_SCHEME_DESIGNATOR, scheme);
    sheet.code(tags::CODE_MEANING, meaning);
    sheet
}

/// An item that refers to an object.
pub(super) fn reference(names: &Pseudonyms<'_>, class: &'static str, uid: &str) -> Sheet {
    let mut sheet = Sheet::new();
    sheet.code(tags::REFERENCED_SOP_CLASS_UID, class);
    sheet.uid(tags::REFERENCED_SOP_INSTANCE_UID, &names.uid(uid));
    sheet
}

/// The frame of an object that has one.
pub(super) fn frame(sheet: &mut Sheet, names: &Pseudonyms<'_>, frame: &geometry::FrameOfReference) {
    sheet.uid(tags::FRAME_OF_REFERENCE_UID, &names.uid(frame.as_str()));
    sheet.empty(&[tags::POSITION_REFERENCE_INDICATOR]);
}

/// Where the first voxel of a plane stands, and how rows and columns run.
pub(super) fn placement(sheet: &mut Sheet, grid: &geometry::Grid, plane: usize) {
    let position = grid.position_mm([0, 0, plane]);
    sheet.decimals(tags::IMAGE_POSITION_PATIENT, &[position.x, position.y, position.z]);
    let (row, column) = (grid.direction().column(0), grid.direction().column(1));
    let cosines = [row[0], row[1], row[2], column[0], column[1], column[2]];
    sheet.decimals(tags::IMAGE_ORIENTATION_PATIENT, &cosines);
}

/// Rows and columns, their distances, and how their values are stored.
pub(super) fn pixels(sheet: &mut Sheet, grid: &geometry::Grid, (bits, is_signed): (u16, bool)) {
    let ([columns, rows, _], spacing) = (grid.size(), grid.spacing_mm());
    sheet.decimals(tags::PIXEL_SPACING, &[spacing[1], spacing[0]]);
    for (tag, value) in [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, rows as u16),
        (tags::COLUMNS, columns as u16),
        (tags::BITS_ALLOCATED, bits),
        (tags::BITS_STORED, bits),
        (tags::HIGH_BIT, bits - 1),
        (tags::PIXEL_REPRESENTATION, u16::from(is_signed)),
    ] {
        sheet.short(tag, value);
    }
}
