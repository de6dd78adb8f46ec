//! `rert archive`: looks after the archive of a workbench that does not run.

use std::path::PathBuf;

use archive::{Archive, ArchiveError, ArchivePlace, CaseId, CheckReport, Examiner};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::account::write_down;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::{print, runtime, tell};

/// Where the archive is.
#[derive(Args, Clone)]
pub struct ArchiveArguments {
    /// Folder of the archive, ./rert-cases where nothing is said; it is made where there is none. The environment variable
    /// RERT_ARCHIVE_POSTGRES names a PostgreSQL database for its index, as postgres://user:password@host/database; without it the
    /// index is a file in the folder.
    #[arg(long, alias = "cases", value_name = "DIR")]
    pub archive: Option<PathBuf>,
    /// File that says how the program runs in a department (docs/guide/operations.md).
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl ArchiveArguments {
    /// An archive in a folder, without a configuration.
    pub fn folder(folder: PathBuf) -> Self {
        Self { archive: Some(folder), config: None }
    }

    /// How the program runs.
    pub fn configuration(&self) -> Result<Configuration, Failure> {
        Configuration::read(self.config.as_deref())
    }

    /// The place that is meant.
    pub fn place(&self, configuration: &Configuration) -> Result<ArchivePlace, Failure> {
        configuration.archive(self.archive.as_deref())
    }
}

/// What is to be done with the archive.
#[derive(Subcommand)]
pub enum ArchiveCommand {
    /// List the cases.
    List {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Read every content, also those in an object store, and compare it with its hash and with the index.
    Check {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
        /// Make a case of the contents that belong to none, such as after an index was restored from an older backup.
        #[arg(long)]
        recover: bool,
    },
    /// Copy everything into a folder; what is there from an earlier backup is not copied again.
    Backup {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Folder of the backup.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Fill an empty archive from a backup, and check it.
    Restore {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Folder of the backup.
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
    },
    /// Write a case as files: its objects, settings and results.
    Export {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Name of the case, as `rert archive list` prints it.
        case: String,
        /// New or empty folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Runs one of the commands.
pub fn run(command: &ArchiveCommand) -> Result<(), Failure> {
    runtime("opening the archive")?.block_on(async {
        match command {
            ArchiveCommand::List { archive, json } => list(archive, *json).await,
            ArchiveCommand::Check { archive, json, recover } => check(archive, *json, *recover).await,
            ArchiveCommand::Backup { archive, to } => {
                let archive = open(archive).await?;
                write_down(&archive, "archive backup", "").await?;
                archive.back_up(to).await.map_err(failed)?;
                print("the backup is whole");
                Ok(())
            }
            ArchiveCommand::Restore { archive, from } => {
                let archive = open_or_make(archive).await?;
                let report = archive.restore(from).await.map_err(failed)?;
                // The log came with the backup, and goes on in the place where it is now.
                write_down(&archive, "archive restore", "").await?;
                told(&report)
            }
            ArchiveCommand::Export { archive, case, out } => {
                let archive = open(archive).await?;
                let case = archive.case(&CaseId::new(case).map_err(failed)?).await.map_err(failed)?;
                write_down(&archive, "archive export", case.id().as_str()).await?;
                let n_objects = case.export(out).await.map_err(failed)?;
                print(&format!("{n_objects} objects are in {}", out.join("objects").display()));
                Ok(())
            }
        }
    })
}

/// A failure of the archive.
pub fn failed(error: ArchiveError) -> Failure {
    Failure::Failed(error.to_string())
}

/// Opens an archive that is there: to check or back up a folder that was mistyped would find nothing wrong.
pub async fn open(arguments: &ArchiveArguments) -> Result<Archive, Failure> {
    let place = arguments.place(&arguments.configuration()?)?;
    if !place.folder.is_dir() {
        return Err(Failure::Failed(
            "opening the archive: there is no such folder; name the one that rert serve works with".to_owned(),
        ));
    }
    open_or_make(arguments).await
}

/// Opens an archive, which is made where there is none.
pub async fn open_or_make(arguments: &ArchiveArguments) -> Result<Archive, Failure> {
    let examiner: Examiner = crate::examine::examiner()?;
    let place = arguments.place(&arguments.configuration()?)?;
    Archive::open(&place, examiner).await.map_err(failed)
}

async fn list(arguments: &ArchiveArguments, as_json: bool) -> Result<(), Failure> {
    let archive = open(arguments).await?;
    let mut told = Vec::new();
    for id in archive.cases().await.map_err(failed)? {
        let case = archive.case(&id).await.map_err(failed)?;
        let label = case.label().await.map_err(failed)?;
        let n_objects = case.n_objects().await.map_err(failed)?;
        told.push((id, label, n_objects));
    }
    if as_json {
        let cases: Vec<_> = told
            .iter()
            .map(|(id, label, n_objects)| {
                json!({ "id": id, "label": label.label, "created": label.created.to_rfc3339(), "n_objects": n_objects })
            })
            .collect();
        print(&json!({ "schema": "rert-archive-cases/1", "cases": cases }).to_string());
        return Ok(());
    }
    for (id, label, n_objects) in told {
        let created = label.created.format("%Y-%m-%d %H:%M UTC");
        print(&format!("{id}  {created}  {n_objects:>6} objects  {}", label.label));
    }
    Ok(())
}

async fn check(arguments: &ArchiveArguments, as_json: bool, recover: bool) -> Result<(), Failure> {
    let archive = open(arguments).await?;
    if recover && let Some(case) = archive.recover(server::now()).await.map_err(failed)? {
        tell(&format!("contents that belonged to no case are in case {} now", case.id()));
    }
    let report = archive.check().await.map_err(failed)?;
    if !as_json {
        return told(&report);
    }
    let mut document = json!({ "schema": "rert-archive-check/1", "whole": report.is_whole() });
    if let (Some(document), serde_json::Value::Object(found)) = (document.as_object_mut(), json!(report)) {
        document.extend(found);
    }
    print(&document.to_string());
    whole(&report)
}

/// Prints a report; what is missing or damaged is a failure.
fn told(report: &CheckReport) -> Result<(), Failure> {
    print(&format!("{} cases need {} contents", report.n_cases, report.n_contents));
    for (hashes, what) in [
        (&report.missing, "is missing"),
        (&report.damaged, "is damaged"),
        (&report.thrown_away, "had a damaged copy in the folder, which was thrown away; the object store has it"),
        (
            &report.unlisted,
            "belongs to no case: it was on its way in when the program ended (--recover makes a case of it)",
        ),
    ] {
        hashes.iter().for_each(|sha256| print(&format!("content {sha256} {what}")));
    }
    whole(report)
}

fn whole(report: &CheckReport) -> Result<(), Failure> {
    if let Some(damage) = &report.index {
        return Err(Failure::Failed(format!(
            "checking the archive: its index is damaged ({damage}); restore a backup"
        )));
    }
    let n_lost = report.missing.len() + report.damaged.len();
    if n_lost > 0 {
        let message = format!(
            "checking the archive: {n_lost} contents are missing or damaged; import their objects again, or restore a backup"
        );
        return Err(Failure::Failed(message));
    }
    Ok(())
}
