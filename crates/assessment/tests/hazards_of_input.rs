//! Hazards of identity, references, dose objects and time: each with a fault and its twin without it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod support;

use case::Severity;
use dicom_core::{DataElement, VR};
use dicom_object::InMemDicomObject;
use phantom::{ObjectKind, Options, PatientIdentity, SyntheticPatient};
use support::*;

#[test]
fn h01_a_course_of_another_patient_is_refused() {
    for (tag, vr, value) in [
        (tags::PATIENT_BIRTH_DATE, VR::DA, "19800101"),
        (tags::ISSUER_OF_PATIENT_ID, VR::LO, "ANOTHER HOSPITAL"),
        (tags::PATIENT_SEX, VR::CS, "M"),
        (tags::PATIENT_NAME, VR::PN, "Somebody^Else"),
    ] {
        let faulty = with(|patient| {
            for file in patient.files.iter_mut().filter(|file| file.course == 1) {
                put(&mut file.object, tag, vr, value);
            }
        });
        assert_found(&faulty, "", "H01", Severity::Refuse);
    }
    let linked = with(|patient| put(dose(patient, 1), tags::PATIENT_SEX, VR::CS, "M"));
    let text = "[case.same_patient]\naccepted_by = \"physicist\"\nreason = \"sex was mistyped\"";
    let findings = order(&linked, text).findings;
    assert!(has(findings.as_slice(), "H01", Severity::Warn) && !has(findings.as_slice(), "H01", Severity::Refuse));
}

#[test]
fn h02_two_ids_of_one_person_are_noticed() {
    let faulty = with(|patient| {
        for file in patient.files.iter_mut().filter(|file| file.course == 1) {
            put(&mut file.object, tags::PATIENT_ID, VR::LO, "RERT-OLD-7");
            put(&mut file.object, tags::PATIENT_NAME, VR::PN, "Reirradiation^Phantom");
        }
    });
    assert_found(&faulty, "", "H02", Severity::Warn);
}

#[test]
fn h03_a_dose_that_refers_to_the_plan_of_another_patient_is_refused() {
    let faulty = with(|patient| put(dose(patient, 1), tags::PATIENT_BIRTH_DATE, VR::DA, "19800101"));
    assert_refused(&faulty, "H03");
}

#[test]
fn h04_a_dose_without_a_plan_is_refused_until_it_is_linked() {
    let faulty = with(|patient| {
        dose(patient, 1).remove_element(REFERENCED_RT_PLAN_SEQUENCE);
    });
    assert_refused(&faulty, "H04");
    let (uid, label) = {
        let mut copy = faulty.clone();
        (text(dose(&mut copy, 1), tags::SOP_INSTANCE_UID), text(plan(&mut copy, 1), tags::RT_PLAN_LABEL))
    };
    let linked = order(&faulty, &format!("[[dose]]\ndose = \"{uid}\"\nplan = \"{label}\""));
    assert!(!linked.findings.has_refusal(), "{:#?}", linked.findings);
}

#[test]
fn h06_directions_that_are_not_perpendicular_are_refused() {
    let faulty = with(|patient| {
        let skew = ["1", "0", "0", "0.05", "0.998749", "0"].map(str::to_owned);
        put_texts(dose(patient, 1), tags::IMAGE_ORIENTATION_PATIENT, VR::DS, &skew);
    });
    assert_refused(&faulty, "H06");
}

#[test]
fn h12_relative_doses_are_refused() {
    let relative = with(|patient| put(dose(patient, 1), tags::DOSE_UNITS, VR::CS, "RELATIVE"));
    assert_refused(&relative, "H12");
    let absent = with(|patient| {
        dose(patient, 1).remove_element(tags::DOSE_UNITS);
    });
    assert_refused(&absent, "H12");
}

/// Multiplies the scaling of the prior dose.
fn scaled(factor: f64) -> SyntheticPatient {
    with(|patient| {
        let scaling: f64 = text(dose(patient, 1), tags::DOSE_GRID_SCALING).trim().parse().unwrap();
        put(dose(patient, 1), tags::DOSE_GRID_SCALING, VR::DS, &format!("{:.6e}", scaling * factor));
    })
}

#[test]
fn h13_a_dose_a_hundred_times_too_large_is_refused_and_a_doubtful_one_is_warned_of() {
    assert_refused(&scaled(100.0), "H13");
    assert_refused(&scaled(0.01), "H13");
    assert_found(&scaled(3.0), "", "H13", Severity::Warn);
    let lost = with(|patient| {
        dose(patient, 1).remove_element(tags::DOSE_GRID_SCALING);
    });
    assert!(order(&lost, "").findings.has_refusal());
}

#[test]
fn h14_a_difference_of_doses_is_refused_and_a_rejected_plan_is_warned_of() {
    let error = with(|patient| put(dose(patient, 1), tags::DOSE_TYPE, VR::CS, "ERROR"));
    assert_refused(&error, "H14");
    let unknown = with(|patient| put(dose(patient, 1), tags::DOSE_TYPE, VR::CS, "GUESSED"));
    assert_refused(&unknown, "H14");
    let rejected = with(|patient| put(plan(patient, 1), tags::APPROVAL_STATUS, VR::CS, "REJECTED"));
    assert_found(&rejected, "", "H14", Severity::Warn);
}

/// Makes the prior course one of protons.
fn protons(patient: &mut SyntheticPatient) {
    each_item(plan(patient, 1), tags::BEAM_SEQUENCE, |beam| put(beam, tags::RADIATION_TYPE, VR::CS, "PROTON"));
}

#[test]
fn h15_a_physical_proton_dose_needs_a_stated_rbe() {
    let faulty = with(protons);
    assert_refused(&faulty, "H15");
    let label = text(plan(&mut faulty.clone(), 1), tags::RT_PLAN_LABEL);
    let stated = order(&faulty, &format!("[[plan]]\nplan = \"{label}\"\nrbe = 1.1"));
    assert!(!stated.findings.has_refusal());
    let doses: Vec<f64> =
        stated.courses[0].doses().map(|dose| dose.voxels.values().iter().copied().fold(0.0, f64::max)).collect();
    let photons = order(&patient(), "");
    let without: Vec<f64> =
        photons.courses[0].doses().map(|dose| dose.voxels.values().iter().copied().fold(0.0, f64::max)).collect();
    assert!((doses[0] / without[0] - 1.1).abs() < 1e-9);
}

#[test]
fn h15_an_effective_proton_dose_is_not_multiplied_again() {
    let effective = with(|patient| {
        protons(patient);
        put(dose(patient, 1), tags::DOSE_TYPE, VR::CS, "EFFECTIVE");
    });
    let ordered = order(&effective, "");
    assert!(!ordered.findings.has_refusal());
    assert!(has(ordered.findings.as_slice(), "H15", Severity::Note));
    assert_eq!(ordered.courses[0].plans[0].rbe.multiplier(), 1.0);
}

#[test]
fn h15_an_effective_photon_dose_may_be_an_eqd2_and_is_refused() {
    let faulty = with(|patient| put(dose(patient, 1), tags::DOSE_TYPE, VR::CS, "EFFECTIVE"));
    assert_refused(&faulty, "H15");
}

/// Splits the prior dose into one object per beam; each carries a third of it.
fn beam_doses(n_written: usize) -> SyntheticPatient {
    with(|patient| {
        let mut beams: Vec<i32> = Vec::new();
        each_item(plan(patient, 1), tags::BEAM_SEQUENCE, |beam| {
            beams.push(text(beam, tags::BEAM_NUMBER).trim().parse().unwrap());
        });
        let parts = beams.len() as f64;
        let scaling: f64 = text(dose(patient, 1), tags::DOSE_GRID_SCALING).trim().parse().unwrap();
        let mut files = Vec::new();
        for beam in &beams[..n_written.min(beams.len())] {
            let mut file = twin_object(patient, ObjectKind::Dose, 1, &format!("2.25.77{beam}"));
            put(&mut file.object, tags::DOSE_SUMMATION_TYPE, VR::CS, "BEAM");
            // A trace of difference keeps the parts from being taken for exports of the same dose.
            let scaled = scaling / parts * (1.0 + 1e-6 * f64::from(*beam));
            put(&mut file.object, tags::DOSE_GRID_SCALING, VR::DS, &format!("{scaled:.8e}"));
            each_item(&mut file.object, REFERENCED_RT_PLAN_SEQUENCE, |item| {
                let mut beam_item = InMemDicomObject::new_empty();
                put(&mut beam_item, tags::REFERENCED_BEAM_NUMBER, VR::IS, &beam.to_string());
                let mut group = InMemDicomObject::new_empty();
                put(&mut group, tags::REFERENCED_FRACTION_GROUP_NUMBER, VR::IS, "1");
                put_items(&mut group, tags::REFERENCED_BEAM_SEQUENCE, vec![beam_item]);
                put_items(item, tags::REFERENCED_FRACTION_GROUP_SEQUENCE, vec![group]);
            });
            files.push(file);
        }
        patient.files.retain(|file| !(file.kind == ObjectKind::Dose && file.course == 1));
        patient.files.extend(files);
    })
}

fn put_items(object: &mut InMemDicomObject, tag: dicom_core::Tag, items: Vec<InMemDicomObject>) {
    object.put(DataElement::new(tag, VR::SQ, dicom_core::value::DataSetSequence::from(items)));
}

fn maximum(case: &case::Case, course: usize) -> f64 {
    case.courses[course].doses().flat_map(|dose| dose.voxels.values()).copied().fold(0.0, f64::max)
}

#[test]
fn h16_beam_doses_count_when_all_beams_are_there() {
    let whole = order(&patient(), "");
    let complete = order(&beam_doses(usize::MAX), "");
    assert!(!complete.findings.has_refusal(), "{:#?}", complete.findings);
    assert!((maximum(&complete, 0) / maximum(&whole, 0) - 1.0).abs() < 1e-5);
}

#[test]
fn h16_beam_doses_are_refused_when_one_is_missing() {
    let n_beams = {
        let mut n = 0;
        each_item(plan(&mut patient(), 1), tags::BEAM_SEQUENCE, |_| n += 1);
        n
    };
    assert_refused(&beam_doses(n_beams - 1), "H16");
}

#[test]
fn h16_the_dose_of_one_fraction_is_multiplied_and_shown() {
    let fraction = with(|patient| {
        let scaling: f64 = text(dose(patient, 1), tags::DOSE_GRID_SCALING).trim().parse().unwrap();
        put(dose(patient, 1), tags::DOSE_GRID_SCALING, VR::DS, &format!("{:.8e}", scaling / 30.0));
        put(dose(patient, 1), tags::DOSE_SUMMATION_TYPE, VR::CS, "FRACTION");
    });
    assert_found(&fraction, "", "H16", Severity::Note);
    let ratio = maximum(&order(&fraction, ""), 0) / maximum(&order(&patient(), ""), 0);
    assert!((ratio - 1.0).abs() < 1e-6, "60 Gy, not 2 Gy: {ratio}");
    let control_point = with(|patient| put(dose(patient, 1), tags::DOSE_SUMMATION_TYPE, VR::CS, "CONTROL_POINT"));
    assert_refused(&control_point, "H16");
}

#[test]
fn h17_a_sum_beside_its_parts_is_refused() {
    let faulty = with(|patient| {
        let other = text(plan(patient, 2), tags::SOP_INSTANCE_UID);
        let mut sum = twin_object(patient, ObjectKind::Dose, 1, "2.25.4711");
        put(&mut sum.object, tags::DOSE_SUMMATION_TYPE, VR::CS, "MULTI_PLAN");
        put(&mut sum.object, tags::DOSE_GRID_SCALING, VR::DS, "1.1e-6");
        let mut item = InMemDicomObject::new_empty();
        put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, &other);
        let mut items: Vec<InMemDicomObject> = vec![item];
        each_item(&mut sum.object, REFERENCED_RT_PLAN_SEQUENCE, |item| items.push(item.clone()));
        put_items(&mut sum.object, REFERENCED_RT_PLAN_SEQUENCE, items);
        patient.files.push(sum);
    });
    assert_refused(&faulty, "H17");
}

#[test]
fn h18_the_same_dose_under_another_uid_is_counted_once() {
    let faulty = with(|patient| {
        let twin = twin_object(patient, ObjectKind::Dose, 1, "2.25.4712");
        patient.files.push(twin);
    });
    assert_found(&faulty, "", "H18", Severity::Warn);
    assert_eq!(maximum(&order(&faulty, ""), 0), maximum(&order(&patient(), ""), 0));
}

#[test]
fn h19_two_contents_under_one_uid_are_refused() {
    let faulty = with(|patient| {
        let uid = text(dose(patient, 1), tags::SOP_INSTANCE_UID);
        let mut twin = twin_object(patient, ObjectKind::Dose, 1, &uid);
        put(&mut twin.object, tags::DOSE_GRID_SCALING, VR::DS, "1e-5");
        patient.files.push(twin);
    });
    assert_refused(&faulty, "H19");
}

fn with_fractions(value: Option<&str>) -> SyntheticPatient {
    with(|patient| {
        each_item(plan(patient, 1), tags::FRACTION_GROUP_SEQUENCE, |group| {
            match value {
                Some(value) => put(group, tags::NUMBER_OF_FRACTIONS_PLANNED, VR::IS, value),
                None => {
                    group.remove_element(tags::NUMBER_OF_FRACTIONS_PLANNED);
                }
            };
        });
    })
}

#[test]
fn h21_without_a_number_of_fractions_there_is_no_eqd2() {
    assert_refused(&with_fractions(None), "H21");
    assert_refused(&with_fractions(Some("0")), "H21");
    assert_refused(&with_fractions(Some("-5")), "H21");
    let missing = with_fractions(None);
    let label = text(plan(&mut missing.clone(), 1), tags::RT_PLAN_LABEL);
    let stated = order(&missing, &format!("[[plan]]\nplan = \"{label}\"\nfractions_planned = 30"));
    assert!(!stated.findings.has_refusal());
    assert_eq!(stated.courses[0].plans[0].fractions_planned, 30);
}

/// The patient with treatment records of the first fractions of the prior course.
fn recorded(n: u32) -> SyntheticPatient {
    with(|patient| {
        let records: Vec<_> = (1..=n).map(|fraction| patient.treatment_record(1, fraction)).collect();
        patient.files.extend(records);
    })
}

#[test]
fn h21_records_that_contradict_the_plan_are_warned_of() {
    assert_found(&recorded(25), "", "H21", Severity::Warn);
    assert!(!has(order(&recorded(30), "").findings.as_slice(), "H21", Severity::Warn));
}

#[test]
fn h22_a_course_broken_off_is_shown_and_scaled_only_by_choice() {
    let broken_off = recorded(17);
    assert_found(&broken_off, "", "H22", Severity::Warn);
    let (whole, shown) = (order(&patient(), ""), order(&broken_off, ""));
    assert_eq!(shown.courses[0].plans[0].fractions_delivered, 17);
    assert_eq!(maximum(&shown, 0), maximum(&whole, 0));
    let label = text(plan(&mut broken_off.clone(), 1), tags::RT_PLAN_LABEL);
    let chosen = order(&broken_off, &format!("[[plan]]\nplan = \"{label}\"\nfractions_delivered = 17"));
    assert!((maximum(&chosen, 0) / maximum(&whole, 0) - 17.0 / 30.0).abs() < 1e-9);
    let fractions: Vec<u32> = chosen.courses[0].doses().map(|dose| dose.fractions.get()).collect();
    assert_eq!(fractions, [17]);
}

#[test]
fn h23_a_plan_dose_over_two_fraction_groups_is_refused() {
    let faulty = with(|patient| {
        let mut groups = Vec::new();
        each_item(plan(patient, 1), tags::FRACTION_GROUP_SEQUENCE, |group| groups.push(group.clone()));
        let mut boost = groups[0].clone();
        put(&mut boost, tags::FRACTION_GROUP_NUMBER, VR::IS, "2");
        put(&mut boost, tags::NUMBER_OF_FRACTIONS_PLANNED, VR::IS, "5");
        groups.push(boost);
        put_items(plan(patient, 1), tags::FRACTION_GROUP_SEQUENCE, groups);
    });
    assert_refused(&faulty, "H23");
}

#[test]
fn h37_dates_that_cannot_be_meant_are_refused() {
    for written in ["210301", "20210301-20210310", "20210231", "30210301"] {
        let faulty = with(|patient| put(plan(patient, 1), tags::RT_PLAN_DATE, VR::DA, written));
        assert_found(&faulty, "", "H37", Severity::Refuse);
    }
    let before_birth = with(|patient| put(plan(patient, 1), tags::RT_PLAN_DATE, VR::DA, "19500101"));
    assert_found(&before_birth, "", "H37", Severity::Refuse);
    let future = "[case]\nassessment_date = \"2022-01-01\"";
    assert!(has(order(&patient(), future).findings.as_slice(), "H37", Severity::Refuse));
    assert!(!order(&patient(), "[case]\nassessment_date = \"2026-01-01\"").findings.has_refusal());
}

#[test]
fn h37_an_unknown_order_in_time_is_refused_until_it_is_stated() {
    let undated = with(|patient| {
        for file in &mut patient.files {
            put(&mut file.object, tags::STUDY_DATE, VR::DA, "");
            if file.kind == ObjectKind::Plan {
                put(&mut file.object, tags::RT_PLAN_DATE, VR::DA, "");
            }
        }
    });
    assert_found(&undated, "", "H37", Severity::Refuse);
    let label = text(plan(&mut undated.clone(), 2), tags::RT_PLAN_LABEL);
    let stated = order(&undated, &format!("[case]\ncurrent_course = \"{label}\""));
    assert!(!stated.findings.has_refusal());
    assert_eq!(stated.current().unwrap().label, label);
}

#[test]
fn h38_courses_in_different_frames_without_any_way_between_them_are_refused() {
    let faulty = with(|patient| {
        patient.files.retain(|file| !matches!(file.kind, ObjectKind::Ct | ObjectKind::Registration));
    });
    let result = assess(&faulty, "");
    assert!(result.refused && has(&result.findings, "H38", Severity::Refuse));
    assert!(!has(&assess(&patient(), "").findings, "H38", Severity::Refuse));
}

#[test]
fn h38_a_copied_frame_over_different_images_is_warned_of() {
    let mut options = Options::tiny();
    options.same_frame = true;
    let mut copied = SyntheticPatient::generate(&options);
    let mut removed = 0;
    copied.files.retain(|file| {
        let drop = file.kind == ObjectKind::Ct && file.course == 1 && removed < 6;
        removed += usize::from(drop);
        !drop
    });
    for file in copied.files.iter_mut().filter(|file| file.kind == ObjectKind::StructureSet && file.course == 1) {
        file.object.remove_element(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE);
    }
    assert_found(&copied, "", "H38", Severity::Warn);
}

#[test]
fn h40_a_dose_that_was_mapped_already_is_refused() {
    let faulty = with(|patient| put(dose(patient, 1), dicom_core::Tag(0x3004, 0x0005), VR::CS, "NON_RIGID"));
    assert_refused(&faulty, "H40");
}

#[test]
fn h47_a_plan_without_dose_and_half_a_series_are_refused() {
    let without_dose = with(|patient| {
        patient.files.retain(|file| !(file.kind == ObjectKind::Dose && file.course == 1));
    });
    assert_refused(&without_dose, "H47");
    let half_a_series = with(|patient| {
        let mut n = 0;
        patient.files.retain(|file| {
            let is_slice = file.kind == ObjectKind::Ct && file.course == 2;
            n += usize::from(is_slice);
            !is_slice || n <= 22
        });
    });
    assert_refused(&half_a_series, "H47");
}

#[test]
fn h48_numbers_that_are_not_numbers_are_refused() {
    for written in ["nan", "1,5", "inf", "1.5e", "0x10"] {
        let faulty = with(|patient| put(dose(patient, 1), tags::DOSE_GRID_SCALING, VR::DS, written));
        assert_found(&faulty, "", "H48", Severity::Refuse);
    }
}

#[test]
fn h48_a_changed_input_changes_the_hash_of_the_inputs() {
    let hashes = |patient: &SyntheticPatient| -> Vec<String> {
        read(patient).objects.inputs.iter().map(|input| input.sha256.clone()).collect()
    };
    let changed = with(|patient| put(dose(patient, 1), tags::DOSE_COMMENT, VR::LO, "touched"));
    assert_ne!(hashes(&patient()), hashes(&changed));
    assert_eq!(hashes(&patient()), hashes(&patient()));
}

#[test]
fn a_damaged_file_loses_nothing_else_and_crashes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    patient().write(folder.path()).unwrap();
    let plan = folder.path().join("course1/RP.dcm");
    let bytes = std::fs::read(&plan).unwrap();
    for end in [0, 100, 131, 140, 400, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&plan, &bytes[..end]).unwrap();
        let read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
        assert_eq!(read.objects.doses.len(), 2);
        let ordered = assessment::order(&read.objects, &case::Settings::default()).unwrap();
        assert!(ordered.findings.has_refusal(), "cut at {end}");
    }
}

#[test]
fn a_patient_of_another_identity_keeps_its_uids_apart() {
    let mut options = Options::tiny();
    options.patient = PatientIdentity { id: "OTHER".into(), ..PatientIdentity::default() };
    let other = SyntheticPatient::generate(&options);
    let uid = |patient: &SyntheticPatient| text(&patient.files[0].object, tags::SOP_INSTANCE_UID);
    assert_ne!(uid(&other), uid(&patient()));
}

/// A second plan of the prior course with a third of its dose, of the same date and number of fractions.
fn with_second_plan() -> SyntheticPatient {
    with(|patient| {
        let scaling: f64 = text(dose(patient, 1), tags::DOSE_GRID_SCALING).trim().parse().unwrap();
        let mut second = twin_object(patient, ObjectKind::Plan, 1, "2.25.4720");
        put(&mut second.object, tags::RT_PLAN_LABEL, VR::SH, "SECOND");
        let mut its_dose = twin_object(patient, ObjectKind::Dose, 1, "2.25.4721");
        put(&mut its_dose.object, tags::DOSE_GRID_SCALING, VR::DS, &format!("{:.9e}", scaling / 3.0));
        each_item(&mut its_dose.object, REFERENCED_RT_PLAN_SEQUENCE, |item| {
            put(item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, "2.25.4720");
        });
        patient.files.extend([second, its_dose]);
    })
}

#[test]
fn h25_plans_that_may_share_sessions_are_refused_until_it_is_stated() {
    let faulty = with_second_plan();
    assert_found(&faulty, "", "H25", Severity::Refuse);
    let first = order(&patient(), "").courses[0].plans[0].label.clone();
    let shared = order(&faulty, &format!("[[plan]]\nplan = \"SECOND\"\nsame_sessions_as = \"{first}\"\n"));
    assert!(!has(shared.findings.as_slice(), "H25", Severity::Refuse), "{:#?}", shared.findings);
    assert!(has(shared.findings.as_slice(), "H25", Severity::Note));
    // One dose of four thirds in the same number of sessions, against two doses of their own.
    let doses: Vec<_> = shared.courses[0].doses().collect();
    assert_eq!((doses.len(), doses[0].fractions.get()), (1, 30));
    let alone = maximum(&order(&patient(), ""), 0);
    assert!((maximum(&shared, 0) - alone * 4.0 / 3.0).abs() < 1e-3 * alone);
    let own = order(&faulty, "[[plan]]\nplan = \"SECOND\"\nown_sessions = true\n");
    assert!(!has(own.findings.as_slice(), "H25", Severity::Refuse));
    assert_eq!(own.courses[0].doses().count(), 2);
    let misnamed = order(&faulty, "[[plan]]\nplan = \"SECOND\"\nsame_sessions_as = \"nothing\"\n");
    assert!(has(misnamed.findings.as_slice(), "H25", Severity::Refuse));
}

#[test]
fn h37_a_stated_last_day_bounds_the_interval_and_is_compared_with_the_records() {
    let stated = "[[plan]]\nplan = \"HN_60\"\nstart_date = \"2021-03-15\"\nend_date = \"2021-04-30\"\n";
    let without = order(&patient(), "");
    let dated = order(&patient(), stated);
    let prior = |case: &case::Case| case.prior().next().unwrap().clone();
    assert_eq!(prior(&without).end_date, None);
    assert_eq!(prior(&dated).end_date, "2021-04-30".parse().ok());
    // The current course is dated the 6th of June 2024, 1,133 days after the 30th of April 2021.
    assert_eq!(prior(&dated).interval_days, Some(1133));
    assert!(prior(&without).interval_days > prior(&dated).interval_days);
    assert!(
        !has(dated.findings.as_slice(), "H37", Severity::Note)
            && has(without.findings.as_slice(), "H37", Severity::Note)
    );
    let recorded = with(|patient| {
        let records: Vec<_> = (1..=30).map(|fraction| patient.treatment_record(1, fraction)).collect();
        patient.files.extend(records);
    });
    assert!(has(order(&recorded, stated).findings.as_slice(), "H37", Severity::Warn));
    assert!(!has(order(&recorded, "").findings.as_slice(), "H37", Severity::Warn));
}
