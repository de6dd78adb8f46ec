//! A synthetic patient with planted faults, through the whole pipeline.

#![allow(dead_code, reason = "every test file uses another part of the support")]

use assessment::{Assessment, StructureSummary};
use case::{Case, Finding, Settings, Severity};
use dicom::Folder;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_object::InMemDicomObject;
use phantom::{ObjectKind, Options, SyntheticPatient};

pub use dicom_dictionary_std::tags;

/// The small patient, without faults.
pub fn patient() -> SyntheticPatient {
    SyntheticPatient::generate(&Options::tiny())
}

/// The small patient with a fault.
pub fn with(fault: impl FnOnce(&mut SyntheticPatient)) -> SyntheticPatient {
    let mut patient = patient();
    fault(&mut patient);
    patient
}

/// Settings with few draws, where a test says nothing of them: most tests are about something else.
pub fn settings(text: &str) -> Settings {
    let mut settings = Settings::from_toml(text).unwrap();
    settings.uncertainty.draws = settings.uncertainty.draws.or(Some(40));
    settings
}

/// Writes a patient to a folder and reads it.
pub fn read(patient: &SyntheticPatient) -> Folder {
    let folder = tempfile::tempdir().unwrap();
    patient.write(folder.path()).unwrap();
    dicom::read_folder(folder.path(), &|_, _| {}).unwrap()
}

/// Reads and orders.
pub fn order(patient: &SyntheticPatient, text: &str) -> Case {
    assessment::order(&read(patient).objects, &settings(text)).unwrap()
}

/// Reads, orders, loads images and assesses.
pub fn assess(patient: &SyntheticPatient, text: &str) -> Assessment {
    let folder = tempfile::tempdir().unwrap();
    patient.write(folder.path()).unwrap();
    let mut read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
    let settings = settings(text);
    let case = assessment::order(&read.objects, &settings).unwrap();
    for image in case.courses.iter().filter_map(|course| course.image) {
        // An image that cannot be loaded is left out, as the command line does.
        let _ = read.load_voxels(image);
    }
    assessment::assess(&read.objects, &case, &settings).unwrap()
}

pub fn has(findings: &[Finding], code: &str, severity: Severity) -> bool {
    findings.iter().any(|finding| finding.code == code && finding.severity == severity)
}

/// The fault raises the finding when the objects are ordered, and the twin without it does not.
pub fn assert_found(faulty: &SyntheticPatient, text: &str, code: &str, severity: Severity) {
    let findings = order(faulty, text).findings;
    assert!(has(findings.as_slice(), code, severity), "{code} is missing among {findings:#?}");
    let twin = order(&patient(), "").findings;
    assert!(!has(twin.as_slice(), code, severity), "the twin raises {code} too: {twin:#?}");
}

/// As [`assert_found`], and the refusal leaves no number behind.
pub fn assert_refused(faulty: &SyntheticPatient, code: &str) {
    assert_found(faulty, "", code, Severity::Refuse);
    let result = assess(faulty, "");
    assert!(result.refused && result.structures.is_empty() && result.doses.is_empty());
}

pub fn structure<'a>(result: &'a Assessment, name: &str) -> &'a StructureSummary {
    result.structures.iter().find(|structure| structure.name == name).unwrap()
}

/// The number that goes into most comparisons: cumulative EQD2 of the cord.
pub fn cord(result: &Assessment) -> &assessment::Metrics {
    &structure(result, "cord").cumulative_eqd2
}

pub fn dose(patient: &mut SyntheticPatient, course: usize) -> &mut InMemDicomObject {
    &mut patient.file(ObjectKind::Dose, course).object
}

pub fn plan(patient: &mut SyntheticPatient, course: usize) -> &mut InMemDicomObject {
    &mut patient.file(ObjectKind::Plan, course).object
}

pub fn put(object: &mut InMemDicomObject, tag: Tag, vr: VR, text: &str) {
    object.put(DataElement::new(tag, vr, PrimitiveValue::from(text)));
}

pub fn put_texts(object: &mut InMemDicomObject, tag: Tag, vr: VR, texts: &[String]) {
    object.put(DataElement::new(tag, vr, PrimitiveValue::Strs(texts.to_vec().into())));
}

pub fn text(object: &InMemDicomObject, tag: Tag) -> String {
    object.element(tag).unwrap().to_str().unwrap().into_owned()
}

/// Changes every item of a sequence.
pub fn each_item(object: &mut InMemDicomObject, sequence: Tag, mut change: impl FnMut(&mut InMemDicomObject)) {
    object.update_value(sequence, |value| {
        if let Some(items) = value.items_mut() {
            items.iter_mut().for_each(&mut change);
        }
    });
}

/// Another object of the same kind under another UID.
pub fn twin_object(
    patient: &mut SyntheticPatient,
    kind: ObjectKind,
    course: usize,
    uid: &str,
) -> phantom::SyntheticFile {
    let mut file = patient.file(kind, course).clone();
    file.path = format!("twin/{uid}.dcm").into();
    put(&mut file.object, tags::SOP_INSTANCE_UID, VR::UI, uid);
    file
}

pub const REFERENCED_RT_PLAN_SEQUENCE: Tag = Tag(0x300C, 0x0002);
