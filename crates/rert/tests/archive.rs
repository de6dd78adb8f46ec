//! `rert archive` as a person uses it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use archive::{Archive, ArchivePlace, Examiner};
use chrono::DateTime;
use phantom::{Options, SyntheticPatient};
use serde_json::Value;

/// Runs the program, and tells its exit code and what it printed.
fn rert(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_rert")).args(arguments).env_remove("RERT_POSTGRES").output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// An archive with one synthetic patient; tells the number of its objects.
fn filled(folder: &Path) -> usize {
    let input = tempfile::tempdir().unwrap();
    SyntheticPatient::generate(&Options::tiny()).write(input.path()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = ArchivePlace::folder(folder);
        let archive = Archive::open(&place, Examiner::in_this_process()).await.unwrap();
        let import = archive.begin_import().unwrap();
        let sources = dicom::source::walk(input.path()).unwrap();
        for source in &sources {
            import.add("", &mut source.read().unwrap().as_slice()).unwrap();
        }
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        archive.finish_import(import, None, ("the patient of a test", now)).await.unwrap();
        archive.close().await;
        sources.len()
    })
}

#[test]
fn an_archive_is_listed_checked_backed_up_restored_and_exported() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (first, backup, second, out) = (path("archive"), path("backup"), path("restored"), path("out"));
    let n_objects = filled(Path::new(&first));
    let (code, listed, _) = rert(&["archive", "list", "--archive", &first, "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((code, &listed["cases"][0]["n_objects"]), (Some(0), &Value::from(n_objects)));
    let case = listed["cases"][0]["id"].as_str().unwrap();
    let (code, told, _) = rert(&["archive", "list", "--archive", &first]);
    assert!(code == Some(0) && told.contains("the patient of a test") && told.starts_with(case), "{told}");

    assert_eq!(rert(&["archive", "backup", "--archive", &first, "--to", &backup]).0, Some(0));
    let (code, told, complaint) = rert(&["archive", "restore", "--archive", &second, "--from", &backup]);
    assert_eq!((code, told), (Some(0), format!("1 cases need {n_objects} contents\n")), "{complaint}");
    let (code, log, _) = rert(&["audit", "export", "--archive", &second]);
    assert!(code == Some(0) && log.contains("archive backup") && log.contains("archive restore"), "{log}");
    assert_eq!(rert(&["audit", "verify", "--archive", &second]).0, Some(0));
    let (code, _, complaint) = rert(&["archive", "restore", "--archive", &second, "--from", &backup]);
    assert!(code == Some(1) && complaint.contains("it holds cases or accounts already"), "{complaint}");

    let (code, _, complaint) = rert(&["archive", "export", case, "--archive", &second, "--out", &out]);
    assert_eq!(code, Some(0), "{complaint}");
    assert_eq!(rert(&["inspect", &format!("{out}/objects"), "--json"]).0, Some(0));

    let damaged = walk(&Path::new(&second).join("blobs"));
    std::fs::write(&damaged[0], "else").unwrap();
    let (code, told, complaint) = rert(&["archive", "check", "--archive", &second, "--json"]);
    let report: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, &report["whole"]), (Some(1), &Value::Bool(false)));
    assert_eq!(report["damaged"].as_array().unwrap().len(), 1);
    assert!(complaint.contains("1 contents are missing or damaged"), "{complaint}");
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let sources = dicom::source::walk(folder).unwrap();
    let path = |source: dicom::Source| match source {
        dicom::Source::File(path) => path,
        dicom::Source::Entry { archive, .. } => archive,
    };
    sources.into_iter().map(path).collect()
}

#[test]
fn a_folder_that_was_mistyped_is_not_made() {
    let place = tempfile::tempdir().unwrap();
    let missing = place.path().join("rert-casse");
    let (code, _, complaint) = rert(&["archive", "check", "--archive", missing.to_str().unwrap()]);
    assert!(code == Some(1) && complaint.contains("there is no such folder"), "{complaint}");
    assert!(!missing.exists());
}
