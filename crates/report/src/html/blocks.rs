//! Parts of the report as elements of a page.

use super::escaped;
use super::table::table;
use crate::block::{Block, Callout, Figure, Ink, Phrase, Span, Tile};
use crate::drawing::Weight;
use crate::svg::svg;
use crate::symbol::Symbol;

/// All parts, each heading opening a section.
pub(super) fn blocks(blocks: &[Block]) -> String {
    let mut page = String::new();
    let mut n_sections = 0;
    for block in blocks {
        if let Block::Heading(text) = block {
            if n_sections == 0 {
                page += &contents(blocks);
            } else {
                page += "</section>\n";
            }
            n_sections += 1;
            let id = anchor(text);
            page += &format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n", escaped(text));
        } else {
            page += &element(block);
        }
    }
    if n_sections > 0 {
        page += "</section>\n";
    }
    page
}

/// Links to the sections of the page.
fn contents(blocks: &[Block]) -> String {
    let headings = blocks.iter().filter_map(|block| match block {
        Block::Heading(text) => Some(*text),
        _ => None,
    });
    let links: Vec<String> =
        headings.map(|text| format!("<a href=\"#{}\">{}</a>", anchor(text), escaped(text))).collect();
    format!("<nav aria-label=\"Sections\">{}</nav>\n", links.join(" "))
}

fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
}

fn element(block: &Block) -> String {
    match block {
        Block::Title { text, subtitle } => {
            format!(
                "<header><h1>{}</h1>\n<p class=\"subtitle\">{}</p></header>\n",
                escaped(text),
                escaped(subtitle)
            )
        }
        // Headings open sections and are written there.
        Block::Heading(_) => String::new(),
        Block::Subheading(text) => format!("<h3>{}</h3>\n", escaped(text)),
        Block::Paragraph(phrase) => paragraph(phrase),
        Block::Bullets(points) => {
            let items: Vec<String> = points.iter().map(|point| format!("<li>{}</li>\n", inline(point))).collect();
            format!("<ul class=\"points\">\n{}</ul>\n", items.concat())
        }
        Block::Callout(callout) => callout_element(callout),
        Block::Facts(facts) => facts_element(facts),
        Block::Tiles(tiles) => tiles_element(tiles),
        Block::Table(content) => table(content),
        Block::Figure(figure) => figure_element(figure),
    }
}

fn paragraph(phrase: &Phrase) -> String {
    let class = if phrase.is_small { " class=\"small\"" } else { "" };
    format!("<p{class}>{}</p>\n", inline(phrase))
}

fn callout_element(callout: &Callout) -> String {
    let body: String = callout.body.iter().map(paragraph).collect();
    format!(
        "<div class=\"callout {}\" role=\"note\">\n<p class=\"callout-title\">{}{}</p>\n{body}</div>\n",
        callout.tone.class(),
        sign(callout.symbol),
        escaped(&callout.title)
    )
}

fn facts_element(facts: &[(&'static str, Phrase)]) -> String {
    let fact = |(name, phrase): &(&'static str, Phrase)| {
        format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), inline(phrase))
    };
    format!("<dl class=\"facts\">\n{}</dl>\n", facts.iter().map(fact).collect::<String>())
}

fn tiles_element(tiles: &[Tile]) -> String {
    let tile = |tile: &Tile| {
        format!(
            "<li class=\"{}\">{}<span class=\"count\">{}</span> <span>{}</span></li>\n",
            tile.symbol.tone().class(),
            sign(tile.symbol),
            tile.number,
            tile.label
        )
    };
    format!("<ul class=\"tiles\">\n{}</ul>\n", tiles.iter().map(tile).collect::<String>())
}

fn figure_element(figure: &Figure) -> String {
    let picture = svg(&figure.drawing, &figure.description);
    format!("<figure>\n{picture}\n<figcaption>{}</figcaption>\n</figure>\n", inline(&figure.caption))
}

/// A phrase within a line.
pub(super) fn inline(phrase: &Phrase) -> String {
    let text: String = phrase.spans.iter().map(span).collect();
    match phrase.symbol {
        Some(symbol) => format!("<span class=\"signed\">{}{text}</span>", sign(symbol)),
        None => text,
    }
}

fn span(span: &Span) -> String {
    let text = escaped(&span.text);
    match (span.weight, span.ink) {
        (Weight::Regular, Ink::Normal) => text,
        (Weight::Regular, Ink::Muted) => format!("<span class=\"muted\">{text}</span>"),
        (Weight::Regular, Ink::Toned(tone)) => format!("<span class=\"ink-{}\">{text}</span>", tone.class()),
        (Weight::Bold, Ink::Toned(tone)) => format!("<strong class=\"ink-{}\">{text}</strong>", tone.class()),
        (Weight::Bold, _) => format!("<strong>{text}</strong>"),
    }
}

/// A sign; the word beside it says the same to readers who do not see it.
fn sign(symbol: Symbol) -> String {
    let shape = match symbol {
        Symbol::Cross => "octagon",
        Symbol::Question => "diamond",
        Symbol::Warning => "triangle",
        Symbol::Tick | Symbol::Dash | Symbol::Note => "disc",
    };
    let (tone, character) = (symbol.tone().class(), symbol.character());
    format!("<span class=\"sign {shape} sign-{tone}\" aria-hidden=\"true\">{character}</span>")
}
