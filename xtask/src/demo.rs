//! `cargo xtask demo`.

use crate::{shell, web};

/// Builds front end and release binary, runs the main job on the built-in patient and says where the report is; `--open` goes on in
/// the workbench.
pub fn run(further: Option<String>) -> Result<(), String> {
    web::build()?;
    shell::run("cargo", &["build", "--release", "--package", "rert"])?;
    let binary = shell::root().join("target/release/rert");
    let mut arguments = vec!["demo", "--out", "out/demo"];
    match further.as_deref() {
        None => {}
        Some("--open") => arguments.push("--open"),
        Some(other) => return Err(format!("cargo xtask demo knows --open, not {other}")),
    }
    shell::run(&binary.to_string_lossy(), &arguments)
}
