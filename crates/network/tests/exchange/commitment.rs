//! Storage Commitment in both roles.

use dicom_dictionary_std::uids;
use network::{Peer, Peers, Reference, Requestor};

use crate::support::objects::{self, ANNA, EXPLICIT};
use crate::support::{CALLER, NODE, Running, localhost, remote, requestor, title, uid};

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
    asking.limits.answer = std::time::Duration::from_millis(500);
    asking.commit(&node.remote(), &[reference("2.25.1")], &Default::default()).await.expect_err("no report");
}
