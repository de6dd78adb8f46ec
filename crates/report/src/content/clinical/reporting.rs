//! What the report still lacks, and questions to the board.

use guidelines::reporting::{BoardStatement, Completeness, FilledFrom, FilledItem};

use super::tagged;
use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::symbol::Symbol;
use crate::wording::capitalised;

/// The ten mandatory criteria, the longer list, and the questions.
pub(super) fn reporting(completeness: &Completeness) -> Vec<Block> {
    let told = format!(
        "{} of 10 mandatory criteria of a report are filled; the median of 28 congress abstracts is {}. What fulfils a criterion is the reading of this program. {}",
        completeness.adherence_points, completeness.published_median, completeness.note
    );
    let item = |item: &FilledItem| {
        let value: Cell = match (&item.value, item.filled_by) {
            (Some(value), Some(by)) => Cell::from(value.clone()).below(Phrase::small(by_words(by))),
            _ => {
                let from: Vec<&str> = item.filled_from.iter().map(|from| by_words(*from)).collect();
                Cell::from(Phrase::signed(Symbol::Warning, "missing")).below(Phrase::small(from.join(" or ")))
            }
        };
        Row::Cells(vec![item.title.clone().into(), value, tagged(item.evidence, &item.source).into()])
    };
    let titled = |item: &FilledItem| {
        let section = item.section.as_deref().unwrap_or_default().replace('-', " ");
        format!("{} ({section})", item.title)
    };
    let missing: Vec<String> = completeness.items.iter().filter(|item| item.value.is_none()).map(titled).collect();
    let filled = completeness.items.len() - missing.len();
    let longer = format!(
        "Of {} further items, a list that this project put together, {filled} are filled. Missing: {}. State them under [reporting] in case.toml.",
        completeness.items.len(),
        missing.join("; ")
    );
    let mut blocks = vec![
        Block::Heading("Completeness of the report"),
        Block::Paragraph(Phrase::plain(told)),
        Block::Table(Table {
            label: "The ten mandatory criteria",
            columns: vec![
                Column::words("Criterion", 130.0),
                Column::words("Holds", 300.0),
                Column::words("Source", 106.0),
            ],
            rows: completeness.adherence.iter().map(item).collect(),
        }),
        Block::Table(the_case(completeness)),
        Block::Paragraph(Phrase::small(longer)),
        Block::Heading("Questions to the board"),
    ];
    let question = |statement: &BoardStatement| {
        let population =
            statement.population.as_ref().map_or(String::new(), |population| format!(" ({population})"));
        Phrase::plain(format!("{}{population} ", statement.text)).then_muted(format!(
            "{} [{}]",
            statement.evidence.as_str(),
            statement.source
        ))
    };
    let of_board = |statement: &BoardStatement| {
        let stated = statement.stated.as_ref()?;
        Some(Cell::from(stated.answer.clone()).below(Phrase::small(stated.by.clone())))
    };
    let of_assessment = |statement: &BoardStatement| Some(capitalised(statement.answer.as_deref()?).into());
    let open = completeness
        .statements
        .iter()
        .filter(|statement| statement.answer.is_none() && statement.stated.is_none());
    blocks.push(Block::Bullets(open.map(question).collect()));
    let statements = &completeness.statements;
    blocks.extend(answered("Answered by the board", statements, &of_board));
    blocks.extend(answered("Answered by this assessment", statements, &of_assessment));
    blocks
}

/// The questions that were answered, with their answers; nothing where there is none.
fn answered(
    title: &'static str,
    statements: &[BoardStatement],
    answer: &dyn Fn(&BoardStatement) -> Option<Cell>,
) -> Vec<Block> {
    let row = |statement: &BoardStatement| {
        let source = tagged(statement.evidence, &statement.source);
        Some(Row::Cells(vec![statement.text.clone().into(), answer(statement)?, source.into()]))
    };
    let rows: Vec<Row> = statements.iter().filter_map(row).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let columns =
        vec![Column::words("Question", 250.0), Column::words("Answer", 200.0), Column::words("Source", 86.0)];
    vec![Block::Subheading(title), Block::Table(Table { label: title, columns, rows })]
}

/// What is stated or known, section by section.
fn the_case(completeness: &Completeness) -> Table {
    let mut rows = Vec::new();
    let mut section = None;
    for item in completeness.items.iter().filter(|item| item.value.is_some()) {
        if item.section != section {
            section = item.section.clone();
            let name = section.as_deref().unwrap_or_default().replace('-', " ");
            rows.push(Row::Group(Phrase::bold(capitalised(&name))));
        }
        let by = item.filled_by.map_or("", by_words);
        let value = Cell::from(item.value.clone().unwrap_or_default());
        rows.push(Row::Cells(vec![item.title.clone().into(), value, Phrase::small(by).into()]));
    }
    Table {
        label: "What is reported, section by section",
        columns: vec![Column::words("Item", 190.0), Column::words("Holds", 256.0), Column::words("Filled", 90.0)],
        rows,
    }
}

fn by_words(from: FilledFrom) -> &'static str {
    match from {
        FilledFrom::Dicom => "from the objects",
        FilledFrom::Computed => "computed",
        FilledFrom::Person => "stated by a person",
    }
}
