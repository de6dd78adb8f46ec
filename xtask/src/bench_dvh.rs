//! `cargo xtask bench-dvh`: accuracy and speed of the histograms, beside a peer where one is there.

use crate::shell;

/// Prints the table; with a Python that has dicompyler-core, also what that makes of the same files.
pub fn run(peer_python: Option<String>) -> Result<(), String> {
    shell::run("cargo", &["run", "--release", "--quiet", "--package", "benches", "--bin", "dvh_table"])?;
    let Some(python) = peer_python else {
        shell::tell("no peer: say which Python has dicompyler-core, cargo xtask bench-dvh PYTHON");
        return Ok(());
    };
    let data = shell::root().join("../shared/data/dvh_analytic");
    shell::run(&python, &["tests/oracle/dvh_peers.py", &data.to_string_lossy()])
}
