//! DCMTK: `echoscu`, `storescu`, `storescp`, and `dcmqrscp` as an archive.

use std::path::{Path, PathBuf};
use std::process::Command;

use network::{Remote, StudyKeys, Subject};

use crate::matrix::{Matrix, OURS, Outcome, THEIRS};
use crate::process::{Background, free_port, is_installed, run};
use crate::support::certificates::{self, Authority};
use crate::support::objects::{self, ALL, ANNA, BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT};
use crate::support::{CALLER, NODE, Recorder, Running, remote, requestor, title, uid};

const PEER: &str = "DCMTK";

pub async fn exchange(matrix: &mut Matrix) {
    if !is_installed("storescu") {
        return matrix.skip(PEER);
    }
    let folder = tempfile::tempdir().expect("a folder");
    they_ask(matrix, folder.path()).await;
    we_send(matrix, folder.path()).await;
    we_retrieve(matrix, folder.path()).await;
    they_ask_encrypted(matrix, folder.path()).await;
    we_ask_encrypted(matrix, folder.path()).await;
}

/// Certificate and key of a party and the certificate of the authority, as files.
fn pem(folder: &Path, name: &str, authority: &Authority) -> [PathBuf; 3] {
    let signed = authority.sign("localhost");
    let contents = [("key", &signed.key), ("certificate", &signed.certificate), ("authority", &authority.pem)];
    contents.map(|(what, text)| {
        let path = folder.join(format!("{name}-{what}.pem"));
        std::fs::write(&path, text).expect("a file");
        path
    })
}

async fn they_ask_encrypted(matrix: &mut Matrix, folder: &Path) {
    let authority = Authority::new();
    let tls = certificates::server(&authority, true);
    let node = Running::start_with(|configuration| configuration.tls = Some(tls)).await;
    let [key, certificate, ca] = pem(folder, "caller", &authority);
    let mut command = Command::new("storescu");
    command.arg("+tls").args([&key, &certificate]).arg("+cf").arg(ca);
    command.args(["-aet", CALLER, "-aec", NODE, "127.0.0.1", &node.address.port().to_string()]);
    command.arg(objects::write(folder, &ANNA, 1, EXPLICIT, 128));
    let stored = run(command).await.status.success() && node.recorder.kept().len() == 1;
    matrix.add((PEER, THEIRS), "C-STORE over TLS, both certificates", EXPLICIT, stored);
}

async fn we_ask_encrypted(matrix: &mut Matrix, folder: &Path) {
    let authority = Authority::new();
    let [key, certificate, ca] = pem(folder, "storescp", &authority);
    let (port, kept) = (free_port(), folder.join("encrypted"));
    std::fs::create_dir(&kept).expect("a folder");
    let mut command = Command::new("storescp");
    command.arg("+tls").args([&key, &certificate]).arg("+cf").arg(ca);
    command.arg("-od").arg(&kept).arg(port.to_string());
    let _storescp = Background::start(&mut command, port).await;
    let mut storescp = remote("STORESCP", port);
    storescp.tls = Some(certificates::client(&authority, Some(&authority.sign("caller"))));
    let file = objects::write(folder, &ANNA, 1, EXPLICIT, 128);
    let sent = requestor().send(&storescp, &[file]).await;
    let outcome = sent.map(|sent| sent[0].outcome.clone());
    let outcome = outcome.map_or_else(|error| Outcome::Failed(error.to_string()), Outcome::from);
    matrix.add((PEER, OURS), "C-STORE over TLS, both certificates", EXPLICIT, outcome);
}

async fn they_ask(matrix: &mut Matrix, folder: &Path) {
    let node = Running::start().await;
    let port = node.address.port().to_string();
    let call = |program: &str| {
        let mut command = Command::new(program);
        command.args(["-aet", CALLER, "-aec", NODE, "127.0.0.1", &port]);
        command
    };
    let echoed = run(call("echoscu")).await.status.success();
    matrix.add((PEER, THEIRS), "C-ECHO", "", echoed);
    for (number, syntax) in (0..).zip(ALL) {
        let option = match syntax {
            IMPLICIT => "-xi",
            EXPLICIT => "-xe",
            BIG_ENDIAN => "-xb",
            DEFLATED => "-xd",
            _ => "-xr",
        };
        let mut command = call("storescu");
        command.arg(option).arg(objects::write(folder, &ANNA, number, syntax, 128));
        let stored = run(command).await.status.success();
        let kept = node.recorder.kept();
        let arrived = kept.last().is_some_and(|kept| kept.transfer_syntax == syntax);
        matrix.add((PEER, THEIRS), "C-STORE", syntax, stored && arrived);
    }
}

/// To `storescp`, which keeps the bytes as they come.
async fn we_send(matrix: &mut Matrix, folder: &Path) {
    let port = free_port();
    let kept = folder.join("storescp");
    std::fs::create_dir(&kept).expect("a folder");
    let mut command = Command::new("storescp");
    command.args(["+xa", "+B", "-uf", "-od"]).arg(&kept).arg(port.to_string());
    let _storescp = Background::start(&mut command, port).await;
    let storescp = remote("STORESCP", port);
    matrix.add((PEER, OURS), "C-ECHO", "", requestor().echo(&storescp).await);
    for (number, syntax) in (0..).zip(ALL) {
        let file = objects::write(folder, &ANNA, number, syntax, 128);
        let sent = requestor().send(&storescp, std::slice::from_ref(&file)).await.expect("an association");
        let mut outcome = Outcome::from(sent[0].outcome.clone());
        if outcome == Outcome::Works {
            let name = format!("CT.2.25.1000.4711.1.{number}");
            let found = std::fs::read(kept.join(name)).map(|file| objects::data_set_of(&file));
            let original = objects::data_set_of(&std::fs::read(&file).expect("a file"));
            outcome = Outcome::from(found.is_ok_and(|found| found == original));
        }
        matrix.add((PEER, OURS), "C-STORE, byte for byte", syntax, outcome);
    }
}

/// An archive with two images, which knows our node.
async fn archive(folder: &Path, node: &Running) -> (Background, Remote) {
    let port = free_port();
    let store = folder.join("dcmqrscp");
    std::fs::create_dir(&store).expect("a folder");
    let configuration = format!(
        "NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n\
         HostTable BEGIN\nrert = ({NODE}, 127.0.0.1, {})\ncaller = ({CALLER}, 127.0.0.1, {})\nHostTable END\n\
         VendorTable BEGIN\nVendorTable END\n\
         AETable BEGIN\nPACS {} RW (200, 1024mb) ANY\nAETable END\n",
        node.address.port(),
        node.address.port(),
        store.display()
    );
    let path = folder.join("dcmqrscp.cfg");
    std::fs::write(&path, configuration).expect("a file");
    let mut command = Command::new("dcmqrscp");
    command.arg("-c").arg(&path);
    let running = Background::start(&mut command, port).await;
    (running, remote("PACS", port))
}

async fn we_retrieve(matrix: &mut Matrix, folder: &Path) {
    let node = Running::start().await;
    let (_running, pacs) = archive(folder, &node).await;
    let files = [1, 2].map(|number| objects::write(folder, &ANNA, number, EXPLICIT, 64));
    let sent = requestor().send(&pacs, &files).await.expect("an association");
    matrix.add((PEER, OURS), "C-STORE to dcmqrscp", EXPLICIT, sent[1].outcome.clone());
    retrieve(matrix, PEER, &pacs, &node).await;
}

/// Queries and retrieval of the two images, from any archive.
pub async fn retrieve(matrix: &mut Matrix, peer: &'static str, pacs: &Remote, node: &Running) {
    let requestor = requestor();
    let keys = StudyKeys { patient_name: "Mue*^A*".to_owned(), ..StudyKeys::default() };
    let patients = requestor.find_patients(pacs, &keys).await.map(|answers| answers.found.len());
    matrix.add((peer, OURS), "C-FIND patients", "", expect(patients, 1));
    let studies = requestor.find_studies(pacs, &keys).await.map(|answers| answers.found.len());
    matrix.add((peer, OURS), "C-FIND studies, wildcards", "", expect(studies, 1));
    let study = uid("2.25.1000.4711");
    let series = requestor.find_series(pacs, &study).await.map(|answers| answers.found.len());
    matrix.add((peer, OURS), "C-FIND series", "", expect(series, 1));
    let instances = requestor.find_instances(pacs, &study, &uid("2.25.1000.4711.1")).await;
    matrix.add((peer, OURS), "C-FIND images", "", expect(instances.map(|answers| answers.found.len()), 2));
    let sought = case::PatientIdentity {
        id: "unknown".to_owned(),
        name: "M\u{fc}ller^Anna".to_owned(),
        birth_date: chrono::NaiveDate::from_ymd_opt(1960, 3, 4),
        ..case::PatientIdentity::default()
    };
    let candidates = requestor.candidates(pacs, &sought).await.map(|candidates| candidates.found.len());
    matrix.add((peer, OURS), "candidates (H02)", "", expect(candidates, 1));
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = Recorder::new(folder.path(), false);
    let subject = Subject::Study(study);
    let got = requestor.get(pacs, &subject, &recorder, folder.path()).await;
    let n_got = got.map(|_| recorder.kept().len());
    matrix.add((peer, OURS), "C-GET", EXPLICIT, expect(n_got, 2));
    let before = node.recorder.kept().len();
    let moved = requestor.move_to(pacs, &subject, &title(NODE)).await;
    let n_moved = moved.map(|_| node.recorder.kept().len() - before);
    matrix.add((peer, OURS), "C-MOVE to our node", EXPLICIT, expect(n_moved, 2));
}

fn expect(found: Result<usize, network::NetworkError>, expected: usize) -> Outcome {
    match found {
        Ok(n) if n == expected => Outcome::Works,
        Ok(n) => Outcome::Failed(format!("{n} instead of {expected}")),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}
