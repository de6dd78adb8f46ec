//! What all objects have in common.

use case::{Header, PatientIdentity};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::FrameOfReference;

use crate::ReadError;
use crate::access::{date, items, text, uid};

/// Reads identity, study, series and frame.
///
/// # Errors
/// When the instance UID is missing or a date is not a date.
pub fn read(object: &InMemDicomObject, kind: &str, sha256: &str) -> Result<Header, ReadError> {
    Ok(Header {
        uid: uid(object, tags::SOP_INSTANCE_UID).ok_or(ReadError::Missing("SOP Instance UID"))?,
        kind: kind.to_owned(),
        patient: patient(object)?,
        study: uid(object, tags::STUDY_INSTANCE_UID).unwrap_or_default(),
        study_date: date(object, tags::STUDY_DATE, "Study Date")?,
        series: uid(object, tags::SERIES_INSTANCE_UID).unwrap_or_default(),
        frame: uid(object, tags::FRAME_OF_REFERENCE_UID).map(FrameOfReference::new),
        sha256: sha256.to_owned(),
    })
}

fn patient(object: &InMemDicomObject) -> Result<PatientIdentity, ReadError> {
    let other_ids = items(object, tags::OTHER_PATIENT_I_DS_SEQUENCE)
        .iter()
        .filter_map(|item| text(item, tags::PATIENT_ID))
        .collect();
    Ok(PatientIdentity {
        id: text(object, tags::PATIENT_ID).unwrap_or_default(),
        issuer: text(object, tags::ISSUER_OF_PATIENT_ID).unwrap_or_default(),
        name: text(object, tags::PATIENT_NAME).unwrap_or_default(),
        birth_date: date(object, tags::PATIENT_BIRTH_DATE, "Patient's Birth Date")?,
        sex: text(object, tags::PATIENT_SEX).unwrap_or_default(),
        other_ids,
    })
}
