//! What all written objects have in common.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use geometry::{FrameOfReference, Grid};
use sha2::{Digest, Sha256};

use crate::WriteError;

/// Explicit VR little endian.
const TRANSFER_SYNTAX: &str = "1.2.840.10008.1.2.1";
/// Uncertain digits beyond the 16 characters of a decimal string are dropped.
const DECIMAL_STRING: usize = 16;

/// For whom and in which study an object is written.
#[derive(Clone, Debug)]
pub struct WriteContext {
    /// Whose it is.
    pub patient: case::PatientIdentity,
    /// Study of the current course.
    pub study: String,
    /// Date of that study.
    pub date: Option<NaiveDate>,
    /// Hash of inputs and settings: objects of the same assessment get the same UIDs.
    pub seed: String,
}

impl WriteContext {
    /// A UID that follows from the seed and a name, in the arc for UIDs made from a UUID.
    pub fn uid(&self, name: &str) -> String {
        let digest = Sha256::digest(format!("{}/{name}", self.seed).as_bytes());
        let mut number = [0_u8; 16];
        number.copy_from_slice(&digest[..16]);
        // The bits of a version 4 UUID, so that the number is a valid one.
        number[6] = (number[6] & 0x0F) | 0x40;
        number[8] = (number[8] & 0x3F) | 0x80;
        format!("2.25.{}", u128::from_be_bytes(number))
    }

    /// An object with patient, study, series, equipment and instance modules.
    pub(crate) fn begin(&self, class: &str, modality: &str, name: &str) -> InMemDicomObject {
        let mut object = InMemDicomObject::new_empty();
        let date = self.date.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default();
        let birth = self.patient.birth_date.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default();
        let texts: [(Tag, VR, &str); 24] = [
            (tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192"),
            (tags::SOP_CLASS_UID, VR::UI, class),
            (tags::SOP_INSTANCE_UID, VR::UI, &self.uid(name)),
            (tags::STUDY_DATE, VR::DA, &date),
            (tags::STUDY_TIME, VR::TM, ""),
            (tags::ACCESSION_NUMBER, VR::SH, ""),
            (tags::MODALITY, VR::CS, modality),
            (tags::MANUFACTURER, VR::LO, "rert"),
            (tags::MANUFACTURER_MODEL_NAME, VR::LO, "rert"),
            (tags::DEVICE_SERIAL_NUMBER, VR::LO, "none"),
            (tags::SOFTWARE_VERSIONS, VR::LO, env!("CARGO_PKG_VERSION")),
            (tags::REFERRING_PHYSICIAN_NAME, VR::PN, ""),
            (tags::OPERATORS_NAME, VR::PN, ""),
            (tags::SERIES_DESCRIPTION, VR::LO, name),
            (tags::PATIENT_NAME, VR::PN, &self.patient.name),
            (tags::PATIENT_ID, VR::LO, &self.patient.id),
            (tags::PATIENT_BIRTH_DATE, VR::DA, &birth),
            (tags::PATIENT_SEX, VR::CS, &self.patient.sex),
            (tags::STUDY_INSTANCE_UID, VR::UI, &self.study),
            (tags::SERIES_INSTANCE_UID, VR::UI, &self.uid(&format!("{name}/series"))),
            (tags::STUDY_ID, VR::SH, ""),
            (tags::SERIES_NUMBER, VR::IS, ""),
            (tags::INSTANCE_NUMBER, VR::IS, "1"),
            (tags::POSITION_REFERENCE_INDICATOR, VR::LO, ""),
        ];
        texts.into_iter().for_each(|(tag, vr, text)| put(&mut object, tag, vr, text));
        if !self.patient.issuer.is_empty() {
            put(&mut object, tags::ISSUER_OF_PATIENT_ID, VR::LO, &self.patient.issuer);
        }
        object
    }
}

pub(crate) fn put(object: &mut InMemDicomObject, tag: Tag, vr: VR, text: &str) {
    object.put(DataElement::new(tag, vr, PrimitiveValue::from(text)));
}

pub(crate) fn put_u16(object: &mut InMemDicomObject, tag: Tag, value: u16) {
    object.put(DataElement::new(tag, VR::US, PrimitiveValue::from(value)));
}

pub(crate) fn put_decimals(object: &mut InMemDicomObject, tag: Tag, values: &[f64]) {
    let texts: Vec<String> = values.iter().map(|&value| decimal_string(value)).collect();
    object.put(DataElement::new(tag, VR::DS, PrimitiveValue::Strs(texts.into())));
}

pub(crate) fn put_items(object: &mut InMemDicomObject, tag: Tag, items: Vec<InMemDicomObject>) {
    object.put(DataElement::new(tag, VR::SQ, dicom_core::value::DataSetSequence::from(items)));
}

pub(crate) fn put_frame(object: &mut InMemDicomObject, frame: &FrameOfReference) {
    put(object, tags::FRAME_OF_REFERENCE_UID, VR::UI, frame.as_str());
}

/// Position and orientation of a grid.
pub(crate) fn put_placement(object: &mut InMemDicomObject, grid: &Grid) {
    let origin = grid.origin_mm();
    put_decimals(object, tags::IMAGE_POSITION_PATIENT, &[origin.x, origin.y, origin.z]);
    let (row, column) = (grid.direction().column(0), grid.direction().column(1));
    let cosines = [row[0], row[1], row[2], column[0], column[1], column[2]];
    put_decimals(object, tags::IMAGE_ORIENTATION_PATIENT, &cosines);
}

/// The shortest text of at most 16 characters that is nearest to a number.
pub(crate) fn decimal_string(value: f64) -> String {
    let value = if value == 0.0 { 0.0 } else { value };
    let shortest = format!("{value}");
    if shortest.len() <= DECIMAL_STRING {
        return shortest;
    }
    let mut best = String::from("0");
    for digits in 1..DECIMAL_STRING {
        for text in [format!("{value:.digits$}"), format!("{value:.digits$e}")] {
            let closer = |text: &str| text.parse::<f64>().map_or(f64::INFINITY, |parsed| (parsed - value).abs());
            if text.len() <= DECIMAL_STRING && closer(&text) < closer(&best) {
                best = text;
            }
        }
    }
    best
}

/// Writes an object to a temporary name first, so that a half-written file never bears the final one.
pub(crate) fn write_file(object: InMemDicomObject, path: &Path, what: &str) -> Result<(), WriteError> {
    write_bytes(&encode(object, what)?, path, what)
}

/// An object as the bytes of a file.
pub(crate) fn encode(object: InMemDicomObject, what: &str) -> Result<Vec<u8>, WriteError> {
    let encode = |message: String| WriteError::Encode { what: what.to_owned(), message };
    let meta = FileMetaTableBuilder::new().transfer_syntax(TRANSFER_SYNTAX);
    let file = object.with_meta(meta).map_err(|error| encode(error.to_string()))?;
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).map_err(|error| encode(error.to_string()))?;
    Ok(bytes)
}

/// Writes bytes to a temporary name first.
pub(crate) fn write_bytes(bytes: &[u8], path: &Path, what: &str) -> Result<(), WriteError> {
    let temporary = path.with_extension("part");
    fs::write(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|source| WriteError::File { what: what.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn h45_decimal_strings_fit_and_stay_close(mantissa in -9.999_999_f64..9.999_999, exponent in -29_i32..29) {
            let value = mantissa * 10_f64.powi(exponent);
            let text = decimal_string(value);
            prop_assert!(text.len() <= DECIMAL_STRING, "{text}");
            let parsed: f64 = text.parse().unwrap();
            prop_assert!((parsed - value).abs() <= 1e-8 * value.abs(), "{value} became {text}");
        }
    }
}
