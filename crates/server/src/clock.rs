//! The clock of the server: for when things happened, never for a result.

use chrono::{DateTime, Utc};

/// Now.
#[expect(clippy::disallowed_methods, reason = "when somebody signed is no input of a result")]
pub fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}
