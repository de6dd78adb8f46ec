//! A folder of any files to the objects in it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use case::{Findings, Image, Input, Objects};
use dicom_dictionary_std::tags;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::access::{text, uid};
use crate::examine::{BrokenOff, LeftAside};
use crate::image::Slice;
use crate::parse::{Parsed, looks_like_dicom};
use crate::registration::FramesOfInstances;
use crate::{ReadError, Source, dose, image, plan, record, registration, source, structure_set};

/// How far reading has come: files read and files in all.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// The objects of a folder, and where the pixels of its images are.
#[derive(Debug, Default)]
pub struct Folder {
    /// All objects, images without their values.
    pub objects: Objects,
    sources: BTreeMap<String, Vec<Source>>,
    /// What must live as long as the files are read.
    alive: Option<Arc<dyn Debug + Send + Sync>>,
}

impl Folder {
    /// Keeps something as long as this lives: what would let the files go, whose pixels are read later.
    pub fn keep_alive(&mut self, what: Arc<dyn Debug + Send + Sync>) {
        self.alive = Some(what);
    }

    /// Where the bytes of an object stand; of an image, those of its slices in their order.
    pub(crate) fn sources_of(&self, uid: &str) -> &[Source] {
        self.sources.get(uid).map(Vec::as_slice).unwrap_or_default()
    }

    /// Reads the values of an image onto its grid.
    ///
    /// # Errors
    /// When the image has no usable grid or a slice cannot be decoded.
    pub fn load_voxels(&mut self, index: usize) -> Result<(), ReadError> {
        let image = &mut self.objects.images[index];
        if image.voxels.is_some() {
            return Ok(());
        }
        let grid = image.grid.clone().map_err(ReadError::Geometry)?;
        let sources = self.sources.get(&image.header.uid).map(Vec::as_slice).unwrap_or_default();
        image.voxels = Some(image::load(&grid, sources)?);
        Ok(())
    }

    /// Reads the values of images; one that cannot be read is warned of, and is not used.
    pub fn load_images(&mut self, images: impl IntoIterator<Item = usize>, findings: &mut Findings) {
        for image in images {
            if let Err(error) = self.load_voxels(image) {
                let subject = &self.objects.images[image].header.kind;
                findings.warn(error.code(), subject, format!("the image is not used: {error}"));
            }
        }
    }
}

/// What one file turned out to be.
pub(crate) enum Found {
    Slice(Box<Slice>),
    StructureSet(case::StructureSet),
    Plan(case::Plan),
    Dose(Box<case::Dose>),
    /// Registrations may name images, so they are understood when all images are known.
    Registration(Box<Parsed>),
    Record(case::TreatmentRecord),
    /// DICOM, but nothing this program uses.
    Other,
    NotDicom,
    /// The settings of the case, which are read by themselves.
    Settings,
}

/// The settings of a case lie in its folder.
const SETTINGS_FILE: &str = "case.toml";

struct Entry {
    sha256: String,
    kind: String,
    uid: Option<String>,
    /// Where its bytes stand; nothing where they must not be met again.
    source: Option<Source>,
    found: Result<Found, ReadError>,
}

/// Reads everything below a folder, in parallel, and puts it in a fixed order.
///
/// A file that cannot be read becomes a finding, so the others are not lost.
///
/// # Errors
/// When the folder itself cannot be read.
pub fn read_folder(root: &Path, progress: Progress<'_>) -> Result<Folder, ReadError> {
    Ok(read_sources(&source::walk(root)?, LeftAside::default(), progress))
}

/// The kind of an input that is no object, but a transfer that ended early.
pub const BROKEN_OFF: &str = "broken-off transfer";

/// Reads files as [`read_folder`] does. Of what was left aside when it came in, only that is told; its bytes are not met again.
pub fn read_sources(sources: &[Source], left_aside: LeftAside, progress: Progress<'_>) -> Folder {
    let n_sources = sources.len();
    let n_read = std::sync::atomic::AtomicUsize::new(0);
    let read = sources.par_iter().map(|source| {
        let entry = read_entry(source);
        progress(n_read.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, n_sources);
        entry
    });
    let mut entries: Vec<Entry> = read.collect();
    entries.extend(left_aside.refused.into_iter().map(|(sha256, refusal)| Entry {
        sha256,
        kind: refusal.kind.clone(),
        uid: None,
        source: None,
        found: Err(ReadError::Refused(refusal)),
    }));
    let mut folder = sort_out(entries, left_aside.n_foreign);
    note_emptied(left_aside.n_emptied, &mut folder.objects.findings);
    refuse_broken_off(&left_aside.broken_off, &mut folder.objects);
    folder
}

fn read_entry(source: &Source) -> Entry {
    let entry = |sha256: String, kind: &str, found| Entry {
        sha256,
        kind: kind.to_owned(),
        uid: None,
        source: Some(source.clone()),
        found,
    };
    let file = match source.read() {
        Ok(file) => file,
        Err(error) => return entry(String::new(), "file", Err(error)),
    };
    let sha256 = hexadecimal(&Sha256::digest(&file));
    if matches!(source, Source::File(_)) && file.starts_with(b"PK\x03\x04") {
        return entry(sha256, "archive", Err(ReadError::Damaged("the archive cannot be opened".to_owned())));
    }
    if source.is_file_named(SETTINGS_FILE) {
        return entry(sha256, "", Ok(Found::Settings));
    }
    if !looks_like_dicom(&file) {
        return entry(sha256, "", Ok(Found::NotDicom));
    }
    match Parsed::read(&file) {
        Ok(parsed) => {
            let kind = kind(&parsed);
            let uid = uid(&parsed.object, tags::SOP_INSTANCE_UID);
            let found = understand(parsed, &kind, source, &file, &sha256);
            Entry { uid, ..entry(sha256, &kind, found) }
        }
        Err(error) => entry(sha256, "DICOM", Err(error)),
    }
}

/// The kind by SOP class, since the modality attribute of records and registrations varies.
pub(crate) fn kind(parsed: &Parsed) -> String {
    let class = uid(&parsed.object, tags::SOP_CLASS_UID).unwrap_or_default();
    match class.strip_prefix("1.2.840.10008.5.1.4.1.1.").unwrap_or_default() {
        "2" | "2.1" => "CT",
        "4" => "MR",
        "128" => "PT",
        "481.2" => "RTDOSE",
        "481.3" => "RTSTRUCT",
        "481.5" | "481.8" => "RTPLAN",
        "481.4" | "481.6" | "481.9" => "RTRECORD",
        "66.1" | "66.3" => "REG",
        _ => return text(&parsed.object, tags::MODALITY).unwrap_or_else(|| "other".to_owned()),
    }
    .to_owned()
}

pub(crate) fn understand(
    parsed: Parsed,
    kind: &str,
    source: &Source,
    file: &[u8],
    sha256: &str,
) -> Result<Found, ReadError> {
    Ok(match kind {
        "CT" | "MR" | "PT" => match image::read_slice(&parsed, source, kind, sha256)? {
            Some(slice) => Found::Slice(Box::new(slice)),
            None => Found::Other,
        },
        "RTDOSE" if !parsed.has_pixels() => Found::Other,
        "RTDOSE" => Found::Dose(Box::new(dose::read(&parsed, file, sha256)?)),
        "RTSTRUCT" => Found::StructureSet(structure_set::read(&parsed, sha256)?),
        "RTPLAN" => Found::Plan(plan::read(&parsed, sha256)?),
        "RTRECORD" => Found::Record(record::read(&parsed, sha256)?),
        "REG" => Found::Registration(Box::new(parsed)),
        _ => Found::Other,
    })
}

fn sort_out(entries: Vec<Entry>, n_foreign: usize) -> Folder {
    let mut folder = Folder::default();
    let mut findings = Findings::new();
    let entries = without_doublets(entries, &mut findings);
    let mut slices: BTreeMap<(String, String), Vec<Slice>> = BTreeMap::new();
    let mut registrations = Vec::new();
    let (mut n_foreign, mut n_unused) = (n_foreign, 0);
    let objects = &mut folder.objects;
    for entry in entries {
        if !matches!(entry.found, Ok(Found::NotDicom | Found::Settings)) {
            objects.inputs.push(Input { sha256: entry.sha256.clone(), kind: entry.kind.clone() });
        }
        keep_source(&entry, &mut folder.sources);
        match entry.found {
            Ok(Found::Slice(slice)) => {
                slices.entry((slice.header.series.clone(), slice.frame.to_string())).or_default().push(*slice);
            }
            Ok(Found::StructureSet(set)) => objects.structure_sets.push(set),
            Ok(Found::Plan(plan)) => objects.plans.push(plan),
            Ok(Found::Dose(dose)) => objects.doses.push(*dose),
            Ok(Found::Record(record)) => objects.records.push(record),
            Ok(Found::Registration(parsed)) => registrations.push((parsed, entry.sha256)),
            Ok(Found::Other) => n_unused += 1,
            Ok(Found::Settings) => {}
            Ok(Found::NotDicom) => n_foreign += 1,
            Err(error) => refuse(&error, &entry.kind, &entry.sha256, &mut findings),
        }
    }
    for slices in slices.into_values() {
        let (image, sources) = image::assemble(slices);
        note_image(&image, &mut findings);
        folder.sources.insert(image.header.uid.clone(), sources);
        objects.images.push(image);
    }
    let frames = frames_of_instances(&objects.images);
    for (parsed, sha256) in registrations {
        match registration::read(&parsed, &sha256, &frames) {
            Ok(registration) => objects.registrations.push(registration),
            Err(error) => refuse(&error, "REG", &sha256, &mut findings),
        }
    }
    note_unused(n_foreign, n_unused, &mut findings);
    objects.inputs.sort();
    objects.findings = findings;
    sort_objects(objects);
    folder
}

/// Keeps where an object stands. Slices are kept by their series, when it is in order.
fn keep_source(entry: &Entry, sources: &mut BTreeMap<String, Vec<Source>>) {
    let is_slice = matches!(entry.found, Ok(Found::Slice(_)));
    if let (Some(uid), Some(source), false) = (&entry.uid, &entry.source, is_slice) {
        sources.insert(uid.clone(), vec![source.clone()]);
    }
}

/// Drops exact copies and refuses different contents under one UID (H19).
fn without_doublets(entries: Vec<Entry>, findings: &mut Findings) -> Vec<Entry> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut n_copies = 0;
    let mut kept = Vec::new();
    for entry in entries {
        let Some(uid) = entry.uid.clone() else {
            kept.push(entry);
            continue;
        };
        match seen.get(&uid) {
            Some(sha256) if *sha256 == entry.sha256 => n_copies += 1,
            Some(_) => findings.refuse(
                "H19",
                uid,
                format!(
                    "two {} objects carry the same UID but different contents: remove the wrong one",
                    entry.kind
                ),
            ),
            None => {
                seen.insert(uid, entry.sha256.clone());
                kept.push(entry);
            }
        }
    }
    if n_copies > 0 {
        findings.note("H18", "folder", format!("{n_copies} exact copies of files were read once"));
    }
    kept
}

fn refuse(error: &ReadError, kind: &str, sha256: &str, findings: &mut Findings) {
    let subject = format!("{kind} {}", sha256.get(..12).unwrap_or("without content"));
    let message = format!("reading a {kind} object: {error}; export it again");
    match kind {
        // Without an image the doses still stand; registration and pictures then say what they lack.
        "CT" | "MR" | "PT" => findings.warn(error.code(), subject, message),
        _ => findings.refuse(error.code(), subject, message),
    }
}

fn note_image(image: &Image, findings: &mut Findings) {
    let subject = format!("{} series of {} slices", image.header.kind, image.instances.len());
    match &image.grid {
        Err(problem) => {
            let code = if problem.contains("sheared") { "H08" } else { "H09" };
            findings.warn(code, subject, format!("the series is not used as an image: {problem}"));
        }
        Ok(grid) if !grid.has_equal_planes() => {
            let message = "its slices stand at unequal distances; values between them are interpolated";
            findings.warn("H09", subject, message);
        }
        Ok(grid) if grid.orientation_letters() != "L P H" => {
            let message = format!(
                "its axes point to {} (patient position {}); positions are taken from the orientation alone",
                grid.orientation_letters(),
                image.patient_position
            );
            findings.note("H05", subject, message);
        }
        Ok(_) => {}
    }
}

fn note_unused(n_foreign: usize, n_unused: usize, findings: &mut Findings) {
    if n_foreign > 0 {
        let what = if n_foreign == 1 { "1 file is" } else { &format!("{n_foreign} files are") };
        findings.note("H47", "folder", format!("{what} not DICOM, and left aside"));
    }
    if n_unused > 0 {
        let message = format!("{n_unused} DICOM objects are of kinds that are not used (or hold no pixels)");
        findings.note("H47", "folder", message);
    }
}

fn note_emptied(n_emptied: usize, findings: &mut Findings) {
    if n_emptied > 0 {
        let message =
            format!("the preamble of {n_emptied} objects made them files of another kind as well; it was emptied");
        findings.note("H47", "folder", message);
    }
}

/// What a transfer that ended early would still have brought is not known, so nothing is computed without it.
fn refuse_broken_off(broken_off: &[BrokenOff], objects: &mut Objects) {
    for BrokenOff { sender, n_objects, begun } in broken_off {
        // What was signed before it broke off was not signed with it.
        let sha256 = hexadecimal(&Sha256::digest(format!("{sender}\n{begun}\n{n_objects}")));
        objects.inputs.push(Input { sha256, kind: BROKEN_OFF.to_owned() });
        let message = format!(
            "it began at {begun} and ended early, after {n_objects} objects, so that some may be missing: send it again"
        );
        objects.findings.refuse("H47", format!("transfer from {sender}"), message);
    }
    objects.inputs.sort();
}

fn frames_of_instances(images: &[Image]) -> FramesOfInstances {
    images.iter().flat_map(|image| image.instances.iter().map(|uid| (uid.clone(), image.frame.clone()))).collect()
}

fn sort_objects(objects: &mut Objects) {
    objects.images.sort_by(|a, b| a.header.uid.cmp(&b.header.uid));
    objects.structure_sets.sort_by(|a, b| a.header.uid.cmp(&b.header.uid));
    objects.plans.sort_by(|a, b| a.header.uid.cmp(&b.header.uid));
    objects.doses.sort_by(|a, b| a.header.uid.cmp(&b.header.uid));
    objects.registrations.sort_by(|a, b| a.header.uid.cmp(&b.header.uid));
    objects.records.sort_by(|a, b| a.header.uid.cmp(&b.header.uid));
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
