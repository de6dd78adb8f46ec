//! The whole report of a small assessment.

mod common;

use assessment::Assessment;
use common::{ODD_NAME, assessment};
use report::{ReportError, dvh_csv, html, json, pdf};

/// An assessment in which nothing could be computed.
fn refused() -> Assessment {
    let mut assessment = assessment();
    assessment.refused = true;
    assessment.courses.clear();
    assessment.registrations.clear();
    assessment.structures.clear();
    assessment.constraints.clear();
    assessment.scores.clear();
    assessment.views.clear();
    assessment.findings.clear();
    assessment.provenance.inputs.clear();
    assessment.date = None;
    assessment.patient = Default::default();
    assessment
}

#[test]
fn html_escapes_names() {
    let page = html(&assessment()).unwrap();
    assert!(!page.contains("<b>"), "a name reached the page as an element");
    assert!(page.contains("&lt;b&gt;&amp;&quot;"));
    assert!(page.contains("臓器") && page.contains("山田"));
}

/// The page without the text of its rasters, which may spell anything.
fn without_rasters(page: &str) -> String {
    let mut parts = page.split("data:image/png;base64,");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('"').map_or("", |(_, rest)| rest))
}

#[test]
fn html_loads_nothing_and_runs_nothing() {
    let page = html(&assessment()).unwrap();
    let text = without_rasters(&page);
    for loading in
        ["src=", "url(", "@import", "<script", "<link", "<iframe", "href=\"http", "href='http", "javascript:"]
    {
        assert!(!text.contains(loading), "{loading}");
    }
    let mut links = page.match_indices("href=\"").map(|(index, found)| &page[index + found.len()..]);
    assert!(links.all(|link| link.starts_with('#') || link.starts_with("data:image/png;base64,")));
}

#[test]
fn html_says_with_words_what_it_shows() {
    let page = html(&assessment()).unwrap();
    for words in [
        "PROVISIONAL: registration not accepted by a person",
        "Type 1 reirradiation: geometric overlap",
        "EQD2 (α/β = 2\u{a0}Gy)",
        "not evaluable",
        "exceeded",
        "≥41.50\u{a0}Gy",
        "43\u{a0}%",
        "81.9\u{a0}%",
        "(36.00)",
        "Not a medical device.",
        "not in the bibliography",
        "<html lang=\"en\">",
        "<meta charset=\"utf-8\">",
        "scope=\"col\"",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("REFUSED for safety"));
    assert!(html(&refused()).unwrap().contains("REFUSED for safety"));
}

#[test]
fn every_number_of_a_figure_is_a_number() {
    let page = without_rasters(&html(&assessment()).unwrap());
    assert!(page.contains("<svg"));
    for attribute in ["NaN", "inf\"", "inf ", "inf,", "=\"-\""] {
        assert!(!page.contains(attribute), "{attribute}");
    }
}

#[test]
fn elements_are_closed() {
    let page = html(&assessment()).unwrap();
    for element in
        ["section", "table", "figure", "svg", "div", "p", "ul", "li", "dl", "tr", "td", "th", "span", "g"]
    {
        let opened = page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
    }
}

#[test]
fn pdf_is_a_pdf_and_the_same_each_time() {
    let first = pdf(&assessment()).unwrap();
    assert!(first.starts_with(b"%PDF"));
    assert!(first == pdf(&assessment()).unwrap(), "two runs differ");
}

#[test]
fn a_refused_assessment_has_a_report() {
    assert!(pdf(&refused()).unwrap().starts_with(b"%PDF"));
    assert!(html(&refused()).unwrap().ends_with("</html>\n"));
    assert_eq!(dvh_csv(&refused()).lines().count(), 1);
}

#[test]
fn a_plane_without_its_pixels_is_an_error() {
    let mut assessment = assessment();
    assessment.views[0].dose_gy.pop();
    assert!(matches!(html(&assessment), Err(ReportError::Plane { plane: "Axial", .. })));
}

#[test]
fn curves_are_a_table() {
    let table = dvh_csv(&assessment());
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("structure,standard_name,course,quantity,alpha_beta_gy,dose_gy,volume_percent"));
    assert_eq!(lines.next(), Some("\"Spinal Cord\",\"SpinalCord\",\"C1\",EQD2,2,0.0000,99.9983"));
    let quoted = format!("\"{}\"", ODD_NAME.replace('"', "\"\""));
    assert!(table.contains(&quoted));
    assert_eq!(table.lines().count(), 1 + 4 * 3 * 22);
}

#[test]
fn json_is_the_document_of_the_contract() {
    let text = json(&assessment()).unwrap();
    assert!(text.starts_with("{\n  \"schema\": \"rert-assessment/1\"") && text.ends_with("}\n"));
    assert!(!text.contains("Doe"), "the identity is not part of the document");
}
