//! How each part of the report looks on paper.

use super::flow::{BODY, Flow, draw_line, height_of};
use super::page::{BOTTOM, LEFT, TEXT_WIDTH, TOP};
use crate::block::{Align, Block, Callout, Figure, Phrase, Tile};
use crate::drawing::{Fill, Stroke, TextStyle};
use crate::palette::{ACCENT, INK, MUTED};
use crate::wrapping::{TextLine, wrap};

/// Height of a page that text and figures can fill.
const PAGE_ROOM: f32 = BOTTOM - TOP;
/// Most height of a figure with its caption, so that it stays on a page with its headings.
const MOST_FIGURE: f32 = PAGE_ROOM - HEADING - SUBHEADING - 20.0;
/// Distance between blocks.
const GAP: f32 = 7.0;
/// Height that a heading takes, with its line.
const HEADING: f32 = 27.0;
/// Height that a heading within a section takes.
const SUBHEADING: f32 = 16.0;
/// Facts side by side.
const FACTS_PER_ROW: usize = 3;

impl Flow<'_> {
    /// Sets a block; a heading stays with the beginning of the block that follows.
    pub(super) fn block(&mut self, block: &Block, following: &[Block]) {
        match block {
            Block::Title { text, subtitle } => self.title(text, subtitle),
            Block::Heading(text) => {
                self.gap(15.0);
                self.ensure(HEADING + self.least_height(following));
                self.heading(text);
            }
            Block::Subheading(text) => {
                self.gap(5.0);
                self.ensure(SUBHEADING + self.least_height(following));
                self.subheading(text);
            }
            Block::Paragraph(phrase) => {
                self.paragraph(phrase, 0.0);
                self.gap(GAP);
            }
            Block::Bullets(points) => self.bullets(points),
            Block::Callout(callout) => self.callout(callout),
            Block::Facts(facts) => self.facts(facts),
            Block::Tiles(tiles) => self.tiles(tiles),
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
        }
    }

    /// Height that must follow a heading on its page.
    fn least_height(&self, following: &[Block]) -> f32 {
        let Some((next, others)) = following.split_first() else { return 0.0 };
        match next {
            Block::Figure(figure) => self.figure_height(figure).min(MOST_FIGURE),
            Block::Table(_) => 90.0,
            Block::Subheading(_) => SUBHEADING + self.least_height(others),
            Block::Paragraph(phrase) => {
                let height = height_of(&self.lines(phrase, TEXT_WIDTH)) + GAP;
                let leads_on = matches!(others.first(), Some(Block::Table(_) | Block::Figure(_)));
                if leads_on { height + self.least_height(others) } else { height }
            }
            _ => 50.0,
        }
    }

    fn title(&mut self, text: &str, subtitle: &str) {
        let name = TextStyle::regular(10.5, MUTED);
        self.page.text([LEFT, self.y + 19.0], text, TextStyle::bold(21.0, ACCENT));
        let subtitle = self.typeface.fitted(subtitle, name, TEXT_WIDTH);
        self.page.text([LEFT, self.y + 36.0], subtitle, name);
        self.y += 49.0;
    }

    fn heading(&mut self, text: &'static str) {
        self.bookmark(text);
        self.page.text([LEFT, self.y + 12.5], text, TextStyle::bold(13.0, ACCENT));
        let line = self.y + 18.5;
        self.page.line([LEFT, line], [LEFT + TEXT_WIDTH, line], Stroke::solid(ACCENT, 1.1));
        self.y += HEADING;
    }

    fn subheading(&mut self, text: &str) {
        self.page.text([LEFT, self.y + 10.0], text, TextStyle::bold(9.6, INK));
        self.y += SUBHEADING;
    }

    fn bullets(&mut self, points: &[Phrase]) {
        const INDENT: f32 = 11.0;
        for point in points {
            self.ensure(2.0 * BODY * 1.4);
            let middle = self.y + BODY * 0.69;
            self.page.rect([LEFT + 2.0, middle - 1.3], [2.6, 2.6], 1.3, Fill::solid(ACCENT));
            self.paragraph(point, INDENT);
            self.gap(3.2);
        }
        self.gap(GAP - 3.2);
    }

    /// A box whose text may go on over the page.
    fn callout(&mut self, callout: &Callout) {
        const SIDE: f32 = 12.0;
        const EDGE: f32 = 8.0;
        let width = TEXT_WIDTH - 2.0 * SIDE;
        let heading = Phrase { symbol: Some(callout.symbol), ..Phrase::bold(callout.title.clone()) };
        let mut lines = wrap(self.typeface, &heading, 10.0, width);
        lines.extend(callout.body.iter().flat_map(|phrase| self.lines(phrase, width)));
        if height_of(&lines) + 2.0 * EDGE <= PAGE_ROOM {
            self.ensure(height_of(&lines) + 2.0 * EDGE);
        }
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let n_lines = fitting(rest, self.room() - 2.0 * EDGE);
            let (here, later) = rest.split_at(n_lines);
            let height = height_of(here) + 2.0 * EDGE;
            self.page.rect([LEFT, self.y], [TEXT_WIDTH, height], 3.0, Fill::solid(callout.tone.ground()));
            self.page.rect([LEFT, self.y], [3.5, height], 0.0, Fill::solid(callout.tone.ink()));
            let mut y = self.y + EDGE - 1.0;
            for line in here {
                draw_line(&mut self.page, line, [LEFT + SIDE, y], (width, Align::Left));
                y += line.height();
            }
            self.y += height;
            rest = later;
            if !rest.is_empty() {
                self.new_page();
            }
        }
        self.gap(GAP + 2.0);
    }

    /// Names with what they are, side by side.
    fn facts(&mut self, facts: &[(&'static str, Phrase)]) {
        let width = TEXT_WIDTH / FACTS_PER_ROW as f32;
        for row in facts.chunks(FACTS_PER_ROW) {
            let set: Vec<Vec<TextLine>> = row.iter().map(|(_, phrase)| self.lines(phrase, width - 10.0)).collect();
            let height = 11.0 + set.iter().map(|lines| height_of(lines)).fold(0.0, f32::max);
            self.ensure(height);
            for (column, ((name, _), lines)) in row.iter().zip(&set).enumerate() {
                let x = LEFT + column as f32 * width;
                self.page.text([x, self.y + 7.5], *name, TextStyle::regular(6.8, MUTED));
                let mut y = self.y + 10.5;
                for line in lines {
                    draw_line(&mut self.page, line, [x, y], (width, Align::Left));
                    y += line.height();
                }
            }
            self.y += height + 4.0;
        }
        self.gap(GAP - 2.0);
    }

    /// Numbers with signs and words, side by side.
    fn tiles(&mut self, tiles: &[Tile]) {
        const SPACE: f32 = 8.0;
        const HEIGHT: f32 = 32.0;
        let n_tiles = tiles.len().max(1) as f32;
        let width = (TEXT_WIDTH - SPACE * (n_tiles - 1.0)) / n_tiles;
        self.ensure(HEIGHT);
        for (index, tile) in tiles.iter().enumerate() {
            let x = LEFT + index as f32 * (width + SPACE);
            let number = TextStyle::bold(15.0, INK);
            let ground = Fill::solid(tile.symbol.tone().ground());
            self.page.rect([x, self.y], [width, HEIGHT], 3.0, ground);
            tile.symbol.draw(&mut self.page, [x + 17.0, self.y + HEIGHT / 2.0], 13.5);
            let text = tile.number.to_string();
            self.page.text([x + 31.0, self.y + 21.4], text.clone(), number);
            let beside = x + 36.5 + self.typeface.width(&text, number);
            self.page.text([beside, self.y + 20.8], tile.label, TextStyle::regular(8.2, INK));
        }
        self.y += HEIGHT + GAP + 2.0;
    }

    fn figure_height(&self, figure: &Figure) -> f32 {
        figure.drawing.height + 6.0 + height_of(&self.lines(&figure.caption, TEXT_WIDTH))
    }

    /// A figure with its caption; a figure that is higher than a page becomes smaller.
    fn figure(&mut self, figure: &Figure) {
        let caption = self.figure_height(figure) - figure.drawing.height;
        let room = MOST_FIGURE - caption;
        let scale = (TEXT_WIDTH / figure.drawing.width).min(room / figure.drawing.height).min(1.0);
        let height = figure.drawing.height * scale;
        self.ensure(height + caption);
        self.page.place(figure.drawing.clone(), [LEFT, self.y], scale);
        self.y += height + 6.0;
        self.paragraph(&figure.caption, 0.0);
        self.gap(GAP + 4.0);
    }
}

/// Number of lines that fit into a height; at least one, so that setting ends.
pub(super) fn fitting(lines: &[TextLine], height: f32) -> usize {
    let mut used = 0.0;
    let fits = |line: &&TextLine| {
        used += line.height();
        used <= height
    };
    lines.iter().take_while(fits).count().max(1)
}
