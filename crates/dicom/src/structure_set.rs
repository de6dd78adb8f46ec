//! RT Structure Set.

use case::{InterpretedType, Roi, StructureSet};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::{Contour, FrameOfReference, Point};

use crate::access::{date, integer, items, numbers, text, uid};
use crate::parse::Parsed;
use crate::{ReadError, header};

/// Reads every region with its contours; a broken contour becomes a problem of its region, not an error.
///
/// # Errors
/// When the object names no frame of reference or a number is not usable.
pub fn read(parsed: &Parsed, sha256: &str) -> Result<StructureSet, ReadError> {
    let object = &parsed.object;
    let header = header::read(object, "RTSTRUCT", sha256)?;
    let frame = frame(object).ok_or(ReadError::Missing("Referenced Frame of Reference UID"))?;
    let mut rois = Vec::new();
    for item in items(object, tags::STRUCTURE_SET_ROI_SEQUENCE) {
        rois.push(read_roi(object, item, &frame)?);
    }
    Ok(StructureSet {
        label: text(object, tags::STRUCTURE_SET_LABEL).unwrap_or_else(|| "unnamed structure set".to_owned()),
        institution: text(object, tags::INSTITUTION_NAME),
        date: date(object, tags::STRUCTURE_SET_DATE, "Structure Set Date")?,
        frame,
        rois,
        images: images(object),
        header,
    })
}

/// The frame that most objects state once per region, or once for the set, or in their own header.
fn frame(object: &InMemDicomObject) -> Option<FrameOfReference> {
    let per_region = items(object, tags::STRUCTURE_SET_ROI_SEQUENCE)
        .iter()
        .find_map(|item| uid(item, tags::REFERENCED_FRAME_OF_REFERENCE_UID));
    let per_set = || {
        items(object, tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE)
            .iter()
            .find_map(|item| uid(item, tags::FRAME_OF_REFERENCE_UID))
    };
    per_region.or_else(per_set).or_else(|| uid(object, tags::FRAME_OF_REFERENCE_UID)).map(FrameOfReference::new)
}

fn images(object: &InMemDicomObject) -> Vec<String> {
    let mut images: Vec<String> = items(object, tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE)
        .iter()
        .flat_map(|frame| items(frame, tags::RT_REFERENCED_STUDY_SEQUENCE))
        .flat_map(|study| items(study, tags::RT_REFERENCED_SERIES_SEQUENCE))
        .flat_map(|series| items(series, tags::CONTOUR_IMAGE_SEQUENCE))
        .filter_map(|image| uid(image, tags::REFERENCED_SOP_INSTANCE_UID))
        .collect();
    images.sort();
    images.dedup();
    images
}

fn read_roi(
    object: &InMemDicomObject,
    item: &InMemDicomObject,
    frame: &FrameOfReference,
) -> Result<Roi, ReadError> {
    let number = integer(item, tags::ROI_NUMBER, "ROI Number")?.ok_or(ReadError::Missing("ROI Number"))? as i32;
    let own_frame = uid(item, tags::REFERENCED_FRAME_OF_REFERENCE_UID);
    let mut roi = Roi {
        number,
        name: text(item, tags::ROI_NAME).unwrap_or_else(|| format!("ROI {number}")),
        interpreted_type: interpreted_type(object, number)?,
        contours: Vec::new(),
        problems: Vec::new(),
    };
    if own_frame.is_some_and(|own| own != frame.as_str()) {
        roi.problems.push("it is drawn in another frame of reference than the structure set".to_owned());
        return Ok(roi);
    }
    for drawn in items(object, tags::ROI_CONTOUR_SEQUENCE) {
        if integer(drawn, tags::REFERENCED_ROI_NUMBER, "Referenced ROI Number")? == Some(i64::from(number)) {
            items(drawn, tags::CONTOUR_SEQUENCE).iter().for_each(|contour| read_contour(contour, &mut roi));
        }
    }
    Ok(roi)
}

fn read_contour(item: &InMemDicomObject, roi: &mut Roi) {
    let kind = text(item, tags::CONTOUR_GEOMETRIC_TYPE).unwrap_or_default();
    if !matches!(kind.as_str(), "CLOSED_PLANAR" | "CLOSEDPLANAR_XOR") {
        let kind = if kind.is_empty() { "unknown".to_owned() } else { kind };
        return roi.problems.push(format!("a contour is of type {kind}, not closed and planar"));
    }
    let coordinates = match numbers(item, tags::CONTOUR_DATA, "Contour Data") {
        Ok(coordinates) => coordinates.unwrap_or_default(),
        Err(error) => return roi.problems.push(error.to_string()),
    };
    if coordinates.len() % 3 != 0 {
        return roi.problems.push(format!("a contour has {} coordinates, not three per point", coordinates.len()));
    }
    let points = coordinates.chunks_exact(3).map(|point| Point::new(point[0], point[1], point[2])).collect();
    match Contour::new(points) {
        Ok(contour) => roi.contours.push(contour),
        Err(error) => roi.problems.push(error.to_string()),
    }
}

fn interpreted_type(object: &InMemDicomObject, number: i32) -> Result<InterpretedType, ReadError> {
    const RT_ROI_OBSERVATIONS_SEQUENCE: Tag = Tag(0x3006, 0x0080);
    for item in items(object, RT_ROI_OBSERVATIONS_SEQUENCE) {
        if integer(item, tags::REFERENCED_ROI_NUMBER, "Referenced ROI Number")? != Some(i64::from(number)) {
            continue;
        }
        let kind = text(item, tags::RTROI_INTERPRETED_TYPE).unwrap_or_default();
        return Ok(match kind.as_str() {
            "GTV" | "CTV" | "ITV" | "PTV" => InterpretedType::Target,
            "EXTERNAL" => InterpretedType::External,
            "MARKER" | "FIXATION" | "SUPPORT" | "BOLUS" | "ISOCENTER" | "REGISTRATION" | "DOSE_REGION"
            | "CONTRAST_AGENT" => InterpretedType::Support(kind),
            other if other.starts_with("BRACHY_") => InterpretedType::Support(kind),
            _ => InterpretedType::Organ,
        });
    }
    Ok(InterpretedType::Organ)
}
