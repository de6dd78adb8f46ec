//! Why an object could not be read or written.

use crate::examine::Refusal;

/// A reading problem with the hazard it belongs to.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// It was refused when it came in.
    #[error("{}", .0.reason)]
    Refused(Refusal),
    /// The file could not be opened.
    #[error("the file cannot be read ({0})")]
    File(String),
    /// The bytes are damaged, cut off or made to exhaust the reader.
    #[error("the file is damaged or incomplete: {0}")]
    Damaged(String),
    /// A compressed form that this program does not decode.
    #[error("the transfer syntax {0} is not decoded here: export the object uncompressed")]
    TransferSyntax(String),
    /// A valid form that this program does not read.
    #[error("the pixel values are not usable here: {0}")]
    Unsupported(String),
    /// A mandatory attribute is absent.
    #[error("the attribute {0} is missing")]
    Missing(&'static str),
    /// An attribute holds something that is not a usable number.
    #[error("the attribute {attribute} holds \"{text}\", which is not a usable number")]
    Number {
        /// Name of the attribute.
        attribute: &'static str,
        /// What stands there.
        text: String,
    },
    /// A date is not a date.
    #[error("the attribute {attribute} {problem}")]
    Date {
        /// Name of the attribute.
        attribute: &'static str,
        /// What is wrong.
        problem: case::DateProblem,
    },
    /// The geometry contradicts itself.
    #[error("the geometry is not usable: {0}")]
    Geometry(String),
    /// The frames of a dose do not fit its offsets.
    #[error("the grid frame offset vector does not fit: {0}")]
    FrameOffsets(String),
    /// The pixel values are not usable.
    #[error("the pixel values are not usable: {0}")]
    Pixels(String),
}

impl ReadError {
    /// The hazard number of the finding that reports it.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => &refusal.code,
            Self::File(_) | Self::Damaged(_) | Self::TransferSyntax(_) | Self::Missing(_) => "H47",
            Self::Number { .. } | Self::Pixels(_) | Self::Unsupported(_) => "H48",
            Self::Date { .. } => "H37",
            Self::Geometry(_) => "H06",
            Self::FrameOffsets(_) => "H10",
        }
    }
}

/// Why an object could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file system refused.
    #[error("writing {what}: {source}")]
    File {
        /// Name of the file within the output folder.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The encoder refused.
    #[error("encoding {what}: {message}")]
    Encode {
        /// Name of the file within the output folder.
        what: String,
        /// What the encoder said.
        message: String,
    },
    /// A value that the format cannot hold (H45).
    #[error("writing {what}: the dose {value} Gy cannot be stored")]
    Value {
        /// Name of the file within the output folder.
        what: String,
        /// The value.
        value: f64,
    },
    /// What was read back differs from what was written (H45).
    #[error("reading back {what}: {problem}")]
    ReadBack {
        /// Name of the file within the output folder.
        what: String,
        /// What differs.
        problem: String,
    },
}
