//! RT Structure Set objects of regions that were computed.

use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::{FrameOfReference, Point};

use crate::parse::Parsed;
use crate::write::{WriteContext, decimal_string, put, put_decimals, put_items, write_file};
use crate::{WriteError, structure_set};

const RT_STRUCTURE_SET_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.481.3";
const CT_IMAGE_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.2";
/// The retired class that the standard still asks for here.
const STUDY_MANAGEMENT: &str = "1.2.840.10008.3.1.2.3.1";
/// Corners may move by this when they are written as decimals.
const TOLERANCE_MM: f64 = 1e-3;

/// Regions to be written.
#[derive(Clone, Debug)]
pub struct StructureSetExport<'a> {
    /// Short name, also that of the file; at most 16 characters are shown as label.
    pub name: &'a str,
    /// What the regions are, in words.
    pub description: &'a str,
    /// Frame of the contours.
    pub frame: &'a FrameOfReference,
    /// The images that the regions lie on, so that a planning system finds them.
    pub images: Option<ReferencedImages<'a>>,
    /// The regions.
    pub regions: &'a [Region],
}

/// A CT series.
#[derive(Clone, Copy, Debug)]
pub struct ReferencedImages<'a> {
    /// Study.
    pub study: &'a str,
    /// Series.
    pub series: &'a str,
    /// Slices.
    pub instances: &'a [String],
}

/// A region with closed planar contours; a hole is a contour within another.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Name.
    pub name: String,
    /// Colour of display.
    pub colour: [u8; 3],
    /// Contours.
    pub contours: Vec<RegionContour>,
}

/// A closed planar contour.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionContour {
    /// Corners in LPS millimetres, the first one not repeated.
    pub points_mm: Vec<Point>,
    /// The slice it lies on.
    pub image: Option<String>,
}

/// Writes the regions as structures of type CONTROL, which no planning system treats, and reads them back.
///
/// # Errors
/// When the file cannot be written, or reading back gives other contours.
pub fn write_structure_set(
    path: &Path,
    export: &StructureSetExport<'_>,
    context: &WriteContext,
) -> Result<(), WriteError> {
    write_file(build(export, context), path, export.name)?;
    read_back(path, export)
}

fn build(export: &StructureSetExport<'_>, context: &WriteContext) -> InMemDicomObject {
    let mut object = context.begin(RT_STRUCTURE_SET_STORAGE, "RTSTRUCT", export.name);
    let label: String = export.name.chars().take(16).collect();
    let date = context.date.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default();
    put(&mut object, tags::STRUCTURE_SET_LABEL, VR::SH, &label);
    put(&mut object, tags::STRUCTURE_SET_DESCRIPTION, VR::ST, export.description);
    put(&mut object, tags::STRUCTURE_SET_DATE, VR::DA, &date);
    put(&mut object, tags::STRUCTURE_SET_TIME, VR::TM, "");
    put(&mut object, tags::APPROVAL_STATUS, VR::CS, "UNAPPROVED");
    let mut frame = InMemDicomObject::new_empty();
    put(&mut frame, tags::FRAME_OF_REFERENCE_UID, VR::UI, export.frame.as_str());
    if let Some(images) = &export.images {
        put_items(&mut frame, tags::RT_REFERENCED_STUDY_SEQUENCE, vec![study_item(images)]);
    }
    put_items(&mut object, tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE, vec![frame]);
    let numbered = || export.regions.iter().zip(1..);
    put_items(
        &mut object,
        tags::STRUCTURE_SET_ROI_SEQUENCE,
        numbered().map(|(region, number)| roi(export, region, number)).collect(),
    );
    put_items(
        &mut object,
        tags::ROI_CONTOUR_SEQUENCE,
        numbered().map(|(region, number)| contours(region, number)).collect(),
    );
    put_items(
        &mut object,
        tags::RTROI_OBSERVATIONS_SEQUENCE,
        numbered().map(|(_, number)| observation(number)).collect(),
    );
    object
}

fn study_item(images: &ReferencedImages<'_>) -> InMemDicomObject {
    let (mut series, mut study) = (InMemDicomObject::new_empty(), InMemDicomObject::new_empty());
    put(&mut series, tags::SERIES_INSTANCE_UID, VR::UI, images.series);
    put_items(
        &mut series,
        tags::CONTOUR_IMAGE_SEQUENCE,
        images.instances.iter().map(|instance| image_item(instance)).collect(),
    );
    put(&mut study, tags::REFERENCED_SOP_CLASS_UID, VR::UI, STUDY_MANAGEMENT);
    put(&mut study, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, images.study);
    put_items(&mut study, tags::RT_REFERENCED_SERIES_SEQUENCE, vec![series]);
    study
}

fn image_item(instance: &str) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::REFERENCED_SOP_CLASS_UID, VR::UI, CT_IMAGE_STORAGE);
    put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, instance);
    item
}

fn roi(export: &StructureSetExport<'_>, region: &Region, number: i32) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::ROI_NUMBER, VR::IS, &number.to_string());
    put(&mut item, tags::REFERENCED_FRAME_OF_REFERENCE_UID, VR::UI, export.frame.as_str());
    put(&mut item, tags::ROI_NAME, VR::LO, &region.name);
    put(&mut item, tags::ROI_DESCRIPTION, VR::ST, export.description);
    put(&mut item, tags::ROI_GENERATION_ALGORITHM, VR::CS, "AUTOMATIC");
    item
}

fn contours(region: &Region, number: i32) -> InMemDicomObject {
    let contour = |contour: &RegionContour| {
        let points = &contour.points_mm;
        let mut item = InMemDicomObject::new_empty();
        put_items(
            &mut item,
            tags::CONTOUR_IMAGE_SEQUENCE,
            contour.image.as_deref().map(image_item).into_iter().collect(),
        );
        put(&mut item, tags::CONTOUR_GEOMETRIC_TYPE, VR::CS, "CLOSED_PLANAR");
        put(&mut item, tags::NUMBER_OF_CONTOUR_POINTS, VR::IS, &points.len().to_string());
        let values: Vec<f64> = points.iter().flat_map(|point| [point.x, point.y, point.z]).map(rounded).collect();
        put_decimals(&mut item, tags::CONTOUR_DATA, &values);
        item
    };
    let mut item = InMemDicomObject::new_empty();
    let colour = region.colour.map(|part| part.to_string()).join("\\");
    put(&mut item, tags::ROI_DISPLAY_COLOR, VR::IS, &colour);
    put_items(&mut item, tags::CONTOUR_SEQUENCE, region.contours.iter().map(contour).collect());
    put(&mut item, tags::REFERENCED_ROI_NUMBER, VR::IS, &number.to_string());
    item
}

fn observation(number: i32) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::OBSERVATION_NUMBER, VR::IS, &number.to_string());
    put(&mut item, tags::REFERENCED_ROI_NUMBER, VR::IS, &number.to_string());
    put(&mut item, tags::RTROI_INTERPRETED_TYPE, VR::CS, "CONTROL");
    put(&mut item, tags::ROI_INTERPRETER, VR::PN, "");
    item
}

/// Ten micrometres are enough for a contour and keep the files small.
fn rounded(mm: f64) -> f64 {
    (mm * 1e3).round() / 1e3
}

fn read_back(path: &Path, export: &StructureSetExport<'_>) -> Result<(), WriteError> {
    let differs = |problem: String| WriteError::ReadBack { what: export.name.to_owned(), problem };
    let file = std::fs::read(path).map_err(|source| WriteError::File { what: export.name.to_owned(), source })?;
    let parsed = Parsed::read(&file).map_err(|error| differs(error.to_string()))?;
    let set = structure_set::read(&parsed, "").map_err(|error| differs(error.to_string()))?;
    for (region, roi) in export.regions.iter().zip(&set.rois) {
        let back: Vec<Point> = roi.contours.iter().flat_map(|contour| contour.points_mm()).copied().collect();
        let written: Vec<Point> = region.contours.iter().flat_map(|contour| &contour.points_mm).copied().collect();
        let far = written.iter().zip(&back).any(|(a, b)| (a - b).norm() > TOLERANCE_MM);
        if roi.name != region.name || written.len() != back.len() || far {
            return Err(differs(format!(
                "the contours of region {} differ",
                decimal_string(f64::from(roi.number))
            )));
        }
    }
    if set.rois.len() == export.regions.len() { Ok(()) } else { Err(differs("a region is missing".to_owned())) }
}
