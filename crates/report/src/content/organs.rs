//! The doses of organs at risk.

use assessment::{Assessment, Metrics, StructureSummary};

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::course_style::role_name;
use crate::wording::{UNKNOWN, dose_number, part_percent, plain, plus_minus, share, volume_number, with_unit};

use super::organs;

/// More courses than this stand in a table of their own.
const MOST_COURSES_BESIDE: usize = 3;
/// Courses side by side in such a table.
const COURSES_PER_TABLE: usize = 6;

type Measure = fn(&Metrics) -> Option<f64>;

const NEAR_MAXIMUM: Measure = |row| row.d0_03cc_gy;
const TENTH_CC: Measure = |row| row.d0_1cc_gy;
const MEAN: Measure = |row| row.mean_gy;

/// Tables of all organs.
pub(super) fn section(assessment: &Assessment) -> Vec<Block> {
    let organs = organs(assessment);
    let mut blocks = vec![Block::Heading("Organs at risk")];
    if organs.is_empty() {
        blocks.push(Block::Paragraph(Phrase::plain("No dose was measured in an organ at risk.")));
        return blocks;
    }
    blocks.push(Block::Paragraph(Phrase::small(
        "EQD2 in Gy, each organ with its own α/β. ≥ and ≤ mark bounds, where a dose grid does not cover the organ or a course is known by its maxima or record only; — is not known. ± is the error of geometry, interpolation and sampling; what registration, α/β and recovery leave open stands under “How sure the doses are”. A recovery reduces prior dose only where it was stated for this case.",
    )));
    let courses: Vec<usize> = (0..assessment.courses.len()).collect();
    let beside = if courses.len() <= MOST_COURSES_BESIDE { courses.as_slice() } else { &[] };
    blocks.push(Block::Table(table(assessment, &organs, beside)));
    if beside.is_empty() {
        let chunks = courses.chunks(COURSES_PER_TABLE);
        blocks.extend(chunks.map(|courses| Block::Table(courses_table(assessment, &organs, courses))));
    }
    blocks
}

fn table(assessment: &Assessment, organs: &[&StructureSummary], courses: &[usize]) -> Table {
    let mut columns = vec![
        Column::words("Structure\ndrawn, standard", 98.0),
        Column::words("α/β\nevidence\nsource", 66.0),
        Column::numbers("Recovery", 50.0),
        Column::numbers("Volume\ncc", 42.0),
        Column::numbers("Covered", 48.0),
    ];
    columns.extend(course_columns(assessment, courses));
    columns.extend(["All\nD0.03cc", "All\nD0.1cc", "All\nmean"].map(|head| Column::numbers(head, 46.0)));
    let rows = organs.iter().flat_map(|organ| {
        let mut cells = described(organ);
        cells.extend(courses.iter().map(|&course| course_cell(assessment, organ, course)));
        cells.extend([NEAR_MAXIMUM, TENTH_CC, MEAN].map(|measure| cumulative_cell(organ, measure)));
        std::iter::once(Row::Cells(cells)).chain(remarks(organ, assessment.refused))
    });
    Table { label: "EQD2 of organs at risk", columns, rows: rows.collect() }
}

fn courses_table(assessment: &Assessment, organs: &[&StructureSummary], courses: &[usize]) -> Table {
    let columns = std::iter::once(Column::words("Structure", 110.0)).chain(course_columns(assessment, courses));
    let rows = organs.iter().map(|organ| {
        let cells = courses.iter().map(|&course| course_cell(assessment, organ, course));
        Row::Cells(std::iter::once(Cell::from(Phrase::bold(organ.name.clone()))).chain(cells).collect())
    });
    Table { label: "EQD2 of organs at risk by course", columns: columns.collect(), rows: rows.collect() }
}

fn course_columns(assessment: &Assessment, courses: &[usize]) -> Vec<Column> {
    let head = |&course: &usize| {
        let course = &assessment.courses[course];
        Column::numbers(&format!("{}\n{}\nD0.1cc\nmean", course.id, role_name(course.role)), 48.0)
    };
    courses.iter().map(head).collect()
}

/// Name, α/β, recovery, volume and coverage.
fn described(organ: &StructureSummary) -> Vec<Cell> {
    let name = Cell::from(Phrase::bold(organ.name.clone()));
    let standard = match (&organ.standard_name, organ.kind) {
        (Some(standard), _) => standard.clone(),
        (None, Some(_)) => "no standard name".to_owned(),
        (None, None) => "not recognised".to_owned(),
    };
    vec![
        name.below(Phrase::small(standard)),
        alpha_beta_cell(organ),
        share(organ.recovery).into(),
        organ.volume_cc.map_or(UNKNOWN.to_owned(), volume_number).into(),
        organ.coverage.percent.map_or(UNKNOWN.to_owned(), part_percent).into(),
    ]
}

/// The α/β with how well it is founded.
pub(super) fn alpha_beta_cell(structure: &StructureSummary) -> Cell {
    let Some(gray) = structure.alpha_beta_gy else { return UNKNOWN.into() };
    let evidence = structure.alpha_beta_evidence.map(|evidence| Phrase::small(evidence.as_str()));
    let source = structure.alpha_beta_source.as_deref().map(|source| Phrase::small(format!("[{source}]")));
    let value = Phrase::plain(with_unit(&plain(gray), "Gy"));
    Cell::lines(std::iter::once(value).chain(evidence).chain(source).collect())
}

fn course_cell(assessment: &Assessment, organ: &StructureSummary, course: usize) -> Cell {
    let id = &assessment.courses[course].id;
    let measured = organ.courses.iter().find(|measured| measured.id == *id);
    let number = |measure: Measure| {
        let value = measured.and_then(|measured| measure(&measured.eqd2));
        Phrase::plain(value.map_or(UNKNOWN.to_owned(), dose_number))
    };
    Cell::lines(vec![number(TENTH_CC), number(MEAN)])
}

/// The dose of all courses, a lower bound where it is no more than that, and the dose without recovery.
fn cumulative_cell(organ: &StructureSummary, measure: Measure) -> Cell {
    let cell = Cell::from(Phrase::bold(known_or_bound(organ, measure)));
    let error = measure(&organ.cumulative_eqd2).and_then(|_| measure(&organ.cumulative_eqd2_error));
    let cell = match error {
        Some(error) => cell.below(Phrase::small(plus_minus(error))),
        None => cell,
    };
    match organ.cumulative_eqd2_without_recovery.as_ref().and_then(measure) {
        Some(value) => cell.below(Phrase::small(format!("({})", dose_number(value)))),
        None => cell,
    }
}

/// A cumulative value; `≥` before a lower and `≤` before an upper bound.
pub(super) fn known_or_bound(structure: &StructureSummary, measure: Measure) -> String {
    let known = measure(&structure.cumulative_eqd2).map(dose_number);
    let bound = || {
        let bound = |sign: &str, metrics: &Option<Metrics>| {
            Some(format!("{sign}{}", dose_number(metrics.as_ref().and_then(measure)?)))
        };
        let ends =
            [bound("≥", &structure.cumulative_eqd2_at_least), bound("≤", &structure.cumulative_eqd2_at_most)];
        let ends: Vec<String> = ends.into_iter().flatten().collect();
        (!ends.is_empty()).then(|| ends.join(" "))
    };
    known.or_else(bound).unwrap_or_else(|| UNKNOWN.to_owned())
}

/// Why a value is not known, and what the second line of a cell is.
pub(super) fn remarks(structure: &StructureSummary, refused: bool) -> Option<Row> {
    let mut remarks = Vec::new();
    if measure_is_missing(structure) {
        let what = match (&structure.cumulative_eqd2_at_least, &structure.cumulative_eqd2_at_most) {
            (Some(_), Some(_)) => "≥ lower and ≤ upper bound",
            (Some(_), None) => "≥ lower bound",
            (None, Some(_)) => "≤ upper bound",
            (None, None) => "— not known",
        };
        remarks.push(Phrase::small(format!("{what}: {}.", reason(structure, refused))));
    }
    if structure.cumulative_eqd2_without_recovery.is_some() {
        remarks.push(Phrase::small(format!(
            "Cumulative values take {} of the prior EQD2 as recovered; in brackets, the values without recovery.",
            share(structure.recovery)
        )));
    }
    (!remarks.is_empty()).then_some(Row::Remarks(remarks))
}

fn measure_is_missing(structure: &StructureSummary) -> bool {
    structure.cumulative_eqd2.mean_gy.is_none() || structure.cumulative_eqd2.d0_03cc_gy.is_none()
}

fn reason(structure: &StructureSummary, refused: bool) -> String {
    match structure.coverage.percent {
        _ if refused => "the assessment was refused, see the findings".to_owned(),
        _ if structure.alpha_beta_gy.is_none() => "no α/β is known for this structure".to_owned(),
        _ if structure.cumulative_eqd2_at_most.is_some() => {
            "a prior course is known by its maxima or its record only, so it is the sum of what each course gave at most".to_owned()
        }
        Some(percent) if percent < 100.0 => {
            format!("the dose grids cover only {} of the structure", part_percent(percent))
        }
        _ if structure.volume_cc.is_none() => "the structure has no volume".to_owned(),
        _ if structure.cumulative_eqd2.mean_gy.is_some() => {
            "the structure is too small for the measure".to_owned()
        }
        _ => "see the findings".to_owned(),
    }
}
