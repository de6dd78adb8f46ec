//! Running other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Says what is going on.
#[expect(clippy::print_stderr, reason = "the one place where messages are printed")]
pub fn tell(text: &str) {
    eprintln!("{text}");
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// Runs a program in the root of the repository, showing what it says.
pub fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    run_in(&root(), program, arguments)
}

/// Builds the binary `target/debug/rert` together with the tests. Alone it would be built anew, with all that stands under it, as
/// fewer features of the dependencies are wanted without the tests; the gate has built it with them already.
pub fn build_as_tested() -> Result<(), String> {
    run("cargo", &["build", "--workspace", "--lib", "--bins", "--tests"])
}

/// Runs a program in a folder, showing what it says.
pub fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    run_with(folder, &[], program, arguments)
}

/// The same with variables of the environment.
pub fn run_with(
    folder: &Path,
    environment: &[(&str, String)],
    program: &str,
    arguments: &[&str],
) -> Result<(), String> {
    let told: Vec<String> = environment.iter().map(|(name, value)| format!("{name}={value} ")).collect();
    tell(&format!("$ {}{program} {}", told.concat(), arguments.join(" ")));
    let status = Command::new(program)
        .args(arguments)
        .envs(environment.iter().cloned())
        .current_dir(folder)
        .status()
        .map_err(|error| format!("running {program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} {} failed", arguments.join(" "))) }
}

/// Runs a program and returns what it says on standard output.
pub fn output(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("running {program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} {} failed", arguments.join(" ")));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("reading what {program} says: {error}"))
}

/// Whether a program answers.
pub fn exists(program: &str, arguments: &[&str]) -> bool {
    let quiet = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}
