//! The report for the patient's record in the planning system or the PACS: its pages, and its compared values.

use std::path::Path;

use assessment::Assessment;
use dicom::{ReportedMeasure, WriteContext, write_measures, write_pdf};
use guidelines::{DoseScope, JudgedConstraint};

use crate::ReportError;

const TITLE: &str = "Cumulative dose (research software, not a medical device)";

/// Writes the pages as Encapsulated PDF, and the values that were compared with limits as structured report; the latter not where
/// nothing may be given.
pub fn write_documents(
    folder: &Path,
    assessment: &Assessment,
    pdf: &[u8],
    context: &WriteContext,
) -> Result<(), ReportError> {
    write_pdf(&folder.join("report.dcm"), TITLE, pdf, context).map_err(ReportError::Dicom)?;
    if assessment.refused {
        return Ok(());
    }
    let measures: Vec<ReportedMeasure> = assessment.constraints.iter().filter_map(measure).collect();
    write_measures(&folder.join("measures.dcm"), TITLE, &measures, context).map_err(ReportError::Dicom)
}

/// A limit on a dose, as it was compared.
fn measure(limit: &JudgedConstraint) -> Option<ReportedMeasure> {
    // An observation is no limit that could be met or exceeded.
    let limit_gy = limit.limit_gy.filter(|_| limit.unit == "Gy" && !limit.is_landmark)?;
    let range = limit.limit_upper_gy.map(|upper| format!(" to {upper}")).unwrap_or_default();
    let bound = match (limit.value_gy, limit.at_least_gy) {
        (None, Some(least)) => format!(", the dose is at least {least:.2} Gy"),
        _ => String::new(),
    };
    let doses = match limit.scope {
        DoseScope::Cumulative => "all courses",
        DoseScope::Current => "the current course",
        DoseScope::CurrentShare | DoseScope::Interval => return None,
    };
    let basis = match limit.alpha_beta_gy {
        Some(alpha_beta) => format!("EQD2 (α/β = {alpha_beta} Gy)"),
        None => "absorbed dose".to_owned(),
    };
    let provisional = if limit.provisional { ", provisional: nobody has accepted the registration" } else { "" };
    Some(ReportedMeasure {
        structure: limit.structure.clone(),
        measure: format!("{} of {doses}, {basis}", limit.metric),
        value: limit.value_gy,
        unit: "Gy",
        verdict: format!(
            "limit {limit_gy}{range} Gy: {}{bound}{provisional}; {} [{}]",
            limit.verdict.as_str(),
            limit.evidence.as_str(),
            limit.source
        ),
    })
}
