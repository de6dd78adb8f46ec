//! Objects come over the network into the program as a department runs it, good ones and hostile ones.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use network::{AeTitle, Remote, Requestor, SendOutcome};
use phantom::hostile::hostile_files;
use phantom::{ObjectKind, Options, SyntheticPatient};
use serde_json::Value;

/// Two seconds are the aim, and printed is what it took; machines that test do other work at the same time.
const LONGEST: Duration = Duration::from_secs(10);

/// `rert receive` with an archive of its own.
struct Receiving {
    program: Child,
    remote: String,
    folder: tempfile::TempDir,
}

impl Receiving {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = "[node]\nae_title = \"RERT\"\nlisten = \"127.0.0.1:0\"\n\
                             [[node.peer]]\nae_title = \"RERT\"\naddresses = [\"127.0.0.1\"]\n";
        std::fs::write(folder.path().join("rert.toml"), configuration).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_rert"))
            .args(["receive", "--config"])
            .arg(folder.path().join("rert.toml"))
            .arg("--archive")
            .arg(folder.path().join("archive"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap();
        let remote = format!("RERT@{address}");
        Self { program, remote, folder }
    }

    fn archive(&self) -> String {
        self.folder.path().join("archive").to_str().unwrap().to_owned()
    }

    fn most_memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
    }

    /// Ends it as a service manager does, after everything was looked at.
    fn stop(&mut self) {
        let id = self.program.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.program.wait().unwrap().success());
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Runs the program, and tells its exit code and what it printed.
fn rert(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rert")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn patient(folder: &Path) -> usize {
    SyntheticPatient::generate(&Options::tiny()).write(folder).unwrap();
    dicom::source::walk(folder).unwrap().len()
}

#[test]
fn a_patient_is_sent_kept_listed_and_pulled_no_further_than_wanted() {
    let mut receiving = Receiving::start();
    let input = receiving.folder.path().join("input");
    let n_objects = patient(&input);
    let remote = receiving.remote.clone();
    assert_eq!(rert(&["echo", &remote]).0, Some(0));
    let (code, _, complaint) = rert(&["echo", &remote.replace("RERT@", "OTHER@")]);
    assert!(code == Some(1) && !complaint.is_empty(), "{complaint}");
    let (code, _, complaint) = rert(&["echo", &remote, "--ae-title", "STRANGER"]);
    assert!(code == Some(1) && !complaint.is_empty(), "{complaint}");
    let (code, told, complaint) = rert(&["send", &remote, input.to_str().unwrap(), "--commit", "--json"]);
    assert_eq!(code, Some(0), "{complaint}");
    let told: Value = serde_json::from_str(&told).unwrap();
    let objects = told["objects"].as_array().unwrap();
    assert!(objects.len() == n_objects && objects.iter().all(|object| object["outcome"] == "stored"), "{told}");
    assert!(objects.iter().all(|object| object["not_kept"] == false));
    receiving.stop();
    let archive = receiving.archive();
    let (_, listed, _) = rert(&["archive", "list", "--archive", &archive, "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["cases"].as_array().unwrap().len(), 1, "all is of one patient");
    assert_eq!(listed["cases"][0]["n_objects"], n_objects);
    // What arrived is what was sent, in other files.
    let out = receiving.folder.path().join("out");
    let case = listed["cases"][0]["id"].as_str().unwrap();
    let exported = rert(&["archive", "export", case, "--archive", &archive, "--out", out.to_str().unwrap()]);
    assert_eq!(exported.0, Some(0), "{}", exported.2);
    let courses = |folder: &Path| {
        let (_, text, _) = rert(&["inspect", folder.to_str().unwrap(), "--json"]);
        let document: Value = serde_json::from_str(&text).unwrap();
        document["courses"].clone()
    };
    assert_eq!(courses(&input), courses(&out.join("objects")));
    let (code, _, log) = rert(&["audit", "verify", "--archive", &archive]);
    assert_eq!(code, Some(0), "{log}");
}

/// Explicit little-endian, as most hostile files are.
const TRANSFER_SYNTAX: &str = "1.2.840.10008.1.2.1";

fn element(group_and_number: [u8; 4], representation: &[u8; 2], value: &[u8]) -> Vec<u8> {
    let mut bytes = group_and_number.to_vec();
    bytes.extend(representation);
    if representation == b"OB" {
        bytes.extend([0, 0]);
        bytes.extend((value.len() as u32).to_le_bytes());
    } else {
        bytes.extend((value.len() as u16).to_le_bytes());
    }
    bytes.extend(value);
    bytes
}

fn uid(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

/// A file whose head is good, and whose data set is what a hostile file has behind its own head.
fn wrapped(hostile: &[u8], instance: &str) -> Vec<u8> {
    let is_part_10 = hostile.get(128..132) == Some(b"DICM");
    let behind = if is_part_10 {
        let length =
            hostile.get(140..144).map_or(0, |bytes| u32::from_le_bytes(bytes.try_into().unwrap()) as usize);
        hostile.get(144 + length..).unwrap_or_default()
    } else {
        hostile
    };
    let meta = [
        element([2, 0, 1, 0], b"OB", &[0, 1]),
        element([2, 0, 2, 0], b"UI", &uid("1.2.840.10008.5.1.4.1.1.481.2")),
        element([2, 0, 3, 0], b"UI", &uid(instance)),
        element([2, 0, 16, 0], b"UI", &uid(TRANSFER_SYNTAX)),
        element([2, 0, 18, 0], b"UI", &uid("2.25.1")),
    ]
    .concat();
    let mut file = vec![0; 128];
    file.extend(b"DICM");
    file.extend(element([2, 0, 0, 0], b"UL", &(meta.len() as u32).to_le_bytes()));
    file.extend(meta);
    file.extend(behind);
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_objects_over_the_network_are_refused_and_end_nothing() {
    let mut receiving = Receiving::start();
    let address = receiving.remote.split_once('@').unwrap().1;
    let (host, port) = address.rsplit_once(':').unwrap();
    let title = AeTitle::new("RERT").unwrap();
    let remote = Remote { ae_title: title.clone(), host: host.to_owned(), port: port.parse().unwrap(), tls: None };
    let requestor = Requestor::new(title);
    let files = hostile_files(&SyntheticPatient::generate(&Options::tiny())).unwrap();
    assert!(files.len() >= 400, "there are only {} hostile files", files.len());
    let place = tempfile::tempdir().unwrap();
    let (mut longest, mut n_stored, mut n_refused, mut wrong) = (Duration::ZERO, 0, 0, Vec::new());
    for (number, file) in files.iter().enumerate() {
        let path: PathBuf = place.path().join(format!("{number}.dcm"));
        std::fs::write(&path, wrapped(&file.bytes, &format!("2.25.{}", number + 1000))).unwrap();
        let began = Instant::now();
        let sent = requestor.send(&remote, &[path]).await;
        longest = longest.max(began.elapsed());
        match sent.map(|sent| sent[0].outcome.clone()) {
            // None of them is an object of the class and name that its head states.
            Ok(SendOutcome::Stored | SendOutcome::StoredWithWarning(_)) => {
                n_stored += 1;
                wrong.push(file.name.clone());
            }
            Ok(SendOutcome::Refused(_) | SendOutcome::BrokenOff(_) | SendOutcome::Unreadable) => n_refused += 1,
            other => wrong.push(format!("{}: {other:?}", file.name)),
        }
    }
    requestor.echo(&remote).await.expect("the node lives");
    let memory = receiving.most_memory_mib();
    println!(
        "{} hostile objects by C-STORE: {n_refused} refused, {n_stored} stored, longest answer {longest:?}, {memory} MiB",
        files.len()
    );
    assert!(wrong.is_empty(), "{}: {wrong:?}", wrong.len());
    assert!(longest < LONGEST && memory < 1024);
    receiving.stop();
    let (code, told, complaint) = rert(&["archive", "check", "--archive", &receiving.archive(), "--json"]);
    assert_eq!(code, Some(0), "{told} {complaint}");
}

/// Slices of 512 by 512 voxels, each another object.
fn slices(folder: &Path, n: usize) -> Vec<PathBuf> {
    const N_ROWS: u16 = 512;
    let mut patient = SyntheticPatient::generate(&Options::tiny());
    let file = patient.file(ObjectKind::Ct, 1);
    let mut files = Vec::new();
    for number in 0..n {
        // Values that differ from slice to slice, as those of a scanner do.
        let voxel = |index: usize| ((index * 31 + number * 977) % 2000) as u16;
        let voxels: Vec<u16> = (0..usize::from(N_ROWS) * usize::from(N_ROWS)).map(voxel).collect();
        file.object.put(DataElement::new(tags::ROWS, VR::US, PrimitiveValue::from(N_ROWS)));
        file.object.put(DataElement::new(tags::COLUMNS, VR::US, PrimitiveValue::from(N_ROWS)));
        file.object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(voxels.into())));
        file.object.put(DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, format!("2.25.{}", 5_000_000 + number)));
        file.path = format!("{number:05}.dcm").into();
        file.write(folder).unwrap();
        files.push(folder.join(&file.path));
    }
    files
}

/// The figures of docs/validation.md: `cargo nextest run --workspace --release --run-ignored only -E 'test(measured)' --no-capture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures, and is run by hand"]
async fn measured_many_associations_and_idle_and_slow_peers() {
    let mut receiving = Receiving::start();
    let address = receiving.remote.split_once('@').unwrap().1.to_owned();
    let (host, port) = address.rsplit_once(':').unwrap();
    let title = AeTitle::new("RERT").unwrap();
    let remote = Remote { ae_title: title.clone(), host: host.to_owned(), port: port.parse().unwrap(), tls: None };
    let place = tempfile::tempdir().unwrap();
    let send_all = async |parts: Vec<Vec<PathBuf>>| {
        let n_files: usize = parts.iter().map(Vec::len).sum();
        let began = Instant::now();
        let mut sending = tokio::task::JoinSet::new();
        for part in parts {
            let (requestor, remote) = (Requestor::new(title.clone()), remote.clone());
            sending.spawn(async move { requestor.send(&remote, &part).await });
        }
        while let Some(sent) = sending.join_next().await {
            let sent = sent.unwrap().unwrap();
            assert!(sent.iter().all(|sent| sent.outcome == SendOutcome::Stored), "{sent:?}");
        }
        (n_files, began.elapsed().as_secs_f64())
    };
    let files = slices(place.path(), 600);
    let (n, seconds) = send_all(files[..400].chunks(50).map(<[PathBuf]>::to_vec).collect()).await;
    println!("8 associations x 50 CT of 512 x 512: {:.0} CT/s, examined and durable", n as f64 / seconds);
    let (n, seconds) = send_all(files[400..].chunks(4).map(<[PathBuf]>::to_vec).collect()).await;
    println!("50 associations x 4 CT: all {n} kept in {seconds:.2} s");
    // Idle sockets, and peers that send one byte now and then.
    let mut crowd = Vec::new();
    for number in 0..220 {
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        if number >= 200 {
            tokio::io::AsyncWriteExt::write_all(&mut stream, &[1]).await.unwrap();
        }
        crowd.push(stream);
    }
    let requestor = Requestor::new(title.clone());
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        let began = Instant::now();
        requestor.echo(&remote).await.unwrap();
        slowest = slowest.max(began.elapsed());
    }
    println!(
        "C-ECHO beside 200 idle and 20 slow peers: slowest of 50 {slowest:?}; {} MiB",
        receiving.most_memory_mib()
    );
    drop(crowd);
    receiving.stop();
    let (code, told, _) = rert(&["archive", "check", "--archive", &receiving.archive()]);
    assert_eq!(code, Some(0), "{told}");
}
