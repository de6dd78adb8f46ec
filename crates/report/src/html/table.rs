//! Tables of a page.

use super::blocks::inline;
use super::escaped;
use crate::block::{Align, Cell, Column, Row, Table};

/// A table that scrolls within a narrow window.
pub(super) fn table(table: &Table) -> String {
    let head: String = table.columns.iter().map(column_head).collect();
    let rows: String = table.rows.iter().map(|row| row_element(row, &table.columns)).collect();
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\"><table>\n<caption>{label}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
        label = escaped(table.label)
    )
}

fn column_head(column: &Column) -> String {
    let mut lines = column.head.iter();
    let first = lines.next().map(|line| escaped(line)).unwrap_or_default();
    let others: String = lines.map(|line| format!("<span class=\"unit\">{}</span>", escaped(line))).collect();
    format!("<th scope=\"col\"{}>{first}{others}</th>", class(column, None))
}

fn row_element(row: &Row, columns: &[Column]) -> String {
    let n_columns = columns.len();
    match row {
        Row::Cells(cells) => {
            let cells: String = cells
                .iter()
                .zip(columns)
                .enumerate()
                .map(|(index, (cell, column))| td(index, cell, column))
                .collect();
            format!("<tr>{cells}</tr>\n")
        }
        Row::Group(phrase) => {
            let text = inline(phrase);
            format!("<tr class=\"group\"><th colspan=\"{n_columns}\" scope=\"colgroup\">{text}</th></tr>\n")
        }
        Row::Remarks(phrases) => {
            let remarks = Cell::lines(phrases.clone());
            let text = cell_content(&remarks);
            format!("<tr class=\"remarks\"><td colspan=\"{n_columns}\">{text}</td></tr>\n")
        }
    }
}

/// The first cell that says something is the head of its row.
fn td(index: usize, cell: &Cell, column: &Column) -> String {
    let class = class(column, Some(cell));
    let content = cell_content(cell);
    if index == 0 && !content.is_empty() {
        format!("<th scope=\"row\"{class}>{content}</th>")
    } else {
        format!("<td{class}>{content}</td>")
    }
}

fn class(column: &Column, cell: Option<&Cell>) -> String {
    let number = (column.align == Align::Right).then_some("number");
    let tone = cell.and_then(|cell| cell.tone).map(|tone| tone.class());
    let classes: Vec<&str> = number.into_iter().chain(tone).collect();
    if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", classes.join(" ")) }
}

fn cell_content(cell: &Cell) -> String {
    let line = |phrase: &crate::block::Phrase| {
        let class = if phrase.is_small { " class=\"small\"" } else { "" };
        format!("<div{class}>{}</div>", inline(phrase))
    };
    cell.phrases.iter().map(line).collect()
}
