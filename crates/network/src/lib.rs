//! The DICOM node: receives objects from other systems of the clinic, finds and pulls earlier courses from them, and sends.
//!
//! [`Node`] is the side that is called: C-ECHO, C-STORE and Storage Commitment, for listed peers alone, within [`Limits`].
//! What arrives is on disk, byte for byte, before the [`Receiver`] is asked to keep it; what is in it is not looked at here.
//! [`Requestor`] is the side that calls: C-ECHO, C-FIND, C-GET, C-MOVE, C-STORE and Storage Commitment.
//!
//! Kinds and lengths of PDUs are checked before anything is read; the codec of `dicom-ul` sees bodies of the negotiation only,
//! and the parser of `dicom-object` sees queries, answers and commitments only after [`dicom::guard`].

mod acceptance;
mod ae_title;
mod association;
mod candidates;
mod command;
mod commitment;
mod crowd;
mod echo;
mod error;
mod file_meta;
mod find;
mod found;
mod fragment;
mod identifier;
mod likeness;
mod limits;
mod names;
mod negotiation;
mod node;
mod peer;
mod query;
mod receive;
mod receiver;
mod reporting;
mod requestor;
mod retrieve;
mod send;
mod serve;
mod service;
mod tls;
mod transport;
mod uid;

pub use ae_title::AeTitle;
pub use candidates::{Candidate, Candidates};
pub use commitment::{CommitmentReport, Commitments};
pub use error::{Fault, NetworkError};
pub use find::Answers;
pub use found::{FoundInstance, FoundPatient, FoundSeries, FoundStudy};
pub use likeness::{Agreement, Attribute, Reason, compare};
pub use limits::Limits;
pub use node::{Node, NodeConfiguration};
pub use peer::{Peer, Peers};
pub use query::StudyKeys;
pub use receiver::{AssociationEnd, HowEnded, Incoming, Receiver, StoreStatus, TurnedAway};
pub use requestor::{Remote, Requestor};
pub use retrieve::{SubOperations, Subject};
pub use send::{SendOutcome, Sent};
pub use tls::{ClientTls, OwnCertificate, ServerTls};
pub use uid::{Reference, Uid};
