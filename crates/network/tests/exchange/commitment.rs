//! Storage Commitment in both roles.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dicom_dictionary_std::uids;
use network::{NetworkError, Peer, Peers, Reference, Requestor};

use tokio::net::{TcpListener, TcpStream};

use crate::support::objects::{self, ANNA, EXPLICIT};
use crate::support::{CALLER, NODE, Running, localhost, remote, requestor, title, uid};

fn localhost_at(port: u16) -> SocketAddr {
    (localhost(), port).into()
}

fn reference(instance: &str) -> Reference {
    Reference { class: uid(uids::CT_IMAGE_STORAGE), instance: uid(instance) }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_told_over_the_same_association() {
    let node = Running::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = objects::write(folder.path(), &ANNA, 1, EXPLICIT, 8);
    requestor().send(&node.remote(), &[file]).await.expect("an association");
    let (kept, missing) = (reference("2.25.1000.4711.1.1"), reference("2.25.1000.4711.1.2"));
    let asked = [kept.clone(), missing.clone()];
    let report = requestor().commit(&node.remote(), &asked, &Default::default()).await.expect("a report");
    assert_eq!((report.kept, report.not_kept), (vec![kept.clone()], vec![missing]));
    let report = requestor().commit(&node.remote(), &[kept], &Default::default()).await.expect("a report");
    assert!(report.not_kept.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_told_to_the_node_of_who_asked() {
    let asking = Running::start_with(|configuration| configuration.ae_title = title(CALLER)).await;
    let node = Running::start_with(|configuration| {
        configuration.peers = Peers::Listed(vec![Peer {
            ae_title: title(CALLER),
            addresses: vec![localhost()],
            certificate: None,
            reports_to: Some(remote(CALLER, asking.address.port())),
        }]);
    })
    .await;
    let missing = reference("2.25.1");
    let report = requestor().commit(&node.remote(), std::slice::from_ref(&missing), &asking.commitments).await;
    assert_eq!(report.expect("a report").not_kept, [missing]);
    let ends = asking.recorder.wait_for_ends(1).await;
    assert_eq!(ends[0].calling_ae, title(NODE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_does_not_come_is_an_error() {
    let node = Running::start_with(|configuration| {
        configuration.peers = Peers::Listed(vec![Peer {
            ae_title: title(CALLER),
            addresses: vec![localhost()],
            certificate: None,
            // Nobody listens there.
            reports_to: Some(remote(CALLER, 9)),
        }]);
    })
    .await;
    let mut asking = Requestor::new(title(CALLER));
    asking.limits.answer = Duration::from_millis(500);
    asking.commit(&node.remote(), &[reference("2.25.1")], &Default::default()).await.expect_err("no report");
}

/// Hangs up on so many callers, and then passes all others on; also how many have called.
async fn down_at_first(n_refused: usize, then: SocketAddr) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let port = listener.local_addr().expect("an address").port();
    let n_calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&n_calls);
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            if counted.fetch_add(1, Ordering::Relaxed) >= n_refused {
                tokio::spawn(async move {
                    let mut called = TcpStream::connect(then).await.expect("who is called");
                    let _ = tokio::io::copy_bidirectional(&mut caller, &mut called).await;
                });
            }
        }
    });
    (port, n_calls)
}

/// A node that reports to a port, and tries again soon.
async fn reporting_to(port: u16) -> Running {
    Running::start_with(|configuration| {
        configuration.limits.report_pause = Duration::from_millis(50);
        configuration.limits.report_attempts = 4;
        configuration.peers = Peers::Listed(vec![Peer {
            ae_title: title(CALLER),
            addresses: vec![localhost()],
            certificate: None,
            reports_to: Some(remote(CALLER, port)),
        }]);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_to_a_peer_that_is_down_is_tried_again() {
    let asking = Running::start_with(|configuration| configuration.ae_title = title(CALLER)).await;
    let (port, n_calls) = down_at_first(2, asking.address).await;
    let node = reporting_to(port).await;
    let missing = reference("2.25.1");
    let report = requestor().commit(&node.remote(), std::slice::from_ref(&missing), &asking.commitments).await;
    assert_eq!(report.expect("a report").not_kept, [missing]);
    assert_eq!(n_calls.load(Ordering::Relaxed), 3);
    assert!(node.recorder.given_up.lock().expect("given up").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_never_arrives_is_given_up_and_told() {
    let (port, n_calls) = down_at_first(usize::MAX, localhost_at(9)).await;
    let node = reporting_to(port).await;
    let mut asking = Requestor::new(title(CALLER));
    asking.limits.answer = Duration::from_secs(1);
    asking.commit(&node.remote(), &[reference("2.25.1")], &Default::default()).await.expect_err("no report");
    assert_eq!(node.recorder.given_up.lock().expect("given up").as_slice(), [(title(CALLER), 4)]);
    assert_eq!(n_calls.load(Ordering::Relaxed), 4);
    assert!(node.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_reports_than_may_wait_are_not_promised() {
    let (port, _) = down_at_first(usize::MAX, localhost_at(9)).await;
    let node = Running::start_with(|configuration| {
        configuration.limits.reports = 1;
        configuration.peers = Peers::Listed(vec![Peer {
            ae_title: title(CALLER),
            addresses: vec![localhost()],
            certificate: None,
            reports_to: Some(remote(CALLER, port)),
        }]);
    })
    .await;
    let mut asking = Requestor::new(title(CALLER));
    asking.limits.answer = Duration::from_millis(300);
    asking.commit(&node.remote(), &[reference("2.25.1")], &Default::default()).await.expect_err("no report");
    let second = asking.commit(&node.remote(), &[reference("2.25.1")], &Default::default()).await;
    assert!(matches!(second, Err(NetworkError::Failed { status: 0x0213, .. })), "{second:?}");
}
