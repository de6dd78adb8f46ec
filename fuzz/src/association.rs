//! A node that listens on this machine, and a peer that says what was invented.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use network::{
    AeTitle, AssociationEnd, Incoming, Limits, Node, NodeConfiguration, Peers, Receiver, Reference, StoreStatus,
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// Where a node waits for more of a peer that has hung up, the target ends with this.
const PATIENCE: Duration = Duration::from_secs(5);

/// Takes everything and keeps nothing.
struct Nobody;

impl Receiver for Nobody {
    async fn store(&self, object: Incoming) -> StoreStatus {
        assert!(object.path().is_file());
        if object.n_bytes % 2 == 0 { StoreStatus::Success } else { StoreStatus::OutOfResources }
    }

    async fn has(&self, references: &[Reference]) -> Vec<bool> {
        (0..references.len()).map(|n| n % 2 == 0).collect()
    }

    fn association_ended(&self, _: AssociationEnd) {}
}

struct Running {
    runtime: Runtime,
    address: SocketAddr,
    incoming: TempDir,
}

impl Running {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let incoming = tempfile::tempdir().expect("a folder");
        let configuration = NodeConfiguration {
            ae_title: AeTitle::new("RERT").expect("a title"),
            address: ([127, 0, 0, 1], 0).into(),
            tls: None,
            peers: Peers::Anyone,
            limits: Limits::default(),
            incoming: incoming.path().to_owned(),
        };
        let node = runtime.block_on(Node::bind(configuration, Arc::new(Nobody))).expect("an address");
        let address = node.address();
        runtime.spawn(node.run(std::future::pending()));
        Self { runtime, address, incoming }
    }

    /// Says everything, hangs up, and hears to the end what the node says.
    async fn say(&self, bytes: &[u8]) {
        let mut wire = TcpStream::connect(self.address).await.expect("the node listens");
        let (mut from, mut to) = wire.split();
        let mut said = Vec::new();
        let saying = async {
            // The node may hang up first.
            let _ = to.write_all(bytes).await;
            let _ = to.shutdown().await;
        };
        let (_, heard) = tokio::join!(saying, timeout(PATIENCE, from.read_to_end(&mut said)));
        assert!(heard.is_ok(), "the node does not end what nobody speaks on any more");
    }
}

thread_local! {
    static NODE: Running = Running::start();
}

/// What a peer says to a node, from its first byte on.
pub fn association(bytes: &[u8]) {
    NODE.with(|node| {
        node.runtime.block_on(node.say(bytes));
        let left = std::fs::read_dir(node.incoming.path()).expect("a folder").count();
        assert_eq!(left, 0, "a part of an object was left");
    });
}
