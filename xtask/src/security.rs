//! Checks of what `security/` says: a requirement that is met names the test that shows it, and every test named is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::root;
use crate::tidy::read;

const STATUSES: [&str; 4] = ["met", "partly", "not-met", "not-applicable"];
const COLUMNS: [&str; 5] = ["id", "title", "status", "how", "test"];

/// Compares the table of requirements and the threat model with the tests.
pub fn check(problems: &mut Vec<String>) -> Result<(), String> {
    let folder = root().join("security");
    check_table(&read(&folder.join("asvs.csv"))?, &exists, problems);
    for test in named(&read(&folder.join("threat-model.md"))?) {
        if !exists(&test) {
            problems.push(format!("security/threat-model.md: there is no test {test}"));
        }
    }
    Ok(())
}

fn check_table(text: &str, exists: &dyn Fn(&str) -> bool, problems: &mut Vec<String>) {
    let mut lines = text.lines().map(cells);
    if lines.next().as_deref() != Some(&COLUMNS.map(str::to_owned)[..]) {
        problems.push(format!("security/asvs.csv: its columns are not {}", COLUMNS.join(",")));
    }
    let mut known = BTreeSet::new();
    for row in lines {
        let [id, title, status, how, tests] = row.as_slice() else {
            problems.push(format!("security/asvs.csv: \"{}\" has not {} cells", row.join(","), COLUMNS.len()));
            continue;
        };
        let mut wrong = |what: &str| problems.push(format!("security/asvs.csv, {id}: {what}"));
        if !known.insert(id.clone()) {
            wrong("it stands twice");
        }
        if title.is_empty() || how.is_empty() {
            wrong("title or how is empty");
        }
        if !STATUSES.contains(&status.as_str()) {
            wrong("its status is none");
        }
        if status == "met" && tests.is_empty() {
            wrong("it is met, and no test shows it");
        }
        for test in tests.split_whitespace().filter(|test| !exists(test)) {
            wrong(&format!("there is no test {test}"));
        }
    }
}

/// Cells of a line; those with a comma stand in quotes, in which quotes are doubled.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cells.last_mut().into_iter().for_each(|cell| cell.push('"'));
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().into_iter().for_each(|cell| cell.push(letter)),
        }
    }
    cells
}

/// Tests that a text names in backticks.
fn named(text: &str) -> Vec<String> {
    let is_test = |word: &&str| {
        let parts: Vec<&str> = word.split("::").collect();
        parts.len() == 3 && folder_of(parts[0]).is_dir()
    };
    text.split('`').skip(1).step_by(2).filter(is_test).map(str::to_owned).collect()
}

fn folder_of(package: &str) -> PathBuf {
    if package == "xtask" { root().join(package) } else { root().join("crates").join(package) }
}

/// Whether a test is in the sources, named as `package::binary::test`; the binary of tests beside the code is `lib`, or `bin` in a
/// package that is a program.
fn exists(test: &str) -> bool {
    let [package, binary, name] = test.split("::").collect::<Vec<_>>()[..] else { return false };
    let folder = folder_of(package);
    let places = match binary {
        "lib" | "bin" => vec![folder.join("src")],
        _ => vec![folder.join("tests").join(binary), folder.join("tests").join(format!("{binary}.rs"))],
    };
    places.iter().any(|place| is_in(place, &format!("fn {name}(")))
}

/// Whether a function stands behind the mark of a test, in a file or anywhere below a folder.
fn is_in(place: &Path, function: &str) -> bool {
    if let Ok(entries) = fs::read_dir(place) {
        return entries.filter_map(Result::ok).any(|entry| is_in(&entry.path(), function));
    }
    let Ok(text) = fs::read_to_string(place) else { return false };
    let lines: Vec<&str> = text.lines().collect();
    let mut at = lines.iter().enumerate().filter(|(_, line)| line.contains(function)).map(|(at, _)| at);
    let is_mark = |line: &&str| ["#[test", "#[tokio::test"].iter().any(|mark| line.trim_start().starts_with(mark));
    at.any(|at| lines[at.saturating_sub(4)..at].iter().any(is_mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(table: &str) -> Vec<String> {
        let mut problems = Vec::new();
        check_table(table, &|test| test == "a::b::c", &mut problems);
        problems
    }

    #[test]
    fn what_is_met_names_a_test_that_is_there() {
        let head = "id,title,status,how,test\n";
        assert!(problems(&format!("{head}V1,\"one, two\",met,so,a::b::c a::b::c\nV2,t,partly,h,\n")).is_empty());
        for wrong in
            ["V1,t,met,h,", "V1,t,met,h,a::b::d", "V1,t,done,h,a::b::c", "V1,,met,h,a::b::c", "V1,t,met,h"]
        {
            assert_eq!(problems(&format!("{head}{wrong}\n")).len(), 1, "{wrong}");
        }
        assert_eq!(problems(&format!("{head}V1,t,partly,h,\nV1,t,partly,h,\n")).len(), 1);
        assert_eq!(problems("id,title\n").len(), 1);
    }

    #[test]
    fn tests_are_found_where_they_stand() {
        assert!(exists("xtask::bin::tests_are_found_where_they_stand"));
        assert!(!exists("xtask::bin::problems") && !exists("xtask::bin::nothing") && !exists("nothing"));
    }
}
