//! `rert deidentify`: the objects of a patient for research, built anew without what identifies anybody.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use dicom::deidentify::{DeidentifyError, Export, KEY_BYTES, Linkage, Manifest, Policy, SecretKey};
use guidelines::Knowledge;
use guidelines::names::Match;

use crate::failure::{Failure, while_doing};
use crate::{assess, print, progress, tell};

/// What `rert deidentify` is asked.
#[derive(Args)]
pub struct DeidentifyArguments {
    /// Folder (or zip archive) with the DICOM objects of one patient.
    directory: PathBuf,
    /// Folder to write to; it must be new or empty, and outside the other one.
    #[arg(long)]
    out: PathBuf,
    /// File with at least 32 random bytes, from which all pseudonyms follow. Keep it secret, apart from the export.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Also write which original belongs to which pseudonym, to a new file that only its owner can read.
    #[arg(long, value_name = "FILE")]
    linkage: Option<PathBuf>,
    /// Print the manifest as one JSON document.
    #[arg(long)]
    json: bool,
}

/// Reads, builds anew, and tells what was left out.
pub fn run(arguments: &DeidentifyArguments) -> Result<(), Failure> {
    check_places(arguments)?;
    let key = key(&arguments.key)?;
    let knowledge = Knowledge::builtin().map_err(|error| Failure::Failed(error.to_string()))?;
    let folder = progress::read_folder(&arguments.directory)?;
    let settings = progress::read_settings(&arguments.directory, None)?;
    assess::tell_findings(&folder.objects.findings.clone().into_sorted());
    let standard_name = |drawn: &str| standard_name(knowledge, drawn);
    let policy = Policy { standard_name: &standard_name, same_patient: settings.case.same_patient.is_some() };
    let export = dicom::deidentify::deidentify(&folder, &policy, &key, &arguments.out).map_err(failure)?;
    finish(arguments, &export)
}

/// A name of the standard list. A name that is only much like a known one stays unknown: a guess would be a fact for whoever gets the export.
fn standard_name(knowledge: &Knowledge, drawn: &str) -> Option<String> {
    match knowledge.match_name(drawn) {
        Match::Found { standard_name, by_likeness: false, .. } => Some(standard_name),
        _ => None,
    }
}

fn failure(error: DeidentifyError) -> Failure {
    let is_usage = matches!(error, DeidentifyError::NotEmpty);
    match (error.is_refusal(), is_usage) {
        (true, _) => Failure::Refused(error.to_string()),
        (_, true) => Failure::Usage(error.to_string()),
        _ => Failure::Failed(error.to_string()),
    }
}

/// Nothing but the export may lie where it is handed on from.
fn check_places(arguments: &DeidentifyArguments) -> Result<(), Failure> {
    let absolute = |path: &Path| std::path::absolute(path).map_err(while_doing("finding a folder"));
    let (input, out) = (absolute(&arguments.directory)?, absolute(&arguments.out)?);
    if out.starts_with(&input) {
        return Err(Failure::Usage("--out: name a folder outside the one with the originals".to_owned()));
    }
    let Some(linkage) = &arguments.linkage else { return Ok(()) };
    if absolute(linkage)?.starts_with(&out) {
        return Err(Failure::Usage(
            "--linkage: name a file outside the folder of the export, which it undoes".to_owned(),
        ));
    }
    if linkage.exists() {
        return Err(Failure::Usage("--linkage: there is such a file already; name a new one".to_owned()));
    }
    Ok(())
}

fn key(path: &Path) -> Result<SecretKey, Failure> {
    let how = format!(
        "make one of {KEY_BYTES} random bytes, for example by `head -c {KEY_BYTES} /dev/urandom > FILE`, and keep it \
         secret and apart from the export"
    );
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::Usage(format!("--key: there is no such file; {how}")),
        other => Failure::Failed(format!("reading the key: {other}")),
    })?;
    SecretKey::new(&bytes).map_err(|error| Failure::Usage(format!("--key: {error}; {how}")))
}

fn finish(arguments: &DeidentifyArguments, export: &Export) -> Result<(), Failure> {
    let manifest = serde_json::to_string_pretty(&export.manifest).map_err(while_doing("writing the manifest"))?;
    fs::write(arguments.out.join("manifest.json"), format!("{manifest}\n"))
        .map_err(|error| Failure::Failed(format!("writing the manifest: {}", error.kind())))?;
    if let Some(linkage) = &arguments.linkage {
        write_linkage(linkage, &export.linkage)?;
    }
    tell_left_out(&export.manifest);
    if arguments.json {
        print(&manifest);
    } else {
        let n = export.manifest.files.len();
        print(&format!("{n} objects under the name {}", export.manifest.pseudonym));
    }
    Ok(())
}

fn tell_left_out(manifest: &Manifest) {
    for left in &manifest.left_out {
        tell(&format!("left out: {} files of the kind {}: {}", left.n_files, left.kind, left.explanation));
    }
    if manifest.n_structures_unnamed > 0 {
        let n = manifest.n_structures_unnamed;
        tell(&format!(
            "{n} structures have no name of the standard list for certain; they are called ROI_ and their number"
        ));
    }
    if manifest.n_structures_emptied > 0 {
        let n = manifest.n_structures_emptied;
        tell(&format!("{n} structures stand without contours, since some of theirs cannot be used"));
    }
    manifest.notices.iter().for_each(|notice| tell(&format!("note: {notice}")));
}

/// A new file that only its owner can read, where the system knows owners.
fn write_linkage(path: &Path, linkage: &Linkage) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(linkage).map_err(while_doing("writing the linkage"))?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()));
    written.map_err(|error| Failure::Failed(format!("writing the linkage: {}", error.kind())))
}
