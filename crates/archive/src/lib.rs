//! Where cases live: their objects, settings, results and signatures.
//!
//! [`Archive`] is all of them, [`StoredCase`] one of them, [`Import`] what is on its way in. Contents are files that are named by
//! the hash of their bytes, in a folder or in an object store; the index, in SQLite or PostgreSQL, says which case needs which. Nothing counts as kept before contents,
//! folders and index are on disk.

mod archive;
mod arrivals;
pub mod audit;
mod backup;
mod blobs;
mod check;
mod durable;
mod error;
pub mod examiner;
mod export;
mod folders_of_cases;
mod hash;
mod health;
mod id;
mod import;
mod index;
mod limits;
mod names;
pub mod people;
mod place;
mod remote;
mod room;
mod search;
mod signature;
mod store;
mod stored_case;
mod transfer;
mod unpack;
mod unplaced;

pub use archive::Archive;
pub use check::CheckReport;
pub use error::ArchiveError;
pub use examiner::Examiner;
pub use hash::{hexadecimal, sha256};
pub use health::Health;
pub use id::CaseId;
pub use import::Import;
pub use names::CentreName;
pub use place::{ArchivePlace, ObjectStoreKey, ObjectStorePlace};
pub use search::{IndexedInstance, IndexedPatient, IndexedSeries, Scope};
pub use signature::{Bound, Signature};
pub use stored_case::{CaseLabel, CaseObjects, ObjectsState, Results, StoredCase, StoredSettings};
pub use transfer::{NOT_AS_STATED, Receipt, Received, Transfer, TransferEnd};
pub use unpack::{NotUnpacked, unpack};
