//! The DICOM modules that all objects share: SOP common, patient, study, series, equipment.

use dicom_dictionary_std::tags;
use dicom_object::mem::InMemElement;

use crate::course::Course;
use crate::element::{empty, integer, text};

/// Time of day of everything that has one; the phantom has no clock.
pub(crate) const TIME: &str = "093000";

/// What makes one object differ from its neighbours in the shared modules.
pub(crate) struct Identity {
    pub(crate) sop_class_uid: &'static str,
    pub(crate) sop_instance_uid: String,
    pub(crate) modality: &'static str,
    pub(crate) series_number: u32,
    pub(crate) instance_number: u32,
    /// Date of creation, `YYYYMMDD`.
    pub(crate) date: String,
}

/// All shared modules of one object.
pub(crate) fn shared_modules(course: &Course<'_>, identity: &Identity) -> Vec<InMemElement> {
    let mut elements = sop_common(identity);
    elements.extend(patient(course));
    elements.extend(study(course));
    elements.extend(series(course, identity));
    elements.extend(equipment(course));
    elements
}

/// Frame of reference of the course's images, plan, dose and structures.
pub(crate) fn frame_of_reference(course: &Course<'_>) -> [InMemElement; 2] {
    [text(tags::FRAME_OF_REFERENCE_UID, course.frame_uid()), empty(tags::POSITION_REFERENCE_INDICATOR)]
}

/// Approval of a plan or a structure set.
pub(crate) fn approval(date: &str) -> [InMemElement; 4] {
    [
        text(tags::APPROVAL_STATUS, "APPROVED"),
        text(tags::REVIEW_DATE, date),
        text(tags::REVIEW_TIME, TIME),
        text(tags::REVIEWER_NAME, "Phantom^Physician"),
    ]
}

fn sop_common(identity: &Identity) -> Vec<InMemElement> {
    vec![
        text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192"),
        text(tags::INSTANCE_CREATION_DATE, identity.date.as_str()),
        text(tags::INSTANCE_CREATION_TIME, TIME),
        text(tags::SOP_CLASS_UID, identity.sop_class_uid),
        text(tags::SOP_INSTANCE_UID, identity.sop_instance_uid.as_str()),
        integer(tags::INSTANCE_NUMBER, identity.instance_number),
    ]
}

fn patient(course: &Course<'_>) -> Vec<InMemElement> {
    let patient = &course.options.patient;
    vec![
        text(tags::PATIENT_NAME, patient.name.as_str()),
        text(tags::PATIENT_ID, patient.id.as_str()),
        text(tags::ISSUER_OF_PATIENT_ID, patient.issuer.as_str()),
        text(tags::PATIENT_BIRTH_DATE, patient.birth_date.as_str()),
        text(tags::PATIENT_SEX, patient.sex.as_str()),
    ]
}

fn study(course: &Course<'_>) -> Vec<InMemElement> {
    vec![
        text(tags::STUDY_INSTANCE_UID, course.uid("study")),
        text(tags::STUDY_DATE, course.facts.image_date),
        text(tags::STUDY_TIME, TIME),
        text(tags::STUDY_ID, course.number.to_string()),
        text(tags::STUDY_DESCRIPTION, format!("Radiotherapy course {}", course.number)),
        empty(tags::ACCESSION_NUMBER),
        empty(tags::REFERRING_PHYSICIAN_NAME),
    ]
}

fn series(course: &Course<'_>, identity: &Identity) -> Vec<InMemElement> {
    let modality = identity.modality;
    vec![
        text(tags::MODALITY, modality),
        text(tags::SERIES_INSTANCE_UID, course.uid(&format!("series/{modality}"))),
        integer(tags::SERIES_NUMBER, identity.series_number),
        text(tags::SERIES_DATE, identity.date.as_str()),
        text(tags::SERIES_TIME, TIME),
        text(tags::SERIES_DESCRIPTION, format!("{modality} of course {}", course.number)),
        empty(tags::OPERATORS_NAME),
    ]
}

fn equipment(course: &Course<'_>) -> Vec<InMemElement> {
    vec![
        text(tags::MANUFACTURER, "rert"),
        text(tags::MANUFACTURER_MODEL_NAME, "rert phantom"),
        text(tags::DEVICE_SERIAL_NUMBER, course.number.to_string()),
        text(tags::SOFTWARE_VERSIONS, "1"),
    ]
}
