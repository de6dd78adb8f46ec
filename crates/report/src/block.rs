//! What the report says, before it is known whether it becomes a page of the web or of paper.

use crate::drawing::{Color, Drawing, Weight};
use crate::palette::{INK, Tone};
use crate::symbol::Symbol;

/// Colour of a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Body text.
    Normal,
    /// What matters less.
    Muted,
    /// What belongs to a tone.
    Toned(Tone),
}

impl Ink {
    /// Its colour.
    pub(crate) fn color(self) -> Color {
        match self {
            Self::Normal => INK,
            Self::Muted => Tone::Neutral.ink(),
            Self::Toned(tone) => tone.ink(),
        }
    }
}

/// A part of a text in one style.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    /// The text.
    pub(crate) text: String,
    /// Strength.
    pub(crate) weight: Weight,
    /// Colour.
    pub(crate) ink: Ink,
}

/// A text of several styles, with or without a sign before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Phrase {
    /// Sign before the text.
    pub(crate) symbol: Option<Symbol>,
    /// Parts of the text.
    pub(crate) spans: Vec<Span>,
    /// Whether it is set in small type.
    pub(crate) is_small: bool,
}

impl Phrase {
    /// Body text.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::default().with(text, Weight::Regular, Ink::Normal)
    }

    /// Text that matters.
    pub(crate) fn bold(text: impl Into<String>) -> Self {
        Self::default().with(text, Weight::Bold, Ink::Normal)
    }

    /// Text that matters less, in small type.
    pub(crate) fn small(text: impl Into<String>) -> Self {
        Self { is_small: true, ..Self::default().with(text, Weight::Regular, Ink::Muted) }
    }

    /// A sign with a word that says the same.
    pub(crate) fn signed(symbol: Symbol, word: impl Into<String>) -> Self {
        let phrase = Self::default().with(word, Weight::Bold, Ink::Toned(symbol.tone()));
        Self { symbol: Some(symbol), ..phrase }
    }

    /// Followed by body text.
    pub(crate) fn then(self, text: impl Into<String>) -> Self {
        self.with(text, Weight::Regular, Ink::Normal)
    }

    /// Followed by text that matters less.
    pub(crate) fn then_muted(self, text: impl Into<String>) -> Self {
        self.with(text, Weight::Regular, Ink::Muted)
    }

    fn with(mut self, text: impl Into<String>, weight: Weight, ink: Ink) -> Self {
        self.spans.push(Span { text: text.into(), weight, ink });
        self
    }
}

/// What stands in one place of a table: texts below each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// The texts.
    pub(crate) phrases: Vec<Phrase>,
    /// Ground, where it stands out.
    pub(crate) tone: Option<Tone>,
}

impl Cell {
    /// Several texts below each other.
    pub(crate) fn lines(phrases: Vec<Phrase>) -> Self {
        Self { phrases, tone: None }
    }

    /// The same with another text below.
    pub(crate) fn below(mut self, phrase: Phrase) -> Self {
        self.phrases.push(phrase);
        self
    }
}

impl From<Phrase> for Cell {
    fn from(phrase: Phrase) -> Self {
        Self::lines(vec![phrase])
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Phrase::plain(text).into()
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Phrase::plain(text).into()
    }
}

/// On which side of its column a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its head; lines after the first say the unit or the measure.
    pub(crate) head: Vec<String>,
    /// Its share of the width.
    pub(crate) width: f32,
    /// Where its texts stand.
    pub(crate) align: Align,
}

impl Column {
    /// A column of words.
    pub(crate) fn words(head: &str, width: f32) -> Self {
        Self { head: split_head(head), width, align: Align::Left }
    }

    /// A column of numbers; `\n` in the head begins the line of the unit.
    pub(crate) fn numbers(head: &str, width: f32) -> Self {
        Self { head: split_head(head), width, align: Align::Right }
    }
}

fn split_head(head: &str) -> Vec<String> {
    head.split('\n').map(str::to_owned).collect()
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    /// One cell for each column.
    Cells(Vec<Cell>),
    /// A heading over the rows that follow.
    Group(Phrase),
    /// Remarks on the row before, over the whole width.
    Remarks(Vec<Phrase>),
}

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// What it shows, for readers who do not see it.
    pub(crate) label: &'static str,
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// Its rows.
    pub(crate) rows: Vec<Row>,
}

/// A box that stands out.
#[derive(Clone, Debug)]
pub(crate) struct Callout {
    /// Its sign.
    pub(crate) symbol: Symbol,
    /// Its tone.
    pub(crate) tone: Tone,
    /// Its heading.
    pub(crate) title: String,
    /// What it says.
    pub(crate) body: Vec<Phrase>,
}

/// A number with a sign and a word.
#[derive(Clone, Debug)]
pub(crate) struct Tile {
    /// The sign.
    pub(crate) symbol: Symbol,
    /// The number.
    pub(crate) number: usize,
    /// The word.
    pub(crate) label: &'static str,
}

/// A figure with its caption.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// The figure.
    pub(crate) drawing: Drawing,
    /// Its caption.
    pub(crate) caption: Phrase,
    /// What it shows, for readers who do not see it.
    pub(crate) description: String,
}

/// A part of the report.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// The head of the report.
    Title {
        /// What the report is.
        text: String,
        /// Whose it is.
        subtitle: String,
    },
    /// The heading of a section.
    Heading(&'static str),
    /// The heading within a section.
    Subheading(&'static str),
    /// A paragraph.
    Paragraph(Phrase),
    /// Points.
    Bullets(Vec<Phrase>),
    /// A box that stands out.
    Callout(Callout),
    /// Names with what they are.
    Facts(Vec<(&'static str, Phrase)>),
    /// Numbers side by side.
    Tiles(Vec<Tile>),
    /// A table.
    Table(Table),
    /// A figure.
    Figure(Figure),
}
