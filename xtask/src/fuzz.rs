//! `cargo xtask fuzz`: bytes that nobody would send on purpose, for so many seconds each target.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::shell::{exists, root, run, tell};
use crate::{install, shell};

const SECONDS: u32 = 60;
/// One allocation may not be larger than this: what the process may take that examines small files (archive: `limits`).
const MEGABYTES: u32 = 384;
/// A single input that takes longer hangs.
const PATIENCE_SECONDS: u32 = 25;

/// What is fed, and how long its inputs get: the objects of a small patient fit, and archives stay small that unpack to much more.
const TARGETS: [(&str, u32); 4] =
    [("settings", 8 << 10), ("unpack", 16 << 10), ("association", 16 << 10), ("examine", 64 << 10)];

/// Runs every target for so many seconds, from seeds that are made anew, and fails where one finds something. With a number to begin
/// with it goes the same way each time, so that a gate says the same of the same program; without one it looks elsewhere each time.
pub fn run_for(seconds: Option<&str>, begin_with: Option<u32>) -> Result<(), String> {
    let seconds = match seconds {
        Some(text) => text.parse().map_err(|_| format!("\"{text}\" is no number of seconds"))?,
        None => SECONDS,
    };
    let Some(toolchain) = nightly()? else {
        tell("fuzzing is left out: there is no nightly toolchain (rustup toolchain install nightly)");
        return Ok(());
    };
    install::cargo_tool("fuzz", "cargo-fuzz")?;
    run("cargo", &["run", "--quiet", "--package", "phantom", "--example", "seeds", "--", "fuzz/corpus"])?;
    let mut found = Vec::new();
    let mut figures = vec!["| target | executions | executions/s | edges | features | largest input |".to_owned()];
    for (target, longest) in TARGETS {
        match fuzz(&toolchain, (target, longest), seconds, begin_with)? {
            Some(told) => figures.push(format!("| {target} {told}")),
            None => found.push(target),
        }
    }
    figures.iter().for_each(|line| tell(line));
    if found.is_empty() {
        return Ok(());
    }
    Err(format!(
        "fuzzing found something in {}: minimise the input with `cargo fuzz tmin`, put it into fuzz/regressions, and correct the crate",
        found.join(", ")
    ))
}

/// The first nightly toolchain that is installed.
fn nightly() -> Result<Option<String>, String> {
    if !exists("rustup", &["--version"]) {
        return Ok(None);
    }
    let installed = shell::output("rustup", &["toolchain", "list"])?;
    let first = installed.lines().find(|line| line.starts_with("nightly"));
    Ok(first.and_then(|line| line.split_whitespace().next()).map(str::to_owned))
}

/// Runs one target. Tells its figures; nothing where it found something.
fn fuzz(
    toolchain: &str,
    (target, longest): (&str, u32),
    seconds: u32,
    begin_with: Option<u32>,
) -> Result<Option<String>, String> {
    let corpus = root().join("fuzz/corpus").join(target);
    let known = root().join("fuzz/regressions").join(target);
    let mut command = Command::new("rustup");
    command.args(["run", toolchain, "cargo", "fuzz", "run", target]).arg(&corpus);
    if known.is_dir() {
        command.arg(&known);
    }
    command
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        // 0 is any number.
        .arg(format!("-seed={}", begin_with.unwrap_or(0)))
        .arg(format!("-max_len={longest}"))
        .arg(format!("-malloc_limit_mb={MEGABYTES}"))
        .arg(format!("-timeout={PATIENCE_SECONDS}"))
        .args(["-rss_limit_mb=4096", "-print_final_stats=1"])
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target_folder())
        // Every input makes files, which need no disk.
        .env("TMPDIR", temporary_folder())
        .stderr(Stdio::piped());
    tell(&format!("$ cargo +{toolchain} fuzz run {target} ({seconds} s)"));
    let mut child = command.spawn().map_err(|error| format!("running cargo fuzz: {error}"))?;
    let mut figures = Figures::default();
    if let Some(said) = child.stderr.take() {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            figures.read(&line);
            // The fuzzer tells of every new input.
            if !line.starts_with('#') {
                tell(&line);
            }
        }
    }
    let status = child.wait().map_err(|error| format!("running cargo fuzz: {error}"))?;
    Ok(status.success().then(|| figures.told()))
}

/// A target folder of its own: the sanitizer needs everything built anew.
fn target_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("fuzz")
}

fn temporary_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

/// What a run tells of itself.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    executions: String,
    per_second: String,
    edges: String,
    features: String,
    largest: String,
}

impl Figures {
    fn read(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let after = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1).map(|word| (*word).to_owned())
        };
        if line.starts_with('#') {
            self.edges = after("cov:").unwrap_or_else(|| self.edges.clone());
            self.features = after("ft:").unwrap_or_else(|| self.features.clone());
            self.largest = after("lim:").unwrap_or_else(|| self.largest.clone());
        }
        for (name, figure) in [
            ("stat::number_of_executed_units:", &mut self.executions),
            ("stat::average_exec_per_sec:", &mut self.per_second),
        ] {
            if let Some(told) = after(name) {
                *figure = told;
            }
        }
    }

    fn told(&self) -> String {
        let Self { executions, per_second, edges, features, largest } = self;
        format!("| {executions} | {per_second} | {edges} | {features} | {largest} |")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_what_the_fuzzer_says() {
        let mut figures = Figures::default();
        figures.read("#4096\tpulse  cov: 812 ft: 2044 corp: 97/12Kb lim: 4096 exec/s: 1024 rss: 61Mb");
        figures.read("#9000\tDONE   cov: 815 ft: 2050 corp: 99/12Kb lim: 8192 exec/s: 900 rss: 63Mb");
        figures.read("stat::number_of_executed_units: 9000");
        figures.read("stat::average_exec_per_sec:     900");
        assert_eq!(figures.told(), "| 9000 | 900 | 815 | 2050 | 8192 |");
    }
}
