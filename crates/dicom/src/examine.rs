//! What one file from a stranger is, found by reading it to its last pixel.
//!
//! This is what a child process with limits does with untrusted bytes: whatever could hang, exhaust or end the reader later does so
//! there. What it finds good is read the same way again by whoever uses the object.

use std::collections::BTreeMap;
use std::path::Path;

use dicom_dictionary_std::tags;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::access::{text, uid};
use crate::folder::{hexadecimal, kind, understand};
use crate::parse::{Parsed, looks_like_dicom};
use crate::{ReadError, Source, image, registration};

/// Bytes before the prefix `DICM`.
pub const PREAMBLE: usize = 128;

/// A file with what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examined {
    /// Hash of all its bytes.
    pub sha256: String,
    /// Number of its bytes.
    pub n_bytes: u64,
    /// What it is.
    pub what: What,
    /// Whose it says that it is, where it must not be used and says that much all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<ClaimedPatient>,
}

/// Whose an object says that it is: what a patient is found again by.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedPatient {
    /// Patient ID, which is never empty.
    pub patient_id: String,
    /// Issuer of Patient ID.
    pub issuer: String,
    /// Patient's Birth Date, as it stands.
    pub birth_date: String,
}

impl std::fmt::Debug for ClaimedPatient {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ClaimedPatient { .. }")
    }
}

impl ClaimedPatient {
    /// Nothing where there is no Patient ID.
    fn of(patient_id: String, issuer: String, birth_date: String) -> Option<Self> {
        (!patient_id.is_empty()).then_some(Self { patient_id, issuer, birth_date })
    }
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A DICOM object that can be kept.
    Object(Box<Identity>),
    /// Something that begins like a DICOM object and must not be used.
    Refused(Refusal),
    /// Not DICOM.
    Foreign,
}

/// Why an object must not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Its kind as far as it is known, such as `RTDOSE`; `DICOM` where nothing is.
    pub kind: String,
    /// The hazard.
    pub code: String,
    /// In words.
    pub reason: String,
}

/// What came with the objects of a case and is not among them, so that it is told all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftAside {
    /// What must not be used, by the hash of its bytes.
    pub refused: BTreeMap<String, Refusal>,
    /// Number of files that are not DICOM.
    #[serde(default)]
    pub n_foreign: usize,
    /// Number of objects whose preamble made them another kind of file as well; it was emptied.
    #[serde(default)]
    pub n_emptied: usize,
    /// Transfers that ended before their time.
    #[serde(default)]
    pub broken_off: Vec<BrokenOff>,
}

/// A transfer over a network that ended before its time, so that nobody knows what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenOff {
    /// Who sent, by application entity title or kind of interface.
    pub sender: String,
    /// How many objects had come.
    pub n_objects: usize,
    /// When it began, in words.
    pub begun: String,
}

/// By what an object is found again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Kind by SOP class, such as `CT` or `RTDOSE`.
    pub kind: String,
    /// SOP Class UID.
    pub sop_class: String,
    /// SOP Instance UID.
    pub sop_instance: String,
    /// Series Instance UID; empty where it is not stated.
    pub series: String,
    /// Study Instance UID; empty where it is not stated.
    pub study: String,
    /// Transfer Syntax UID.
    pub transfer_syntax: String,
    /// Patient ID.
    pub patient_id: String,
    /// Issuer of Patient ID.
    pub issuer: String,
    /// Patient's Name, as it stands.
    pub patient_name: String,
    /// Patient's Birth Date, as it stands.
    pub birth_date: String,
    /// Patient's Sex.
    pub sex: String,
    /// Whether the bytes before the prefix make it another kind of file as well.
    pub is_also_other: bool,
    /// SOP Instance UIDs that it refers to and cannot be understood without: of a plan its structure set, of a dose its plan.
    pub refers_to: Vec<String>,
}

/// Examines the bytes of one file.
pub fn examine(path: &Path) -> Result<Examined, ReadError> {
    let source = Source::File(path.to_owned());
    let file = source.read()?;
    let sha256 = hexadecimal(&Sha256::digest(&file));
    let (what, claimed) = examine_bytes(&file, &source, &sha256);
    let claimed = claimed.filter(|_| matches!(what, What::Refused(_)));
    Ok(Examined { sha256, n_bytes: file.len() as u64, what, claimed })
}

fn examine_bytes(file: &[u8], source: &Source, sha256: &str) -> (What, Option<ClaimedPatient>) {
    if !looks_like_dicom(file) {
        return (What::Foreign, None);
    }
    let parsed = match Parsed::read(file) {
        Ok(parsed) => parsed,
        Err(error) => return (refused("DICOM", &error), None),
    };
    let is_directory = !crate::access::items(&parsed.object, tags::DIRECTORY_RECORD_SEQUENCE).is_empty();
    if is_directory {
        return (What::Foreign, None);
    }
    let told = |tag| text(&parsed.object, tag).unwrap_or_default();
    let (id, issuer) = (told(tags::PATIENT_ID), told(tags::ISSUER_OF_PATIENT_ID));
    let claimed = ClaimedPatient::of(id, issuer, told(tags::PATIENT_BIRTH_DATE));
    let kind = kind(&parsed);
    let examined = Identity::of(&parsed, &kind).and_then(|identity| {
        let identity = Identity { is_also_other: has_foreign_preamble(file), ..identity };
        let understood = try_to_understand(parsed, &kind, source, (file, sha256));
        match understood {
            Err(error) if !is_only_unusable(&error) => Err(error),
            _ => Ok(identity),
        }
    });
    let what = match examined {
        Ok(identity) => What::Object(Box::new(identity)),
        Err(error) => refused(&kind, &error),
    };
    (what, claimed)
}

/// Reads what an object says, to its last pixel.
fn try_to_understand(
    parsed: Parsed,
    kind: &str,
    source: &Source,
    (file, sha256): (&[u8], &str),
) -> Result<(), ReadError> {
    match kind {
        "CT" | "MR" | "PT" => match image::read_slice(&parsed, source, kind, sha256)? {
            Some(slice) => image::try_pixels(&slice, &parsed, file),
            None => Ok(()),
        },
        // Which images it means is known once they are there; what it says of them can be read now.
        "REG" => registration::try_read(&parsed, sha256),
        _ => understand(parsed, kind, source, file, sha256).map(|_| ()),
    }
}

/// Whether an object is whole and true, and cannot be used for a dose all the same. It is kept; whoever uses it is told.
fn is_only_unusable(error: &ReadError) -> bool {
    matches!(
        error,
        ReadError::TransferSyntax(_) | ReadError::Unsupported(_) | ReadError::Missing(_) | ReadError::Date { .. }
    )
}

fn refused(kind: &str, error: &ReadError) -> What {
    What::Refused(Refusal { kind: kind.to_owned(), code: error.code().to_owned(), reason: error.to_string() })
}

impl Identity {
    /// Whose it says that it is; nothing where it has no Patient ID.
    pub fn claimed(&self) -> Option<ClaimedPatient> {
        ClaimedPatient::of(self.patient_id.clone(), self.issuer.clone(), self.birth_date.clone())
    }

    /// Of an object.
    ///
    /// # Errors
    /// When a UID without which it cannot be kept is missing or none.
    fn of(parsed: &Parsed, kind: &str) -> Result<Self, ReadError> {
        let object = &parsed.object;
        let told = |tag| text(object, tag).unwrap_or_default();
        Ok(Self {
            kind: kind.to_owned(),
            sop_class: uid(object, tags::SOP_CLASS_UID).ok_or(ReadError::Missing("SOP Class UID"))?,
            sop_instance: uid(object, tags::SOP_INSTANCE_UID).ok_or(ReadError::Missing("SOP Instance UID"))?,
            series: uid(object, tags::SERIES_INSTANCE_UID).unwrap_or_default(),
            study: uid(object, tags::STUDY_INSTANCE_UID).unwrap_or_default(),
            transfer_syntax: parsed.transfer_syntax.clone(),
            patient_id: told(tags::PATIENT_ID),
            issuer: told(tags::ISSUER_OF_PATIENT_ID),
            patient_name: told(tags::PATIENT_NAME),
            birth_date: told(tags::PATIENT_BIRTH_DATE),
            sex: told(tags::PATIENT_SEX),
            is_also_other: false,
            refers_to: refers_to(object),
        })
    }
}

/// The preamble is left to other uses; whole-slide images are TIFF files by it, and anything else makes a program or a page of an object.
fn has_foreign_preamble(file: &[u8]) -> bool {
    let preamble = file.get(..PREAMBLE).unwrap_or_default();
    let is_tiff = preamble.starts_with(b"II*\0") || preamble.starts_with(b"MM\0*");
    file.get(PREAMBLE..PREAMBLE + 4) == Some(b"DICM") && !is_tiff && preamble.iter().any(|byte| *byte != 0)
}

/// What an object cannot be understood without, so that what is still on its way is missed (H47).
fn refers_to(object: &dicom_object::InMemDicomObject) -> Vec<String> {
    let sequences = [tags::REFERENCED_RT_PLAN_SEQUENCE, tags::REFERENCED_STRUCTURE_SET_SEQUENCE];
    let items = sequences.into_iter().flat_map(|sequence| crate::access::items(object, sequence));
    items.filter_map(|item| uid(item, tags::REFERENCED_SOP_INSTANCE_UID)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examined(bytes: &[u8]) -> What {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("object");
        std::fs::write(&path, bytes).unwrap();
        examine(&path).unwrap().what
    }

    #[test]
    fn what_is_not_dicom_is_foreign_and_what_only_begins_like_it_is_refused() {
        assert_eq!(examined(b"%PDF-1.7 and more"), What::Foreign);
        assert_eq!(examined(b""), What::Foreign);
        let mut cut_off = vec![0; 128];
        cut_off.extend_from_slice(b"DICM\x02\x00\x10\x00UI\xff\xff");
        let What::Refused(refusal) = examined(&cut_off) else { panic!("it was taken") };
        assert_eq!((refusal.kind.as_str(), refusal.code.as_str()), ("DICOM", "H47"));
        assert!(refusal.reason.contains("ends within"), "{}", refusal.reason);
    }
}
