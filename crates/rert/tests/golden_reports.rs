//! The whole report of four synthetic patients, as text: whoever changes what it says sees it here.
//!
//! Each was read line by line: what is asserted has its source, and nothing that the items of a report ask for is left out in
//! silence. Pictures, the hashes of the provenance and the size of the knowledge base are left out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use assessment::Assessment;
use case::Settings;
use guidelines::catalogue::bibliography;
use phantom::{Options, Scenario, SyntheticPatient};

/// Reads, orders and assesses the small form of a patient with what a person knows of it.
fn assessed(scenario: Scenario) -> (Assessment, Settings) {
    let folder = tempfile::tempdir().unwrap();
    SyntheticPatient::generate(&Options::tiny_of(scenario)).write(folder.path()).unwrap();
    let mut read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
    let mut settings = Settings::from_toml(scenario.case_toml().unwrap()).unwrap();
    settings.uncertainty.draws = Some(60);
    let case = assessment::order(&read.objects, &settings).unwrap();
    for image in case.courses.iter().filter_map(|course| course.image) {
        read.load_voxels(image).unwrap();
    }
    (assessment::assess(&read.objects, &case, &settings).unwrap(), settings)
}

/// What stands between tags, a line for each row, paragraph and heading.
fn text_of(html: &str) -> String {
    let body = html.split_once("</style>").map_or(html, |(_, body)| body);
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, next)) = after.split_once('>') else { break };
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        rest = if name == "svg" && !tag.starts_with('/') {
            next.split_once("</svg>").map_or("", |(_, next)| next)
        } else {
            next
        };
        match (name, tag.starts_with('/')) {
            ("td" | "th", true) => text.push_str(" | "),
            ("br", _) | ("span" | "small", true) => text.push(' '),
            ("div", true) => text.push_str(" / "),
            (
                "tr" | "p" | "li" | "h1" | "h2" | "h3" | "section" | "dt" | "dd" | "caption" | "figcaption",
                true,
            ) => {
                text.push('\n');
            }
            _ => {}
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    let tidy = |line: &str| {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let cells: Vec<&str> = words.split(" | ").map(|cell| cell.trim_matches([' ', '/', '|'])).collect();
        cells.join(" | ").trim_end_matches([' ', '|']).to_owned()
    };
    let lines = text.lines().map(tidy);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("The knowledge base holds"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every source in brackets that the report names is among its references.
fn assert_every_source_is_resolved(text: &str) {
    let (body, references) = text.split_once("\nReferences\n").unwrap();
    let keys = bibliography();
    let named = body.split('[').skip(1).filter_map(|part| part.split_once(']')).map(|(key, _)| key);
    let mut n = 0;
    for key in named.filter(|key| keys.contains_key(*key)) {
        assert!(references.contains(&format!("[{key}]")), "{key} is not among the references");
        n += 1;
    }
    assert!(n > 20, "{n}");
    assert!(!references.contains("not in the bibliography"));
}

fn check(scenario: Scenario, name: &str) {
    let (assessment, settings) = assessed(scenario);
    assert!(!assessment.refused && !assessment.provisional);
    let clinical = assessment.clinical.as_ref().unwrap();
    assert_eq!(clinical.reporting.adherence_points, 10, "{:#?}", clinical.reporting.adherence);
    assert!(assessment.findings.iter().all(|finding| finding.code != "H48"), "{:#?}", assessment.findings);
    let text = text_of(&report::html(&assessment).unwrap());
    assert_every_source_is_resolved(&text);
    let until_provenance = text.split_once("\nProvenance\n").unwrap().0;
    insta::assert_snapshot!(name, until_provenance);
    let page = report::patient_page(&assessment, settings.patient_page.as_ref().unwrap()).unwrap();
    insta::assert_snapshot!(format!("{name}-patient-page"), text_of(&page));
}

#[test]
fn glioma_with_bevacizumab() {
    check(Scenario::Glioma, "glioma");
}

#[test]
fn head_and_neck_photons_then_protons() {
    check(Scenario::HeadAndNeckProton, "head-and-neck-proton");
}

#[test]
fn thorax_after_stereotactic_radiotherapy() {
    check(Scenario::Thorax, "thorax");
}

#[test]
fn spine_stereotactically_after_conventional_radiotherapy() {
    check(Scenario::Spine, "spine");
}
