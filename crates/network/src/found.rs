//! What other systems tell of what they have.

use std::fmt;

use case::PatientIdentity;
use chrono::NaiveDate;
use dicom::access;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::{Uid, identifier};

/// Retired in favour of a sequence that hardly any system answers with.
const OTHER_PATIENT_IDS: Tag = Tag(0x0010, 0x1000);

/// A patient as another system knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPatient {
    /// Who it is; what the system does not tell is empty.
    pub identity: PatientIdentity,
}

/// A study.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundStudy {
    /// Whose it is.
    pub identity: PatientIdentity,
    /// Study Instance UID.
    pub study: Uid,
    /// When it began.
    pub date: Option<NaiveDate>,
    /// What it is called there. Free text: it may hold anything.
    pub description: String,
    /// Accession Number.
    pub accession_number: String,
    /// `RTPLAN`, `CT` and the like.
    pub modalities: Vec<String>,
    /// How many series it has, where the system counts.
    pub n_series: Option<u32>,
    /// How many objects.
    pub n_instances: Option<u32>,
}

/// A series.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundSeries {
    /// Series Instance UID.
    pub series: Uid,
    /// `RTPLAN`, `CT` and the like.
    pub modality: String,
    /// When it began.
    pub date: Option<NaiveDate>,
    /// What it is called there. Free text: it may hold anything.
    pub description: String,
    /// The part of the body in the words of the device.
    pub body_part: String,
    /// How many objects it has, where the system counts.
    pub n_instances: Option<u32>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundInstance {
    /// SOP Instance UID.
    pub instance: Uid,
    /// SOP Class UID, where the system tells.
    pub class: Option<Uid>,
    /// Its number within the series.
    pub number: Option<u32>,
}

// Descriptions are free text, in which names stand too: they are not printed by the way.
impl fmt::Debug for FoundStudy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FoundStudy {{ study: {}, .. }}", self.study)
    }
}

impl fmt::Debug for FoundSeries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FoundSeries {{ series: {}, modality: {:?}, .. }}", self.series, self.modality)
    }
}

impl FoundPatient {
    pub(crate) const ATTRIBUTES: [(Tag, VR); 6] = [
        (tags::PATIENT_NAME, VR::PN),
        (tags::PATIENT_ID, VR::LO),
        (tags::ISSUER_OF_PATIENT_ID, VR::LO),
        (tags::PATIENT_BIRTH_DATE, VR::DA),
        (tags::PATIENT_SEX, VR::CS),
        (OTHER_PATIENT_IDS, VR::LO),
    ];

    pub(crate) fn read(answer: &InMemDicomObject) -> Option<Self> {
        let identity = identity(answer);
        let says_something = !identity.id.is_empty() || !identity.name.is_empty();
        says_something.then_some(Self { identity })
    }
}

impl FoundStudy {
    pub(crate) const ATTRIBUTES: [(Tag, VR); 8] = [
        (tags::STUDY_INSTANCE_UID, VR::UI),
        (tags::STUDY_DATE, VR::DA),
        (tags::STUDY_TIME, VR::TM),
        (tags::STUDY_DESCRIPTION, VR::LO),
        (tags::ACCESSION_NUMBER, VR::SH),
        (tags::MODALITIES_IN_STUDY, VR::CS),
        (tags::NUMBER_OF_STUDY_RELATED_SERIES, VR::IS),
        (tags::NUMBER_OF_STUDY_RELATED_INSTANCES, VR::IS),
    ];

    pub(crate) fn read(answer: &InMemDicomObject) -> Option<Self> {
        Some(Self {
            identity: identity(answer),
            study: identifier::uid(answer, tags::STUDY_INSTANCE_UID)?,
            date: date(answer, tags::STUDY_DATE),
            description: text(answer, tags::STUDY_DESCRIPTION),
            accession_number: text(answer, tags::ACCESSION_NUMBER),
            modalities: values(answer, tags::MODALITIES_IN_STUDY),
            n_series: count(answer, tags::NUMBER_OF_STUDY_RELATED_SERIES),
            n_instances: count(answer, tags::NUMBER_OF_STUDY_RELATED_INSTANCES),
        })
    }
}

impl FoundSeries {
    pub(crate) const ATTRIBUTES: [(Tag, VR); 6] = [
        (tags::SERIES_INSTANCE_UID, VR::UI),
        (tags::MODALITY, VR::CS),
        (tags::SERIES_DATE, VR::DA),
        (tags::SERIES_DESCRIPTION, VR::LO),
        (tags::BODY_PART_EXAMINED, VR::CS),
        (tags::NUMBER_OF_SERIES_RELATED_INSTANCES, VR::IS),
    ];

    pub(crate) fn read(answer: &InMemDicomObject) -> Option<Self> {
        Some(Self {
            series: identifier::uid(answer, tags::SERIES_INSTANCE_UID)?,
            modality: text(answer, tags::MODALITY),
            date: date(answer, tags::SERIES_DATE),
            description: text(answer, tags::SERIES_DESCRIPTION),
            body_part: text(answer, tags::BODY_PART_EXAMINED),
            n_instances: count(answer, tags::NUMBER_OF_SERIES_RELATED_INSTANCES),
        })
    }
}

impl FoundInstance {
    pub(crate) const ATTRIBUTES: [(Tag, VR); 3] =
        [(tags::SOP_INSTANCE_UID, VR::UI), (tags::SOP_CLASS_UID, VR::UI), (tags::INSTANCE_NUMBER, VR::IS)];

    pub(crate) fn read(answer: &InMemDicomObject) -> Option<Self> {
        Some(Self {
            instance: identifier::uid(answer, tags::SOP_INSTANCE_UID)?,
            class: identifier::uid(answer, tags::SOP_CLASS_UID),
            number: count(answer, tags::INSTANCE_NUMBER),
        })
    }
}

fn identity(answer: &InMemDicomObject) -> PatientIdentity {
    PatientIdentity {
        id: text(answer, tags::PATIENT_ID),
        issuer: text(answer, tags::ISSUER_OF_PATIENT_ID),
        name: text(answer, tags::PATIENT_NAME),
        birth_date: date(answer, tags::PATIENT_BIRTH_DATE),
        sex: text(answer, tags::PATIENT_SEX),
        other_ids: values(answer, OTHER_PATIENT_IDS),
    }
}

fn text(answer: &InMemDicomObject, tag: Tag) -> String {
    access::text(answer, tag).unwrap_or_default()
}

fn values(answer: &InMemDicomObject, tag: Tag) -> Vec<String> {
    let text = text(answer, tag);
    text.split('\\').map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// A date that cannot be read is one that is not known: what was found is shown to a person, not computed with.
fn date(answer: &InMemDicomObject, tag: Tag) -> Option<NaiveDate> {
    access::date(answer, tag, "date").ok().flatten()
}

fn count(answer: &InMemDicomObject, tag: Tag) -> Option<u32> {
    text(answer, tag).parse().ok()
}
