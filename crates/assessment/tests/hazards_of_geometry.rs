//! Hazards of orientation, frames, structures, limits and export: each with a fault and its twin without it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod support;

use assessment::{Assessment, Metrics};
use case::Severity;
use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_object::InMemDicomObject;
use phantom::{DoseBits, ObjectKind, Options, SyntheticPatient};
use support::*;

fn numbers(row: &Metrics) -> Vec<Option<f64>> {
    vec![
        row.volume_cc,
        row.min_gy,
        row.max_gy,
        row.mean_gy,
        row.d98_percent_gy,
        row.d2_percent_gy,
        row.d0_03cc_gy,
        row.d0_1cc_gy,
    ]
}

/// All cumulative numbers of two results agree within a relative tolerance.
fn assert_equal(one: &Assessment, other: &Assessment, tolerance: f64, what: &str) {
    assert!(!one.structures.is_empty() && one.structures.len() == other.structures.len(), "{what}");
    for (a, b) in one.structures.iter().zip(&other.structures) {
        for (a_value, b_value) in numbers(&a.cumulative_eqd2).into_iter().zip(numbers(&b.cumulative_eqd2)) {
            match (a_value, b_value) {
                (Some(x), Some(y)) => {
                    assert!((x - y).abs() <= tolerance * x.abs().max(1.0), "{what}: {} {x} {y}", a.name);
                }
                (x, y) => assert_eq!(x, y, "{what}: {}", a.name),
            }
        }
    }
}

fn tiny(change: impl FnOnce(&mut Options)) -> SyntheticPatient {
    let mut options = Options::tiny();
    change(&mut options);
    SyntheticPatient::generate(&options)
}

#[test]
fn h05_all_patient_positions_give_the_same_numbers() {
    let reference = assess(&patient(), "");
    let positions: [(&str, [f64; 6]); 8] = [
        ("HFS", [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
        ("HFP", [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0]),
        ("FFS", [-1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
        ("FFP", [1.0, 0.0, 0.0, 0.0, -1.0, 0.0]),
        ("HFDR", [0.0, 1.0, 0.0, -1.0, 0.0, 0.0]),
        ("HFDL", [0.0, -1.0, 0.0, 1.0, 0.0, 0.0]),
        ("FFDR", [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]),
        ("FFDL", [0.0, -1.0, 0.0, -1.0, 0.0, 0.0]),
    ];
    for (position, orientation) in positions {
        let turned = tiny(|options| {
            options.ct_orientation = orientation;
            options.dose_orientation = orientation;
            options.patient_position = position.into();
        });
        assert_equal(&reference, &assess(&turned, ""), 1e-6, position);
    }
}

#[test]
fn h06_a_dose_in_other_planes_than_the_ct_gives_the_same_numbers() {
    let reference = assess(&patient(), "");
    for (what, orientation) in [
        ("turned", [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0]),
        ("sagittal", [0.0, 1.0, 0.0, 0.0, 0.0, -1.0]),
        ("coronal", [1.0, 0.0, 0.0, 0.0, 0.0, -1.0]),
    ] {
        let turned = tiny(|options| options.dose_orientation = orientation);
        assert_equal(&reference, &assess(&turned, ""), 1e-6, what);
    }
}

fn offsets(patient: &mut SyntheticPatient, course: usize) -> Vec<f64> {
    let element = dose(patient, course).element(tags::GRID_FRAME_OFFSET_VECTOR).unwrap();
    element.to_multi_float64().unwrap()
}

fn put_offsets(patient: &mut SyntheticPatient, course: usize, offsets: &[f64]) {
    let texts: Vec<String> = offsets.iter().map(f64::to_string).collect();
    put_texts(dose(patient, course), tags::GRID_FRAME_OFFSET_VECTOR, VR::DS, &texts);
}

fn first_z(patient: &mut SyntheticPatient, course: usize) -> f64 {
    dose(patient, course).element(tags::IMAGE_POSITION_PATIENT).unwrap().to_multi_float64().unwrap()[2]
}

/// Frames in the opposite order, with decreasing offsets from the last position.
fn reverse_frames(patient: &mut SyntheticPatient, course: usize) {
    let increasing = offsets(patient, course);
    let object = dose(patient, course);
    let bytes = object.element(tags::PIXEL_DATA).unwrap().to_bytes().unwrap().into_owned();
    let frame = bytes.len() / increasing.len();
    let reversed: Vec<u8> = bytes.chunks_exact(frame).rev().flatten().copied().collect();
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U8(reversed.into())));
    let mut position = object.element(tags::IMAGE_POSITION_PATIENT).unwrap().to_multi_float64().unwrap();
    position[2] += increasing[increasing.len() - 1];
    let texts: Vec<String> = position.iter().map(f64::to_string).collect();
    put_texts(object, tags::IMAGE_POSITION_PATIENT, VR::DS, &texts);
    let decreasing: Vec<f64> = increasing.iter().map(|offset| -offset).collect();
    put_offsets(patient, course, &decreasing);
}

#[test]
fn h10_all_forms_of_the_frame_offsets_give_the_same_numbers() {
    let reference = assess(&patient(), "");
    let absolute = with(|patient| {
        let z = first_z(patient, 1);
        let moved: Vec<f64> = offsets(patient, 1).iter().map(|offset| offset + z).collect();
        put_offsets(patient, 1, &moved);
    });
    assert_equal(&reference, &assess(&absolute, ""), 1e-9, "absolute");
    let decreasing = with(|patient| reverse_frames(patient, 1));
    assert_equal(&reference, &assess(&decreasing, ""), 1e-9, "decreasing");
}

#[test]
fn h10_uneven_planes_keep_the_place_of_the_maximum() {
    let uneven = with(|patient| {
        let mut moved = offsets(patient, 1);
        let last = moved.len() - 1;
        moved[last] += 3.0;
        put_offsets(patient, 1, &moved);
    });
    let (even, uneven) = (order(&patient(), ""), order(&uneven, ""));
    let highest_z = |case: &case::Case| {
        let dose = case.courses[0].doses().next().unwrap();
        let values = dose.voxels.values();
        let index = (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap();
        let size = dose.voxels.grid().size();
        dose.voxels.grid().position_mm([0, 0, index / (size[0] * size[1])]).z
    };
    assert!(!uneven.findings.has_refusal());
    assert_eq!(highest_z(&even), highest_z(&uneven));
}

#[test]
fn h10_offsets_that_fit_nothing_are_refused() {
    let too_few = with(|patient| {
        let mut fewer = offsets(patient, 1);
        fewer.pop();
        put_offsets(patient, 1, &fewer);
    });
    assert_refused(&too_few, "H10");
    let from_nowhere = with(|patient| {
        let moved: Vec<f64> = offsets(patient, 1).iter().map(|offset| offset + 17.3).collect();
        put_offsets(patient, 1, &moved);
    });
    assert_refused(&from_nowhere, "H10");
    let disordered = with(|patient| {
        let mut mixed = offsets(patient, 1);
        mixed.swap(3, 4);
        put_offsets(patient, 1, &mixed);
    });
    assert_refused(&disordered, "H10");
}

#[test]
fn h11_rows_and_columns_of_different_spacing_are_not_exchanged() {
    let anisotropic = tiny(|options| options.dose_spacing_mm = Some([4.0, 6.0, 5.0]));
    let (reference, result) = (assess(&patient(), ""), assess(&anisotropic, ""));
    for name in ["cord", "Parotid Lt", "GTV_re"] {
        let (a, b) = (structure(&reference, name), structure(&result, name));
        let (a, b) = (a.cumulative_eqd2.mean_gy.unwrap(), b.cumulative_eqd2.mean_gy.unwrap());
        assert!((a - b).abs() < 0.03 * a, "{name}: {a} and {b}");
    }
}

#[test]
fn h45_sixteen_and_thirty_two_bits_and_all_byte_orders_agree() {
    use dicom_dictionary_std::uids;
    let reference = assess(&patient(), "");
    let sixteen = tiny(|options| options.dose_bits = DoseBits::Sixteen);
    // Half a quantum of 1 mGy in each course, widened by the slope of EQD2.
    assert_equal(&reference, &assess(&sixteen, ""), 3e-3, "16 bit");
    for syntax in [
        uids::IMPLICIT_VR_LITTLE_ENDIAN,
        #[expect(deprecated, reason = "old archives still hold it")]
        uids::EXPLICIT_VR_BIG_ENDIAN,
        uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    ] {
        let twin = with(|patient| patient.files.iter_mut().for_each(|file| file.transfer_syntax = syntax));
        assert_equal(&reference, &assess(&twin, ""), 1e-12, syntax);
    }
}

fn first_contour(patient: &mut SyntheticPatient, roi: usize, change: impl Fn(&mut InMemDicomObject)) {
    let object = &mut patient.file(ObjectKind::StructureSet, 2).object;
    let mut index = 0;
    each_item(object, tags::ROI_CONTOUR_SEQUENCE, |drawn| {
        if index == roi {
            each_item(drawn, tags::CONTOUR_SEQUENCE, &change);
        }
        index += 1;
    });
}

fn draw(contour: &mut InMemDicomObject, points: &[[f64; 3]]) {
    let texts: Vec<String> = points.iter().flatten().map(f64::to_string).collect();
    put_texts(contour, tags::CONTOUR_DATA, VR::DS, &texts);
}

/// What is drawn instead of a contour.
type Shape = Box<dyn Fn(&mut InMemDicomObject)>;

#[test]
fn h28_contours_that_are_none_refuse_their_structure_and_no_other() {
    let shapes: [(&str, Shape); 6] = [
        ("one point", Box::new(|contour| draw(contour, &[[0.0, 0.0, 0.0]]))),
        ("two points", Box::new(|contour| draw(contour, &[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))),
        ("a line", Box::new(|contour| draw(contour, &[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [2.0, 0.0, 0.0]]))),
        ("open", Box::new(|contour| put(contour, tags::CONTOUR_GEOMETRIC_TYPE, VR::CS, "OPEN_PLANAR"))),
        (
            "out of plane",
            Box::new(|contour| {
                draw(contour, &[[0.0, 0.0, 0.0], [9.0, 0.0, 0.0], [9.0, 9.0, 4.0], [0.0, 9.0, 0.0]])
            }),
        ),
        ("empty", Box::new(|contour| put(contour, tags::CONTOUR_DATA, VR::DS, ""))),
    ];
    let twin = assess(&patient(), "");
    assert!(!has(&twin.findings, "H28", Severity::Refuse));
    for (what, shape) in shapes {
        let faulty = with(|patient| first_contour(patient, 0, &shape));
        let result = assess(&faulty, "");
        assert!(has(&result.findings, "H28", Severity::Refuse), "{what}");
        assert_eq!(structure(&result, "cord").volume_cc, None, "{what}");
        assert_eq!(cord(&result).mean_gy, None, "{what}");
        assert!(structure(&result, "Larynx").cumulative_eqd2.mean_gy.is_some(), "{what}");
        assert!(!result.constraints.iter().any(|constraint| constraint.structure == "cord"), "{what}");
    }
}

#[test]
fn h29_an_organ_outside_the_dose_grid_gets_bounds_and_no_values() {
    let cut = with(|patient| {
        let mut shorter = offsets(patient, 1);
        let kept = shorter.len() / 2;
        shorter.truncate(kept);
        let object = dose(patient, 1);
        let bytes = object.element(tags::PIXEL_DATA).unwrap().to_bytes().unwrap().into_owned();
        let frame = bytes.len() / (2 * kept + bytes.len() % 2).max(1);
        let n_frames: usize = text(object, tags::NUMBER_OF_FRAMES).trim().parse().unwrap();
        let frame_length = bytes.len() / n_frames;
        assert!(frame > 0);
        let half = bytes[..kept * frame_length].to_vec();
        object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U8(half.into())));
        put(object, tags::NUMBER_OF_FRAMES, VR::IS, &kept.to_string());
        put_offsets(patient, 1, &shorter);
    });
    let (whole, result) = (assess(&patient(), ""), assess(&cut, ""));
    let cord_of_cut = structure(&result, "cord");
    assert!(has(&result.findings, "H29", Severity::Refuse));
    assert!(!has(&whole.findings, "H29", Severity::Refuse));
    assert!(cord_of_cut.coverage.percent.unwrap() < 99.0);
    assert_eq!(cord_of_cut.cumulative_eqd2.mean_gy, None);
    let bound = cord_of_cut.cumulative_eqd2_at_least.as_ref().unwrap().mean_gy.unwrap();
    assert!(bound <= cord(&whole).mean_gy.unwrap());
}

#[test]
fn h32_and_h33_a_name_with_two_meanings_is_not_judged() {
    let ambiguous = with(|patient| {
        let object = &mut patient.file(ObjectKind::StructureSet, 2).object;
        each_item(object, tags::STRUCTURE_SET_ROI_SEQUENCE, |roi| {
            if text(roi, tags::ROI_NAME).trim() == "Parotid Lt" {
                put(roi, tags::ROI_NAME, VR::LO, "Parotid");
            }
        });
    });
    let result = assess(&ambiguous, "");
    assert!(has(&result.findings, "H32", Severity::Refuse));
    assert!(!has(&assess(&patient(), "").findings, "H32", Severity::Refuse));
    assert_eq!(structure(&result, "Parotid").standard_name, None);
    assert_eq!(structure(&result, "Parotid").cumulative_eqd2.mean_gy, None);
}

#[test]
fn h34_an_alpha_beta_unlike_the_library_is_warned_of_and_used() {
    let twin = assess(&patient(), "");
    let changed = assess(&patient(), "[[structure]]\nname = \"cord\"\nalpha_beta_gy = 10.0");
    assert!(has(&changed.findings, "H34", Severity::Warn) && !has(&twin.findings, "H34", Severity::Warn));
    assert_eq!(structure(&changed, "cord").alpha_beta_gy, Some(10.0));
    assert_ne!(cord(&changed).max_gy, cord(&twin).max_gy);
    // A limit keeps its own basis, whatever is shown for the organ.
    let value = |result: &Assessment| {
        let limit = result
            .constraints
            .iter()
            .find(|constraint| constraint.id.starts_with("hytec") && constraint.value_gy.is_some());
        limit.unwrap().value_gy.unwrap()
    };
    assert!((value(&changed) - value(&twin)).abs() < 1e-9);
    let outside = assess(&patient(), "[[structure]]\nname = \"cord\"\nalpha_beta_gy = 50.0");
    assert!(
        outside.findings.iter().any(|finding| finding.code == "H34" && finding.message.contains("usual range"))
    );
}

#[test]
fn h35_large_fractions_are_warned_of_with_the_name_of_the_model() {
    let few = tiny(|options| options.current_fractions = 2);
    let result = assess(&few, "");
    let warned = |result: &Assessment| {
        result.findings.iter().any(|finding| finding.code == "H35" && finding.message.contains("linear-quadratic"))
    };
    assert!(warned(&result));
    assert!(!warned(&assess(&tiny(|options| options.current_fractions = 10), "")));
}

#[test]
fn h36_recovery_is_none_by_default_and_never_silent() {
    let twin = assess(&patient(), "");
    assert!(twin.structures.iter().all(|structure| structure.recovery == 0.0));
    assert!(!twin.findings.iter().any(|finding| finding.code == "H36"));
    let recovered = assess(&patient(), "[[structure]]\nname = \"cord\"\nrecovery = 0.25");
    assert!(has(&recovered.findings, "H36", Severity::Warn));
    let both = structure(&recovered, "cord");
    let without = both.cumulative_eqd2_without_recovery.as_ref().unwrap();
    assert_eq!(without.max_gy, cord(&twin).max_gy);
    assert!(both.cumulative_eqd2.mean_gy.unwrap() < without.mean_gy.unwrap());
    // A recovery never softens a limit that its source meant for the whole dose.
    let value = |result: &Assessment, id: &str| {
        result.constraints.iter().find(|constraint| constraint.id == id).unwrap().value_gy.unwrap()
    };
    let (undiscounted, discounted) = ("rulach2021-spinal-cord-dmax", "umich-toolkit-spinal-cord-d01cc");
    assert_eq!(value(&recovered, undiscounted), value(&twin, undiscounted));
    assert!(value(&recovered, discounted) < value(&twin, discounted));
}

#[test]
fn h36_recovery_without_an_interval_is_refused() {
    let undated = with(|patient| {
        for file in patient.files.iter_mut().filter(|file| file.course == 1) {
            put(&mut file.object, tags::STUDY_DATE, VR::DA, "");
            if file.kind == ObjectKind::Plan {
                put(&mut file.object, tags::RT_PLAN_DATE, VR::DA, "");
            }
        }
    });
    let label = text(plan(&mut undated.clone(), 2), tags::RT_PLAN_LABEL);
    let text = format!("[case]\ncurrent_course = \"{label}\"\n[[structure]]\nname = \"cord\"\nrecovery = 0.25");
    let result = assess(&undated, &text);
    assert!(has(&result.findings, "H36", Severity::Refuse));
    assert_eq!(cord(&result).mean_gy, None);
    assert!(structure(&result, "Larynx").cumulative_eqd2.mean_gy.is_some());
}

/// Rows of the matrix of the registration object as numbers.
fn change_matrix(patient: &mut SyntheticPatient, change: impl Fn(&mut [f64])) {
    let object = &mut patient.file(ObjectKind::Registration, 2).object;
    each_item(object, tags::REGISTRATION_SEQUENCE, |item| {
        each_item(item, tags::MATRIX_REGISTRATION_SEQUENCE, |registration| {
            each_item(registration, tags::MATRIX_SEQUENCE, |matrix| {
                let tag = dicom_core::Tag(0x3006, 0x00C6);
                let mut rows = matrix.element(tag).unwrap().to_multi_float64().unwrap();
                if (rows[3], rows[7], rows[11]) == (0.0, 0.0, 0.0) {
                    return;
                }
                change(&mut rows);
                let texts: Vec<String> = rows.iter().map(f64::to_string).collect();
                put_texts(matrix, tag, VR::DS, &texts);
            });
        });
    });
}

#[test]
fn h07_a_registration_that_mirrors_is_refused() {
    let mirrored =
        with(|patient| change_matrix(patient, |rows| rows[..3].iter_mut().for_each(|value| *value = -*value)));
    let result = assess(&mirrored, "");
    assert!(result.refused && has(&result.findings, "H07", Severity::Refuse));
}

#[test]
fn h40_the_direction_of_a_registration_matters() {
    let reference = assess(&patient(), "");
    let truth = patient().truth;
    let reversed = with(|patient| {
        let rows = patient.truth.moving_from_fixed;
        change_matrix(patient, |matrix| {
            rows.iter().flatten().zip(matrix.iter_mut()).for_each(|(value, slot)| *slot = *value);
        });
    });
    // The wrong direction puts the prior dose elsewhere, where its grid does not reach the organs.
    let wrong = assess(&reversed, "");
    assert_ne!(cord(&wrong).mean_gy, cord(&reference).mean_gy);
    let way = reference.registrations[0].moving_from_fixed.unwrap();
    let largest =
        truth.moving_from_fixed.iter().flatten().zip(way).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(largest < 1e-3, "{largest}");
}

/// The first registration object with another UID, registered frame, moving frame and matrix.
fn registration(
    patient: &mut SyntheticPatient,
    uid: &str,
    fixed: &str,
    moving: &str,
    rows: &[f64],
) -> phantom::SyntheticFile {
    let mut file = twin_object(patient, ObjectKind::Registration, 2, uid);
    let registered = text(&file.object, tags::FRAME_OF_REFERENCE_UID);
    put(&mut file.object, tags::FRAME_OF_REFERENCE_UID, VR::UI, fixed);
    each_item(&mut file.object, tags::REGISTRATION_SEQUENCE, |item| {
        let is_fixed = text(item, tags::FRAME_OF_REFERENCE_UID) == registered;
        put(item, tags::FRAME_OF_REFERENCE_UID, VR::UI, if is_fixed { fixed } else { moving });
        if is_fixed {
            return;
        }
        each_item(item, tags::MATRIX_REGISTRATION_SEQUENCE, |registration| {
            each_item(registration, tags::MATRIX_SEQUENCE, |matrix| {
                let texts: Vec<String> = rows.iter().map(|value| format!("{value:.10}")).collect();
                put_texts(matrix, dicom_core::Tag(0x3006, 0x00C6), VR::DS, &texts);
            });
        });
    });
    file
}

#[test]
fn h40_a_chain_of_registrations_equals_the_direct_one() {
    use geometry::Affine;
    let mut patient = patient();
    let truth: Vec<f64> = patient.truth.fixed_from_moving.iter().flatten().copied().collect();
    let direct = Affine::from_row_major(&truth.try_into().unwrap()).unwrap();
    let turn = [0.0, -1.0, 0.0, 40.0, 1.0, 0.0, 0.0, -25.0, 0.0, 0.0, 1.0, 310.0, 0.0, 0.0, 0.0, 1.0];
    let between_from_moving = Affine::from_row_major(&turn).unwrap();
    let fixed_from_between = between_from_moving.inverse().then(&direct);
    let frame = |patient: &mut SyntheticPatient, course| text(plan(patient, course), tags::FRAME_OF_REFERENCE_UID);
    let (moving, fixed) = (frame(&mut patient, 1), frame(&mut patient, 2));
    // The second object is written the other way round, so that its inverse is needed.
    let first = registration(&mut patient, "2.25.901", "2.25.900", &moving, &between_from_moving.to_row_major());
    let second =
        registration(&mut patient, "2.25.902", "2.25.900", &fixed, &fixed_from_between.inverse().to_row_major());
    patient.files.retain(|file| file.kind != ObjectKind::Registration);
    patient.files.extend([first, second]);
    let result = assess(&patient, "");
    assert_eq!(result.registrations[0].objects.len(), 2);
    let found = Affine::from_row_major(&result.registrations[0].moving_from_fixed.unwrap()).unwrap();
    for point in [[0.0, 0.0, 300.0], [80.0, -60.0, 250.0], [-90.0, 40.0, 380.0]] {
        let point = geometry::Point::from(point);
        let distance = (found.apply(&point) - direct.inverse().apply(&point)).norm();
        assert!(distance < 0.01, "{distance} mm");
    }
}

#[test]
fn h40_a_registration_of_other_frames_is_not_used_silently() {
    let foreign = with(|patient| {
        let object = &mut patient.file(ObjectKind::Registration, 2).object;
        each_item(object, tags::REGISTRATION_SEQUENCE, |item| {
            put(item, tags::FRAME_OF_REFERENCE_UID, VR::UI, "2.25.999");
        });
    });
    let uid = text(&patient().file(ObjectKind::Registration, 2).object, tags::SOP_INSTANCE_UID);
    let asked = assess(&foreign, &format!("[registration]\nuse = \"{uid}\""));
    assert!(asked.refused && has(&asked.findings, "H40", Severity::Refuse));
    let unasked = assess(&foreign, "");
    assert!(has(&unasked.findings, "H40", Severity::Warn));
    assert!(!has(&assess(&patient(), "").findings, "H40", Severity::Warn));
}

#[test]
fn a_registration_is_provisional_until_a_person_accepts_it() {
    let open = assess(&patient(), "");
    assert!(open.provisional && !open.registrations[0].accepted);
    assert!(open.constraints.iter().filter(|c| c.value_gy.is_some()).any(|constraint| constraint.provisional));
    let accepted = assess(&patient(), "[registration]\naccepted_by = \"physicist\"\nreason = \"bones fit\"");
    assert!(!accepted.provisional && accepted.registrations[0].accepted);
    let nameless = assess(&patient(), "[registration]\naccepted_by = \" \"\nreason = \"bones fit\"");
    assert!(nameless.provisional);
}
