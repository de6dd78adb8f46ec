//! The knowledge base as a person looks it up, and the pages of the documentation that are written from it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use std::path::Path;
use std::process::{Command, Output};

fn rert(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rert")).args(arguments).output().unwrap()
}

#[test]
fn every_source_is_in_the_bibliography() {
    let output = rert(&["knowledge", "check"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_entry_is_shown_with_its_source_and_an_unknown_one_is_wrong_usage() {
    let shown = rert(&["knowledge", "show", "hytec2021-cord-rert-cumulative-dmax"]);
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(text.contains("limit = 70.0") && text.contains("@article{sahgal2021hytec"), "{text}");
    assert_eq!(rert(&["knowledge", "show", "no-such-entry"]).status.code(), Some(2));
    let listed = rert(&["knowledge", "list", "--organ", "Rectum", "--kind", "constraint", "--json"]);
    let entries: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert!(entries.as_array().unwrap().len() >= 3);
}

#[test]
fn the_pages_of_the_organs_are_those_of_the_documentation() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    assert!(rert(&["knowledge", "pages", "--out", out]).status.success());
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/knowledge");
    let names = |folder: &Path| {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(folder.path()), names(&kept), "rert knowledge pages --out docs/knowledge");
    for name in names(&kept) {
        let (written, kept) = (folder.path().join(&name), kept.join(&name));
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        assert!(
            read(&written) == read(&kept),
            "{} is out of date: rert knowledge pages --out docs/knowledge",
            kept.display()
        );
    }
}
