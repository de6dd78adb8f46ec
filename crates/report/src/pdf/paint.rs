//! Shapes as content of a PDF page.

use krilla::Data;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::paint::{FillRule, LineCap, LineJoin, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::ReportError;
use crate::drawing::{Anchor, Color, Fill, Item, Place, Stroke, TextStyle, Weight};
use crate::typeface::{Glyph, Typeface};

/// Distance of the handles that make a curve a quarter of a circle.
const ROUND: f32 = 0.5523;

/// Writes shapes; the first thing that goes wrong is kept, since a page cannot be left half drawn.
pub(super) struct Painter<'a> {
    typeface: &'a Typeface,
    regular: Font,
    bold: Font,
    problem: Option<ReportError>,
}

impl<'a> Painter<'a> {
    /// # Errors
    /// When the fonts cannot be read.
    pub(super) fn new(typeface: &'a Typeface) -> Result<Self, ReportError> {
        let font = |weight: Weight| Font::new(Data::from(Typeface::data(weight)), 0).ok_or(ReportError::Font);
        Ok(Self { typeface, regular: font(Weight::Regular)?, bold: font(Weight::Bold)?, problem: None })
    }

    /// # Errors
    /// With the first thing that went wrong.
    pub(super) fn finish(self) -> Result<(), ReportError> {
        self.problem.map_or(Ok(()), Err)
    }

    /// Writes shapes on a surface.
    pub(super) fn paint(&mut self, surface: &mut Surface<'_>, items: &[Item]) {
        for item in items {
            self.item(surface, item);
        }
    }

    fn item(&mut self, surface: &mut Surface<'_>, item: &Item) {
        match item {
            Item::Polyline { points, stroke } => draw_path(surface, line_path(points, false), None, Some(stroke)),
            Item::Polygon { points, fill, stroke } => {
                draw_path(surface, line_path(points, true), fill.as_ref(), stroke.as_ref());
            }
            Item::Rect { corner, size, radius, fill, stroke } => {
                draw_path(surface, box_path(*corner, *size, *radius), fill.as_ref(), stroke.as_ref());
            }
            Item::Text { at, text, style, anchor } => self.text(surface, *at, text, (*style, *anchor)),
            Item::Image { corner, size, png } => self.image(surface, *corner, *size, png),
            Item::Group { at, scale, clip, items } => self.group(surface, (*at, *scale), *clip, items),
        }
    }

    fn text(&self, surface: &mut Surface<'_>, at: Place, text: &str, (style, anchor): (TextStyle, Anchor)) {
        let text = self.typeface.supported(text);
        let shaped = self.typeface.shape(&text, style.weight);
        if shaped.is_empty() {
            return;
        }
        let width = shaped.iter().map(|glyph| glyph.advance).sum::<f32>() * style.size;
        let left = match anchor {
            Anchor::Start => at[0],
            Anchor::Middle => at[0] - width / 2.0,
            Anchor::End => at[0] - width,
        };
        let glyphs: Vec<KrillaGlyph> = shaped.into_iter().map(krilla_glyph).collect();
        let font = match style.weight {
            Weight::Regular => self.regular.clone(),
            Weight::Bold => self.bold.clone(),
        };
        surface.set_stroke(None);
        surface.set_fill(Some(krilla_fill(&Fill::solid(style.color))));
        surface.draw_glyphs(Point::from_xy(left, at[1]), &glyphs, font, &text, style.size, false);
    }

    fn image(&mut self, surface: &mut Surface<'_>, corner: Place, size: [f32; 2], png: &[u8]) {
        let Some(size) = Size::from_wh(size[0], size[1]) else { return };
        // Viewers smooth the pixels of the image, whose distance is far larger than that of a screen.
        match Image::from_png(Data::from(png.to_vec()), true) {
            Ok(image) => {
                surface.push_transform(&Transform::from_translate(corner[0], corner[1]));
                surface.draw_image(image, size);
                surface.pop();
            }
            Err(problem) => {
                self.problem.get_or_insert(ReportError::Pdf(problem));
            }
        }
    }

    fn group(&mut self, surface: &mut Surface<'_>, place: (Place, f32), clip: Option<[f32; 4]>, items: &[Item]) {
        let ([x, y], scale) = place;
        surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x, y));
        let clip = clip.and_then(|[left, top, width, height]| box_path([left, top], [width, height], 0.0));
        if let Some(path) = &clip {
            surface.push_clip_path(path, &FillRule::NonZero);
        }
        self.paint(surface, items);
        if clip.is_some() {
            surface.pop();
        }
        surface.pop();
    }
}

fn draw_path(surface: &mut Surface<'_>, path: Option<Path>, fill: Option<&Fill>, stroke: Option<&Stroke>) {
    // Without fill and stroke the surface would fill with black.
    let (Some(path), true) = (path, fill.is_some() || stroke.is_some()) else { return };
    surface.set_fill(fill.map(krilla_fill));
    surface.set_stroke(stroke.map(krilla_stroke));
    surface.draw_path(&path);
}

fn line_path(points: &[Place], is_closed: bool) -> Option<Path> {
    let ([x, y], others) = points.split_first()?;
    let mut builder = PathBuilder::new();
    builder.move_to(*x, *y);
    for [x, y] in others {
        builder.line_to(*x, *y);
    }
    if is_closed {
        builder.close();
    }
    builder.finish()
}

fn box_path([left, top]: Place, [width, height]: [f32; 2], radius: f32) -> Option<Path> {
    let (right, bottom) = (left + width, top + height);
    let r = radius.min(width / 2.0).min(height / 2.0).max(0.0);
    if r == 0.0 {
        return line_path(&[[left, top], [right, top], [right, bottom], [left, bottom]], true);
    }
    let k = r * (1.0 - ROUND);
    let mut builder = PathBuilder::new();
    builder.move_to(left + r, top);
    builder.line_to(right - r, top);
    builder.cubic_to(right - k, top, right, top + k, right, top + r);
    builder.line_to(right, bottom - r);
    builder.cubic_to(right, bottom - k, right - k, bottom, right - r, bottom);
    builder.line_to(left + r, bottom);
    builder.cubic_to(left + k, bottom, left, bottom - k, left, bottom - r);
    builder.line_to(left, top + r);
    builder.cubic_to(left, top + k, left + k, top, left + r, top);
    builder.close();
    builder.finish()
}

fn krilla_glyph(glyph: Glyph) -> KrillaGlyph {
    let [x, y] = glyph.offset;
    KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, x, y, 0.0, glyph.bytes, None)
}

fn krilla_fill(fill: &Fill) -> krilla::paint::Fill {
    krilla::paint::Fill {
        paint: krilla_color(fill.color).into(),
        opacity: krilla_opacity(fill.opacity),
        rule: FillRule::NonZero,
    }
}

fn krilla_stroke(stroke: &Stroke) -> krilla::paint::Stroke {
    let pattern = stroke.dash.pattern();
    let is_solid = pattern.is_empty();
    krilla::paint::Stroke {
        paint: krilla_color(stroke.color).into(),
        width: stroke.width,
        line_cap: if is_solid { LineCap::Round } else { LineCap::Butt },
        line_join: LineJoin::Round,
        opacity: krilla_opacity(stroke.opacity),
        dash: (!is_solid).then(|| StrokeDash { array: pattern.to_vec(), offset: 0.0 }),
        ..Default::default()
    }
}

fn krilla_color(Color(red, green, blue): Color) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn krilla_opacity(opacity: f32) -> NormalizedF32 {
    NormalizedF32::new(opacity.clamp(0.0, 1.0)).unwrap_or(NormalizedF32::ONE)
}
