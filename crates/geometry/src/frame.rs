//! The identity of a coordinate system.

use std::fmt;

/// The identity of a patient coordinate system, DICOM (0020,0052).
///
/// Positions of different frames mean different places; only a [`crate::FrameTransform`] leads from one to
/// another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameOfReference(String);

impl FrameOfReference {
    /// Takes the UID as it stands in the object.
    pub fn new(uid: impl Into<String>) -> Self {
        Self(uid.into())
    }

    /// The UID as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FrameOfReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
