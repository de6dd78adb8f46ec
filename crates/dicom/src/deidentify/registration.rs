//! Spatial and Deformable Spatial Registrations.

use case::{Registration, RegistrationKind};
use dicom_dictionary_std::tags;
use geometry::{Affine, DeformationField, FrameOfReference, Transform};

use super::Reason;
use super::modules::{self, Kind};
use super::pseudonym::Pseudonyms;
use super::sheet::Sheet;

const RIGID: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.66.1", modality: "REG" };
const DEFORMABLE: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.66.3", modality: "REG" };
/// A matrix this near to a rotation is one.
const ROTATION: f64 = 1e-6;

/// A registration, built from its maps.
pub(super) fn build(names: &Pseudonyms<'_>, registration: &Registration) -> Result<Sheet, Reason> {
    let registered = registration.header.frame.as_ref().ok_or(Reason::NotOfStandard)?;
    // Without those that cannot be used, the rest would be taken for the whole.
    if !registration.problems.is_empty() {
        return Err(Reason::UnusableMaps);
    }
    let kind = if registration.kind == RegistrationKind::Rigid { RIGID } else { DEFORMABLE };
    let mut sheet = modules::begin(names, kind, &registration.header, (&registration.header.uid, 1));
    modules::frame(&mut sheet, names, registered);
    // The equipment of a registration must be named; it is this program that made the object.
    sheet.code(tags::MANUFACTURER, "rert");
    sheet.code(tags::MANUFACTURER_MODEL_NAME, "rert");
    sheet.code(tags::DEVICE_SERIAL_NUMBER, "none");
    sheet.code(tags::SOFTWARE_VERSIONS, env!("CARGO_PKG_VERSION"));
    sheet.date(tags::CONTENT_DATE, names.date(registration.header.study_date));
    // The hour must be there as well and is none of the original.
    sheet.code(tags::CONTENT_TIME, "120000");
    sheet.code(tags::CONTENT_LABEL, "REGISTRATION");
    sheet.empty(&[tags::CONTENT_DESCRIPTION, tags::CONTENT_CREATOR_NAME]);
    match registration.kind {
        RegistrationKind::Rigid => rigid(&mut sheet, names, registration, registered)?,
        RegistrationKind::Deformable => deformable(&mut sheet, names, registration)?,
    }
    Ok(sheet)
}

fn rigid(
    sheet: &mut Sheet,
    names: &Pseudonyms<'_>,
    registration: &Registration,
    registered: &FrameOfReference,
) -> Result<(), Reason> {
    let mut items = vec![step(names, registered, &Affine::identity())];
    for map in &registration.transforms {
        let Transform::Affine(affine) = &map.transform else { return Err(Reason::NotOfStandard) };
        items.push(step(names, &map.from, affine));
    }
    sheet.items(tags::REGISTRATION_SEQUENCE, items);
    Ok(())
}

fn step(names: &Pseudonyms<'_>, frame: &FrameOfReference, affine: &Affine) -> Sheet {
    let mut registration = Sheet::new();
    registration.items(tags::REGISTRATION_TYPE_CODE_SEQUENCE, Vec::new());
    registration.items(tags::MATRIX_SEQUENCE, vec![matrix(affine)]);
    let mut item = Sheet::new();
    item.uid(tags::FRAME_OF_REFERENCE_UID, &names.uid(frame.as_str()));
    item.items(tags::MATRIX_REGISTRATION_SEQUENCE, vec![registration]);
    item
}

fn matrix(affine: &Affine) -> Sheet {
    let mut matrix = Sheet::new();
    let kind = if affine.deviation_from_rotation() < ROTATION { "RIGID" } else { "AFFINE" };
    matrix.code(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, kind);
    matrix.decimals(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX, &affine.to_row_major());
    matrix
}

fn deformable(sheet: &mut Sheet, names: &Pseudonyms<'_>, registration: &Registration) -> Result<(), Reason> {
    let mut items = Vec::new();
    for map in &registration.transforms {
        let mut item = Sheet::new();
        item.uid(tags::SOURCE_FRAME_OF_REFERENCE_UID, &names.uid(map.to.as_str()));
        item.items(tags::REGISTRATION_TYPE_CODE_SEQUENCE, Vec::new());
        match &map.transform {
            Transform::Deformation(field) => linear_parts_and_grid(&mut item, field),
            Transform::Affine(affine) => {
                item.items(tags::PRE_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE, vec![matrix(affine)]);
            }
            _ => return Err(Reason::NotOfStandard),
        }
        items.push(item);
    }
    sheet.items(tags::DEFORMABLE_REGISTRATION_SEQUENCE, items);
    Ok(())
}

fn linear_parts_and_grid(item: &mut Sheet, field: &DeformationField) {
    item.items(tags::PRE_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE, vec![matrix(field.before())]);
    item.items(tags::POST_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE, vec![matrix(field.after())]);
    let grid = field.grid();
    let mut vectors = Sheet::new();
    modules::placement(&mut vectors, grid, 0);
    vectors.longs(tags::GRID_DIMENSIONS, &grid.size().map(|n| n as u32));
    vectors.doubles(tags::GRID_RESOLUTION, &grid.spacing_mm());
    let components = field.displacement_mm().values().iter().flatten().copied().collect();
    vectors.floats(tags::VECTOR_GRID_DATA, components);
    item.items(tags::DEFORMABLE_REGISTRATION_GRID_SEQUENCE, vec![vectors]);
}
