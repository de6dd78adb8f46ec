//! The disk is full: it is refused what does not fit, everything else stays readable, and it goes on once there is room.
//!
//! RERT_LEVELS says at how many fillings (10 where nothing is said).

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

mod support;

use archive::{Archive, ArchiveError, ArchivePlace, Examiner, TransferEnd};
use support::disk::Disk;
use support::{hashes, now, object_of, send};

const DISK_MIB: u64 = 64;
/// How much room is left at the fullest and at the emptiest level.
const LEFT: std::ops::Range<u64> = 0..16 << 20;
const N_OBJECTS: usize = 24;

/// Takes up room until so many bytes are left.
fn fill(disk: &Disk, left: u64) -> std::path::PathBuf {
    let path = disk.mounted_at.join("filling");
    let file = std::fs::File::create(&path).unwrap();
    let free = rustix::fs::statvfs(&disk.mounted_at).unwrap();
    let n_bytes = (free.f_bavail * free.f_frsize).saturating_sub(left);
    let _ = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, n_bytes);
    path
}

/// Sends objects of half a MiB until one is refused, and tells what was kept.
async fn send_all(archive: &Archive, level: usize) -> (Vec<String>, bool) {
    let Ok(transfer) = archive.begin_transfer("AE", now()) else { return (Vec::new(), true) };
    let mut kept = Vec::new();
    for number in 0..N_OBJECTS {
        let mut object = object_of(&format!("1.{level}.{number}"), "ID1", "19600101");
        object.extend(support::padding(1 << 19));
        match send(&transfer, &object).await {
            Ok(receipt) => kept.push(receipt.sha256),
            Err(ArchiveError::Full) => return (kept, true),
            Err(other) => panic!("level {level}, object {number}: {other}"),
        }
    }
    transfer.end(TransferEnd::Whole).await.unwrap();
    (kept, false)
}

#[tokio::test]
async fn a_full_disk_is_told_and_loses_nothing() {
    let n_levels: usize = std::env::var("RERT_LEVELS").map_or(10, |n| n.parse().unwrap());
    let Some(disk) = Disk::of(DISK_MIB) else {
        println!("SKIPPED: no disk can be made here (root and mkfs.ext4 are needed)");
        return;
    };
    let (mut n_refused, mut n_kept) = (0, 0);
    for level in 0..n_levels {
        let place = ArchivePlace::folder(disk.mounted_at.join("archive"));
        let archive = Archive::open(&place, Examiner::in_this_process()).await.unwrap();
        let left = LEFT.start + (LEFT.end - LEFT.start) * level as u64 / n_levels as u64;
        let filling = fill(&disk, left);
        let (kept, was_full) = send_all(&archive, level).await;
        n_refused += usize::from(was_full);
        n_kept += kept.len();
        // What is here stays readable, and what was acknowledged is here.
        let report = archive.check().await.unwrap();
        assert!(report.is_whole(), "level {level}: {report:?}");
        for id in archive.cases().await.unwrap() {
            let found = hashes(&archive.case(&id).await.unwrap()).await;
            assert!(kept.iter().all(|sha256| found.contains(sha256)), "level {level}");
            // Deleting is possible on a full disk: it is how people make room.
            archive.delete(&id).await.unwrap();
        }
        std::fs::remove_file(filling).unwrap();
        // With room it goes on, without being started anew.
        let (kept, was_full) = send_all(&archive, level).await;
        assert!(!was_full && kept.len() == N_OBJECTS, "level {level} did not recover");
        for id in archive.cases().await.unwrap() {
            archive.delete(&id).await.unwrap();
        }
        archive.close().await;
    }
    println!(
        "{n_levels} levels: {n_refused} times refused, {n_kept} objects kept before, none lost, all recovered"
    );
    assert!(n_refused > n_levels / 2 && n_kept > n_levels, "{n_refused} refused, {n_kept} kept");
}
