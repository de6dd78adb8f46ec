//! The doses of target volumes.

use assessment::{Assessment, Metrics, StructureSummary, TargetState};
use case::Role;

use super::organs::{alpha_beta_cell, known_or_bound, remarks};
use super::targets;
use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::wording::{UNKNOWN, dose_number, part_percent, volume_number};

type Measure = fn(&Metrics) -> Option<f64>;

const D98: Measure = |row| row.d98_percent_gy;
const D50: Measure = |row| row.d50_percent_gy;
const D2: Measure = |row| row.d2_percent_gy;
const MEAN: Measure = |row| row.mean_gy;

/// The table of targets.
pub(super) fn section(assessment: &Assessment) -> Vec<Block> {
    let targets = targets(assessment);
    let heading = Block::Heading("Target volumes");
    if targets.is_empty() {
        return vec![heading, Block::Paragraph(Phrase::plain("The current course has no target volume."))];
    }
    let explained = Phrase::small(
        "Absorbed dose of the current course (Gy(RBE) for particles) and EQD2 of all courses with the α/β of the target.",
    );
    vec![heading, Block::Paragraph(explained), Block::Table(table(assessment, &targets))]
}

fn table(assessment: &Assessment, targets: &[&StructureSummary]) -> Table {
    let mut columns = vec![
        Column::words("Target\ndrawn, standard", 98.0),
        Column::words("α/β\nevidence\nsource", 66.0),
        Column::numbers("Volume\ncc", 42.0),
        Column::numbers("Covered", 48.0),
    ];
    columns.extend(["D98%", "D50%", "D2%"].map(|name| Column::numbers(&format!("Current\n{name}\nGy"), 42.0)));
    columns.extend(
        ["D98%", "D50%", "D2%", "mean"].map(|name| Column::numbers(&format!("All EQD2\n{name}\nGy"), 44.0)),
    );
    let rows = targets.iter().flat_map(|target| {
        let cells = Row::Cells(cells(assessment, target));
        std::iter::once(cells).chain(remarks(target, assessment.refused))
    });
    Table { label: "Doses of target volumes", columns, rows: rows.collect() }
}

fn cells(assessment: &Assessment, target: &StructureSummary) -> Vec<Cell> {
    let current = assessment.courses.iter().find(|course| course.role == Role::Current);
    let absorbed = current
        .and_then(|course| target.courses.iter().find(|measured| measured.id == course.id))
        .map(|measured| &measured.absorbed);
    let state = match target.target_state {
        Some(TargetState::Treated) => "treated now",
        Some(TargetState::Earlier) => "of an earlier course, by its name",
        Some(TargetState::NotTold) | None => "",
    };
    let standard = target.standard_name.clone().unwrap_or_else(|| "no standard name".to_owned());
    let mut cells = vec![
        Cell::from(Phrase::bold(target.name.clone())).below(Phrase::small(standard)).below(Phrase::small(state)),
        alpha_beta_cell(target),
        target.volume_cc.map_or(UNKNOWN.to_owned(), volume_number).into(),
        target.coverage.percent.map_or(UNKNOWN.to_owned(), part_percent).into(),
    ];
    cells.extend([D98, D50, D2].map(|measure| {
        let value = absorbed.and_then(measure);
        Cell::from(value.map_or(UNKNOWN.to_owned(), dose_number))
    }));
    cells.extend([D98, D50, D2, MEAN].map(|measure| Cell::from(Phrase::bold(known_or_bound(target, measure)))));
    cells
}
