//! dicomweb-client in Python, which asks us.

use std::process::Command;

use crate::process::run;
use crate::table::{THEIRS, Table};
use crate::{Own, images};

const PEER: &str = "dicomweb-client";

pub async fn exchange(table: &mut Table) {
    let python = std::env::var("RERT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let tried = Command::new(&python).args(["-c", "import dicomweb_client, pydicom"]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        return table.skip(PEER);
    }
    let own = Own::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(python);
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dicomweb_peers/program.py"))
        .args([&own.address, &own.token]);
    command.args(images(folder.path()).into_iter().map(|(_, path)| path));
    let output = run(command).await;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in told.lines() {
        let (service, outcome) = line.split_once('\t').unwrap();
        let outcome = if outcome == "ok" { Ok(()) } else { Err(outcome.to_owned()) };
        table.add((PEER, THEIRS), service, outcome);
    }
    let failure = String::from_utf8_lossy(&output.stderr).into_owned();
    table.add((PEER, THEIRS), "to the end", if output.status.success() { Ok(()) } else { Err(failure) });
}
