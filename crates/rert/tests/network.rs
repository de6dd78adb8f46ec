//! Objects come over the network into the program as a department runs it, good ones and hostile ones.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use archive::{Archive, ArchivePlace, Examiner};
use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use network::{AeTitle, Remote, Requestor, SendOutcome, Uid};
use phantom::hostile::{Fate, HostileFile, hostile_files};
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
const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const RT_DOSE: &str = "1.2.840.10008.5.1.4.1.1.481.2";

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

/// What a hostile file says that it is, and what stands behind its own head.
struct Held<'a> {
    transfer_syntax: String,
    class: Option<String>,
    instance: Option<String>,
    data_set: &'a [u8],
}

/// The value of the first element of this tag that is a UID.
fn first_uid(bytes: &[u8], tag: [u8; 4]) -> Option<String> {
    let header = [&tag[..], b"UI"].concat();
    let at = bytes.windows(header.len()).position(|window| window == header)?;
    let length = usize::from(u16::from_le_bytes(bytes.get(at + 6..at + 8)?.try_into().unwrap()));
    let value = std::str::from_utf8(bytes.get(at + 8..at + 8 + length)?).ok()?;
    Uid::new(value.trim_end_matches('\0')).ok().map(|uid| uid.to_string())
}

/// Passes over the elements of the head of a file, which all have short lengths but one.
fn held(file: &[u8]) -> Held<'_> {
    let mut at = if file.get(128..132) == Some(b"DICM") { 132 } else { 0 };
    let head = at;
    while file.get(at..at + 2) == Some(&[2, 0]) {
        let Some(header) = file.get(at..at + 12) else { break };
        let length = if &header[4..6] == b"OB" {
            4 + u32::from_le_bytes(header[8..12].try_into().unwrap()) as usize
        } else {
            usize::from(u16::from_le_bytes(header[6..8].try_into().unwrap()))
        };
        at = at.saturating_add(8 + length);
    }
    let at = at.min(file.len());
    let data_set = &file[at..];
    Held {
        transfer_syntax: first_uid(&file[head..at], [2, 0, 16, 0]).unwrap_or_else(|| EXPLICIT.to_owned()),
        class: first_uid(data_set, [8, 0, 0x16, 0]),
        instance: first_uid(data_set, [8, 0, 0x18, 0]),
        data_set,
    }
}

/// A file whose head is good and states what the hostile data set behind it says of itself, so that nothing but the data set is wrong;
/// something else where it says nothing that could be stated. Also whether it says so.
fn wrapped(hostile: &HostileFile, number: usize) -> (Vec<u8>, bool) {
    let held = held(&hostile.bytes);
    let lacks_one_byte = hostile.name.starts_with("cut off before the last byte");
    let is_stated = held.class.is_some() && held.instance.is_some();
    let (class, instance) = (held.class.unwrap_or(RT_DOSE.to_owned()), held.instance);
    let meta = [
        element([2, 0, 1, 0], b"OB", &[0, 1]),
        element([2, 0, 2, 0], b"UI", &uid(&class)),
        element([2, 0, 3, 0], b"UI", &uid(&instance.unwrap_or(format!("2.25.{}", number + 1000)))),
        element([2, 0, 16, 0], b"UI", &uid(&held.transfer_syntax)),
        element([2, 0, 18, 0], b"UI", &uid("2.25.1")),
    ]
    .concat();
    let mut file = vec![0; 128];
    file.extend(b"DICM");
    file.extend(element([2, 0, 0, 0], b"UL", &(meta.len() as u32).to_le_bytes()));
    file.extend(meta);
    file.extend(held.data_set);
    if held.data_set.len() % 2 == 1 {
        // Nothing odd can be sent. A zero behind it mends nothing but what lacks its last byte alone, which loses another one.
        file.push(0);
        file.truncate(file.len() - if lacks_one_byte { 2 } else { 0 });
    }
    (file, is_stated)
}

/// Whether a file must be refused also behind a head that is good: what was wrong with its own head does not come along.
fn must_be_refused(file: &HostileFile) -> bool {
    matches!(file.fate, Fate::Refused | Fate::Foreign) && !file.bytes.starts_with(b"PK")
}

/// The reasons for which an archive refused objects, with how many there are of each.
async fn reasons_for_refusal(archive: &str) -> BTreeMap<String, usize> {
    let archive = Archive::open(&ArchivePlace::folder(archive), Examiner::in_this_process()).await.unwrap();
    let mut reasons = BTreeMap::new();
    for case in archive.cases().await.unwrap() {
        let refused = archive.case(&case).await.unwrap().left_aside().await.unwrap().refused;
        for refusal in refused.values() {
            // What is told of a certain object in numbers is the same reason.
            let words = refusal.reason.split(|letter: char| letter.is_ascii_digit() || letter == '(').next();
            *reasons.entry(format!("{} {}", refusal.code, words.unwrap_or_default().trim())).or_insert(0) += 1;
        }
    }
    archive.close().await;
    reasons
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
    let (mut longest, mut n_stated, mut n_others_stored) = (Duration::ZERO, 0, 0);
    let (mut outcomes, mut wrong) = (BTreeMap::new(), Vec::new());
    for (number, file) in files.iter().enumerate() {
        let path: PathBuf = place.path().join(format!("{number}.dcm"));
        let (bytes, is_stated) = wrapped(file, number);
        std::fs::write(&path, bytes).unwrap();
        let began = Instant::now();
        let outcome = requestor.send(&remote, &[path]).await.map(|sent| sent[0].outcome.clone());
        longest = longest.max(began.elapsed());
        if must_be_refused(file) {
            n_stated += usize::from(is_stated);
            let told = match &outcome {
                Ok(SendOutcome::Refused(status)) => format!("{status:04X}H"),
                other => format!("{other:?}"),
            };
            *outcomes.entry(told).or_insert(0_usize) += 1;
        }
        match outcome {
            Ok(SendOutcome::Refused(_) | SendOutcome::Unreadable) => {}
            Ok(SendOutcome::Stored | SendOutcome::StoredWithWarning(_)) if !must_be_refused(file) => {
                n_others_stored += 1;
            }
            other => wrong.push(format!("{}: {other:?}", file.name)),
        }
    }
    requestor.echo(&remote).await.expect("the node lives");
    let memory = receiving.most_memory_mib();
    receiving.stop();
    println!(
        "{} hostile objects by C-STORE, longest answer {longest:?}, {memory} MiB: {} must be refused, {n_stated} of them stated as they \
         call themselves: {outcomes:?}; of the others {n_others_stored} stored",
        files.len(),
        outcomes.values().sum::<usize>()
    );
    for (reason, n) in reasons_for_refusal(&receiving.archive()).await {
        println!("{n:4} {reason}");
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
    assert!(longest < LONGEST && memory < 1024);
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
