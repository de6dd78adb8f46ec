//! How much the node takes. The figures depend on the machine: they are printed, and only what must hold anywhere is asserted.
//!
//! `cargo nextest run --package network --test throughput --run-ignored all --no-capture`

mod support;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use dicom_ul::pdu::{AssociationRQ, Pdu, PresentationContextProposed, write_pdu};
use network::SendOutcome;
use support::objects::{self, ANNA, EXPLICIT};
use support::{Running, requestor};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Images of 512 × 512 pixels of 16 bits, each as a file.
fn images(folder: &std::path::Path, n: u32) -> Vec<PathBuf> {
    (0..n).map(|number| objects::write(folder, &ANNA, number, EXPLICIT, 512)).collect()
}

/// Sends each part over an association of its own, all at the same time.
async fn send_all(node: &Running, parts: impl Iterator<Item = Vec<PathBuf>>) -> Duration {
    let began = Instant::now();
    let sending: Vec<_> = parts
        .map(|part| {
            let remote = node.remote();
            tokio::spawn(async move { requestor().send(&remote, &part).await.expect("an association") })
        })
        .collect();
    for sent in sending {
        let sent = sent.await.expect("no panic");
        assert!(sent.iter().all(|sent| sent.outcome == SendOutcome::Stored), "{sent:?}");
    }
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn eight_associations() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = images(folder.path(), 400);
    for is_durable in [true, false] {
        let node = Running::start_keeping(is_durable, |_| {}).await;
        let took = send_all(&node, files.chunks(50).map(<[_]>::to_vec)).await;
        let rate = files.len() as f64 / took.as_secs_f64();
        println!("8 associations x 50 CT, each put to disk: {is_durable}: {rate:.0} CT/s ({took:.2?})");
        assert_eq!(node.recorder.kept().len(), files.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn fifty_associations() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = images(folder.path(), 200);
    let node = Running::start_keeping(true, |_| {}).await;
    let took = send_all(&node, files.chunks(4).map(<[_]>::to_vec)).await;
    let n = node.recorder.kept().len();
    println!("50 associations x 4 CT, each put to disk: {n} kept in {took:.2?}");
    assert_eq!(n, files.len());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn an_echo_beside_idle_and_slow_peers() {
    let node = Running::start().await;
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(TcpStream::connect(node.address).await.expect("a connection"));
    }
    // Half of the slow ones never get through their request, the others drip a data set.
    let slow: Vec<_> = (0..20).map(|n| tokio::spawn(drip(node.address, n % 2 == 0))).collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut worst = Duration::ZERO;
    for _ in 0..50 {
        let began = Instant::now();
        requestor().echo(&node.remote()).await.expect("an answer");
        worst = worst.max(began.elapsed());
    }
    println!("C-ECHO beside {} idle and {} slow peers: {worst:.2?} at worst of 50", idle.len(), slow.len());
    assert!(worst < Duration::from_secs(1));
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = memory.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("most memory of both sides: {memory}");
}

/// Says what it has to say a byte now and then.
async fn drip(address: std::net::SocketAddr, is_associated: bool) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let context = PresentationContextProposed {
        id: 1,
        abstract_syntax: dicom_dictionary_std::uids::CT_IMAGE_STORAGE.to_owned(),
        transfer_syntaxes: vec![EXPLICIT.to_owned()],
    };
    let request = Pdu::AssociationRQ(AssociationRQ {
        protocol_version: 1,
        calling_ae_title: "SLOW".to_owned(),
        called_ae_title: support::NODE.to_owned(),
        application_context_name: "1.2.840.10008.3.1.1.1".to_owned(),
        presentation_contexts: vec![context],
        user_variables: Vec::new(),
    });
    let mut bytes = Vec::new();
    write_pdu(&mut bytes, &request).expect("a request");
    if is_associated {
        stream.write_all(&bytes).await.expect("a request");
        bytes = [&[4, 0, 0, 0, 0x10, 0][..], &[0; 100]].concat();
    }
    for byte in bytes {
        if stream.write_all(&[byte]).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
