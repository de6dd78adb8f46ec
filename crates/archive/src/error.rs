//! Why something cannot be kept or found.

use case::SettingsError;

/// Why something cannot be kept or found. No message names a path, since a path may name a person.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file system refuses.
    #[error("{doing}: {kind}; check that the folder of the cases can be written to and that the disk is not full")]
    File {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// Another program works on the folder.
    #[error("opening the folder of the cases: another rert is working on it; stop it, or name another folder")]
    InUse,
    /// There is no such case or import.
    #[error("{what} {id} is not here; it may have been deleted")]
    NotFound {
        /// Case or import.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// A case without its label.
    #[error(
        "case {id} is not whole: its import or its removal did not end; delete it, and import its objects again"
    )]
    Unfinished {
        /// Its name.
        id: String,
    },
    /// Not a name that this program gives.
    #[error("\"{0}\" is no name of a case")]
    Name(String),
    /// Somebody else changed the settings.
    #[error("saving the settings: they were changed meanwhile; look at the difference and save again")]
    Changed,
    /// The settings cannot be meant.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A file of the program itself cannot be read.
    #[error("reading {what} of a case: {reason}; the file was damaged or written by a newer rert")]
    Damaged {
        /// Which file.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A file is larger than what is taken.
    #[error(
        "receiving a file: it is larger than {0} bytes, the most that is taken at once; send a zip archive in parts"
    )]
    TooLarge(u64),
    /// The system gives no random numbers.
    #[error("making a name for a case: the system gives no random numbers")]
    NoRandomness,
}

impl ArchiveError {
    /// A failure of the file system while something was done.
    pub(crate) fn while_doing(doing: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::File { doing, kind: error.kind() }
    }
}
