//! `cargo xtask archive`: the tests of the archive on PostgreSQL, with an object store, and with disks that fill up and lose their power.

use crate::peer::Peer;
use crate::postgres::Cluster;
use crate::shell::{exists, tell};
use crate::{install, shell};

/// How often the long tests are repeated for the figures of docs/validation.md.
const THOROUGH: [(&str, &str); 4] =
    [("RERT_KILLS", "200"), ("RERT_CUTS", "50"), ("RERT_LEVELS", "100"), ("RERT_OBJECTS", "400")];
/// What has nothing to do with an object store.
const OF_DISKS: &str = "binary(power_cut) | binary(full_disk)";

/// Runs the tests of the archive with its index in PostgreSQL, and with its contents in an object store; where `thorough`, those that
/// take long, with SQLite too, and as often as the documentation says.
pub fn run(thorough: bool) -> Result<(), String> {
    if !exists("mkfs.xfs", &["-V"]) {
        // Without it the test of power cuts says that it skips.
        install::system_packages(&["xfsprogs"]).unwrap_or_else(|error| tell(&error));
    }
    let long = format!("binary(kill) | {OF_DISKS}");
    if thorough {
        test(&long, &[], true)?;
    }
    let cluster = Cluster::start()?;
    test(if thorough { &long } else { "package(archive)" }, &cluster.environment(), thorough)?;
    drop(cluster);
    let store = Peer::object_store()?;
    let of_store = format!("package(archive) & not ({OF_DISKS})");
    let which = if thorough { "binary(kill) | (package(archive) & binary(object_store))" } else { &of_store };
    test(which, &store.environment(), thorough)
}

fn test(which: &str, environment: &[(&'static str, String)], thorough: bool) -> Result<(), String> {
    let mut arguments = vec!["nextest", "run", "--workspace", "--lib", "--bins", "--tests", "-E", which];
    let mut environment = environment.to_vec();
    if thorough {
        arguments.push("--no-capture");
        environment.extend(THOROUGH.map(|(name, value)| (name, value.to_owned())));
    }
    shell::run_with(&shell::root(), &environment, "cargo", &arguments)
}
