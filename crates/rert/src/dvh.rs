//! `rert dvh`: the histogram of any structure set and dose in one frame of reference.

use std::path::PathBuf;

use case::{Dose, DoseUnits, Finding, Findings, Roi};
use clap::Args;
use dose::{Dvh, Metric, sampling_step};
use geometry::{EndCap, Samples, Solid};
use serde_json::{Map, Value, json};

use crate::failure::{Failure, while_doing};
use crate::print;

/// Dose-volume histogram of a structure set and a dose in one frame of reference.
#[derive(Args)]
pub struct DvhArguments {
    /// RT Structure Set.
    #[arg(long, value_name = "FILE")]
    structures: PathBuf,
    /// RT Dose.
    #[arg(long, value_name = "FILE")]
    dose: PathBuf,
    /// Name of a structure; all of them when nothing is said.
    #[arg(long, value_name = "NAME")]
    roi: Vec<String>,
    /// Measures such as D99%, D0.03cc, V20Gy.
    #[arg(long, value_delimiter = ',', default_value = "D98%,D50%,D2%,D0.03cc")]
    metrics: Vec<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub fn run(arguments: &DvhArguments) -> Result<(), Failure> {
    let metrics = arguments.metrics.iter().map(|text| text.parse::<Metric>().map(|metric| (text.clone(), metric)));
    let metrics: Vec<(String, Metric)> =
        metrics.collect::<Result<_, _>>().map_err(|error| Failure::Usage(error.to_string()))?;
    let structures = crate::progress::read_folder(&arguments.structures)?.objects;
    let doses = crate::progress::read_folder(&arguments.dose)?.objects;
    let mut findings = structures.findings;
    findings.extend(doses.findings);
    let set = structures.structure_sets.into_iter().next();
    let set =
        set.ok_or_else(|| Failure::Failed("reading the structures: the file holds no structure set".to_owned()))?;
    let dose = doses.doses.into_iter().next();
    let dose = dose.ok_or_else(|| Failure::Failed("reading the dose: the file holds no dose".to_owned()))?;
    if let Some(name) = arguments.roi.iter().find(|name| !set.rois.iter().any(|roi| roi.name == **name)) {
        return Err(Failure::Usage(format!(
            "measuring \"{name}\": the structure set has no structure of that name"
        )));
    }
    check(&set.frame, &dose, &mut findings);
    let wanted = |roi: &&Roi| arguments.roi.is_empty() || arguments.roi.contains(&roi.name);
    let measured: Vec<Value> = if findings.has_refusal() {
        Vec::new()
    } else {
        set.rois.iter().filter(wanted).map(|roi| measure(roi, &dose, &metrics, &mut findings)).collect()
    };
    let findings = findings.into_sorted();
    show(&measured, &findings, arguments.json)?;
    Failure::refusal(&findings).map_or(Ok(()), Err)
}

fn check(frame: &geometry::FrameOfReference, dose: &Dose, findings: &mut Findings) {
    if *frame != dose.frame {
        let message =
            format!("structures lie in frame {frame}, the dose in frame {}: they cannot be combined", dose.frame);
        findings.refuse("H38", "dose", message);
    }
    if dose.units != DoseUnits::Gy {
        findings.refuse("H12", "dose", "the dose is not given in gray: export it as absolute dose");
    }
}

fn measure(roi: &Roi, dose: &Dose, metrics: &[(String, Metric)], findings: &mut Findings) -> Value {
    let nothing = json!({ "name": roi.name, "volume_cc": null, "min_gy": null, "max_gy": null, "mean_gy": null,
        "metrics": metrics.iter().map(|(name, _)| (name.clone(), json!({ "gy": null }))).collect::<Map<_, _>>() });
    if let Some(problem) = roi.breaking_problem() {
        findings.refuse("H28", &roi.name, format!("the structure is not measured: {problem}"));
        return nothing;
    }
    let grid = dose.voxels.grid();
    let solid = match Solid::from_contours(&roi.contours, EndCap::HalfSlice, Some(grid.spacing_mm()[2])) {
        Ok(solid) => solid,
        Err(error) => {
            findings.warn("H28", &roi.name, format!("the structure is not measured: {error}"));
            return nothing;
        }
    };
    let finest = grid.spacing_mm().into_iter().fold(f64::INFINITY, f64::min);
    let samples = solid.samples(sampling_step(&solid, finest));
    let Some(doses) = doses_at(&samples, dose) else {
        let message =
            "the dose grid does not cover the whole structure: no dose is given; export it on a larger grid";
        findings.refuse("H29", &roi.name, message);
        return json!({ "name": roi.name, "volume_cc": solid.volume_cc(), "min_gy": null, "max_gy": null,
            "mean_gy": null, "metrics": nothing["metrics"] });
    };
    let Some(dvh) = Dvh::new(&doses, &samples.volumes_cc) else { return nothing };
    let values: Map<String, Value> =
        metrics.iter().map(|(name, metric)| (name.clone(), value(metric, &dvh))).collect();
    json!({ "name": roi.name, "volume_cc": dvh.volume_cc(), "min_gy": dvh.min_gy(), "max_gy": dvh.max_gy(),
        "mean_gy": dvh.mean_gy(), "metrics": values })
}

/// The dose at every sample; nothing when one lies more than a voxel beyond the grid.
fn doses_at(samples: &Samples, dose: &Dose) -> Option<Vec<f64>> {
    samples.positions_mm.iter().map(|position| dose.voxels.trilinear_within(position, 1.0)).collect()
}

fn value(metric: &Metric, dvh: &Dvh) -> Value {
    match (metric, metric.of(dvh)) {
        (Metric::VolumeAtGy(_), Some(cc)) => json!({ "cc": cc, "percent": 100.0 * cc / dvh.volume_cc() }),
        (Metric::VolumeAtGy(_), None) => json!({ "cc": null, "percent": null }),
        (_, value) => json!({ "gy": value }),
    }
}

fn show(measured: &[Value], findings: &[Finding], as_json: bool) -> Result<(), Failure> {
    if as_json {
        let document = json!({ "structures": measured, "findings": findings });
        let text = serde_json::to_string_pretty(&document).map_err(while_doing("printing the histogram"))?;
        print(&text);
        return Ok(());
    }
    for structure in measured {
        let number = |value: &Value| value.as_f64().map_or("not known".to_owned(), |value| format!("{value:.2}"));
        let mut line = format!(
            "{}: volume {} cc, mean {} Gy, min {} Gy, max {} Gy",
            structure["name"].as_str().unwrap_or_default(),
            number(&structure["volume_cc"]),
            number(&structure["mean_gy"]),
            number(&structure["min_gy"]),
            number(&structure["max_gy"])
        );
        for (name, value) in structure["metrics"].as_object().into_iter().flatten() {
            line += &match value.get("cc") {
                Some(cc) => format!(", {name} {} cc ({} %)", number(cc), number(&value["percent"])),
                None => format!(", {name} {} Gy", number(&value["gy"])),
            };
        }
        print(&line);
    }
    for finding in findings {
        crate::tell(&format!("{} {}: {}", finding.code, finding.subject, finding.message));
    }
    Ok(())
}
