//! What the gate needs and a fresh machine may lack.

use std::path::PathBuf;

use crate::shell::{exists, root, run, tell};

/// The version of every Python package of the oracles.
const PYTHON_PACKAGES: [&str; 3] = ["numpy==2.3.5", "pydicom==3.0.2", "pydicom-data==1.0.0"];

/// The version of the object store for tests.
const MOTO: &str = "5.2.5";

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

/// The program of an object store for tests, in a virtual environment below `target`.
pub fn moto() -> Result<PathBuf, String> {
    let folder = root().join("target/moto");
    let program = folder.join("bin/moto_server");
    let python = folder.join("bin/python").to_string_lossy().into_owned();
    if exists(&python, &["-c", &format!("import moto; assert moto.__version__ == '{MOTO}'")]) && program.is_file()
    {
        return Ok(program);
    }
    virtual_environment(&folder.to_string_lossy())?;
    let package = format!("moto[server]=={MOTO}");
    run(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package])?;
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
