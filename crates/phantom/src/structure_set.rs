//! The contours: one RT Structure Set object per course.

use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

use crate::contour::{directions, trace};
use crate::course::Course;
use crate::element::{empty, integer, item, numbers, reference, reference_item, sequence, text, texts};
use crate::image::slice_uid;
use crate::modules::{Identity, TIME, approval, frame_of_reference, shared_modules};
use crate::organ::OrganTruth;
use crate::patient::{ObjectKind, SyntheticFile};

/// Retired, and still the class that a study is referred to by in RT structure sets.
const DETACHED_STUDY_MANAGEMENT: &str = "1.2.840.10008.3.1.2.3.1";

/// SOP Instance UID of the course's structure set.
pub(crate) fn structure_set_uid(course: &Course<'_>) -> String {
    course.uid("RTSTRUCT")
}

/// Number of the ROI with this standard name, as plans refer to it.
pub(crate) fn roi_number(course: &Course<'_>, standard_name: &str) -> Option<u32> {
    rois(course).find(|roi| roi.organ.standard_name == standard_name).map(|roi| roi.number)
}

/// An organ under the number and the name that the course gives it.
struct Roi {
    number: u32,
    name: &'static str,
    organ: &'static OrganTruth,
}

fn rois(course: &Course<'_>) -> impl Iterator<Item = Roi> + use<> {
    let (number, organs) = (course.number, course.story().organs);
    let drawn = organs.iter().filter_map(move |organ| Some((organ.name_in(number)?, organ)));
    (1..).zip(drawn).map(|(number, (name, organ))| Roi { number, name, organ })
}

/// The course's structure set. Contours are axial, whatever the orientation of the images.
pub(crate) fn structure_set(course: &Course<'_>) -> SyntheticFile {
    let identity = Identity {
        sop_class_uid: uids::RT_STRUCTURE_SET_STORAGE,
        sop_instance_uid: structure_set_uid(course),
        modality: "RTSTRUCT",
        series_number: 2,
        instance_number: 1,
        date: course.facts.image_date.into(),
    };
    let mut elements = shared_modules(course, &identity);
    elements.extend(frame_of_reference(course));
    elements.extend(approval(course.facts.image_date));
    elements.extend([
        text(tags::STRUCTURE_SET_LABEL, course.facts.structure_set_label),
        text(tags::STRUCTURE_SET_NAME, course.facts.structure_set_label),
        text(tags::STRUCTURE_SET_DATE, course.facts.image_date),
        text(tags::STRUCTURE_SET_TIME, TIME),
        referenced_frame(course),
        sequence(tags::STRUCTURE_SET_ROI_SEQUENCE, names(course)),
        sequence(tags::ROI_CONTOUR_SEQUENCE, contours(course)),
        sequence(tags::RTROI_OBSERVATIONS_SEQUENCE, observations(course)),
    ]);
    let path = format!("course{}/RS.dcm", course.number);
    SyntheticFile::new(path, ObjectKind::StructureSet, course.number, item(elements))
}

/// Which images the contours were drawn on.
fn referenced_frame(course: &Course<'_>) -> InMemElement {
    let images = (0..course.ct_grid().size[2])
        .map(|slice| reference_item(uids::CT_IMAGE_STORAGE, &slice_uid(course, slice)))
        .collect();
    let series = item([
        text(tags::SERIES_INSTANCE_UID, course.uid("series/CT")),
        sequence(tags::CONTOUR_IMAGE_SEQUENCE, images),
    ]);
    let study = item([
        text(tags::REFERENCED_SOP_CLASS_UID, DETACHED_STUDY_MANAGEMENT),
        text(tags::REFERENCED_SOP_INSTANCE_UID, course.uid("study")),
        sequence(tags::RT_REFERENCED_SERIES_SEQUENCE, vec![series]),
    ]);
    let frame = item([
        text(tags::FRAME_OF_REFERENCE_UID, course.frame_uid()),
        sequence(tags::RT_REFERENCED_STUDY_SEQUENCE, vec![study]),
    ]);
    sequence(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE, vec![frame])
}

fn names(course: &Course<'_>) -> Vec<InMemDicomObject> {
    rois(course)
        .map(|roi| {
            item([
                integer(tags::ROI_NUMBER, roi.number),
                text(tags::REFERENCED_FRAME_OF_REFERENCE_UID, course.frame_uid()),
                text(tags::ROI_NAME, roi.name),
                text(tags::ROI_GENERATION_ALGORITHM, "AUTOMATIC"),
            ])
        })
        .collect()
}

fn observations(course: &Course<'_>) -> Vec<InMemDicomObject> {
    rois(course)
        .map(|roi| {
            item([
                integer(tags::OBSERVATION_NUMBER, roi.number),
                integer(tags::REFERENCED_ROI_NUMBER, roi.number),
                text(tags::RTROI_INTERPRETED_TYPE, roi.organ.interpreted_type),
                empty(tags::ROI_INTERPRETER),
            ])
        })
        .collect()
}

fn contours(course: &Course<'_>) -> Vec<InMemDicomObject> {
    let directions = directions(course.options.detail.contour_halvings());
    let slices = slices_by_height(course);
    let heights_mm = course.contour_heights_mm();
    rois(course)
        .map(|roi| {
            let traced = heights_mm
                .iter()
                .filter_map(|z_mm| trace(roi.organ, course, *z_mm, &directions).map(|polygon| (*z_mm, polygon)));
            let items = (1..)
                .zip(traced)
                .map(|(number, (z_mm, polygon))| {
                    let slice = slices.iter().find(|(_, height)| (height - z_mm).abs() < 1e-6);
                    let slice_uid = slice.map(|(uid, _)| uid.as_str());
                    contour(number, z_mm, &polygon, slice_uid)
                })
                .collect();
            item([
                integer(tags::REFERENCED_ROI_NUMBER, roi.number),
                colour(roi.organ.colour),
                sequence(tags::CONTOUR_SEQUENCE, items),
            ])
        })
        .collect()
}

/// UID and z of every axial CT slice; none where the images are not axial.
fn slices_by_height(course: &Course<'_>) -> Vec<(String, f64)> {
    let grid = course.ct_grid();
    if !grid.is_axial() {
        return Vec::new();
    }
    (0..grid.size[2]).map(|slice| (slice_uid(course, slice), grid.position_mm([0, 0, slice])[2])).collect()
}

fn contour(number: u32, z_mm: f64, polygon: &[[f64; 2]], slice_uid: Option<&str>) -> InMemDicomObject {
    let coordinates = polygon.iter().flat_map(|[x, y]| [*x, *y, z_mm]);
    let mut elements = vec![
        integer(tags::CONTOUR_NUMBER, number),
        text(tags::CONTOUR_GEOMETRIC_TYPE, "CLOSED_PLANAR"),
        integer(tags::NUMBER_OF_CONTOUR_POINTS, polygon.len() as u32),
        numbers(tags::CONTOUR_DATA, coordinates),
    ];
    if let Some(uid) = slice_uid {
        elements.push(reference(tags::CONTOUR_IMAGE_SEQUENCE, uids::CT_IMAGE_STORAGE, uid));
    }
    item(elements)
}

fn colour(colour: [u8; 3]) -> InMemElement {
    let parts = colour.map(|part| part.to_string());
    let [red, green, blue] = &parts;
    texts(tags::ROI_DISPLAY_COLOR, &[red, green, blue])
}
