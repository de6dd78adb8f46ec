//! What the gate needs and a fresh machine may lack.

use std::path::PathBuf;

use crate::shell::{exists, root, run, tell};

/// The version of every Python package of the oracles.
const PYTHON_PACKAGES: [&str; 3] = ["numpy==2.3.5", "pydicom==3.0.2", "pydicom-data==1.0.0"];

/// A cargo subcommand, built from source where it is missing.
pub fn cargo_tool(subcommand: &str, package: &str) -> Result<(), String> {
    if exists("cargo", &[subcommand, "--version"]) {
        return Ok(());
    }
    tell(&format!("installing {package}"));
    run("cargo", &["install", "--locked", package])
}

/// The Python of a virtual environment in `.venv` with the packages of the oracles.
pub fn python() -> Result<PathBuf, String> {
    let python = root().join(".venv/bin/python");
    let check = ["-c", "import numpy, pydicom, data_store"];
    let path = python.to_string_lossy().into_owned();
    if exists(&path, &check) {
        return Ok(python);
    }
    virtual_environment(".venv")?;
    let mut arguments = vec!["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    arguments.extend(PYTHON_PACKAGES);
    run(&path, &arguments)?;
    Ok(python)
}

/// A program from the registry of Python.
pub struct PythonProgram {
    /// Of the program.
    pub name: &'static str,
    /// Of its package, with what belongs to it in brackets.
    pub package: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// A program from the registry of Python, in a virtual environment of its own below `target`.
pub fn python_program(wanted: &PythonProgram) -> Result<PathBuf, String> {
    let PythonProgram { name, package, version } = wanted;
    let folder = root().join("target").join(name);
    let program = folder.join("bin").join(name);
    let python = folder.join("bin/python").to_string_lossy().into_owned();
    let distribution = package.split('[').next().unwrap_or(package);
    let check = format!("from importlib.metadata import version; assert version('{distribution}') == '{version}'");
    if program.is_file() && exists(&python, &["-c", &check]) {
        return Ok(program);
    }
    virtual_environment(&folder.to_string_lossy())?;
    let exact = format!("{package}=={version}");
    run(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &exact])?;
    Ok(program)
}

fn virtual_environment(folder: &str) -> Result<(), String> {
    if !exists("python3", &["-m", "venv", "--help"]) {
        system_packages(&["python3", "python3-venv"])?;
    }
    if run("python3", &["-m", "venv", folder]).is_err() {
        system_packages(&["python3-venv"])?;
        run("python3", &["-m", "venv", "--clear", folder])?;
    }
    Ok(())
}

/// A browser without a screen, for the workbench from end to end.
pub fn browser() -> Result<(), String> {
    if exists("chromium", &["--version"]) {
        return Ok(());
    }
    system_packages(&["chromium"])
}

/// Packages of the system, through its own package manager.
pub fn system_packages(packages: &[&str]) -> Result<(), String> {
    let managers: [(&str, &[&str]); 4] = [
        ("apt-get", &["install", "-y", "--no-install-recommends"]),
        ("dnf", &["install", "-y"]),
        ("pacman", &["-S", "--noconfirm"]),
        ("brew", &["install"]),
    ];
    let found = managers.into_iter().find(|(manager, _)| exists(manager, &["--version"]));
    let Some((manager, arguments)) = found else {
        return Err(format!("please install {} and run again", packages.join(" ")));
    };
    if manager == "apt-get" {
        run("apt-get", &["update", "-q"])?;
    }
    run(manager, &[arguments, packages].concat())
}
