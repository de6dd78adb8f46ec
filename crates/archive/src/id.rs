//! Names of cases and imports.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ArchiveError, hexadecimal};

/// The name of a case or of an import: sixteen hexadecimal digits that say nothing of the patient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct CaseId(String);

const LENGTH: usize = 16;

impl CaseId {
    /// A new name.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn random() -> Result<Self, ArchiveError> {
        let mut bytes = [0_u8; LENGTH / 2];
        getrandom::fill(&mut bytes).map_err(|_| ArchiveError::NoRandomness)?;
        Ok(Self(hexadecimal(&bytes)))
    }

    /// From a text; only what this program names so, since it becomes part of a path.
    ///
    /// # Errors
    /// For any other text.
    pub fn new(text: &str) -> Result<Self, ArchiveError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == LENGTH && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ArchiveError::Name(
                text.chars().take(LENGTH).filter(|character| character.is_ascii_graphic()).collect(),
            ))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for CaseId {
    type Error = ArchiveError;

    fn try_from(text: String) -> Result<Self, ArchiveError> {
        Self::new(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_cannot_become_a_path() {
        for text in ["", "..", "../../etc/passwd", "0123456789abcdeg", "0123456789ABCDEF", "0123456789abcde/"] {
            assert!(CaseId::new(text).is_err(), "{text}");
        }
        let random = CaseId::random().unwrap();
        assert_eq!(CaseId::new(random.as_str()).unwrap(), random);
    }
}
