//! Objects for research: built anew from what was read of them, so that nothing that identifies a person can come along.
//!
//! An export is no copy with elements taken out. Every object is made from the types of [`case`] and from a few further numbers and words of
//! fixed sets (`stated`), through a data set that takes nothing but numbers, words of this program, new UIDs and moved dates, under the tags
//! of an allow-list (`sheet`, `allowed`). What a source holds beyond that, wherever it stands, is never met.
//!
//! # Source
//! \[dicom_ps3_15\] Annex E for the profile and its options.

mod allowed;
mod dose;
mod error;
mod export;
mod image;
mod key;
mod manifest;
mod modules;
mod mr;
mod output;
mod pet;
mod plan;
mod pseudonym;
mod record;
mod registration;
mod series;
mod sheet;
mod stated;
mod structure_set;

use std::path::Path;

pub use error::DeidentifyError;
pub use key::{KEY_BYTES, KeyError, SecretKey};
pub use manifest::{Exported, LINKAGE_SCHEMA, LeftOut, Linkage, MANIFEST_SCHEMA, Manifest, Method, Reason};

use crate::Folder;

/// What a person decides about an export.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    /// The name of the standard list (TG-263) for a drawn name, where it is known for certain. It must never give back the drawn name itself.
    pub standard_name: &'a dyn Fn(&str) -> Option<String>,
    /// Whether a person has stated that all objects are of one patient although their identities differ.
    pub same_patient: bool,
}

impl std::fmt::Debug for Policy<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Policy").field("same_patient", &self.same_patient).finish_non_exhaustive()
    }
}

/// What was exported.
#[derive(Debug)]
pub struct Export {
    /// What may be handed on with it.
    pub manifest: Manifest,
    /// What must not.
    pub linkage: Linkage,
}

/// Writes the objects of one patient anew to a folder that is new or empty.
///
/// The same folder and key give the same bytes. After a failure nothing is left in the folder.
///
/// # Errors
/// When the objects are of different patients (H01, H02), none can be exported, the folder holds something, or a file cannot be written.
pub fn deidentify(
    folder: &Folder,
    policy: &Policy<'_>,
    key: &SecretKey,
    out: &Path,
) -> Result<Export, DeidentifyError> {
    export::run(folder, policy, key, out)
}
