//! The record for a registry: what it must hold by its profile, and what it must not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod common;

use assessment::{RegistryRecord, registry_record};
use case::{Role, Settings};
use common::assessment;
use report::{registry_csv, registry_fhir, registry_json};
use serde_json::Value;

fn record(text: &str) -> RegistryRecord {
    registry_record(&assessment(), &Settings::from_toml(text).unwrap())
}

const STATED: &str = "[registry]\npseudonym = \"P-17\"\nintent = \"curative\"\nrert_reason = \"in-field\"\n";

#[test]
fn the_record_holds_no_identity_and_no_drawn_name() {
    let assessment = assessment();
    let record = record(STATED);
    for text in [registry_json(&record), registry_csv(&record), registry_fhir(&record)] {
        let text = text.unwrap();
        let names = assessment.patient.name.split('^').filter(|part| part.len() > 2);
        for secret in names.chain([assessment.patient.id.as_str()]).filter(|secret| !secret.is_empty()) {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        for structure in assessment.structures.iter().filter(|own| own.standard_name.as_ref() != Some(&own.name)) {
            assert!(!text.contains(&structure.name), "{}", structure.name);
        }
        assert!(text.contains("P-17"));
    }
}

/// Every extension has an absolute address within the standard and exactly one value or parts; nothing is empty or null.
fn check(value: &Value, is_part: bool) {
    match value {
        Value::Null => panic!("null"),
        Value::Array(entries) => {
            assert!(!entries.is_empty());
            entries.iter().for_each(|entry| check(entry, is_part));
        }
        Value::Object(fields) => {
            assert!(!fields.is_empty());
            if let Some(extensions) = fields.get("extension").and_then(Value::as_array) {
                for extension in extensions {
                    let url = extension["url"].as_str().unwrap();
                    assert!(
                        is_part || url.starts_with("http://hl7.org/fhir/") || url.starts_with("urn:"),
                        "{url}"
                    );
                    let values =
                        extension.as_object().unwrap().keys().filter(|key| key.starts_with("value")).count();
                    assert_eq!(values + usize::from(extension.get("extension").is_some()), 1, "{extension}");
                    check(extension, true);
                }
            }
            fields.iter().filter(|(name, _)| *name != "extension").for_each(|(_, value)| check(value, is_part));
        }
        Value::String(text) => assert!(!text.is_empty()),
        _ => {}
    }
}

#[test]
fn codexrt_the_bundle_holds_a_summary_of_each_prior_course_and_the_plan_of_the_current_one() {
    let record = record(STATED);
    let bundle: Value = serde_json::from_str(&registry_fhir(&record).unwrap()).unwrap();
    check(&bundle, false);
    assert_eq!((bundle["resourceType"].as_str(), bundle["type"].as_str()), (Some("Bundle"), Some("collection")));
    let entries = bundle["entry"].as_array().unwrap();
    let urls: std::collections::BTreeSet<&str> =
        entries.iter().map(|entry| entry["fullUrl"].as_str().unwrap()).collect();
    assert_eq!(urls.len(), entries.len(), "addresses are unique");
    let courses: Vec<&Value> =
        entries.iter().map(|entry| &entry["resource"]).filter(|own| own["resourceType"] != "Patient").collect();
    assert_eq!(courses.len(), record.courses.len());
    for (course, own) in courses.iter().zip(&record.courses) {
        let is_current = own.course_role == Role::Current;
        let (kind, status, name) = if is_current {
            ("ServiceRequest", "unknown", "codexrt-radiotherapy-planned-course")
        } else {
            ("Procedure", "completed", "codexrt-radiotherapy-course-summary")
        };
        let category = if is_current { &course["category"][0] } else { &course["category"] };
        assert_eq!(category["coding"][0]["code"], "1287742003");
        assert_eq!(course["code"]["coding"][0]["code"], "1217123003");
        assert!(urls.contains(course["subject"]["reference"].as_str().unwrap()));
        assert_eq!((course["resourceType"].as_str(), course["status"].as_str()), (Some(kind), Some(status)));
        assert!(course["meta"]["profile"][0].as_str().unwrap().ends_with(name));
    }
    let flags = |course: &Value| {
        let extensions = course["extension"].as_array().cloned().unwrap_or_default();
        let is_flag = |own: &&Value| own["url"].as_str().unwrap().ends_with("course-involves-reirradiation");
        extensions.iter().filter(is_flag).cloned().collect::<Vec<_>>()
    };
    let of_all: Vec<Value> = courses.iter().flat_map(|course| flags(course)).collect();
    assert_eq!(of_all.len(), usize::from(record.involves_reirradiation.is_some()));
    assert!(of_all.iter().all(|flag| flag["valueBoolean"].is_boolean()));
}

#[test]
fn a_table_has_a_line_for_every_known_value_and_none_for_others() {
    let table = registry_csv(&record("")).unwrap();
    assert!(table.lines().all(|line| line.split(',').count() >= 4), "{table}");
    assert!(!table.contains("null") && !table.contains("pseudonym"));
    assert!(table.contains("organs,1,\"organ\""));
}
