//! What a heap of objects holds, in courses.

use case::{Case, Objects};
use serde_json::{Value, json};

/// The document of `rert inspect --json`: courses, plans, doses, structures, images, registrations and findings.
pub fn inspection(objects: &Objects, case: &Case) -> Value {
    let courses: Vec<Value> = case.courses.iter().map(|course| course_document(objects, course)).collect();
    let registrations: Vec<Value> = objects
        .registrations
        .iter()
        .map(|registration| {
            let maps: Vec<Value> = registration
                .transforms
                .iter()
                .map(|map| json!({ "from_frame": map.from.as_str(), "to_frame": map.to.as_str() }))
                .collect();
            let kind = match registration.kind {
                case::RegistrationKind::Rigid => "dicom-rigid",
                case::RegistrationKind::Deformable => "dicom-deformable",
            };
            json!({ "uid": registration.header.uid, "kind": kind, "maps": maps })
        })
        .collect();
    json!({
        "schema": "rert-inspection/1",
        "patients": [{ "id": case.patient.id, "courses": courses }],
        "registrations": registrations,
        "findings": case.findings.clone().into_sorted(),
    })
}

fn course_document(objects: &Objects, course: &case::Course) -> Value {
    let plans: Vec<Value> = course
        .plans
        .iter()
        .map(|plan| {
            let doses: Vec<Value> = plan
                .doses
                .iter()
                .map(|dose| {
                    let grid = dose.voxels.grid();
                    json!({
                        "sources": dose.sources,
                        "fractions": dose.fractions.get(),
                        "size": grid.size(),
                        "spacing_mm": grid.spacing_mm(),
                        "orientation": grid.orientation_letters(),
                        "max_gy": dose.voxels.values().iter().copied().fold(0.0, f64::max),
                    })
                })
                .collect();
            json!({
                "uid": plan.uid,
                "label": plan.label,
                "modality": plan.modality,
                "fractions_planned": plan.fractions_planned,
                "fractions_delivered": plan.fractions_delivered,
                "dose_type": plan.dose_type,
                "prescription_gy": plan.prescription_gy,
                "doses": doses,
            })
        })
        .collect();
    let structures: Vec<Value> = course.structure_set.map_or(Vec::new(), |index| {
        let rois = objects.structure_sets[index].rois.iter();
        rois.map(|roi| json!({ "name": roi.name, "n_contours": roi.contours.len() })).collect()
    });
    let image = course.image.map(|index| {
        let image = &objects.images[index];
        json!({
            "kind": image.header.kind,
            "n_slices": image.instances.len(),
            "patient_position": image.patient_position,
            "orientation": image.grid.as_ref().ok().map(|grid| grid.orientation_letters()),
        })
    });
    json!({
        "id": course.id,
        "label": course.label,
        "role": course.role,
        "start_date": course.start_date,
        "interval_days": course.interval_days,
        "frame": course.frame.as_str(),
        "plans": plans,
        "structures": structures,
        "image": image,
    })
}
