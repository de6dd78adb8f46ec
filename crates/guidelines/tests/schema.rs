//! The files of the knowledge base against their JSON Schemas, and faults that the schemas must find.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

fn knowledge() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

/// Every TOML file with its schema.
fn files() -> Vec<(String, Value, Validator)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(knowledge()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap().to_owned();
        let table: toml::Table = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let schema = knowledge().join(format!("schema/{name}.schema.json"));
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
        files.push((name, serde_json::to_value(table).unwrap(), jsonschema::validator_for(&schema).unwrap()));
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

#[test]
fn every_file_keeps_its_schema() {
    let files = files();
    assert_eq!(files.len(), 17);
    for (name, document, schema) in &files {
        let problems: Vec<String> = schema
            .iter_errors(document)
            .take(5)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}

/// The first object of every list of the document, by its place.
fn entries(document: &Value) -> Vec<String> {
    let lists = document
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, value)| value.as_array().and_then(|list| list.first()).is_some_and(Value::is_object));
    lists.map(|(name, _)| format!("/{name}/0")).collect()
}

#[test]
fn planted_faults_are_found() {
    let mut n_faults = 0;
    for (name, document, schema) in files() {
        let mut plant = |place: &str, what: &str, fault: &dyn Fn(&mut serde_json::Map<String, Value>) -> bool| {
            let mut faulty = document.clone();
            let entry = faulty.pointer_mut(place).unwrap().as_object_mut().unwrap();
            if fault(entry) {
                assert!(!schema.is_valid(&faulty), "{name}{place}: {what} is not found");
                n_faults += 1;
            }
        };
        let places: Vec<String> = std::iter::once(String::new()).chain(entries(&document)).collect();
        for place in places {
            plant(&place, "a misspelt field", &|entry| entry.insert("sorce".into(), json!("x")).is_none());
            for field in ["source", "id", "limit", "sites", "statement"] {
                let text_for_number = |entry: &mut serde_json::Map<String, Value>| {
                    entry.get(field).is_some() && entry.insert(field.into(), json!({ "not": "this" })).is_some()
                };
                plant(&place, field, &text_for_number);
            }
            plant(&place, "an unknown tag", &|entry| {
                entry.contains_key("evidence") && entry.insert("evidence".into(), json!("certain")).is_some()
            });
            plant(&place, "a day that is none", &|entry| {
                entry.contains_key("entered") && entry.insert("entered".into(), json!("November")).is_some()
            });
        }
    }
    println!("{n_faults} faults found");
    assert!(n_faults > 100, "{n_faults}");
}

#[test]
fn h33_a_limit_whose_unit_does_not_fit_its_measure_is_found() {
    let (_, document, schema) = files().into_iter().find(|(name, ..)| name == "constraints").unwrap();
    for (field, value) in [
        ("unit", json!("cc")),
        ("metric", json!("V20Gy")),
        ("metric", json!("maximum")),
        ("quantity", json!("BED")),
        ("limit", json!(-1.0)),
        ("alpha_beta_gy", json!(0.0)),
        ("dose", json!("total")),
        ("recovery", json!("maybe")),
    ] {
        let mut faulty = document.clone();
        faulty["constraint"][0][field] = value.clone();
        assert!(!schema.is_valid(&faulty), "{field} = {value}");
    }
    let mut own = document;
    own["constraint"][0]["replaces"] = json!("another-limit");
    own["constraint"][0]["source"] = json!("our board");
    assert!(schema.is_valid(&own), "a centre may name its board as the source");
}
