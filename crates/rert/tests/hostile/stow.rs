//! Hostile files and hostile bodies meet STOW-RS of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use phantom::hostile::Fate;
use phantom::{Options, SyntheticPatient};
use serde_json::Value;

use crate::workbench::{LONGEST, Workbench, corpus};

const KIND: &str = "multipart/related; type=\"application/dicom\"; boundary=b";
const MEGABYTE: usize = 1 << 20;

/// What became of one request.
struct Stored {
    status: u16,
    /// Instances that are kept.
    kept: Vec<String>,
    /// Reasons by number, with their words.
    failed: Vec<(u64, String)>,
}

fn part(headers: &str, content: &[u8]) -> Vec<u8> {
    [b"\r\n--b\r\n", headers.as_bytes(), b"\r\n", content].concat()
}

pub fn body_of<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for file in files {
        body.extend(part("Content-Type: application/dicom\r\n", file));
    }
    body.extend(b"\r\n--b--\r\n");
    body
}

fn headers(kind: &str, n_bytes: usize) -> String {
    format!("content-type: {kind}\r\naccept: application/dicom+json\r\ncontent-length: {n_bytes}\r\n")
}

fn items(answer: &Value, tag: &str) -> Vec<Value> {
    answer[tag]["Value"].as_array().cloned().unwrap_or_default()
}

impl Stored {
    fn read(answer: &(String, Vec<u8>)) -> Self {
        let status = answer.0.split(' ').nth(1).unwrap().parse().unwrap();
        let told: Value = serde_json::from_slice(&answer.1).unwrap_or_default();
        let instance = |item: &Value| item["00081155"]["Value"][0].as_str().unwrap_or_default().to_owned();
        let failure = |item: &Value| {
            let comment = item["00000902"]["Value"][0].as_str().unwrap_or_default().to_owned();
            (item["00081197"]["Value"][0].as_u64().unwrap_or_default(), comment)
        };
        let kept = items(&told, "00081199").iter().map(instance).collect();
        Self { status, kept, failed: items(&told, "00081198").iter().map(failure).collect() }
    }
}

impl Workbench {
    fn store(&self, body: &[u8]) -> Stored {
        Stored::read(&self.ask_as("POST /dicomweb/studies", (&headers(KIND, body.len()), false), body).unwrap())
    }

    /// Stores objects that are good, and tells the address of each.
    pub fn store_and_locate(&self, body: &[u8]) -> Vec<String> {
        let answer = self.ask_as("POST /dicomweb/studies", (&headers(KIND, body.len()), false), body).unwrap();
        assert!(answer.0.starts_with("HTTP/1.1 200"), "{}", answer.0);
        let told: Value = serde_json::from_slice(&answer.1).unwrap();
        let address = |item: &Value| {
            let whole = item["00081190"]["Value"][0].as_str().unwrap();
            whole[whole.find("/dicomweb").unwrap()..].to_owned()
        };
        items(&told, "00081199").iter().map(address).collect()
    }

    fn n_instances(&self) -> usize {
        let (head, body) = self.ask("GET", "/dicomweb/instances", b"");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        serde_json::from_slice::<Value>(&body).unwrap().as_array().unwrap().len()
    }
}

/// The longest of what was measured.
#[derive(Default)]
struct Longest(Duration, String);

impl Longest {
    fn measure<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = work();
        if began.elapsed() > self.0 {
            (self.0, self.1) = (began.elapsed(), name.to_owned());
        }
        result
    }
}

#[test]
fn stow_answers_every_hostile_file_with_a_reason_and_stores_none_that_must_be_refused() {
    let workbench = Workbench::start();
    let files = corpus();
    // An object that begins like an archive is emptied of that beginning where it comes by itself.
    let must_be_refused =
        |fate: Fate, bytes: &[u8]| matches!(fate, Fate::Refused | Fate::Foreign) && !bytes.starts_with(b"PK");
    let (refused, others): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| must_be_refused(file.fate, &file.bytes));
    let (mut longest, mut wrong, mut reasons) = (Longest::default(), Vec::new(), BTreeMap::new());
    for file in &refused {
        let body = body_of([file.bytes.as_slice()]);
        let stored = longest.measure(&file.name, || workbench.store(&body));
        let is_told = matches!(stored.failed.as_slice(), [(reason, words)] if *reason != 0 && !words.is_empty());
        if stored.status != 409 || !is_told || !stored.kept.is_empty() {
            wrong.push(format!("{}: {} {:?} {:?}", file.name, stored.status, stored.kept, stored.failed));
        }
        for (reason, _) in stored.failed {
            *reasons.entry(format!("{reason:04X}")).or_insert(0_usize) += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), refused.len(), wrong.join("\n"));
    assert_eq!(workbench.n_instances(), 0, "something that must be refused is stored");
    let began = Instant::now();
    let all = workbench.store(&body_of(refused.iter().map(|file| file.bytes.as_slice())));
    let together = began.elapsed();
    assert_eq!((all.status, all.kept.len(), all.failed.len()), (409, 0, refused.len()));
    assert_eq!(workbench.n_instances(), 0, "something that must be refused is stored");
    // The others are told as kept or as failed, and what is told as kept is there.
    let mut kept = BTreeSet::new();
    for file in &others {
        let stored = longest.measure(&file.name, || workbench.store(&body_of([file.bytes.as_slice()])));
        assert_eq!(stored.kept.len() + stored.failed.len(), 1, "{}", file.name);
        assert!(file.fate != Fate::Emptied || stored.kept.len() == 1, "{}: {:?}", file.name, stored.failed);
        kept.extend(stored.kept);
    }
    assert!(workbench.n_instances() >= kept.len());
    let memory = workbench.peak_memory_mib();
    println!(
        "{} hostile files by STOW, one request each: {} that must be refused all refused ({reasons:?}), longest answer {:?} ({}); \
         the same {} in one request {together:?}; {memory} MiB",
        files.len(),
        refused.len(),
        longest.0,
        longest.1,
        refused.len()
    );
    assert!(longest.0 < LONGEST && memory < 1024);
}

/// A body that is none.
struct HostileBody {
    name: &'static str,
    headers: String,
    body: Vec<u8>,
    /// Whether the headers promise more, which never comes.
    is_cut_off: bool,
}

/// Bodies that are none, each with its content type and with what its length is said to be.
fn bodies(good: &[u8]) -> Vec<HostileBody> {
    let whole = body_of([good]);
    let of =
        |name, body: Vec<u8>| HostileBody { name, headers: headers(KIND, body.len()), body, is_cut_off: false };
    let as_kind =
        |name, kind: &str| HostileBody { headers: headers(kind, whole.len()), ..of(name, whole.clone()) };
    let lying = |name, length: &str| HostileBody {
        headers: headers(KIND, 0).replace("content-length: 0", length),
        ..of(name, whole.clone())
    };
    let promising = |name, length: &str| HostileBody { is_cut_off: true, ..lying(name, length) };
    let with_headers = |headers: &str| [part(headers, good), b"\r\n--b--\r\n".to_vec()].concat();
    let nested = part("Content-Type: multipart/related; boundary=c\r\n", &{
        [b"--c\r\nContent-Type: application/dicom\r\n\r\n", good, b"\r\n--c--"].concat()
    });
    vec![
        of("nothing", Vec::new()),
        of("no boundary at all", good.to_vec()),
        of("no closing boundary", part("Content-Type: application/dicom\r\n", good)),
        of("cut off within the closing boundary", whole[..whole.len() - 5].to_vec()),
        of("cut off within an object", whole[..whole.len() / 2].to_vec()),
        of("cut off within headers", b"--b\r\nContent-Type: appl".to_vec()),
        of("only a closing boundary", b"--b--\r\n".to_vec()),
        of("100 MB before the first boundary", [vec![b'x'; 100 * MEGABYTE], whole.clone()].concat()),
        of("a preamble of one line", [b"a preamble", &whole[..]].concat()),
        of("100 MB of headers", with_headers(&format!("X: {}\r\n", "y".repeat(100 * MEGABYTE)))),
        of("100,000 headers", with_headers(&"X: y\r\n".repeat(100_000))),
        of("a header that goes on", with_headers("Content-Type: application/dicom\r\n ;x=y\r\n")),
        of("headers with control letters", with_headers("Content-Type: application/dicom\0\r\n")),
        of("headers that are no text", [b"--b\r\nX: \xff\xfe\r\n\r\n", good, b"\r\n--b--"].concat()),
        of("two content types", with_headers("Content-Type: application/dicom\r\nContent-Type: text/html\r\n")),
        of("a part that is a page", with_headers("Content-Type: text/html\r\n")),
        of("a body in a body", [nested, b"\r\n--b--\r\n".to_vec()].concat()),
        of("a boundary that goes on", [b"--bx\r\n\r\n", good, b"\r\n--bx--\r\n"].concat()),
        of("1,000 spaces behind a boundary", [b"--b", &[b' '; 1000][..], b"\r\n\r\n", good].concat()),
        of("zeros", vec![0; MEGABYTE]),
        of("line ends", b"\r\n".repeat(MEGABYTE)),
        of("300 empty parts", [b"\r\n--b\r\n\r\n".repeat(300), b"\r\n--b--\r\n".to_vec()].concat()),
        as_kind("no boundary named", "multipart/related; type=\"application/dicom\""),
        as_kind("two boundaries named", &format!("{KIND}; boundary=c")),
        as_kind("a boundary of 10,000 letters", &KIND.replace("=b", &format!("={}", "b".repeat(10_000)))),
        as_kind("an empty boundary", &KIND.replace("=b", "=\"\"")),
        as_kind("parts of another kind", "multipart/related; type=\"application/dicom+json\"; boundary=b"),
        as_kind("a form", "multipart/form-data; boundary=b"),
        as_kind("no content type that can be read", ";;;"),
        promising("less than its length", &format!("content-length: {}", whole.len() * 2)),
        promising("a length of 4 exabytes", "content-length: 4611686018427387904"),
        lying("more than its length", &format!("content-length: {}", whole.len() / 2)),
        lying("a negative length", "content-length: -1"),
        lying("a length that is none", "content-length: 10x"),
        lying("two lengths", &format!("content-length: 5\r\ncontent-length: {}", whole.len())),
        promising("chunks that are none", "transfer-encoding: chunked"),
        promising(
            "chunks and a length",
            &format!("transfer-encoding: chunked\r\ncontent-length: {}", whole.len()),
        ),
    ]
}

#[test]
fn stow_refuses_hostile_bodies_and_keeps_nothing_of_them() {
    let workbench = Workbench::start();
    let good = SyntheticPatient::generate(&Options::tiny()).files[0].bytes().unwrap();
    let (mut longest, mut n_hung_up, mut wrong) = (Longest::default(), 0_usize, Vec::new());
    let bodies = bodies(&good);
    for HostileBody { name, headers, body, is_cut_off } in &bodies {
        let headers = (headers.as_str(), *is_cut_off);
        let answer = longest.measure(name, || workbench.ask_as("POST /dicomweb/studies", headers, body));
        let Some(answer) = answer else {
            n_hung_up += 1;
            continue;
        };
        let stored = Stored::read(&answer);
        // An object that came whole is kept and told, although the body that it came in did not.
        if !(400..500).contains(&stored.status) || !(stored.kept.is_empty() || *is_cut_off) {
            wrong.push(format!("{name}: {} {:?}", stored.status, stored.kept));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What was hung up on is worked off all the same.
    std::thread::sleep(Duration::from_secs(1));
    assert!(workbench.n_instances() <= 1);
    // Names lead nowhere: an object that comes with them is kept under the hash of its bytes as any other.
    let names = "Content-Type: application/dicom\r\nContent-Location: ../../../../escaped\r\n\
                 Content-Disposition: attachment; filename=\"../../../../escaped\"\r\n";
    let stored = workbench.store(&[part(names, &good), b"\r\n--b--\r\n".to_vec()].concat());
    assert_eq!((stored.status, workbench.n_instances()), (200, 1));
    let beside: Vec<_> = std::fs::read_dir(workbench.folder()).unwrap().map(|entry| entry.unwrap()).collect();
    assert!(beside.iter().all(|entry| entry.file_name() == "cases"), "{beside:?}");
    let left: Vec<_> = std::fs::read_dir(workbench.folder().join("cases/work")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    let memory = workbench.peak_memory_mib();
    println!(
        "{} hostile bodies by STOW: all refused, {n_hung_up} hung up on, longest answer {:?} ({}), {memory} MiB",
        bodies.len(),
        longest.0,
        longest.1
    );
    assert!(longest.0 < LONGEST && memory < 1024);
}
