//! Why another system could not be asked.

use crate::multipart::MultipartError;

/// Why another system could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error(
        "asking a DICOMweb service: its address is not of the form http://name:port/path or https://name:port/path"
    )]
    Address,
    /// A password or a token that cannot be sent.
    #[error("asking a DICOMweb service: its password or token holds signs that cannot be sent")]
    Login,
    /// TLS cannot be set up.
    #[error("asking a DICOMweb service: its certificates cannot be used ({0})")]
    Certificates(String),
    /// An encrypted address and nobody to believe.
    #[error(
        "asking a DICOMweb service: its address is encrypted, and no certificate authority is named that could have signed for it"
    )]
    NoAuthority,
    /// Nobody there, or the connection broke.
    #[error("asking a DICOMweb service: {doing}: {reason}")]
    Connection {
        /// What was being done.
        doing: &'static str,
        /// Of what kind the failure was.
        reason: String,
    },
    /// It took too long.
    #[error("asking a DICOMweb service: {0} took too long")]
    Late(&'static str),
    /// It did not do what was asked.
    #[error("asking a DICOMweb service: it answered with status {0}")]
    Status(u16),
    /// It sent us elsewhere.
    #[error(
        "asking a DICOMweb service: it sends us to another address (status {0}), which is not followed; name the address itself"
    )]
    Redirect(u16),
    /// The answer is not what the standard says.
    #[error("asking a DICOMweb service: its answer cannot be read ({0})")]
    Answer(&'static str),
    /// More than is taken.
    #[error("asking a DICOMweb service: its answer is longer than {0} bytes, the most that is taken")]
    TooLong(u64),
    /// A body of parts that is none.
    #[error(transparent)]
    Multipart(#[from] MultipartError),
    /// A file of ours.
    #[error("asking a DICOMweb service: {doing}: {kind}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// The system gives no random numbers.
    #[error("asking a DICOMweb service: the system gives no random numbers")]
    NoRandomness,
}

impl ClientError {
    pub(super) fn file(doing: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::File { doing, kind: error.kind() }
    }
}
