//! The settings of a run, complete: what was decided, and as comments what was taken from elsewhere.

use std::fmt::Write;

use assessment::Assessment;
use case::{Case, Settings};

/// The decisions that went in, followed by every value that was taken from the objects or the knowledge base.
///
/// The latter stand as comments: they are no decisions of a person, and a run with this file must give the same bytes.
pub(crate) fn used_settings(settings: &Settings, case: &Case, assessment: &Assessment) -> String {
    let mut text = settings.to_toml();
    text += "\n# Taken from the objects and from the knowledge base; take away the # of a line to decide it yourself.\n";
    for plan in case.courses.iter().flat_map(|course| &course.plans) {
        let entry = [
            "[[plan]]".to_owned(),
            format!("plan = {:?}", plan.uid),
            format!("fractions_planned = {}", plan.fractions_planned),
            format!("fractions_delivered = {}", plan.fractions_delivered),
            format!("modality = {:?}", plan.modality.as_str()),
        ];
        comment(&mut text, &entry);
    }
    for structure in &assessment.structures {
        let mut entry = vec!["[[structure]]".to_owned(), format!("name = {:?}", structure.name)];
        entry.extend(structure.standard_name.as_ref().map(|name| format!("standard_name = {name:?}")));
        entry.extend(structure.alpha_beta_gy.map(|gy| format!("alpha_beta_gy = {gy:?}")));
        entry.push(format!("recovery = {:?}", structure.recovery));
        comment(&mut text, &entry);
    }
    for registration in &assessment.registrations {
        comment(&mut text, &["[registration]".to_owned(), format!("use = {:?}", registration.kind)]);
    }
    let isodose = assessment.classification.isodose_percent;
    comment(&mut text, &["[irradiated_volume]".to_owned(), format!("isodose_percent = {isodose:?}")]);
    text
}

fn comment(text: &mut String, lines: &[String]) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "#");
    for line in lines {
        let _ = writeln!(text, "# {line}");
    }
}
