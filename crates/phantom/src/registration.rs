//! The true motion as a Spatial Registration object.

use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use crate::course::Course;
use crate::element::{empty, item, numbers, reference_item, sequence, text};
use crate::image::slice_uid;
use crate::modules::{Identity, TIME, frame_of_reference, shared_modules};
use crate::patient::{ObjectKind, SyntheticFile};
use crate::transform::Rigid;

/// Registration of the prior course to the current one, stored with the current course.
///
/// The object's own frame is the registered one: the current course's. Each item holds the matrix
/// that takes points of its frame *to* the registered frame (PS3.3 C.20.2.1.1).
pub(crate) fn registration(prior: &Course<'_>, current: &Course<'_>) -> SyntheticFile {
    let identity = Identity {
        sop_class_uid: uids::SPATIAL_REGISTRATION_STORAGE,
        sop_instance_uid: current.uid("REG"),
        modality: "REG",
        series_number: 5,
        instance_number: 1,
        date: current.facts.plan_date.into(),
    };
    let items = vec![registered(current, &Rigid::identity()), registered(prior, &current.frame_from_anatomy)];
    let mut elements = shared_modules(current, &identity);
    elements.extend(frame_of_reference(current));
    elements.extend([
        text(tags::CONTENT_DATE, current.facts.plan_date),
        text(tags::CONTENT_TIME, TIME),
        text(tags::CONTENT_LABEL, "REGISTRATION"),
        text(tags::CONTENT_DESCRIPTION, "True motion of the phantom"),
        text(tags::CONTENT_CREATOR_NAME, "rert^phantom"),
        sequence(tags::REGISTRATION_SEQUENCE, items),
        sequence(tags::REFERENCED_SERIES_SEQUENCE, vec![series(current)]),
        sequence(
            tags::STUDIES_CONTAINING_OTHER_REFERENCED_INSTANCES_SEQUENCE,
            vec![item([
                text(tags::STUDY_INSTANCE_UID, prior.uid("study")),
                sequence(tags::REFERENCED_SERIES_SEQUENCE, vec![series(prior)]),
            ])],
        ),
    ]);
    let path = format!("course{}/REG.dcm", current.number);
    SyntheticFile::new(path, ObjectKind::Registration, current.number, item(elements))
}

/// One frame with its way to the registered frame.
fn registered(course: &Course<'_>, registered_from_frame: &Rigid) -> InMemDicomObject {
    let matrix = item([
        text(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, "RIGID"),
        numbers(
            tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX,
            registered_from_frame.matrix().into_iter().flatten(),
        ),
    ]);
    let step = item([empty(tags::REGISTRATION_TYPE_CODE_SEQUENCE), sequence(tags::MATRIX_SEQUENCE, vec![matrix])]);
    item([
        text(tags::FRAME_OF_REFERENCE_UID, course.frame_uid()),
        sequence(tags::REFERENCED_IMAGE_SEQUENCE, images(course)),
        sequence(tags::MATRIX_REGISTRATION_SEQUENCE, vec![step]),
    ])
}

fn series(course: &Course<'_>) -> InMemDicomObject {
    item([
        text(tags::SERIES_INSTANCE_UID, course.uid("series/CT")),
        sequence(tags::REFERENCED_INSTANCE_SEQUENCE, images(course)),
    ])
}

fn images(course: &Course<'_>) -> Vec<InMemDicomObject> {
    (0..course.ct_grid().size[2])
        .map(|slice| reference_item(uids::CT_IMAGE_STORAGE, &slice_uid(course, slice)))
        .collect()
}
