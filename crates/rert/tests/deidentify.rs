//! The export for research as a person or a script runs it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use phantom::{Options, SyntheticPatient};
use serde_json::Value;

fn rert(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rert")).args(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Two courses with treatment records, a key, and where to write to.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let mut patient = SyntheticPatient::generate(&Options::tiny());
        for (course, fractions) in [(1, 30), (2, 5)] {
            let records = (1..=fractions).map(|fraction| patient.treatment_record(course, fraction));
            let records: Vec<_> = records.collect();
            patient.files.extend(records);
        }
        patient.write(&place.at("in")).unwrap();
        std::fs::write(place.at("key"), (0..32).map(|n| n * 7 + 3).collect::<Vec<u8>>()).unwrap();
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn deidentify(&self, out: &str, key: &str, more: &[&str]) -> Output {
        let (input, out, key) = (self.at("in"), self.at(out), self.at(key));
        rert(&[&["deidentify", text(&input), "--out", text(&out), "--key", text(&key)], more].concat())
    }

    fn assess(&self, input: &str) -> Value {
        let out = self.at(&format!("assessed {input}"));
        let done = rert(&["assess", text(&self.at(input)), "--out", text(&out), "--json"]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).unwrap()
    }
}

/// Everything that was measured of the structures with names of the standard list, in a fixed order.
fn measured(assessment: &Value) -> Vec<String> {
    const MEASURES: [&str; 7] = [
        "standard_name",
        "volume_cc",
        "alpha_beta_gy",
        "courses",
        "cumulative_eqd2",
        "cumulative_eqd2_error_gy",
        "coverage",
    ];
    let structures = assessment["structures"].as_array().unwrap().iter();
    let named = structures.filter(|structure| structure["standard_name"].is_string());
    let mut told: Vec<String> = named.map(|structure| told(structure, &MEASURES)).collect();
    told.sort();
    told
}

/// Some fields of a value, each of which must be there.
fn told(value: &Value, fields: &[&str]) -> String {
    let field = |name: &&str| format!("{name} {}", value.get(name).unwrap_or_else(|| panic!("no {name}")));
    fields.iter().map(field).collect::<Vec<String>>().join(", ")
}

#[test]
fn deidentified_objects_are_assessed_with_the_same_numbers() {
    let place = Place::new();
    let link = place.at("link.json");
    let done = place.deidentify("out", "key", &["--json", "--linkage", text(&link)]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let (original, export) = (place.assess("in"), place.assess("out"));
    let (before, after) = (measured(&original), measured(&export));
    assert!(before.len() >= 5 && before.iter().any(|told| told.contains("SpinalCord")), "{before:?}");
    assert!(before.iter().all(|told| told.contains("d0_1cc_gy")));
    assert_eq!(before, after);
    let all = |assessment: &Value, list: &str, fields: &[&str]| {
        let values = assessment[list].as_array().unwrap();
        assert!(!values.is_empty(), "{list}");
        values.iter().map(|value| told(value, fields)).collect::<Vec<String>>()
    };
    for (list, fields) in [
        ("courses", &["role", "interval_days", "is_to_come"][..]),
        ("constraints", &["id", "value_gy", "error_gy", "verdict"][..]),
    ] {
        assert_eq!(all(&original, list, fields), all(&export, list, fields), "{list}");
    }
    for (before, after) in [0, 1].map(|course| (&original["courses"][course], &export["courses"][course])) {
        let plan = ["modality", "prescription_gy", "fractions_planned", "fractions_delivered"];
        assert_eq!(told(&before["plans"][0], &plan), told(&after["plans"][0], &plan));
    }
}

#[test]
fn the_manifest_names_nobody_and_only_its_owner_reads_the_linkage() {
    let place = Place::new();
    let link = place.at("link.json");
    let done = place.deidentify("out", "key", &["--json", "--linkage", text(&link)]);
    let manifest: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(manifest["schema"], "rert-deidentified/1");
    let written = std::fs::read_to_string(place.at("out").join("manifest.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), manifest);
    let identity = Options::tiny().patient;
    let linkage = std::fs::read_to_string(&link).unwrap();
    for told in [identity.id.as_str(), &identity.name, &identity.birth_date] {
        assert!(!told.is_empty() && !written.contains(told));
        assert!(!String::from_utf8_lossy(&done.stderr).contains(told));
    }
    assert!(linkage.contains(&identity.id) && linkage.contains(manifest["pseudonym"].as_str().unwrap()));
    let linkage: Value = serde_json::from_str(&linkage).unwrap();
    for uid in linkage["uids"].as_object().unwrap().keys() {
        assert!(!written.contains(uid.as_str()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&link).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let names: Vec<String> = std::fs::read_dir(place.at("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let is_number = |name: &String| name.trim_end_matches(".dcm").bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(names.iter().all(|name| name == "manifest.json" || is_number(name)), "{names:?}");
}

#[test]
fn wrong_usage_and_a_second_patient_are_refused() {
    let place = Place::new();
    std::fs::write(place.at("short"), [1, 2, 3]).unwrap();
    let told = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let missing = place.deidentify("out", "nowhere", &[]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(told(&missing).contains("head -c 32 /dev/urandom"), "{}", told(&missing));
    let short = place.deidentify("out", "short", &[]);
    assert_eq!(short.status.code(), Some(2));
    assert!(told(&short).contains("3 bytes") && told(&short).contains("at least 32"), "{}", told(&short));
    assert_eq!(place.deidentify("in/out", "key", &[]).status.code(), Some(2));
    let inside = place.at("out/link.json");
    assert_eq!(place.deidentify("out", "key", &["--linkage", text(&inside)]).status.code(), Some(2));
    assert_eq!(place.deidentify("out", "key", &["--linkage", text(&place.at("key"))]).status.code(), Some(2));
    assert!(!place.at("out").exists());
    assert_eq!(place.deidentify("out", "key", &[]).status.code(), Some(0));
    assert_eq!(place.deidentify("out", "key", &[]).status.code(), Some(2), "the folder holds an export now");
    let mut other = Options { uid_salt: "other".into(), ..Options::tiny() };
    other.patient.sex = "F".into();
    other.patient.birth_date = "19810101".into();
    SyntheticPatient::generate(&other).write(&place.at("in/other")).unwrap();
    let refused = place.deidentify("out2", "key", &[]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(told(&refused).contains("H01"), "{}", told(&refused));
    assert!(!place.at("out2").exists());
}
