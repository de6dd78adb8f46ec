//! Everything that was guessed, lenient or refused.

use case::{Finding, Severity};

use crate::block::{Block, Column, Phrase, Row, Table};
use crate::symbol::Symbol;
use crate::wording::capitalised;

/// The table of findings, complete.
pub(super) fn section(findings: &[Finding]) -> Vec<Block> {
    let heading = Block::Heading("Findings");
    if findings.is_empty() {
        return vec![heading, Block::Paragraph(Phrase::plain("Nothing was guessed, lenient or refused."))];
    }
    let explained = Phrase::small(
        "Refused: nothing numeric is given for the subject. Warning: a named user must give a reason for relying on the number. Note: provenance.",
    );
    let table = Table {
        label: "Findings",
        columns: vec![
            Column::words("Code", 36.0),
            Column::words("Severity", 64.0),
            Column::words("Subject", 116.0),
            Column::words("Finding", 300.0),
        ],
        rows: findings.iter().map(row).collect(),
    };
    vec![heading, Block::Paragraph(explained), Block::Table(table)]
}

fn row(finding: &Finding) -> Row {
    let word = match finding.severity {
        Severity::Refuse => "refused",
        Severity::Warn => "warning",
        Severity::Note => "note",
    };
    Row::Cells(vec![
        finding.code.clone().into(),
        Phrase::signed(Symbol::of_severity(finding.severity), word).into(),
        finding.subject.clone().into(),
        capitalised(&finding.message).into(),
    ])
}
