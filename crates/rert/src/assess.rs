//! `rert assess`: the main job.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use assessment::{Assessment, ExportedMap, ExportedRegion, ExportedRegions};
use case::{Case, Settings};
use dicom::{
    DoseExport, Folder, ReferencedImages, Region, RegionContour, StructureSetExport, WriteContext,
    write_deformable_registration, write_dose, write_registration, write_structure_set,
};
use guidelines::Knowledge;

use crate::failure::{Failure, while_doing};
use crate::{print, progress, tell};

/// From what may receive least to what may receive most.
const REGION_COLOURS: [[u8; 3]; 4] = [[165, 0, 38], [244, 109, 67], [253, 174, 97], [171, 217, 233]];

/// Reads, orders, assesses and writes.
pub fn run(
    directory: &Path,
    out: &Path,
    (settings, knowledge): (Option<&Path>, Option<&Path>),
    json: bool,
) -> Result<(), Failure> {
    let mut folder = progress::read_folder(directory)?;
    let settings = progress::read_settings(directory, settings)?;
    let (case, assessment) = assess(&mut folder, &settings, knowledge)?;
    write(out, &folder, &case, &settings, &assessment)?;
    let text = report::json(&assessment).map_err(while_doing("writing the assessment"))?;
    if json {
        print(text.trim_end());
    }
    tell_findings(&assessment.findings);
    if !json {
        print(&format!("report: {}", out.join("report.html").display()));
    }
    Failure::refusal(&assessment.findings).map_or(Ok(()), Err)
}

/// Says what was refused and warned of.
pub fn tell_findings(findings: &[case::Finding]) {
    for finding in findings.iter().filter(|finding| finding.severity != case::Severity::Note) {
        let word = if finding.severity == case::Severity::Refuse { "refused" } else { "warning" };
        tell(&format!("{word} {} {}: {}", finding.code, finding.subject, finding.message));
    }
}

/// The images of the case, and of the other candidates for its current course.
fn images(folder: &Folder, case: &Case, settings: &Settings) -> Result<BTreeSet<usize>, Failure> {
    let of_case = |case: &Case| -> Vec<usize> { case.courses.iter().filter_map(|course| course.image).collect() };
    let mut images = BTreeSet::from_iter(of_case(case));
    for candidate in &settings.candidates {
        let other = assessment::order(&folder.objects, &settings.with_candidate(&candidate.name))
            .map_err(|error| Failure::Failed(error.to_string()))?;
        images.extend(of_case(&other));
    }
    Ok(images)
}

/// Orders the objects, loads the images that are needed, and assesses.
pub fn assess(
    folder: &mut Folder,
    settings: &Settings,
    own: Option<&Path>,
) -> Result<(Case, Assessment), Failure> {
    let mut case =
        assessment::order(&folder.objects, settings).map_err(|error| Failure::Failed(error.to_string()))?;
    let images = images(folder, &case, settings)?;
    if !case.findings.has_refusal() {
        for image in images {
            if let Err(error) = folder.load_voxels(image) {
                let subject = &folder.objects.images[image].header.kind;
                let message = format!("the image is not used: {error}");
                case.findings.warn(error.code(), subject, message);
            }
        }
    }
    let assessment = match own {
        None => assessment::assess(&folder.objects, &case, settings),
        Some(own) => {
            let text = fs::read_to_string(own.join("constraints.toml"));
            let text = text.map_err(while_doing("reading constraints.toml of the own knowledge"))?;
            let knowledge =
                Knowledge::with_own_limits(&text).map_err(|error| Failure::Usage(error.to_string()))?;
            assessment::assess_with(&knowledge, &folder.objects, &case, settings)
        }
    };
    Ok((case, assessment.map_err(|error| Failure::Failed(error.to_string()))?))
}

/// Writes everything of the contract; a refused computation leaves no number behind.
pub fn write(
    out: &Path,
    folder: &Folder,
    case: &Case,
    settings: &Settings,
    assessment: &Assessment,
) -> Result<(), Failure> {
    let failed = || while_doing("writing the results");
    for name in ["dose", "structures", "registration"] {
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
            dose_type: dose.dose_type,
            plans: &dose.plans,
        };
        let path = out.join("dose").join(format!("{}.dcm", dose.name));
        write_dose(&path, &export, &context).map_err(|error| Failure::Failed(error.to_string()))?;
    }
    for regions in &assessment.regions {
        write_regions(out, folder, regions, &context)?;
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
    let record = assessment::registry_record(assessment, settings);
    for (name, text) in [
        ("registry.json", report::registry_json(&record)),
        ("registry.csv", report::registry_csv(&record)),
        ("registry.fhir.json", report::registry_fhir(&record)),
    ] {
        fs::write(out.join(name), text.map_err(while_doing("writing the record for a registry"))?)
            .map_err(failed())?;
    }
    if let Some(stated) = &settings.patient_page {
        let page = report::patient_page(assessment, stated).map_err(while_doing("writing the patient page"))?;
        fs::write(out.join("patient.html"), page).map_err(failed())?;
    }
    let page = report::html(assessment).map_err(while_doing("writing the report"))?;
    fs::write(out.join("report.html"), page).map_err(failed())?;
    let pages = report::pdf(assessment).map_err(while_doing("writing the report"))?;
    fs::write(out.join("report.pdf"), pages).map_err(failed())
}

fn write_regions(
    out: &Path,
    folder: &Folder,
    regions: &ExportedRegions,
    context: &WriteContext,
) -> Result<(), Failure> {
    let image = regions.image.map(|index| &folder.objects.images[index]);
    let images = image.map(|image| ReferencedImages {
        study: &image.header.study,
        series: &image.series,
        instances: &image.instances,
    });
    let contour = |(points_mm, plane): &(Vec<geometry::Point>, Option<usize>)| RegionContour {
        points_mm: points_mm.clone(),
        image: plane.and_then(|plane| image?.instances.get(plane).cloned()),
    };
    let region = |(region, colour): (&ExportedRegion, [u8; 3])| Region {
        name: region.name.clone(),
        colour,
        contours: region.contours.iter().map(contour).collect(),
    };
    let written: Vec<Region> =
        regions.regions.iter().zip(REGION_COLOURS.into_iter().cycle()).map(region).collect();
    let export = StructureSetExport {
        name: &regions.name,
        description: &regions.description,
        frame: &regions.frame,
        images,
        regions: &written,
    };
    let path = out.join("structures").join(format!("{}.dcm", regions.name));
    write_structure_set(&path, &export, context).map_err(|error| Failure::Failed(error.to_string()))
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
