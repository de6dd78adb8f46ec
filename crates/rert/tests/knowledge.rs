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

#[test]
fn h33_limits_of_a_centre_are_judged_and_loudly_marked() {
    let folder = tempfile::tempdir().unwrap();
    let (input, own, out) = (folder.path().join("in"), folder.path().join("own"), folder.path().join("out"));
    phantom::SyntheticPatient::generate(&phantom::Options::tiny()).write(&input).unwrap();
    std::fs::create_dir_all(&own).unwrap();
    let limit = "[[constraint]]\nid = \"ours\"\ntitle = \"Ours\"\norgans = [\"SpinalCord\"]\nmetric = \"D0.1cc\"\nunit = \"Gy\"\n\
                 quantity = \"EQD2\"\nalpha_beta_gy = 2.0\ndose = \"cumulative\"\nlimit = 55.0\nrecovery = \"none\"\nevidence = \"unverified\"\n\
                 source = \"our board\"\n";
    std::fs::write(own.join("constraints.toml"), limit).unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let output = rert(&["assess", &path(&input), "--out", &path(&out), "--knowledge", &path(&own), "--json"]);
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let ours = result["constraints"].as_array().unwrap().iter().filter(|limit| limit["is_own"] == true).count();
    assert_eq!(ours, 1);
    let is_told = |finding: &&serde_json::Value| finding["code"] == "H33" && finding["severity"] == "warn";
    assert!(result["findings"].as_array().unwrap().iter().any(|finding| is_told(&finding)));
    let report = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(report.contains("limit of this centre"));
    // A file that is no list of limits stops the command before anything is computed.
    std::fs::write(own.join("constraints.toml"), "limit = 3").unwrap();
    let broken = rert(&["assess", &path(&input), "--out", &path(&out), "--knowledge", &path(&own)]);
    assert_eq!(broken.status.code(), Some(2));
}
