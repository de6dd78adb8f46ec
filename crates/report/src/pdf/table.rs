//! Tables on paper: wrapped cells, a head on every page, rows that stay together.

use super::flow::{Flow, draw_line, height_of};
use super::page::{BOTTOM, LEFT, TEXT_WIDTH, TOP};
use crate::block::{Align, Cell, Column, Ink, Phrase, Row, Span, Table};
use crate::drawing::{Fill, Stroke, Weight};
use crate::palette::{AXIS, FAINT, GROUND, Tone};
use crate::wrapping::{TextLine, wrap};

/// Size of text in tables.
const TEXT: f32 = 7.6;
/// Size of small text in tables.
const SMALL_TEXT: f32 = 6.6;
/// Size of heads.
const HEAD: f32 = 7.0;
/// Distance of text from the borders of its cell.
const PADDING: [f32; 2] = [4.0, 3.2];
/// Distance of remarks from the left.
const INDENT: f32 = 12.0;
const GAP_BELOW: f32 = 10.0;
/// A row that is higher than a page does not begin with less room than this.
const LEAST_ROOM: f32 = 60.0;

/// A row whose cells are broken into lines.
struct SetRow {
    cells: Vec<SetCell>,
    has_line_below: bool,
}

/// A cell broken into lines.
struct SetCell {
    left: f32,
    width: f32,
    align: Align,
    tone: Option<Tone>,
    lines: Vec<TextLine>,
}

impl SetCell {
    fn room(&self) -> f32 {
        self.width - 2.0 * PADDING[0]
    }
}

impl SetRow {
    fn height(&self) -> f32 {
        let text = self.cells.iter().map(|cell| height_of(&cell.lines)).fold(0.0, f32::max);
        text + 2.0 * PADDING[1]
    }

    /// Takes as much of the beginning of every cell as fits into a height; what is left stays in the row.
    fn split_off(&mut self, height: f32) -> Self {
        let room = (height - 2.0 * PADDING[1]).max(0.0);
        let cells = self.cells.iter_mut().map(|cell| {
            let n_lines = if cell.lines.is_empty() { 0 } else { super::blocks::fitting(&cell.lines, room) };
            let lines = cell.lines.drain(..n_lines).collect();
            SetCell { left: cell.left, width: cell.width, align: cell.align, tone: cell.tone, lines }
        });
        Self { cells: cells.collect(), has_line_below: false }
    }

    fn has_text(&self) -> bool {
        self.cells.iter().any(|cell| !cell.lines.is_empty())
    }
}

impl Flow<'_> {
    /// Sets a table; what belongs together stays on one page as long as a page can hold it.
    pub(super) fn table(&mut self, table: &Table) {
        let columns = places(&table.columns);
        let head = self.set_head(&table.columns, &columns);
        let rows: Vec<SetRow> = (0..table.rows.len()).map(|index| self.set_row(table, index, &columns)).collect();
        let units = units(&table.rows);
        // A head without a row below it says nothing.
        let first: f32 = rows.iter().take(units.first().copied().unwrap_or(0)).map(SetRow::height).sum();
        let whole_page = BOTTOM - TOP - head.height();
        self.ensure(head.height() + if first <= whole_page { first.max(40.0) } else { 40.0 });
        self.table_head(&head);
        let mut rest = rows.into_iter();
        for n_rows in units {
            let unit: Vec<SetRow> = rest.by_ref().take(n_rows).collect();
            self.unit(unit, &head);
        }
        self.gap(GAP_BELOW);
    }

    fn unit(&mut self, unit: Vec<SetRow>, head: &SetRow) {
        let height: f32 = unit.iter().map(SetRow::height).sum();
        let whole_page = BOTTOM - TOP - head.height();
        if height > self.room() && height <= whole_page {
            self.next_page(head);
        }
        for row in unit {
            self.row(row, head);
        }
    }

    fn next_page(&mut self, head: &SetRow) {
        self.new_page();
        self.table_head(head);
    }

    /// Draws a row, over several pages when no page can hold it.
    fn row(&mut self, mut row: SetRow, head: &SetRow) {
        let whole_page = BOTTOM - TOP - head.height();
        if row.height() > self.room() && row.height() <= whole_page {
            self.next_page(head);
        }
        while row.height() > self.room() && row.has_text() {
            if self.room() < LEAST_ROOM {
                self.next_page(head);
                continue;
            }
            let first = row.split_off(self.room());
            self.draw_row(&first);
            self.next_page(head);
        }
        self.draw_row(&row);
    }

    fn draw_row(&mut self, row: &SetRow) {
        let height = row.height();
        for cell in &row.cells {
            if let Some(tone) = cell.tone {
                self.page.rect([cell.left, self.y], [cell.width, height], 0.0, Fill::solid(tone.ground()));
            }
            let mut y = self.y + PADDING[1];
            for line in &cell.lines {
                draw_line(&mut self.page, line, [cell.left + PADDING[0], y], (cell.room(), cell.align));
                y += line.height();
            }
        }
        self.y += height;
        if row.has_line_below {
            self.page.line([LEFT, self.y], [LEFT + TEXT_WIDTH, self.y], Stroke::solid(FAINT, 0.6));
        }
    }

    fn table_head(&mut self, head: &SetRow) {
        self.page.rect([LEFT, self.y], [TEXT_WIDTH, head.height()], 0.0, Fill::solid(GROUND));
        self.draw_row(head);
        self.page.line([LEFT, self.y], [LEFT + TEXT_WIDTH, self.y], Stroke::solid(AXIS, 0.8));
    }

    fn set_head(&self, columns: &[Column], places: &[[f32; 2]]) -> SetRow {
        let set = |(column, place): (&Column, &[f32; 2])| {
            let phrases = column.head.iter().enumerate().map(|(index, text)| match index {
                0 => Phrase::bold(text.clone()),
                _ => Phrase::default().then_muted(text.clone()),
            });
            self.set_cell(&Cell::lines(phrases.collect()), *place, (column.align, HEAD))
        };
        SetRow { cells: columns.iter().zip(places).map(set).collect(), has_line_below: false }
    }

    fn set_row(&self, table: &Table, index: usize, places: &[[f32; 2]]) -> SetRow {
        let is_followed_by_remarks = matches!(table.rows.get(index + 1), Some(Row::Remarks(_)));
        let whole = [LEFT, TEXT_WIDTH];
        let cells = match &table.rows[index] {
            Row::Cells(cells) => {
                let described = cells.iter().zip(&table.columns).zip(places);
                described
                    .map(|((cell, column), place)| self.set_cell(cell, *place, (column.align, TEXT)))
                    .collect()
            }
            Row::Group(phrase) => vec![self.set_cell(&group(phrase), whole, (Align::Left, TEXT + 0.6))],
            Row::Remarks(phrases) => {
                let indented = [LEFT + INDENT, TEXT_WIDTH - INDENT];
                vec![self.set_cell(&Cell::lines(phrases.clone()), indented, (Align::Left, TEXT))]
            }
        };
        SetRow { cells, has_line_below: !is_followed_by_remarks }
    }

    fn set_cell(&self, cell: &Cell, [left, width]: [f32; 2], (align, size): (Align, f32)) -> SetCell {
        let room = width - 2.0 * PADDING[0];
        let of_size = |phrase: &Phrase| if phrase.is_small { SMALL_TEXT } else { size };
        let lines = cell.phrases.iter().flat_map(|phrase| wrap(self.typeface, phrase, of_size(phrase), room));
        SetCell { left, width, align, tone: cell.tone, lines: lines.collect() }
    }
}

/// The heading of a group stands out by its colour and by the room above it.
fn group(phrase: &Phrase) -> Cell {
    let toned = |span: &Span| Span { weight: Weight::Bold, ink: Ink::Normal, text: span.text.clone() };
    let heading = Phrase { spans: phrase.spans.iter().map(toned).collect(), ..phrase.clone() };
    let above = Phrase { is_small: true, ..Phrase::default() };
    Cell::lines(vec![above, heading])
}

/// Left end and width of the columns, which share the width of the text.
fn places(columns: &[Column]) -> Vec<[f32; 2]> {
    let total: f32 = columns.iter().map(|column| column.width).sum();
    let mut left = LEFT;
    let place = |column: &Column| {
        let width = TEXT_WIDTH * column.width / total;
        let place = [left, width];
        left += width;
        place
    };
    columns.iter().map(place).collect()
}

/// Numbers of rows that stay together: a heading with the row that follows, a row with its remarks.
fn units(rows: &[Row]) -> Vec<usize> {
    let mut units = Vec::new();
    let mut n_rows = 0;
    for (index, row) in rows.iter().enumerate() {
        n_rows += 1;
        let ends = !matches!(row, Row::Group(_)) && !matches!(rows.get(index + 1), Some(Row::Remarks(_)));
        if ends || index + 1 == rows.len() {
            units.push(n_rows);
            n_rows = 0;
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeface::Typeface;

    fn table(n_rows: usize, text: &str) -> Table {
        let row = || Row::Cells(vec![Cell::from(text), Cell::from("61.20")]);
        let rows = (0..n_rows).flat_map(|_| [row(), Row::Remarks(vec![Phrase::small("a remark")])]);
        Table {
            label: "test",
            columns: vec![Column::words("Structure", 100.0), Column::numbers("Dose\nGy", 50.0)],
            rows: std::iter::once(Row::Group(Phrase::bold("group"))).chain(rows).collect(),
        }
    }

    #[test]
    fn rows_stay_with_their_heading_and_their_remarks() {
        assert_eq!(units(&table(2, "x").rows), [3, 2]);
        assert_eq!(units(&[Row::Group(Phrase::default())]), [1]);
    }

    #[test]
    fn columns_share_the_width() {
        let places = places(&table(1, "x").columns);
        assert_eq!(places[0][0], LEFT);
        assert!((places[1][0] + places[1][1] - LEFT - TEXT_WIDTH).abs() < 1e-3);
    }

    #[test]
    fn nothing_is_set_below_the_text() {
        let long = "a long text that fills more than a page ".repeat(300);
        for (n_rows, text) in [(100, "short"), (2, long.as_str())] {
            let mut flow = Flow::new(Typeface::builtin().unwrap());
            flow.table(&table(n_rows, text));
            let (pages, _) = flow.finish();
            assert!(pages.len() > 1);
            let mut baselines = pages.iter().flat_map(|page| &page.items).filter_map(|item| match item {
                crate::drawing::Item::Text { at, .. } => Some(at[1]),
                _ => None,
            });
            assert!(baselines.all(|y| (TOP..=BOTTOM).contains(&y)));
        }
    }
}
