//! Registries, and what a record for them holds.

use serde::Deserialize;

use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// A field of a record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportField {
    /// Stable name.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Where it is from.
    pub from: String,
    /// What a reader should know.
    pub note: Option<String>,
    /// Its place in CodeX RT.
    pub fhir: Option<String>,
}

/// A registry.
#[derive(Clone, Debug, Deserialize)]
pub struct Registry {
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it is.
    pub what: String,
    /// How well that is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

/// Registries and fields.
#[derive(Clone, Debug, Deserialize)]
pub struct Registries {
    /// Registries.
    #[serde(rename = "registry")]
    pub registries: Vec<Registry>,
    /// Fields of a record.
    #[serde(rename = "export_field")]
    pub fields: Vec<ExportField>,
}

pub(crate) fn read(text: &str) -> Result<Registries, KnowledgeError> {
    parse("registries.toml", text)
}
