//! Senders that are slow, and disks that fill up while something comes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use axum::body::Bytes;
use tokio::time::sleep;
use tokio_stream::iter;

use super::*;
use crate::access::Who;

/// Takes pieces in that come with pauses between them, and tells what became of them and which files were left at last before the end.
async fn taken(pieces: Vec<Vec<u8>>, change: impl FnOnce(&mut Intake)) -> (Taken, Vec<usize>) {
    let (workbench, _folder) = Workbench::for_tests().await;
    let person = Person { who: Who::Local, address: String::new() };
    let mut intake = Intake::begin(&workbench, &person, None).unwrap();
    change(&mut intake);
    let (place, seen) = (intake.transfer.folder().to_owned(), Arc::new(std::sync::Mutex::new(Vec::new())));
    let watched = seen.clone();
    let pieces = iter(pieces).then(move |piece| {
        let (place, watched) = (place.clone(), watched.clone());
        async move {
            sleep(Duration::from_millis(20)).await;
            watched.lock().unwrap().push(std::fs::read_dir(place).map_or(0, Iterator::count));
            Ok::<_, std::io::Error>(Bytes::from(piece))
        }
    });
    let boundary = Boundary::new("b").unwrap();
    let taken = intake.take_in(Body::from_stream(pieces), &boundary).await.unwrap();
    let seen = seen.lock().unwrap().clone();
    (taken, seen)
}

fn beginning() -> Vec<u8> {
    b"--b\r\nContent-Type: application/dicom\r\n\r\n".to_vec()
}

/// An object of which a byte comes now and then.
fn dribble(n_bytes: usize) -> Vec<Vec<u8>> {
    std::iter::once(beginning()).chain((0..n_bytes).map(|_| vec![b'x'])).collect()
}

#[tokio::test]
async fn an_object_that_comes_byte_by_byte_is_given_up() {
    let (taken, _) = taken(dribble(1000), |intake| intake.times.object = Duration::from_millis(300)).await;
    let fault = taken.fault.unwrap();
    assert_eq!(fault.status, 408);
    assert!(fault.message.starts_with("an object took longer"), "{}", fault.message);
}

#[tokio::test]
async fn a_request_of_many_slow_objects_is_given_up() {
    let part = [b"\r\n", &beginning()[..], b"no object"].concat();
    let mut pieces = vec![part; 1000];
    pieces[0].drain(..2);
    let (taken, _) = taken(pieces, |intake| intake.times.whole = Duration::from_millis(300)).await;
    let fault = taken.fault.unwrap();
    assert_eq!((fault.status, taken.outcome.kept.len()), (408, 0));
    assert!(fault.message.starts_with("it took longer than one request"), "{}", fault.message);
    assert!(!taken.outcome.failed.is_empty(), "what came before is told");
}

#[tokio::test]
async fn a_disk_that_fills_up_while_an_object_comes_is_told_and_the_object_is_removed_at_once() {
    let mut pieces = dribble(0);
    // The second look for room comes after so many bytes.
    pieces.extend((0..20).map(|_| vec![0; 1 << 20]));
    pieces.push(b"\r\n--b--\r\n".to_vec());
    static LOOKS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let filling = |_: &Archive| LOOKS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
    let (taken, seen) = taken(pieces, |intake| intake.has_room = filling).await;
    assert!(taken.fault.is_none());
    assert_eq!(taken.outcome.failed[0].reason, reason::FULL);
    assert_eq!(taken.outcome.status(), 507);
    assert_eq!((seen.iter().max(), seen.last()), (Some(&1), Some(&0)), "{seen:?}");
}
