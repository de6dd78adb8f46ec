//! Who is let in.

use std::net::{IpAddr, Ipv4Addr};

use network::{Limits, NetworkError, Node, NodeConfiguration, Peer, Peers, Requestor};

use crate::support::{CALLER, NODE, Recorder, Running, localhost, remote, requestor, title};

fn peer(ae_title: &str, address: IpAddr) -> Peer {
    Peer { ae_title: title(ae_title), addresses: vec![address], certificate: None, reports_to: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn listed_peers_come_in_and_nobody_else() {
    let node = Running::start_with(|configuration| {
        configuration.peers = Peers::Listed(vec![peer(CALLER, localhost())]);
    })
    .await;
    requestor().echo(&node.remote()).await.expect("a listed peer");
    let stranger = Requestor::new(title("STRANGER"));
    let refused = stranger.echo(&node.remote()).await.expect_err("a stranger");
    assert!(
        matches!(&refused, NetworkError::Rejected { reason, .. } if reason.contains("calling AE")),
        "{refused}"
    );
    let told = node.recorder.turned_away.lock().expect("told")[0].clone();
    assert_eq!((told.address, told.calling_ae), (localhost(), Some(title("STRANGER"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_called_title_is_refused() {
    let node = Running::start().await;
    let refused = requestor().echo(&remote("OTHER", node.address.port())).await.expect_err("somebody else");
    assert!(
        matches!(&refused, NetworkError::Rejected { reason, .. } if reason.contains("called AE")),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_title_from_the_wrong_address_is_refused() {
    let elsewhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let node = Running::start_with(|configuration| {
        configuration.peers = Peers::Listed(vec![peer(CALLER, elsewhere), peer("HERE", localhost())]);
    })
    .await;
    let refused = requestor().echo(&node.remote()).await.expect_err("another address");
    assert!(matches!(refused, NetworkError::Rejected { .. }), "{refused}");
    Requestor::new(title("HERE")).echo(&node.remote()).await.expect("the one who is here");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_no_word() {
    let elsewhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let node = Running::start_with(|configuration| {
        configuration.peers = Peers::Listed(vec![peer(CALLER, elsewhere)]);
    })
    .await;
    let refused = requestor().echo(&node.remote()).await.expect_err("an unknown address");
    assert!(matches!(refused, NetworkError::Connect { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn services_that_are_not_ours_are_refused() {
    let node = Running::start().await;
    let study = network::Uid::new("1.2.3").expect("a UID");
    let refused = requestor().find_series(&node.remote(), &study).await.expect_err("no archive of others");
    assert!(matches!(refused, NetworkError::NotOffered { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_others_can_reach_is_not_open_to_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = std::sync::Arc::new(Recorder::new(folder.path(), false));
    let configuration = NodeConfiguration {
        ae_title: title(NODE),
        // The address of no machine: were it tried, the error would be another one.
        address: (Ipv4Addr::new(192, 0, 2, 1), 0).into(),
        tls: None,
        peers: Peers::Anyone,
        limits: Limits::default(),
        incoming: folder.path().to_owned(),
    };
    let refused = Node::bind(configuration, recorder).await.err().expect("an error");
    assert!(matches!(refused, NetworkError::OpenToAll), "{refused}");
}
