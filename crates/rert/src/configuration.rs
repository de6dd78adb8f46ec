//! `rert.toml`: how the program runs in a department. Each entry can also be given in the environment, as `RERT_SERVER_LISTEN` for
//! `listen` of `[server]`, which then wins.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use archive::ArchivePlace;
use network::{AeTitle, ClientTls, Limits, OwnCertificate, Peer, Peers, Remote, ServerTls};
use serde::Deserialize;
use server::{CertificateFiles, Department, NodePlace, Web};

use crate::failure::Failure;
use crate::objects_section::{ObjectsSection, key};
use crate::provider_section::ProviderSection;
use crate::telemetry::TelemetrySection;

pub const DOING: &str = "reading the configuration";

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

/// `[archive]`. It is never printed: the address of the database holds a password.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveSection {
    /// The folder.
    pub folder: Option<PathBuf>,
    /// Address of a PostgreSQL database for the index.
    pub postgres: Option<String>,
    /// An object store for the contents.
    pub objects: Option<ObjectsSection>,
}

impl std::fmt::Debug for ArchiveSection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ArchiveSection").finish_non_exhaustive()
    }
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
    /// Files (PEM) of the certificate of the workbench and its key; then it speaks TLS itself.
    pub certificate: Option<PathBuf>,
    /// The key.
    pub key: Option<PathBuf>,
    /// A provider of identities by which people sign in.
    pub oidc: Option<ProviderSection>,
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
        // The line itself may hold a password.
        let wrong = |error: toml::de::Error| {
            let line =
                error.span().and_then(|span| text.get(..span.start)).map(|before| before.lines().count().max(1));
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            Failure::Usage(format!("{DOING}: {place}{}", error.message()))
        };
        let mut table: toml::Table = toml::from_str(text).map_err(wrong)?;
        for (section, name, kind) in ENTRIES {
            let variable = format!("RERT_{}_{}", section.replace('.', "_").to_uppercase(), name.to_uppercase());
            let Some(value) = environment(&variable).filter(|value| !value.is_empty()) else { continue };
            let value = kind
                .value(&value)
                .ok_or_else(|| Failure::Usage(format!("{DOING}: {variable} must be a number")))?;
            set(&mut table, section, (name, value));
        }
        // The name under which the database was given before there were sections.
        if let Some(address) = environment("RERT_POSTGRES").filter(|address| !address.is_empty()) {
            set(&mut table, "archive", ("postgres", address.into()));
        }
        let mut configuration: Self = table.try_into().map_err(wrong)?;
        if let Some(objects) = &mut configuration.archive.objects {
            objects.key = key(&environment);
        }
        Ok(configuration)
    }

    /// Whether the program runs for more than the person at this machine.
    pub fn is_for_a_department(&self) -> bool {
        self.server.mode == Mode::Department || self.node.is_some()
    }

    /// Where the archive is; `folder` wins where it is given.
    pub fn archive(&self, folder: Option<&Path>) -> Result<ArchivePlace, Failure> {
        let folder = folder.map(Path::to_owned).or_else(|| self.archive.folder.clone());
        let folder = folder.unwrap_or_else(|| PathBuf::from("rert-cases"));
        let objects = self.archive.objects.as_ref().map(ObjectsSection::place).transpose()?;
        Ok(ArchivePlace { folder, postgres: self.archive.postgres.clone(), objects })
    }

    /// Where the workbench is.
    pub fn web(&self, default: SocketAddr) -> Result<Web, Failure> {
        let (listen, certificate) = (self.server.listen.unwrap_or(default), self.server.certificate_files()?);
        match self.server.mode {
            Mode::Local if !listen.ip().is_loopback() => Err(Failure::Usage(format!(
                "{DOING}: in local mode there are no accounts, so the workbench is open on this machine alone; \
                 set mode = \"department\" in [server], or let it listen at 127.0.0.1"
            ))),
            Mode::Local if certificate.is_some() || self.server.oidc.is_some() => Err(Failure::Usage(format!(
                "{DOING}: certificate and oidc are for a department; set mode = \"department\" in [server], or leave them out"
            ))),
            Mode::Local => Ok(Web { listen, department: None, certificate }),
            Mode::Department => {
                let origin = self.server.checked_origin(listen)?;
                let provider = self.server.oidc.as_ref().map(ProviderSection::provider).transpose()?;
                let proxies = self.server.proxies.clone();
                Ok(Web { listen, department: Some(Department { origin, proxies, provider }), certificate })
            }
        }
    }
}

/// Sets an entry of a section, such as `archive.objects`.
fn set(table: &mut toml::Table, section: &str, (name, value): (&str, toml::Value)) {
    let mut inner = table;
    for part in section.split('.') {
        let next = inner.entry(part).or_insert_with(|| toml::Table::new().into());
        // What is no section there is told of when all is read.
        let Some(next) = next.as_table_mut() else { return };
        inner = next;
    }
    inner.insert(name.to_owned(), value);
}

impl ServerSection {
    fn certificate_files(&self) -> Result<Option<CertificateFiles>, Failure> {
        match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                Ok(Some(CertificateFiles { certificate: certificate.clone(), key: key.clone() }))
            }
            (None, None) => Ok(None),
            _ => Err(Failure::Usage(format!("{DOING}: certificate and key of [server] go together"))),
        }
    }

    /// Passwords and patients go over encrypted connections only, unless nothing leaves this machine.
    fn checked_origin(&self, listen: SocketAddr) -> Result<String, Failure> {
        let wrong = |told: &str| Err(Failure::Usage(format!("{DOING}: {told}")));
        let Some(origin) = &self.origin else {
            return wrong("[server] needs origin, the address at which browsers find the workbench");
        };
        let origin = origin.trim_end_matches('/');
        let is_encrypted = origin.starts_with("https://");
        let host = origin.strip_prefix("http://").map(|rest| rest.rsplit_once(':').map_or(rest, |(host, _)| host));
        let is_of_this_machine = host.is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"));
        if self.certificate.is_some() && !is_encrypted {
            return wrong("origin must begin with https://, since [server] has a certificate");
        }
        if !(is_encrypted || is_of_this_machine && listen.ip().is_loopback()) {
            return wrong(
                "origin must begin with https://; give [server] a certificate and key, or put a server that speaks TLS \
                 before rert and let rert listen at 127.0.0.1",
            );
        }
        if self.certificate.is_none() && self.proxies.is_empty() && !listen.ip().is_loopback() {
            return wrong(
                "[server] would speak without encryption over the network: give it a certificate and key; or let it \
                 listen at 127.0.0.1 behind a server that speaks TLS; or name in proxies the servers that do, where \
                 nobody else reaches the address",
            );
        }
        Ok(origin.to_owned())
    }
}

/// What an entry holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// Texts with commas between them.
    Texts,
    Number,
}

/// What can be said in the environment.
const ENTRIES: &[(&str, &str, Kind)] = &[
    ("archive", "folder", Kind::Text),
    ("archive", "postgres", Kind::Text),
    ("archive.objects", "bucket", Kind::Text),
    ("archive.objects", "prefix", Kind::Text),
    ("archive.objects", "region", Kind::Text),
    ("archive.objects", "endpoint", Kind::Text),
    ("archive.objects", "authorities", Kind::Text),
    ("archive.objects", "cache_gib", Kind::Number),
    ("server", "mode", Kind::Text),
    ("server", "listen", Kind::Text),
    ("server", "origin", Kind::Text),
    ("server", "proxies", Kind::Texts),
    ("server", "certificate", Kind::Text),
    ("server", "key", Kind::Text),
    ("server.oidc", "issuer", Kind::Text),
    ("server.oidc", "client_id", Kind::Text),
    ("server.oidc", "client_secret", Kind::Text),
    ("server.oidc", "label", Kind::Text),
    ("server.oidc", "authorities", Kind::Text),
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
    /// What a text says; nothing where it should be a number and is none.
    fn value(self, text: &str) -> Option<toml::Value> {
        match self {
            Self::Text => Some(text.into()),
            Self::Texts => {
                Some(text.split(',').map(|part| toml::Value::from(part.trim())).collect::<Vec<_>>().into())
            }
            Self::Number => text.trim().parse::<i64>().ok().map(toml::Value::from),
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

/// What stands in a file that the configuration names.
pub fn read(file: &Path) -> Result<Vec<u8>, Failure> {
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
        assert_eq!(configuration.archive(None).unwrap(), ArchivePlace::folder("/var/lib/rert"));
        let web = configuration.web(default()).unwrap();
        let department = web.department.unwrap();
        assert_eq!((department.origin.as_str(), department.proxies.len()), ("https://rert.example.org", 2));
        let node = configuration.node.unwrap();
        assert_eq!(node.place().unwrap().ae_title.as_str(), "OTHER");
        assert_eq!(node.remote("PACS").unwrap().unwrap().port, 104);
        assert!(node.remote("NOBODY").is_none());
        let other = parsed("", &[("RERT_POSTGRES", "postgres://x")]).unwrap();
        assert_eq!(other.archive(Some(Path::new("a"))).unwrap().postgres.as_deref(), Some("postgres://x"));
    }

    #[test]
    fn an_object_store_is_named_by_the_file_and_its_key_by_the_environment() {
        const OBJECTS: &str = "[archive.objects]\nbucket = \"rert\"\nendpoint = \"https://s3.example.org\"\n";
        let amazon = [
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "hunter2"),
            ("AWS_SESSION_TOKEN", "hunter2"),
            ("RERT_ARCHIVE_OBJECTS_PREFIX", "one"),
            ("RERT_ARCHIVE_OBJECTS_CACHE_GIB", "3"),
            ("RERT_ARCHIVE_POSTGRES", "postgres://rert:hunter2@127.0.0.1/rert"),
        ];
        let configuration = parsed(OBJECTS, &amazon).unwrap();
        let place = configuration.archive(None).unwrap();
        let objects = place.objects.clone().unwrap();
        assert_eq!((objects.bucket.as_str(), objects.prefix.as_str()), ("rert", "one"));
        assert_eq!((objects.region.as_str(), objects.cache_bytes), ("us-east-1", 3 << 30));
        assert_eq!(objects.key.session_token.as_deref(), Some("hunter2"));
        let printed = format!("{configuration:?} {place:?}");
        assert!(!printed.contains("hunter2"), "{printed}");
        // Names of ours win, and a bucket can be named without a file.
        let ours = [("RERT_ARCHIVE_OBJECTS_KEY", "own"), ("RERT_ARCHIVE_OBJECTS_SECRET", "other")];
        let environment = [&amazon[..], &ours, &[("RERT_ARCHIVE_OBJECTS_BUCKET", "second")]].concat();
        let objects = parsed("", &environment).unwrap().archive(None).unwrap().objects.unwrap();
        assert_eq!((objects.bucket.as_str(), objects.key.id.as_str()), ("second", "own"));
        assert_eq!(objects.key.session_token, None);
        for (text, environment, told) in [
            (OBJECTS, &[][..], "needs a key"),
            (OBJECTS, &amazon[..1], "needs a key"),
            ("[archive.objects]\nbucket = \"a\"\nsecret = \"b\"", &amazon[..], "unknown field"),
            ("[archive.objects]\nprefix = \"a\"", &amazon[..1], "missing field"),
            (OBJECTS, &[("RERT_ARCHIVE_OBJECTS_CACHE_GIB", "many")][..], "must be a number"),
        ] {
            let failure = parsed(text, environment).and_then(|read| read.archive(None)).unwrap_err();
            assert!(failure.to_string().contains(told), "{failure}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_and_not_printed() {
        let told = parsed("[archive]\npostgres = \"postgres://rert:between us@here", &[]).unwrap_err().to_string();
        assert!(told.contains("line 2") && !told.contains("between us"), "{told}");
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
        let https = "[server]\nmode = \"department\"\norigin = \"https://rert.example.org\"\n";
        for (more, told) in [
            ("listen = \"0.0.0.0:443\"", Some("without encryption over the network")),
            ("listen = \"0.0.0.0:443\"\nproxies = [\"192.0.2.9\"]", None),
            ("listen = \"0.0.0.0:443\"\ncertificate = \"a\"\nkey = \"b\"", None),
            ("listen = \"127.0.0.1:8733\"", None),
            ("certificate = \"a\"", Some("go together")),
            ("[server.oidc]\nissuer = \"https://a\"", Some("client_id")),
            ("[server.oidc]\nissuer = \"https://a\"\nclient_id = \"b\"\nrole = 1", Some("unknown field")),
        ] {
            let web =
                parsed(&format!("{https}{more}"), &[]).and_then(|configuration| configuration.web(default()));
            match told {
                None => assert!(web.is_ok(), "{more}"),
                Some(told) => assert!(web.unwrap_err().to_string().contains(told), "{more}"),
            }
        }
        let local = parsed("[server]\ncertificate = \"a\"\nkey = \"b\"", &[]).unwrap().web(default());
        assert!(local.unwrap_err().to_string().contains("are for a department"));
        let half = parsed("[node]\nae_title = \"A\"\nlisten = \"127.0.0.1:0\"\nkey = \"x\"", &[]).unwrap();
        assert!(half.node.unwrap().place().unwrap_err().to_string().contains("go together"));
    }

    #[test]
    fn a_provider_is_read_and_its_secret_comes_from_the_environment_and_is_not_printed() {
        let text = format!(
            "{}\n[server.oidc]\nissuer = \"https://login.example.org\"\nclient_id = \"rert\"\nclient_secret = \"in the file\"\n\
             roles = {{ physics = \"physicist\" }}",
            TEXT
        );
        let configuration = parsed(&text, &[("RERT_SERVER_OIDC_CLIENT_SECRET", "between us")]).unwrap();
        let printed = format!("{configuration:?}");
        assert!(!printed.contains("between us") && !printed.contains("in the file"), "{printed}");
        let provider = configuration.web(default()).unwrap().department.unwrap().provider.unwrap();
        assert_eq!(provider.client_secret.unwrap().0, "between us");
        assert_eq!(provider.account_claim, "preferred_username");
        assert!(provider.passwords && !provider.makes_accounts && provider.roles.len() == 1);
    }
}
