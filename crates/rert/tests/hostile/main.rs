//! Hostile files meet the program that reads them in a process of its own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

mod stow;
mod wado;
mod workbench;

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use archive::Examiner;
use dicom::What;
use phantom::hostile::Fate;
use serde_json::Value;

use workbench::{LONGEST, Workbench, corpus, peak_memory_mib};

fn examiner() -> Examiner {
    Examiner::in_children(env!("CARGO_BIN_EXE_rert").into(), &["examine"])
}

#[test]
fn every_hostile_file_is_answered_with_a_reason() {
    let place = tempfile::tempdir().unwrap();
    let examiner = examiner();
    let path = place.path().join("object");
    let mut wrong = Vec::new();
    let mut longest = (Duration::ZERO, String::new());
    let files = corpus();
    for file in &files {
        std::fs::write(&path, &file.bytes).unwrap();
        let began = Instant::now();
        let examined = examiner.examine(&path).unwrap();
        longest = longest.max((began.elapsed(), file.name.clone()));
        let is_right = match (file.fate, &examined.what) {
            (Fate::Refused, What::Refused(refusal)) => !refusal.reason.is_empty(),
            // What begins like an archive is told so by whoever takes it apart.
            (Fate::Refused, What::Object(identity)) => identity.is_also_other && file.bytes.starts_with(b"PK"),
            (Fate::Foreign, What::Foreign) | (Fate::Anything, _) => true,
            (Fate::Emptied, What::Object(identity)) => identity.is_also_other,
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{}: {:?} {:?}", file.name, file.fate, examined.what));
        }
    }
    println!(
        "{} files, the longest answer {:?} ({}), {} MiB",
        files.len(),
        longest.0,
        longest.1,
        peak_memory_mib("self")
    );
    assert!(
        wrong.is_empty(),
        "{} of {} are not as they should be:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
    assert!(longest.0 < LONGEST, "{longest:?}");
}

/// Number of findings that refuse or warn of a file that could not be read.
fn n_told(result: &Value) -> usize {
    let findings = result["findings"].as_array().unwrap();
    findings.iter().filter(|finding| finding["message"].as_str().unwrap().starts_with("reading a")).count()
}

fn zipped<'a>(files: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (index, file) in files.enumerate() {
        zip.start_file(format!("../../{index}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(file).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_workbench_outlives_every_hostile_file_and_tells_of_each() {
    let workbench = Workbench::start();
    let files = corpus();
    let refused = || files.iter().filter(|file| file.fate == Fate::Refused).map(|file| file.bytes.as_slice());
    let distinct: std::collections::BTreeSet<&[u8]> = refused().collect();
    assert_eq!(n_told(&workbench.import(refused())), distinct.len());
    // In an archive nothing is taken for another archive: an object that begins like one is emptied of that.
    let n_archives = distinct.iter().filter(|file| file.starts_with(b"PK")).count();
    let archive = zipped(refused());
    assert_eq!(n_told(&workbench.import(std::iter::once(archive.as_slice()))), distinct.len() - n_archives);
    let all = workbench.import(files.iter().map(|file| file.bytes.as_slice()));
    assert!(n_told(&all) >= distinct.len());
    // It still answers, and holds little.
    assert_eq!(workbench.json("GET", "/api/v1/cases", b"")["cases"].as_array().unwrap().len(), 3);
    let memory = workbench.peak_memory_mib();
    println!("{} files twice and {} once more: {memory} MiB", distinct.len(), files.len());
    assert!(memory < 1024, "{memory} MiB");
}
