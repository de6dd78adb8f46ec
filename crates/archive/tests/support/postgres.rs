//! A PostgreSQL cluster of a test, in a folder.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A cluster that runs as long as this lives.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes a cluster in a new folder.
    pub fn make(folder: &Path, port: u16) -> Self {
        std::fs::create_dir(folder).unwrap();
        run(Command::new("chown").arg("postgres").arg(folder));
        let folder_text = folder.to_str().unwrap();
        run(&mut as_postgres("initdb", &["-D", folder_text, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]));
        Self::start(folder, port)
    }

    /// Starts the cluster in a folder, which recovers from whatever ended it.
    pub fn start(folder: &Path, port: u16) -> Self {
        let options = format!("-c listen_addresses=127.0.0.1 -p {port} -k /tmp -c max_wal_size=64MB");
        let log = std::env::temp_dir().join(format!("rert-postgres-{port}.log"));
        let _ = std::fs::remove_file(&log);
        // What a power cut left of the running server.
        let _ = std::fs::remove_file(folder.join("postmaster.pid"));
        let arguments =
            ["-D", folder.to_str().unwrap(), "-o", &options, "-l", log.to_str().unwrap(), "-w", "start"];
        run(&mut as_postgres("pg_ctl", &arguments));
        Self { folder: folder.to_owned(), port }
    }

    pub fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let arguments = ["-D", self.folder.to_str().unwrap(), "-m", "immediate", "-w", "stop"];
        let _ = as_postgres("pg_ctl", &arguments).output();
    }
}

fn as_postgres(program: &str, arguments: &[&str]) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL of the system");
    let newest = versions.map(|version| version.unwrap().path()).max().unwrap();
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(newest.join("bin").join(program)).args(arguments);
    command.current_dir("/tmp");
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
