//! Identifiers planted wherever an object can hold one.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use phantom::{SyntheticFile, SyntheticPatient};

/// Everything that must not be found again.
#[derive(Default)]
pub struct Planted {
    /// Names, words and numbers, each once, as they stand in the sources.
    pub texts: Vec<String>,
    /// UIDs of the sources.
    pub uids: Vec<String>,
    /// Dates as `YYYYMMDD`.
    pub dates: Vec<String>,
    /// Times of day with parts of a second.
    pub times: Vec<String>,
}

impl Planted {
    pub fn len(&self) -> usize {
        self.texts.len() + self.uids.len() + self.dates.len() + self.times.len()
    }

    fn text(&mut self) -> String {
        self.texts.push(format!("ZQ{:05}XKVJ", self.texts.len() * 37 + 11));
        self.texts[self.texts.len() - 1].clone()
    }

    fn uid(&mut self) -> String {
        self.uids.push(format!("1.2.826.0.1.3680043.9.7433.{}", self.uids.len() * 7919 + 100_003));
        self.uids[self.uids.len() - 1].clone()
    }

    fn date(&mut self) -> String {
        let n = self.dates.len();
        self.dates.push(format!("19{:02}{:02}{:02}", 31 + n / 300 % 40, 1 + n / 25 % 12, 1 + n % 25));
        self.dates[n].clone()
    }

    fn time(&mut self) -> String {
        let n = self.times.len();
        self.times.push(format!("{:02}{:02}{:02}.{:06}", n % 24, n / 24 % 60, 37, 118_213 + 977 * n));
        self.times[n].clone()
    }

    /// A value of a representation that names somebody; nothing for numbers and codes.
    fn value(&mut self, vr: VR) -> Option<PrimitiveValue> {
        Some(match vr {
            VR::LO | VR::SH | VR::ST | VR::LT | VR::UT | VR::AE | VR::CS | VR::UC | VR::UR => self.text().into(),
            VR::PN => format!("{}^{}", self.text(), self.text()).into(),
            VR::UI => self.uid().into(),
            VR::DA => self.date().into(),
            VR::TM => self.time().into(),
            VR::DT => format!("{}{}", self.date(), self.time()).into(),
            VR::OB | VR::UN => PrimitiveValue::U8(self.text().into_bytes().into()),
            VR::OW => PrimitiveValue::U8(utf16(&self.text()).into()),
            _ => return None,
        })
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn representation(tag: Tag) -> VR {
    StandardDataDictionary.by_tag(tag).unwrap().vr().relaxed()
}

/// Attributes that are added to every object; those by number were taken out of the standard and still stand in old files.
const ATTRIBUTES: &[Tag] = &[
    tags::INSTITUTION_NAME,
    tags::INSTITUTION_ADDRESS,
    tags::INSTITUTIONAL_DEPARTMENT_NAME,
    tags::STATION_NAME,
    tags::REFERRING_PHYSICIAN_NAME,
    tags::REFERRING_PHYSICIAN_ADDRESS,
    tags::REFERRING_PHYSICIAN_TELEPHONE_NUMBERS,
    tags::PHYSICIANS_OF_RECORD,
    tags::PERFORMING_PHYSICIAN_NAME,
    tags::NAME_OF_PHYSICIANS_READING_STUDY,
    tags::OPERATORS_NAME,
    tags::ADMITTING_DIAGNOSES_DESCRIPTION,
    tags::DERIVATION_DESCRIPTION,
    tags::ACCESSION_NUMBER,
    tags::INSTANCE_CREATOR_UID,
    tags::RETRIEVE_AE_TITLE,
    tags::IRRADIATION_EVENT_UID,
    Tag(0x0010, 0x1000),
    tags::OTHER_PATIENT_NAMES,
    tags::PATIENT_BIRTH_NAME,
    tags::PATIENT_MOTHER_BIRTH_NAME,
    tags::PATIENT_ADDRESS,
    tags::PATIENT_TELEPHONE_NUMBERS,
    Tag(0x0010, 0x2160),
    tags::OCCUPATION,
    tags::PATIENT_COMMENTS,
    tags::ADDITIONAL_PATIENT_HISTORY,
    tags::MEDICAL_ALERTS,
    tags::ALLERGIES,
    tags::MILITARY_RANK,
    tags::BRANCH_OF_SERVICE,
    tags::REGION_OF_RESIDENCE,
    tags::COUNTRY_OF_RESIDENCE,
    tags::PATIENT_RELIGIOUS_PREFERENCE,
    tags::RESPONSIBLE_PERSON,
    tags::RESPONSIBLE_ORGANIZATION,
    tags::LAST_MENSTRUAL_DATE,
    tags::PATIENT_BIRTH_TIME,
    Tag(0x0010, 0x1090),
    tags::CLINICAL_TRIAL_SUBJECT_ID,
    tags::CLINICAL_TRIAL_SITE_NAME,
    tags::CLINICAL_TRIAL_PROTOCOL_NAME,
    tags::PROTOCOL_NAME,
    tags::DEVICE_SERIAL_NUMBER,
    tags::DEVICE_UID,
    tags::SOFTWARE_VERSIONS,
    tags::MANUFACTURER,
    tags::MANUFACTURER_MODEL_NAME,
    tags::GANTRY_ID,
    tags::DETECTOR_ID,
    tags::PLATE_ID,
    tags::CASSETTE_ID,
    tags::BODY_PART_EXAMINED,
    tags::CONTRAST_BOLUS_AGENT,
    tags::ACQUISITION_DEVICE_PROCESSING_DESCRIPTION,
    tags::SYNCHRONIZATION_FRAME_OF_REFERENCE_UID,
    tags::IMAGE_COMMENTS,
    Tag(0x0032, 0x4000),
    tags::REQUESTING_PHYSICIAN,
    tags::REQUESTING_SERVICE,
    tags::REQUESTED_PROCEDURE_DESCRIPTION,
    tags::ADMISSION_ID,
    tags::ADMITTING_DATE,
    tags::CURRENT_PATIENT_LOCATION,
    tags::PATIENT_INSTITUTION_RESIDENCE,
    tags::VISIT_COMMENTS,
    tags::SPECIAL_NEEDS,
    tags::PERFORMED_STATION_AE_TITLE,
    tags::PERFORMED_STATION_NAME,
    tags::PERFORMED_PROCEDURE_STEP_START_DATE,
    tags::PERFORMED_PROCEDURE_STEP_START_TIME,
    tags::PERFORMED_PROCEDURE_STEP_ID,
    tags::PERFORMED_PROCEDURE_STEP_DESCRIPTION,
    tags::COMMENTS_ON_THE_PERFORMED_PROCEDURE_STEP,
    tags::REASON_FOR_THE_REQUESTED_PROCEDURE,
    tags::IMAGING_SERVICE_REQUEST_COMMENTS,
    tags::ACQUISITION_DATE_TIME,
    tags::INSTANCE_CREATION_DATE,
    tags::INSTANCE_CREATION_TIME,
    tags::RT_PLAN_DESCRIPTION,
    tags::PRESCRIPTION_DESCRIPTION,
    tags::TREATMENT_PROTOCOLS,
    tags::STRUCTURE_SET_DESCRIPTION,
    tags::DOSE_COMMENT,
    tags::CONTENT_DESCRIPTION,
    tags::CONTENT_CREATOR_NAME,
    tags::REVIEWER_NAME,
    tags::TEXT_VALUE,
    tags::STORAGE_MEDIA_FILE_SET_UID,
    tags::TIMEZONE_OFFSET_FROM_UTC,
];

/// Sequences that are added to every object, with elements of their items.
const SEQUENCES: &[(Tag, &[Tag])] = &[
    (tags::OTHER_PATIENT_I_DS_SEQUENCE, &[tags::ISSUER_OF_PATIENT_ID]),
    (tags::REFERENCED_STUDY_SEQUENCE, &[tags::REFERENCED_SOP_INSTANCE_UID]),
    (tags::REFERENCED_PATIENT_SEQUENCE, &[tags::REFERENCED_SOP_INSTANCE_UID]),
    (tags::SOURCE_IMAGE_SEQUENCE, &[tags::REFERENCED_SOP_INSTANCE_UID]),
    (tags::INSTITUTION_CODE_SEQUENCE, &[tags::CODE_VALUE, tags::CODE_MEANING]),
    (tags::PATIENT_INSURANCE_PLAN_CODE_SEQUENCE, &[tags::CODE_VALUE, tags::CODE_MEANING]),
    (
        tags::CONTRIBUTING_EQUIPMENT_SEQUENCE,
        &[tags::INSTITUTION_NAME, tags::STATION_NAME, tags::CONTRIBUTION_DATE_TIME],
    ),
    (
        tags::REQUEST_ATTRIBUTES_SEQUENCE,
        &[
            tags::REQUESTED_PROCEDURE_ID,
            tags::SCHEDULED_PROCEDURE_STEP_DESCRIPTION,
            tags::SCHEDULED_PROCEDURE_STEP_ID,
        ],
    ),
    (tags::DIGITAL_SIGNATURES_SEQUENCE, &[tags::DIGITAL_SIGNATURE_UID, tags::CERTIFICATE_OF_SIGNER]),
    (tags::ENCRYPTED_ATTRIBUTES_SEQUENCE, &[tags::ENCRYPTED_CONTENT]),
    (tags::CONTENT_SEQUENCE, &[tags::TEXT_VALUE, tags::PERSON_NAME, tags::UID]),
];

/// Free text and names of people and devices: replaced wherever the phantom has them.
fn is_free(tag: Tag, vr: VR) -> bool {
    // These tell whose an object is, and must be the same in all; a code of a nuclide is a code.
    let kept = [tags::PATIENT_ID, tags::PATIENT_NAME, tags::ISSUER_OF_PATIENT_ID, tags::ROI_NAME];
    let codes = [tags::CODE_VALUE, tags::CODING_SCHEME_DESIGNATOR, tags::RESCALE_TYPE];
    matches!(vr, VR::LO | VR::SH | VR::ST | VR::LT | VR::UT | VR::PN | VR::AE)
        && !kept.contains(&tag)
        && !codes.contains(&tag)
}

/// Replaces free text at every depth, and takes note of UIDs, dates and times.
fn replace(object: &mut InMemDicomObject, planted: &mut Planted) {
    let elements: Vec<(Tag, VR)> = object.iter().map(|element| (element.header().tag, element.vr())).collect();
    for (tag, vr) in elements {
        let written = || object.element(tag).unwrap().to_str().unwrap().trim_end_matches(['\0', ' ']).to_owned();
        match vr {
            VR::SQ => {
                object.update_value(tag, |value| {
                    value.items_mut().unwrap().iter_mut().for_each(|item| replace(item, planted));
                });
            }
            VR::UI if !written().starts_with("1.2.840.10008.") => planted.uids.push(written()),
            VR::DA if !written().is_empty() => planted.dates.push(written()),
            // Some regions keep the name that the mapping knows.
            VR::LO if tag == tags::ROI_NAME && crate::patient::standard_name(&written()).is_none() => {
                object.put(DataElement::new(tag, vr, format!("Cord {}", planted.text())));
            }
            _ if is_free(tag, vr) => {
                let value = planted.value(vr).unwrap();
                object.put(DataElement::new(tag, vr, value));
            }
            _ => {}
        }
    }
}

fn add(object: &mut InMemDicomObject, planted: &mut Planted) {
    for &tag in ATTRIBUTES {
        let vr = representation(tag);
        // What the phantom has of them was replaced already.
        if object.element_opt(tag).unwrap().is_none() {
            object.put(DataElement::new(tag, vr, planted.value(vr).unwrap()));
        }
    }
    for &(sequence, elements) in SEQUENCES {
        let item = filled(elements, planted);
        object.put(DataElement::new(sequence, VR::SQ, DataSetSequence::from(vec![item])));
    }
    let original = filled(&[tags::ATTRIBUTE_MODIFICATION_DATE_TIME, tags::MODIFYING_SYSTEM], planted);
    let before = filled(&[tags::PATIENT_ADDRESS, tags::PATIENT_BIRTH_NAME, tags::STUDY_DESCRIPTION], planted);
    let nested = DataElement::new(tags::MODIFIED_ATTRIBUTES_SEQUENCE, VR::SQ, DataSetSequence::from(vec![before]));
    let mut original = original;
    original.put(nested);
    let list = DataSetSequence::from(vec![original]);
    object.put(DataElement::new(tags::ORIGINAL_ATTRIBUTES_SEQUENCE, VR::SQ, list));
    add_private(object, planted);
    // Words that stand where codes of a fixed set belong.
    let image_type = format!("ORIGINAL\\PRIMARY\\{}", planted.text());
    object.put(DataElement::new(tags::IMAGE_TYPE, VR::CS, image_type));
    // Overlays, curves, documents and what follows the pixels.
    for (tag, vr) in [
        (Tag(0x5000, 0x3000), VR::OW),
        (Tag(0x6000, 0x0022), VR::LO),
        (Tag(0x6000, 0x3000), VR::OW),
        (tags::ENCAPSULATED_DOCUMENT, VR::OB),
        (tags::ICON_IMAGE_SEQUENCE, VR::UN),
        (tags::DATA_SET_TRAILING_PADDING, VR::OB),
    ] {
        object.put(DataElement::new(tag, vr, planted.value(vr).unwrap()));
    }
}

fn filled(elements: &[Tag], planted: &mut Planted) -> InMemDicomObject {
    let element = |&tag: &Tag| {
        let vr = representation(tag);
        DataElement::new(tag, vr, planted.value(vr).unwrap())
    };
    InMemDicomObject::from_element_iter(elements.iter().map(element))
}

fn add_private(object: &mut InMemDicomObject, planted: &mut Planted) {
    let mut item = InMemDicomObject::new_empty();
    for (element, vr) in [(0x0010, VR::LO), (0x1001, VR::LO), (0x1002, VR::PN), (0x1003, VR::OB), (0x1004, VR::OW)]
    {
        for group in [0x0009, 0x3287] {
            let value = planted.value(vr).unwrap();
            object.put(DataElement::new(Tag(group, element), vr, value));
        }
        item.put(DataElement::new(Tag(0x0009, element), vr, planted.value(vr).unwrap()));
    }
    // A whole data set hidden in bytes, as some systems keep their own plans.
    let hidden = format!("\x10\x00\x10\x00PN\x0c\x00{}", planted.text());
    object.put(DataElement::new(Tag(0x3287, 0x1010), VR::OB, PrimitiveValue::U8(hidden.into_bytes().into())));
    object.put(DataElement::new(Tag(0x0009, 0x1020), VR::SQ, DataSetSequence::from(vec![item])));
}

/// Plants identifiers in every kind of object, and in the bits of a CT that belong to no value.
pub fn plant(patient: &mut SyntheticPatient) -> Planted {
    let mut planted = Planted::default();
    let (id, name) = (planted.text(), format!("{}^{}", planted.text(), planted.text()));
    let issuer = planted.text();
    for file in &mut patient.files {
        replace(&mut file.object, &mut planted);
    }
    for file in objects_of_every_kind(patient) {
        add(&mut file.object, &mut planted);
    }
    for file in &mut patient.files {
        for (tag, vr, text) in [
            (tags::PATIENT_ID, VR::LO, &id),
            (tags::PATIENT_NAME, VR::PN, &name),
            (tags::ISSUER_OF_PATIENT_ID, VR::LO, &issuer),
        ] {
            file.object.put(DataElement::new(tag, vr, text.as_str()));
        }
    }
    for list in [&mut planted.uids, &mut planted.dates] {
        list.sort();
        list.dedup();
    }
    planted
}

/// The first object of each kind and course.
fn objects_of_every_kind(patient: &mut SyntheticPatient) -> impl Iterator<Item = &mut SyntheticFile> {
    let mut seen = std::collections::BTreeSet::new();
    patient.files.iter_mut().filter(move |file| seen.insert((file.kind, file.path.starts_with("mr"), file.course)))
}

/// Writes the objects with identifiers in preambles, meta groups, and names of folders and files.
pub fn write(patient: &SyntheticPatient, place: &std::path::Path, planted: &mut Planted) {
    let folder = place.join(format!("Doe {}", planted.text()));
    std::fs::create_dir_all(&folder).unwrap();
    for file in &patient.files {
        let meta = FileMetaTableBuilder::new()
            .transfer_syntax(file.transfer_syntax)
            .source_application_entity_title(planted.text())
            .private_information_creator_uid(planted.uid())
            .private_information(planted.text().into_bytes());
        let object = file.object.clone().with_meta(meta).unwrap();
        let mut bytes = Vec::new();
        object.write_all(&mut bytes).unwrap();
        let preamble = planted.text();
        bytes[..preamble.len()].copy_from_slice(preamble.as_bytes());
        let hidden = utf16(&planted.text());
        bytes[60..60 + hidden.len()].copy_from_slice(&hidden);
        std::fs::write(folder.join(format!("{}.dcm", planted.text())), bytes).unwrap();
    }
}
