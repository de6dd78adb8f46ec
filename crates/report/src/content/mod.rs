//! What the report says, section by section, once for HTML and PDF.

mod budget;
mod clinical;
mod comparison;
mod constraints;
mod courses;
mod figures;
mod findings;
mod head;
mod methods;
mod organs;
mod provenance;
mod registrations;
mod scores;
mod sources;
mod targets;
mod uncertainty;

use assessment::{Assessment, StructureSummary};
use guidelines::OrganKind;

use crate::ReportError;
use crate::block::Block;
use crate::course_style::course_styles;
use crate::typeface::Typeface;

/// All parts of the report in their order.
///
/// # Errors
/// When a picture cannot be drawn.
pub(crate) fn content(assessment: &Assessment, typeface: &Typeface) -> Result<Vec<Block>, ReportError> {
    let styles = course_styles(&assessment.courses);
    let mut blocks = head::head(assessment);
    blocks.extend(courses::section(&assessment.courses, &styles, typeface));
    blocks.extend(registrations::section(assessment)?);
    blocks.extend(organs::section(assessment));
    blocks.extend(targets::section(assessment));
    blocks.extend(constraints::section(assessment));
    blocks.extend(uncertainty::section(assessment));
    blocks.extend(budget::section(assessment));
    blocks.extend(comparison::section(assessment.comparison.as_ref()));
    blocks.extend(scores::section(&assessment.scores));
    blocks.extend(figures::pictures(assessment, typeface)?);
    blocks.extend(figures::curves(assessment, &styles, typeface));
    blocks.extend(clinical::section(assessment, &styles, typeface));
    blocks.extend(findings::section(&assessment.findings));
    blocks.extend(methods::section());
    blocks.extend(sources::section(assessment)?);
    blocks.extend(provenance::section(&assessment.provenance));
    Ok(blocks)
}

/// Organs at risk, and structures of which nobody said what they are.
fn organs(assessment: &Assessment) -> Vec<&StructureSummary> {
    let kinds = [Some(OrganKind::Oar), None];
    let of_kind =
        |kind: Option<OrganKind>| assessment.structures.iter().filter(move |structure| structure.kind == kind);
    kinds.into_iter().flat_map(of_kind).collect()
}

/// Target volumes.
fn targets(assessment: &Assessment) -> Vec<&StructureSummary> {
    assessment.structures.iter().filter(|structure| structure.kind == Some(OrganKind::Target)).collect()
}
