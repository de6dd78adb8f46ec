//! A PostgreSQL server for tests.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

use crate::{install, shell};

const PORT: u16 = 54_329;
const VERSIONS: &str = "/usr/lib/postgresql";

/// A PostgreSQL server that runs as long as this lives.
pub struct Cluster {
    programs: PathBuf,
    /// Of its data, its certificates and its messages.
    folder: PathBuf,
}

impl Cluster {
    /// Starts a server that speaks TLS to whoever wants it.
    pub fn start() -> Result<Self, String> {
        if newest(Path::new(VERSIONS)).is_none() {
            install::system_packages(&["postgresql"])?;
        }
        let programs =
            newest(Path::new(VERSIONS)).ok_or("PostgreSQL is not where the system puts it")?.join("bin");
        let folder = std::env::temp_dir().join(format!("rert-postgres-{}", std::process::id()));
        let cluster = Self { programs, folder };
        cluster.write_certificates()?;
        if is_root() {
            shell::run("chown", &["-R", "postgres", &cluster.folder.to_string_lossy()])?;
        }
        cluster.run(
            "initdb",
            &["-D", &cluster.path(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"],
        )?;
        let options = format!(
            "-c listen_addresses=127.0.0.1 -p {PORT} -k {} -c ssl=on -c ssl_cert_file={} -c ssl_key_file={}",
            cluster.path(),
            cluster.tls("server.pem"),
            cluster.tls("server.key")
        );
        let log = cluster.folder.join("log").to_string_lossy().into_owned();
        cluster.run("pg_ctl", &["-D", &cluster.path(), "-o", &options, "-l", &log, "-w", "start"])?;
        Ok(cluster)
    }

    /// Where tests find it: as anybody, and over TLS as a program that knows its authority, or another one.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            // The tests but one open so many connections that TLS would be most of what they do.
            ("PGSSLMODE", "disable".to_owned()),
            ("RERT_TEST_POSTGRES", format!("postgres://postgres@127.0.0.1:{PORT}")),
            ("RERT_TEST_POSTGRES_TLS", format!("postgres://postgres@localhost:{PORT}")),
            ("RERT_TEST_POSTGRES_AUTHORITY", self.tls("authority.pem")),
            ("RERT_TEST_POSTGRES_OTHER_AUTHORITY", self.tls("other-authority.pem")),
        ]
    }

    /// Writes two authorities, and what the first one signed for the server, whose key nobody else may read.
    fn write_certificates(&self) -> Result<(), String> {
        let failed = |error: &dyn std::fmt::Display| format!("making certificates for PostgreSQL: {error}");
        std::fs::create_dir_all(self.folder.join("tls")).map_err(|error| failed(&error))?;
        let (issuer, authority) = make_authority().map_err(|error| failed(&error))?;
        let (_, other) = make_authority().map_err(|error| failed(&error))?;
        let key = KeyPair::generate().map_err(|error| failed(&error))?;
        // A certificate for the name alone, so that a test can come by another one.
        let params = CertificateParams::new(vec!["localhost".to_owned()]).map_err(|error| failed(&error))?;
        let server = params.signed_by(&key, &issuer).map_err(|error| failed(&error))?;
        for (name, text) in [
            ("authority.pem", authority),
            ("other-authority.pem", other),
            ("server.pem", server.pem()),
            ("server.key", key.serialize_pem()),
        ] {
            std::fs::write(self.tls(name), text).map_err(|error| failed(&error))?;
        }
        // PostgreSQL refuses a key that others may read.
        shell::run("chmod", &["600", &self.tls("server.key")])
    }

    fn path(&self) -> String {
        self.folder.join("data").to_string_lossy().into_owned()
    }

    fn tls(&self, name: &str) -> String {
        self.folder.join("tls").join(name).to_string_lossy().into_owned()
    }

    /// Runs one of its programs, as the user who may: PostgreSQL refuses root.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let program = self.programs.join(program).to_string_lossy().into_owned();
        if is_root() {
            shell::run("runuser", &[&["-u", "postgres", "--", program.as_str()], arguments].concat())
        } else {
            shell::run(&program, arguments)
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A test that failed says more than a server that does not stop.
        let _ = self.run("pg_ctl", &["-D", &self.path(), "-m", "immediate", "-w", "stop"]);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An authority that signs certificates, and its own as PEM.
fn make_authority() -> Result<(Issuer<'static, KeyPair>, String), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "authority of a test");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), pem))
}

fn newest(folder: &Path) -> Option<PathBuf> {
    std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).max()
}

fn is_root() -> bool {
    shell::output("id", &["-u"]).is_ok_and(|user| user.trim() == "0")
}
