//! `rert serve`: the workbench in the browser; `rert receive`: only the DICOM node.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use server::{Configuration, Server, Web};

use crate::archive::ArchiveArguments;
use crate::failure::Failure;
use crate::telemetry::Telemetry;
use crate::{configuration, examine, print, runtime, tell};

/// The port where nothing is said.
pub const PORT: u16 = 8733;

/// How the workbench is to run.
#[derive(Args)]
pub struct ServeArguments {
    /// Where all cases are.
    #[command(flatten)]
    pub archive: ArchiveArguments,
    /// Port on this machine, unless the configuration says where to listen; 0 takes any that is free.
    #[arg(long, default_value_t = PORT)]
    pub port: u16,
    /// Folder (or zip archive) with DICOM objects to be taken in as a new case and assessed; may be given more than once.
    #[arg(long, value_name = "DIR")]
    pub import: Vec<PathBuf>,
    /// Open the browser.
    #[arg(long)]
    pub open: bool,
}

/// How objects are to be received.
#[derive(Args)]
pub struct ReceiveArguments {
    /// Where they are kept, and with --config who we are and who may send.
    #[command(flatten)]
    pub archive: ArchiveArguments,
}

/// Runs the workbench until it is interrupted.
pub fn run(arguments: &ServeArguments) -> Result<(), Failure> {
    let configured = arguments.archive.configuration()?;
    let _telemetry = Telemetry::start(&configured)?;
    runtime("starting the workbench")?.block_on(serve(arguments, &configured))
}

/// Receives objects until it is interrupted.
pub fn receive(arguments: &ReceiveArguments) -> Result<(), Failure> {
    let configured = arguments.archive.configuration()?;
    let _telemetry = Telemetry::start(&configured)?;
    runtime("starting to receive")?.block_on(async {
        let node = configured.node.as_ref().ok_or_else(|| {
            Failure::Usage(
                "receiving objects: the configuration has no [node]; say there who we are and who may send"
                    .to_owned(),
            )
        })?;
        let server = Server::bind(Configuration {
            archive: arguments.archive.place(&configured)?,
            web: None,
            node: Some(node.place()?),
            examiner: examine::examiner()?,
        });
        let server = server.await.map_err(failed)?;
        tell_of_node(&server, &node.ae_title);
        server.run(interrupted()).await.map_err(failed)
    })
}

async fn serve(arguments: &ServeArguments, configured: &configuration::Configuration) -> Result<(), Failure> {
    let listen: SocketAddr = (Ipv4Addr::LOCALHOST, arguments.port).into();
    let web: Web = configured.web(listen)?;
    let is_local = web.department.is_none();
    let configuration = Configuration {
        archive: arguments.archive.place(configured)?,
        web: Some(web),
        node: configured.node.as_ref().map(|node| node.place()).transpose()?,
        examiner: examine::examiner()?,
    };
    let server = Server::bind(configuration).await.map_err(failed)?;
    for folder in &arguments.import {
        server.import(folder, &label(folder), true).await.map_err(failed)?;
    }
    let address = server.address().map_err(failed)?;
    // The address is printed even where a browser is opened: that may fail without a word.
    print(&format!("the workbench is open at {address}"));
    if is_local {
        tell("the address works once, in one browser of this machine; stop with Ctrl-C");
    }
    if let Some(node) = &configured.node {
        tell_of_node(&server, &node.ae_title);
    }
    if arguments.open {
        open_browser(&address);
    }
    server.run(interrupted()).await.map_err(failed)
}

fn failed(error: server::ServeError) -> Failure {
    Failure::Failed(error.to_string())
}

fn tell_of_node(server: &Server, ae_title: &str) {
    if let Some(address) = server.node_address() {
        print(&format!("the DICOM node {ae_title} listens at {address}"));
    }
}

/// Until somebody ends the program, by Ctrl-C or as a service manager does.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut asked) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = asked.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without a signal handler the program is stopped by the system itself.
    let _ = tokio::signal::ctrl_c().await;
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
