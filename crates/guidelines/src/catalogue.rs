//! Every entry of the knowledge base as it stands in its file, for people who want to check it line by line.

use std::collections::BTreeMap;

use serde::Serialize;
use toml::{Table, Value};

use crate::knowledge::KnowledgeFiles;

/// The bibliography that sources are keys of.
pub const BIBLIOGRAPHY: &str = include_str!("../../../knowledge/references.bib");

/// An entry.
#[derive(Clone, Debug, Serialize)]
pub struct CatalogueEntry {
    /// File it stands in.
    pub file: &'static str,
    /// Name of its list, as `constraint`.
    pub kind: String,
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Standard names of the organs that it is about.
    pub organs: Vec<String>,
    /// Parts of the body that a limit is meant for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// `primary`, `secondary` or `unverified`; nothing where its parts have tags of their own.
    pub evidence: Option<String>,
    /// Keys of all sources that it and its parts name.
    pub sources: Vec<String>,
    /// As it is written.
    #[serde(skip)]
    pub table: Table,
}

impl CatalogueEntry {
    /// Whether a limit is meant for a part of the body.
    pub fn is_for_site(&self, site: &str) -> bool {
        self.sites.iter().any(|own| own == site || own == "any")
    }
}

/// All entries in the order of the files.
///
/// # Errors
/// When a file is no TOML.
pub fn catalogue(files: &KnowledgeFiles) -> Result<Vec<CatalogueEntry>, toml::de::Error> {
    let mut entries = Vec::new();
    for (file, text) in files.iter() {
        let table: Table = toml::from_str(text)?;
        for (kind, list) in &table {
            let Some(list) = list.as_array() else { continue };
            entries.extend(list.iter().filter_map(Value::as_table).filter_map(|own| entry(file, kind, own)));
        }
    }
    Ok(entries)
}

fn entry(file: &'static str, kind: &str, table: &Table) -> Option<CatalogueEntry> {
    let text = |field: &str| table.get(field).and_then(Value::as_str).map(str::to_owned);
    let id = text("id").or_else(|| text("standard_name")).or_else(|| text("name"))?;
    let texts = |field: &str| -> Vec<String> {
        let list = table.get(field).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (organs, sites) = (texts("organs"), texts("sites"));
    let mut sources = Vec::new();
    collect_sources(table, &mut sources);
    sources.sort();
    sources.dedup();
    let title = text("title").or_else(|| text("text")).or_else(|| text("statement")).or_else(|| text("term"));
    Some(CatalogueEntry {
        file,
        kind: kind.to_owned(),
        title: title.unwrap_or_else(|| id.clone()),
        id,
        organs,
        sites,
        evidence: text("evidence"),
        sources,
        table: table.clone(),
    })
}

/// Keys under `source` and `…_source(s)` of a table and all tables in it.
fn collect_sources(table: &Table, sources: &mut Vec<String>) {
    for (field, value) in table {
        let is_source = field == "source" || field.ends_with("_source") || field.ends_with("_sources");
        match value {
            Value::String(key) if is_source => sources.push(key.clone()),
            Value::Array(list) => {
                let keys = list.iter().filter_map(Value::as_str).filter(|_| is_source || field == "also_seen_in");
                sources.extend(keys.map(str::to_owned));
                list.iter().filter_map(Value::as_table).for_each(|own| collect_sources(own, sources));
            }
            Value::Table(own) => collect_sources(own, sources),
            _ => {}
        }
    }
}

/// The keys of the bibliography with their entries.
pub fn bibliography() -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    for part in BIBLIOGRAPHY.split("\n@").skip(1) {
        let Some((head, _)) = part.split_once(',') else { continue };
        let Some((_, key)) = head.split_once('{') else { continue };
        let end = part.find("\n}").map_or(part.len(), |end| end + 2);
        entries.insert(key.trim().to_owned(), format!("@{}", part.get(..end).unwrap_or(part)));
    }
    entries
}

/// What does not fit together: sources that are no key of the bibliography, and ids that stand twice in one list.
pub fn problems(entries: &[CatalogueEntry]) -> Vec<String> {
    let keys = bibliography();
    let mut problems = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        for source in entry.sources.iter().filter(|source| !keys.contains_key(*source)) {
            problems.push(format!("{} {}: its source {source} is not in the bibliography", entry.kind, entry.id));
        }
        let is_same = |other: &&CatalogueEntry| other.kind == entry.kind && other.id == entry.id;
        if entries[..index].iter().any(|other| is_same(&other)) && entry.kind != "input" {
            problems.push(format!("{} {}: its id stands twice", entry.kind, entry.id));
        }
    }
    problems
}
