//! RT Dose objects of computed dose.

use std::path::Path;

use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::{FrameOfReference, Volume};

use crate::parse::Parsed;
use crate::write::{
    WriteContext, decimal_string, put, put_decimals, put_frame, put_items, put_placement, put_u16, write_file,
};
use crate::{WriteError, dose};

const RT_DOSE_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.481.2";
const RT_PLAN_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.481.5";
const RT_ION_PLAN_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.481.8";
const REFERENCED_RT_PLAN_SEQUENCE: Tag = Tag(0x300C, 0x0002);
const GRID_FRAME_OFFSET_VECTOR: Tag = Tag(0x3004, 0x000C);

/// A dose that no machine gave: an equieffective one, or what may still be given.
#[derive(Clone, Debug)]
pub struct DoseExport<'a> {
    /// Short name, also that of the file.
    pub name: &'a str,
    /// Basis and recovery in words, for the DoseComment.
    pub comment: &'a str,
    /// Frame of the grid.
    pub frame: &'a FrameOfReference,
    /// Dose in gray.
    pub voxels: &'a Volume<f64>,
    /// `EFFECTIVE`, or `PHYSICAL` for planning systems that refuse it: then the comment must say loudly that it is no dose of a plan.
    pub dose_type: &'a str,
    /// Plans it was made from: UID, and whether it is a plan of particles.
    pub plans: &'a [(String, bool)],
}

/// Writes a 32-bit dose over several plans, reads it back and compares (H45, H46).
///
/// # Errors
/// When a value is negative or not finite, the file cannot be written, or reading back gives other values.
pub fn write_dose(path: &Path, export: &DoseExport<'_>, context: &WriteContext) -> Result<(), WriteError> {
    let values = export.voxels.values();
    if let Some(&value) = values.iter().find(|value| !(value.is_finite() && **value >= 0.0)) {
        return Err(WriteError::Value { what: export.name.to_owned(), value });
    }
    let scaling = scaling_for(values.iter().copied().fold(0.0, f64::max));
    write_file(build(export, scaling, context), path, export.name)?;
    read_back(path, export, scaling)
}

/// The smallest scaling that a decimal string can hold and that keeps the maximum within 32 bits.
fn scaling_for(maximum: f64) -> f64 {
    let wanted = if maximum > 0.0 { maximum / f64::from(u32::MAX) } else { 1e-6 };
    // Rounding to 16 characters may go down by 1e-9; the margin keeps the maximum from being clipped.
    decimal_string(wanted * (1.0 + 1e-7)).parse().unwrap_or(wanted)
}

fn build(export: &DoseExport<'_>, scaling: f64, context: &WriteContext) -> InMemDicomObject {
    let mut object = context.begin(RT_DOSE_STORAGE, "RTDOSE", export.name);
    let grid = export.voxels.grid();
    let [columns, rows, planes] = grid.size();
    let spacing = grid.spacing_mm();
    put_frame(&mut object, export.frame);
    put_placement(&mut object, grid);
    put_decimals(&mut object, tags::PIXEL_SPACING, &[spacing[1], spacing[0]]);
    put(&mut object, tags::SLICE_THICKNESS, VR::DS, "");
    put(&mut object, tags::NUMBER_OF_FRAMES, VR::IS, &planes.to_string());
    object.put(DataElement::new(
        tags::FRAME_INCREMENT_POINTER,
        VR::AT,
        PrimitiveValue::Tags(vec![GRID_FRAME_OFFSET_VECTOR].into()),
    ));
    let offsets: Vec<f64> = (0..planes).map(|k| grid.plane_offset_mm(k)).collect();
    put_decimals(&mut object, GRID_FRAME_OFFSET_VECTOR, &offsets);
    for (tag, text) in [
        (tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2"),
        (tags::DOSE_UNITS, "GY"),
        (tags::DOSE_TYPE, export.dose_type),
        (tags::DOSE_SUMMATION_TYPE, "MULTI_PLAN"),
    ] {
        put(&mut object, tag, VR::CS, text);
    }
    put(&mut object, tags::DOSE_COMMENT, VR::LO, export.comment);
    put_decimals(&mut object, tags::DOSE_GRID_SCALING, &[scaling]);
    for (tag, value) in [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, rows as u16),
        (tags::COLUMNS, columns as u16),
        (tags::BITS_ALLOCATED, 32),
        (tags::BITS_STORED, 32),
        (tags::HIGH_BIT, 31),
        (tags::PIXEL_REPRESENTATION, 0),
    ] {
        put_u16(&mut object, tag, value);
    }
    put_items(&mut object, REFERENCED_RT_PLAN_SEQUENCE, export.plans.iter().map(plan_item).collect());
    let bytes: Vec<u8> =
        export.voxels.values().iter().flat_map(|value| ((value / scaling).round() as u32).to_le_bytes()).collect();
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U8(bytes.into())));
    object
}

fn plan_item((uid, is_ion): &(String, bool)) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    let class = if *is_ion { RT_ION_PLAN_STORAGE } else { RT_PLAN_STORAGE };
    put(&mut item, tags::REFERENCED_SOP_CLASS_UID, VR::UI, class);
    put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, uid);
    item
}

fn read_back(path: &Path, export: &DoseExport<'_>, scaling: f64) -> Result<(), WriteError> {
    let differs = |problem: String| WriteError::ReadBack { what: export.name.to_owned(), problem };
    let file = std::fs::read(path).map_err(|source| WriteError::File { what: export.name.to_owned(), source })?;
    let parsed = Parsed::read(&file).map_err(|error| differs(error.to_string()))?;
    let dose = dose::read(&parsed, &file, "").map_err(|error| differs(error.to_string()))?;
    if !dose.voxels.grid().coincides(export.voxels.grid(), 1e-3) {
        return Err(differs("the grid is another one".to_owned()));
    }
    let pairs = dose.voxels.values().iter().zip(export.voxels.values());
    // Half a quantum is lost by rounding, and a share of the value by the arithmetic of the product.
    let excess = |(back, written): (&f64, &f64)| (back - written).abs() - 0.5 * scaling - 1e-12 * written.abs();
    let largest = pairs.map(excess).fold(f64::NEG_INFINITY, f64::max);
    if largest > 0.0 {
        return Err(differs(format!("a value differs by {largest} Gy more than rounding explains")));
    }
    Ok(())
}
