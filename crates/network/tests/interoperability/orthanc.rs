//! Orthanc, which is told over HTTP what to ask of us.

use std::path::Path;
use std::process::Command;

use network::{Peer, Peers, Reference};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::dcmtk::retrieve;
use crate::matrix::{Matrix, OURS, Outcome, THEIRS};
use crate::process::{Background, free_port, is_installed};
use crate::support::objects::{self, ALL, ANNA, EXPLICIT};
use crate::support::{CALLER, NODE, Running, localhost, remote, requestor, title, uid};

const PEER: &str = "Orthanc";

pub async fn exchange(matrix: &mut Matrix) {
    if !is_installed("Orthanc") {
        return matrix.skip(PEER);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (dicom, http) = (free_port(), free_port());
    let orthanc = remote("ORTHANC", dicom);
    let peer = |ae_title: &str| Peer {
        ae_title: title(ae_title),
        addresses: vec![localhost()],
        certificate: None,
        reports_to: Some(orthanc.clone()),
    };
    let peers = Peers::Listed(vec![peer("ORTHANC"), peer(CALLER)]);
    let node = Running::start_with(|configuration| configuration.peers = peers).await;
    let _running = start(folder.path(), dicom, http, node.address.port()).await;
    matrix.add((PEER, OURS), "C-ECHO", "", requestor().echo(&orthanc).await);
    for (number, syntax) in (10..).zip(ALL) {
        let file = objects::write(folder.path(), &ANNA, number, syntax, 64);
        let sent = requestor().send(&orthanc, &[file]).await.expect("an association");
        matrix.add((PEER, OURS), "C-STORE", syntax, sent[0].outcome.clone());
    }
    they_ask(matrix, http, &node).await;
    forget_all(http).await;
    let files = [1, 2].map(|number| objects::write(folder.path(), &ANNA, number, EXPLICIT, 64));
    requestor().send(&orthanc, &files).await.expect("an association");
    retrieve(matrix, PEER, &orthanc, &node).await;
    let class = uid(dicom_dictionary_std::uids::CT_IMAGE_STORAGE);
    let reference = Reference { class, instance: uid("2.25.1000.4711.1.1") };
    // It reports to the title that asked, and so the node asks.
    let asking = network::Requestor::new(title(NODE));
    let report = asking.commit(&orthanc, std::slice::from_ref(&reference), &node.commitments).await;
    let outcome = match report {
        Ok(report) => Outcome::from(report.kept == [reference]),
        Err(error) => Outcome::Failed(error.to_string()),
    };
    matrix.add((PEER, OURS), "storage commitment, reported to our node", "", outcome);
}

async fn start(folder: &Path, dicom: u16, http: u16, node: u16) -> Background {
    let store = folder.join("orthanc");
    let configuration = format!(
        r#"{{"Name": "test", "StorageDirectory": {store:?}, "IndexDirectory": {store:?}, "Plugins": [],
            "DicomAet": "ORTHANC", "DicomPort": {dicom}, "HttpPort": {http}, "AuthenticationEnabled": false,
            "DicomAlwaysAllowEcho": true, "DicomAlwaysAllowStore": true, "DicomAlwaysAllowFind": true,
            "DicomAlwaysAllowGet": true, "DicomAlwaysAllowMove": true, "DicomCheckCalledAet": false,
            "UnknownSopClassAccepted": true, "StableAge": 60, "OverwriteInstances": true,
            "DicomModalities": {{
                "rert": ["{NODE}", "127.0.0.1", {node}], "caller": ["{CALLER}", "127.0.0.1", {node}]}}}}"#
    );
    let path = folder.join("orthanc.json");
    std::fs::write(&path, configuration).expect("a file");
    let running = Background::start(Command::new("Orthanc").arg(&path), http).await;
    // Its DICOM port opens beside the other.
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", dicom)).await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    running
}

async fn they_ask(matrix: &mut Matrix, http: u16, node: &Running) {
    let (status, _) = call(http, "POST", "/modalities/rert/echo", "{}").await;
    matrix.add((PEER, THEIRS), "C-ECHO", "", status == 200);
    let instances = instances(http).await;
    let before = node.recorder.kept().len();
    for instance in &instances {
        call(http, "POST", "/modalities/rert/store", instance).await;
    }
    let kept = node.recorder.kept();
    for syntax in ALL {
        let arrived = kept[before..].iter().any(|kept| kept.transfer_syntax == syntax);
        matrix.add(
            (PEER, THEIRS),
            "C-STORE",
            syntax,
            if arrived { Outcome::Works } else { Outcome::NotSupported },
        );
    }
    let wanted = format!(
        r#"{{"DicomInstances": [["{}", "{}"]]}}"#,
        kept[before].object.class, kept[before].object.instance
    );
    let (_, answer) = call(http, "POST", "/modalities/rert/storage-commitment", &wanted).await;
    let path = answer.split('"').find(|word| word.starts_with("/storage-commitment/")).unwrap_or("/").to_owned();
    let mut is_kept = false;
    for _ in 0..100 {
        let (_, report) = call(http, "GET", &path, "").await;
        if !report.contains("Pending") {
            is_kept = report.contains("\"Success\"");
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    matrix.add((PEER, THEIRS), "storage commitment, reported to Orthanc", "", is_kept);
}

async fn instances(http: u16) -> Vec<String> {
    let (_, list) = call(http, "GET", "/instances", "").await;
    list.split('"').filter(|word| word.len() == 44).map(str::to_owned).collect()
}

async fn forget_all(http: u16) {
    for instance in instances(http).await {
        call(http, "DELETE", &format!("/instances/{instance}"), "").await;
    }
}

async fn call(port: u16, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}
