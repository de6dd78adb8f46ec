//! What an export tells of itself: what was written, what was left out, and, apart from it, what belongs to whom.

use std::collections::BTreeMap;

use serde::Serialize;

/// Name of the form of a manifest.
pub const MANIFEST_SCHEMA: &str = "rert-deidentified/1";
/// Name of the form of a linkage.
pub const LINKAGE_SCHEMA: &str = "rert-linkage/1";

/// A code of the standard's list of methods (PS3.16 CID 7050).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Method {
    /// Code value, of the scheme DCM.
    pub value: &'static str,
    /// Its meaning.
    pub meaning: &'static str,
}

impl Method {
    /// What is true of every exported object.
    ///
    /// # Source
    /// \[dicom_ps3_15\] Annex E: the profile and its options.
    pub const CODES: &'static [Self] = &[
        Self { value: "113100", meaning: "Basic Application Confidentiality Profile" },
        Self { value: "113105", meaning: "Clean Descriptors Option" },
        Self { value: "113107", meaning: "Retain Longitudinal Temporal Information Modified Dates Option" },
        Self { value: "113108", meaning: "Retain Patient Characteristics Option" },
    ];

    /// The same in words, each at most 64 characters.
    pub(super) const IN_WORDS: &'static [&'static str] =
        &["rert: built anew from numbers, codes and references", "UIDs by keyed hash, dates moved by whole weeks"];
}

/// Why an object was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Text stands in its pixels.
    #[error("text is burned into the pixels of a slice")]
    BurnedIn,
    /// A capture of a screen, a scan of paper, a picture in colour.
    #[error("a slice is a capture of a screen, a picture in colour or of a class that is not exported")]
    Picture,
    /// A slice cannot be read or decoded.
    #[error("it cannot be read")]
    Unreadable,
    /// Its slices make no image.
    #[error("its slices make no regular grid")]
    NoGrid,
    /// A word that must be one of the standard's is not.
    #[error("it states a kind, a unit or a map that is not one of the standard's")]
    NotOfStandard,
    /// Some of its maps cannot be used.
    #[error("some of its maps cannot be used")]
    UnusableMaps,
    /// A record of brachytherapy.
    #[error("records of brachytherapy are not exported")]
    Brachytherapy,
    /// Not read, or a kind that this program does not use.
    #[error("it was refused when it was read, is a copy, or is of a kind that is not exported")]
    NotRead,
}

/// Objects left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// `CT`, `RTDOSE`, ..., or `other`.
    pub kind: &'static str,
    /// How many files.
    pub n_files: usize,
    /// Why.
    pub reason: Reason,
    /// The same in words.
    pub explanation: String,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Exported {
    /// Its name in the folder.
    pub file: String,
    /// What it holds.
    pub kind: &'static str,
    /// New SOP Instance UID.
    pub sop_instance: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What an export wrote and left out; it names nobody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    /// Name of this form.
    pub schema: &'static str,
    /// Version of the program.
    pub program_version: &'static str,
    /// Name and ID in every object.
    pub pseudonym: String,
    /// What is claimed of every object.
    pub methods: &'static [Method],
    /// Files, by name.
    pub files: Vec<Exported>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// Structures that have names of the standard list.
    pub n_structures_named: usize,
    /// Structures whose names were replaced by `ROI_` and their number.
    pub n_structures_unnamed: usize,
    /// Structures that stand without contours, since some of theirs cannot be used.
    pub n_structures_emptied: usize,
    /// What a person has to look at before anything is handed on.
    pub notices: Vec<&'static str>,
}

/// Which original belongs to which pseudonym. It undoes the export and is written only when asked for.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Linkage {
    /// Name of this form.
    pub schema: &'static str,
    /// Patient ID of the originals.
    pub patient_id: String,
    /// Who issued it.
    pub issuer: String,
    /// Name and ID in every exported object.
    pub pseudonym: String,
    /// By how many days dates were moved; less than zero for back.
    pub days: i64,
    /// New UIDs by those of the originals.
    pub uids: BTreeMap<String, String>,
}

impl std::fmt::Debug for Linkage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Linkage { .. }")
    }
}
