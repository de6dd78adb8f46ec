//! The page: its size, and what stands on every one.

use assessment::Assessment;

use crate::disclaimer::{DISCLAIMER, RUNNING_TITLE};
use crate::drawing::{Anchor, Drawing, Stroke, TextStyle};
use crate::palette::{ACCENT, FAINT, MUTED, Tone};
use crate::typeface::Typeface;
use crate::wording::UNKNOWN;

/// Width of A4.
pub(super) const PAGE_WIDTH: f32 = 595.276;
/// Height of A4.
pub(super) const PAGE_HEIGHT: f32 = 841.89;
/// Left end of the text.
pub(super) const LEFT: f32 = 42.0;
/// Width of the text; figures are made for it.
pub(super) const TEXT_WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
/// Where the text begins.
pub(super) const TOP: f32 = 58.0;
/// Where the text ends.
pub(super) const BOTTOM: f32 = PAGE_HEIGHT - 54.0;

const RIGHT: f32 = LEFT + TEXT_WIDTH;
const HEAD: f32 = 33.0;
const FOOT: f32 = PAGE_HEIGHT - 30.0;
const RUNNING: TextStyle = TextStyle::regular(7.2, MUTED);
const NAME: TextStyle = TextStyle::bold(7.2, ACCENT);
const DISCLAIMED: TextStyle = TextStyle::regular(6.6, MUTED);

/// Head and foot of all pages.
pub(super) struct PageFrame {
    patient: String,
    state: &'static str,
    n_pages: usize,
}

impl PageFrame {
    /// Whose report it is, and whether it can be relied on, for a number of pages.
    pub(super) fn of(assessment: &Assessment, typeface: &Typeface, n_pages: usize) -> Self {
        let id = assessment.patient.id.as_str();
        let text = format!("Patient ID {}", if id.is_empty() { UNKNOWN } else { id });
        Self {
            patient: typeface.fitted(&text, RUNNING, 0.32 * TEXT_WIDTH),
            state: match (assessment.refused, assessment.provisional) {
                (true, _) => "REFUSED",
                (false, true) => "PROVISIONAL",
                (false, false) => "",
            },
            n_pages,
        }
    }

    /// Draws head and foot of a page, counted from 1.
    pub(super) fn draw(&self, page: &mut Drawing, number: usize) {
        let line = Stroke::solid(FAINT, 0.7);
        page.text([LEFT, HEAD], RUNNING_TITLE, NAME);
        page.anchored([RIGHT, HEAD], self.patient.clone(), RUNNING, Anchor::End);
        if !self.state.is_empty() {
            let tone = if self.state == "REFUSED" { Tone::Bad } else { Tone::Caution };
            page.anchored([PAGE_WIDTH / 2.0, HEAD], self.state, TextStyle::bold(7.2, tone.ink()), Anchor::Middle);
        }
        page.line([LEFT, HEAD + 6.5], [RIGHT, HEAD + 6.5], line);
        page.line([LEFT, FOOT - 10.5], [RIGHT, FOOT - 10.5], line);
        page.text([LEFT, FOOT], DISCLAIMER, DISCLAIMED);
        let count = format!("page {number} of {}", self.n_pages);
        page.anchored([RIGHT, FOOT], count, RUNNING, Anchor::End);
    }
}
