//! Hostile files meet the program that reads them in a process of its own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use archive::Examiner;
use dicom::What;
use phantom::hostile::{Fate, HostileFile, hostile_files};
use phantom::{Options, SyntheticPatient};
use serde_json::Value;

/// Two seconds are the aim, and printed is what it took; machines that test do other work at the same time.
const LONGEST: Duration = Duration::from_secs(10);

fn examiner() -> Examiner {
    Examiner::in_children(env!("CARGO_BIN_EXE_rert").into(), &["examine"])
}

fn corpus() -> Vec<HostileFile> {
    let files = hostile_files(&SyntheticPatient::generate(&Options::tiny())).unwrap();
    assert!(files.len() >= 400, "there are only {} hostile files", files.len());
    files
}

/// The most memory that a process has held, in MiB.
fn peak_memory_mib(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

#[test]
fn every_hostile_file_is_answered_with_a_reason() {
    let place = tempfile::tempdir().unwrap();
    let examiner = examiner();
    let path = place.path().join("object");
    let mut wrong = Vec::new();
    let mut longest = (Duration::ZERO, String::new());
    let files = corpus();
    for file in &files {
        std::fs::write(&path, &file.bytes).unwrap();
        let began = Instant::now();
        let examined = examiner.examine(&path).unwrap();
        longest = longest.max((began.elapsed(), file.name.clone()));
        let is_right = match (file.fate, &examined.what) {
            (Fate::Refused, What::Refused(refusal)) => !refusal.reason.is_empty(),
            // What begins like an archive is told so by whoever takes it apart.
            (Fate::Refused, What::Object(identity)) => identity.is_also_other && file.bytes.starts_with(b"PK"),
            (Fate::Foreign, What::Foreign) | (Fate::Anything, _) => true,
            (Fate::Emptied, What::Object(identity)) => identity.is_also_other,
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{}: {:?} {:?}", file.name, file.fate, examined.what));
        }
    }
    println!(
        "{} files, the longest answer {:?} ({}), {} MiB",
        files.len(),
        longest.0,
        longest.1,
        peak_memory_mib("self")
    );
    assert!(
        wrong.is_empty(),
        "{} of {} are not as they should be:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
    assert!(longest.0 < LONGEST, "{longest:?}");
}

/// The workbench as a program, with the session of a browser.
struct Workbench {
    program: Child,
    host: String,
    cookie: String,
    _folder: tempfile::TempDir,
}

impl Workbench {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_rert"))
            .args(["serve", "--port", "0", "--archive"])
            .arg(folder.path().join("cases"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (host, path) = line.split_once("http://").unwrap().1.trim().split_once('/').unwrap();
        let mut workbench = Self { program, host: host.to_owned(), cookie: String::new(), _folder: folder };
        let (head, _) = workbench.ask("GET", &format!("/{path}"), b"");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        workbench.cookie = cookie.split(';').next().unwrap().to_owned();
        workbench
    }

    /// The head and the body of an answer.
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let kind = if path.ends_with("/finish") { "application/json" } else { "application/octet-stream" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\ncookie: {1}\r\ncontent-type: {kind}\r\n\
             content-length: {2}\r\nconnection: close\r\n\r\n",
            self.host,
            self.cookie,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec())
    }

    fn json(&self, method: &str, path: &str, body: &[u8]) -> Value {
        let (head, body) = self.ask(method, path, body);
        assert!(head.starts_with("HTTP/1.1 20"), "{method} {path}: {head}");
        serde_json::from_slice(&body).unwrap()
    }

    /// Takes files in as a case, and tells what was found.
    fn import<'a>(&self, files: impl Iterator<Item = &'a [u8]>) -> Value {
        let begun = self.json("POST", "/api/v1/imports", b"");
        let import = format!("/api/v1/imports/{}", begun["id"].as_str().unwrap());
        for file in files {
            self.json("PUT", &format!("{import}/files?path=object"), file);
        }
        let job = self.json("POST", &format!("{import}/finish"), b"{}");
        let job = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
        loop {
            let now = self.json("GET", &job, b"");
            if !now["ended"].is_null() {
                assert_eq!(now["state"], "done", "{now}");
                return now["result"].clone();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Workbench {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Number of findings that refuse or warn of a file that could not be read.
fn n_told(result: &Value) -> usize {
    let findings = result["findings"].as_array().unwrap();
    findings.iter().filter(|finding| finding["message"].as_str().unwrap().starts_with("reading a")).count()
}

fn zipped<'a>(files: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (index, file) in files.enumerate() {
        zip.start_file(format!("../../{index}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(file).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_workbench_outlives_every_hostile_file_and_tells_of_each() {
    let workbench = Workbench::start();
    let files = corpus();
    let refused = || files.iter().filter(|file| file.fate == Fate::Refused).map(|file| file.bytes.as_slice());
    let distinct: std::collections::BTreeSet<&[u8]> = refused().collect();
    assert_eq!(n_told(&workbench.import(refused())), distinct.len());
    // In an archive nothing is taken for another archive: an object that begins like one is emptied of that.
    let n_archives = distinct.iter().filter(|file| file.starts_with(b"PK")).count();
    let archive = zipped(refused());
    assert_eq!(n_told(&workbench.import(std::iter::once(archive.as_slice()))), distinct.len() - n_archives);
    let all = workbench.import(files.iter().map(|file| file.bytes.as_slice()));
    assert!(n_told(&all) >= distinct.len());
    // It still answers, and holds little.
    assert_eq!(workbench.json("GET", "/api/v1/cases", b"")["cases"].as_array().unwrap().len(), 3);
    let memory = peak_memory_mib(&workbench.program.id().to_string());
    println!("{} files twice and {} once more: {memory} MiB", distinct.len(), files.len());
    assert!(memory < 1024, "{memory} MiB");
}
