//! Services that take an upload slowly.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use dicomweb::{Client, ClientError, ClientLimits, Login};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const N_BYTES: usize = 32 << 20;

/// A file that is longer than what sockets keep on its way.
fn upload() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    std::fs::write(&path, vec![7; N_BYTES]).unwrap();
    (folder, path)
}

/// Takes so many bytes, half a megabyte every 20 milliseconds, and then answers where that is wanted.
async fn taking(n_bytes: usize, answers: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/x", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut piece, mut n_taken) = (vec![0; 512 << 10], 0);
        while n_taken < n_bytes {
            n_taken += stream.read(&mut piece).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if answers {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(20)).await;
    });
    address
}

async fn stored(address: &str) -> (Result<dicomweb::Stored, ClientError>, Duration) {
    let (_folder, file) = upload();
    let (answering, idle) = (Duration::from_millis(400), Duration::from_millis(900));
    let limits = ClientLimits { answering, idle, ..ClientLimits::default() };
    let client = Client::new(address, Login::Nobody, None, limits).unwrap();
    let began = Instant::now();
    (client.store(&[file]).await, began.elapsed())
}

#[tokio::test]
async fn an_upload_that_goes_on_may_take_longer_than_an_answer() {
    let (stored, took) = stored(&taking(N_BYTES, true).await).await;
    assert!(stored.is_ok(), "{stored:?}");
    assert!(took > Duration::from_millis(800), "{took:?} is no test");
}

#[tokio::test]
async fn an_upload_that_is_not_taken_any_longer_is_given_up() {
    let (stored, took) = stored(&taking(N_BYTES / 4, false).await).await;
    assert!(matches!(stored, Err(ClientError::Late(_))), "{stored:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_waited_for_from_the_end_of_the_upload() {
    let (stored, took) = stored(&taking(N_BYTES, false).await).await;
    assert!(matches!(stored, Err(ClientError::Late(_))), "{stored:?}");
    assert!(took < Duration::from_secs(8), "{took:?}");
}
