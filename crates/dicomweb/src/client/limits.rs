//! How long and how much.

use std::time::Duration;

use crate::multipart::Limits;

/// How long another system may take, and how much it may answer.
#[derive(Clone, Copy, Debug)]
pub struct ClientLimits {
    /// Until there is a connection, TLS included.
    pub connecting: Duration,
    /// Until an answer begins, once the question is sent.
    pub answering: Duration,
    /// Between two pieces of a question or an answer.
    pub idle: Duration,
    /// For one answer, once it has begun.
    pub whole: Duration,
    /// Bytes of an answer in JSON.
    pub json_bytes: u64,
    /// Of answers of many parts.
    pub parts: Limits,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connecting: Duration::from_secs(10),
            answering: Duration::from_secs(300),
            idle: Duration::from_secs(60),
            whole: Duration::from_secs(3600),
            json_bytes: 64 << 20,
            parts: Limits::default(),
        }
    }
}
