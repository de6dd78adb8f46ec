//! What is not exported, and that it is told.

use dicom::deidentify::{DeidentifyError, Policy, Reason, SecretKey, deidentify};
use dicom_core::{DataElement, VR};
use dicom_dictionary_std::tags;
use phantom::{ObjectKind, Options, SyntheticPatient};

use crate::patient::{KEY, read, standard_name};

fn tiny() -> SyntheticPatient {
    SyntheticPatient::generate(&Options::tiny())
}

fn left_out(patient: &SyntheticPatient) -> (Vec<(&'static str, usize, Reason)>, usize) {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    patient.write(input.path()).unwrap();
    let policy = Policy { standard_name: &standard_name, same_patient: false };
    let export = deidentify(&read(input.path()), &policy, &SecretKey::new(KEY).unwrap(), out.path()).unwrap();
    let told = export.manifest.left_out.iter().map(|left| (left.kind, left.n_files, left.reason)).collect();
    let images = read(out.path()).objects.images.len();
    (told, images)
}

#[test]
fn a_whole_patient_leaves_nothing_out() {
    assert_eq!(left_out(&tiny()), (vec![], 2));
}

#[test]
fn text_burned_into_one_slice_leaves_its_series_out() {
    let mut patient = tiny();
    let slice = patient.files_of(ObjectKind::Ct, 1).nth(7).unwrap();
    slice.object.put(DataElement::new(tags::BURNED_IN_ANNOTATION, VR::CS, "YES"));
    let n = patient.files_of(ObjectKind::Ct, 1).count();
    assert_eq!(left_out(&patient), (vec![("CT", n, Reason::BurnedIn)], 1));
}

#[test]
fn captures_of_screens_are_left_out_also_with_the_geometry_of_a_ct() {
    let mut patient = tiny();
    let n = patient.files_of(ObjectKind::Ct, 2).count();
    for slice in patient.files_of(ObjectKind::Ct, 2) {
        slice.object.put(DataElement::new(tags::SOP_CLASS_UID, VR::UI, "1.2.840.10008.5.1.4.1.1.7"));
    }
    assert_eq!(left_out(&patient), (vec![("CT", n, Reason::Picture)], 1));
    let mut converted = tiny();
    let slice = converted.files_of(ObjectKind::Ct, 2).next().unwrap();
    slice.object.put(DataElement::new(tags::CONVERSION_TYPE, VR::CS, "WSD"));
    assert_eq!(left_out(&converted), (vec![("CT", n, Reason::Picture)], 1));
}

#[test]
fn words_that_are_not_of_the_standard_leave_a_dose_out() {
    let mut patient = tiny();
    let dose = &mut patient.file(ObjectKind::Dose, 1).object;
    dose.put(DataElement::new(tags::DOSE_TYPE, VR::CS, "JANE DOE"));
    assert_eq!(left_out(&patient), (vec![("RTDOSE", 1, Reason::NotOfStandard)], 2));
}

#[test]
fn objects_of_other_kinds_are_counted() {
    let mut patient = tiny();
    let mut capture = patient.file(ObjectKind::Plan, 1).clone();
    capture.object.put(DataElement::new(tags::SOP_CLASS_UID, VR::UI, "1.2.840.10008.5.1.4.1.1.88.11"));
    capture.object.put(DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3.4"));
    capture.object.put(DataElement::new(tags::MODALITY, VR::CS, "JANEDOE"));
    capture.path = "report.dcm".into();
    patient.files.push(capture);
    assert_eq!(left_out(&patient), (vec![("other", 1, Reason::NotRead)], 2));
}

#[test]
fn a_region_with_a_broken_contour_keeps_its_place_without_contours() {
    let mut patient = tiny();
    let set = &mut patient.file(ObjectKind::StructureSet, 2).object;
    set.update_value(tags::ROI_CONTOUR_SEQUENCE, |value| {
        let roi = &mut value.items_mut().unwrap()[0];
        roi.update_value(tags::CONTOUR_SEQUENCE, |value| {
            let contour = &mut value.items_mut().unwrap()[2];
            contour.put(DataElement::new(tags::CONTOUR_DATA, VR::DS, "1\\2\\3\\4"));
        });
    });
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    patient.write(input.path()).unwrap();
    let policy = Policy { standard_name: &standard_name, same_patient: false };
    let export = deidentify(&read(input.path()), &policy, &SecretKey::new(KEY).unwrap(), out.path()).unwrap();
    assert_eq!(export.manifest.n_structures_emptied, 1);
    let again = read(out.path()).objects;
    let emptied = again.structure_sets.iter().flat_map(|set| &set.rois).filter(|roi| roi.contours.is_empty());
    assert_eq!(emptied.count(), 1);
}

#[test]
fn h01_objects_of_two_patients_are_refused_and_nothing_is_written() {
    let input = tempfile::tempdir().unwrap();
    let out = input.path().join("out");
    tiny().write(&input.path().join("one")).unwrap();
    let mut other = Options { uid_salt: "other".into(), ..Options::tiny() };
    other.patient.birth_date = "19801231".into();
    SyntheticPatient::generate(&other).write(&input.path().join("two")).unwrap();
    let folder = read(input.path());
    let run = |same_patient| {
        let policy = Policy { standard_name: &standard_name, same_patient };
        deidentify(&folder, &policy, &SecretKey::new(KEY).unwrap(), &out)
    };
    let error = run(false).unwrap_err();
    assert!(error.is_refusal() && matches!(error, DeidentifyError::DifferentPatients(_)));
    assert!(error.to_string().contains("H01") && error.to_string().contains("birth date"));
    assert!(!error.to_string().contains("1980"));
    assert!(!out.exists());
    assert!(run(true).is_ok(), "a person may state that it is one patient");
}

#[test]
fn h02_two_ids_of_one_person_are_refused_until_a_person_links_them() {
    let input = tempfile::tempdir().unwrap();
    tiny().write(&input.path().join("one")).unwrap();
    let mut other = Options { uid_salt: "other".into(), ..Options::tiny() };
    other.patient.id = "ANOTHER-ID".into();
    SyntheticPatient::generate(&other).write(&input.path().join("two")).unwrap();
    let policy = Policy { standard_name: &standard_name, same_patient: false };
    let out = tempfile::tempdir().unwrap();
    let error = deidentify(&read(input.path()), &policy, &SecretKey::new(KEY).unwrap(), out.path()).unwrap_err();
    assert!(matches!(error, DeidentifyError::PerhapsDifferentPatients));
}

#[test]
fn h19_two_contents_under_one_uid_are_refused() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut patient = tiny();
    patient.write(&input.path().join("one")).unwrap();
    let dose = patient.file(ObjectKind::Dose, 2);
    dose.object.put(DataElement::new(tags::DOSE_GRID_SCALING, VR::DS, "0.5"));
    dose.write(&input.path().join("two")).unwrap();
    let policy = Policy { standard_name: &standard_name, same_patient: false };
    let error = deidentify(&read(input.path()), &policy, &SecretKey::new(KEY).unwrap(), out.path()).unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("H19"));
    assert!(std::fs::read_dir(out.path()).unwrap().next().is_none());
}

#[test]
fn a_folder_that_holds_something_is_refused() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    tiny().write(input.path()).unwrap();
    std::fs::write(out.path().join("list of patients.txt"), "Jane Doe").unwrap();
    let policy = Policy { standard_name: &standard_name, same_patient: false };
    let error = deidentify(&read(input.path()), &policy, &SecretKey::new(KEY).unwrap(), out.path()).unwrap_err();
    assert!(matches!(error, DeidentifyError::NotEmpty));
}
