//! The fonts of the PDF: which characters they have, how wide a text is, which glyphs show it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use rustybuzz::{Direction, Face, ShapePlan, UnicodeBuffer, script, shape_with_plan, ttf_parser};

use crate::ReportError;
use crate::drawing::{TextStyle, Weight};

const REGULAR: &[u8] = include_bytes!("../fonts/RertSans-Regular.otf");
const BOLD: &[u8] = include_bytes!("../fonts/RertSans-Bold.otf");

/// Stands for a character that the fonts do not have.
const MISSING: char = '□';
/// Ends a text that was cut off.
const CUT_OFF: char = '…';

/// A shape of the font, with lengths as a share of the size of the text.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    /// Number of the shape in the font.
    pub(crate) id: u32,
    /// How far the next one stands.
    pub(crate) advance: f32,
    /// How far it is moved to the right and up from where it stands.
    pub(crate) offset: [f32; 2],
    /// The part of the text that it shows.
    pub(crate) bytes: Range<usize>,
}

/// A font of one strength.
struct FontFace {
    face: Face<'static>,
    plan: ShapePlan,
}

impl FontFace {
    fn read(data: &'static [u8]) -> Option<Self> {
        let face = Face::from_slice(data, 0)?;
        // The rules of the fonts are the same for all their scripts, so one plan serves every text.
        let plan = ShapePlan::new(&face, Direction::LeftToRight, Some(script::LATIN), None, &[]);
        Some(Self { face, plan })
    }

    fn has(&self, character: char) -> bool {
        let face: &ttf_parser::Face<'_> = &self.face;
        face.glyph_index(character).is_some()
    }

    fn shape(&self, text: &str) -> Vec<Glyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = shape_with_plan(&self.face, &self.plan, buffer);
        let em = self.face.units_per_em() as f32;
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let glyph = |index: usize| {
            let (info, position) = (&shaped.glyph_infos()[index], &shaped.glyph_positions()[index]);
            let start = starts[index];
            let end = starts[index..].iter().copied().find(|&later| later > start).unwrap_or(text.len());
            Glyph {
                id: info.glyph_id,
                advance: position.x_advance as f32 / em,
                offset: [position.x_offset as f32 / em, position.y_offset as f32 / em],
                bytes: start..end,
            }
        };
        (0..starts.len()).map(glyph).collect()
    }
}

/// The fonts that are part of the program.
pub(crate) struct Typeface {
    regular: FontFace,
    bold: FontFace,
}

impl Typeface {
    /// The fonts, read once.
    ///
    /// # Errors
    /// When the files were replaced by something that is not a font.
    pub(crate) fn builtin() -> Result<&'static Self, ReportError> {
        static BUILTIN: LazyLock<Option<Typeface>> = LazyLock::new(Typeface::read);
        BUILTIN.as_ref().ok_or(ReportError::Font)
    }

    fn read() -> Option<Self> {
        Some(Self { regular: FontFace::read(REGULAR)?, bold: FontFace::read(BOLD)? })
    }

    /// The file of a font.
    pub(crate) fn data(weight: Weight) -> &'static [u8] {
        match weight {
            Weight::Regular => REGULAR,
            Weight::Bold => BOLD,
        }
    }

    /// The text with a box for every character that the fonts do not have, so that no name stops a report.
    pub(crate) fn supported<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let is_known = |character: char| !character.is_control() && self.regular.has(character);
        if text.chars().all(is_known) {
            return Cow::Borrowed(text);
        }
        let replaced = text.chars().map(|character| match character {
            known if is_known(known) => known,
            control if control.is_control() => ' ',
            _ => MISSING,
        });
        Cow::Owned(replaced.collect())
    }

    /// The shapes that show a text which the fonts support.
    pub(crate) fn shape(&self, text: &str, weight: Weight) -> Vec<Glyph> {
        match weight {
            Weight::Regular => self.regular.shape(text),
            Weight::Bold => self.bold.shape(text),
        }
    }

    /// Width of a text.
    pub(crate) fn width(&self, text: &str, style: TextStyle) -> f32 {
        let glyphs = self.shape(&self.supported(text), style.weight);
        glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * style.size
    }

    /// Width of a text on a page, where the reader's own font may run wider than ours.
    pub(crate) fn roomy_width(&self, text: &str, style: TextStyle) -> f32 {
        self.width(text, style) * 1.07
    }

    /// The text, cut off where it would be wider than a room.
    pub(crate) fn fitted(&self, text: &str, style: TextStyle, room: f32) -> String {
        if self.roomy_width(text, style) <= room {
            return text.to_owned();
        }
        let mut kept: Vec<char> = text.chars().collect();
        while kept.pop().is_some() {
            let mut shorter = kept.iter().collect::<String>().trim_end().to_owned();
            shorter.push(CUT_OFF);
            if self.roomy_width(&shorter, style) <= room {
                return shorter;
            }
        }
        CUT_OFF.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::INK;

    const STYLE: TextStyle = TextStyle::regular(10.0, INK);

    #[test]
    fn what_the_report_writes_is_in_the_fonts() {
        let typeface = Typeface::builtin().unwrap();
        let text = "α/β ≥ ≤ – — − × · ² ³ → … □ Łódź Ångström Жук\u{a0}%";
        assert!(matches!(typeface.supported(text), Cow::Borrowed(_)));
        assert_eq!(typeface.supported("臓器\tA"), "□□ A");
    }

    #[test]
    fn figures_are_equally_wide() {
        let typeface = Typeface::builtin().unwrap();
        let widths: Vec<f32> = (0..10).map(|digit| typeface.width(&digit.to_string(), STYLE)).collect();
        assert!(widths.iter().all(|width| (width - widths[0]).abs() < 1e-3), "{widths:?}");
    }

    #[test]
    fn a_text_that_is_too_wide_is_cut_off() {
        let typeface = Typeface::builtin().unwrap();
        let cut = typeface.fitted("A very long name of a structure", STYLE, 60.0);
        assert!(cut.ends_with(CUT_OFF) && typeface.width(&cut, STYLE) <= 60.0, "{cut}");
        assert_eq!(typeface.fitted("Lens_L", STYLE, 60.0), "Lens_L");
    }

    #[test]
    fn every_part_of_a_text_belongs_to_a_glyph() {
        let text = "Größe ≥ 2";
        let glyphs = Typeface::builtin().unwrap().shape(text, Weight::Bold);
        assert_eq!(glyphs.first().map(|glyph| glyph.bytes.start), Some(0));
        assert_eq!(glyphs.last().map(|glyph| glyph.bytes.end), Some(text.len()));
        assert!(glyphs.windows(2).all(|pair| pair[0].bytes.end == pair[1].bytes.start));
    }
}
