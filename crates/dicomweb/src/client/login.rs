//! As whom we ask.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderValue;

use super::ClientError;

/// As whom we ask.
#[derive(Clone, Default)]
pub enum Login {
    /// As nobody.
    #[default]
    Nobody,
    /// With a name and a password.
    Basic {
        /// Name.
        name: String,
        /// Password.
        password: String,
    },
    /// With a token.
    Bearer(String),
}

impl std::fmt::Debug for Login {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Login { .. }")
    }
}

impl Login {
    pub(super) fn header(&self) -> Result<Option<HeaderValue>, ClientError> {
        let text = match self {
            Self::Nobody => return Ok(None),
            Self::Basic { name, .. } if name.contains(':') => return Err(ClientError::Login),
            Self::Basic { name, password } => format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))),
            Self::Bearer(token) => format!("Bearer {token}"),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| ClientError::Login)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}
