//! Drugs with the rules that are for them.

use guidelines::systemic::{Advice, DrugResult, Kept, RuleResult, Statement};

use super::tagged;
use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::palette::Tone;
use crate::symbol::Symbol;
use crate::wording::{UNKNOWN, capitalised, plain};

/// Every drug with its rules.
pub(super) fn systemic(drugs: &[DrugResult]) -> Vec<Block> {
    if drugs.is_empty() {
        return Vec::new();
    }
    let explained = "Published pauses around radiotherapy, with what the dates of the case say. Almost none was made for reirradiation; where sources differ, all are shown and none is chosen.";
    let rows = drugs.iter().flat_map(drug);
    vec![
        Block::Heading("Systemic therapy"),
        Block::Paragraph(Phrase::small(explained)),
        Block::Table(Table {
            label: "Drugs with the rules that are for them",
            columns: vec![
                Column::words("Rule", 212.0),
                Column::words("Days before\nafter", 66.0),
                Column::words("In this case", 160.0),
                Column::words("Source", 98.0),
            ],
            rows: rows.collect(),
        }),
    ]
}

fn drug(drug: &DrugResult) -> Vec<Row> {
    let until = drug.end.map_or("going on".to_owned(), |end| format!("to {end}"));
    let class = drug.class.as_deref().unwrap_or("not in the knowledge base");
    let mut rows = vec![Row::Group(Phrase::bold(format!(
        "{} ({class}), from {} {until}: {}",
        drug.drug, drug.start, drug.timing
    )))];
    rows.extend(drug.rules.iter().map(rule));
    if drug.rules.is_empty() {
        rows.push(Row::Remarks(vec![Phrase::small(
            "No rule of the knowledge base is for it: that is no sign that there is none.",
        )]));
    }
    let told = |sign: &str, statement: &Statement| {
        let source = statement.source.as_ref().map(|source| format!("[{source}]"));
        let tag = statement.evidence.map(|evidence| evidence.as_str().to_owned());
        let tagged = tag.into_iter().chain(source).collect::<Vec<_>>().join(" ");
        let beside: Vec<String> =
            statement.population.iter().cloned().chain((!tagged.is_empty()).then_some(tagged)).collect();
        let beside = if beside.is_empty() { String::new() } else { format!(" ({})", beside.join("; ")) };
        Phrase::small(format!("{sign}: {}{beside}", statement.statement))
    };
    let differ = drug.contradictions.iter().map(|statement| told("Sources side by side", statement));
    let open = drug.no_consensus.iter().map(|statement| told("No consensus", statement));
    let seen = drug.signals.iter().map(|statement| told("Stated", statement));
    let remarks: Vec<Phrase> = differ.chain(open).chain(seen).collect();
    if !remarks.is_empty() {
        rows.push(Row::Remarks(remarks));
    }
    rows
}

fn word(advice: Advice) -> &'static str {
    match advice {
        Advice::Yes => "yes",
        Advice::Avoid => "avoid",
        Advice::No => "no",
    }
}

fn rule(rule: &RuleResult) -> Row {
    let days = |days: Option<f64>| days.map_or(UNKNOWN.to_owned(), plain);
    let pause = Cell::from(format!("{} / {}", days(rule.before_days), days(rule.after_days)));
    let kept: Cell = match rule.kept {
        // No tick: a rule that is kept clears nothing.
        Kept::Kept => "in keeping with it".into(),
        Kept::Broken => Cell { tone: Some(Tone::Bad), ..Phrase::signed(Symbol::Cross, "broken").into() },
        Kept::Open => "open".into(),
    };
    Row::Cells(vec![
        Cell::from(rule.statement.clone())
            .below(Phrase::small(rule.population.clone()))
            .below(Phrase::small(rule.note.clone().unwrap_or_default())),
        [rule.same_day.map(|advice| ("on the day", advice)), rule.concurrent.map(|advice| ("meanwhile", advice))]
            .into_iter()
            .flatten()
            .fold(pause, |cell, (when, advice)| cell.below(Phrase::small(format!("{when}: {}", word(advice))))),
        kept.below(Phrase::small(capitalised(&rule.reason))),
        tagged(rule.evidence, &rule.source).into(),
    ])
}
