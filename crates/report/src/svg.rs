//! A figure as part of a page of the web.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::drawing::{Anchor, Drawing, Fill, Item, Place, Stroke, TextStyle, Weight};
use crate::html::escaped;

/// The figure as an SVG element that explains itself to readers who do not see it.
pub(crate) fn svg(drawing: &Drawing, description: &str) -> String {
    let (width, height) = (number(drawing.width), number(drawing.height));
    let description = escaped(description);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{description}\">\n"
    );
    push_items(&mut out, &drawing.items);
    out.push_str("</svg>");
    out
}

fn push_items(out: &mut String, items: &[Item]) {
    for item in items {
        push_item(out, item);
        out.push('\n');
    }
}

fn push_item(out: &mut String, item: &Item) {
    match item {
        Item::Polyline { points, stroke } => {
            *out += &format!(
                "<polyline points=\"{}\" fill=\"none\"{}/>",
                point_list(points),
                stroke_attributes(Some(stroke))
            );
        }
        Item::Polygon { points, fill, stroke } => {
            *out +=
                &format!("<polygon points=\"{}\"{}/>", point_list(points), paint(fill.as_ref(), stroke.as_ref()));
        }
        Item::Rect { corner, size, radius, fill, stroke } => {
            let rounding = if *radius > 0.0 { format!(" rx=\"{}\"", number(*radius)) } else { String::new() };
            let paint = paint(fill.as_ref(), stroke.as_ref());
            *out += &format!("<rect{}{rounding}{paint}/>", box_attributes(*corner, *size));
        }
        Item::Text { at, text, style, anchor } => push_text(out, *at, text, *style, *anchor),
        Item::Image { corner, size, png } => {
            let data = STANDARD.encode(&png[..]);
            let place = box_attributes(*corner, *size);
            *out += &format!("<image{place} preserveAspectRatio=\"none\" href=\"data:image/png;base64,{data}\"/>");
        }
        Item::Group { at, scale, clip, items } => push_group(out, (*at, *scale), *clip, items),
    }
}

fn push_text(out: &mut String, at: Place, text: &str, style: TextStyle, anchor: Anchor) {
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let weight = match style.weight {
        Weight::Regular => "",
        Weight::Bold => " font-weight=\"600\"",
    };
    *out += &format!(
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{weight}{anchor}>{}</text>",
        number(at[0]),
        number(at[1]),
        number(style.size),
        style.color.css(),
        escaped(text)
    );
}

fn push_group(out: &mut String, (at, scale): (Place, f32), clip: Option<[f32; 4]>, items: &[Item]) {
    // A nested picture cuts off at its own borders, which needs no name that could occur twice on a page.
    if let Some([left, top, width, height]) = clip {
        let corner = [at[0] + left * scale, at[1] + top * scale];
        let place = box_attributes(corner, [width * scale, height * scale]);
        let view = [left, top, width, height].map(number).join(" ");
        *out += &format!("<svg{place} viewBox=\"{view}\" overflow=\"hidden\">\n");
        push_items(out, items);
        out.push_str("</svg>");
    } else {
        let (x, y) = (number(at[0]), number(at[1]));
        let scaling = if scale == 1.0 { String::new() } else { format!(" scale({})", precise(scale)) };
        *out += &format!("<g transform=\"translate({x} {y}){scaling}\">\n");
        push_items(out, items);
        out.push_str("</g>");
    }
}

fn box_attributes(corner: Place, size: [f32; 2]) -> String {
    let [x, y, width, height] = [corner[0], corner[1], size[0].max(0.0), size[1].max(0.0)].map(number);
    format!(" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

fn paint(fill: Option<&Fill>, stroke: Option<&Stroke>) -> String {
    let filling = match fill {
        None => " fill=\"none\"".to_owned(),
        Some(fill) if fill.opacity < 1.0 => {
            format!(" fill=\"{}\" fill-opacity=\"{}\"", fill.color.css(), number(fill.opacity))
        }
        Some(fill) => format!(" fill=\"{}\"", fill.color.css()),
    };
    filling + &stroke_attributes(stroke)
}

fn stroke_attributes(stroke: Option<&Stroke>) -> String {
    let Some(stroke) = stroke else { return String::new() };
    let mut text = format!(
        " stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"",
        stroke.color.css(),
        number(stroke.width)
    );
    let pattern: Vec<String> = stroke.dash.pattern().iter().map(|&length| number(length)).collect();
    if pattern.is_empty() {
        text += " stroke-linecap=\"round\"";
    } else {
        text += &format!(" stroke-dasharray=\"{}\"", pattern.join(" "));
    }
    if stroke.opacity < 1.0 {
        text += &format!(" stroke-opacity=\"{}\"", number(stroke.opacity));
    }
    text
}

fn point_list(points: &[Place]) -> String {
    let written: Vec<String> = points.iter().map(|[x, y]| format!("{},{}", number(*x), number(*y))).collect();
    written.join(" ")
}

/// Hundredths of a point are finer than any printer.
fn number(value: f32) -> String {
    shortest(format!("{value:.2}"))
}

/// A factor needs more digits than a place.
fn precise(value: f32) -> String {
    shortest(format!("{value:.5}"))
}

fn shortest(text: String) -> String {
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::Color;

    #[test]
    fn numbers_are_short() {
        assert_eq!([1.0, 0.5, 10.0, -0.001, 2.34159].map(number), ["1", "0.5", "10", "0", "2.34"]);
        assert_eq!(precise(0.123_456), "0.12346");
    }

    #[test]
    fn text_and_description_are_escaped() {
        let mut drawing = Drawing::new(20.0, 10.0);
        drawing.text([0.0, 5.0], "<b>&\"", TextStyle::regular(7.0, Color::hex(0)));
        let svg = svg(&drawing, "\"<i>\"");
        assert!(svg.contains(">&lt;b&gt;&amp;&quot;</text>"), "{svg}");
        assert!(svg.contains("aria-label=\"&quot;&lt;i&gt;&quot;\""), "{svg}");
    }

    #[test]
    fn a_clipped_figure_is_a_picture_of_its_own() {
        let mut inner = Drawing::new(20.0, 10.0);
        inner.rect([0.0, 0.0], [40.0, 40.0], 1.0, Fill { color: Color::hex(0), opacity: 0.5 });
        let mut outer = Drawing::new(50.0, 50.0);
        outer.place_clipped(inner, [5.0, 6.0]);
        let svg = svg(&outer, "");
        assert!(svg.contains("<svg x=\"5\" y=\"6\" width=\"20\" height=\"10\" viewBox=\"0 0 20 10\""), "{svg}");
        assert!(svg.contains("fill-opacity=\"0.5\""), "{svg}");
    }
}
