//! A program that fills an archive until it is killed, and tells on its output what was acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use archive::{Archive, ArchivePlace, CaseId, Examiner, TransferEnd};

use super::{now, object_of};

const FOLDER: &str = "RERT_TEST_FOLDER";
const POSTGRES: &str = "RERT_TEST_INDEX";
const PREFIX: &str = "RERT_TEST_PREFIX";

/// What a worker had been told is kept when it ended.
#[derive(Clone, Debug, Default)]
pub struct Acknowledged {
    /// Hashes of objects.
    pub objects: Vec<String>,
    /// Cases with the hash of their only result.
    pub results: Vec<(String, String)>,
}

/// A worker, listened to.
pub struct Listened {
    worker: Child,
    told: Arc<Mutex<Acknowledged>>,
    listening: JoinHandle<()>,
}

impl Listened {
    /// Starts this test program anew as a worker on an archive; its `worker` test must call [`work`].
    pub fn start(place: &ArchivePlace) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "worker", "--nocapture", "--include-ignored"]).env(FOLDER, &place.folder);
        if let Some(postgres) = &place.postgres {
            command.env(POSTGRES, postgres);
        }
        if let Some(objects) = &place.objects {
            command.env(PREFIX, &objects.prefix);
        }
        let mut worker = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(worker.stdout.take().unwrap());
        let told = Arc::new(Mutex::new(Acknowledged::default()));
        let listener = told.clone();
        let listening = std::thread::spawn(move || {
            for line in output.split(b'\n').map_while(Result::ok) {
                listener.lock().unwrap().add(&String::from_utf8_lossy(&line));
            }
        });
        Self { worker, told, listening }
    }

    /// What it has been told by now.
    pub fn told_so_far(&self) -> Acknowledged {
        self.told.lock().unwrap().clone()
    }

    /// Ends it at once, and tells what it had been told.
    pub fn kill(mut self) -> Acknowledged {
        self.worker.kill().unwrap();
        self.worker.wait().unwrap();
        self.listening.join().unwrap();
        std::mem::take(&mut self.told.lock().unwrap())
    }
}

impl Acknowledged {
    fn add(&mut self, line: &str) {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            // A line that was cut off was not told.
            ["object", sha256] if sha256.len() == 64 => self.objects.push(sha256.to_owned()),
            ["result", case, sha256] if sha256.len() == 64 => {
                self.results.push((case.to_owned(), sha256.to_owned()))
            }
            _ => {}
        }
    }
}

/// How many times longer than on an idle machine with a database of its own it takes until something is acknowledged; and what was.
pub fn pace(place: &ArchivePlace) -> (Acknowledged, f64) {
    const IDLE: Duration = Duration::from_millis(30);
    let began = Instant::now();
    let worker = Listened::start(place);
    while worker.told_so_far().objects.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is taken in");
        std::thread::sleep(Duration::from_millis(1));
    }
    let pace = began.elapsed().div_duration_f64(IDLE).max(1.0);
    (worker.kill(), pace)
}

/// Fills the archive that the environment names; does nothing where it names none.
pub fn work() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let objects = std::env::var(PREFIX).ok().zip(super::bucket::endpoint());
    let place = ArchivePlace {
        postgres: std::env::var(POSTGRES).ok(),
        objects: objects.map(|(prefix, endpoint)| super::bucket::place_at(&endpoint, &prefix)),
        ..ArchivePlace::folder(Path::new(&folder))
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let archive = Archive::open(&place, Examiner::in_this_process()).await.unwrap();
        let senders: Vec<_> = (0..4).map(|sender| tokio::spawn(fill(archive.clone(), sender))).collect();
        for sender in senders {
            sender.await.unwrap();
        }
    });
}

fn tell(line: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").unwrap();
    output.flush().unwrap();
}

/// Objects over a network, and now and then results in the place of the former ones, or an import.
async fn fill(archive: Archive, sender: usize) {
    let run = CaseId::random().unwrap();
    for round in 0.. {
        let transfer = archive.begin_transfer(&format!("AE{sender}"), now()).unwrap();
        let mut case = None;
        for number in 0..3 {
            let mut object = object_of(&format!("1.{sender}.{round}.{number}"), &format!("ID{run}"), "19600101");
            object.extend(super::padding(4000 + 997 * number));
            let receipt = super::send(&transfer, &object).await.unwrap();
            tell(&format!("object {}", receipt.sha256));
            case = Some(receipt.case);
        }
        transfer.end(TransferEnd::Whole).await.unwrap();
        let case = archive.case(&case.unwrap()).await.unwrap();
        let result = format!("result of round {round}");
        case.add_results(&[("result.txt", result.as_bytes())]).await.unwrap();
        tell(&format!("result {} {}", case.id(), archive::sha256(&result)));
        let object = super::object(&format!("2.{sender}.{round}"));
        super::imported(&archive, &[("a", &object)]).await;
        tell(&format!("object {}", archive::sha256(&object)));
        // Another case of the same object goes again, and must not take it along.
        let other = super::imported(&archive, &[("a", &object), ("b", &super::object("2.99"))]).await;
        archive.delete(other.id()).await.unwrap();
    }
}

/// Opens the archive after a worker ended on it, and compares it with what the worker was told.
pub async fn look(place: &ArchivePlace, told: &[Acknowledged]) -> Duration {
    let began = Instant::now();
    let archive = Archive::open(place, Examiner::in_this_process()).await.unwrap();
    let restart = began.elapsed();
    let report = archive.check().await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    let mut kept = std::collections::BTreeSet::new();
    for id in archive.cases().await.unwrap() {
        kept.extend(super::hashes(&archive.case(&id).await.unwrap()).await);
    }
    for sha256 in told.iter().flat_map(|told| &told.objects) {
        assert!(kept.contains(sha256), "the acknowledged object {sha256} is lost");
    }
    // The last result that was acknowledged for a case, or one that was written after it and not yet told.
    let last: std::collections::BTreeMap<_, _> =
        told.iter().flat_map(|told| told.results.iter().cloned()).collect();
    for case in last.keys() {
        let case = archive.case(&CaseId::new(case).unwrap()).await.unwrap();
        assert!(case.result("result.txt").await.unwrap().is_some(), "an acknowledged result is lost");
    }
    archive.close().await;
    restart
}
