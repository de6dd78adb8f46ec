//! What parts the parts of a body.

use std::fmt;

use crate::MediaType;

use super::MultipartError;

/// RFC 2046 allows 70 letters; the DICOMweb plugin of Orthanc writes 73.
const LONGEST: usize = 128;

/// What parts the parts of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary(String);

impl Boundary {
    /// The one that a content type names.
    ///
    /// # Errors
    /// When it names none, or one that cannot be meant.
    pub fn of(content_type: &MediaType) -> Result<Self, MultipartError> {
        Self::new(content_type.parameter("boundary").ok_or(MultipartError::Boundary)?)
    }

    /// One of these letters.
    ///
    /// # Errors
    /// When it cannot be meant.
    pub fn new(text: &str) -> Result<Self, MultipartError> {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
        let is_allowed = (1..=LONGEST).contains(&text.len()) && !text.ends_with(' ') && text.bytes().all(is_sign);
        if is_allowed { Ok(Self(text.to_owned())) } else { Err(MultipartError::Boundary) }
    }

    /// One that stands in no content.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("rert{:032x}", u128::from_le_bytes(bytes))))
    }

    /// What a content type says of a body of parts of a kind.
    pub fn content_type(&self, kind: &str) -> String {
        format!("multipart/related; type=\"{kind}\"; boundary=\"{self}\"")
    }
}

impl fmt::Display for Boundary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
