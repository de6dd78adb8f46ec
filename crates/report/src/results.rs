//! Everything that an assessment leaves behind, in a folder.

use std::fs;
use std::path::Path;

use assessment::{Assessment, ExportedMap, ExportedRegion, ExportedRegions};
use case::{Case, Objects, Settings};
use dicom::{
    DoseExport, ReferencedImages, Region, RegionContour, StructureSetExport, WriteContext,
    write_deformable_registration, write_dose, write_registration, write_structure_set,
};

use crate::ReportError;
use crate::document::write_documents;
use crate::used_settings::used_settings;

/// From what may receive least to what may receive most.
const REGION_COLOURS: [[u8; 3]; 4] = [[165, 0, 38], [244, 109, 67], [253, 174, 97], [171, 217, 233]];

/// The folders with DICOM objects among the results.
pub const DICOM_FOLDERS: [&str; 4] = ["dose", "structures", "registration", "document"];

/// Writes everything of the contract; a refused computation leaves no number behind.
///
/// # Errors
/// When a file cannot be written.
pub fn write_results(
    out: &Path,
    objects: &Objects,
    (case, settings): (&Case, &Settings),
    assessment: &Assessment,
) -> Result<(), ReportError> {
    for name in DICOM_FOLDERS {
        let path = out.join(name);
        if path.exists() {
            // Doses of an earlier run must not stand beside the results of this one (H48).
            clear(&path)?;
        }
        fs::create_dir_all(&path).map_err(failed)?;
    }
    fs::write(out.join("case.toml"), used_settings(settings, case, assessment)).map_err(failed)?;
    let context = write_context(objects, case, assessment);
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
        write_dose(&path, &export, &context).map_err(ReportError::Dicom)?;
    }
    for regions in &assessment.regions {
        write_regions(out, objects, regions, &context)?;
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
        written.map_err(ReportError::Dicom)?;
    }
    let text = crate::json(assessment)?;
    fs::write(out.join("assessment.json"), text).map_err(failed)?;
    fs::write(out.join("dvh.csv"), crate::dvh_csv(assessment)).map_err(failed)?;
    let record = assessment::registry_record(assessment, settings);
    for (name, text) in [
        ("registry.json", crate::registry_json(&record)),
        ("registry.csv", crate::registry_csv(&record)),
        ("registry.fhir.json", crate::registry_fhir(&record)),
    ] {
        fs::write(out.join(name), text?).map_err(failed)?;
    }
    if let Some(stated) = &settings.patient_page {
        let page = crate::patient_page(assessment, stated)?;
        fs::write(out.join("patient.html"), page).map_err(failed)?;
    }
    let page = crate::html(assessment)?;
    fs::write(out.join("report.html"), page).map_err(failed)?;
    let pages = crate::pdf(assessment)?;
    write_documents(&out.join("document"), assessment, &pages, &context)?;
    fs::write(out.join("report.pdf"), pages).map_err(failed)
}

fn write_regions(
    out: &Path,
    objects: &Objects,
    regions: &ExportedRegions,
    context: &WriteContext,
) -> Result<(), ReportError> {
    let image = regions.image.map(|index| &objects.images[index]);
    let images = image.map(|image| ReferencedImages {
        study: &image.header.study,
        series: &image.series,
        instances: &image.instances,
    });
    let region = |(region, colour): (&ExportedRegion, [u8; 3])| Region {
        name: region.name.clone(),
        colour,
        contours: region
            .contours
            .iter()
            .map(|(points_mm, plane)| RegionContour {
                points_mm: points_mm.clone(),
                image: plane.and_then(|plane| image?.instances.get(plane).cloned()),
            })
            .collect(),
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
    write_structure_set(&path, &export, context).map_err(ReportError::Dicom)
}

fn clear(folder: &Path) -> Result<(), ReportError> {
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "dcm") {
            fs::remove_file(&path).map_err(failed)?;
        }
    }
    Ok(())
}

/// Written objects belong to the study of the current plan.
fn write_context(objects: &Objects, case: &Case, assessment: &Assessment) -> WriteContext {
    let current = case.current().and_then(|course| course.plans.first());
    let header = current.and_then(|plan| objects.plan(&plan.uid)).map(|plan| &plan.header);
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

/// The system's words name no path, since a path may name a person.
fn failed(error: std::io::Error) -> ReportError {
    ReportError::File(error.kind())
}
