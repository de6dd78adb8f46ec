//! What the program tells those who look after it: lines, spans and numbers, in which no patient is.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use phantom::{Options, PatientIdentity, SyntheticPatient};
use prost::Message;
use serde_json::{Value, json};
use support::Program;

/// What was sent, with the address it was sent to.
type Taken = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A collector that keeps what it is sent, by the address it was sent to.
struct Collector {
    address: SocketAddr,
    taken: Taken,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let taken: Taken = Arc::default();
        let keep = taken.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let keep = keep.clone();
                thread::spawn(move || {
                    while let Some(request) = take(&stream) {
                        keep.lock().unwrap().push(request)
                    }
                });
            }
        });
        Self { address, taken }
    }

    fn bodies(&self, path: &str) -> Vec<Vec<u8>> {
        let taken = self.taken.lock().unwrap();
        taken.iter().filter(|(to, _)| to == path).map(|(_, body)| body.clone()).collect()
    }

    /// The names of all spans.
    fn spans(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for body in self.bodies("/v1/traces") {
            let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
            for resource in request.resource_spans {
                let service = &resource.resource.unwrap().attributes;
                assert!(service.iter().any(|attribute| attribute.key == "service.name"));
                names.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans).map(|span| span.name));
            }
        }
        names
    }

    /// The names of all numbers.
    fn metrics(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for body in self.bodies("/v1/metrics") {
            let request = ExportMetricsServiceRequest::decode(body.as_slice()).unwrap();
            let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
            names.extend(scopes.flat_map(|scope| scope.metrics).map(|metric| metric.name));
        }
        names
    }

    /// Everything that it was sent, as it was sent.
    fn bytes(&self) -> Vec<u8> {
        self.taken.lock().unwrap().iter().flat_map(|(_, body)| body.clone()).collect()
    }
}

/// One request of a connection; nothing where there is no further one.
fn take(mut stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.trim().parse().unwrap()];
    stream.read_exact(&mut body).ok()?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
    Some((head.split(' ').nth(1).unwrap().to_owned(), body))
}

fn rert(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rert")).args(arguments).output().unwrap()
}

/// A patient whose identifiers can be found wherever they get to.
fn planted(folder: &Path) -> Vec<String> {
    let patient = PatientIdentity {
        id: "PLANTED-4711".to_owned(),
        issuer: "PLANTED-ISSUER".to_owned(),
        name: "Plantedsurname^Plantedgiven".to_owned(),
        birth_date: "19431107".to_owned(),
        sex: "F".to_owned(),
    };
    let options = Options { patient: patient.clone(), ..Options::tiny() };
    SyntheticPatient::generate(&options).write(folder).unwrap();
    vec!["PLANTED".to_owned(), "Plantedsurname".to_owned(), "Plantedgiven".to_owned(), patient.birth_date]
}

#[test]
fn lines_spans_and_numbers_tell_what_happened_and_never_of_whom() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start();
    let telemetry = format!("logs = \"json\"\nlevel = \"debug\"\notlp = \"http://{}\"", collector.address);
    let program = Program::start(folder.path(), &format!("[telemetry]\n{telemetry}"));
    let input = folder.path().join("input");
    let planted = planted(&input);

    // Each way by which an identity could get into what is told.
    let sent = rert(&["send", &format!("RERT@{}", program.node), input.to_str().unwrap()]);
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    let stranger = rert(&["echo", &format!("RERT@{}", program.node), "--ae-title", "STRANGER"]);
    assert!(!stranger.status.success());
    let search = "/dicomweb/studies?PatientName=Plantedsurname*&PatientID=PLANTED-4711";
    assert_eq!(program.ask("GET", search, Vec::new()).0, 200);
    program.ask("GET", "/api/v1/cases/Plantedsurname^Plantedgiven", Vec::new());
    program.ask("GET", "/Plantedsurname?born=19431107", Vec::new());
    program.ask("Plantedgiven", "/api/v1/cases", Vec::new());
    program.ask("POST", "/api/v1/imports/PLANTED/finish", b"Plantedsurname".to_vec());
    let import = program.ask("POST", "/api/v1/imports", Vec::new());
    let import: Value = serde_json::from_slice(&import.1).unwrap();
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    let file = dicom::source::walk(&input).unwrap()[0].read().unwrap();
    program.ask("PUT", &format!("{path}/files?path=Plantedsurname.dcm"), file);
    program.ask("PUT", &format!("{path}/files?path=Plantedgiven.dcm"), b"Plantedsurname is no object".to_vec());
    let label = json!({ "label": "Plantedsurname, Plantedgiven" }).to_string();
    assert_eq!(program.ask("POST", &format!("{path}/finish"), label.into_bytes()).0, 202);
    // Settings that cannot be read are quoted to who sent them, and to nobody else.
    let import = program.ask("POST", "/api/v1/imports", Vec::new());
    let import: Value = serde_json::from_slice(&import.1).unwrap();
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    let broken = b"[case]\nlabel = \"Plantedsurname 19431107\" PLANTED".to_vec();
    program.ask("PUT", &format!("{path}/files?path=case.toml"), broken);
    program.ask("POST", &format!("{path}/finish"), b"{}".to_vec());
    settled(&program);
    let health = program.ask("GET", "/health/ready", Vec::new());
    assert_eq!(health.0, 200, "{}", String::from_utf8_lossy(&health.1));
    let told = program.stop();

    for line in told.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(
            line["timestamp"].is_string() && line["level"].is_string() && line["message"].is_string(),
            "{line}"
        );
    }
    for wanted in
        ["the workbench answers", "a DICOM association ended", "a DICOM system was turned away", "a job ended"]
    {
        assert!(told.contains(wanted), "no line says: {wanted}\n{told}");
    }
    assert!(
        told.contains("STRANGER"),
        "what is told of a peer can be found, so that what is not found below was not told"
    );
    let spans = collector.spans();
    for wanted in
        ["POST /api/v1/imports", "GET /dicomweb/studies", "GET /*", "C-STORE", "association", "job import"]
    {
        assert!(spans.contains(wanted), "no span is named {wanted}: {spans:?}");
    }
    let metrics = collector.metrics();
    let wanted = [
        "http.server.request.duration",
        "http.server.active_requests",
        "rert.job.duration",
        "rert.dicom.associations",
        "rert.dicom.associations.ended",
        "rert.dicom.object.duration",
        "rert.dicom.turned_away",
        "rert.archive.free",
    ];
    for wanted in wanted {
        assert!(metrics.contains(wanted), "no number is named {wanted}: {metrics:?}");
    }
    let everything = [told.into_bytes(), collector.bytes()].concat();
    for planted in planted {
        let is_there = everything.windows(planted.len()).any(|window| window == planted.as_bytes());
        assert!(!is_there, "{planted} was told");
    }
}

/// Waits until nothing is under way.
fn settled(program: &Program) {
    for _ in 0..600 {
        let jobs: Value = serde_json::from_slice(&program.ask("GET", "/api/v1/jobs", Vec::new()).1).unwrap();
        let jobs = jobs["jobs"].as_array().unwrap();
        if jobs.len() >= 3 && jobs.iter().all(|job| !job["ended"].is_null()) {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the jobs do not end");
}

#[test]
fn a_collector_that_is_not_there_keeps_nobody_from_working() {
    let folder = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let program = Program::start(folder.path(), &format!("[telemetry]\notlp = \"http://{closed}\""));
    assert_eq!(program.ask("GET", "/api/v1/cases", Vec::new()).0, 200);
    let began = Instant::now();
    program.stop();
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn what_runs_is_asked_whether_it_is_well() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), "");
    let port = program.host.rsplit(':').next().unwrap().to_owned();
    let well = rert(&["health", "--port", &port]);
    assert!(well.status.success(), "{}", String::from_utf8_lossy(&well.stderr));
    let told: Value = serde_json::from_slice(&well.stdout).unwrap();
    assert_eq!(told, json!({ "status": "ok", "checks": { "index": "ok", "disk": "ok", "room": "ok" } }));
    let told = program.stop();
    assert!(told.contains("the workbench answers") && told.contains("the workbench stopped"), "{told}");
    assert!(!told.contains("a request was answered"), "that somebody looks is no line of a quiet day: {told}");
    let gone = rert(&["health", "--port", &port]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("nobody answers"));
}

#[test]
fn a_collector_that_cannot_be_meant_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rert.toml"), "[telemetry]\notlp = \"collector:4318\"").unwrap();
    let told = rert(&["serve", "--config", folder.path().join("rert.toml").to_str().unwrap()]);
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("begins with http"));
}

#[test]
fn a_workbench_that_speaks_tls_is_asked_so() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let key = rcgen::KeyPair::generate().unwrap();
    let own =
        rcgen::CertificateParams::new(vec!["rert.example.org".to_owned()]).unwrap().self_signed(&key).unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("certificate.pem"), own.pem()).unwrap();
    std::fs::write(path("key.pem"), key.serialize_pem()).unwrap();
    let configuration = format!(
        "[archive]\nfolder = \"{}\"\n[server]\nmode = \"department\"\nlisten = \"127.0.0.1:{port}\"\n\
         origin = \"https://rert.example.org\"\ncertificate = \"{}\"\nkey = \"{}\"\n",
        path("archive"),
        path("certificate.pem"),
        path("key.pem")
    );
    std::fs::write(path("rert.toml"), configuration).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_rert"))
        .args(["serve", "--config", &path("rert.toml")])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let well = rert(&["health", "--config", &path("rert.toml")]);
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(well.status.success(), "{}", String::from_utf8_lossy(&well.stderr));
}
