//! Dose pictures and dose–volume curves.

use assessment::Assessment;

use super::{organs, targets};
use crate::ReportError;
use crate::block::{Block, Figure, Phrase};
use crate::course_style::CourseStyle;
use crate::dose_picture::plane_figures;
use crate::dvh_plot::dvh_figures;
use crate::typeface::Typeface;

const CURVES: &str = "Cumulative dose–volume curves: the percent of a structure that receives at least a dose. The points are in dvh.csv.";
const CURVES_CONTINUED: &str = "Cumulative dose–volume curves, continued.";

/// Planes through the place of greatest concern.
///
/// # Errors
/// When a picture cannot be drawn.
pub(super) fn pictures(assessment: &Assessment, typeface: &Typeface) -> Result<Vec<Block>, ReportError> {
    let mut blocks = vec![Block::Heading("Cumulative dose")];
    let figures = plane_figures(assessment, typeface)?;
    if figures.is_empty() {
        blocks.push(Block::Paragraph(Phrase::plain("There is no cumulative dose to be shown.")));
    }
    for figure in figures {
        let basis = match assessment.view_basis.trim_end_matches('.') {
            "" => String::new(),
            basis => format!(" {basis}."),
        };
        let caption = format!(
            "{} through the place of greatest concern.{basis} Colours from 10 % of the highest dose; image and contours of the current course.",
            figure.planes
        );
        blocks.push(Block::Figure(Figure {
            drawing: figure.drawing,
            description: caption.clone(),
            caption: Phrase::small(caption),
        }));
    }
    Ok(blocks)
}

/// Dose–volume curves of organs, then of targets.
pub(super) fn curves(assessment: &Assessment, styles: &[CourseStyle], typeface: &Typeface) -> Vec<Block> {
    let groups =
        [("Organs at risk by volume", organs(assessment)), ("Target volumes by volume", targets(assessment))];
    let mut blocks = vec![Block::Heading("Dose–volume curves")];
    for (title, structures) in groups {
        let drawings = dvh_figures(&structures, styles, typeface);
        let names: Vec<&str> = structures.iter().map(|structure| structure.name.as_str()).collect();
        for (index, drawing) in drawings.into_iter().enumerate() {
            if index == 0 {
                blocks.push(Block::Subheading(title));
            }
            blocks.push(Block::Figure(Figure {
                drawing,
                caption: Phrase::small(if index == 0 { CURVES } else { CURVES_CONTINUED }),
                description: format!("Cumulative dose–volume curves of {}", names.join(", ")),
            }));
        }
    }
    if blocks.len() == 1 {
        blocks.push(Block::Paragraph(Phrase::plain("There are no curves to be shown.")));
    }
    blocks
}
