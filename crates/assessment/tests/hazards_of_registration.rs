//! Hazards H07, H38, H39, H41 and H43: maps that must not carry a dose, and what is done instead.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

mod support;

use std::path::Path;

use assessment::Assessment;
use case::Severity;
use dicom_core::{DataElement, PrimitiveValue, VR};
use geometry::{Affine, DeformationField, FrameOfReference, Grid, Matrix, Point, Vector, Volume};
use phantom::{ObjectKind, Options, SyntheticPatient};
use support::*;

/// Registered by the program: no object in the folder.
fn without_object() -> SyntheticPatient {
    SyntheticPatient::generate(&Options { include_registration: false, ..Options::tiny() })
}

/// Shows something else than the patient in every slice of the prior CT.
fn another_body(patient: &mut SyntheticPatient) {
    for file in patient.files_of(ObjectKind::Ct, 1) {
        let pixels = file.object.element(tags::PIXEL_DATA).unwrap().to_multi_int::<u16>().unwrap();
        let columns = 66;
        // A chequered block keeps the values and loses the anatomy.
        let value = |at: usize| pixels[(at / columns / 5 * 7 + at % columns / 6 * 11) * 13 % pixels.len()];
        let changed: Vec<u16> = (0..pixels.len()).map(value).collect();
        file.object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(changed.into())));
    }
}

fn says(result: &Assessment, code: &str, severity: Severity, words: &str) -> bool {
    let fits = |finding: &&case::Finding| finding.code == code && finding.severity == severity;
    result.findings.iter().filter(fits).any(|finding| finding.message.contains(words))
}

/// Assesses a patient beside a Deformable Spatial Registration.
fn assess_with(patient: &SyntheticPatient, field: &DeformationField) -> Assessment {
    let folder = tempfile::tempdir().unwrap();
    patient.write(folder.path()).unwrap();
    write(patient, field, &folder.path().join("deformable.dcm"));
    let mut read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
    let case = assessment::order(&read.objects, &settings("")).unwrap();
    for image in case.courses.iter().filter_map(|course| course.image) {
        read.load_voxels(image).unwrap();
    }
    assessment::assess(&read.objects, &case, &settings("")).unwrap()
}

fn write(patient: &SyntheticPatient, field: &DeformationField, path: &Path) {
    let read = read(patient);
    let case = assessment::order(&read.objects, &settings("")).unwrap();
    let frame = |course: usize| case.courses[course].frame.clone();
    let (fixed, moving): (FrameOfReference, FrameOfReference) = (frame(1), frame(0));
    let context = dicom::WriteContext {
        patient: case.patient.clone(),
        study: "1.2.3".to_owned(),
        date: None,
        seed: "test".to_owned(),
    };
    dicom::write_deformable_registration(path, "test", (&fixed, &moving), field, &context).unwrap();
}

/// The true motion with a bump of a height at a place of the current frame.
fn bumped(patient: &SyntheticPatient, centre: [f64; 3], height_mm: f64) -> DeformationField {
    let rows: Vec<f64> = patient.truth.moving_from_fixed.iter().flatten().copied().collect();
    let motion = Affine::from_row_major(&rows.try_into().unwrap()).unwrap();
    let middle = patient.truth.fixed_point([0.0, 0.0, 0.0]);
    let origin = Point::new(middle[0] - 225.0, middle[1] - 150.0, middle[2] - 160.0);
    let grid = Grid::axial(origin, [5.0; 3], [90, 60, 64]).unwrap();
    let value = |at: usize| {
        let position = grid.position_mm([at % 90, at / 90 % 60, at / 5400]);
        let distance = (position - Point::from(centre)).norm_squared();
        [(f64::from(height_mm as f32) * (-distance / 200.0).exp()) as f32, 0.0, 0.0]
    };
    let displacement = Volume::new(grid.clone(), (0..grid.len()).map(value).collect()).unwrap();
    DeformationField::new(Affine::identity(), displacement, motion)
}

fn shifted(patient: &mut SyntheticPatient, by_mm: f64) {
    let object = &mut patient.file(ObjectKind::Registration, 2).object;
    each_item(object, tags::REGISTRATION_SEQUENCE, |item| {
        each_item(item, tags::MATRIX_REGISTRATION_SEQUENCE, |registration| {
            each_item(registration, tags::MATRIX_SEQUENCE, |matrix| {
                let tag = dicom_core::Tag(0x3006, 0x00C6);
                let mut rows = matrix.element(tag).unwrap().to_multi_float64().unwrap();
                if (rows[3], rows[7], rows[11]) != (0.0, 0.0, 0.0) {
                    rows[11] += by_mm;
                    put_texts(matrix, tag, VR::DS, &rows.iter().map(f64::to_string).collect::<Vec<_>>());
                }
            });
        });
    });
}

#[test]
fn without_an_object_the_images_are_deformed_and_every_organ_says_how_much_depends_on_it() {
    let result = assess(&without_object(), "");
    let registration = &result.registrations[0];
    assert_eq!((registration.kind, registration.verdict()), ("deformable", Some("usable")));
    assert!(result.provisional && !registration.accepted);
    let truth = assess(&patient(), "");
    let (found, wanted) = (cord(&result).d0_1cc_gy.unwrap(), cord(&truth).d0_1cc_gy.unwrap());
    assert!((found - wanted).abs() < 3.0, "{found} {wanted}");
    let told = &structure(&result, "cord").uncertainty["registration"]["C1"];
    assert!(told["displacement_mm"].as_f64().unwrap() >= 2.0);
    let range: Vec<f64> =
        told["d0_1cc_range_gy"].as_array().unwrap().iter().map(|gy| gy.as_f64().unwrap()).collect();
    let used = told["eqd2"]["deformable"]["d0_1cc_gy"].as_f64().unwrap();
    assert!(range[0] <= used && used <= range[1] && range[0] < range[1]);
    assert!(told["eqd2"]["rigid"]["mean_gy"].as_f64().is_some());
}

#[test]
fn settings_choose_the_kind_of_registration() {
    let patient = without_object();
    for (kind, settings) in [
        ("rigid", "[registration]\nuse = \"rigid\""),
        ("deformable", "[registration]\nuse = \"deformable\""),
        ("regional", "[registration]\nuse = \"regional\"\naround = \"cord\"\nmargin_mm = 25.0"),
    ] {
        let result = assess(&patient, settings);
        assert_eq!(result.registrations[0].kind, kind);
        assert!(result.exported_registrations.iter().any(|exported| exported.name == format!("{kind}_C1")));
    }
    let guided = "[registration]\nguide = [\"cord=SpinalCord\"]\nonly_current = [\"GTV_re\"]";
    assert_eq!(assess(&patient, guided).registrations[0].kind, "deformable");
    let unknown = assess(&patient, "[registration]\nguide = [\"cord=spleen\"]");
    assert!(unknown.refused && has(&unknown.findings, "H40", Severity::Refuse));
    let nowhere = assess(&patient, "[registration]\nuse = \"regional\"\naround = \"spleen\"");
    assert!(nowhere.refused && has(&nowhere.findings, "H40", Severity::Refuse));
}

#[test]
fn h39_an_object_that_is_one_vertebra_off_is_not_used_unless_a_person_answers_for_it() {
    let off = with(|patient| shifted(patient, 18.5));
    let result = assess(&off, "");
    assert!(says(&result, "H39", Severity::Warn, "contradict"), "{:#?}", result.findings);
    assert_eq!(result.registrations[0].kind, "deformable");
    let accepted = assess(&off, "[registration]\naccepted_by = \"physicist\"\nreason = \"fused vertebrae\"");
    assert_eq!(accepted.registrations[0].kind, "dicom-rigid");
    assert!(says(&accepted, "H39", Severity::Warn, "contradict"));
    let named = assess(&off, "[registration]\nuse = \"dicom-rigid\"");
    assert!(named.refused && has(&named.findings, "H39", Severity::Refuse));
    assert!(!says(&assess(&patient(), ""), "H39", Severity::Warn, "contradict"));
}

#[test]
fn h39_images_that_do_not_fit_leave_the_sum_of_maxima() {
    let mut unlike = without_object();
    another_body(&mut unlike);
    let result = assess(&unlike, "");
    assert!(!result.refused && result.provisional);
    assert_eq!(result.registrations[0].kind, "none");
    assert!(says(&result, "H39", Severity::Warn, "sum of maxima"));
    let cord = structure(&result, "cord");
    assert_eq!((cord.cumulative_eqd2.d0_1cc_gy, cord.courses[0].eqd2.d0_1cc_gy), (None, None));
    let truth = assess(&patient(), "");
    let wanted = structure(&truth, "cord").cumulative_eqd2.d0_1cc_gy.unwrap();
    let bound = cord.cumulative_eqd2_at_most.as_ref().unwrap().d0_1cc_gy.unwrap();
    assert!(bound >= wanted, "{bound} {wanted}");
    assert_eq!(cord.uncertainty["sum_of_maxima"]["C1"][0]["of"], "the organ as drawn in the course");
    let cumulative = result.constraints.iter().filter(|constraint| constraint.at_most_gy.is_some());
    for constraint in cumulative {
        assert!(constraint.value_gy.is_none());
        let is_met = constraint.at_most_gy.unwrap() <= constraint.limit_gy.unwrap();
        // What the cord meets in the place of the thecal sac, which is not drawn, is not shown to be met.
        let is_shown = !constraint.id.starts_with("hytec");
        assert_eq!(constraint.verdict == guidelines::Verdict::Met, is_met && is_shown, "{}", constraint.id);
    }
    // What may still be given holds with bounds too; a cumulative dose is not exported.
    assert!(result.doses.iter().all(|dose| dose.name.starts_with("allowance")));
}

#[test]
fn h41_a_fold_in_an_organ_refuses_it_and_no_other() {
    let patient = without_object();
    let cord_place = patient.truth.fixed_point([1.0, 25.0, -20.0]);
    let folded = assess_with(&patient, &bumped(&patient, cord_place, 40.0));
    let refused = |result: &Assessment, name: &str| {
        let of = |finding: &&case::Finding| finding.code == "H41" && finding.severity == Severity::Refuse;
        result.findings.iter().filter(of).any(|finding| finding.subject == name)
    };
    assert!(refused(&folded, "cord") && structure(&folded, "cord").cumulative_eqd2.mean_gy.is_none());
    assert!(!refused(&folded, "BrainStem") && structure(&folded, "BrainStem").cumulative_eqd2.mean_gy.is_some());
    assert!(says(&folded, "H41", Severity::Warn, "folds"));
    let smooth = assess_with(&patient, &bumped(&patient, cord_place, 4.0));
    assert!(!smooth.findings.iter().any(|finding| finding.code == "H41"));
    assert_eq!(smooth.registrations[0].kind, "dicom-deformable");
}

#[test]
fn h07_images_with_left_and_right_exchanged_are_not_joined() {
    let mut mirrored = without_object();
    for file in mirrored.files_of(ObjectKind::Ct, 1) {
        let pixels = file.object.element(tags::PIXEL_DATA).unwrap().to_multi_int::<u16>().unwrap();
        let changed: Vec<u16> = pixels.chunks_exact(66).flat_map(|row| row.iter().rev().copied()).collect();
        file.object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(changed.into())));
    }
    let result = assess(&mirrored, "");
    assert!(says(&result, "H39", Severity::Warn, "mirrored"), "{:#?}", result.findings);
    assert_eq!(result.registrations[0].kind, "none");
    assert!(!says(&assess(&without_object(), ""), "H39", Severity::Warn, "mirrored"));
}

/// The direction of a field matters, and grids may stand in any orientation.
#[test]
fn h40_a_field_on_a_turned_grid_maps_as_the_one_on_a_straight_grid() {
    let patient = without_object();
    let turn = slanted_turn();
    let straight = bumped(&patient, patient.truth.fixed_point([10.0, 0.0, 0.0]), 6.0);
    let grid = straight.grid();
    let centre = grid.centre_mm();
    let axis = |axis: usize| turn.column(axis).into_owned();
    let origin = centre + turn * (grid.position_mm([0; 3]) - centre);
    let offsets: Vec<f64> = (0..64).map(|k| 5.0 * f64::from(k)).collect();
    let turned = Grid::new(origin, axis(0), axis(1), [5.0; 2], [90, 60], &offsets).unwrap();
    let value = |at: usize| {
        let position = turned.position_mm([at % 90, at / 90 % 60, at / 5400]);
        let moved = straight.after().inverse().apply(&straight.apply_continued(&position)) - position;
        [moved.x as f32, moved.y as f32, moved.z as f32]
    };
    let values = (0..turned.len()).map(value).collect();
    let other = DeformationField::new(
        Affine::identity(),
        Volume::new(turned.clone(), values).unwrap(),
        straight.after().clone(),
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("turned.dcm");
    write(&patient, &other, &path);
    let read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
    let map = &read.objects.registrations[0].transforms[0];
    for point in [[0.0, 0.0, 0.0], [12.0, 5.0, -9.0], [-20.0, 14.0, 33.0]] {
        let point = Point::from(patient.truth.fixed_point(point));
        let (found, wanted) = (map.transform.apply(&point).unwrap(), straight.apply(&point).unwrap());
        assert!((found - wanted).norm() < 0.3, "{}", (found - wanted).norm());
        assert!((found - other.apply(&point).unwrap()).norm() < 0.01);
        let back = map.transform.inverse().apply(&found).unwrap();
        assert!((back - point).norm() < 0.01);
    }
}

/// A turn of about 20 degrees about a slanted axis.
fn slanted_turn() -> Matrix {
    let axis = Vector::new(1.0, 2.0, 3.0).normalize();
    let cross = Matrix::new(0.0, -axis.z, axis.y, axis.z, 0.0, -axis.x, -axis.y, axis.x, 0.0);
    let (sine, cosine) = 0.35_f64.sin_cos();
    Matrix::identity() + cross * sine + cross * cross * (1.0 - cosine)
}
