//! The sources behind limits, α/β, scores and classification.

use std::collections::BTreeSet;

use assessment::{Assessment, Clinical, Comparison};

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
        .chain(assessment.clinical.iter().flat_map(of_clinical))
        .chain(assessment.comparison.iter().flat_map(of_comparison))
        .filter(|key| !key.is_empty() && *key != CASE_SETTINGS)
        .collect()
}

/// Sources of what stands beyond doses.
fn of_clinical(clinical: &Clinical) -> Vec<&str> {
    let scores = clinical.scores.iter().flat_map(|score| {
        let validations = score.validations.iter().map(|validation| validation.source.as_str());
        std::iter::once(score.source.as_str()).chain(validations)
    });
    let criteria = clinical.eligibility.iter().flat_map(|source| &source.criteria);
    let drugs = clinical.systemic_therapy.iter().flat_map(|drug| {
        let told = drug.signals.iter().chain(&drug.no_consensus).filter_map(|told| told.source.as_deref());
        drug.rules.iter().map(|rule| rule.source.as_str()).chain(told)
    });
    let reporting = &clinical.reporting;
    let items = reporting.adherence.iter().map(|item| item.source.as_str());
    scores
        .chain(criteria.map(|criterion| criterion.source.as_str()))
        .chain(drugs)
        .chain(clinical.imaging.iter().map(|found| found.source.as_str()))
        .chain(items)
        .chain(reporting.statements.iter().map(|statement| statement.source.as_str()))
        .chain(clinical.questionnaires.iter().filter_map(|filled| filled.source.as_deref()))
        .collect()
}

fn of_comparison(comparison: &Comparison) -> Vec<&str> {
    let responses = comparison.responses.iter().map(|compared| compared.response.source.as_str());
    responses.chain(comparison.rules.iter().map(|rule| rule.source.as_str())).collect()
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
