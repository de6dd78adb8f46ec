//! `rert budget`: what may still be given.

use std::path::PathBuf;

use assessment::{Budget, LimitBudget};
use case::Settings;
use clap::Args;

use crate::answer::{Answer, shortened};
use crate::failure::Failure;
use crate::{assess, progress};

/// Tell what the limits of the knowledge base leave after the prior courses.
#[derive(Args)]
pub struct BudgetArguments {
    /// Folder (or zip archive) with the DICOM objects of all courses.
    directory: PathBuf,
    /// Folder to write the whole assessment and the doses for the planning system to.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Settings of the case; DIR/case.toml is used when it is there and nothing is said.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Folder with a constraints.toml of this centre: limits that are added, or that replace others.
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
    /// Numbers of fractions to consider, such as 5,10; that of the current plan when nothing is said.
    #[arg(long, value_name = "N", value_delimiter = ',')]
    fractions: Vec<u32>,
    /// Intended prescription in gray.
    #[arg(long, value_name = "GY")]
    prescription: Option<f64>,
    /// Structure of the current course that is to receive it.
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Limit to count, by its id; all when nothing is said.
    #[arg(long = "limit", value_name = "ID")]
    limits: Vec<String>,
    /// Transition dose per fraction in gray of the linear-quadratic-linear model, for the new fractions.
    #[arg(long, value_name = "GY")]
    transition: Option<f64>,
    /// Write doses of type PHYSICAL, for planning systems that refuse EFFECTIVE.
    #[arg(long)]
    physical_dose_type: bool,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Reads, assesses and prints what is left.
pub fn run(arguments: &BudgetArguments) -> Result<(), Failure> {
    let mut folder = progress::read_folder(&arguments.directory)?;
    let stated = progress::read_settings(&arguments.directory, arguments.settings.as_deref())?;
    let settings = with_arguments(stated, arguments)?;
    let (case, assessment) = assess::assess(&mut folder, &settings, arguments.knowledge.as_deref())?;
    if let Some(out) = &arguments.out {
        assess::write(out, &folder, &case, &settings, &assessment)?;
    }
    let answer = Answer {
        schema: "rert-budget/1",
        name: "budget",
        part: assessment.budget.as_ref(),
        missing: "there is no budget: the folder holds no prior course, or no number of fractions is known",
    };
    answer.give(&assessment, arguments.json, table, arguments.out.as_deref())
}

/// What the command line says wins over `case.toml`; both are checked alike.
fn with_arguments(mut settings: Settings, arguments: &BudgetArguments) -> Result<Settings, Failure> {
    let budget = &mut settings.budget;
    if !arguments.fractions.is_empty() {
        budget.fractions.clone_from(&arguments.fractions);
    }
    if !arguments.limits.is_empty() {
        budget.limits.clone_from(&arguments.limits);
    }
    budget.prescription_gy = arguments.prescription.or(budget.prescription_gy);
    budget.transition_gy = arguments.transition.or(budget.transition_gy);
    budget.target = arguments.target.clone().or(budget.target.take());
    settings.export.physical_dose_type |= arguments.physical_dose_type;
    Settings::from_toml(&settings.to_toml()).map_err(|error| Failure::Usage(error.to_string()))
}

fn table(budget: &Budget) -> String {
    let heads =
        budget.fractions.iter().map(|n| format!("{:>22}", format!("in {n} fx: Gy (per fx)"))).collect::<String>();
    let mut lines = vec![format!(
        "{:<18}{:<44}{:>9}{:>9}{:>9}{heads}",
        "structure", "limit", "limit Gy", "prior Gy", "left Gy"
    )];
    lines.extend(budget.limits.iter().map(line));
    for target in &budget.targets {
        let share = format!("{:.1} %", (target.attainable_percent * 10.0).floor() / 10.0);
        lines.push(format!(
            "{}: {share} of it can receive {} Gy in {} fractions without breaking a limit",
            target.structure, target.prescription_gy, target.fractions
        ));
    }
    for open in &budget.not_limited {
        lines.push(format!("{}: {}", open.structure, open.reason));
    }
    lines.push("limits on shares and intervals are not counted; limit, prior and left in EQD2 with the α/β of the limit; a published limit is no tolerance of this patient".to_owned());
    lines.join("\n")
}

fn line(limit: &LimitBudget) -> String {
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |gy| format!("{gy:.1}"));
    let options: String = limit
        .options
        .iter()
        .map(|option| match (option.total_gy, option.gy_per_fraction) {
            (Some(total), Some(each)) => format!("{:>22}", format!("{total:.2} ({each:.2})")),
            _ => format!("{:>22}", "-"),
        })
        .collect();
    let bound = if limit.prior_is_at_most { "<=" } else { "" };
    format!(
        "{:<18}{:<44}{:>9}{:>9}{:>9}{options}",
        shortened(&limit.structure, 17),
        shortened(&limit.id, 43),
        limit.limit_gy,
        format!("{bound}{}", number(limit.prior_gy)),
        number(limit.remaining_eqd2_gy),
    )
}
