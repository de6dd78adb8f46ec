//! `rert assess`: the main job.

use std::fs;
use std::path::Path;

use assessment::{Assessment, ExportedMap};
use case::{Case, Settings};
use dicom::{DoseExport, Folder, WriteContext, write_deformable_registration, write_dose, write_registration};

use crate::failure::{Failure, while_doing};
use crate::{print, progress, tell};

/// Reads, orders, assesses and writes.
pub fn run(directory: &Path, out: &Path, settings: Option<&Path>, json: bool) -> Result<(), Failure> {
    let mut folder = progress::read_folder(directory)?;
    let settings = progress::read_settings(directory, settings)?;
    let (case, assessment) = assess(&mut folder, &settings)?;
    write(out, &folder, &case, &settings, &assessment)?;
    let text = report::json(&assessment).map_err(while_doing("writing the assessment"))?;
    if json {
        print(text.trim_end());
    }
    for finding in &assessment.findings {
        if finding.severity != case::Severity::Note {
            let word = if finding.severity == case::Severity::Refuse { "refused" } else { "warning" };
            tell(&format!("{word} {} {}: {}", finding.code, finding.subject, finding.message));
        }
    }
    if !json {
        print(&format!("report: {}", out.join("report.html").display()));
    }
    Failure::refusal(&assessment.findings).map_or(Ok(()), Err)
}

/// Orders the objects, loads the images that are needed, and assesses.
pub fn assess(folder: &mut Folder, settings: &Settings) -> Result<(Case, Assessment), Failure> {
    let mut case = case::order(&folder.objects, settings);
    let images: Vec<usize> = case.courses.iter().filter_map(|course| course.image).collect();
    if !case.findings.has_refusal() {
        for image in images {
            if let Err(error) = folder.load_voxels(image) {
                let subject = &folder.objects.images[image].header.kind;
                let message = format!("the image is not used: {error}");
                case.findings.warn(error.code(), subject, message);
            }
        }
    }
    let assessment = assessment::assess(&folder.objects, &case, settings)
        .map_err(|error| Failure::Failed(error.to_string()))?;
    Ok((case, assessment))
}

/// Writes everything of the contract; a refused computation leaves no number behind.
fn write(
    out: &Path,
    folder: &Folder,
    case: &Case,
    settings: &Settings,
    assessment: &Assessment,
) -> Result<(), Failure> {
    let failed = || while_doing("writing the results");
    for name in ["dose", "registration"] {
        let path = out.join(name);
        if path.exists() {
            // Doses of an earlier run must not stand beside the results of this one (H48).
            clear(&path)?;
        }
        fs::create_dir_all(&path).map_err(failed())?;
    }
    fs::write(out.join("case.toml"), crate::used_settings::text(settings, case, assessment)).map_err(failed())?;
    let context = write_context(folder, case, assessment);
    for dose in &assessment.doses {
        let export = DoseExport {
            name: &dose.name,
            comment: &dose.comment,
            frame: &dose.frame,
            voxels: &dose.voxels,
            plans: &dose.plans,
        };
        let path = out.join("dose").join(format!("{}.dcm", dose.name));
        write_dose(&path, &export, &context).map_err(|error| Failure::Failed(error.to_string()))?;
    }
    for registration in &assessment.exported_registrations {
        let path = out.join("registration").join(format!("{}.dcm", registration.name));
        let frames = (&registration.fixed, &registration.moving);
        let written = match &registration.map {
            ExportedMap::Rigid { fixed_from_moving } => {
                write_registration(&path, &registration.name, frames, fixed_from_moving, &context)
            }
            ExportedMap::Deformable(field) => {
                write_deformable_registration(&path, &registration.name, frames, field, &context)
            }
        };
        written.map_err(|error| Failure::Failed(error.to_string()))?;
    }
    let text = report::json(assessment).map_err(while_doing("writing the assessment"))?;
    fs::write(out.join("assessment.json"), text).map_err(failed())?;
    fs::write(out.join("dvh.csv"), report::dvh_csv(assessment)).map_err(failed())?;
    let page = report::html(assessment).map_err(while_doing("writing the report"))?;
    fs::write(out.join("report.html"), page).map_err(failed())?;
    let pages = report::pdf(assessment).map_err(while_doing("writing the report"))?;
    fs::write(out.join("report.pdf"), pages).map_err(failed())
}

fn clear(folder: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(while_doing("clearing earlier results"))? {
        let path = entry.map_err(while_doing("clearing earlier results"))?.path();
        if path.extension().is_some_and(|extension| extension == "dcm") {
            fs::remove_file(&path).map_err(while_doing("clearing earlier results"))?;
        }
    }
    Ok(())
}

/// Written objects belong to the study of the current plan.
fn write_context(folder: &Folder, case: &Case, assessment: &Assessment) -> WriteContext {
    let current = case.current().and_then(|course| course.plans.first());
    let header = current.and_then(|plan| folder.objects.plan(&plan.uid)).map(|plan| &plan.header);
    let inputs = assessment.provenance.inputs.iter().map(|input| input.sha256.as_str()).collect::<Vec<_>>();
    WriteContext {
        patient: case.patient.clone(),
        study: header.map(|header| header.study.clone()).unwrap_or_default(),
        date: header.and_then(|header| header.study_date),
        seed: [
            assessment.provenance.rert,
            &inputs.join(","),
            &assessment.provenance.settings_sha256,
            &assessment.provenance.knowledge_sha256,
        ]
        .join("/"),
    }
}
