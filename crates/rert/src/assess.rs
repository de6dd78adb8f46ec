//! `rert assess`: the main job.

use std::fs;
use std::path::Path;

use assessment::Assessment;
use case::{Case, Settings};
use dicom::Folder;
use guidelines::Knowledge;

use crate::failure::{Failure, while_doing};
use crate::{print, progress, tell};

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

/// Orders the objects, loads the images that are needed, and assesses.
pub fn assess(
    folder: &mut Folder,
    settings: &Settings,
    own: Option<&Path>,
) -> Result<(Case, Assessment), Failure> {
    let mut case =
        assessment::order(&folder.objects, settings).map_err(|error| Failure::Failed(error.to_string()))?;
    let images = assessment::images(&folder.objects, &case, settings);
    let images = images.map_err(|error| Failure::Failed(error.to_string()))?;
    if !case.findings.has_refusal() {
        folder.load_images(images, &mut case.findings);
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
    report::write_results(out, &folder.objects, (case, settings), assessment)
        .map_err(|error| Failure::Failed(error.to_string()))
}
