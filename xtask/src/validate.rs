//! `cargo xtask validate`: the figures of `docs/validation.md` from the real data beside the repository.

use crate::{install, shell};

/// Assesses the real patients with and without a given registration and prints the table.
pub fn run() -> Result<(), String> {
    let data = shell::root().join("../shared/data");
    if !data.is_dir() {
        return Err("the real data are not here, so nothing can be validated against them".to_owned());
    }
    let python = install::python()?;
    shell::run("cargo", &["build", "--release", "--package", "rert"])?;
    let binary = shell::root().join("target/release/rert");
    let arguments =
        ["tests/oracle/validate.py", &binary.to_string_lossy(), &data.to_string_lossy(), "out/validation"];
    shell::run(&python.to_string_lossy(), &arguments)
}
