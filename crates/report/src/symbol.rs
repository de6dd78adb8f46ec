//! Signs that stand beside words, so that no colour has to say it alone.

use guidelines::Verdict;

use crate::drawing::{Anchor, Drawing, Fill, Place, Stroke, TextStyle};
use crate::palette::{Tone, WHITE};

/// A sign of its own shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// A tick in a disc.
    Tick,
    /// A cross in an octagon.
    Cross,
    /// A question mark in a diamond.
    Question,
    /// A dash in a disc.
    Dash,
    /// An exclamation mark in a triangle.
    Warning,
    /// A letter i in a disc.
    Note,
}

impl Symbol {
    /// The sign of a verdict.
    pub(crate) fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Met => Self::Tick,
            Verdict::Exceeded => Self::Cross,
            Verdict::Uncertain => Self::Question,
            Verdict::NotEvaluable => Self::Dash,
        }
    }

    /// The sign of a severity.
    pub(crate) fn of_severity(severity: case::Severity) -> Self {
        match severity {
            case::Severity::Refuse => Self::Cross,
            case::Severity::Warn => Self::Warning,
            case::Severity::Note => Self::Note,
        }
    }

    /// What it is about.
    pub(crate) fn tone(self) -> Tone {
        match self {
            Self::Tick => Tone::Good,
            Self::Cross => Tone::Bad,
            Self::Question | Self::Warning => Tone::Caution,
            Self::Dash | Self::Note => Tone::Neutral,
        }
    }

    /// The character that a page shows.
    pub(crate) fn character(self) -> char {
        match self {
            Self::Tick => '✓',
            Self::Cross => '✕',
            Self::Question => '?',
            Self::Dash => '–',
            Self::Warning => '!',
            Self::Note => 'i',
        }
    }

    /// Draws the sign around a centre, as shapes, since not every font has such characters.
    pub(crate) fn draw(self, drawing: &mut Drawing, centre: Place, diameter: f32) {
        let [x, y] = centre;
        let r = diameter / 2.0;
        let at = |dx: f32, dy: f32| [x + dx * r, y + dy * r];
        drawing.polygon(self.ground(centre, r), Fill::solid(self.tone().ink()));
        let stroke = Stroke::solid(WHITE, diameter * 0.13);
        match self {
            Self::Tick => drawing.polyline(vec![at(-0.45, 0.05), at(-0.12, 0.38), at(0.48, -0.34)], stroke),
            Self::Cross => {
                drawing.line(at(-0.36, -0.36), at(0.36, 0.36), stroke);
                drawing.line(at(-0.36, 0.36), at(0.36, -0.36), stroke);
            }
            Self::Dash => drawing.line(at(-0.45, 0.0), at(0.45, 0.0), stroke),
            Self::Question => letter(drawing, at(0.0, 0.48), "?", diameter * 0.66),
            Self::Warning => letter(drawing, at(0.0, 0.66), "!", diameter * 0.66),
            Self::Note => letter(drawing, at(0.0, 0.5), "i", diameter * 0.7),
        }
    }

    fn ground(self, centre: Place, radius: f32) -> Vec<Place> {
        match self {
            Self::Cross => regular_polygon(centre, radius * 1.04, 8, 22.5),
            Self::Question => regular_polygon(centre, radius * 1.14, 4, 0.0),
            Self::Warning => regular_polygon([centre[0], centre[1] + radius * 0.22], radius * 1.22, 3, -90.0),
            Self::Tick | Self::Dash | Self::Note => regular_polygon(centre, radius, 32, 0.0),
        }
    }
}

fn letter(drawing: &mut Drawing, at: Place, letter: &str, size: f32) {
    drawing.anchored(at, letter, TextStyle::bold(size, WHITE), Anchor::Middle);
}

fn regular_polygon(centre: Place, radius: f32, n_corners: usize, first_degrees: f32) -> Vec<Place> {
    let step = std::f32::consts::TAU / n_corners as f32;
    let angles = (0..n_corners).map(|corner| first_degrees.to_radians() + corner as f32 * step);
    angles.map(|angle| [centre[0] + radius * angle.cos(), centre[1] + radius * angle.sin()]).collect()
}
