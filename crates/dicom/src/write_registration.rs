//! Spatial Registration objects of rigid maps.

use std::path::Path;

use case::Registration;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::{Affine, FrameOfReference};

use crate::parse::Parsed;
use crate::registration::FramesOfInstances;
use crate::write::{WriteContext, put, put_decimals, put_frame, put_items, write_file};
use crate::{WriteError, registration};

const SPATIAL_REGISTRATION_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.66.1";
const MATRIX: Tag = Tag(0x3006, 0x00C6);
const MATRIX_TYPE: Tag = Tag(0x0070, 0x030C);

/// Writes the map that takes points of the `moving` frame to the `fixed` one, reads it back and compares.
///
/// # Errors
/// When the file cannot be written or reading back gives another map.
pub fn write_registration(
    path: &Path,
    name: &str,
    (fixed, moving): (&FrameOfReference, &FrameOfReference),
    fixed_from_moving: &Affine,
    context: &WriteContext,
) -> Result<(), WriteError> {
    let mut object = context.begin(SPATIAL_REGISTRATION_STORAGE, "REG", name);
    put_frame(&mut object, fixed);
    let date = context.date.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default();
    put(&mut object, tags::CONTENT_DATE, VR::DA, &date);
    put(&mut object, tags::CONTENT_TIME, VR::TM, "000000");
    put(&mut object, tags::CONTENT_LABEL, VR::CS, "REGISTRATION");
    put(&mut object, tags::CONTENT_DESCRIPTION, VR::LO, name);
    put(&mut object, tags::CONTENT_CREATOR_NAME, VR::PN, "");
    let items = vec![item(fixed, &Affine::identity()), item(moving, fixed_from_moving)];
    put_items(&mut object, tags::REGISTRATION_SEQUENCE, items);
    write_file(object, path, name)?;
    read_back(path, name, fixed_from_moving)
}

fn item(frame: &FrameOfReference, affine: &Affine) -> InMemDicomObject {
    let mut matrix = InMemDicomObject::new_empty();
    put(&mut matrix, MATRIX_TYPE, VR::CS, "RIGID");
    put_decimals(&mut matrix, MATRIX, &affine.to_row_major());
    let mut code = InMemDicomObject::new_empty();
    put(&mut code, tags::CODE_VALUE, VR::SH, "125024");
    put(&mut code, tags::CODING_SCHEME_DESIGNATOR, VR::SH, "DCM");
    put(&mut code, tags::CODE_MEANING, VR::LO, "Image Content-based Alignment");
    let mut registration = InMemDicomObject::new_empty();
    put_items(&mut registration, tags::MATRIX_SEQUENCE, vec![matrix]);
    put_items(&mut registration, tags::REGISTRATION_TYPE_CODE_SEQUENCE, vec![code]);
    let mut item = InMemDicomObject::new_empty();
    put_frame(&mut item, frame);
    put_items(&mut item, tags::MATRIX_REGISTRATION_SEQUENCE, vec![registration]);
    item
}

fn read_back(path: &Path, name: &str, written: &Affine) -> Result<(), WriteError> {
    let differs = |problem: String| WriteError::ReadBack { what: name.to_owned(), problem };
    let file = std::fs::read(path).map_err(|source| WriteError::File { what: name.to_owned(), source })?;
    let parsed = Parsed::read(&file).map_err(|error| differs(error.to_string()))?;
    let back: Registration =
        registration::read(&parsed, "", &FramesOfInstances::new()).map_err(|error| differs(error.to_string()))?;
    let map = back.transforms.first().and_then(|map| map.transform.as_affine());
    let largest = map.map_or(f64::INFINITY, |map| {
        let pairs = map.to_row_major().into_iter().zip(written.to_row_major());
        pairs.map(|(back, written)| (back - written).abs()).fold(0.0, f64::max)
    });
    if largest < 1e-6 { Ok(()) } else { Err(differs(format!("the matrix differs by {largest}"))) }
}
