//! Breaking text into lines that fit.

use crate::block::{Phrase, Span};
use crate::drawing::TextStyle;
use crate::symbol::Symbol;
use crate::typeface::Typeface;

/// Where a word that is too wide is cut best; a blank that does not break is cut before a letter is.
const CUTS: [char; 7] = ['_', '-', '.', '/', ',', '–', '\u{a0}'];

/// Distance of a text from the left end of its sign, as a share of the size of the text.
const SIGN_WIDTH: f32 = 1.45;

/// A part of a line in one style.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// Distance from the left end of the line.
    pub(crate) x: f32,
    /// The text.
    pub(crate) text: String,
    /// Its style.
    pub(crate) style: TextStyle,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TextLine {
    /// Its parts.
    pub(crate) runs: Vec<Run>,
    /// Its width without blanks at its end.
    pub(crate) width: f32,
    /// Size of its text.
    pub(crate) size: f32,
    /// Sign at its left end; only the first line of a phrase has one.
    pub(crate) symbol: Option<Symbol>,
}

impl TextLine {
    /// Distance to the line below.
    pub(crate) fn height(&self) -> f32 {
        self.size * 1.4
    }

    /// Distance from its top to where the letters stand.
    pub(crate) fn baseline(&self) -> f32 {
        self.size * 1.05
    }
}

/// Breaks a phrase into lines that are not wider than a room; words that are wider are cut.
pub(crate) fn wrap(typeface: &Typeface, phrase: &Phrase, size: f32, room: f32) -> Vec<TextLine> {
    let indent = if phrase.symbol.is_some() { size * SIGN_WIDTH } else { 0.0 };
    let mut setter = Setter { typeface, room, indent, size, lines: Vec::new(), line: empty_line(size, indent) };
    setter.line.symbol = phrase.symbol;
    for span in &phrase.spans {
        setter.span(span);
    }
    setter.break_line();
    setter.lines
}

fn empty_line(size: f32, indent: f32) -> TextLine {
    TextLine { runs: Vec::new(), width: indent, size, symbol: None }
}

struct Setter<'a> {
    typeface: &'a Typeface,
    room: f32,
    indent: f32,
    size: f32,
    lines: Vec<TextLine>,
    line: TextLine,
}

impl Setter<'_> {
    fn span(&mut self, span: &Span) {
        let style = TextStyle { size: self.size, weight: span.weight, color: span.ink.color() };
        let text = self.typeface.supported(&span.text).into_owned();
        for word in text.split_inclusive(' ') {
            self.word(word, style);
        }
    }

    fn word(&mut self, word: &str, style: TextStyle) {
        let mut rest = word;
        while !rest.is_empty() {
            let is_first = self.line.runs.is_empty();
            if is_first {
                rest = rest.trim_start_matches(' ');
            }
            if self.line.width + self.typeface.width(rest.trim_end_matches(' '), style) <= self.room {
                self.append(rest, style);
                return;
            }
            if is_first {
                let (head, tail) = rest.split_at(self.longest_beginning(rest, style));
                self.append(head, style);
                rest = tail;
            }
            self.break_line();
        }
    }

    /// Number of bytes of the longest beginning of a word that fits; at least one letter, so that setting ends.
    fn longest_beginning(&self, word: &str, style: TextStyle) -> usize {
        let ends: Vec<usize> = word.char_indices().skip(1).map(|(index, _)| index).chain([word.len()]).collect();
        let fits = |end: &&usize| self.indent + self.typeface.width(&word[..**end], style) <= self.room;
        let fitting = ends.iter().take_while(fits).count().max(1);
        let fitting = &ends[..fitting.min(ends.len())];
        let after_a_sign = fitting.iter().rev().find(|end| word[..**end].ends_with(&CUTS[..]));
        after_a_sign.or(fitting.last()).copied().unwrap_or(word.len())
    }

    fn append(&mut self, text: &str, style: TextStyle) {
        if text.is_empty() {
            return;
        }
        match self.line.runs.last_mut() {
            Some(run) if run.style == style => run.text.push_str(text),
            _ => self.line.runs.push(Run { x: self.line.width, text: text.to_owned(), style }),
        }
        self.line.width += self.typeface.width(text, style);
    }

    fn break_line(&mut self) {
        let mut line = std::mem::replace(&mut self.line, empty_line(self.size, self.indent));
        if let Some(run) = line.runs.last_mut() {
            run.text.truncate(run.text.trim_end_matches(' ').len());
            line.width = run.x + self.typeface.width(&run.text, run.style);
        }
        self.lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "converting absorbed dose on its native grid: the plan 1.2.840.113619.2.55.3.604688119.971.1 has \
                        fraction numbers that do not fit (planned 33, delivered 34); state fractions_delivered in case.toml";

    #[test]
    fn no_line_is_wider_than_its_room() {
        let typeface = Typeface::builtin().unwrap();
        for symbol in [None, Some(Symbol::Warning)] {
            let phrase = Phrase { symbol, ..Phrase::plain(LONG).then(" and what matters ").then_muted(LONG) };
            for room in [24.0, 40.0, 80.0, 160.0, 500.0] {
                let lines = wrap(typeface, &phrase, 8.0, room);
                assert!(lines.iter().all(|line| line.width <= room + 0.01), "{room}");
            }
        }
    }

    #[test]
    fn no_word_is_lost() {
        let typeface = Typeface::builtin().unwrap();
        let lines = wrap(typeface, &Phrase::plain(LONG), 8.0, 300.0);
        let joined: Vec<&str> = lines.iter().flat_map(|line| &line.runs).map(|run| run.text.as_str()).collect();
        assert_eq!(joined.join(" "), LONG);
        let cut: String = wrap(typeface, &Phrase::plain("Supercalifragilistic"), 8.0, 30.0)
            .iter()
            .flat_map(|line| &line.runs)
            .map(|run| run.text.as_str())
            .collect();
        assert_eq!(cut, "Supercalifragilistic");
    }

    #[test]
    fn a_word_is_cut_behind_a_sign() {
        let typeface = Typeface::builtin().unwrap();
        let lines = wrap(typeface, &Phrase::plain("[raystation_scripts]"), 8.0, 60.0);
        let texts: Vec<&str> = lines.iter().map(|line| line.runs[0].text.as_str()).collect();
        assert_eq!(texts, ["[raystation_", "scripts]"]);
    }

    #[test]
    fn a_sign_stands_only_before_the_first_line() {
        let typeface = Typeface::builtin().unwrap();
        let lines = wrap(typeface, &Phrase::signed(Symbol::Cross, LONG), 8.0, 120.0);
        assert_eq!(lines[0].symbol, Some(Symbol::Cross));
        assert!(lines.len() > 2 && lines[1..].iter().all(|line| line.symbol.is_none()));
        assert!(lines.iter().all(|line| line.runs[0].x > 8.0));
    }

    #[test]
    fn an_empty_phrase_is_an_empty_line() {
        let lines = wrap(Typeface::builtin().unwrap(), &Phrase::default(), 8.0, 120.0);
        assert_eq!(lines.len(), 1);
    }
}
