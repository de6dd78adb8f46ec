//! The front end: its packages, checks, tests and build.

use crate::install::browser;
use crate::peer::Peer;
use crate::shell::{self, root, run_in};

/// Installs what `web/package-lock.json` names, unless that was done for this very file.
fn install() -> Result<(), String> {
    let web = root().join("web");
    let read = |name: &str| std::fs::read(web.join(name)).unwrap_or_default();
    let (wanted, mark) = (read("package-lock.json"), "node_modules/.installed-package-lock.json");
    if read(mark) == wanted {
        return Ok(());
    }
    run_in(&web, "npm", &["ci", "--no-audit", "--no-fund"])?;
    std::fs::write(web.join(mark), wanted).map_err(|error| format!("marking the packages of web/: {error}"))
}

/// Builds the front end into `web/dist`, from where it becomes part of the binary.
pub fn build() -> Result<(), String> {
    install()?;
    run_in(&root().join("web"), "npm", &["run", "build"])
}

/// Format, lints, types and tests.
pub fn check() -> Result<(), String> {
    install()?;
    let web = root().join("web");
    for script in ["format-check", "lint", "check", "test"] {
        run_in(&web, "npm", &["run", script])?;
    }
    Ok(())
}

/// The workbench from end to end in a browser, against the real server.
pub fn end_to_end() -> Result<(), String> {
    install()?;
    browser()?;
    shell::build_as_tested()?;
    let identities = Peer::identities()?;
    shell::run_with(&root().join("web"), &identities.environment(), "npm", &["run", "end-to-end"])
}
