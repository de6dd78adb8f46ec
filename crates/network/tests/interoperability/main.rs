//! The node against programs of others: DCMTK, pynetdicom and Orthanc, in both directions.
//!
//! Some of them listen on all addresses of the machine, and so everything runs in a network of its own (`unshare -rn`), in
//! which there is nothing but a loopback. What is not installed is skipped, and said. The last output is a table of what was
//! exchanged. `RERT_PYTHON` names a Python that has pynetdicom, where `python3` has not.

#[path = "../support/mod.rs"]
mod support;

mod dcmtk;
mod matrix;
mod orthanc;
mod process;
mod pynetdicom;

use std::process::Command;

use matrix::Matrix;

/// Starts [`inside`] in a network of its own.
#[test]
fn programs_of_others_exchange_objects_with_us() {
    let this = std::env::current_exe().expect("a path");
    let script = "ip link set lo up && exec \"$0\" inside --exact --ignored --nocapture";
    let tried = Command::new("unshare").args(["-rn", "true"]).status();
    if !tried.is_ok_and(|status| status.success()) {
        println!("SKIPPED: this system allows no network of one's own (unshare -rn)");
        return;
    }
    let output = Command::new("unshare").args(["-rn", "sh", "-c", script]).arg(this).output().expect("a shell");
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// All exchanges. Not to be run by itself: peers would listen to the whole world.
#[test]
#[ignore = "run by the test above, in a network of its own"]
fn inside() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut matrix = Matrix::default();
    runtime.block_on(async {
        dcmtk::exchange(&mut matrix).await;
        pynetdicom::exchange(&mut matrix).await;
        orthanc::exchange(&mut matrix).await;
    });
    println!("{matrix}");
    assert!(matrix.is_good(), "something failed");
}
