//! `rert serve`: the workbench in the browser of this machine.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use server::{Configuration, Server};

use crate::archive::ArchiveArguments;
use crate::failure::Failure;
use crate::{examine, print, tell};

/// The port where nothing is said.
const PORT: u16 = 8733;

/// How the workbench is to run.
#[derive(Args)]
pub struct ServeArguments {
    /// Where all cases are.
    #[command(flatten)]
    pub archive: ArchiveArguments,
    /// Port on this machine; 0 takes any that is free.
    #[arg(long, default_value_t = PORT)]
    pub port: u16,
    /// Folder (or zip archive) with DICOM objects to be taken in as a new case and assessed; may be given more than once.
    #[arg(long, value_name = "DIR")]
    pub import: Vec<PathBuf>,
    /// Open the browser.
    #[arg(long)]
    pub open: bool,
}

/// Runs the workbench until it is interrupted.
pub fn run(arguments: &ServeArguments) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("starting the workbench: {error}")))?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: &ServeArguments) -> Result<(), Failure> {
    let failed = |error: server::ServeError| Failure::Failed(error.to_string());
    let configuration = Configuration {
        archive: arguments.archive.place(),
        listen: (Ipv4Addr::LOCALHOST, arguments.port).into(),
        department: None,
        examiner: examine::examiner()?,
    };
    let server = Server::bind(configuration).await.map_err(failed)?;
    for folder in &arguments.import {
        server.import(folder, &label(folder), true).await.map_err(failed)?;
    }
    let address = server.address().map_err(failed)?;
    // The address is printed even where a browser is opened: that may fail without a word.
    print(&format!("the workbench is open at {address}"));
    tell("the address works once, in one browser of this machine; stop with Ctrl-C");
    if arguments.open {
        open_browser(&address);
    }
    let stop = async {
        // Without a signal handler the program is stopped by the system itself.
        let _ = tokio::signal::ctrl_c().await;
    };
    server.run(stop).await.map_err(failed)
}

/// What a case is called that comes from a folder: the name of the folder, which the person who runs the program chose.
fn label(folder: &Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "imported case".to_owned())
}

fn open_browser(address: &str) {
    let program = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let started = Command::new(program).arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        tell("no browser could be opened; open the address yourself");
    }
}
