//! Colours of the report, chosen to be told apart without seeing red and green.
//!
//! No colour carries a meaning alone: a symbol, a word, a dash or a number always says the same.

use crate::drawing::Color;

/// Text.
pub(crate) const INK: Color = Color::hex(0x1c_2530);
/// Text of less weight.
pub(crate) const MUTED: Color = Color::hex(0x55_606d);
/// Headings.
pub(crate) const ACCENT: Color = Color::hex(0x12_284c);
/// Axes of plots and frames.
pub(crate) const AXIS: Color = Color::hex(0x9a_a5b1);
/// Lines between rows, grids of plots.
pub(crate) const FAINT: Color = Color::hex(0xdf_e4e9);
/// Ground of table heads and of neutral boxes.
pub(crate) const GROUND: Color = Color::hex(0xf1_f4f7);
/// Paper.
pub(crate) const WHITE: Color = Color::hex(0xff_ffff);
/// Dark casing of lines on pictures.
pub(crate) const BLACK: Color = Color::hex(0x00_0000);
/// Where a picture has no image.
pub(crate) const NO_IMAGE: Color = Color::hex(0x12_161b);

/// The cumulative dose.
pub(crate) const CUMULATIVE: Color = Color::hex(0x12_284c);
/// The current course.
pub(crate) const CURRENT: Color = Color::hex(0x00_72b2);
/// Prior courses in their order, repeated when there are more.
pub(crate) const PRIOR: [Color; 4] =
    [Color::hex(0xd5_5e00), Color::hex(0x8a_5a9e), Color::hex(0x7a_5a00), Color::hex(0x00_795c)];

/// Outlines of structures on pictures: bright, and apart from the dose colours.
pub(crate) const OUTLINES: [Color; 8] = [
    Color::hex(0x56_c8ff),
    Color::hex(0x00_d68f),
    Color::hex(0xff_ffff),
    Color::hex(0xb3_e66b),
    Color::hex(0xff_9ecb),
    Color::hex(0x7f_e0e0),
    Color::hex(0xc9_b7ff),
    Color::hex(0xe6_d690),
];
/// The outline of the patient on pictures.
pub(crate) const BODY: Color = Color::hex(0xc8_d0d8);

/// Knots of a map from dark violet to yellow whose lightness rises evenly.
const DOSE: [Color; 9] = [
    Color::hex(0x0d_0887),
    Color::hex(0x4b_03a1),
    Color::hex(0x7d_03a8),
    Color::hex(0xa8_2296),
    Color::hex(0xcb_4679),
    Color::hex(0xe5_6b5d),
    Color::hex(0xf8_9441),
    Color::hex(0xfd_c328),
    Color::hex(0xf0_f921),
];

/// Colour of a dose, given as a share of the highest one.
pub(crate) fn dose_color(share: f32) -> Color {
    let along = share.clamp(0.0, 1.0) * (DOSE.len() - 1) as f32;
    let knot = (along as usize).min(DOSE.len() - 2);
    DOSE[knot].mixed(DOSE[knot + 1], along - knot as f32)
}

/// What a box or a word is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it should be.
    Good,
    /// To be looked at.
    Caution,
    /// Beyond a limit, or refused.
    Bad,
    /// Neither.
    Neutral,
}

impl Tone {
    /// Colour of text and symbols.
    pub(crate) fn ink(self) -> Color {
        match self {
            Self::Good => Color::hex(0x00_694f),
            Self::Caution => Color::hex(0x8a_5a00),
            Self::Bad => Color::hex(0xa8_320a),
            Self::Neutral => MUTED,
        }
    }

    /// Colour of the ground behind text.
    pub(crate) fn ground(self) -> Color {
        match self {
            Self::Good => Color::hex(0xe6_f4ef),
            Self::Caution => Color::hex(0xfd_f3da),
            Self::Bad => Color::hex(0xfd_eae2),
            Self::Neutral => GROUND,
        }
    }

    /// Name of the class in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Caution => "caution",
            Self::Bad => "bad",
            Self::Neutral => "neutral",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dose_map_gets_lighter() {
        let lightness = |share: f32| {
            let Color(red, green, blue) = dose_color(share);
            0.3 * f32::from(red) + 0.59 * f32::from(green) + 0.11 * f32::from(blue)
        };
        let steps: Vec<f32> = (0..=16).map(|step| lightness(step as f32 / 16.0)).collect();
        assert!(steps.windows(2).all(|pair| pair[1] > pair[0]), "{steps:?}");
        assert_eq!(dose_color(2.0), DOSE[8]);
    }
}
