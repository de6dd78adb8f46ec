//! The report as one page of the web: no script, and nothing that has to be loaded.

mod blocks;
mod table;

use assessment::Assessment;

use crate::ReportError;
use crate::content::content;
use crate::disclaimer::{DISCLAIMER, RUNNING_TITLE};
use crate::typeface::Typeface;
use crate::wording::UNKNOWN;

const STYLE: &str = include_str!("style.css");

/// The report as one self-contained page.
///
/// # Errors
/// When a picture cannot be drawn.
pub fn html(assessment: &Assessment) -> Result<String, ReportError> {
    let blocks = content(assessment, Typeface::builtin()?)?;
    let id = if assessment.patient.id.is_empty() { UNKNOWN } else { assessment.patient.id.as_str() };
    let mut page = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    // The name of a patient does not belong into the history of a browser.
    page += &format!("<title>Reirradiation assessment</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n");
    page += &format!(
        "<div class=\"running\"><span>{RUNNING_TITLE}</span><span>Patient ID {}</span></div>\n<main>\n",
        escaped(id)
    );
    page += &blocks::blocks(&blocks);
    page += &format!("</main>\n<footer>{DISCLAIMER}</footer>\n</body>\n</html>\n");
    Ok(page)
}

/// The text with the characters replaced that mean something in HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Control characters are not allowed in a page, and letters that turn others around change what it says.
            other if !case::is_readable(other) => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_html_is_escaped() {
        assert_eq!(escaped("<b>&\"'\u{7}"), "&lt;b&gt;&amp;&quot;&#39; ");
    }
}
