//! The program is killed while it takes things in: what it acknowledged is there afterwards, whole.
//!
//! RERT_KILLS says how often (20 where nothing is said).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

mod support;

use std::time::Duration;

use support::{place, worker};

#[test]
#[ignore = "it is what the other test starts"]
fn worker() {
    worker::work();
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_kill_at_any_moment() {
    let n_kills: usize = std::env::var("RERT_KILLS").map_or(20, |n| n.parse().unwrap());
    let place = place().await;
    let (first, pace) = worker::pace(&place.place);
    let (mut told, mut slowest) = (vec![first], Duration::ZERO);
    for kill in 0..n_kills {
        let worker = worker::Listened::start(&place.place);
        // Moments from the start of the program to the midst of its work, never the same twice.
        std::thread::sleep(Duration::from_micros(15_000 + (kill as u64 * 7919) % 180_000).mul_f64(pace));
        told.push(worker.kill());
        if place.place.objects.is_some() {
            // The copies do not count: the store alone must have everything.
            let _ = std::fs::remove_dir_all(place.root().join("blobs"));
        }
        slowest = slowest.max(worker::look(&place.place, &told).await);
    }
    let n_objects: usize = told.iter().map(|told| told.objects.len()).sum();
    println!("{n_kills} kills, {n_objects} objects acknowledged, none lost; slowest start {slowest:?}");
    assert!(n_objects > n_kills, "hardly anything was taken in before the kills: {n_objects}");
}
