//! The exported set, read again, gives the same numbers.

use std::collections::BTreeSet;

use case::{DoseType, Header, Modality, Objects};
use chrono::NaiveDate;
use dicom::access;
use dicom::parse::Parsed;
use dicom_dictionary_std::tags;
use phantom::{ObjectKind, Options, Scenario, SyntheticPatient};

use crate::patient::{Exported, KEY, OTHER_KEY, export, read, whole};

fn by_uid<'a, T>(objects: &'a [T], header: fn(&T) -> &Header, uid: &str) -> &'a T {
    objects.iter().find(|object| header(object).uid == uid).unwrap()
}

#[test]
fn deidentified_doses_are_the_same_bit_for_bit() {
    let exported = Exported::of(&whole());
    let again = read(exported.out.path()).objects;
    assert_eq!(again.doses.len(), 2);
    for dose in &exported.original.objects.doses {
        let new = by_uid(&again.doses, |dose| &dose.header, exported.new_uid(&dose.header.uid));
        assert_eq!(dose.content, new.content);
        assert!(dose.voxels.values() == new.voxels.values());
        assert!(dose.voxels.grid().coincides(new.voxels.grid(), 1e-9));
        assert_eq!(
            (&dose.units, &dose.dose_type, &dose.summation_type),
            (&new.units, &new.dose_type, &new.summation_type)
        );
        assert_eq!(exported.new_uid(dose.frame.as_str()), new.frame.as_str());
        assert_eq!(exported.new_uid(&dose.plans[0].plan), new.plans[0].plan);
    }
}

#[test]
fn deidentified_contours_are_the_same_and_names_are_of_the_list_or_numbers() {
    let exported = Exported::of(&whole());
    let again = read(exported.out.path()).objects;
    let mut names = BTreeSet::new();
    for set in &exported.original.objects.structure_sets {
        let new = by_uid(&again.structure_sets, |set| &set.header, exported.new_uid(&set.header.uid));
        assert_eq!(set.rois.len(), new.rois.len());
        for (roi, new) in set.rois.iter().zip(&new.rois) {
            assert_eq!((roi.number, &roi.contours), (new.number, &new.contours));
            assert_eq!(roi.interpreted_type, new.interpreted_type);
            let named = crate::patient::standard_name(&roi.name);
            assert_eq!(new.name, named.unwrap_or_else(|| format!("ROI_{}", roi.number)));
            names.insert(new.name.clone());
        }
        let images: BTreeSet<&str> = set.images.iter().map(|uid| exported.new_uid(uid)).collect();
        assert_eq!(images, new.images.iter().map(String::as_str).collect());
        assert!(new.label.starts_with("Structures "));
    }
    assert!(names.contains("SpinalCord") && names.iter().any(|name| name.starts_with("ROI_")));
}

#[test]
fn deidentified_plans_and_records_say_the_same() {
    let exported = Exported::of(&whole());
    let again = read(exported.out.path()).objects;
    let original = &exported.original.objects;
    assert_eq!(again.plans.len(), original.plans.len());
    for plan in &original.plans {
        let new = by_uid(&again.plans, |plan| &plan.header, exported.new_uid(&plan.header.uid));
        assert_eq!(plan.fraction_groups, new.fraction_groups);
        assert_eq!((plan.modality, plan.prescription_gy), (new.modality, new.prescription_gy));
        assert_eq!((&plan.prescribed_rois, &plan.approval), (&new.prescribed_rois, &new.approval));
        assert_eq!(exported.new_uid(plan.structure_set.as_ref().unwrap()), new.structure_set.as_ref().unwrap());
    }
    let labels: Vec<&str> = in_time(&again).iter().map(|(_, label)| *label).collect();
    assert_eq!(labels, ["Plan 1", "Plan 2"]);
    assert_eq!((original.records.len(), again.records.len()), (5, 5));
    for record in &original.records {
        let new = by_uid(&again.records, |record| &record.header, exported.new_uid(&record.header.uid));
        assert_eq!(record.fraction_numbers, new.fraction_numbers);
        assert_eq!(record.fraction_group, new.fraction_group);
        assert_eq!(exported.new_uid(&record.plan), new.plan);
    }
}

fn in_time(objects: &Objects) -> Vec<(NaiveDate, &str)> {
    let mut plans: Vec<_> = objects.plans.iter().map(|plan| (plan.date.unwrap(), plan.label.as_str())).collect();
    plans.sort_unstable();
    plans
}

#[test]
fn deidentified_registrations_map_points_to_the_same_places() {
    let exported = Exported::of(&whole());
    let again = read(exported.out.path()).objects;
    let original = &exported.original.objects;
    assert_eq!((original.registrations.len(), again.registrations.len()), (2, 2));
    for registration in &original.registrations {
        let uid = exported.new_uid(&registration.header.uid);
        let new = by_uid(&again.registrations, |registration| &registration.header, uid);
        assert_eq!((registration.kind, registration.transforms.len()), (new.kind, new.transforms.len()));
        for (map, new) in registration.transforms.iter().zip(&new.transforms) {
            assert_eq!(exported.new_uid(map.from.as_str()), new.from.as_str());
            assert_eq!(exported.new_uid(map.to.as_str()), new.to.as_str());
            for point in [[0.0, 0.0, 0.0], [12.5, -7.25, 3.0], [-31.0, 10.0, 21.0]] {
                let point = geometry::Point::from(point);
                match (map.transform.apply(&point), new.transform.apply(&point)) {
                    (Some(a), Some(b)) => assert!((a - b).norm() < 1e-6),
                    (a, b) => assert_eq!(a.is_none(), b.is_none()),
                }
            }
        }
    }
}

#[test]
fn deidentified_images_have_the_same_voxels_in_the_same_places() {
    let mut exported = Exported::of(&whole());
    let mut again = read(exported.out.path());
    assert_eq!(again.objects.images.len(), 4, "two CT, one PET, one MR");
    for index in 0..exported.original.objects.images.len() {
        exported.original.load_voxels(index).unwrap();
        let image = &exported.original.objects.images[index];
        let first = exported.new_uid(&image.instances[0]).to_owned();
        let new = again.objects.images.iter().position(|new| new.instances[0] == first).unwrap();
        again.load_voxels(new).unwrap();
        let new = &again.objects.images[new];
        let instances: Vec<&str> = image.instances.iter().map(|uid| exported.new_uid(uid)).collect();
        assert_eq!(instances, new.instances);
        assert_eq!((&image.header.kind, &image.patient_position), (&new.header.kind, &new.patient_position));
        assert!(image.grid.as_ref().unwrap().coincides(new.grid.as_ref().unwrap(), 1e-9));
        assert!(image.voxels.as_ref().unwrap().values() == new.voxels.as_ref().unwrap().values());
    }
}

#[test]
fn deidentified_dates_keep_their_intervals_and_weekdays() {
    use chrono::Datelike;
    let exported = Exported::of(&whole());
    let again = read(exported.out.path()).objects;
    let original = &exported.original.objects;
    let days = exported.export.linkage.days;
    let moved = |before: Option<NaiveDate>, after: Option<NaiveDate>| {
        let (before, after) = (before.unwrap(), after.unwrap());
        assert_eq!((after - before).num_days(), days);
        assert_eq!(before.weekday(), after.weekday());
    };
    for record in &original.records {
        let new = by_uid(&again.records, |record| &record.header, exported.new_uid(&record.header.uid));
        moved(record.date, new.date);
        moved(record.header.study_date, new.header.study_date);
    }
    for plan in &original.plans {
        moved(plan.date, by_uid(&again.plans, |plan| &plan.header, exported.new_uid(&plan.header.uid)).date);
    }
    for set in &original.structure_sets {
        let new = by_uid(&again.structure_sets, |set| &set.header, exported.new_uid(&set.header.uid));
        moved(set.date, new.date);
    }
}

/// Decay between injection and scan is all that an uptake value needs of the times.
#[test]
fn deidentified_pet_keeps_what_an_uptake_value_needs() {
    use chrono::NaiveDateTime;
    let exported = Exported::of(&whole());
    let new = read(exported.out.path()).objects;
    let pet = new.images.iter().find(|image| image.header.kind == "PT").unwrap();
    let file = exported.export.manifest.files.iter().find(|file| file.sop_instance == pet.instances[3]).unwrap();
    let bytes = std::fs::read(exported.out.path().join(&file.file)).unwrap();
    let object = Parsed::read(&bytes).unwrap().object;
    let text = |tag| access::text(&object, tag).unwrap();
    assert_eq!((text(tags::UNITS).as_str(), text(tags::DECAY_CORRECTION).as_str()), ("BQML", "START"));
    assert_eq!(text(tags::CORRECTED_IMAGE), "ATTN\\DECY\\SCAT");
    assert_eq!(text(tags::PATIENT_WEIGHT), "72.5");
    let drug = &access::items(&object, tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE)[0];
    assert_eq!(access::text(drug, tags::RADIONUCLIDE_HALF_LIFE).unwrap(), "6586.2");
    assert_eq!(access::text(drug, tags::RADIONUCLIDE_TOTAL_DOSE).unwrap(), "250000000");
    let at = |text: String| NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%S%.f").unwrap();
    let series = at(text(tags::SERIES_DATE) + &text(tags::SERIES_TIME));
    let injected = at(access::text(drug, tags::RADIOPHARMACEUTICAL_START_DATE_TIME).unwrap());
    assert_eq!((series - injected).num_seconds(), 3600);
    assert_eq!(Some(series.date()), pet.header.study_date);
    assert_ne!(series.time().to_string(), "09:30:00");
}

#[test]
fn deidentified_files_are_the_same_for_the_same_key_and_share_no_uid_for_another() {
    let exported = Exported::of(&whole());
    let (again, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let same = export(&exported.original, KEY, again.path());
    assert_eq!(exported.export.manifest, same.manifest);
    for file in &same.manifest.files {
        let bytes = |place: &std::path::Path| std::fs::read(place.join(&file.file)).unwrap();
        assert!(bytes(exported.out.path()) == bytes(again.path()), "{}", file.file);
    }
    let unlike = export(&exported.original, OTHER_KEY, other.path());
    let uids = |linkage: &dicom::deidentify::Linkage| linkage.uids.values().cloned().collect::<BTreeSet<String>>();
    assert!(uids(&exported.export.linkage).is_disjoint(&uids(&unlike.linkage)));
    assert_ne!(exported.export.linkage.pseudonym, unlike.linkage.pseudonym);
    assert_ne!(exported.export.linkage.days, unlike.linkage.days);
    let originals: BTreeSet<String> = exported.export.linkage.uids.keys().cloned().collect();
    assert!(uids(&exported.export.linkage).is_disjoint(&originals));
}

#[test]
fn deidentified_protons_stay_protons() {
    let exported = Exported::of(&SyntheticPatient::generate(&Options::tiny_of(Scenario::HeadAndNeckProton)));
    let again = read(exported.out.path()).objects;
    for plan in &exported.original.objects.plans {
        let new = by_uid(&again.plans, |plan| &plan.header, exported.new_uid(&plan.header.uid));
        assert_eq!((plan.modality, &plan.fraction_groups), (new.modality, &new.fraction_groups));
    }
    assert!(again.plans.iter().any(|plan| plan.modality == Modality::Proton));
    assert!(again.doses.iter().any(|dose| dose.dose_type == DoseType::Effective));
}

/// Sources and channels are not exported, and a plan must not become one of another kind by that.
#[test]
fn deidentified_brachytherapy_stays_brachytherapy_and_is_told_of() {
    use dicom_core::value::DataSetSequence;
    use dicom_core::{DataElement, VR};
    let mut patient = SyntheticPatient::generate(&Options::tiny());
    let plan = &mut patient.file(ObjectKind::Plan, 1).object;
    plan.remove_element(tags::BEAM_SEQUENCE);
    let setup = dicom_object::InMemDicomObject::from_element_iter([
        DataElement::new(tags::APPLICATION_SETUP_TYPE, VR::CS, "MANCHESTER"),
        DataElement::new(tags::APPLICATION_SETUP_NUMBER, VR::IS, "1"),
    ]);
    plan.put(DataElement::new(tags::APPLICATION_SETUP_SEQUENCE, VR::SQ, DataSetSequence::from(vec![setup])));
    let exported = Exported::of(&patient);
    let again = read(exported.out.path()).objects;
    assert_eq!(again.plans.iter().filter(|plan| plan.modality == Modality::Brachy).count(), 1);
    assert!(exported.export.manifest.notices.iter().any(|notice| notice.contains("brachytherapy")));
}
