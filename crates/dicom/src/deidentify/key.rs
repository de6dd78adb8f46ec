//! The secret that ties pseudonyms to their originals.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Fewer bytes than this could be guessed; it is also the size of the hash, beyond which a longer key gains nothing.
pub const KEY_BYTES: usize = 32;
/// Random bytes differ from one another far more often than this; a file of blanks or zeros does not.
const DIFFERENT_BYTES: usize = 8;

/// A key. Whoever has it can find out which pseudonym belongs to a patient whose ID is known.
#[derive(Clone)]
pub struct SecretKey {
    mac: Hmac<Sha256>,
}

/// Why bytes are no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There are too few.
    #[error("the key has {0} bytes and needs at least {KEY_BYTES} that nobody can guess")]
    Short(usize),
    /// They are nearly all the same.
    #[error("the key holds hardly any different bytes, so it can be guessed")]
    Uniform,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretKey { .. }")
    }
}

impl SecretKey {
    /// Takes all bytes as they are.
    ///
    /// # Errors
    /// For fewer than [`KEY_BYTES`], or nearly uniform ones.
    pub fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() < KEY_BYTES {
            return Err(KeyError::Short(bytes.len()));
        }
        let different: std::collections::BTreeSet<&u8> = bytes.iter().collect();
        if different.len() < DIFFERENT_BYTES {
            return Err(KeyError::Uniform);
        }
        let mac = Hmac::new_from_slice(bytes).map_err(|_| KeyError::Short(bytes.len()))?;
        Ok(Self { mac })
    }

    /// HMAC-SHA-256 of texts for a purpose. Each part is preceded by its length, so that no two lists of parts are one message.
    ///
    /// # Source
    /// \[rfc_2104\] for the construction.
    pub(super) fn digest(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// The first 16 bytes of a digest as a number.
    pub(super) fn number(&self, purpose: &str, parts: &[&str]) -> u128 {
        let digest = self.digest(purpose, parts);
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&digest[..16]);
        u128::from_be_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The library is trusted only after it gives the value of RFC 4231, test case 3.
    #[test]
    fn the_library_gives_the_published_value() {
        let mut mac = Hmac::<Sha256>::new_from_slice(&[0xaa; 20]).unwrap();
        mac.update(&[0xdd; 50]);
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        assert_eq!(
            crate::folder::hexadecimal(&digest),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        );
    }

    #[test]
    fn keys_that_can_be_guessed_are_refused() {
        assert_eq!(SecretKey::new(&[7; 31]).unwrap_err(), KeyError::Short(31));
        assert_eq!(SecretKey::new(&[7; 64]).unwrap_err(), KeyError::Uniform);
        let key = SecretKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
        assert!(!format!("{key:?}").contains("123"));
    }

    #[test]
    fn where_one_part_ends_matters() {
        let key = SecretKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
        assert_ne!(key.digest("uid", &["ab", "c"]), key.digest("uid", &["a", "bc"]));
        assert_ne!(key.digest("uid", &["a"]), key.digest("days", &["a"]));
    }
}
