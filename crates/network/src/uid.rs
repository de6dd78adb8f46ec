//! Identifiers that were looked at before anybody uses them.

use std::fmt;

use crate::NetworkError;

/// The most characters of a UID.
const MAX_LENGTH: usize = 64;

/// A unique identifier: digits and dots, at most 64 of them, and never a path, whoever sent it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(String);

impl Uid {
    /// An identifier, without the padding around it.
    ///
    /// ```
    /// use network::Uid;
    ///
    /// assert_eq!(Uid::new("1.2.840.10008.1.1\0")?.as_str(), "1.2.840.10008.1.1");
    /// assert!(Uid::new("../../etc").is_err());
    /// # Ok::<(), network::NetworkError>(())
    /// ```
    ///
    /// # Errors
    /// When it is empty, too long, or holds anything but digits and dots.
    pub fn new(text: &str) -> Result<Self, NetworkError> {
        let trimmed = text.trim_end_matches([' ', '\0']);
        let is_plain = trimmed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        // Dots alone name folders.
        let has_digit = trimmed.bytes().any(|byte| byte.is_ascii_digit());
        if trimmed.len() > MAX_LENGTH || !is_plain || !has_digit {
            return Err(NetworkError::Uid);
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// A new identifier that nobody else has.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn random() -> Result<Self, NetworkError> {
        let mut number = [0_u8; 16];
        getrandom::fill(&mut number).map_err(|_| NetworkError::NoRandomness)?;
        // The bits of a version 4 UUID, so that the number is a valid one in the arc of UUIDs.
        number[6] = (number[6] & 0x0F) | 0x40;
        number[8] = (number[8] & 0x3F) | 0x80;
        Ok(Self(format!("2.25.{}", u128::from_be_bytes(number))))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// An object by its class and its instance, as all services name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// SOP Class UID.
    pub class: Uid,
    /// SOP Instance UID.
    pub instance: Uid,
}
