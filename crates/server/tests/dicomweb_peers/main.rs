//! DICOMweb with programs of others: dicomweb-client, which asks us, and Orthanc with its plugin, in both directions.
//!
//! Orthanc listens on all addresses of the machine, and so everything runs in a network of its own (`unshare -rn`), in which there
//! is nothing but a loopback. What is not installed is skipped, and said. The last output is a table of what was exchanged.
//! `RERT_PYTHON` names a Python that has dicomweb-client, where `python3` has not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints its table"
)]

#[path = "../../../network/tests/support/objects.rs"]
#[allow(dead_code, reason = "the tests of the node use more of it")]
mod objects;
mod orthanc;
#[path = "../../../network/tests/interoperability/process.rs"]
mod process;
mod python;
mod table;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use archive::people::{NewAccount, Role};
use archive::{ArchivePlace, Examiner};
use chrono::DateTime;
use dicomweb::{Client, ClientLimits, Login, Subject};
use server::{Configuration, Department, Server, Web};
use tempfile::TempDir;

use objects::{ALL, ANNA, RLE, ct, encapsulated, file};
use table::Table;

/// Starts [`inside`] in a network of its own.
#[test]
fn programs_of_others_exchange_objects_with_us() {
    in_a_network_of_its_own("inside");
}

/// How many objects and bytes go through in a second. Run it with `--ignored --nocapture`, best with `--release`.
#[test]
#[ignore = "it measures"]
fn throughput() {
    in_a_network_of_its_own("measured");
}

fn in_a_network_of_its_own(test: &str) {
    let this = std::env::current_exe().unwrap();
    let script = format!("ip link set lo up && exec \"$0\" {test} --exact --ignored --nocapture");
    let tried = Command::new("unshare").args(["-rn", "true"]).status();
    if !tried.is_ok_and(|status| status.success()) {
        println!("SKIPPED: this system allows no network of one's own (unshare -rn)");
        return;
    }
    let output = Command::new("unshare").args(["-rn", "sh", "-c", &script]).arg(this).output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// All exchanges. Not to be run by itself: peers would listen to the whole world.
#[test]
#[ignore = "run by the test above, in a network of its own"]
fn inside() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut table = Table::default();
    runtime.block_on(async {
        python::exchange(&mut table).await;
        orthanc::exchange(&mut table).await;
    });
    println!("{table}");
    assert!(table.is_good(), "something failed");
}

#[test]
#[ignore = "run by the test above, in a network of its own"]
fn measured() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let own = Own::start().await;
        let folder = tempfile::tempdir().unwrap();
        for side in [16, 512] {
            let files: Vec<PathBuf> = (1..=400)
                .map(|number| {
                    objects::write(folder.path(), &ANNA, number + u32::from(side) * 1000, objects::EXPLICIT, side)
                })
                .collect();
            let n_bytes: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();
            let begun = Instant::now();
            assert_eq!(own.client().store(&files).await.unwrap().kept.len(), files.len());
            tell("stored", files.len(), n_bytes, begun);
        }
        let begun = Instant::now();
        let study = Subject::study("2.25.1000.4711");
        let fetched = own.client().fetch(&study, folder.path()).await.unwrap();
        let n_bytes = fetched.iter().map(|file| file.metadata().unwrap().len()).sum();
        tell("fetched", fetched.len(), n_bytes, begun);
        let begun = Instant::now();
        let n = own.client().find_instances(&study, &[]).await.unwrap().len();
        tell("found", n, 0, begun);
    });
}

fn tell(what: &str, n: usize, n_bytes: u64, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    let (each, rate) = (n as f64 / seconds, n_bytes as f64 / 1e6 / seconds);
    println!("{what} {n} objects of {n_bytes} bytes in {seconds:.2} s: {each:.0} objects/s, {rate:.0} MB/s");
}

/// A department that listens, and a program that may store and fetch there.
pub struct Own {
    /// Where it is asked.
    pub address: String,
    /// Of the program.
    pub token: String,
    _folder: TempDir,
}

impl Own {
    /// Starts one that is empty.
    pub async fn start() -> Self {
        let port = process::free_port();
        let origin = format!("http://127.0.0.1:{port}");
        let folder = tempfile::tempdir().unwrap();
        let configuration = Configuration {
            archive: ArchivePlace::folder(folder.path().join("archive")),
            web: Some(Web {
                listen: SocketAddr::from(([127, 0, 0, 1], port)),
                department: Some(Department { origin: origin.clone(), proxies: Vec::new(), provider: None }),
                certificate: None,
            }),
            node: None,
            examiner: Examiner::in_this_process(),
        };
        let server = Server::bind(configuration).await.unwrap();
        let new = NewAccount {
            name: "pacs".to_owned(),
            printed_name: String::new(),
            role: Role::Service,
            sees_all: true,
        };
        server.archive().add_account(&new, DateTime::UNIX_EPOCH).await.unwrap();
        let token = server.archive().set_token("pacs").await.unwrap();
        tokio::spawn(server.run(std::future::pending()));
        Self { address: format!("{origin}/dicomweb"), token, _folder: folder }
    }

    /// The program.
    pub fn client(&self) -> Client {
        Client::new(&self.address, Login::Bearer(self.token.clone()), None, ClientLimits::default()).unwrap()
    }
}

/// An image in each transfer syntax.
pub fn images(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let write = |(number, syntax): (u32, &'static str)| {
        let object = ct(&ANNA, 1, number, 64);
        let object = if syntax == RLE { encapsulated(object) } else { object };
        let path = folder.join(format!("{number}.dcm"));
        std::fs::write(&path, file(&object, syntax)).unwrap();
        (syntax, path)
    };
    (1..).zip(ALL).map(write).collect()
}
