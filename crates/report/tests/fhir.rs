//! The FHIR bundle against the rules of its profiles, as far as they hold without a terminology server.
//!
//! The rules and where each was read stand in `fhir_profiles.json`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod common;
mod fhir_rules;

use std::collections::BTreeSet;

use assessment::{RegistryRecord, registry_record};
use case::{Modality, Settings};
use common::assessment;
use fhir_rules::{entries, problems, rules, strings, type_of_field};
use report::registry_fhir;
use serde_json::{Value, json};

const STATED: &str = "[registry]\npseudonym = \"P-17\"\nintent = \"curative\"\nrert_reason = \"in-field\"\n";

fn record(text: &str) -> RegistryRecord {
    registry_record(&assessment(), &Settings::from_toml(text).unwrap())
}

fn bundle(record: &RegistryRecord) -> Value {
    serde_json::from_str(&registry_fhir(record).unwrap()).unwrap()
}

/// Of ions, without days, a pseudonym or a type, and with a measure that is no number.
fn sparse() -> RegistryRecord {
    let mut sparse = record("");
    for course in &mut sparse.courses {
        (course.start_date, course.end_date) = (None, None);
        for plan in &mut course.plans {
            (plan.modality, plan.fractions_delivered) = (Modality::Ion, 0);
        }
    }
    (sparse.involves_reirradiation, sparse.rert_type) = (None, None);
    sparse.organs[0].cumulative.mean_gy = Some(f64::NAN);
    sparse
}

#[test]
fn codexrt_the_bundle_keeps_the_rules_of_its_profiles() {
    let palliative = "[registry]\nintent = \"palliative\"\nrert_reason = \"marginal\"\n";
    for record in [record(STATED), record(palliative), record(""), sparse()] {
        let found = problems(&bundle(&record));
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn addresses_differ_between_patients_and_stay_when_an_outcome_is_added() {
    let urls = |text: &str| -> BTreeSet<String> {
        let bundle = bundle(&record(text));
        entries(&bundle, "entry").into_iter().map(|entry| entry["fullUrl"].to_string()).collect()
    };
    let first = urls(STATED);
    assert_eq!(first.len(), 3);
    assert!(first.is_disjoint(&urls(&STATED.replace("P-17", "P-18"))));
    assert!(first.is_disjoint(&urls("")));
    assert_eq!(first, urls(&format!("{STATED}outcome = \"local control\"\n")));
}

/// A rule without a choice names the type that the table of types has at its path.
#[test]
fn the_rules_agree_with_the_types() {
    let rules = rules();
    let sets = ["resources", "profiles"].map(|name| rules[name].as_array().unwrap());
    for set in sets.into_iter().flatten() {
        let named = set["elements"].as_array().unwrap().iter().filter(|rule| rule["type"].is_array());
        for rule in named.filter(|rule| !rule["path"].as_str().unwrap().ends_with("[x]")) {
            let mut kind = set["type"].as_str().unwrap();
            for step in rule["path"].as_str().unwrap().split('.') {
                let found = type_of_field(&rules["types"][kind], step);
                kind = found.unwrap_or_else(|| panic!("{rule}")).trim_end_matches('*');
            }
            assert_eq!(strings(&rule["type"]).collect::<Vec<_>>(), [kind], "{rule}");
        }
    }
}

type Fault = fn(&mut Value);

/// The first resource of a kind.
fn first<'v>(bundle: &'v mut Value, kind: &str) -> &'v mut Value {
    let entries = bundle["entry"].as_array_mut().unwrap();
    let found = entries.iter_mut().find(|entry| entry["resource"]["resourceType"] == kind).unwrap();
    &mut found["resource"]
}

fn remove(resource: &mut Value, name: &str) {
    resource.as_object_mut().unwrap().remove(name).unwrap();
}

/// What the base of FHIR forbids, and the words that must name it.
fn faults_of_form() -> [(&'static str, Fault); 14] {
    [
        ("Procedure.status: is missing", |bundle| remove(first(bundle, "Procedure"), "status")),
        ("points to nothing", |bundle| {
            first(bundle, "Procedure")["subject"]["reference"] =
                json!("urn:uuid:00000000-0000-8000-8000-000000000000");
        }),
        ("is no string", |bundle| first(bundle, "Patient")["identifier"][0]["value"] = json!("")),
        ("null is no code", |bundle| first(bundle, "Patient")["gender"] = Value::Null),
        ("is an empty list", |bundle| first(bundle, "ServiceRequest")["identifier"] = json!([])),
        ("is no CodeableConcept", |bundle| first(bundle, "Procedure")["category"] = json!([{ "text": "RT" }])),
        ("is no list", |bundle| first(bundle, "ServiceRequest")["category"] = json!({ "text": "RT" })),
        ("is no dateTime", |bundle| {
            first(bundle, "Procedure")["performedPeriod"]["start"] = json!("04.03.2019");
        }),
        ("ends before it starts", |bundle| {
            first(bundle, "Procedure")["performedPeriod"]["end"] = json!("2001-01-01");
        }),
        ("is no id", |bundle| first(bundle, "Patient")["id"] = json!("P 17")),
        ("has no such element", |bundle| first(bundle, "Procedure")["occurrencePeriod"] = json!({ "text": "x" })),
        ("appears twice", |bundle| bundle["entry"][1]["fullUrl"] = bundle["entry"][0]["fullUrl"].clone()),
        ("is no urn:uuid", |bundle| bundle["entry"][1]["fullUrl"] = json!("urn:uuid:1")),
        ("Bundle.type: \"list\" is not among", |bundle| bundle["type"] = json!("list")),
    ]
}

/// What the profiles and extensions forbid.
fn faults_of_profile() -> [(&'static str, Fault); 14] {
    [
        ("unknown profile", |bundle| {
            first(bundle, "Procedure")["meta"]["profile"][0] = json!("http://hl7.org/fhir/us/mcode/summary");
        }),
        ("claims no profile", |bundle| remove(first(bundle, "Patient"), "meta")),
        ("unknown extension", |bundle| {
            first(bundle, "ServiceRequest")["extension"][0]["url"] = json!("http://hl7.org/fhir/us/is-rert");
        }),
        ("not exactly one value or parts", |bundle| {
            first(bundle, "ServiceRequest")["extension"][0]["valueString"] = json!("yes");
        }),
        ("takes no valueString", |bundle| {
            let extension = &mut first(bundle, "ServiceRequest")["extension"][0];
            *extension = json!({ "url": extension["url"], "valueString": "true" });
        }),
        ("is there too often", |bundle| {
            let extensions = first(bundle, "ServiceRequest")["extension"].as_array_mut().unwrap();
            extensions.push(extensions[0].clone());
        }),
        ("is not the code", |bundle| {
            first(bundle, "Procedure")["code"]["coding"][0]["system"] = json!("http://loinc.org");
        }),
        ("\"preparation\" is not among", |bundle| first(bundle, "Procedure")["status"] = json!("preparation")),
        ("\"plan\" is not \"filler-order\"", |bundle| first(bundle, "ServiceRequest")["intent"] = json!("plan")),
        ("us-core-7 does not hold", |bundle| remove(first(bundle, "Procedure"), "performedPeriod")),
        ("us-core-6 does not hold", |bundle| first(bundle, "Patient")["name"] = json!([{ "text": "P-17" }])),
        ("{\"use\":\"official\"}: is missing", |bundle| {
            first(bundle, "Procedure")["identifier"].as_array_mut().unwrap().pop();
        }),
        ("performedDateTime is not one of its types", |bundle| {
            let procedure = first(bundle, "Procedure");
            remove(procedure, "performedPeriod");
            procedure["performedDateTime"] = json!("2019-03-04");
        }),
        ("of another profile", |bundle| {
            let course = bundle["entry"][1]["fullUrl"].clone();
            first(bundle, "ServiceRequest")["subject"]["reference"] = course;
        }),
    ]
}

#[test]
fn every_planted_fault_is_named() {
    let whole = bundle(&record(STATED));
    for (named, plant) in faults_of_form().into_iter().chain(faults_of_profile()) {
        let mut broken = whole.clone();
        plant(&mut broken);
        let found = problems(&broken);
        assert!(found.iter().any(|problem| problem.contains(named)), "{named}: {found:#?}");
    }
}
