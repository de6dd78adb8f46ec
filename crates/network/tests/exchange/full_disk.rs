//! A disk that becomes full while an object arrives.

use std::path::PathBuf;
use std::process::Command;

use network::SendOutcome;

use crate::support::objects::{self, ANNA, EXPLICIT};
use crate::support::{Running, requestor};

const FOLDER: &str = "RERT_SMALL_FOLDER";

/// Starts [`inside`] where a folder has room for a few hundred kilobytes only.
#[test]
fn a_full_disk_is_told_and_the_association_goes_on() {
    let tried = Command::new("unshare").args(["-rm", "true"]).status();
    if !tried.is_ok_and(|status| status.success()) {
        println!("SKIPPED: this system allows no file system of one's own (unshare -rm)");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!(
        "mount -t tmpfs -o size=300k small \"${FOLDER}\" && exec \"$0\" full_disk::inside --exact --ignored --nocapture"
    );
    let this = std::env::current_exe().expect("a path");
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &script]).arg(this).env(FOLDER, folder.path());
    let output = command.output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, with a small disk"]
async fn inside() {
    let small = PathBuf::from(std::env::var_os(FOLDER).expect("a small folder"));
    let node = Running::start_with(|configuration| configuration.incoming = small.join("incoming")).await;
    let folder = tempfile::tempdir().expect("a folder");
    let large = objects::write(folder.path(), &ANNA, 1, EXPLICIT, 512);
    let fitting = objects::write(folder.path(), &ANNA, 2, EXPLICIT, 64);
    let sent = requestor().send(&node.remote(), &[large, fitting]).await.expect("an association");
    assert_eq!(sent[0].outcome, SendOutcome::Refused(0xA700));
    // The receiver of this test keeps files in another file system, where they cannot be moved to: what matters is that the
    // association went on and the room was given back.
    assert_ne!(sent[1].outcome, SendOutcome::NotSent);
    assert_eq!(std::fs::read_dir(small.join("incoming")).expect("a folder").count(), 0);
}
