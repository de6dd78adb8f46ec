//! Passwords and tokens, of which only hashes are kept.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::{ArchiveError, hexadecimal, sha256};

/// The fewest characters of a password. Length is what makes guessing hard; rules about kinds of characters do not.
pub const SHORTEST: usize = 12;
/// The most bytes, so that nobody keeps the server busy with hashing.
const LONGEST: usize = 256;
/// What stands before the hash of a token, which is long and random and needs no slow hash.
const TOKEN: &str = "token:";
/// A hash of nothing anybody knows, compared with where there is no account: so that the time of an answer does not tell.
const OF_NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Xk5mV0m0N1q8wRk9c4dGqv0q3pL7mJv1d2Yh6bQeT8s";

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// It is too short.
    #[error("a password has {SHORTEST} characters or more")]
    Short,
    /// It is too long.
    #[error("a password has {LONGEST} bytes or fewer")]
    Long,
    /// It is the name of the account, or one character over and over.
    #[error("a password is not the name of the account, and not one character over and over")]
    Guessable,
}

/// Whether a password may be chosen.
///
/// # Errors
/// Why not.
pub(super) fn check(password: &str, name: &str) -> Result<(), PasswordRefusal> {
    let mut characters = password.chars();
    let first = characters.next();
    if password.len() > LONGEST {
        Err(PasswordRefusal::Long)
    } else if password.chars().count() < SHORTEST {
        Err(PasswordRefusal::Short)
    } else if password.to_lowercase().contains(&name.to_lowercase()) || characters.all(|own| Some(own) == first) {
        Err(PasswordRefusal::Guessable)
    } else {
        Ok(())
    }
}

/// The hash of a password: Argon2id with 19 MiB, two passes and one lane, the least that the OWASP cheat sheet on storing passwords recommends.
pub(super) fn hash(password: &str) -> Result<String, ArchiveError> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| ArchiveError::NoRandomness)?;
    Ok(hash.to_string())
}

/// Whether a password is the one of a hash. Takes its time also where there is no hash.
pub(super) fn is_right(password: &str, hash: Option<&str>) -> bool {
    let known = hash.filter(|hash| !hash.starts_with(TOKEN));
    let is_right = password.len() <= LONGEST
        && Argon2::default().verify_password(password.as_bytes(), known.unwrap_or(OF_NOBODY)).is_ok();
    is_right && known.is_some()
}

/// A new token and what is kept of it.
pub(super) fn token() -> Result<(String, String), ArchiveError> {
    let token = random()?;
    let kept = format!("{TOKEN}{}", sha256(&token));
    Ok((token, kept))
}

/// What is kept of a token.
pub(super) fn kept_of_token(token: &str) -> String {
    format!("{TOKEN}{}", sha256(token))
}

/// 256 random bits in hexadecimal digits.
pub(super) fn random() -> Result<String, ArchiveError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| ArchiveError::NoRandomness)?;
    Ok(hexadecimal(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_is_right() {
        let hash = hash("a long enough password").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_right("a long enough password", Some(&hash)));
        for wrong in ["a long enough passwort", "", "A long enough password"] {
            assert!(!is_right(wrong, Some(&hash)));
        }
        assert!(!is_right("a long enough password", None));
        assert_ne!(super::hash("a long enough password").unwrap(), hash);
    }

    #[test]
    fn a_token_is_no_password() {
        let (token, kept) = token().unwrap();
        assert_eq!(kept_of_token(&token), kept);
        assert!(!is_right(&token, Some(&kept)));
    }

    #[test]
    fn the_hash_of_nobody_can_be_compared_with() {
        // One that cannot be read would be told by the time that it does not take.
        assert!(argon2::PasswordHash::new(OF_NOBODY).is_ok());
    }

    #[test]
    fn what_is_easily_guessed_is_not_taken() {
        assert_eq!(check("eleven char", "doe"), Err(PasswordRefusal::Short));
        assert_eq!(check("aaaaaaaaaaaaaaaa", "doe"), Err(PasswordRefusal::Guessable));
        assert_eq!(check("physicist-Doe-2026", "doe"), Err(PasswordRefusal::Guessable));
        assert_eq!(check(&"long ".repeat(100), "doe"), Err(PasswordRefusal::Long));
        assert_eq!(check("correct horse battery", "doe"), Ok(()));
        // Characters are counted, not bytes.
        assert_eq!(check("пароль12", "doe"), Err(PasswordRefusal::Short));
    }
}
