//! How an MR image was taken.

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::sheet::Sheet;
use super::stated;

/// The kind of sequence and its times.
pub(super) struct MrFacts {
    sequences: Vec<&'static str>,
    variants: Vec<&'static str>,
    acquisition: Option<&'static str>,
    echo_time_ms: Option<f64>,
    repetition_time_ms: Option<f64>,
    echo_train: Option<i64>,
}

impl MrFacts {
    pub(super) fn read(object: &InMemDicomObject) -> Self {
        const SEQUENCES: &[&str] = &["SE", "IR", "GR", "EP", "RM"];
        const VARIANTS: &[&str] = &["SK", "MTC", "SS", "TRSS", "SP", "MP", "OSP", "NONE"];
        let milliseconds = |tag| stated::number(object, tag, 0.0..=1e6);
        Self {
            sequences: stated::codes(object, tags::SCANNING_SEQUENCE, SEQUENCES),
            variants: stated::codes(object, tags::SEQUENCE_VARIANT, VARIANTS),
            acquisition: stated::code(object, tags::MR_ACQUISITION_TYPE, &["2D", "3D"]),
            echo_time_ms: milliseconds(tags::ECHO_TIME),
            repetition_time_ms: milliseconds(tags::REPETITION_TIME),
            echo_train: stated::integer(object, tags::ECHO_TRAIN_LENGTH, 0..=10_000),
        }
    }

    pub(super) fn put(&self, sheet: &mut Sheet) {
        let or =
            |codes: &[&'static str], otherwise| if codes.is_empty() { vec![otherwise] } else { codes.to_vec() };
        sheet.codes(tags::SCANNING_SEQUENCE, &or(&self.sequences, "RM"));
        sheet.codes(tags::SEQUENCE_VARIANT, &or(&self.variants, "NONE"));
        sheet.empty(&[tags::SCAN_OPTIONS]);
        sheet.code_or_empty(tags::MR_ACQUISITION_TYPE, self.acquisition);
        sheet.decimal_or_empty(tags::ECHO_TIME, self.echo_time_ms);
        sheet.decimal_or_empty(tags::REPETITION_TIME, self.repetition_time_ms);
        match self.echo_train {
            Some(length) => sheet.integer(tags::ECHO_TRAIN_LENGTH, length),
            None => sheet.empty(&[tags::ECHO_TRAIN_LENGTH]),
        }
    }
}
