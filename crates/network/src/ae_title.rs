//! The name by which an application is known to its peers.

use std::fmt;
use std::str::FromStr;

use crate::NetworkError;

/// The most characters of an AE title.
const MAX_LENGTH: usize = 16;

/// The title of an application entity: up to 16 characters, compared letter by letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AeTitle(String);

impl AeTitle {
    /// A title, without the spaces around it, which mean nothing.
    ///
    /// ```
    /// use network::AeTitle;
    ///
    /// assert_eq!(AeTitle::new("  RERT ")?.as_str(), "RERT");
    /// assert!(AeTitle::new("A\\B").is_err());
    /// # Ok::<(), network::NetworkError>(())
    /// ```
    ///
    /// # Errors
    /// When nothing is left, more than 16 characters are, or one is neither a letter, a digit nor a plain sign.
    pub fn new(text: &str) -> Result<Self, NetworkError> {
        let trimmed = text.trim_matches([' ', '\0']);
        let is_plain = trimmed.bytes().all(|byte| matches!(byte, 0x20..=0x7E) && byte != b'\\');
        if trimmed.is_empty() || trimmed.len() > MAX_LENGTH || !is_plain {
            return Err(NetworkError::AeTitle);
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// The title as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AeTitle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for AeTitle {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}
