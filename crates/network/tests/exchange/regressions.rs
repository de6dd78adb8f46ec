//! What peers say that the fuzzer invented (`fuzz/regressions/association`).

use crate::support::Running;
use crate::wire::Wire;

#[tokio::test]
async fn invented_peers_never_end_the_node_and_leave_nothing() {
    let node = Running::start_with(|configuration| configuration.peers = network::Peers::Anyone).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/regressions/association");
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        n_files += 1;
        let said = std::fs::read(entry.expect("a file").path()).expect("a file");
        let mut hostile = Wire::connect(node.address).await;
        hostile.write(&said).await;
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut hostile.0).await;
        assert!(hostile.is_ended().await);
    }
    assert!(n_files > 0 && node.is_alive().await);
    assert_eq!(node.n_arriving(), 0);
}
