//! The sources behind limits, α/β, scores and classification.

use std::collections::BTreeSet;

use assessment::Assessment;
use chrono::NaiveDate;
use guidelines::history::History;
use serde_json::Value;

use crate::ReportError;
use crate::block::{Block, Phrase};
use crate::references::{Reference, references};

/// Sources that are no publication.
const CASE_SETTINGS: &str = "case.toml";

/// The list of references in the order of their keys.
///
/// # Errors
/// When the result cannot be written as JSON, from which the keys are taken.
pub(super) fn section(assessment: &Assessment) -> Result<Vec<Block>, ReportError> {
    let bibliography = references();
    let mut cited = BTreeSet::new();
    keys(&serde_json::to_value(assessment)?, &mut cited);
    let entries = cited.iter().map(|key| match bibliography.get(key.as_str()) {
        Some(reference) => entry(key, reference),
        None => Phrase::bold(format!("[{key}] ")).then_muted("not in the bibliography of the knowledge base"),
    });
    Ok(vec![
        Block::Heading("References"),
        Block::Paragraph(Phrase::small(history(&assessment.provenance.knowledge_history))),
        Block::Bullets(entries.collect()),
    ])
}

/// Every key under a source anywhere in the result: what is shown has its reference.
fn keys(document: &Value, keys: &mut BTreeSet<String>) {
    match document {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(key) if name == "source" || name.ends_with("_source") => {
                        if !key.is_empty() && key != CASE_SETTINGS {
                            keys.insert(key.clone());
                        }
                    }
                    other => self::keys(other, keys),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| self::keys(value, keys)),
        _ => {}
    }
}

/// How old the knowledge is, and who looked at it.
fn history(history: &History) -> String {
    let day = |day: Option<NaiveDate>| day.map_or("an unknown day".to_owned(), |day| day.to_string());
    let reviewed = match history.n_reviewed {
        0 => "no clinician has reviewed any of them yet".to_owned(),
        n => format!("a clinician has reviewed {n} of them"),
    };
    format!(
        "The knowledge base holds {} entries, written between {} and {}; {reviewed}. Check every value with its source before it is used.",
        history.n_entries,
        day(history.first_entered),
        day(history.last_entered)
    )
}

fn entry(key: &str, reference: &Reference) -> Phrase {
    let mut text = String::new();
    for part in [&reference.authors, &reference.title, &reference.published] {
        if !part.is_empty() {
            text += part;
            text += if part.ends_with('.') { " " } else { ". " };
        }
    }
    let phrase = Phrase::bold(format!("[{key}] ")).then(text);
    if reference.doi.is_empty() { phrase } else { phrase.then_muted(format!("doi:{}", reference.doi)) }
}
