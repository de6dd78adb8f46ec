//! `cargo xtask archive`: the tests of the archive on PostgreSQL, and with disks that fill up and lose their power.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{exists, tell};
use crate::{install, shell};

const PORT: u16 = 54_329;
const VERSIONS: &str = "/usr/lib/postgresql";
/// How often the long tests are repeated for the figures of docs/validation.md.
const THOROUGH: [(&str, &str); 3] = [("RERT_KILLS", "200"), ("RERT_CUTS", "50"), ("RERT_LEVELS", "100")];

/// A PostgreSQL server that runs as long as this lives.
struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
}

/// Runs the tests of the archive with its index in PostgreSQL; where `thorough`, with both indexes and as often as the documentation
/// says.
pub fn run(thorough: bool) -> Result<(), String> {
    if !exists("mkfs.xfs", &["-V"]) {
        // Without it the test of power cuts says that it skips.
        install::system_packages(&["xfsprogs"]).unwrap_or_else(|error| tell(&error));
    }
    if thorough {
        test(None, true)?;
    }
    let cluster = Cluster::start()?;
    test(Some(&format!("postgres://postgres@127.0.0.1:{PORT}")), thorough)?;
    drop(cluster);
    Ok(())
}

fn test(postgres: Option<&str>, thorough: bool) -> Result<(), String> {
    let arguments = ["nextest", "run", "--workspace", "--lib", "--bins", "--tests", "-E"];
    let which = if thorough { "binary(kill) | binary(power_cut) | binary(full_disk)" } else { "package(archive)" };
    let mut command = Command::new("cargo");
    command.args(arguments).arg(which).current_dir(shell::root());
    if let Some(postgres) = postgres {
        command.env("RERT_TEST_POSTGRES", postgres);
    }
    if thorough {
        command.arg("--no-capture").envs(THOROUGH);
    }
    tell(&format!("$ cargo {} \"{which}\" (index in {})", arguments.join(" "), postgres.unwrap_or("SQLite")));
    let status = command.status().map_err(|error| format!("running cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err("the tests of the archive failed".to_owned()) }
}

impl Cluster {
    fn start() -> Result<Self, String> {
        if newest(Path::new(VERSIONS)).is_none() {
            install::system_packages(&["postgresql"])?;
        }
        let programs =
            newest(Path::new(VERSIONS)).ok_or("PostgreSQL is not where the system puts it")?.join("bin");
        let folder = std::env::temp_dir().join(format!("rert-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder).map_err(|error| format!("making a folder for PostgreSQL: {error}"))?;
        let cluster = Self { programs, folder };
        if is_root() {
            shell::run("chown", &["postgres", &cluster.path()])?;
        }
        cluster.run(
            "initdb",
            &["-D", &cluster.path(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"],
        )?;
        let options = format!("-c listen_addresses=127.0.0.1 -p {PORT} -k {}", cluster.path());
        let log = format!("{}/log", cluster.path());
        cluster.run("pg_ctl", &["-D", &cluster.path(), "-o", &options, "-l", &log, "-w", "start"])?;
        Ok(cluster)
    }

    fn path(&self) -> String {
        self.folder.to_string_lossy().into_owned()
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

fn newest(folder: &Path) -> Option<PathBuf> {
    std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).max()
}

fn is_root() -> bool {
    shell::output("id", &["-u"]).is_ok_and(|user| user.trim() == "0")
}
