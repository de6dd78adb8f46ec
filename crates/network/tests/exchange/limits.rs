//! Peers that are idle, slow, many or excessive.

use std::time::{Duration, Instant};

use dicom_dictionary_std::uids;
use network::{HowEnded, NetworkError, SendOutcome};

use crate::support::objects::{self, ANNA, EXPLICIT};
use crate::support::{CALLER, NODE, Running, requestor};
use crate::wire::{Wire, bytes, data, request, store_command};

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_a_request_is_closed() {
    let node = Running::start_with(|configuration| configuration.limits.negotiation = SHORT).await;
    let began = Instant::now();
    let mut silent = Wire::connect(node.address).await;
    assert!(silent.is_ended().await);
    assert!(began.elapsed() >= SHORT && began.elapsed() < SHORT * 20, "{:?}", began.elapsed());
    // A byte now and then does not help.
    let mut slow = Wire::connect(node.address).await;
    let began = Instant::now();
    for byte in bytes(&request(CALLER, NODE)).into_iter().take(40) {
        slow.write(&[byte]).await;
        tokio::time::sleep(SHORT / 20).await;
    }
    assert!(slow.is_ended().await);
    assert!(began.elapsed() < SHORT * 20);
    assert_eq!(node.recorder.ends().len(), 0, "there never was an association");
    assert!(node.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_association_is_ended() {
    let node = Running::start_with(|configuration| configuration.limits.idle = SHORT).await;
    let mut idle = Wire::associated(node.address).await;
    assert!(idle.is_ended().await);
    assert_eq!(node.recorder.wait_for_ends(1).await[0].how, HowEnded::TimedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdu_that_drips_is_ended() {
    let node = Running::start_with(|configuration| configuration.limits.pdu = SHORT).await;
    let mut slow = Wire::associated(node.address).await;
    let command = store_command(uids::CT_IMAGE_STORAGE, "2.25.1");
    let pdu = bytes(&data(3, true, true, &command));
    let began = Instant::now();
    for byte in pdu.into_iter().take(100) {
        slow.write(&[byte]).await;
        tokio::time::sleep(SHORT / 20).await;
    }
    assert!(slow.is_ended().await);
    assert!(began.elapsed() < SHORT * 30);
    assert_eq!(node.recorder.wait_for_ends(1).await[0].how, HowEnded::TimedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_in_drips_of_whole_pdus_is_ended() {
    let node = Running::start_with(|configuration| configuration.limits.message = SHORT).await;
    let mut slow = Wire::associated(node.address).await;
    slow.send(&data(3, true, true, &store_command(uids::CT_IMAGE_STORAGE, "2.25.1"))).await;
    for _ in 0..40 {
        slow.send(&data(3, false, false, &[0; 2])).await;
        tokio::time::sleep(SHORT / 20).await;
    }
    assert!(slow.is_ended().await);
    assert_eq!(node.recorder.wait_for_ends(1).await[0].how, HowEnded::TimedOut);
    assert_eq!(node.n_arriving(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_associations_are_refused_for_the_moment() {
    let node = Running::start_with(|configuration| configuration.limits.associations = 2).await;
    let first = Wire::associated(node.address).await;
    let _second = Wire::associated(node.address).await;
    let refused = requestor().echo(&node.remote()).await.expect_err("a third");
    assert!(matches!(&refused, NetworkError::Rejected { reason, .. } if reason.contains("limit")), "{refused}");
    drop(first);
    node.recorder.wait_for_ends(1).await;
    tokio::time::sleep(SHORT).await;
    assert!(node.is_alive().await, "a place that was left is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_peer_does_not_take_all_places() {
    let node = Running::start_with(|configuration| configuration.limits.associations_per_peer = 1).await;
    let _first = Wire::associated(node.address).await;
    requestor().echo(&node.remote()).await.expect_err("a second of the same peer");
    let other = network::Requestor::new(crate::support::title("OTHER"));
    other.echo(&node.remote()).await.expect("another peer");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_connections_are_closed_at_once() {
    let node = Running::start_with(|configuration| configuration.limits.connections = 2).await;
    let _idle = [Wire::connect(node.address).await, Wire::connect(node.address).await];
    tokio::time::sleep(SHORT).await;
    assert!(!node.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_beyond_the_limit_is_cut_off() {
    let node = Running::start_with(|configuration| configuration.limits.object_bytes = 100_000).await;
    let folder = tempfile::tempdir().expect("a folder");
    let large = objects::write(folder.path(), &ANNA, 1, EXPLICIT, 512);
    let small = objects::write(folder.path(), &ANNA, 2, EXPLICIT, 64);
    let files = [large, small.clone()];
    let sent = requestor().send(&node.remote(), &files).await.expect("an association");
    assert!(matches!(sent[0].outcome, SendOutcome::BrokenOff(_)), "{sent:?}");
    assert_eq!(sent[1].outcome, SendOutcome::NotSent);
    assert_eq!(node.recorder.wait_for_ends(1).await[0].how, HowEnded::Aborted);
    assert_eq!(node.n_arriving(), 0);
    let sent = requestor().send(&node.remote(), &[small]).await.expect("an association");
    assert_eq!(sent[0].outcome, SendOutcome::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_does_not_wait_for_idle_peers() {
    let mut node = Running::start().await;
    let mut idle = Wire::associated(node.address).await;
    let began = Instant::now();
    node.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3));
    assert!(idle.is_ended().await);
    assert_eq!(node.recorder.ends()[0].how, HowEnded::Aborted);
}
