//! The sources behind limits, α/β, scores and classification.

use std::collections::BTreeSet;

use assessment::Assessment;

use crate::block::{Block, Phrase};
use crate::references::{Reference, references};

/// Sources that are no publication.
const CASE_SETTINGS: &str = "case.toml";

/// The list of references in the order of their keys.
pub(super) fn section(assessment: &Assessment) -> Vec<Block> {
    let bibliography = references();
    let entries = keys(assessment).into_iter().map(|key| match bibliography.get(key) {
        Some(reference) => entry(key, reference),
        None => Phrase::bold(format!("[{key}] ")).then_muted("not in the bibliography of the knowledge base"),
    });
    vec![Block::Heading("References"), Block::Bullets(entries.collect())]
}

fn keys(assessment: &Assessment) -> BTreeSet<&str> {
    let of_limits = assessment.constraints.iter().map(|constraint| constraint.source.as_str());
    let of_scores = assessment.scores.iter().map(|score| score.source.as_str());
    let of_structures =
        assessment.structures.iter().filter_map(|structure| structure.alpha_beta_source.as_deref());
    std::iter::once(assessment.classification.source)
        .chain(of_limits)
        .chain(of_scores)
        .chain(of_structures)
        .filter(|key| !key.is_empty() && *key != CASE_SETTINGS)
        .collect()
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
