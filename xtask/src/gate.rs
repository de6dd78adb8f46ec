//! `cargo xtask test`: everything that must hold before a change is taken.

use crate::peer::Peer;
use crate::{archive, fuzz, install, oracle, shell, tidy, web};

/// Runs the whole gate and stops at the first failure.
pub fn run() -> Result<(), String> {
    install::cargo_tool("nextest", "cargo-nextest")?;
    install::cargo_tool("deny", "cargo-deny")?;
    shell::run("cargo", &["fmt", "--all", "--check"])?;
    tidy::run()?;
    web::check()?;
    // The front end is part of the binary, so it is built first.
    web::build()?;
    // What only other systems need is not fetched by a build, and the check below reads all of it.
    shell::run("cargo", &["fetch", "--locked"])?;
    shell::run("cargo", &["deny", "--offline", "--all-features", "check", "licenses", "bans", "sources"])?;
    let warnings_are_errors = ["--workspace", "--all-targets", "--", "--deny", "warnings"];
    shell::run("cargo", &[&["clippy"], &warnings_are_errors[..]].concat())?;
    tests()?;
    archive::run(false)?;
    shell::run("cargo", &["test", "--workspace", "--doc"])?;
    documentation()?;
    web::end_to_end()?;
    oracle::run()?;
    // It takes minutes and a toolchain of its own, so that only the gate of the repository does it.
    if std::env::var("CI").is_ok_and(|value| value == "true") {
        fuzz::run_for(None, Some(1))?;
    }
    Ok(())
}

/// All tests that need nothing but this machine and a provider of identities on it.
fn tests() -> Result<(), String> {
    let identities = Peer::identities()?;
    let arguments = ["nextest", "run", "--workspace", "--lib", "--bins", "--tests"];
    shell::run_with(&shell::root(), &identities.environment(), "cargo", &arguments)
}

/// Broken links in the documentation are errors.
fn documentation() -> Result<(), String> {
    shell::run(
        "cargo",
        &[
            "--config",
            "build.rustdocflags=['--deny','warnings']",
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ],
    )
}
