//! The command line of rert.

mod account;
mod answer;
mod archive;
mod assess;
mod budget;
mod calculator;
mod compare;
mod configuration;
mod deidentify;
mod demo;
mod dvh;
mod examine;
mod exchange;
mod failure;
mod health;
mod inspect;
mod knowledge;
mod map_points;
mod objects_section;
mod points_file;
mod progress;
mod provider_section;
mod register;
mod serve;
mod telemetry;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Reirradiation assessment: cumulative dose with its doubt, judged against cited limits.
///
/// Not a medical device. Every number is to be checked independently by qualified staff.
#[derive(Parser)]
#[command(name = "rert", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print what a folder holds: patients, courses, plans, doses, structures, images, registrations, findings.
    Inspect {
        /// Folder (or zip archive) with the DICOM objects of all courses.
        directory: PathBuf,
        /// Settings of the case.
        #[arg(long)]
        settings: Option<PathBuf>,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Assess the cumulative dose of all courses in a folder.
    Assess {
        /// Folder (or zip archive) with the DICOM objects of all courses.
        directory: PathBuf,
        /// Folder to write assessment.json, report.html, report.pdf, dvh.csv, dose/ and registration/ to.
        #[arg(long)]
        out: PathBuf,
        /// Settings of the case; DIR/case.toml is used when it is there and nothing is said.
        #[arg(long)]
        settings: Option<PathBuf>,
        /// Folder with a constraints.toml of this centre: limits that are added, or that replace others.
        #[arg(long, value_name = "DIR")]
        knowledge: Option<PathBuf>,
        /// Print the assessment as one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Assess a built-in synthetic patient with two courses.
    Demo {
        /// Which patient.
        #[arg(long, value_enum, default_value_t = demo::Patient::HeadAndNeck)]
        patient: demo::Patient,
        /// Folder to write to.
        #[arg(long, default_value = "rert-demo")]
        out: PathBuf,
        /// Go on in the workbench: the browser opens with the patient.
        #[arg(long, conflicts_with = "input_only")]
        open: bool,
        /// Write the objects of the patient to OUT/input, and do nothing with them.
        #[arg(long)]
        input_only: bool,
    },
    /// Open the workbench in the browser of this machine.
    Serve(serve::ServeArguments),
    /// Look after the archive of a workbench that does not run: list, check, backup, restore, export.
    #[command(subcommand)]
    Archive(archive::ArchiveCommand),
    /// Ask another DICOM system whether it answers.
    Echo(exchange::EchoArguments),
    /// Find the studies of a patient in another system, and pull them.
    Pull(exchange::PullArguments),
    /// Send objects to another system.
    Send(exchange::SendArguments),
    /// Receive objects from other systems, without the workbench; the configuration says from whom.
    Receive(serve::ReceiveArguments),
    /// Ask a workbench that runs on this machine whether it can do what it is for.
    Health(health::HealthArguments),
    /// Look after the accounts of a department.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Read the log of what was done.
    #[command(subcommand)]
    Audit(account::AuditCommand),
    /// Answer what files are, one path a line: the program starts itself with it, in a process with limits.
    #[command(name = examine::COMMAND, hide = true)]
    Examine,
    /// Tell what the limits of the knowledge base leave after the prior courses.
    Budget(budget::BudgetArguments),
    /// Compare two or more plans for the current course.
    Compare(compare::CompareArguments),
    /// List, show and check what the program knows about medicine.
    #[command(subcommand)]
    Knowledge(knowledge::KnowledgeCommand),
    /// Dose-volume histogram of a structure set and a dose in one frame of reference.
    Dvh(dvh::DvhArguments),
    /// Register two image series and write the maps between them as DICOM objects.
    Register(register::RegisterArguments),
    /// Take points from the fixed to the moving frame by Spatial Registration objects.
    MapPoints(map_points::MapPointsArguments),
    /// Build the objects of a patient anew for research, without what identifies anybody.
    Deidentify(deidentify::DeidentifyArguments),
    /// Convert a dose to BED and EQD2.
    Eqd2(calculator::Eqd2Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Inspect { directory, settings, json } => inspect::run(&directory, settings.as_deref(), json),
        Command::Assess { directory, out, settings, knowledge, json } => {
            assess::run(&directory, &out, (settings.as_deref(), knowledge.as_deref()), json)
        }
        Command::Demo { patient, out, open, input_only } => {
            let further = match (open, input_only) {
                (true, _) => demo::Further::Workbench,
                (_, true) => demo::Further::Nothing,
                _ => demo::Further::Assessment,
            };
            demo::run(patient, &out, further)
        }
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Archive(command) => archive::run(&command),
        Command::Echo(arguments) => exchange::echo(&arguments),
        Command::Pull(arguments) => exchange::pull(&arguments),
        Command::Send(arguments) => exchange::send(&arguments),
        Command::Receive(arguments) => serve::receive(&arguments),
        Command::Health(arguments) => health::run(&arguments),
        Command::Account(command) => account::run(&command),
        Command::Audit(command) => account::audit(&command),
        Command::Examine => examine::run(),
        Command::Budget(arguments) => budget::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Knowledge(command) => knowledge::run(&command),
        Command::Dvh(arguments) => dvh::run(&arguments),
        Command::Register(arguments) => register::run(&arguments),
        Command::MapPoints(arguments) => map_points::run(&arguments),
        Command::Deidentify(arguments) => deidentify::run(&arguments),
        Command::Eqd2(arguments) => calculator::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// What runs commands that wait for networks and disks.
fn runtime(doing: &str) -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("{doing}: {}", error.kind())))
}

/// What encrypts for those libraries that leave the choice to the program.
fn install_encryption() {
    // Whoever was first chose the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What a command says on standard output; everything else goes to standard error.
#[expect(clippy::print_stdout, reason = "the one place where results are printed")]
fn print(text: &str) {
    println!("{}", case::readable(text));
}

/// What a command says on standard error.
#[expect(clippy::print_stderr, reason = "the one place where messages are printed")]
fn tell(text: &str) {
    eprintln!("{}", case::readable(text));
}

impl Failure {
    fn report(self) -> ExitCode {
        tell(&format!("rert: {self}"));
        ExitCode::from(self.exit_code())
    }
}
