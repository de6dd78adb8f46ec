//! The report on paper.
//!
//! [`flow`] sets the parts of the report on pages, [`paint`] writes the pages as PDF. Nothing depends on the clock or
//! on the fonts of a machine, so the same assessment gives the same bytes.

mod blocks;
mod flow;
mod page;
mod paint;
mod table;

use assessment::Assessment;
use chrono::Datelike;
use krilla::Document;
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;

use crate::ReportError;
use crate::content::content;
use crate::typeface::Typeface;

use flow::{Bookmark, Flow};
use page::{PAGE_HEIGHT, PAGE_WIDTH, PageFrame};
use paint::Painter;

/// The report as PDF on A4 pages.
///
/// # Errors
/// When a picture cannot be drawn or the pages cannot be written.
pub fn pdf(assessment: &Assessment) -> Result<Vec<u8>, ReportError> {
    let typeface = Typeface::builtin()?;
    let mut flow = Flow::new(typeface);
    let blocks = content(assessment, typeface)?;
    for (index, block) in blocks.iter().enumerate() {
        flow.block(block, &blocks[index + 1..]);
    }
    let (mut pages, bookmarks) = flow.finish();
    let frame = PageFrame::of(assessment, typeface, pages.len());
    for (index, page) in pages.iter_mut().enumerate() {
        frame.draw(page, index + 1);
    }
    let mut document = Document::new();
    let mut painter = Painter::new(typeface)?;
    for page in &pages {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
        let settings = settings.ok_or_else(|| ReportError::Pdf("the page has no size".to_owned()))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        painter.paint(&mut surface, &page.items);
        surface.finish();
        sheet.finish();
    }
    painter.finish()?;
    document.set_outline(outline(&bookmarks));
    document.set_metadata(metadata(assessment));
    document.finish().map_err(|error| ReportError::Pdf(error.to_string()))
}

fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    for bookmark in bookmarks {
        let place = XyzDestination::new(bookmark.page, Point::from_xy(0.0, bookmark.y));
        outline.push_child(OutlineNode::new(bookmark.title.to_owned(), place));
    }
    outline
}

/// The name of the patient stands on the pages and not in the properties of the file.
fn metadata(assessment: &Assessment) -> Metadata {
    let provenance = &assessment.provenance;
    let metadata = Metadata::new()
        .title("Reirradiation assessment".to_owned())
        .language("en".to_owned())
        .creator(format!("rert {}", provenance.rert))
        .document_id(format!("{}{}", provenance.settings_sha256, provenance.knowledge_sha256));
    match assessment.date {
        Some(date) => {
            let year = u16::try_from(date.year()).unwrap_or(0);
            metadata.creation_date(DateTime::new(year).month(date.month() as u8).day(date.day() as u8))
        }
        None => metadata,
    }
}
