//! Why something could not be exchanged with another system.

use std::io;

use crate::{AeTitle, SubOperations};

/// Why something could not be exchanged. No message holds a name or ID of a patient, or a path.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// Not a title.
    #[error(
        "reading an AE title: it must have 1 to 16 plain characters, without a backslash; correct the settings"
    )]
    AeTitle,
    /// Not an identifier.
    #[error("reading a UID: it must have 1 to 64 digits and dots; look at the object that it came from")]
    Uid,
    /// The system gives no random numbers.
    #[error("making a UID: the system gives no random numbers")]
    NoRandomness,
    /// The address is taken or not ours.
    #[error(
        "listening for associations: {kind}; check that the address is one of this machine and that the port is free"
    )]
    Listen {
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// Everybody would be let in from everywhere.
    #[error("listening for associations: anyone may come in only at a loopback address; list the peers")]
    OpenToAll,
    /// Certificate or key cannot be used.
    #[error("preparing TLS: {reason}; check certificates and key")]
    Tls {
        /// What is wrong.
        reason: String,
    },
    /// Nobody answers at the address.
    #[error("connecting to {peer}: {fault}; check address, port, firewall and TLS of both sides")]
    Connect {
        /// Whom.
        peer: AeTitle,
        /// What is wrong.
        fault: Fault,
    },
    /// The peer does not want an association.
    #[error(
        "asking {peer} for an association: it refuses ({reason}); check both AE titles and what the peer allows"
    )]
    Rejected {
        /// Who.
        peer: AeTitle,
        /// Its reason in the words of the standard.
        reason: String,
    },
    /// The peer does not offer the service.
    #[error(
        "asking {peer} for {service}: it does not offer that; check its conformance statement and its settings"
    )]
    NotOffered {
        /// Who.
        peer: AeTitle,
        /// The service.
        service: &'static str,
    },
    /// The exchange broke off.
    #[error("{doing} with {peer}: {fault}; nothing after this was exchanged, try again")]
    BrokenOff {
        /// What was being done.
        doing: &'static str,
        /// With whom.
        peer: AeTitle,
        /// What is wrong.
        fault: Fault,
    },
    /// The peer answered with a failure.
    #[error("{doing} with {peer}: it answers with the failure {status:04X}H; its log tells more")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// Who.
        peer: AeTitle,
        /// The status of the answer.
        status: u16,
    },
    /// Some of the objects did not come.
    #[error(
        "retrieving from {peer}: {} came, {} did not ({status:04X}H); the course is incomplete until the rest came",
        .counts.n_completed, .counts.n_failed
    )]
    PartlyRetrieved {
        /// From whom.
        peer: AeTitle,
        /// How many came and how many did not.
        counts: SubOperations,
        /// The status of the last answer.
        status: u16,
    },
    /// A file of our own cannot be used.
    #[error("{doing}: {reason}; check the file, the disk and the rights")]
    File {
        /// What was being done.
        doing: &'static str,
        /// What is wrong.
        reason: String,
    },
}

/// What ended an exchange before its time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The peer closed the connection without a word.
    #[error("the peer closed the connection")]
    Closed,
    /// The peer said that it gives up.
    #[error("the peer aborted the association")]
    Aborted,
    /// Too slow.
    #[error("the peer took too long ({0})")]
    TimedOut(&'static str),
    /// The system refuses.
    #[error("the connection failed ({0})")]
    Connection(io::ErrorKind),
    /// The bytes are not those of the protocol.
    #[error("the peer does not keep to the protocol ({0})")]
    Malformed(&'static str),
    /// Not even the beginning of a PDU.
    #[error("the peer does not speak DICOM")]
    UnknownPdu,
    /// Longer than what was agreed.
    #[error("the peer sent a PDU of {length} bytes where at most {limit} were agreed")]
    PduTooLong {
        /// Its length.
        length: u32,
        /// The limit.
        limit: u32,
    },
    /// A command or data set longer than what is taken.
    #[error("the peer sent more than {0} bytes, the most that is taken for one object")]
    TooLarge(u64),
    /// More answers than are kept.
    #[error("the peer's answers hold more than {0} bytes together, the most that is taken; ask for less")]
    TooMuchAnswered(u64),
    /// Our own side failed.
    #[error("reading our own file failed ({0})")]
    OwnFile(io::ErrorKind),
}

impl Fault {
    /// Says what was being done with whom.
    pub(crate) fn while_doing(doing: &'static str, peer: &AeTitle) -> impl FnOnce(Self) -> NetworkError {
        let peer = peer.clone();
        move |fault| NetworkError::BrokenOff { doing, peer, fault }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                Self::Closed
            }
            kind => Self::Connection(kind),
        }
    }
}
