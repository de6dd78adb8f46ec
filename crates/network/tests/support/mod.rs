//! What all tests of the node need: objects, a receiver that remembers, a running node, certificates.

// Each test program uses a part of it.
#![allow(dead_code)]

pub mod certificates;
pub mod objects;
pub mod pacs;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use network::{
    AeTitle, AssociationEnd, Incoming, Limits, NetworkError, Node, NodeConfiguration, Peers, Receiver, Reference,
    Remote, Requestor, StoreStatus, TurnedAway, Uid,
};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub const NODE: &str = "RERT";
pub const CALLER: &str = "CALLER";

pub fn title(text: &str) -> AeTitle {
    AeTitle::new(text).expect("a title")
}

pub fn uid(text: &str) -> Uid {
    Uid::new(text).expect("a UID")
}

/// An object that was received.
#[derive(Clone, Debug)]
pub struct Kept {
    pub association: u64,
    pub calling_ae: AeTitle,
    pub object: Reference,
    pub transfer_syntax: String,
    pub move_originator: Option<AeTitle>,
    pub file: PathBuf,
}

impl Kept {
    pub fn data_set(&self) -> Vec<u8> {
        objects::data_set_of(&std::fs::read(&self.file).expect("a kept file"))
    }
}

/// Remembers everything.
pub struct Recorder {
    pub kept: Mutex<Vec<Kept>>,
    pub ends: Mutex<Vec<AssociationEnd>>,
    pub turned_away: Mutex<Vec<TurnedAway>>,
    /// To whom reports did not arrive, after how many attempts.
    pub given_up: Mutex<Vec<(AeTitle, u32)>>,
    /// What it answers to the next objects.
    pub answer: Mutex<StoreStatus>,
    /// Whether files are put to disk for good before the answer.
    pub is_durable: bool,
    folder: PathBuf,
}

impl Recorder {
    pub fn new(folder: &Path, is_durable: bool) -> Self {
        let (kept, ends, turned_away, given_up) = Default::default();
        let answer = Mutex::new(StoreStatus::Success);
        Self { kept, ends, turned_away, given_up, answer, is_durable, folder: folder.to_owned() }
    }

    pub fn kept(&self) -> Vec<Kept> {
        self.kept.lock().expect("kept").clone()
    }

    pub fn ends(&self) -> Vec<AssociationEnd> {
        self.ends.lock().expect("ends").clone()
    }

    /// Waits until so many associations are over.
    pub async fn wait_for_ends(&self, n: usize) -> Vec<AssociationEnd> {
        for _ in 0..500 {
            if self.ends().len() >= n {
                return self.ends();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{n} associations should be over: {:?}", self.ends());
    }
}

impl Receiver for Recorder {
    async fn store(&self, object: Incoming) -> StoreStatus {
        let answer = *self.answer.lock().expect("answer");
        if answer != StoreStatus::Success {
            return answer;
        }
        if self.is_durable {
            let path = object.path().to_owned();
            let synced = tokio::task::spawn_blocking(move || std::fs::File::open(path)?.sync_all()).await;
            synced.expect("no panic").expect("a file on disk");
        }
        let at = self.kept.lock().expect("kept").len();
        let file = self.folder.join(format!("{at}-{}", object.instance));
        let kept = Kept {
            association: object.association,
            calling_ae: object.calling_ae.clone(),
            object: Reference { class: object.class.clone(), instance: object.instance.clone() },
            transfer_syntax: object.transfer_syntax.to_string(),
            move_originator: object.move_originator.clone(),
            file: file.clone(),
        };
        object.keep_as(&file).expect("a file that is kept");
        self.kept.lock().expect("kept").push(kept);
        StoreStatus::Success
    }

    async fn has(&self, references: &[Reference]) -> Vec<bool> {
        let kept = self.kept();
        references.iter().map(|wanted| kept.iter().any(|kept| kept.object == *wanted)).collect()
    }

    fn association_ended(&self, end: AssociationEnd) {
        self.ends.lock().expect("ends").push(end);
    }

    fn report_given_up(&self, peer: &AeTitle, n_attempts: u32, _: &NetworkError) {
        self.given_up.lock().expect("given up").push((peer.clone(), n_attempts));
    }

    fn turned_away(&self, whom: TurnedAway) {
        self.turned_away.lock().expect("turned away").push(whom);
    }
}

/// A node that runs until it is dropped or stopped.
pub struct Running {
    pub recorder: Arc<Recorder>,
    pub address: SocketAddr,
    pub folder: tempfile::TempDir,
    pub commitments: network::Commitments,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Running {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut NodeConfiguration)) -> Self {
        Self::start_keeping(false, change).await
    }

    pub async fn start_keeping(is_durable: bool, change: impl FnOnce(&mut NodeConfiguration)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = folder.path().join("kept");
        std::fs::create_dir(&kept).expect("a folder");
        let recorder = Arc::new(Recorder::new(&kept, is_durable));
        let mut configuration = NodeConfiguration {
            ae_title: title(NODE),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: None,
            peers: Peers::Anyone,
            limits: Limits::default(),
            incoming: folder.path().join("incoming"),
        };
        change(&mut configuration);
        let node = Node::bind(configuration, Arc::clone(&recorder)).await.expect("a node");
        let (address, commitments) = (node.address(), node.commitments());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(node.run(async { drop(stopped.await) }));
        Self { recorder, address, folder, commitments, stop: Some(stop), task: Some(task) }
    }

    pub fn remote(&self) -> Remote {
        remote(NODE, self.address.port())
    }

    pub async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(task) = self.task.take() {
            task.await.expect("a node that ends");
        }
    }

    /// Files that are arriving.
    pub fn n_arriving(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("incoming")).expect("a folder").count()
    }

    pub async fn is_alive(&self) -> bool {
        requestor().echo(&self.remote()).await.is_ok()
    }
}

pub fn remote(ae_title: &str, port: u16) -> Remote {
    Remote { ae_title: title(ae_title), host: "127.0.0.1".to_owned(), port, tls: None }
}

pub fn requestor() -> Requestor {
    Requestor::new(title(CALLER))
}

pub fn localhost() -> IpAddr {
    IpAddr::V4(Ipv4Addr::LOCALHOST)
}
