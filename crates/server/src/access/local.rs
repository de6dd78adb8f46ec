//! The local mode: one person on this machine, whose browser opened the printed address.

use std::sync::{Mutex, PoisonError};

use archive::hexadecimal;

/// Token and session of a server in local mode.
#[derive(Debug)]
pub struct Local {
    session: String,
    token: Mutex<Option<String>>,
}

impl Local {
    /// Nobody has opened the workbench yet.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self { session: random()?, token: Mutex::new(None) })
    }

    /// A new token that opens the workbench once; it takes the place of the former one.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new_token(&self) -> Result<String, getrandom::Error> {
        let token = random()?;
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok(token)
    }

    /// Takes a token, which is then worth nothing any longer, and gives the session.
    pub fn take(&self, token: &str) -> Option<&str> {
        let mut own = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = own.as_deref().is_some_and(|own| is_same(own, token));
        if is_right {
            *own = None;
        }
        is_right.then_some(&self.session)
    }

    /// Whether this is the session.
    pub fn is_session(&self, given: &str) -> bool {
        is_same(given, &self.session)
    }
}

/// 256 random bits in hexadecimal digits.
pub(super) fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hexadecimal(&bytes))
}

/// Compares without telling by its time how much is right.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_token_opens_once() {
        let local = Local::new().unwrap();
        let token = local.new_token().unwrap();
        assert!(local.take("").is_none() && local.take(&token[1..]).is_none());
        let session = local.take(&token).unwrap();
        assert!(local.is_session(session) && !local.is_session(&token) && !local.is_session(""));
        assert!(local.take(&token).is_none());
    }

    #[test]
    fn a_new_token_replaces_the_former_one() {
        let local = Local::new().unwrap();
        let (first, second) = (local.new_token().unwrap(), local.new_token().unwrap());
        assert!(local.take(&first).is_none() && local.take(&second).is_some());
    }
}
