//! Figures as lists of shapes, the same for HTML and PDF.
//!
//! Lengths are points (1/72 inch), x to the right and y down from the upper left corner.

use std::sync::Arc;

/// A place: x to the right, y down.
pub(crate) type Place = [f32; 2];

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Color(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Color {
    /// From a number such as `0x1c_2530`.
    pub(crate) const fn hex(value: u32) -> Self {
        Self((value >> 16) as u8, (value >> 8) as u8, value as u8)
    }

    /// As a style sheet writes it.
    pub(crate) fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Between this colour (0) and another one (1).
    pub(crate) fn mixed(self, other: Self, share: f32) -> Self {
        let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

/// How a line is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dash {
    /// Not at all.
    Solid,
    /// Strokes.
    Dashed,
    /// Dots.
    Dotted,
}

impl Dash {
    /// Lengths of strokes and gaps.
    pub(crate) fn pattern(self) -> &'static [f32] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[4.0, 2.0],
            Self::Dotted => &[1.1, 1.7],
        }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    /// Colour.
    pub(crate) color: Color,
    /// Width.
    pub(crate) width: f32,
    /// Interruptions.
    pub(crate) dash: Dash,
    /// From 0 for nothing to 1 for all of the colour.
    pub(crate) opacity: f32,
}

impl Stroke {
    /// A line without interruptions.
    pub(crate) const fn solid(color: Color, width: f32) -> Self {
        Self { color, width, dash: Dash::Solid, opacity: 1.0 }
    }

    /// The same with interruptions.
    pub(crate) const fn dashed(self, dash: Dash) -> Self {
        Self { dash, ..self }
    }

    /// The same, letting the ground shine through.
    pub(crate) const fn opacity(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }
}

/// How a surface is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fill {
    /// Colour.
    pub(crate) color: Color,
    /// From 0 for nothing to 1 for all of the colour.
    pub(crate) opacity: f32,
}

impl Fill {
    /// A colour through which nothing shines.
    pub(crate) const fn solid(color: Color) -> Self {
        Self { color, opacity: 1.0 }
    }
}

/// Strength of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Body text.
    Regular,
    /// Headings and what matters.
    Bold,
}

/// Size, strength and colour of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TextStyle {
    /// Size of the font.
    pub(crate) size: f32,
    /// Strength.
    pub(crate) weight: Weight,
    /// Colour.
    pub(crate) color: Color,
}

impl TextStyle {
    /// Body text.
    pub(crate) const fn regular(size: f32, color: Color) -> Self {
        Self { size, weight: Weight::Regular, color }
    }

    /// Text of weight.
    pub(crate) const fn bold(size: f32, color: Color) -> Self {
        Self { size, weight: Weight::Bold, color }
    }
}

/// Which part of a text lies at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// A shape.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// Places joined by straight lines.
    Polyline {
        /// At least two places.
        points: Vec<Place>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A closed line and what it encloses.
    Polygon {
        /// Corners.
        points: Vec<Place>,
        /// Inside.
        fill: Option<Fill>,
        /// Border.
        stroke: Option<Stroke>,
    },
    /// A rectangle.
    Rect {
        /// Upper left corner.
        corner: Place,
        /// Width and height.
        size: [f32; 2],
        /// Radius of the corners.
        radius: f32,
        /// Inside.
        fill: Option<Fill>,
        /// Border.
        stroke: Option<Stroke>,
    },
    /// A line of text.
    Text {
        /// Where its anchor stands on the line.
        at: Place,
        /// The text.
        text: String,
        /// Size, strength and colour.
        style: TextStyle,
        /// Which part of it lies at the place.
        anchor: Anchor,
    },
    /// A raster.
    Image {
        /// Upper left corner.
        corner: Place,
        /// Width and height.
        size: [f32; 2],
        /// The raster as PNG.
        png: Arc<[u8]>,
    },
    /// Shapes in coordinates of their own.
    Group {
        /// Where their origin lies.
        at: Place,
        /// How much larger they are drawn.
        scale: f32,
        /// Left, top, width and height, in their own coordinates, outside of which nothing is drawn.
        clip: Option<[f32; 4]>,
        /// The shapes.
        items: Vec<Item>,
    },
}

impl Item {
    fn is_finite(&self) -> bool {
        let finite = |place: &Place| place.iter().all(|value| value.is_finite());
        match self {
            Self::Polyline { points, .. } | Self::Polygon { points, .. } => {
                points.len() > 1 && points.iter().all(finite)
            }
            Self::Rect { corner, size, .. } | Self::Image { corner, size, .. } => finite(corner) && finite(size),
            Self::Text { at, .. } => finite(at),
            Self::Group { at, scale, .. } => finite(at) && scale.is_finite(),
        }
    }
}

/// A figure.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    /// Width.
    pub(crate) width: f32,
    /// Height.
    pub(crate) height: f32,
    /// Shapes, the later ones on top.
    pub(crate) items: Vec<Item>,
}

impl Drawing {
    /// An empty figure.
    pub(crate) fn new(width: f32, height: f32) -> Self {
        Self { width, height, items: Vec::new() }
    }

    /// Adds a shape. One without a place cannot be drawn and is left out rather than moved to the origin.
    pub(crate) fn push(&mut self, item: Item) {
        if item.is_finite() {
            self.items.push(item);
        }
    }

    /// Adds a straight line.
    pub(crate) fn line(&mut self, from: Place, to: Place, stroke: Stroke) {
        self.polyline(vec![from, to], stroke);
    }

    /// Adds places joined by straight lines.
    pub(crate) fn polyline(&mut self, points: Vec<Place>, stroke: Stroke) {
        self.push(Item::Polyline { points, stroke });
    }

    /// Adds a filled shape without a border.
    pub(crate) fn polygon(&mut self, points: Vec<Place>, fill: Fill) {
        self.push(Item::Polygon { points, fill: Some(fill), stroke: None });
    }

    /// Adds a closed line that encloses nothing filled.
    pub(crate) fn closed_line(&mut self, points: Vec<Place>, stroke: Stroke) {
        self.push(Item::Polygon { points, fill: None, stroke: Some(stroke) });
    }

    /// Adds a filled rectangle without a border.
    pub(crate) fn rect(&mut self, corner: Place, size: [f32; 2], radius: f32, fill: Fill) {
        self.push(Item::Rect { corner, size, radius, fill: Some(fill), stroke: None });
    }

    /// Adds the border of a rectangle.
    pub(crate) fn frame(&mut self, corner: Place, size: [f32; 2], stroke: Stroke) {
        self.push(Item::Rect { corner, size, radius: 0.0, fill: None, stroke: Some(stroke) });
    }

    /// Adds a text that begins at a place.
    pub(crate) fn text(&mut self, at: Place, text: impl Into<String>, style: TextStyle) {
        self.anchored(at, text, style, Anchor::Start);
    }

    /// Adds a text with a part of it at a place.
    pub(crate) fn anchored(&mut self, at: Place, text: impl Into<String>, style: TextStyle, anchor: Anchor) {
        self.push(Item::Text { at, text: text.into(), style, anchor });
    }

    /// Adds another figure, moved and scaled.
    pub(crate) fn place(&mut self, drawing: Self, at: Place, scale: f32) {
        self.push(Item::Group { at, scale, clip: None, items: drawing.items });
    }

    /// Adds another figure, cut off at its own size.
    pub(crate) fn place_clipped(&mut self, drawing: Self, at: Place) {
        let clip = Some([0.0, 0.0, drawing.width, drawing.height]);
        self.push(Item::Group { at, scale: 1.0, clip, items: drawing.items });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_without_a_place_is_left_out() {
        let mut drawing = Drawing::new(10.0, 10.0);
        drawing.line([0.0, f32::NAN], [1.0, 1.0], Stroke::solid(Color::hex(0), 1.0));
        drawing.line([0.0, 0.0], [1.0, 1.0], Stroke::solid(Color::hex(0), 1.0));
        assert_eq!(drawing.items.len(), 1);
    }

    #[test]
    fn colours_mix_and_print() {
        assert_eq!(Color::hex(0x1c_2530).css(), "#1c2530");
        assert_eq!(Color::hex(0).mixed(Color::hex(0xff_ffff), 0.5), Color(128, 128, 128));
    }
}
