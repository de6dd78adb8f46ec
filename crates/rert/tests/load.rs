//! How long the workbench takes to answer while other systems send, hang and dawdle.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

mod support;

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use phantom::{Options, PatientIdentity, SyntheticPatient};
use support::Program;

/// The aim for 95 of 100 answers; what is printed counts, since machines that test do other work at the same time.
const AIM: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(5);
const N_IDLE: usize = 200;
const N_SLOW: usize = 20;

/// Peers that say nothing, and peers that say one byte now and then.
fn crowd(address: &str, byte: &[u8]) -> Vec<TcpStream> {
    let mut crowd = Vec::new();
    for number in 0..N_IDLE + N_SLOW {
        let mut stream = TcpStream::connect(address).unwrap();
        if number >= N_IDLE {
            stream.write_all(byte).unwrap();
        }
        crowd.push(stream);
    }
    crowd
}

fn patient(folder: &Path, id: usize) {
    let patient = PatientIdentity { id: format!("LOAD-{id}"), ..PatientIdentity::default() };
    SyntheticPatient::generate(&Options { patient, ..Options::tiny() }).write(folder).unwrap();
}

fn send(program: &Program, folder: &Path) -> bool {
    let remote = format!("RERT@{}", program.node);
    Command::new(env!("CARGO_BIN_EXE_rert")).args(["send", &remote]).arg(folder).output().unwrap().status.success()
}

/// Asks for pages and documents in turn, and tells the times in order.
fn times(program: &Program, n_requests: usize) -> Vec<Duration> {
    let cases: serde_json::Value =
        serde_json::from_slice(&program.ask("GET", "/api/v1/cases", Vec::new()).1).unwrap();
    let case = cases["cases"][0]["id"].as_str().unwrap().to_owned();
    let paths = [
        "/".to_owned(),
        "/api/v1/cases".to_owned(),
        format!("/api/v1/cases/{case}"),
        format!("/api/v1/cases/{case}/signature"),
        format!("/api/v1/cases/{case}/settings"),
        "/dicomweb/studies".to_owned(),
    ];
    let mut times = Vec::new();
    for path in paths.iter().cycle().take(n_requests) {
        let began = Instant::now();
        let (status, _) = program.ask("GET", path, Vec::new());
        times.push(began.elapsed());
        assert_eq!(status, 200, "{path}");
    }
    times.sort();
    times
}

fn tell(what: &str, times: &[Duration]) -> Duration {
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{what}: median {:?}, 95 % {:?}, slowest {:?} of {}", at(0.5), at(0.95), at(1.0), times.len());
    at(0.95)
}

#[test]
fn the_workbench_answers_beside_idle_and_slow_peers() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), "");
    for id in 0..3 {
        let input = folder.path().join(format!("patient-{id}"));
        patient(&input, id);
        assert!(send(&program, &input));
    }
    tell("nobody else", &times(&program, 120));
    let crowds = (crowd(&program.node, &[1]), crowd(&program.host, b"G"));
    let beside = tell("200 idle and 20 slow peers at the node and at the web port each", &times(&program, 120));
    let is_over = Arc::new(AtomicBool::new(false));
    let input = folder.path().join("patient-0");
    thread::scope(|scope| {
        let sending = scope.spawn(|| while !is_over.load(Ordering::Relaxed) && send(&program, &input) {});
        tell("the same while a patient is sent again and again", &times(&program, 240));
        is_over.store(true, Ordering::Relaxed);
        sending.join().unwrap();
    });
    drop(crowds);
    assert!(beside < PATIENCE, "{beside:?} beside idle peers, where {AIM:?} is the aim");
    program.stop();
}
