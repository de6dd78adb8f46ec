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
    shell::run(&python.to_string_lossy(), &["tests/oracle/valid_files.py", &rert])
}
