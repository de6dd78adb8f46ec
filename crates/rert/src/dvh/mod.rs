//! `rert dvh`: the histogram of any structure set and dose in one frame of reference.

mod compare;
mod document;
mod eclipse;
mod measure;
mod request;

use std::path::PathBuf;

use case::{Dose, DoseUnits, Findings};
use clap::{Args, ValueEnum};
use geometry::{EndCap, FrameOfReference, GapRule, SolidOptions};
use serde_json::json;

use self::request::Request;
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
    /// A structure made of structures: union(A, B), minus(A, B), intersection(A, B), margin(A, 3) with mm.
    #[arg(long, value_name = "EXPRESSION")]
    expression: Vec<String>,
    /// Measures such as D99%, D0.03cc, V20Gy, Dmean, gEUD(8).
    #[arg(long, value_delimiter = ',', default_value = "D98%,D50%,D2%,D0.03cc")]
    metrics: Vec<String>,
    /// Dose that doses are also given in percent of.
    #[arg(long, value_name = "GY")]
    reference_dose: Option<f64>,
    /// How a structure ends beyond its first and last contour.
    #[arg(long, value_enum, default_value = "rounded")]
    end_cap: EndCapArgument,
    /// Go on where contours are missing instead of ending on both sides.
    #[arg(long)]
    interpolate_gaps: bool,
    /// Add the histogram itself to the JSON.
    #[arg(long, value_enum, requires = "json")]
    histogram: Option<HistogramKind>,
    /// Width of the bins of the histogram, at least 0.001 Gy.
    #[arg(long, value_name = "GY", default_value = "0.01")]
    bin: f64,
    /// Give the histogram in percent of the volume and of the reference dose instead of cc and gray.
    #[arg(long, requires = "histogram")]
    relative: bool,
    /// Compare with the histograms stored beside the dose, or with those of a file: another RT Dose, or a text that
    /// Eclipse exported (cumulative, absolute dose).
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    compare: Option<Option<PathBuf>>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Finer bins than this hold nothing but numbers.
const FINEST_BIN_GY: f64 = 1e-3;

/// The rules for the ends of a structure.
#[derive(Clone, Copy, ValueEnum)]
enum EndCapArgument {
    /// At the last contour.
    None,
    /// A straight wall half a slice beyond it.
    HalfSlice,
    /// As the last contours foretell; a straight wall where they foretell nothing.
    Rounded,
}

/// What a histogram holds.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HistogramKind {
    /// The volume that receives at least each dose.
    Cumulative,
    /// The volume within each bin.
    Differential,
}

impl DvhArguments {
    fn options(&self) -> SolidOptions {
        SolidOptions {
            end_cap: match self.end_cap {
                EndCapArgument::None => EndCap::None,
                EndCapArgument::HalfSlice => EndCap::HalfSlice,
                EndCapArgument::Rounded => EndCap::Rounded,
            },
            gaps: if self.interpolate_gaps { GapRule::Interpolate } else { GapRule::Leave },
            slice_thickness_mm: None,
        }
    }

    fn compared_with(&self) -> &'static str {
        if self.compare.as_ref().is_some_and(Option::is_some) { "the file" } else { "the dose object" }
    }

    fn check(&self) -> Result<(), Failure> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if self.reference_dose.is_some_and(|dose| !positive(dose)) {
            return Err(Failure::Usage("--reference-dose needs a positive number of gray".to_owned()));
        }
        if !positive(self.bin) || self.bin < FINEST_BIN_GY {
            let message = format!("--bin needs a number of gray, at least {FINEST_BIN_GY}");
            return Err(Failure::Usage(message));
        }
        if self.relative && self.reference_dose.is_none() {
            return Err(Failure::Usage("--relative needs the dose that is 100 %: --reference-dose".to_owned()));
        }
        Ok(())
    }
}

/// Measures and prints.
pub fn run(arguments: &DvhArguments) -> Result<(), Failure> {
    arguments.check()?;
    let structures = crate::progress::read_folder(&arguments.structures)?.objects;
    let doses = crate::progress::read_folder(&arguments.dose)?.objects;
    let mut findings = structures.findings;
    findings.extend(doses.findings);
    let set = structures.structure_sets.into_iter().next();
    let set =
        set.ok_or_else(|| Failure::Failed("reading the structures: the file holds no structure set".to_owned()))?;
    let dose = doses.doses.into_iter().next();
    let dose = dose.ok_or_else(|| Failure::Failed("reading the dose: the file holds no dose".to_owned()))?;
    let request = Request::of(arguments, &set)?;
    check(&set.frame, &dose, &mut findings);
    let measured =
        if findings.has_refusal() { Vec::new() } else { measure::measure(&set, &dose, &request, &mut findings) };
    let others = match &arguments.compare {
        Some(file) => Some(compare::others(file.as_deref(), &dose, &set, &mut findings)?),
        None => None,
    };
    let document = |organ: &measure::Measured| {
        let mut document = document::structure(organ, &request, arguments);
        if let Some(others) = &others {
            let whole = organ.histogram.as_ref().filter(|histogram| histogram.covered.is_whole());
            let pair = whole.zip(compare::find(others, &set, organ));
            let compared = pair.map(|(ours, other)| compare::compared(&ours.estimated.dvh, other));
            document["compared_with"] = json!(arguments.compared_with());
            document["compared"] = compared.unwrap_or_default();
        }
        document
    };
    let structures: Vec<_> = measured.iter().map(document).collect();
    let findings = findings.into_sorted();
    if arguments.json {
        let document =
            json!({ "end_cap": request.options.end_cap.name(), "structures": structures, "findings": findings });
        let text = serde_json::to_string_pretty(&document).map_err(while_doing("printing the histogram"))?;
        print(&text);
    } else {
        for structure in &structures {
            print(&document::line(structure));
            compare::line(structure).iter().for_each(|line| print(line));
        }
        for finding in &findings {
            crate::tell(&format!("{} {}: {}", finding.code, finding.subject, finding.message));
        }
    }
    Failure::refusal(&findings).map_or(Ok(()), Err)
}

fn check(frame: &FrameOfReference, dose: &Dose, findings: &mut Findings) {
    if *frame != dose.frame {
        let message =
            format!("structures lie in frame {frame}, the dose in frame {}: they cannot be combined", dose.frame);
        findings.refuse("H38", "dose", message);
    }
    if dose.units != DoseUnits::Gy {
        findings.refuse("H12", "dose", "the dose is not given in gray: export it as absolute dose");
    }
}
