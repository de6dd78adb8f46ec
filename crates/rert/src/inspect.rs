//! `rert inspect`: what a folder holds.

use std::fmt::Write;
use std::path::Path;

use case::{Case, Objects, Severity};

use crate::failure::Failure;
use crate::{print, progress};

/// Prints a tree, or one JSON document.
pub fn run(directory: &Path, settings: Option<&Path>, as_json: bool) -> Result<(), Failure> {
    let folder = progress::read_folder(directory)?;
    let settings = progress::read_settings(directory, settings)?;
    let case =
        assessment::order(&folder.objects, &settings).map_err(|error| Failure::Failed(error.to_string()))?;
    let text = if as_json {
        serde_json::to_string_pretty(&report::inspection(&folder.objects, &case)).unwrap_or_default()
    } else {
        tree(&folder.objects, &case)
    };
    print(text.trim_end());
    let findings = case.findings.clone().into_sorted();
    Failure::refusal(&findings).map_or(Ok(()), Err)
}

fn tree(objects: &Objects, case: &Case) -> String {
    let mut text = String::new();
    let patient = &case.patient;
    line(&mut text, 0, &format!("patient {} ({})", patient.id, patient.name.replace('^', " ").trim()));
    for course in &case.courses {
        let role = if course.role == case::Role::Current { "current" } else { "prior" };
        let date = course.start_date.map_or("no date".to_owned(), |date| date.to_string());
        let interval =
            course.interval_days.map_or(String::new(), |days| format!(", {days} days before the current one"));
        line(&mut text, 1, &format!("course {} \"{}\" ({role}, {date}{interval})", course.id, course.label));
        for plan in &course.plans {
            let dose = plan.prescription_gy.map_or("no prescription".to_owned(), |gy| format!("{gy} Gy"));
            line(
                &mut text,
                2,
                &format!(
                    "plan \"{}\": {}, {dose} in {} fractions ({} delivered), {} dose",
                    plan.label,
                    plan.modality.as_str(),
                    plan.fractions_planned,
                    plan.fractions_delivered,
                    plan.dose_type
                ),
            );
            for dose in &plan.doses {
                let (size, spacing) = (dose.voxels.grid().size(), dose.voxels.grid().spacing_mm());
                let spacing = format!("{:.2} × {:.2} × {:.2} mm", spacing[0], spacing[1], spacing[2]);
                let letters = dose.voxels.grid().orientation_letters();
                line(
                    &mut text,
                    3,
                    &format!("dose {} × {} × {} voxels of {spacing}, axes {letters}", size[0], size[1], size[2]),
                );
            }
        }
        if let Some(index) = course.structure_set {
            let set = &objects.structure_sets[index];
            let names: Vec<&str> = set.rois.iter().map(|roi| roi.name.as_str()).collect();
            line(&mut text, 2, &format!("structure set \"{}\": {}", set.label, names.join(", ")));
        }
        if let Some(index) = course.image {
            let image = &objects.images[index];
            line(
                &mut text,
                2,
                &format!("{} of {} slices ({})", image.header.kind, image.instances.len(), image.patient_position),
            );
        }
    }
    for registration in &objects.registrations {
        let kind = if registration.kind == case::RegistrationKind::Rigid { "rigid" } else { "deformable" };
        line(
            &mut text,
            1,
            &format!(
                "{kind} registration \"{}\" with {} maps",
                registration.description,
                registration.transforms.len()
            ),
        );
    }
    line(&mut text, 0, "findings");
    for finding in case.findings.clone().into_sorted() {
        let word = match finding.severity {
            Severity::Refuse => "refuse",
            Severity::Warn => "warn",
            Severity::Note => "note",
        };
        line(&mut text, 1, &format!("{} {word} {}: {}", finding.code, finding.subject, finding.message));
    }
    text
}

fn line(text: &mut String, depth: usize, content: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}{content}", "  ".repeat(depth));
}
