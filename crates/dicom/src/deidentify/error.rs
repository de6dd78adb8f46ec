//! Why nothing was exported.

use dicom_core::Tag;

use crate::WriteError;

/// Why an export was refused or failed. It names nobody.
#[derive(Debug, thiserror::Error)]
pub enum DeidentifyError {
    /// Objects of different patients (H01).
    #[error(
        "exporting objects of one patient: H01 the folder holds those of different patients ({} differ); remove those \
         of the other patient, or link them with a reason in case.toml ([case] same_patient)",
        .0.join(", ")
    )]
    DifferentPatients(Vec<&'static str>),
    /// Perhaps one patient under two IDs (H02).
    #[error(
        "exporting objects of one patient: H02 they carry different patient IDs, with fitting names and one birth \
         date; if they belong to one person, say so in case.toml ([case] same_patient)"
    )]
    PerhapsDifferentPatients,
    /// Two contents under one UID (H19).
    #[error(
        "exporting the objects of a folder: H19 two objects carry the same UID but different contents; find out which \
         one is right, and remove the other"
    )]
    TwoContents,
    /// Nothing is left to be exported.
    #[error(
        "exporting the objects of a folder: none of them can be exported; see what was found while reading it"
    )]
    Nothing,
    /// The folder to write to holds something.
    #[error(
        "exporting to a folder: it is not empty; name a new one, so that nothing else is handed on with the export"
    )]
    NotEmpty,
    /// The folder to write to cannot be used.
    #[error("exporting to a folder: it cannot be made or read ({0}); name another one")]
    Folder(std::io::ErrorKind),
    /// A tag is missing from the allow-list: a mistake in this program.
    #[error(
        "exporting a {kind} object: the tag {tag} is not on the allow-list; this is a mistake of the program, report it"
    )]
    Unlisted {
        /// Kind of the object.
        kind: &'static str,
        /// The tag.
        tag: Tag,
    },
    /// A file could not be written.
    #[error("{0}")]
    Write(#[from] WriteError),
}

impl DeidentifyError {
    /// Whether it was refused for safety, and not by a fault of the system.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::DifferentPatients(_) | Self::PerhapsDifferentPatients | Self::TwoContents)
    }
}
