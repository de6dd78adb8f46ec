//! `rert account` and `rert audit`: who may use the workbench of a department, and what was done there.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use archive::Archive;
use archive::audit::{Deed, Outcome, audit_event};
use archive::people::{AccountChange, NewAccount, Role};
use clap::{Subcommand, ValueEnum};
use serde_json::json;

use crate::archive::{ArchiveArguments, failed, open, open_or_make};
use crate::failure::Failure;
use crate::{print, runtime, tell};

/// What somebody does in the department.
#[derive(Clone, Copy, ValueEnum)]
pub enum RoleArgument {
    /// Looks at cases.
    Viewer,
    /// Takes cases in, decides, assesses, signs.
    Physicist,
    /// Decides, assesses, signs.
    Physician,
    /// Looks after accounts, access and the log.
    Admin,
    /// Another program.
    Service,
}

impl RoleArgument {
    fn role(self) -> Role {
        match self {
            Self::Viewer => Role::Viewer,
            Self::Physicist => Role::Physicist,
            Self::Physician => Role::Physician,
            Self::Admin => Role::Admin,
            Self::Service => Role::Service,
        }
    }
}

/// What is to be done with the accounts.
#[derive(Subcommand)]
pub enum AccountCommand {
    /// List the accounts.
    List {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Make an account. Its password is read from standard input; another program gets a token, which is printed once.
    Add {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// With which one signs in.
        name: String,
        /// What it may do.
        #[arg(long, value_enum)]
        role: RoleArgument,
        /// As it is printed, on signatures too; the name where nothing is said.
        #[arg(long)]
        printed_name: Option<String>,
        /// It may see every patient; without, only those that it is given.
        #[arg(long)]
        all_patients: bool,
        /// It signs in by the provider of identities, and has no password; none is read.
        #[arg(long)]
        by_provider: bool,
    },
    /// Leave an account to the provider of identities: its password is taken away, and whom it was linked to is forgotten. Whoever
    /// signs in by its name next is linked to it.
    ByProvider {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Its name.
        name: String,
    },
    /// Give an account another password, which is read from standard input, or another token.
    Password {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Its name.
        name: String,
    },
    /// Let an account be used no longer, or again.
    Disable {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// Its name.
        name: String,
        /// It may be used again.
        #[arg(long)]
        undo: bool,
    },
}

/// What is to be done with the log.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Read the whole log and tell the first entry that was changed, removed or put in; ends with code 1 then.
    Verify {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// An entry that was written down elsewhere, as NUMBER:HASH; the log must still hold it.
        #[arg(long, value_name = "NUMBER:HASH")]
        expect: Option<String>,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Print the log as FHIR AuditEvent resources, one a line.
    Export {
        #[command(flatten)]
        archive: ArchiveArguments,
        /// File to write to instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Begin with this entry.
        #[arg(long, default_value_t = 1)]
        from: i64,
    },
}

/// Runs one of the commands on accounts.
pub fn run(command: &AccountCommand) -> Result<(), Failure> {
    runtime("opening the archive")?.block_on(async {
        match command {
            AccountCommand::List { archive, json } => list(archive, *json).await,
            AccountCommand::Add { archive, name, role, printed_name, all_patients, by_provider } => {
                let archive = open_or_make(archive).await?;
                let new = NewAccount {
                    name: name.clone(),
                    printed_name: printed_name.clone().unwrap_or_else(|| name.clone()),
                    role: role.role(),
                    sees_all: *all_patients,
                };
                // Asked for before anything is made, so that a refused one leaves nothing behind.
                let has_password = new.role != Role::Service && !by_provider;
                let secret = if has_password { Some(password()?) } else { None };
                let account = archive.add_account(&new, server::now()).await.map_err(failed)?;
                write_down(&archive, "account add", &account.name).await?;
                if *by_provider && account.role != Role::Service {
                    print("the account can be used by whoever signs in by its name at the provider");
                    return Ok(());
                }
                give(&archive, &account.name, secret).await
            }
            AccountCommand::Password { archive, name } => {
                let archive = open(archive).await?;
                let account = archive.account(name).await.map_err(failed)?;
                let is_service = account.is_some_and(|account| account.role == Role::Service);
                give(&archive, name, if is_service { None } else { Some(password()?) }).await
            }
            AccountCommand::ByProvider { archive, name } => {
                let archive = open(archive).await?;
                archive.leave_to_provider(name).await.map_err(failed)?;
                write_down(&archive, "account by-provider", name).await?;
                print("the account can be used by whoever signs in by its name at the provider");
                Ok(())
            }
            AccountCommand::Disable { archive, name, undo } => {
                let change = AccountChange { is_disabled: Some(!undo), ..AccountChange::default() };
                let archive = open(archive).await?;
                archive.change_account(name, &change).await.map_err(failed)?;
                write_down(&archive, if *undo { "account enable" } else { "account disable" }, name).await?;
                print(if *undo {
                    "the account may be used again"
                } else {
                    "the account may not be used any longer"
                });
                Ok(())
            }
        }
    })
}

/// Writes into the log what somebody at the machine did.
pub async fn write_down(archive: &Archive, action: &str, subject: &str) -> Result<(), Failure> {
    let deed = Deed {
        actor: "local".to_owned(),
        role: String::new(),
        address: "here".to_owned(),
        action: action.to_owned(),
        case: None,
        outcome: Outcome::Done,
        detail: subject.to_owned(),
    };
    archive.record(&deed, server::now()).await.map_err(failed)
}

/// Gives an account a password, or a token where there is none.
async fn give(archive: &Archive, name: &str, password: Option<String>) -> Result<(), Failure> {
    write_down(archive, "account password", name).await?;
    match password {
        Some(password) => {
            let taken = archive.set_password(name, &password).await.map_err(failed)?;
            taken.map_err(|refusal| Failure::Failed(format!("setting the password of {name}: {refusal}")))?;
            print("the account can be used");
        }
        None => {
            let token = archive.set_token(name).await.map_err(failed)?;
            tell("the token is told this once; the program shows it as Authorization: Bearer TOKEN");
            print(&token);
        }
    }
    Ok(())
}

/// What is typed on a terminal, without being shown; else the first line of standard input.
fn password() -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("reading the password: {}", error.kind()));
    let input = std::io::stdin();
    if input.is_terminal() {
        return rpassword::prompt_password("password: ").map_err(failed);
    }
    let mut line = String::new();
    input.read_line(&mut line).map_err(failed)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

async fn list(arguments: &ArchiveArguments, as_json: bool) -> Result<(), Failure> {
    let accounts = open(arguments).await?.accounts().await.map_err(failed)?;
    if as_json {
        print(&json!({ "schema": "rert-accounts/1", "accounts": accounts }).to_string());
        return Ok(());
    }
    for account in accounts {
        let patients = if account.sees_all { "all patients" } else { "given patients" };
        let linked = if account.is_linked { ", by the provider" } else { "" };
        let state = if account.is_disabled { ", disabled" } else { "" };
        print(&format!(
            "{}  {}  {patients}{linked}{state}  {}",
            account.name,
            account.role.as_str(),
            account.printed_name
        ));
    }
    Ok(())
}

/// Runs one of the commands on the log.
pub fn audit(command: &AuditCommand) -> Result<(), Failure> {
    runtime("opening the archive")?.block_on(async {
        match command {
            AuditCommand::Verify { archive, expect, json } => {
                verify(&open(archive).await?, expect.as_deref(), *json).await
            }
            AuditCommand::Export { archive, out, from } => {
                export(&open(archive).await?, out.as_ref(), *from).await
            }
        }
    })
}

async fn verify(archive: &Archive, expected: Option<&str>, as_json: bool) -> Result<(), Failure> {
    let mut report = archive.verify_audit().await.map_err(failed)?;
    if let Some(expected) = expected {
        let wrong =
            || Failure::Usage("verifying the log: --expect is NUMBER:HASH, as verify prints it".to_owned());
        let (number, hash) = expected.split_once(':').ok_or_else(wrong)?;
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let found = archive.audit_entries(number).await.map_err(failed)?;
        let is_there = found.first().is_some_and(|entry| entry.number == number && entry.sha256 == hash);
        if !is_there && report.broken.is_none() {
            report.broken = Some(format!("entry {number} is not the one that was expected"));
        }
    }
    if as_json {
        print(&json!({ "schema": "rert-audit/1", "report": report }).to_string());
    } else {
        print(&format!(
            "{} entries; the last one is {}:{}",
            report.n_entries, report.head.number, report.head.sha256
        ));
    }
    match report.broken {
        None => Ok(()),
        Some(broken) => Err(Failure::Failed(format!(
            "verifying the log: {broken}; find out who can change the database, and compare with a backup"
        ))),
    }
}

async fn export(archive: &Archive, out: Option<&PathBuf>, from: i64) -> Result<(), Failure> {
    let failed_to_write = |error: std::io::Error| Failure::Failed(format!("writing the log: {}", error.kind()));
    let mut next = from.max(1);
    let mut file = match out {
        Some(path) => Some(std::io::BufWriter::new(std::fs::File::create(path).map_err(failed_to_write)?)),
        None => None,
    };
    loop {
        let page = archive.audit_entries(next).await.map_err(failed)?;
        let Some(last) = page.last() else { break };
        next = last.number + 1;
        for entry in &page {
            let line = audit_event(entry).to_string();
            match &mut file {
                Some(file) => writeln!(file, "{line}").map_err(failed_to_write)?,
                None => print(&line),
            }
        }
    }
    file.map_or(Ok(()), |mut file| file.flush().map_err(failed_to_write))
}
