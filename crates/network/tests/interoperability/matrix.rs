//! What was exchanged with whom.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Works,
    NotSupported,
    Failed(String),
}

impl From<bool> for Outcome {
    fn from(works: bool) -> Self {
        if works { Self::Works } else { Self::Failed("no".to_owned()) }
    }
}

impl<T, E: fmt::Display> From<Result<T, E>> for Outcome {
    fn from(result: Result<T, E>) -> Self {
        result.map_or_else(|error| Self::Failed(error.to_string()), |_| Self::Works)
    }
}

impl From<network::SendOutcome> for Outcome {
    fn from(outcome: network::SendOutcome) -> Self {
        match outcome {
            network::SendOutcome::Stored => Self::Works,
            network::SendOutcome::NotOffered => Self::NotSupported,
            other => Self::Failed(format!("{other:?}")),
        }
    }
}

#[derive(Default)]
pub struct Matrix {
    rows: Vec<(&'static str, &'static str, &'static str, &'static str, Outcome)>,
    skipped: Vec<&'static str>,
}

/// From whom the request comes.
pub const THEIRS: &str = "peer asks";
pub const OURS: &str = "rert asks";

impl Matrix {
    pub fn add(
        &mut self,
        (peer, direction): (&'static str, &'static str),
        service: &'static str,
        syntax: &str,
        outcome: impl Into<Outcome>,
    ) {
        self.rows.push((peer, direction, service, name(syntax), outcome.into()));
    }

    pub fn skip(&mut self, peer: &'static str) {
        self.skipped.push(peer);
    }

    pub fn is_good(&self) -> bool {
        self.rows.iter().all(|(.., outcome)| !matches!(outcome, Outcome::Failed(_)))
    }
}

fn name(syntax: &str) -> &'static str {
    use crate::support::objects::{BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, RLE};
    match syntax {
        IMPLICIT => "implicit little endian",
        EXPLICIT => "explicit little endian",
        BIG_ENDIAN => "explicit big endian",
        DEFLATED => "deflated",
        RLE => "RLE",
        _ => "–",
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| peer | direction | service | transfer syntax | outcome |")?;
        writeln!(formatter, "|---|---|---|---|---|")?;
        for (peer, direction, service, syntax, outcome) in &self.rows {
            let outcome = match outcome {
                Outcome::Works => "ok",
                Outcome::NotSupported => "not supported by the peer",
                Outcome::Failed(reason) => &format!("FAILED: {reason}"),
            };
            writeln!(formatter, "| {peer} | {direction} | {service} | {syntax} | {outcome} |")?;
        }
        for peer in &self.skipped {
            writeln!(formatter, "\nSKIPPED: {peer} is not installed")?;
        }
        Ok(())
    }
}
