//! `rert health`: whether a workbench that runs on this machine can do what it is for; what containers and service managers ask.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use reqwest::blocking::Client;
use server::health::READY;

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::{install_encryption, print, serve};

const DOING: &str = "asking the workbench whether it is well";
const PATIENCE: Duration = Duration::from_secs(5);

/// Which workbench is asked.
#[derive(Args)]
pub struct HealthArguments {
    /// File that says how the program runs in a department, and so where it listens.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Port on this machine, where no configuration says another.
    #[arg(long, default_value_t = serve::PORT)]
    pub port: u16,
}

/// Prints what the workbench says of itself, and fails where something is wrong or nobody answers.
pub fn run(arguments: &HealthArguments) -> Result<(), Failure> {
    let configuration = Configuration::read(arguments.config.as_deref())?;
    let default: SocketAddr = (Ipv4Addr::LOCALHOST, arguments.port).into();
    let address = on_this_machine(configuration.server.listen.unwrap_or(default));
    let failed = |what: String| Failure::Failed(format!("{DOING}: {what}"));
    let scheme = if configuration.server.certificate.is_some() { "https" } else { "http" };
    let answer = client()
        .and_then(|client| client.get(format!("{scheme}://{address}{READY}")).send())
        .map_err(|_| failed(format!("nobody answers at {address}; is it started, and does it listen there?")))?;
    let status = answer.status();
    let text = answer.text().map_err(|_| failed("the answer broke off".to_owned()))?;
    print(&text);
    if status.is_success() { Ok(()) } else { Err(failed("something is wrong, see above".to_owned())) }
}

fn client() -> Result<Client, reqwest::Error> {
    install_encryption();
    // The certificate names the workbench and not this machine. Nothing secret is asked or told, and a machine that answers in the
    // place of itself gains nothing.
    Client::builder().timeout(PATIENCE).no_proxy().tls_danger_accept_invalid_certs(true).build()
}

/// Who listens at every address also listens at that of this machine.
fn on_this_machine(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
