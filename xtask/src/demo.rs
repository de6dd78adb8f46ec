//! `cargo xtask demo`.

use crate::shell;

/// Builds the release binary, runs the main job on the built-in patient and says where the report is.
pub fn run() -> Result<(), String> {
    shell::run("cargo", &["build", "--release", "--package", "rert"])?;
    let binary = shell::root().join("target/release/rert");
    shell::run(&binary.to_string_lossy(), &["demo", "--out", "out/demo"])
}
