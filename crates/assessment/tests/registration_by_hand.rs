//! A registration that a person made, and places that a person sees in both images.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

mod support;

use assessment::Assessment;
use case::Severity;
use case::settings::ByHand;
use geometry::{Affine, Point};
use phantom::{Options, SyntheticPatient};
use support::*;

const CENTRE: [f64; 3] = [0.0, 20.0, 0.0];

/// Registered by the program: no object in the folder.
fn without_object() -> SyntheticPatient {
    SyntheticPatient::generate(&Options { include_registration: false, ..Options::tiny() })
}

/// The map of the registration object of the patient, which is the true one.
fn truth() -> Affine {
    let given = assess(&patient(), "");
    Affine::from_row_major(&given.registrations[0].moving_from_fixed.unwrap()).unwrap()
}

fn by_hand(map: &ByHand, further: &str) -> String {
    format!(
        "[registration]\nuse = \"by-hand\"\n{further}\n[registration.by_hand]\nrotation_deg = {:?}\ntranslation_mm = {:?}\ncentre_mm = {:?}\n",
        map.rotation_deg, map.translation_mm, map.centre_mm
    )
}

fn objection(result: &Assessment) -> &str {
    result.registrations[0].quality["objections"].as_str().unwrap_or_default()
}

#[test]
fn a_map_by_hand_carries_the_dose_and_is_provisional_until_it_is_accepted() {
    let map = ByHand::of(&truth(), &Point::from(CENTRE));
    let result = assess(&without_object(), &by_hand(&map, ""));
    assert_eq!((result.registrations[0].kind, result.provisional), ("by-hand", true));
    assert!(has(&result.findings, "H39", Severity::Warn));
    let given = assess(&patient(), "");
    let (own, other) = (cord(&result).d0_1cc_gy.unwrap(), cord(&given).d0_1cc_gy.unwrap());
    assert!((own - other).abs() < 1e-6, "{own} {other}");
    let accepted = by_hand(&map, "accepted_by = \"physicist on duty\"\nreason = \"bones fit\"");
    assert!(!assess(&without_object(), &accepted).provisional);
}

#[test]
fn h39_a_map_by_hand_that_the_images_contradict_is_refused_unless_a_person_answers_for_it() {
    let mut map = ByHand::of(&truth(), &Point::from(CENTRE));
    map.translation_mm[2] += 25.0;
    let result = assess(&without_object(), &by_hand(&map, ""));
    assert!(result.refused && has(&result.findings, "H39", Severity::Refuse), "{:?}", result.findings);
    let accepted = by_hand(&map, "accepted_by = \"physicist on duty\"\nreason = \"the CT is of another day\"");
    let result = assess(&without_object(), &accepted);
    assert!(!result.refused && has(&result.findings, "H39", Severity::Warn), "{:?}", result.findings);
}

#[test]
fn landmarks_measure_whichever_map_is_used() {
    let truth = truth();
    let landmark = |place: [f64; 3], off_mm: f64| {
        let there = truth.apply(&Point::from(place));
        format!(
            "[[registration.landmark]]\nname = \"a place\"\nfixed_mm = {place:?}\nmoving_mm = {:?}\n",
            [there.x, there.y + off_mm, there.z]
        )
    };
    let places = [[0.0, 0.0, 10.0], [20.0, 5.0, -10.0], [-15.0, 30.0, 0.0]];
    let with = |off_mm: f64| -> String {
        "[registration]\n".to_owned() + &places.map(|place| landmark(place, off_mm)).concat()
    };
    let near = assess(&patient(), &with(0.0));
    let quality = &near.registrations[0].quality;
    assert_eq!(quality["n_landmarks"], 3);
    assert!(quality["landmark_max_mm"].as_f64().unwrap() < 1e-6);
    assert!(!objection(&near).contains("landmark"));
    let far = assess(&patient(), &with(8.0));
    assert!((far.registrations[0].quality["landmark_rms_mm"].as_f64().unwrap() - 8.0).abs() < 1e-6);
    assert!(
        objection(&far).contains("landmark distance is 8.00 mm, where at most 3 mm is expected"),
        "{}",
        objection(&far)
    );
    assert_ne!(far.registrations[0].quality["verdict"], "usable");
}

#[test]
fn h48_a_choice_without_its_map_is_no_setting() {
    for text in [
        "[registration]\nuse = \"by-hand\"\n",
        "[registration]\nuse = \"rigid\"\n[registration.by_hand]\nrotation_deg = [0.0, 0.0, 0.0]\ntranslation_mm = [0.0, 0.0, 0.0]\ncentre_mm = [0.0, 0.0, 0.0]\n",
        "[registration]\nuse = \"by-hand\"\n[registration.by_hand]\nrotation_deg = [0.0, 0.0, 400.0]\ntranslation_mm = [0.0, 0.0, 0.0]\ncentre_mm = [0.0, 0.0, 0.0]\n",
    ] {
        assert!(case::Settings::from_toml(text).is_err(), "{text}");
    }
}
