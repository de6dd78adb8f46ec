//! TLS.

use network::{Peer, Peers};

use crate::support::certificates::{Authority, client, server};
use crate::support::objects::{self, ANNA, EXPLICIT};
use crate::support::{CALLER, Running, localhost, requestor, title};

#[tokio::test(flavor = "multi_thread")]
async fn objects_arrive_over_tls() {
    let authority = Authority::new();
    let tls = server(&authority, false);
    let node = Running::start_with(|configuration| configuration.tls = Some(tls)).await;
    let mut remote = node.remote();
    remote.tls = Some(client(&authority, None));
    requestor().echo(&remote).await.expect("an answer");
    let folder = tempfile::tempdir().expect("a folder");
    let file = objects::write(folder.path(), &ANNA, 1, EXPLICIT, 512);
    let sent = requestor().send(&remote, &[file]).await.expect("an association");
    assert_eq!(sent[0].outcome, network::SendOutcome::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_and_foreign_callers_do_not_get_through_tls() {
    let authority = Authority::new();
    let tls = server(&authority, false);
    let node = Running::start_with(|configuration| configuration.tls = Some(tls)).await;
    requestor().echo(&node.remote()).await.expect_err("no TLS");
    let mut remote = node.remote();
    remote.tls = Some(client(&Authority::new(), None));
    requestor().echo(&remote).await.expect_err("an authority that did not sign the node");
    remote.tls = Some(client(&authority, None));
    requestor().echo(&remote).await.expect("the right authority");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_required_where_it_is_asked_for() {
    let authority = Authority::new();
    let tls = server(&authority, true);
    let node = Running::start_with(|configuration| configuration.tls = Some(tls)).await;
    let mut remote = node.remote();
    remote.tls = Some(client(&authority, None));
    requestor().echo(&remote).await.expect_err("no certificate");
    remote.tls = Some(client(&authority, Some(&Authority::new().sign("stranger"))));
    requestor().echo(&remote).await.expect_err("a certificate of another authority");
    remote.tls = Some(client(&authority, Some(&authority.sign("caller"))));
    requestor().echo(&remote).await.expect("a certificate of the right authority");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_must_show_its_own_certificate() {
    let authority = Authority::new();
    let tls = server(&authority, true);
    let (own, of_another) = (authority.sign("caller"), authority.sign("other"));
    let node = Running::start_with(|configuration| {
        configuration.tls = Some(tls);
        configuration.peers = Peers::Listed(vec![Peer {
            ae_title: title(CALLER),
            addresses: vec![localhost()],
            certificate: Some(own.der.clone()),
            reports_to: None,
        }]);
    })
    .await;
    let mut remote = node.remote();
    remote.tls = Some(client(&authority, Some(&of_another)));
    requestor().echo(&remote).await.expect_err("the certificate of another peer");
    remote.tls = Some(client(&authority, Some(&own)));
    requestor().echo(&remote).await.expect("its own certificate");
}
