//! Where cases live: their objects, settings, results and signatures, in a folder.
//!
//! [`Library`] is the folder, [`CaseFolder`] one case in it, [`Import`] what is on its way in. Nothing counts as written before it
//! is on disk ([`durable`]), and objects are named by what they hold, so that the same object is kept once.

pub mod durable;
mod error;
pub mod examiner;
mod folder;
mod hash;
mod id;
mod import;
mod library;
mod limits;
mod signature;
mod unpack;

pub use error::ArchiveError;
pub use examiner::Examiner;
pub use folder::{CaseFolder, CaseLabel, Results, StoredSettings};
pub use hash::{hexadecimal, sha256};
pub use id::CaseId;
pub use import::Import;
pub use library::Library;
pub use signature::{Bound, Signature};
