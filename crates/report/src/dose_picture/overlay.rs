//! Lines and letters over the pixels of a plane.

use assessment::{Outline, View};

use super::crop::Crop;
use super::{Outlined, Scene};
use crate::drawing::{Anchor, Color, Dash, Drawing, Fill, Place, Stroke, TextStyle};
use crate::palette::{BLACK, WHITE, dose_color};

/// Length of the scale bar.
const SCALE_BAR_MM: f32 = 50.0;
/// Width and height of the ground behind a number.
const BADGE: [f32; 2] = [12.0, 10.0];
/// Ground behind letters, dark enough for any image below.
const SHADE: Fill = Fill { color: BLACK, opacity: 0.6 };
/// Dark casing that sets a line apart from the image.
const CASING: f32 = 0.5;

/// From pixels of the plane to points of the picture.
pub(super) struct Frame<'a> {
    pub(super) crop: &'a Crop,
    pub(super) scale: f32,
}

impl Frame<'_> {
    /// Centres of pixels lie at whole numbers, half a pixel within the border of the picture.
    fn place(&self, [column, row]: [f32; 2]) -> Place {
        [(column - self.crop.column as f32 + 0.5) * self.scale, (row - self.crop.row as f32 + 0.5) * self.scale]
    }

    fn line(&self, line: &[[f32; 2]]) -> Vec<Place> {
        line.iter().map(|point| self.place(*point)).collect()
    }
}

/// Draws isodose lines, outlines with their numbers, letters of direction and the scale bar.
pub(super) fn draw(picture: &mut Drawing, scene: &Scene<'_>, view: &View, frame: &Frame<'_>) {
    for (level, lines) in &view.isodoses {
        let stroke = Stroke::solid(isodose_color(*level, scene.highest_gy), 0.9);
        lines.iter().for_each(|line| cased_line(picture, frame.line(line), stroke));
    }
    let outlines = outlines(scene, view);
    for (outline, outlined) in &outlines {
        draw_outline(picture, frame, outline, outlined);
    }
    // Numbers stand over all lines.
    let mut badges = Vec::new();
    for (outline, outlined) in &outlines {
        draw_badge(picture, frame, outline, outlined, &mut badges);
    }
    edge_letters(picture, view.kind.edge_letters());
    scale_bar(picture, SCALE_BAR_MM / view.pixel_mm as f32 * frame.scale);
}

/// Every outline with the structure that it belongs to, in the order of the structures.
fn outlines<'a>(scene: &'a Scene<'a>, view: &'a View) -> Vec<(&'a Outline, &'a Outlined<'a>)> {
    let mut outlines = Vec::new();
    for outlined in &scene.outlined {
        let of_structure = view.outlines.iter().filter(|outline| outline.structure == outlined.index);
        outlines.extend(of_structure.map(|outline| (outline, outlined)));
    }
    outlines
}

/// The colour of a level, lighter than the wash so that its line stands out.
pub(super) fn isodose_color(level_gy: f32, highest_gy: f32) -> Color {
    dose_color(level_gy / highest_gy.max(f32::MIN_POSITIVE)).mixed(WHITE, 0.35)
}

/// Targets are drawn with strokes, organs with closed lines.
pub(super) fn outline_stroke(outlined: &Outlined<'_>) -> Stroke {
    match (outlined.number, outlined.is_target) {
        (None, _) => Stroke::solid(outlined.color, 0.6),
        (Some(_), false) => Stroke::solid(outlined.color, 1.1),
        (Some(_), true) => Stroke::solid(outlined.color, 1.4).dashed(Dash::Dashed),
    }
}

fn cased_line(picture: &mut Drawing, points: Vec<Place>, stroke: Stroke) {
    picture.polyline(points.clone(), Stroke::solid(BLACK, stroke.width + 0.8).opacity(CASING));
    picture.polyline(points, stroke);
}

fn draw_outline(picture: &mut Drawing, frame: &Frame<'_>, outline: &Outline, outlined: &Outlined<'_>) {
    let stroke = outline_stroke(outlined);
    for line in &outline.lines {
        let points = frame.line(line);
        if outlined.number.is_some() {
            picture.closed_line(points.clone(), Stroke::solid(BLACK, stroke.width + 0.8).opacity(CASING));
        }
        picture.closed_line(points, stroke);
    }
}

/// Writes the number of a structure beside its longest line, where no other number stands yet.
fn draw_badge(
    picture: &mut Drawing,
    frame: &Frame<'_>,
    outline: &Outline,
    outlined: &Outlined<'_>,
    taken: &mut Vec<Place>,
) {
    let Some(number) = outlined.number else { return };
    let Some(longest) = outline.lines.iter().max_by_key(|line| line.len()) else { return };
    let room = [picture.width, picture.height];
    let candidates = badge_corners(&frame.line(longest));
    let is_free = |corner: &&Place| {
        let inside = (0..2).all(|axis| corner[axis] >= 1.0 && corner[axis] + BADGE[axis] <= room[axis] - 1.0);
        let apart = |other: &Place| (0..2).any(|axis| (corner[axis] - other[axis]).abs() > BADGE[axis] + 0.5);
        inside && taken.iter().all(apart)
    };
    let Some(corner) = candidates.iter().find(is_free).or(candidates.first()).copied() else { return };
    picture.rect(corner, BADGE, 2.0, SHADE);
    let at = [corner[0] + BADGE[0] / 2.0, corner[1] + 7.6];
    picture.anchored(at, number.to_string(), TextStyle::bold(7.0, outlined.color), Anchor::Middle);
    taken.push(corner);
}

/// Places for a number to the right and left of a line, above and below it.
fn badge_corners(line: &[Place]) -> Vec<Place> {
    const DISTANCE: f32 = 2.5;
    let [width, height] = BADGE;
    let by = |axis: usize| move |a: &&Place, b: &&Place| a[axis].total_cmp(&b[axis]);
    let ends = [
        (line.iter().max_by(by(0)), [DISTANCE, -height / 2.0]),
        (line.iter().min_by(by(0)), [-DISTANCE - width, -height / 2.0]),
        (line.iter().min_by(by(1)), [-width / 2.0, -DISTANCE - height]),
        (line.iter().max_by(by(1)), [-width / 2.0, DISTANCE]),
    ];
    ends.iter().filter_map(|(end, step)| end.map(|[x, y]| [x + step[0], y + step[1]])).collect()
}

fn edge_letters(picture: &mut Drawing, [left, right, top, bottom]: [&'static str; 4]) {
    let (width, height) = (picture.width, picture.height);
    let places = [
        (left, [8.0, height / 2.0]),
        (right, [width - 8.0, height / 2.0]),
        (top, [width / 2.0, 8.5]),
        (bottom, [width / 2.0, height - 8.5]),
    ];
    for (letter, [x, y]) in places {
        picture.rect([x - 5.0, y - 5.5], [10.0, 11.0], 2.0, SHADE);
        picture.anchored([x, y + 2.9], letter, TextStyle::bold(8.0, WHITE), Anchor::Middle);
    }
}

fn scale_bar(picture: &mut Drawing, length: f32) {
    let (right, bottom) = (picture.width - 8.0, picture.height - 8.0);
    // A bar that is longer than half of the picture would lie under the letter of its lower edge.
    if length > picture.width / 2.0 - 20.0 {
        return;
    }
    let left = right - length;
    picture.rect([left - 4.0, bottom - 12.5], [length + 8.0, 16.5], 2.0, SHADE);
    picture.line([left, bottom], [right, bottom], Stroke::solid(WHITE, 1.4));
    let middle = [(left + right) / 2.0, bottom - 4.0];
    picture.anchored(middle, format!("{SCALE_BAR_MM:.0} mm"), TextStyle::regular(6.6, WHITE), Anchor::Middle);
}
