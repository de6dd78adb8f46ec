//! `rert compare`: candidate plans for the current course side by side.

use std::path::PathBuf;

use assessment::Comparison;
use assessment::comparison::{ComparedLimit, LimitValue};
use case::{Candidate, Settings};
use clap::Args;

use crate::answer::{Answer, shortened};
use crate::failure::Failure;
use crate::{assess, progress};

/// Width of the column of a candidate.
const WIDTH: usize = 26;

/// Compare two or more plans for the current course.
#[derive(Args)]
pub struct CompareArguments {
    /// Folder (or zip archive) with the DICOM objects of all courses and candidates.
    directory: PathBuf,
    /// Folder to write the whole assessment with the comparison to.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Settings of the case; DIR/case.toml is used when it is there and nothing is said.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Folder with a constraints.toml of this centre: limits that are added, or that replace others.
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
    /// A candidate as NAME=PLAN or NAME=PLAN,PLAN, with labels or UIDs; those of the settings when nothing is said.
    #[arg(long = "candidate", value_name = "NAME=PLAN")]
    candidates: Vec<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Reads, assesses every candidate and prints them beside each other.
pub fn run(arguments: &CompareArguments) -> Result<(), Failure> {
    let mut folder = progress::read_folder(&arguments.directory)?;
    let stated = progress::read_settings(&arguments.directory, arguments.settings.as_deref())?;
    let settings = with_candidates(stated, &arguments.candidates)?;
    let (case, assessment) = assess::assess(&mut folder, &settings, arguments.knowledge.as_deref())?;
    if let Some(out) = &arguments.out {
        assess::write(out, &folder, &case, &settings, &assessment)?;
    }
    let answer = Answer {
        schema: "rert-comparison/1",
        name: "comparison",
        part: assessment.comparison.as_ref(),
        missing: "there is nothing to compare",
    };
    answer.give(&assessment, arguments.json, table, arguments.out.as_deref())
}

/// What the command line says wins over `case.toml`; both are checked alike.
fn with_candidates(mut settings: Settings, stated: &[String]) -> Result<Settings, Failure> {
    let read = |text: &String| {
        let (name, plans) = text.split_once('=')?;
        let plans: Vec<String> = plans.split(',').map(|plan| plan.trim().to_owned()).collect();
        Some(Candidate { name: name.trim().to_owned(), plans })
    };
    if !stated.is_empty() {
        let read: Option<Vec<Candidate>> = stated.iter().map(read).collect();
        settings.candidates =
            read.ok_or_else(|| Failure::Usage("a candidate is stated as NAME=PLAN or NAME=PLAN,PLAN".to_owned()))?;
        settings.case.candidate = None;
    }
    if settings.candidates.len() < 2 {
        let message =
            "comparing needs two candidates: state --candidate NAME=PLAN twice, or [[candidate]] in case.toml";
        return Err(Failure::Usage(message.to_owned()));
    }
    Settings::from_toml(&settings.to_toml()).map_err(|error| Failure::Usage(error.to_string()))
}

fn table(comparison: &Comparison) -> String {
    let heads: String = comparison.candidates.iter().map(|own| column(&own.name)).collect();
    let mut lines = vec![format!("{:<18}{:<44}{:>9}{heads}", "structure", "limit", "limit Gy")];
    let says = |limit: &&ComparedLimit| limit.values.iter().flatten().any(|value| value.value_gy.is_some());
    for limit in comparison.limits.iter().filter(says) {
        let values: String = limit.values.iter().map(|value| column(&value_words(value.as_ref()))).collect();
        let stated = limit.limit_gy.map_or("-".to_owned(), |gy| format!("{gy:.1}"));
        lines.push(format!(
            "{:<18}{:<44}{stated:>9}{values}",
            shortened(&limit.structure, 17),
            shortened(&limit.id, 43)
        ));
    }
    for compared in &comparison.responses {
        let point = |value: &Option<assessment::comparison::ResponsePoint>| match value {
            Some(point) => column(&format!("{:.1} % ({:.1} Gy)", 100.0 * point.probability, point.value_gy)),
            None => column("-"),
        };
        let values: String = compared.values.iter().map(point).collect();
        let (structure, id) = (&compared.response.structure, &compared.response.id);
        lines.push(format!("{:<18}{:<44}{:>9}{values}", shortened(structure, 17), shortened(id, 43), ""));
    }
    for response in comparison.responses.iter().map(|compared| &compared.response) {
        if let Some(reason) = &response.reason {
            lines.push(format!("{}, {}: {reason}", response.structure, response.id));
        }
    }
    lines.push("limits: EQD2 with the α/β of the limit, verdict, and in brackets the percent used of what the prior courses left".to_owned());
    if !comparison.responses.is_empty() {
        lines.push(format!("probabilities: {}", comparison.warning));
    }
    lines.join("\n")
}

fn column(text: &str) -> String {
    format!("{:>WIDTH$}", shortened(text, WIDTH - 1))
}

fn value_words(value: Option<&LimitValue>) -> String {
    let Some(value) = value else { return "-".to_owned() };
    let gy = value.value_gy.map_or("-".to_owned(), |gy| format!("{gy:.1}"));
    let used = value.budget_used_percent.map_or(String::new(), |percent| format!(" ({percent:.0} %)"));
    format!("{gy} {}{used}", value.verdict.as_str())
}
