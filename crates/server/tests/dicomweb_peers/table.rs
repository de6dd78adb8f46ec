//! What was exchanged with whom.

use std::fmt;

#[derive(Default)]
pub struct Table {
    rows: Vec<(&'static str, &'static str, String, Result<(), String>)>,
    skipped: Vec<&'static str>,
}

/// From whom the request comes.
pub const THEIRS: &str = "peer asks";
pub const OURS: &str = "rert asks";

impl Table {
    pub fn add(
        &mut self,
        (peer, direction): (&'static str, &'static str),
        service: impl Into<String>,
        outcome: Result<(), String>,
    ) {
        self.rows.push((peer, direction, service.into(), outcome));
    }

    pub fn skip(&mut self, peer: &'static str) {
        self.skipped.push(peer);
    }

    pub fn is_good(&self) -> bool {
        self.rows.iter().all(|(.., outcome)| outcome.is_ok())
    }
}

/// A check as an outcome.
pub fn checked(is_good: bool, otherwise: impl fmt::Debug) -> Result<(), String> {
    if is_good { Ok(()) } else { Err(format!("{otherwise:?}")) }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| peer | direction | service | outcome |\n|---|---|---|---|")?;
        for (peer, direction, service, outcome) in &self.rows {
            let outcome = match outcome {
                Ok(()) => "ok",
                Err(reason) => &format!("FAILED: {reason}"),
            };
            writeln!(formatter, "| {peer} | {direction} | {service} | {outcome} |")?;
        }
        for peer in &self.skipped {
            writeln!(formatter, "\nSKIPPED: {peer} is not installed")?;
        }
        Ok(())
    }
}
