//! Setting parts of the report below each other, page after page.

use super::page::{BOTTOM, LEFT, PAGE_HEIGHT, PAGE_WIDTH, TEXT_WIDTH, TOP};
use crate::block::{Align, Phrase};
use crate::drawing::Drawing;
use crate::typeface::Typeface;
use crate::wrapping::{TextLine, wrap};

/// Size of body text.
pub(super) const BODY: f32 = 8.6;
/// Size of small text.
pub(super) const SMALL: f32 = 7.2;

/// A heading that a reader can jump to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bookmark {
    /// Its text.
    pub(super) title: &'static str,
    /// Index of its page.
    pub(super) page: usize,
    /// Its distance from the top of the page.
    pub(super) y: f32,
}

/// The pages that are full and the one that is being filled.
pub(super) struct Flow<'a> {
    /// The fonts.
    pub(super) typeface: &'a Typeface,
    /// The page that is being filled.
    pub(super) page: Drawing,
    /// Where the next part begins.
    pub(super) y: f32,
    full: Vec<Drawing>,
    bookmarks: Vec<Bookmark>,
}

impl<'a> Flow<'a> {
    /// An empty first page.
    pub(super) fn new(typeface: &'a Typeface) -> Self {
        Self { typeface, page: empty_page(), y: TOP, full: Vec::new(), bookmarks: Vec::new() }
    }

    /// All pages, and the headings on them.
    pub(super) fn finish(mut self) -> (Vec<Drawing>, Vec<Bookmark>) {
        self.full.push(self.page);
        (self.full, self.bookmarks)
    }

    /// Height that is left on the page.
    pub(super) fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Whether nothing stands on the page yet.
    pub(super) fn is_at_top(&self) -> bool {
        self.y <= TOP
    }

    /// Begins the next page.
    pub(super) fn new_page(&mut self) {
        self.full.push(std::mem::replace(&mut self.page, empty_page()));
        self.y = TOP;
    }

    /// Begins the next page unless a part of some height fits on this one. A part that is higher than a page begins
    /// wherever it stands.
    pub(super) fn ensure(&mut self, height: f32) {
        if height > self.room() && !self.is_at_top() {
            self.new_page();
        }
    }

    /// Leaves a gap, but not at the top of a page.
    pub(super) fn gap(&mut self, height: f32) {
        if !self.is_at_top() {
            self.y += height;
        }
    }

    /// Notes that a heading stands here.
    pub(super) fn bookmark(&mut self, title: &'static str) {
        self.bookmarks.push(Bookmark { title, page: self.full.len(), y: (self.y - 6.0).max(0.0) });
    }

    /// Breaks a phrase into lines.
    pub(super) fn lines(&self, phrase: &Phrase, width: f32) -> Vec<TextLine> {
        wrap(self.typeface, phrase, if phrase.is_small { SMALL } else { BODY }, width)
    }

    /// Sets a phrase over the whole width or, with an indent, a part of it.
    pub(super) fn paragraph(&mut self, phrase: &Phrase, indent: f32) {
        for line in self.lines(phrase, TEXT_WIDTH - indent) {
            self.ensure(line.height());
            draw_line(&mut self.page, &line, [LEFT + indent, self.y], (TEXT_WIDTH - indent, Align::Left));
            self.y += line.height();
        }
    }
}

fn empty_page() -> Drawing {
    Drawing::new(PAGE_WIDTH, PAGE_HEIGHT)
}

/// Height of lines below each other.
pub(super) fn height_of(lines: &[TextLine]) -> f32 {
    lines.iter().map(TextLine::height).sum()
}

/// Draws a line of text whose upper left corner is given, on one side of its room.
pub(super) fn draw_line(page: &mut Drawing, line: &TextLine, corner: [f32; 2], (room, align): (f32, Align)) {
    let x = match align {
        Align::Left => corner[0],
        Align::Right => corner[0] + (room - line.width).max(0.0),
    };
    let baseline = corner[1] + line.baseline();
    if let Some(symbol) = line.symbol {
        symbol.draw(page, [x + line.size * 0.52, baseline - line.size * 0.36], line.size * 1.02);
    }
    for run in line.runs.iter().filter(|run| !run.text.is_empty()) {
        page.text([x + run.x, baseline], run.text.clone(), run.style);
    }
}
