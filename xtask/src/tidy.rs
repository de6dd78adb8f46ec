//! Checks of files and of the dependency tables in `ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::security;
use crate::shell::{output, root, tell};

/// A source file longer than this must say why at its top, with the word "long".
const LONGEST_FILE: usize = 800;

/// Runs all checks and reports everything that is wrong at once.
pub fn run() -> Result<(), String> {
    let mut problems = Vec::new();
    check_dependencies(&mut problems)?;
    check_files(&mut problems)?;
    check_references(&mut problems)?;
    security::check(&mut problems)?;
    for problem in &problems {
        tell(problem);
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("{} tidy checks failed", problems.len())) }
}

/// Internal and third-party dependencies, each with the crates that use it.
#[derive(Default)]
struct Dependencies {
    internal: BTreeMap<String, BTreeSet<String>>,
    third_party: BTreeMap<String, BTreeSet<String>>,
}

fn dependencies() -> Result<Dependencies, String> {
    let text = output("cargo", &["metadata", "--format-version", "1", "--no-deps"])?;
    let metadata: Value =
        serde_json::from_str(&text).map_err(|error| format!("reading cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let members: BTreeSet<String> = packages.iter().map(name).collect();
    let mut found = Dependencies::default();
    for package in &packages {
        let user = name(package);
        let used = found.internal.entry(user.clone()).or_default();
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let dependency_name = name(dependency);
            if !members.contains(&dependency_name) {
                found.third_party.entry(dependency_name).or_default().insert(user.clone());
            } else if dependency["kind"].is_null() {
                used.insert(dependency_name);
            }
        }
    }
    Ok(found)
}

fn check_dependencies(problems: &mut Vec<String>) -> Result<(), String> {
    let text = read(&root().join("ARCHITECTURE.md"))?;
    let found = dependencies()?;
    let expect = |heading: &str, wanted: &BTreeMap<String, BTreeSet<String>>, problems: &mut Vec<String>| {
        let written = table(&text, heading);
        for name in wanted.keys().chain(written.keys()).collect::<BTreeSet<_>>() {
            let (wanted, written) = (wanted.get(name), written.get(name));
            if wanted != written {
                problems
                    .push(format!("ARCHITECTURE.md, {heading}: {name} is {wanted:?} but stands as {written:?}"));
            }
        }
    };
    expect("## Internal dependencies", &found.internal, problems);
    expect("## Third-party dependencies", &found.third_party, problems);
    Ok(())
}

/// Names in backticks of the first two columns of a table under a heading.
fn table(text: &str, heading: &str) -> BTreeMap<String, BTreeSet<String>> {
    let section = text.split(heading).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<String>>();
    section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').collect();
            let name = names(cells.get(1)?).into_iter().next()?;
            Some((name, names(cells.get(2)?)))
        })
        .collect()
}

fn check_files(problems: &mut Vec<String>) -> Result<(), String> {
    let listed = output("git", &["ls-files", "--cached", "--others", "--exclude-standard"])?;
    for name in listed.lines() {
        let path = root().join(name);
        let is_text = ["rs", "toml", "md", "py", "bib", "ts", "svelte", "css", "js"]
            .iter()
            .any(|ending| name.ends_with(&format!(".{ending}")));
        if !is_text || !path.is_file() {
            continue;
        }
        let text = read(&path)?;
        check_text(name, &text, problems);
    }
    Ok(())
}

fn check_text(name: &str, text: &str, problems: &mut Vec<String>) {
    if text.lines().any(|line| line.ends_with([' ', '\t'])) && !name.ends_with(".md") {
        problems.push(format!("{name}: a line ends with a blank"));
    }
    if name.ends_with(".rs") {
        let n_lines = text.lines().count();
        let explained = text.lines().take(10).any(|line| line.starts_with("//!") && line.contains("long"));
        if n_lines > LONGEST_FILE && !explained {
            problems
                .push(format!("{name}: {n_lines} lines; one concept per file, or say at its top why it is long"));
        }
        if !text.starts_with("//!") {
            problems.push(format!("{name}: it does not begin with a line that says what it is"));
        }
    }
    // Assembled here so that this file does not find itself.
    for mark in [["FIX", "ME"].concat(), ["XX", "X"].concat(), ["/wo", "rk/"].concat()] {
        if text.contains(&mark) {
            problems.push(format!("{name}: it holds \"{mark}\""));
        }
    }
}

/// Every `\[key\]` in the documentation of the code and every source of the knowledge base is in the bibliography.
fn check_references(problems: &mut Vec<String>) -> Result<(), String> {
    let bibliography = read(&root().join("knowledge/references.bib"))?;
    let keys: BTreeSet<&str> = bibliography
        .lines()
        .filter(|line| line.starts_with('@'))
        .filter_map(|line| line.split('{').nth(1)?.split(',').next())
        .collect();
    let listed =
        output("git", &["ls-files", "--cached", "--others", "--exclude-standard", "crates", "knowledge"])?;
    for name in listed.lines().filter(|name| name.ends_with(".rs") || name.ends_with(".toml")) {
        let path = root().join(name);
        if !path.is_file() {
            continue;
        }
        let text = read(&path)?;
        for key in cited(name, &text) {
            if !keys.contains(key.as_str()) {
                problems.push(format!("{name}: references.bib has no entry \"{key}\""));
            }
        }
    }
    Ok(())
}

fn cited(name: &str, text: &str) -> Vec<String> {
    let between = |line: &str, open: &str, close: &str| -> Vec<String> {
        let parts = line.split(open).skip(1);
        parts.filter_map(|part| part.split_once(close).map(|(key, _)| key.to_owned())).collect()
    };
    let is_key =
        |key: &String| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if name.ends_with(".toml") {
        let sources =
            text.lines().filter(|line| line.split('=').next().is_some_and(|left| left.trim().ends_with("source")));
        return sources.flat_map(|line| between(line, "= \"", "\"")).filter(is_key).collect();
    }
    let comments = text.lines().filter(|line| line.trim_start().starts_with("//"));
    comments.flat_map(|line| between(line, "\\[", "\\]")).filter(is_key).collect()
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()))
}
