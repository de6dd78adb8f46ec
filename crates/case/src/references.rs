//! Whether the objects fit together: one patient, unbroken references, nothing twice.

use std::collections::BTreeMap;

use crate::identity::Likeness;
use crate::{Findings, Header, Objects, PatientIdentity, Settings};

/// Checks identity, references and doublets (H01–H04, H18, H38, H47).
pub(crate) fn check(objects: &Objects, settings: &Settings, findings: &mut Findings) -> PatientIdentity {
    let patient = check_patient(objects, settings, findings);
    check_plan_references(objects, findings);
    check_dose_references(objects, findings);
    check_doublets(objects, settings, findings);
    check_image_completeness(objects, findings);
    check_shared_frames(objects, findings);
    patient
}

fn check_patient(objects: &Objects, settings: &Settings, findings: &mut Findings) -> PatientIdentity {
    let mut identities: Vec<&PatientIdentity> = objects.headers().map(|header| &header.patient).collect();
    identities.sort();
    identities.dedup();
    let Some(first) = identities.first().copied() else { return PatientIdentity::default() };
    for other in &identities[1..] {
        match (first.likeness(other), &settings.case.same_patient) {
            (Likeness::Same, _) => {}
            (_, Some(link)) => findings.warn(
                "H01",
                "patient",
                format!("objects of different identities were linked by {}: {}", link.accepted_by, link.reason),
            ),
            (Likeness::PerhapsSame, None) => findings.warn(
                "H02",
                "patient",
                "objects carry different patient IDs but fitting names and the same birth date: check that they \
                 belong to one person and say so in case.toml ([case] same_patient)",
            ),
            (Likeness::Different(what), None) => findings.refuse(
                "H01",
                "patient",
                format!(
                    "the folder holds objects of different patients ({} differ): remove those of the other patient, \
                     or link them with a reason in case.toml ([case] same_patient)",
                    what.join(", ")
                ),
            ),
        }
    }
    first.clone()
}

fn check_plan_references(objects: &Objects, findings: &mut Findings) {
    for plan in &objects.plans {
        let Some(uid) = &plan.structure_set else {
            findings.warn("H04", &plan.label, "the plan names no structure set; one of the same frame is used");
            continue;
        };
        match objects.structure_set(uid) {
            Some(set) => check_same_patient(&plan.header, &set.header, &plan.label, "structure set", findings),
            None => findings.warn(
                "H04",
                &plan.label,
                "the structure set that the plan names is not in the folder; one of the same frame is used",
            ),
        }
    }
}

fn check_dose_references(objects: &Objects, findings: &mut Findings) {
    for dose in &objects.doses {
        for reference in &dose.plans {
            let Some(plan) = objects.plan(&reference.plan) else { continue };
            check_same_patient(&dose.header, &plan.header, &plan.label, "plan", findings);
            let drawn = plan.structure_set.as_ref().and_then(|uid| objects.structure_set(uid));
            if let Some(set) = drawn.filter(|set| set.frame != dose.frame) {
                findings.refuse(
                    "H03",
                    &plan.label,
                    format!(
                        "the dose of the plan lies in frame {} but its structure set in frame {}: export both again \
                         from the same plan",
                        dose.frame, set.frame
                    ),
                );
            }
        }
    }
}

fn check_same_patient(from: &Header, to: &Header, label: &str, what: &str, findings: &mut Findings) {
    if matches!(from.patient.likeness(&to.patient), Likeness::Different(_)) {
        findings.refuse(
            "H03",
            label,
            format!("the {} refers to a {what} of another patient: export the course again", from.kind),
        );
    }
}

fn check_doublets(objects: &Objects, settings: &Settings, findings: &mut Findings) {
    let mut by_content: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let is_used = |dose: &crate::Dose| {
        settings.dose(&dose.header.uid).ignore != Some(true) && !settings.is_let_grid(&dose.header.uid)
    };
    for (index, dose) in objects.doses.iter().enumerate().filter(|(_, dose)| is_used(dose)) {
        by_content.entry(&dose.content).or_default().push(index);
    }
    for twins in by_content.values().filter(|twins| twins.len() > 1) {
        if twins.iter().all(|&index| objects.doses[index].summation_type.is_of_fraction()) {
            continue;
        }
        let plans = |index: usize| -> Vec<&str> {
            objects.doses[index].plans.iter().map(|reference| reference.plan.as_str()).collect()
        };
        let beams = |index: usize| -> Vec<i32> {
            objects.doses[index].plans.iter().flat_map(|reference| reference.beams.iter().copied()).collect()
        };
        // Two beams may happen to give equal doses; only a repeated beam is a doublet.
        if twins[1..].iter().all(|&index| plans(index) == plans(twins[0]) && beams(index) != beams(twins[0])) {
            continue;
        }
        let label = plans(twins[0]).first().and_then(|uid| objects.plan(uid)).map_or("dose", |plan| &plan.label);
        if twins[1..].iter().all(|&index| plans(index) == plans(twins[0])) {
            findings.warn(
                "H18",
                label,
                "the same dose was exported more than once under different UIDs; it is counted once",
            );
        } else {
            findings.refuse(
                "H17",
                label,
                "two plans carry the very same dose, so it might be counted twice: leave one of them out in case.toml",
            );
        }
    }
}

fn check_image_completeness(objects: &Objects, findings: &mut Findings) {
    for set in &objects.structure_sets {
        let of_frame: Vec<_> = objects.images.iter().filter(|image| image.frame == set.frame).collect();
        let present = |uid: &String| of_frame.iter().any(|image| image.instances.contains(uid));
        let n_present = set.images.iter().filter(|uid| present(uid)).count();
        if n_present > 0 && n_present < set.images.len() {
            findings.refuse(
                "H47",
                &set.label,
                format!(
                    "the image series of the structure set is incomplete: {n_present} of {} slices are here; wait \
                     until the transfer has finished or export the series again",
                    set.images.len()
                ),
            );
        }
    }
}

fn check_shared_frames(objects: &Objects, findings: &mut Findings) {
    for (index, first) in objects.images.iter().enumerate() {
        for second in &objects.images[index + 1..] {
            let apart =
                first.header.study != second.header.study && first.header.study_date != second.header.study_date;
            let (Ok(a), Ok(b)) = (&first.grid, &second.grid) else { continue };
            if first.frame == second.frame && apart && !a.coincides(b, 0.1) {
                findings.warn(
                    "H38",
                    first.frame.as_str(),
                    "two images of different studies and different extent claim the same frame of reference: check \
                     on the overlay that they are really aligned",
                );
            }
        }
    }
}
