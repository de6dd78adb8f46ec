//! Servers that others made, against which the tests run: an object store and a provider of identities.

use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::install::{self, PythonProgram};
use crate::shell;

const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// Speaks S3 and keeps everything in memory.
const OBJECT_STORE: Kind = Kind {
    program: PythonProgram { name: "moto_server", package: "moto[server]", version: "5.2.5" },
    arguments: &["-H", "127.0.0.1", "-p"],
    port: 54_330,
    variable: "RERT_TEST_S3",
};

/// Speaks OpenID Connect, and lets everybody in under any name.
const IDENTITIES: Kind = Kind {
    program: PythonProgram { name: "oidc-provider-mock", package: "oidc-provider-mock", version: "0.3.4" },
    arguments: &["--host", "127.0.0.1", "--port"],
    port: 54_331,
    variable: "RERT_TEST_OIDC",
};

/// What is started, and where tests look for it.
struct Kind {
    program: PythonProgram,
    /// Before the port.
    arguments: &'static [&'static str],
    port: u16,
    /// The variable by which tests are told its address.
    variable: &'static str,
}

impl Kind {
    fn answers(&self) -> bool {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
    }
}

/// A server that runs as long as this lives.
pub struct Peer {
    server: Child,
    kind: &'static Kind,
}

impl Peer {
    /// An object store.
    pub fn object_store() -> Result<Self, String> {
        Self::start(&OBJECT_STORE)
    }

    /// A provider of identities.
    pub fn identities() -> Result<Self, String> {
        Self::start(&IDENTITIES)
    }

    /// Starts it, and installs it where it is missing.
    fn start(kind: &'static Kind) -> Result<Self, String> {
        let program = install::python_program(&kind.program)?;
        if kind.answers() {
            return Err(format!(
                "another program listens at port {}, where {} is to",
                kind.port, kind.program.name
            ));
        }
        let port = kind.port.to_string();
        shell::tell(&format!("$ {} {} {port}", program.display(), kind.arguments.join(" ")));
        let mut command = Command::new(program);
        command.args(kind.arguments).arg(&port).stdout(Stdio::null()).stderr(Stdio::null());
        let server = command.spawn().map_err(|error| format!("starting {}: {error}", kind.program.name))?;
        let mut peer = Self { server, kind };
        let mut waited = Duration::ZERO;
        while !kind.answers() {
            if waited > PATIENCE || peer.server.try_wait().is_ok_and(|ended| ended.is_some()) {
                return Err(format!("{} does not answer", kind.program.name));
            }
            sleep(PAUSE);
            waited += PAUSE;
        }
        Ok(peer)
    }

    /// Where tests find it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![(self.kind.variable, format!("http://127.0.0.1:{}", self.kind.port))]
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A test that failed says more than a server that does not stop.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
