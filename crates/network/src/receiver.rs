//! Who keeps what arrives: the owner of the node.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::path::Path;

use tempfile::TempPath;

use crate::{AeTitle, NetworkError, Reference, Uid};

/// Takes what the node receives. Calls for different associations overlap.
pub trait Receiver: Send + Sync + 'static {
    /// An association begins, under a number that its objects and its end will have too.
    fn association_began(&self, number: u64, calling_ae: &AeTitle) {
        let _ = (number, calling_ae);
    }

    /// Keeps an object, or says why not. The sender is told success only after this answered success, and so this must not
    /// answer before the object is on disk under its final name.
    fn store(&self, object: Incoming) -> impl Future<Output = StoreStatus> + Send;

    /// Whether there is room for what arrives; asked again and again while it does.
    fn has_room(&self) -> bool {
        true
    }

    /// Which of these objects are kept and safe (Storage Commitment): one answer for each, in their order.
    fn has(&self, references: &[Reference]) -> impl Future<Output = Vec<bool>> + Send;

    /// An association is over. Only after `Released` may a transfer count as complete (H47).
    fn association_ended(&self, end: AssociationEnd);

    /// A report of what is kept did not arrive and is not tried again; for the log.
    fn report_given_up(&self, peer: &AeTitle, n_attempts: u32, error: &NetworkError) {
        let _ = (peer, n_attempts, error);
    }

    /// Somebody was turned away; for the log.
    fn turned_away(&self, whom: TurnedAway) {
        let _ = whom;
    }
}

/// An object that arrived whole, in a file that vanishes with this value unless it is kept.
#[derive(Debug)]
pub struct Incoming {
    /// Number of the association, unique as long as the program runs.
    pub association: u64,
    /// Who sends it.
    pub calling_ae: AeTitle,
    /// SOP Class UID, one of those that are taken.
    pub class: Uid,
    /// SOP Instance UID as the sender states it; the data set may say otherwise.
    pub instance: Uid,
    /// How the data set is encoded.
    pub transfer_syntax: Uid,
    /// Who had it sent to us, when it was moved.
    pub move_originator: Option<AeTitle>,
    /// Size of the file.
    pub n_bytes: u64,
    pub(crate) file: TempPath,
}

impl Incoming {
    /// The file: an empty preamble, a meta group of ours, and the data set byte for byte as it came. Nothing in it was examined.
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// Gives the file its final name, which must be in the same file system and must not be taken. Nothing is made durable here.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn keep_as(self, path: &Path) -> io::Result<()> {
        self.file.persist_noclobber(path).map_err(|error| error.error)
    }
}

/// What the sender of an object is told (PS3.4 B.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreStatus {
    /// It is kept and on disk.
    Success,
    /// There is no room, or the disk fails.
    OutOfResources,
    /// The data set is not of the class that the command states.
    DoesNotMatchClass,
    /// The data set cannot be read.
    CannotUnderstand,
    /// Another object with the same UID and other content is here (H19).
    OtherContentHere,
    /// The UID is none.
    InvalidInstance,
    /// Objects of this class are not taken.
    ClassNotSupported,
    /// This sender may not store this object.
    NotAuthorized,
}

impl StoreStatus {
    /// The number in the answer.
    pub fn code(self) -> u16 {
        match self {
            Self::Success => 0x0000,
            Self::OutOfResources => 0xA700,
            Self::DoesNotMatchClass => 0xA900,
            Self::CannotUnderstand => 0xC000,
            Self::OtherContentHere => 0xC001,
            Self::InvalidInstance => 0x0117,
            Self::ClassNotSupported => 0x0122,
            Self::NotAuthorized => 0x0124,
        }
    }
}

/// How an association ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowEnded {
    /// The peer said that it was done.
    Released,
    /// Either side broke it off.
    Aborted,
    /// The peer was idle or slow.
    TimedOut,
}

/// An association that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssociationEnd {
    /// Its number.
    pub number: u64,
    /// Who called.
    pub calling_ae: AeTitle,
    /// From where; nothing where we called.
    pub address: Option<IpAddr>,
    /// How many objects were answered with success.
    pub n_stored: u64,
    /// How many were answered with a failure.
    pub n_refused: u64,
    /// How it ended.
    pub how: HowEnded,
}

/// A connection that never became an association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnedAway {
    /// From where.
    pub address: IpAddr,
    /// Who it said it is, where it came that far.
    pub calling_ae: Option<AeTitle>,
    /// Why.
    pub reason: String,
}
