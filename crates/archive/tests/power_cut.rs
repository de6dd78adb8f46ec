//! The power is cut while things are taken in: what was acknowledged is on disk, whole.
//!
//! The archive lies on a disk in a file. At a random moment that file is copied in one step: what the system had not yet written is
//! missing in the copy, as it is after a power cut. RERT_CUTS says how often (5 where nothing is said).

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

mod support;

use std::time::Duration;

use archive::ArchivePlace;
use support::disk::{self, Disk};
use support::postgres::Cluster;
use support::worker;

#[test]
#[ignore = "it is what the other test starts"]
fn worker() {
    worker::work();
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_power_cut_at_any_moment() {
    let n_cuts: usize = std::env::var("RERT_CUTS").map_or(5, |n| n.parse().unwrap());
    let Some(below) = Disk::with_snapshots(1400) else {
        println!("SKIPPED: no disk with snapshots can be made here (root and mkfs.xfs are needed)");
        return;
    };
    let image = below.mounted_at.join("disk");
    disk::make(&image, 400, "mkfs.ext4", &["-q", "-F"]).unwrap();
    let above = Disk::from(&image).unwrap();
    let mut place = ArchivePlace::folder(above.mounted_at.join("archive"));
    // With PostgreSQL the power of its disk is cut too, so it has a cluster on it.
    let cluster =
        std::env::var_os("RERT_TEST_POSTGRES").map(|_| Cluster::make(&above.mounted_at.join("postgres"), 5545));
    let mut postgres_after = None;
    if let Some(cluster) = &cluster {
        let address = support::database(&cluster.address()).await;
        postgres_after = address.rsplit_once('/').map(|(_, name)| name.to_owned());
        place.postgres = Some(address);
    }
    let (first, pace) = worker::pace(&place);
    let (mut told, mut slowest) = (vec![first], Duration::ZERO);
    for cut in 0..n_cuts {
        let worker = worker::Listened::start(&place);
        std::thread::sleep(Duration::from_micros(60_000 + (cut as u64 * 7919) % 240_000).mul_f64(pace));
        // What is told while the copy is made may be missing in it.
        told.push(worker.told_so_far());
        let after = below.mounted_at.join("after");
        disk::snapshot(&image, &after);
        told.push(worker.kill());
        let disk = Disk::from(&after).expect("the disk after the power cut");
        let after_cut = cluster.as_ref().map(|_| Cluster::start(&disk.mounted_at.join("postgres"), 5546));
        let mut found = ArchivePlace::folder(disk.mounted_at.join("archive"));
        found.postgres = after_cut
            .as_ref()
            .zip(postgres_after.as_ref())
            .map(|(cluster, name)| format!("{}/{name}", cluster.address()));
        let last = told.pop().unwrap();
        slowest = slowest.max(worker::look(&found, &told).await);
        told.push(last);
        drop(after_cut);
        drop(disk);
        std::fs::remove_file(after).unwrap();
    }
    let n_objects: usize = told.iter().skip(2).step_by(2).map(|told| told.objects.len()).sum();
    println!("{n_cuts} power cuts, {n_objects} objects acknowledged, none lost; slowest start {slowest:?}");
    assert!(n_objects > n_cuts, "hardly anything was taken in before the cuts: {n_objects}");
}
