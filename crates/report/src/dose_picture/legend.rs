//! What colours, lines and numbers on the pictures mean.

use super::overlay::{isodose_color, outline_stroke};
use super::raster::{COVERAGE, LEAST_SHARE};
use super::{Outlined, Scene};
use crate::drawing::{Anchor, Drawing, Fill, Stroke, TextStyle};
use crate::palette::{AXIS, BLACK, INK, MUTED, WHITE, dose_color};
use crate::wording::dose_number;

const HEADING: TextStyle = TextStyle::bold(7.6, INK);
const ENTRY: TextStyle = TextStyle::regular(6.9, INK);
const REMARK: TextStyle = TextStyle::regular(6.6, MUTED);

const BAR_WIDTH: f32 = 11.0;
const BAR_HEIGHT: f32 = 130.0;
const BAR_TOP: f32 = 16.0;
const SLICES: usize = 52;
const ENTRY_HEIGHT: f32 = 7.8;
const ROW_HEIGHT: f32 = 11.0;

/// The scale of the dose with its isodose levels, and the structures with their numbers.
pub(super) fn legend(scene: &Scene<'_>, width: f32) -> Drawing {
    let bottom = BAR_TOP + BAR_HEIGHT;
    let structures = bottom + 22.0;
    let height = structures + ROW_HEIGHT * scene.outlined.len() as f32 + 8.0;
    let mut drawing = Drawing::new(width, height);
    drawing.text([0.0, 8.8], "EQD2 of all courses", HEADING);
    if scene.highest_gy > 0.0 {
        scale(&mut drawing, scene.highest_gy);
        levels(&mut drawing, scene, bottom);
    } else {
        drawing.text([0.0, BAR_TOP + 8.0], "no dose on these planes", REMARK);
    }
    drawing.text([0.0, structures - 4.0], "Structures", HEADING);
    for (row, outlined) in scene.outlined.iter().enumerate() {
        structure(&mut drawing, scene, outlined, structures + ROW_HEIGHT * (row + 1) as f32);
    }
    drawing
}

/// The colours from zero to the highest dose, over the gray of an image as on the pictures.
fn scale(drawing: &mut Drawing, highest_gy: f32) {
    let slice = BAR_HEIGHT / SLICES as f32;
    for index in 0..SLICES {
        let share = 1.0 - (index as f32 + 0.5) / SLICES as f32;
        let gray = BLACK.mixed(WHITE, 0.45);
        // The bar is stronger than the wash, whose colours would be hard to tell apart in so small a place.
        let color = if share < LEAST_SHARE { gray } else { gray.mixed(dose_color(share), 2.0 * COVERAGE) };
        let top = BAR_TOP + slice * index as f32;
        drawing.rect([0.0, top], [BAR_WIDTH, slice + 0.25], 0.0, Fill::solid(color));
    }
    drawing.frame([0.0, BAR_TOP], [BAR_WIDTH, BAR_HEIGHT], Stroke::solid(AXIS, 0.4));
    drawing.text(
        [BAR_WIDTH + 18.0, BAR_TOP + 3.5],
        format!("highest {} Gy", dose_number(highest_gy.into())),
        REMARK,
    );
}

/// Isodose levels beside the scale, moved apart where they lie close together.
fn levels(drawing: &mut Drawing, scene: &Scene<'_>, bottom: f32) {
    let mut free = BAR_TOP + ENTRY_HEIGHT + 4.0;
    for level in scene.levels_gy.iter().rev().filter(|level| **level <= scene.highest_gy) {
        let y = bottom - BAR_HEIGHT * level / scene.highest_gy;
        let entry = y.max(free);
        free = entry + ENTRY_HEIGHT;
        let color = isodose_color(*level, scene.highest_gy);
        drawing.line([0.0, y], [BAR_WIDTH, y], Stroke::solid(color, 1.1));
        drawing.line([BAR_WIDTH, y], [BAR_WIDTH + 5.0, entry], Stroke::solid(AXIS, 0.5));
        let sample = [[BAR_WIDTH + 5.0, entry], [BAR_WIDTH + 15.0, entry]];
        drawing.polyline(sample.to_vec(), Stroke::solid(BLACK, 2.6).opacity(0.75));
        drawing.polyline(sample.to_vec(), Stroke::solid(color, 1.2));
        drawing.text([BAR_WIDTH + 18.0, entry + 2.4], format!("{level} Gy"), ENTRY);
    }
}

fn structure(drawing: &mut Drawing, scene: &Scene<'_>, outlined: &Outlined<'_>, baseline: f32) {
    const NAME_LEFT: f32 = 31.0;
    let ground = Fill::solid(BLACK.mixed(WHITE, 0.15));
    drawing.rect([0.0, baseline - 7.4], [26.0, 9.6], 1.5, ground);
    drawing.line([12.5, baseline - 2.6], [23.5, baseline - 2.6], outline_stroke(outlined));
    if let Some(number) = outlined.number {
        let style = TextStyle::bold(6.8, outlined.color);
        drawing.anchored([6.5, baseline - 0.1], number.to_string(), style, Anchor::Middle);
    }
    let name = if outlined.is_target { format!("{} (target)", outlined.name) } else { outlined.name.to_owned() };
    let room = drawing.width - NAME_LEFT;
    drawing.text([NAME_LEFT, baseline], scene.typeface.fitted(&name, ENTRY, room), ENTRY);
}
