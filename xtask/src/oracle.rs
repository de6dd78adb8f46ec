//! The comparison with an independent implementation in Python.

use crate::{install, shell};

/// Assesses the built-in patient and lets the Python oracle recompute what it can from the same files.
pub fn run() -> Result<(), String> {
    let python = install::python()?;
    shell::build_as_tested()?;
    let binary = shell::root().join("target/debug/rert");
    shell::run(&binary.to_string_lossy(), &["demo", "--out", "out/oracle"])?;
    shell::run(&python.to_string_lossy(), &["tests/oracle/oracle.py", "out/oracle"])?;
    let rert = binary.to_string_lossy();
    shell::run(&python.to_string_lossy(), &["tests/oracle/registration.py", &rert, "out/oracle"])?;
    shell::run(&python.to_string_lossy(), &["tests/oracle/valid_files.py", &rert])?;
    deidentified(&rert, &python.to_string_lossy())
}

/// Exports the built-in patient for research and lets pydicom look at it.
fn deidentified(rert: &str, python: &str) -> Result<(), String> {
    let place = shell::root().join("out/deidentified");
    if place.exists() {
        std::fs::remove_dir_all(&place).map_err(|error| format!("emptying out/deidentified: {error}"))?;
    }
    std::fs::create_dir_all(&place).map_err(|error| format!("making out/deidentified: {error}"))?;
    std::fs::write(place.join("key"), b"a key of the oracle, which is no secret at all")
        .map_err(|error| format!("writing a key: {error}"))?;
    let [input, out, link] = ["out/oracle/input", "out/deidentified/export", "out/deidentified/linkage.json"];
    shell::run(rert, &["deidentify", input, "--out", out, "--key", "out/deidentified/key", "--linkage", link])?;
    shell::run(python, &["tests/oracle/deidentified.py", input, out, link])
}
