//! What the numbers were made from.

use std::collections::BTreeMap;

use assessment::Provenance;

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::wording::{counted, short_hash};

/// Hashes side by side.
const HASHES_PER_LINE: usize = 7;
/// Of slices of an image there are hundreds, and nobody compares them on paper.
const MOST_LISTED: usize = 21;
/// Lines in a row, few enough that rows fill pages well.
const LINES_PER_ROW: usize = 10;

/// Version, hashes of settings and knowledge, and every input.
pub(super) fn section(provenance: &Provenance) -> Vec<Block> {
    let by_kind = by_kind(provenance);
    let kinds: Vec<String> = by_kind.iter().map(|(kind, hashes)| format!("{} {kind}", hashes.len())).collect();
    let n_inputs = counted(provenance.inputs.len() as i64, "file");
    let inputs = if kinds.is_empty() { n_inputs } else { format!("{n_inputs}: {}", kinds.join(", ")) };
    let mut blocks = vec![
        Block::Heading("Provenance"),
        Block::Facts(vec![
            ("Program", Phrase::plain(format!("rert {}", provenance.rert))),
            ("Settings, SHA-256", Phrase::plain(short_hash(&provenance.settings_sha256))),
            ("Knowledge base, SHA-256", Phrase::plain(short_hash(&provenance.knowledge_sha256))),
            ("Inputs", Phrase::plain(inputs)),
        ]),
    ];
    if !by_kind.is_empty() {
        blocks.push(Block::Table(table(&by_kind)));
        let explained = "First 12 of the 64 characters of each SHA-256; the whole ones, and those of the slices of images, stand in assessment.json.";
        blocks.push(Block::Paragraph(Phrase::small(explained)));
    }
    blocks
}

fn by_kind(provenance: &Provenance) -> BTreeMap<&str, Vec<String>> {
    let mut by_kind: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for input in &provenance.inputs {
        by_kind.entry(input.kind.as_str()).or_default().push(short_hash(&input.sha256));
    }
    by_kind
}

fn table(by_kind: &BTreeMap<&str, Vec<String>>) -> Table {
    let few = by_kind.iter().filter(|(_, hashes)| hashes.len() <= MOST_LISTED);
    let rows = few.flat_map(|(kind, hashes)| {
        hashes.chunks(HASHES_PER_LINE * LINES_PER_ROW).enumerate().map(move |(index, chunk)| {
            let name = if index == 0 { Cell::from(*kind) } else { Cell::default() };
            let lines = chunk.chunks(HASHES_PER_LINE).map(|line| Phrase::small(line.join("  ")));
            Row::Cells(vec![name, Cell::lines(lines.collect())])
        })
    });
    Table {
        label: "Hashes of the inputs",
        columns: vec![Column::words("Kind", 74.0), Column::words("SHA-256 of the files", 440.0)],
        rows: rows.collect(),
    }
}
