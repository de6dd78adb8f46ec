//! Values measured on images, criterion by criterion.

use guidelines::imaging::{ImagingResult, ImagingRuleResult};

use super::tagged;
use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::symbol::Symbol;
use crate::wording::{UNKNOWN, capitalised, measured, plain};

const EXPLAINED: &str = "What a value means by each published criterion. It is no diagnosis: thresholds depend on scanner, reconstruction and reference region.";

/// What every criterion says of every value, and the rules for their modalities.
pub(super) fn imaging(results: &[ImagingResult], rules: &[ImagingRuleResult]) -> Vec<Block> {
    if results.is_empty() && rules.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading("Imaging"), Block::Paragraph(Phrase::small(EXPLAINED))];
    if !results.is_empty() {
        blocks.push(Block::Table(Table {
            label: "Values measured on images, criterion by criterion",
            columns: vec![
                Column::words("Criterion\nin whom", 150.0),
                Column::words("Value", 78.0),
                Column::words("Threshold", 54.0),
                Column::words("Such a value", 114.0),
                Column::words("How sure\nsource", 140.0),
            ],
            rows: results.iter().map(row).collect(),
        }));
    }
    if !rules.is_empty() {
        blocks.push(Block::Table(Table {
            label: "Rules for these modalities",
            columns: vec![
                Column::words("Rule", 250.0),
                Column::words("In this case", 196.0),
                Column::words("Source", 90.0),
            ],
            rows: rules.iter().map(rule).collect(),
        }));
    }
    blocks
}

fn row(found: &ImagingResult) -> Row {
    let threshold = match (found.threshold, found.threshold_upper) {
        (Some(low), Some(high)) => Cell::from(format!("{}–{}", plain(low), plain(high))),
        (Some(low), None) => Cell::from(plain(low)),
        _ => Cell::from(UNKNOWN),
    };
    let value = Cell::from(measured(found.value, &found.unit));
    let (value, threshold) = match (&found.also_measure, found.also_threshold) {
        (Some(what), Some(second)) => {
            let also = found.also.map_or("not stated".to_owned(), plain);
            (value.below(Phrase::small(format!("{what}: {also}"))), threshold.below(Phrase::small(plain(second))))
        }
        _ => (value, threshold),
    };
    let says = match (&found.says, &found.remark) {
        (Some(says), _) => Cell::from(says.clone()),
        (None, Some(remark)) => Cell::from(Phrase::small(capitalised(remark))),
        (None, None) => UNKNOWN.into(),
    };
    Row::Cells(vec![
        Cell::from(found.title.clone())
            .below(Phrase::small(found.population.clone()))
            .below(Phrase::small(found.note.clone().unwrap_or_default())),
        value,
        threshold,
        says,
        sure(found),
    ])
}

fn sure(found: &ImagingResult) -> Cell {
    let known = match (found.sensitivity_percent, found.specificity_percent) {
        (Some(sensitivity), Some(specificity)) => {
            let n = found.n.map_or(String::new(), |n| format!(", n = {n}"));
            format!("sensitivity {} %, specificity {} %{n}", plain(sensitivity), plain(specificity))
        }
        _ => "no sensitivity and specificity in the source".to_owned(),
    };
    let cell = Cell::from(Phrase::small(known));
    let cell = match found.likelihood_ratio {
        Some(ratio) => cell.below(Phrase::small(format!("likelihood ratio {ratio:.1}"))),
        None => cell,
    };
    cell.below(tagged(found.evidence, &found.source))
}

fn rule(rule: &ImagingRuleResult) -> Row {
    let told = rule.remarks.iter().map(|remark| {
        if rule.is_doubtful {
            Phrase::signed(Symbol::Warning, remark.clone())
        } else {
            Phrase::small(remark.clone())
        }
    });
    let told: Vec<Phrase> = told.collect();
    let case = if told.is_empty() { Cell::from(UNKNOWN) } else { Cell::lines(told) };
    Row::Cells(vec![
        Cell::from(Phrase::bold(rule.title.clone()))
            .below(Phrase::plain(rule.statement.clone()))
            .below(Phrase::small(rule.note.clone().unwrap_or_default())),
        case,
        tagged(rule.evidence, &rule.source).into(),
    ])
}
