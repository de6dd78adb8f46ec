//! pynetdicom, by the script beside this file.

use std::path::Path;
use std::process::{Command, Stdio};

use network::Reference;

use crate::dcmtk::retrieve;
use crate::matrix::{Matrix, OURS, Outcome, THEIRS};
use crate::process::{Background, free_port, run};
use crate::support::objects::{self, ALL, ANNA, EXPLICIT};
use crate::support::{Running, remote, requestor, uid};

const PEER: &str = "pynetdicom";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interoperability/peer.py");

pub async fn exchange(matrix: &mut Matrix) {
    let has_it = Command::new(python()).args(["-c", "import pynetdicom"]).stderr(Stdio::null()).status();
    if !has_it.is_ok_and(|status| status.success()) {
        return matrix.skip(PEER);
    }
    let folder = tempfile::tempdir().expect("a folder");
    they_ask(matrix, folder.path()).await;
    we_ask(matrix, folder.path()).await;
}

fn python() -> String {
    std::env::var("RERT_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn script(arguments: &[&str]) -> Command {
    let mut command = Command::new(python());
    command.arg(SCRIPT).args(arguments);
    command
}

async fn they_ask(matrix: &mut Matrix, folder: &Path) {
    let node = Running::start().await;
    let mut command = script(&["asks", &node.address.port().to_string()]);
    for (number, syntax) in (0..).zip(ALL) {
        command.arg(objects::write(folder, &ANNA, number, syntax, 128));
    }
    let output = run(command).await;
    let said = String::from_utf8_lossy(&output.stdout);
    let has = |line: &str| said.lines().any(|said| said == line);
    matrix.add((PEER, THEIRS), "C-ECHO", "", has("echo"));
    let kept = node.recorder.kept();
    for syntax in ALL {
        let arrived = kept.iter().any(|kept| kept.transfer_syntax == syntax);
        matrix.add((PEER, THEIRS), "C-STORE", syntax, has(&format!("stored {syntax}")) && arrived);
    }
    matrix.add((PEER, THEIRS), "storage commitment", "", has("committed"));
}

async fn we_ask(matrix: &mut Matrix, folder: &Path) {
    let node = Running::start().await;
    let (port, kept) = (free_port(), folder.join("pynetdicom"));
    std::fs::create_dir(&kept).expect("a folder");
    let (path, node_port) = (kept.to_string_lossy(), node.address.port().to_string());
    let _peer = Background::start(&mut script(&["serves", &port.to_string(), &path, &node_port]), port).await;
    let peer = remote("PACS", port);
    matrix.add((PEER, OURS), "C-ECHO", "", requestor().echo(&peer).await);
    for (number, syntax) in (0..).zip(ALL) {
        let file = objects::write(folder, &ANNA, number, syntax, 128);
        let sent = requestor().send(&peer, std::slice::from_ref(&file)).await.expect("an association");
        let mut outcome = Outcome::from(sent[0].outcome.clone());
        let there = kept.join(format!("2.25.1000.4711.1.{number}"));
        if outcome == Outcome::Works {
            let found = std::fs::read(&there).map(|file| objects::data_set_of(&file));
            let original = objects::data_set_of(&std::fs::read(&file).expect("a file"));
            outcome = Outcome::from(found.is_ok_and(|found| found == original));
        }
        matrix.add((PEER, OURS), "C-STORE, byte for byte", syntax, outcome);
        let _ = std::fs::remove_file(there);
    }
    let files = [1, 2].map(|number| objects::write(folder, &ANNA, number, EXPLICIT, 64));
    requestor().send(&peer, &files).await.expect("an association");
    retrieve(matrix, PEER, &peer, &node).await;
    let class = uid(dicom_dictionary_std::uids::CT_IMAGE_STORAGE);
    let reference = Reference { class, instance: uid("2.25.1000.4711.1.1") };
    let report = requestor().commit(&peer, std::slice::from_ref(&reference), &node.commitments).await;
    let outcome = match report {
        Ok(report) => Outcome::from(report.kept == [reference]),
        Err(error) => Outcome::Failed(error.to_string()),
    };
    matrix.add((PEER, OURS), "storage commitment, reported to our node", "", outcome);
}
