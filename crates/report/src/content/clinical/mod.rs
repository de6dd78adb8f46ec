//! Scores, criteria, drugs, imaging, harm and quality of life, and what the report still lacks.

mod imaging;
mod outcomes;
mod reporting;
mod selection;
mod systemic;

use assessment::Assessment;
use guidelines::Evidence;

use crate::block::{Block, Phrase};
use crate::course_style::CourseStyle;
use crate::follow_up_plot::follow_up;
use crate::typeface::Typeface;

/// Everything beyond doses.
pub(super) fn section(assessment: &Assessment, styles: &[CourseStyle], typeface: &Typeface) -> Vec<Block> {
    let Some(clinical) = &assessment.clinical else { return Vec::new() };
    let mut blocks = selection::selection(clinical);
    blocks.extend(systemic::systemic(&clinical.systemic_therapy));
    blocks.extend(imaging::imaging(&clinical.imaging, &clinical.imaging_rules));
    blocks.extend(outcomes::outcomes(clinical, follow_up(clinical, &assessment.courses, styles, typeface)));
    blocks.extend(reporting::reporting(&clinical.reporting));
    blocks
}

fn tagged(evidence: Evidence, source: &str) -> Phrase {
    Phrase::small(format!("{} [{source}]", evidence.as_str()))
}
