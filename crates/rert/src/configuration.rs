//! `rert.toml`: how the program runs in a department. Each entry can also be given in the environment, as `RERT_SERVER_LISTEN` for
//! `listen` of `[server]`, which then wins.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use archive::ArchivePlace;
use network::{AeTitle, ClientTls, Limits, OwnCertificate, Peer, Peers, Remote, ServerTls};
use serde::Deserialize;
use server::{Department, NodePlace, Web};

use crate::failure::Failure;
use crate::telemetry::TelemetrySection;

const DOING: &str = "reading the configuration";

/// `rert.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// Where all cases are.
    pub archive: ArchiveSection,
    /// The workbench.
    pub server: ServerSection,
    /// The DICOM node.
    pub node: Option<NodeSection>,
    /// What is told of how the program runs, and where to.
    pub telemetry: TelemetrySection,
}

/// `[archive]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveSection {
    /// The folder.
    pub folder: Option<PathBuf>,
    /// Address of a PostgreSQL database for the index.
    pub postgres: Option<String>,
}

/// `[server]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSection {
    /// `local` for one person on this machine, `department` for people with accounts.
    pub mode: Mode,
    /// Address and port to listen at.
    pub listen: Option<SocketAddr>,
    /// Where browsers find the workbench, as `https://rert.example.org`.
    pub origin: Option<String>,
    /// Servers that pass requests on.
    pub proxies: Vec<IpAddr>,
}

/// How people are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// One person on this machine.
    #[default]
    Local,
    /// Accounts.
    Department,
}

/// `[node]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeSection {
    /// Our title.
    pub ae_title: String,
    /// Address and port to listen at.
    pub listen: SocketAddr,
    /// Files (PEM) of our certificate and its key; then TLS is spoken.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// The key.
    #[serde(default)]
    pub key: Option<PathBuf>,
    /// File (PEM) of the authorities that sign the certificates of other systems; who calls must show one then.
    #[serde(default)]
    pub authorities: Option<PathBuf>,
    /// The systems that we know.
    #[serde(default)]
    pub peer: Vec<PeerSection>,
}

/// `[[node.peer]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSection {
    /// Its title.
    pub ae_title: String,
    /// Addresses from which it may call; without any it may not.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// Its name in the network or its address, where it can be called.
    #[serde(default)]
    pub host: Option<String>,
    /// The port there.
    #[serde(default)]
    pub port: Option<u16>,
    /// Whether TLS is spoken when it is called.
    #[serde(default)]
    pub tls: bool,
}

impl Configuration {
    /// The configuration of a file, or that which decides nothing, with what the environment says.
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let text = match file {
            Some(file) => std::fs::read_to_string(file)
                .map_err(|error| Failure::Usage(format!("{DOING}: {}: {}", file.display(), error.kind())))?,
            None => String::new(),
        };
        Self::parse(&text, |name| std::env::var(name).ok())
    }

    fn parse(text: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let wrong = |error: toml::de::Error| Failure::Usage(format!("{DOING}: {error}"));
        let mut table: toml::Table = toml::from_str(text).map_err(wrong)?;
        for (section, name, kind) in ENTRIES {
            let variable = format!("RERT_{}_{}", section.to_uppercase(), name.to_uppercase());
            let Some(value) = environment(&variable).filter(|value| !value.is_empty()) else { continue };
            let section = table.entry(*section).or_insert_with(|| toml::Table::new().into());
            if let Some(section) = section.as_table_mut() {
                section.insert((*name).to_owned(), kind.value(&value));
            }
        }
        // The name under which the database was given before there were sections.
        if let Some(address) = environment("RERT_POSTGRES").filter(|address| !address.is_empty()) {
            let section = table.entry("archive").or_insert_with(|| toml::Table::new().into());
            if let Some(section) = section.as_table_mut() {
                section.insert("postgres".to_owned(), address.into());
            }
        }
        table.try_into().map_err(wrong)
    }

    /// Whether the program runs for more than the person at this machine.
    pub fn is_for_a_department(&self) -> bool {
        self.server.mode == Mode::Department || self.node.is_some()
    }

    /// Where the archive is; `folder` wins where it is given.
    pub fn archive(&self, folder: Option<&Path>) -> ArchivePlace {
        let folder = folder.map(Path::to_owned).or_else(|| self.archive.folder.clone());
        let folder = folder.unwrap_or_else(|| PathBuf::from("rert-cases"));
        ArchivePlace { folder, postgres: self.archive.postgres.clone() }
    }

    /// Where the workbench is.
    pub fn web(&self, default: SocketAddr) -> Result<Web, Failure> {
        let listen = self.server.listen.unwrap_or(default);
        match self.server.mode {
            Mode::Local if !listen.ip().is_loopback() => Err(Failure::Usage(format!(
                "{DOING}: in local mode there are no accounts, so the workbench is open on this machine alone; \
                 set mode = \"department\" in [server], or let it listen at 127.0.0.1"
            ))),
            Mode::Local => Ok(Web { listen, department: None }),
            Mode::Department => {
                let origin = self.server.origin.clone().ok_or_else(|| {
                    Failure::Usage(format!(
                        "{DOING}: [server] needs origin, the address at which browsers find the workbench"
                    ))
                })?;
                let origin = checked_origin(&origin, listen)?;
                Ok(Web { listen, department: Some(Department { origin, proxies: self.server.proxies.clone() }) })
            }
        }
    }
}

/// Passwords and patients go over encrypted connections only, unless nothing leaves this machine.
fn checked_origin(origin: &str, listen: SocketAddr) -> Result<String, Failure> {
    let origin = origin.trim_end_matches('/');
    let is_encrypted = origin.starts_with("https://");
    let host = origin.strip_prefix("http://").map(|rest| rest.rsplit_once(':').map_or(rest, |(host, _)| host));
    let is_of_this_machine = host.is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"));
    if !(is_encrypted || is_of_this_machine && listen.ip().is_loopback()) {
        return Err(Failure::Usage(format!(
            "{DOING}: origin must begin with https://; put a server that speaks TLS before rert, and let rert listen at 127.0.0.1"
        )));
    }
    Ok(origin.to_owned())
}

/// What an entry holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// Texts with commas between them.
    Texts,
}

/// What can be said in the environment.
const ENTRIES: &[(&str, &str, Kind)] = &[
    ("archive", "folder", Kind::Text),
    ("archive", "postgres", Kind::Text),
    ("server", "mode", Kind::Text),
    ("server", "listen", Kind::Text),
    ("server", "origin", Kind::Text),
    ("server", "proxies", Kind::Texts),
    ("node", "ae_title", Kind::Text),
    ("node", "listen", Kind::Text),
    ("node", "certificate", Kind::Text),
    ("node", "key", Kind::Text),
    ("node", "authorities", Kind::Text),
    ("telemetry", "logs", Kind::Text),
    ("telemetry", "level", Kind::Text),
    ("telemetry", "otlp", Kind::Text),
];

impl Kind {
    fn value(self, text: &str) -> toml::Value {
        match self {
            Self::Text => text.into(),
            Self::Texts => text.split(',').map(|part| toml::Value::from(part.trim())).collect::<Vec<_>>().into(),
        }
    }
}

impl NodeSection {
    /// The node that is meant.
    pub fn place(&self) -> Result<NodePlace, Failure> {
        let peers = self.peer.iter().map(|peer| self.peer_of(peer)).collect::<Result<_, _>>()?;
        Ok(NodePlace {
            ae_title: AeTitle::new(&self.ae_title).map_err(wrong)?,
            address: self.listen,
            tls: self.server_tls()?,
            peers: Peers::Listed(peers),
            limits: Limits::default(),
        })
    }

    fn peer_of(&self, peer: &PeerSection) -> Result<Peer, Failure> {
        let reports_to = match peer.host {
            Some(_) => Some(self.remote_of(peer)?),
            None => None,
        };
        Ok(Peer {
            ae_title: AeTitle::new(&peer.ae_title).map_err(wrong)?,
            addresses: peer.addresses.clone(),
            certificate: None,
            reports_to,
        })
    }

    /// A system that we know, by its title.
    pub fn remote(&self, ae_title: &str) -> Option<Result<Remote, Failure>> {
        let peer = self.peer.iter().find(|peer| peer.ae_title == ae_title)?;
        Some(self.remote_of(peer))
    }

    fn remote_of(&self, peer: &PeerSection) -> Result<Remote, Failure> {
        let missing = || Failure::Usage(format!("{DOING}: the peer {} has no host and port", peer.ae_title));
        let host = peer.host.clone().ok_or_else(missing)?;
        let tls = if peer.tls { Some(self.client_tls(&host)?) } else { None };
        let ae_title = AeTitle::new(&peer.ae_title).map_err(wrong)?;
        Ok(Remote { ae_title, host, port: peer.port.ok_or_else(missing)?, tls })
    }

    fn server_tls(&self) -> Result<Option<ServerTls>, Failure> {
        let Some((certificates, key)) = self.own()? else { return Ok(None) };
        let authorities = self.authorities.as_deref().map(read).transpose()?;
        let own = OwnCertificate { certificates: &certificates, key: &key };
        ServerTls::new(own, authorities.as_deref()).map(Some).map_err(wrong)
    }

    fn client_tls(&self, host: &str) -> Result<ClientTls, Failure> {
        let authorities = self.authorities.as_deref().ok_or_else(|| {
            Failure::Usage(format!(
                "{DOING}: TLS needs authorities in [node], the file of those who sign certificates"
            ))
        })?;
        let own = self.own()?;
        let own = own.as_ref().map(|(certificates, key)| OwnCertificate { certificates, key });
        ClientTls::new(host, &read(authorities)?, own).map_err(wrong)
    }

    /// Our certificate and its key.
    fn own(&self) -> Result<Option<CertificateAndKey>, Failure> {
        match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => Ok(Some((read(certificate)?, read(key)?))),
            (None, None) => Ok(None),
            _ => Err(Failure::Usage(format!("{DOING}: certificate and key of [node] go together"))),
        }
    }
}

/// Both as PEM.
type CertificateAndKey = (Vec<u8>, Vec<u8>);

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| Failure::Usage(format!("{DOING}: {}: {}", file.display(), error.kind())))
}

fn wrong(error: network::NetworkError) -> Failure {
    Failure::Usage(format!("{DOING}: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const TEXT: &str = r#"
        [archive]
        folder = "/var/lib/rert"

        [server]
        mode = "department"
        origin = "https://rert.example.org/"
        proxies = ["127.0.0.1"]

        [node]
        ae_title = "RERT"
        listen = "0.0.0.0:11112"

        [[node.peer]]
        ae_title = "PACS"
        addresses = ["192.0.2.5"]
        host = "pacs.example.org"
        port = 104
    "#;

    fn parsed(text: &str, environment: &[(&str, &str)]) -> Result<Configuration, Failure> {
        let find =
            |name: &str| environment.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        Configuration::parse(text, find)
    }

    fn default() -> SocketAddr {
        ([127, 0, 0, 1], 8733).into()
    }

    #[test]
    fn a_file_says_everything_and_the_environment_wins() {
        let configuration =
            parsed(TEXT, &[("RERT_SERVER_PROXIES", "127.0.0.1, ::1"), ("RERT_NODE_AE_TITLE", "OTHER")]).unwrap();
        assert_eq!(configuration.archive(None), ArchivePlace::folder("/var/lib/rert"));
        let web = configuration.web(default()).unwrap();
        let department = web.department.unwrap();
        assert_eq!((department.origin.as_str(), department.proxies.len()), ("https://rert.example.org", 2));
        let node = configuration.node.unwrap();
        assert_eq!(node.place().unwrap().ae_title.as_str(), "OTHER");
        assert_eq!(node.remote("PACS").unwrap().unwrap().port, 104);
        assert!(node.remote("NOBODY").is_none());
        let other = parsed("", &[("RERT_POSTGRES", "postgres://x")]).unwrap();
        assert_eq!(other.archive(Some(Path::new("a"))).postgres.as_deref(), Some("postgres://x"));
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        for (text, told) in [
            ("[server]\nport = 1", "unknown field"),
            ("[server]\nmode = \"open\"", "unknown variant"),
            ("[server]\nlisten = \"0.0.0.0:80\"", "there are no accounts"),
            ("[server]\nmode = \"department\"", "needs origin"),
            (
                "[server]\nmode = \"department\"\norigin = \"http://rert.example.org\"\nlisten = \"0.0.0.0:80\"",
                "must begin with https",
            ),
        ] {
            let failure =
                parsed(text, &[]).and_then(|configuration| configuration.web(default()).map(|_| ())).unwrap_err();
            assert!(failure.to_string().contains(told), "{failure}");
        }
        let half = parsed("[node]\nae_title = \"A\"\nlisten = \"127.0.0.1:0\"\nkey = \"x\"", &[]).unwrap();
        assert!(half.node.unwrap().place().unwrap_err().to_string().contains("go together"));
    }
}
