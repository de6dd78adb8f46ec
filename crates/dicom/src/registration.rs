//! Spatial Registration and Deformable Spatial Registration.

use std::collections::BTreeMap;

use case::{Registration, RegistrationKind};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::{Affine, DeformationField, FrameOfReference, FrameTransform, Grid, Transform, Volume};

use crate::access::{items, placement, required_numbers, text, uid};
use crate::parse::Parsed;
use crate::{ReadError, header};

const MATRIX: Tag = Tag(0x3006, 0x00C6);
const MATRIX_TYPE: Tag = Tag(0x0070, 0x030C);
/// A matrix declared RIGID may be off a rotation by rounding only.
const RIGID_TOLERANCE: f64 = 1e-3;

/// Frame of every image instance, for items that name images instead of a frame.
pub type FramesOfInstances = BTreeMap<String, FrameOfReference>;

/// Reads the maps of an object with their directions.
///
/// The matrices of a rigid object take points of the item's frame *to* the registered frame; a deformable
/// object takes points of the registered frame to the item's source frame (PS3.3 C.20.2 and C.20.3).
///
/// # Errors
/// When the registered frame is missing; an unusable item becomes a problem instead.
pub fn read(parsed: &Parsed, sha256: &str, frames: &FramesOfInstances) -> Result<Registration, ReadError> {
    let object = &parsed.object;
    let header = header::read(object, "REG", sha256)?;
    let registered = header.frame.clone().ok_or(ReadError::Missing("Frame of Reference UID"))?;
    let deformable = items(object, tags::DEFORMABLE_REGISTRATION_SEQUENCE);
    let kind = if deformable.is_empty() { RegistrationKind::Rigid } else { RegistrationKind::Deformable };
    let maps: Vec<Result<Option<FrameTransform>, ReadError>> = match kind {
        RegistrationKind::Rigid => items(object, tags::REGISTRATION_SEQUENCE)
            .iter()
            .map(|item| rigid_item(item, &registered, frames))
            .collect(),
        RegistrationKind::Deformable => deformable.iter().map(|item| deformable_item(item, &registered)).collect(),
    };
    let mut registration = Registration {
        header,
        kind,
        description: text(object, tags::CONTENT_DESCRIPTION).unwrap_or_default(),
        transforms: Vec::new(),
        problems: Vec::new(),
    };
    for map in maps {
        match map {
            Ok(transform) => registration.transforms.extend(transform),
            Err(error) => registration.problems.push(error.to_string()),
        }
    }
    Ok(registration)
}

/// Reads the numbers of the maps; what else may be wrong with them is told of where they are used.
///
/// # Errors
/// When something there is no finite number.
pub(crate) fn try_read(parsed: &Parsed, sha256: &str) -> Result<(), ReadError> {
    let header = header::read(&parsed.object, "REG", sha256)?;
    let registered = header.frame.ok_or(ReadError::Missing("Frame of Reference UID"))?;
    let rigid = items(&parsed.object, tags::REGISTRATION_SEQUENCE)
        .iter()
        .flat_map(|item| items(item, tags::MATRIX_REGISTRATION_SEQUENCE))
        .flat_map(|registration| items(registration, tags::MATRIX_SEQUENCE))
        .filter_map(|step| matrix(step).err());
    let deformable = items(&parsed.object, tags::DEFORMABLE_REGISTRATION_SEQUENCE)
        .iter()
        .filter_map(|item| deformable_item(item, &registered).err());
    match rigid.chain(deformable).find(|error| matches!(error, ReadError::Number { .. } | ReadError::Pixels(_))) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn rigid_item(
    item: &InMemDicomObject,
    registered: &FrameOfReference,
    frames: &FramesOfInstances,
) -> Result<Option<FrameTransform>, ReadError> {
    let stated = uid(item, tags::FRAME_OF_REFERENCE_UID).map(FrameOfReference::new);
    let of_images = || {
        items(item, tags::REFERENCED_IMAGE_SEQUENCE)
            .iter()
            .filter_map(|image| uid(image, tags::REFERENCED_SOP_INSTANCE_UID))
            .find_map(|image| frames.get(&image).cloned())
    };
    let Some(from) = stated.or_else(of_images) else {
        return Err(ReadError::Missing("Frame of Reference UID of a registration item"));
    };
    let mut whole = Affine::identity();
    for registration in items(item, tags::MATRIX_REGISTRATION_SEQUENCE) {
        for step in items(registration, tags::MATRIX_SEQUENCE) {
            whole = whole.then(&matrix(step)?);
        }
    }
    // The registered frame names itself with an identity; that says nothing.
    if from == *registered {
        return Ok(None);
    }
    Ok(Some(FrameTransform { from, to: registered.clone(), transform: Transform::Affine(whole) }))
}

fn deformable_item(
    item: &InMemDicomObject,
    registered: &FrameOfReference,
) -> Result<Option<FrameTransform>, ReadError> {
    let source = uid(item, tags::SOURCE_FRAME_OF_REFERENCE_UID)
        .map(FrameOfReference::new)
        .ok_or(ReadError::Missing("Source Frame of Reference UID"))?;
    let linear = |sequence: Tag| match items(item, sequence).first() {
        Some(step) => matrix(step),
        None => Ok(Affine::identity()),
    };
    let before = linear(tags::PRE_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE)?;
    let after = linear(tags::POST_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE)?;
    let transform = match items(item, tags::DEFORMABLE_REGISTRATION_GRID_SEQUENCE).first() {
        Some(grid) => {
            Transform::Deformation(std::sync::Arc::new(DeformationField::new(before, displacements(grid)?, after)))
        }
        None if source == *registered => return Ok(None),
        None => Transform::Affine(before.then(&after)),
    };
    Ok(Some(FrameTransform { from: registered.clone(), to: source, transform }))
}

fn displacements(item: &InMemDicomObject) -> Result<Volume<[f32; 3]>, ReadError> {
    let (position, row, column) = placement(item)?;
    let size = required_numbers::<3>(item, tags::GRID_DIMENSIONS, "Grid Dimensions")?.map(|n| n as usize);
    let spacing = required_numbers::<3>(item, tags::GRID_RESOLUTION, "Grid Resolution")?;
    let offsets: Vec<f64> = (0..size[2]).map(|k| k as f64 * spacing[2]).collect();
    let grid = Grid::new(position, row, column, [spacing[0], spacing[1]], [size[0], size[1]], &offsets)
        .map_err(|error| ReadError::Geometry(error.to_string()))?;
    let components = item
        .element_opt(tags::VECTOR_GRID_DATA)
        .ok()
        .flatten()
        .and_then(|element| element.to_multi_float32().ok())
        .ok_or(ReadError::Missing("Vector Grid Data"))?;
    let n_components = components.len();
    // NaN marks places where the map is undefined and is kept as such.
    let vectors = components.chunks_exact(3).map(|vector| [vector[0], vector[1], vector[2]]).collect();
    Volume::new(grid, vectors).filter(|_| n_components % 3 == 0).ok_or_else(|| {
        ReadError::Geometry(format!("the vector grid has {n_components} numbers for {size:?} vectors"))
    })
}

fn matrix(item: &InMemDicomObject) -> Result<Affine, ReadError> {
    let rows = required_numbers::<16>(item, MATRIX, "Frame of Reference Transformation Matrix")?;
    let unusable = |problem: String| ReadError::Geometry(problem);
    let affine = Affine::from_row_major(&rows).map_err(|error| unusable(error.to_string()))?;
    let declared = text(item, MATRIX_TYPE).unwrap_or_default();
    if declared == "RIGID" && affine.deviation_from_rotation() > RIGID_TOLERANCE {
        let error = geometry::TransformError::NotRigid(affine.deviation_from_rotation());
        return Err(unusable(error.to_string()));
    }
    Ok(affine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reflection_is_refused_by_name() {
        let mut item = InMemDicomObject::new_empty();
        let rows = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1].map(f64::from);
        crate::write::put_decimals(&mut item, MATRIX, &rows);
        let error = matrix(&item).unwrap_err();
        assert!(error.to_string().contains("left and right"));
    }
}
