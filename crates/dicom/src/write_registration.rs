//! Spatial Registration and Deformable Spatial Registration objects.

use std::path::Path;

use case::Registration;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::{Affine, DeformationField, FrameOfReference};

use crate::parse::Parsed;
use crate::registration::FramesOfInstances;
use crate::write::{WriteContext, put, put_decimals, put_frame, put_items, put_placement, write_file};
use crate::{WriteError, registration};

const SPATIAL_REGISTRATION_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.66.1";
const DEFORMABLE_SPATIAL_REGISTRATION_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.66.3";
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
    let mut object = begin(SPATIAL_REGISTRATION_STORAGE, name, fixed, context);
    let items = vec![item(fixed, &Affine::identity()), item(moving, fixed_from_moving)];
    put_items(&mut object, tags::REGISTRATION_SEQUENCE, items);
    write_file(object, path, name)?;
    read_back(path, name, fixed_from_moving)
}

/// Writes the map that takes points of the `fixed` frame to the `moving` one, reads it back and compares.
///
/// # Errors
/// When the file cannot be written, reading back gives another map, or the planes of the grid are not equally distant.
pub fn write_deformable_registration(
    path: &Path,
    name: &str,
    (fixed, moving): (&FrameOfReference, &FrameOfReference),
    moving_from_fixed: &DeformationField,
    context: &WriteContext,
) -> Result<(), WriteError> {
    let mut object = begin(DEFORMABLE_SPATIAL_REGISTRATION_STORAGE, name, fixed, context);
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::SOURCE_FRAME_OF_REFERENCE_UID, VR::UI, moving.as_str());
    put_items(&mut item, tags::REGISTRATION_TYPE_CODE_SEQUENCE, vec![by_content()]);
    let linear = |affine: &Affine, kind: &str| vec![matrix(affine, kind)];
    put_items(
        &mut item,
        tags::PRE_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE,
        linear(moving_from_fixed.before(), "AFFINE"),
    );
    put_items(
        &mut item,
        tags::POST_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE,
        linear(moving_from_fixed.after(), "AFFINE"),
    );
    put_items(&mut item, tags::DEFORMABLE_REGISTRATION_GRID_SEQUENCE, vec![grid(moving_from_fixed)]);
    put_items(&mut object, tags::DEFORMABLE_REGISTRATION_SEQUENCE, vec![item]);
    write_file(object, path, name)?;
    read_back_deformable(path, name, moving_from_fixed)
}

fn begin(class: &str, name: &str, fixed: &FrameOfReference, context: &WriteContext) -> InMemDicomObject {
    let mut object = context.begin(class, "REG", name);
    put_frame(&mut object, fixed);
    let date = context.date.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default();
    put(&mut object, tags::CONTENT_DATE, VR::DA, &date);
    put(&mut object, tags::CONTENT_TIME, VR::TM, "000000");
    put(&mut object, tags::CONTENT_LABEL, VR::CS, "REGISTRATION");
    put(&mut object, tags::CONTENT_DESCRIPTION, VR::LO, name);
    put(&mut object, tags::CONTENT_CREATOR_NAME, VR::PN, "");
    object
}

/// PS3.3 C.20.3.1.3: the vectors of all voxels, the columns of the first row first.
fn grid(field: &DeformationField) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    let grid = field.grid();
    put_placement(&mut item, grid);
    let size = grid.size().map(|n| n as u32);
    let spacing = grid.spacing_mm();
    let components: Vec<f32> = field.displacement_mm().values().iter().flatten().copied().collect();
    let dimensions = PrimitiveValue::U32(size.as_slice().into());
    item.put(DataElement::new(tags::GRID_DIMENSIONS, VR::UL, dimensions));
    item.put(DataElement::new(tags::GRID_RESOLUTION, VR::FD, PrimitiveValue::F64(spacing.as_slice().into())));
    item.put(DataElement::new(tags::VECTOR_GRID_DATA, VR::OF, PrimitiveValue::F32(components.into())));
    item
}

/// How far apart what was written and what is read may map a point.
const READ_BACK_MM: f64 = 1e-3;

fn read_back_deformable(path: &Path, name: &str, written: &DeformationField) -> Result<(), WriteError> {
    let differs = |problem: String| WriteError::ReadBack { what: name.to_owned(), problem };
    let back = read_object(path, name)?;
    let map = back.transforms.first().map(|map| map.transform.clone());
    let map = map.ok_or_else(|| differs("no map was read".to_owned()))?;
    let grid = written.grid();
    let [columns, rows, planes] = grid.size();
    for index in [[0, 0, 0], [columns - 1, rows - 1, planes - 1], [columns / 2, rows / 2, planes / 2]] {
        let position = grid.position_mm(index);
        let far = match (map.apply(&position), written.apply(&position)) {
            (Some(back), Some(written)) => (back - written).norm(),
            (None, None) => 0.0,
            _ => f64::INFINITY,
        };
        if far > READ_BACK_MM {
            return Err(differs(format!("a point is mapped {far} mm away")));
        }
    }
    Ok(())
}

fn by_content() -> InMemDicomObject {
    let mut code = InMemDicomObject::new_empty();
    put(&mut code, tags::CODE_VALUE, VR::SH, "125024");
    put(&mut code, tags::CODING_SCHEME_DESIGNATOR, VR::SH, "DCM");
    put(&mut code, tags::CODE_MEANING, VR::LO, "Image Content-based Alignment");
    code
}

fn matrix(affine: &Affine, kind: &str) -> InMemDicomObject {
    let mut matrix = InMemDicomObject::new_empty();
    put(&mut matrix, MATRIX_TYPE, VR::CS, kind);
    put_decimals(&mut matrix, MATRIX, &affine.to_row_major());
    matrix
}

fn read_object(path: &Path, name: &str) -> Result<Registration, WriteError> {
    let differs = |problem: String| WriteError::ReadBack { what: name.to_owned(), problem };
    let file = std::fs::read(path).map_err(|source| WriteError::File { what: name.to_owned(), source })?;
    let parsed = Parsed::read(&file).map_err(|error| differs(error.to_string()))?;
    registration::read(&parsed, "", &FramesOfInstances::new()).map_err(|error| differs(error.to_string()))
}

fn item(frame: &FrameOfReference, affine: &Affine) -> InMemDicomObject {
    let mut registration = InMemDicomObject::new_empty();
    put_items(&mut registration, tags::MATRIX_SEQUENCE, vec![matrix(affine, "RIGID")]);
    put_items(&mut registration, tags::REGISTRATION_TYPE_CODE_SEQUENCE, vec![by_content()]);
    let mut item = InMemDicomObject::new_empty();
    put_frame(&mut item, frame);
    put_items(&mut item, tags::MATRIX_REGISTRATION_SEQUENCE, vec![registration]);
    item
}

fn read_back(path: &Path, name: &str, written: &Affine) -> Result<(), WriteError> {
    let differs = |problem: String| WriteError::ReadBack { what: name.to_owned(), problem };
    let back = read_object(path, name)?;
    let map = back.transforms.first().and_then(|map| map.transform.as_affine());
    let largest = map.map_or(f64::INFINITY, |map| {
        let pairs = map.to_row_major().into_iter().zip(written.to_row_major());
        pairs.map(|(back, written)| (back - written).abs()).fold(0.0, f64::max)
    });
    if largest < 1e-6 { Ok(()) } else { Err(differs(format!("the matrix differs by {largest}"))) }
}
