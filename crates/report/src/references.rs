//! The bibliography of the knowledge base, as far as a report needs it.

use std::collections::BTreeMap;

const BIBLIOGRAPHY: &str = include_str!("../../../knowledge/references.bib");

/// More authors than this are shortened to the first one.
const MOST_AUTHORS: usize = 3;

/// A publication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Authors, shortened.
    pub(crate) authors: String,
    /// Title.
    pub(crate) title: String,
    /// Journal or book with year, volume and pages.
    pub(crate) published: String,
    /// Digital object identifier; empty where there is none.
    pub(crate) doi: String,
}

/// All entries by their keys.
pub(crate) fn references() -> BTreeMap<&'static str, Reference> {
    parse(BIBLIOGRAPHY)
}

/// Reads entries of the form `@kind{key, name = {value}, ...}`; values may hold balanced braces.
fn parse(text: &str) -> BTreeMap<&str, Reference> {
    let mut entries = BTreeMap::new();
    let mut rest = text;
    while let Some(start) = next_entry(rest) {
        let (body, after) = braced(&rest[start..]);
        if let Some((key, fields)) = body.split_once(',') {
            entries.insert(key.trim(), reference(&fields_of(fields)));
        }
        rest = after;
    }
    entries
}

/// Behind the brace of the next line that begins with `@`.
fn next_entry(text: &str) -> Option<usize> {
    let at = if text.starts_with('@') { 0 } else { text.find("\n@")? + 1 };
    text[at..].find('{').map(|brace| at + brace + 1)
}

/// Splits a text behind an opening brace at the brace that closes it.
fn braced(text: &str) -> (&str, &str) {
    let mut depth = 1;
    for (index, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[..index], &text[index + 1..]);
        }
    }
    (text, "")
}

fn fields_of(text: &str) -> BTreeMap<&str, String> {
    let mut fields = BTreeMap::new();
    let mut rest = text;
    while let Some((name, behind)) = rest.split_once('=') {
        let Some(brace) = behind.find('{') else { break };
        let (value, after) = braced(&behind[brace + 1..]);
        fields.insert(name.trim().trim_start_matches(',').trim(), readable(value));
        rest = after;
    }
    fields
}

fn reference(fields: &BTreeMap<&str, String>) -> Reference {
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    Reference {
        authors: authors(&field("author")),
        title: field("title"),
        published: published(&field),
        doi: field("doi"),
    }
}

fn authors(text: &str) -> String {
    let names: Vec<&str> = text.split(" and ").map(str::trim).filter(|name| !name.is_empty()).collect();
    let short: Vec<String> = names.iter().map(|name| name.replacen(", ", " ", 1)).collect();
    match names.as_slice() {
        [.., "others"] => format!("{} et al.", short[0]),
        _ if names.len() > MOST_AUTHORS => format!("{} et al.", short[0]),
        _ => short.join(", "),
    }
}

/// `Journal 2021;110(1):124–136`, with what is known.
fn published(field: &impl Fn(&str) -> String) -> String {
    let within = ["journal", "booktitle", "howpublished"].map(field).into_iter().find(|name| !name.is_empty());
    let mut text = within.unwrap_or_default();
    let with = |before: &str, value: String, after: &str| {
        if value.is_empty() { value } else { format!("{before}{value}{after}") }
    };
    let gap = if text.is_empty() { "" } else { " " };
    text += &with(gap, field("year"), "");
    text += &with(";", field("volume"), "");
    text += &with("(", field("number"), ")");
    text += &with(":", field("pages"), "");
    text
}

/// Plain letters for the few commands that the bibliography uses.
fn readable(value: &str) -> String {
    let accents = [
        ("\\\"u", "ü"),
        ("\\\"o", "ö"),
        ("\\\"a", "ä"),
        ("\\'e", "é"),
        ("\\`e", "è"),
        ("\\o", "ø"),
        ("\\_", "_"),
        ("\\&", "&"),
        ("\\%", "%"),
        ("--", "–"),
    ];
    let plain = accents.iter().fold(value.to_owned(), |text, (command, letter)| text.replace(command, letter));
    let without_braces = plain.replace(['{', '}'], "");
    without_braces.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bibliography_is_read() {
        let references = references();
        let consensus = &references["andratschke2022"];
        assert_eq!(consensus.authors, "Andratschke N. et al.");
        assert_eq!(consensus.published, "Lancet Oncology 2022;23(10):e469–e478");
        assert_eq!(consensus.doi, "10.1016/S1470-2045(22)00447-8");
        assert!(references.values().all(|reference| !reference.title.is_empty()));
        assert_eq!(references.len(), BIBLIOGRAPHY.lines().filter(|line| line.starts_with('@')).count());
    }

    #[test]
    fn braces_within_values_are_kept_together() {
        let text = "% a comment @ here\n@misc{key,\n  author = {{A {\\\"u} B} and Doe, J.},\n title={A {B} C}, year = {2020}\n}\n";
        let entries = parse(text);
        let reference = &entries["key"];
        assert_eq!(reference.authors, "A ü B, Doe J.");
        assert_eq!(reference.title, "A B C");
        assert_eq!(reference.published, "2020");
    }
}
