//! An object store for tests: moto, which speaks S3 and keeps everything in memory.

use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::{install, shell};

const PORT: u16 = 54_330;
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// An object store that runs as long as this lives.
pub struct ObjectStore {
    server: Child,
}

impl ObjectStore {
    /// Starts it, and installs it where it is missing.
    pub fn start() -> Result<Self, String> {
        let program = install::moto()?;
        let port = PORT.to_string();
        shell::tell(&format!("$ {} -H 127.0.0.1 -p {port}", program.display()));
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port]).stdout(Stdio::null()).stderr(Stdio::null());
        let server = command.spawn().map_err(|error| format!("starting moto: {error}"))?;
        let store = Self { server };
        let mut waited = Duration::ZERO;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, PORT)).is_err() {
            if waited > PATIENCE {
                return Err("moto does not answer".to_owned());
            }
            sleep(PAUSE);
            waited += PAUSE;
        }
        Ok(store)
    }

    /// Where tests find it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![("RERT_TEST_S3", format!("http://127.0.0.1:{PORT}"))]
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        // A test that failed says more than a server that does not stop.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
