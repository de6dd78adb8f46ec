//! Published half-times of repair, by organ.

use radiobiology::Repair;
use serde::Deserialize;

use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// How fast an organ repairs, as it stands in `repair.toml`.
#[derive(Clone, Debug, Deserialize)]
pub struct RepairEntry {
    /// Stable name.
    pub id: String,
    /// Standard names of the organs it is for, without side.
    pub organs: Vec<String>,
    half_time_hours: f64,
    slow_half_time_hours: Option<f64>,
    partition: Option<f64>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// What a reader should know about it.
    pub note: Option<String>,
}

/// The shortest gap between fractions of one day that a source asks for.
#[derive(Clone, Debug, Deserialize)]
pub struct LeastGap {
    /// Hours.
    pub hours: f64,
    /// Key of its source.
    pub source: String,
}

/// What is known of repair.
#[derive(Clone, Debug, Deserialize)]
pub struct RepairTable {
    /// By organ, in the order of the file.
    pub repair: Vec<RepairEntry>,
    /// Shortest gap.
    pub least_gap: LeastGap,
}

impl RepairEntry {
    /// The kinetics.
    pub fn repair(&self) -> Option<Repair> {
        match (self.slow_half_time_hours, self.partition) {
            (Some(slow), Some(partition)) => Repair::with_half_times(self.half_time_hours, slow, partition).ok(),
            _ => Repair::with_half_time(self.half_time_hours).ok(),
        }
    }
}

impl RepairTable {
    /// The first entry for an organ.
    pub fn of(&self, organ: &str) -> Option<&RepairEntry> {
        self.repair.iter().find(|entry| entry.organs.iter().any(|name| name == organ))
    }
}

pub(crate) fn read(text: &str) -> Result<RepairTable, KnowledgeError> {
    let table: RepairTable = parse("repair.toml", text)?;
    match table.repair.iter().find(|entry| entry.repair().is_none()) {
        Some(entry) => {
            let problem = "its half-times are not those of a repair".to_owned();
            Err(KnowledgeError::Entry { id: entry.id.clone(), problem })
        }
        None => Ok(table),
    }
}
