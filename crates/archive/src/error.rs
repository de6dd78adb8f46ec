//! Why something cannot be kept or found.

use std::io;

use case::SettingsError;

/// Why something cannot be kept or found. No message names a path or a value, since either may name a person.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file system refuses.
    #[error("{doing}: {kind}; check that the folder of the archive can be written to")]
    File {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// There is no room left.
    #[error("keeping something: the disk of the archive is full; make room, nothing that is kept was lost")]
    Full,
    /// The disk did not keep what it was given.
    #[error(
        "keeping something: the disk failed earlier to keep what it was given, so nothing is taken in any longer; \
         look after the disk, start the program anew, and run rert archive check"
    )]
    Broken,
    /// The index refuses.
    #[error("{doing}: the index of the archive refuses ({reason}); check its database")]
    Index {
        /// What was being done.
        doing: &'static str,
        /// What the database says; without values.
        reason: String,
    },
    /// The archive was written by a newer program.
    #[error(
        "opening the archive: its index has version {found}, and this rert knows up to {known}; use the newer rert"
    )]
    Newer {
        /// Version of the index.
        found: i64,
        /// The newest version that is known.
        known: i64,
    },
    /// An archive is to be restored that holds cases.
    #[error("restoring the archive: it holds cases or accounts already, or a log; name a new folder")]
    NotEmpty,
    /// A content that is needed is not what it was.
    #[error(
        "reading content {sha256}: it is {how}; restore it from a backup, or import its object again, and run rert archive check"
    )]
    DamagedContent {
        /// Its hash.
        sha256: String,
        /// `damaged` or `missing`.
        how: &'static str,
    },
    /// The object store refuses, or cannot be reached. Nothing is lost by it, and it is tried again with the next request.
    #[error(
        "{doing}: {reason}; check the object store, its key and the way to it, then try again: nothing that is kept was lost"
    )]
    ObjectStore {
        /// What was being done.
        doing: &'static str,
        /// What is wrong, in words of ours.
        reason: &'static str,
    },
    /// The part of the object store belongs to somebody else.
    #[error(
        "opening the archive: this prefix of the bucket belongs to another archive; name another prefix or bucket"
    )]
    ObjectsOfOther,
    /// The object store has not what the archive had put there.
    #[error(
        "opening the archive: this prefix of the bucket lacks the mark of the archive, although its index has contents; \
         name the bucket and prefix that it was made with"
    )]
    OtherObjectStore,
    /// An archive that was made without an object store is to be used with one, or the other way round.
    #[error(
        "opening the archive: it keeps its contents {0}; open it so, or restore a backup of it into a new archive"
    )]
    OtherKind(&'static str),
    /// An object store is to be spoken to without encryption.
    #[error(
        "opening the object store: its address must begin with https://; without encryption it may be on this machine alone"
    )]
    PlainObjectStore,
    /// A database elsewhere would be spoken to without anybody having said how.
    #[error(
        "opening the index of the archive: its PostgreSQL is on another machine and its address does not say whether the connection \
         is encrypted; add sslmode=verify-full and sslrootcert (or sslmode=disable, if you mean that) to the address"
    )]
    MaybePlainDatabase,
    /// Another program works on the archive.
    #[error("opening the archive: another rert is working on it; stop it, or name another folder")]
    InUse,
    /// There is no such case or import.
    #[error("{what} {id} is not here; it may have been deleted")]
    NotFound {
        /// Case or import.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// Not a name that this program gives.
    #[error("\"{0}\" is no name of a case")]
    Name(String),
    /// No name of an account.
    #[error("making an account: its name cannot be used: {0}")]
    AccountName(&'static str),
    /// Somebody else changed the settings.
    #[error("saving the settings: they were changed meanwhile; look at the difference and save again")]
    Changed,
    /// The objects of a case changed while something was made from them.
    #[error("keeping what was made from a case: its objects changed meanwhile; assess it again")]
    OtherObjects,
    /// The settings cannot be meant.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Something that the program itself wrote cannot be read.
    #[error("reading {what} of a case: {reason}; it was damaged or written by a newer rert")]
    Damaged {
        /// What.
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
    pub(crate) fn while_doing(doing: &'static str) -> impl Fn(io::Error) -> Self {
        move |error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            kind => Self::File { doing, kind },
        }
    }

    /// A failure of the index while something was done.
    pub(crate) fn in_index(doing: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |error| match &error {
            sqlx::Error::Database(refusal) if says_full(refusal.code().as_deref()) => Self::Full,
            // The message of a database names tables and columns; the values stand in its details, which are left out.
            sqlx::Error::Database(refusal) => Self::Index { doing, reason: refusal.message().to_owned() },
            sqlx::Error::Tls(_) => Self::Index { doing, reason: NOT_ENCRYPTED.to_owned() },
            sqlx::Error::Io(failure) if failure.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => {
                Self::Index { doing, reason: NOT_ENCRYPTED.to_owned() }
            }
            sqlx::Error::Io(failure) => Self::Index { doing, reason: failure.kind().to_string() },
            _ => Self::Index { doing, reason: "no connection, or an answer that cannot be read".to_owned() },
        }
    }
}

const NOT_ENCRYPTED: &str =
    "no encrypted connection; check sslmode, sslrootcert and the certificate of the server";

/// Whether a code of SQLite (`SQLITE_FULL`) or of PostgreSQL (`disk_full`) says that there is no room.
fn says_full(code: Option<&str>) -> bool {
    matches!(code, Some("13" | "53100"))
}
