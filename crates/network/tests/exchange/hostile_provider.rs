//! Systems that answer our requests with anything.

use std::time::{Duration, Instant};

use network::{NetworkError, Requestor, StudyKeys};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::hostile::Dice;
use crate::support::{CALLER, remote, requestor, title};

fn impatient() -> Requestor {
    let mut requestor = Requestor::new(title(CALLER));
    requestor.limits.negotiation = Duration::from_millis(300);
    requestor.limits.answer = Duration::from_millis(300);
    requestor.limits.pdu = Duration::from_millis(300);
    requestor
}

/// Says something to whoever calls, and then nothing more.
async fn provider(says: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let says = says.clone();
            tokio::spawn(async move {
                let _ = stream.write_all(&says).await;
                let _ = stream.read_to_end(&mut Vec::new()).await;
            });
        }
    });
    port
}

/// An acceptance of verification and of queries, in context 1.
fn acceptance() -> Vec<u8> {
    let mut items = vec![0x10, 0, 0, 21];
    items.extend(b"1.2.840.10008.3.1.1.1");
    items.extend([0x21, 0, 0, 27, 1, 0, 0, 0, 0x40, 0, 0, 19]);
    items.extend(b"1.2.840.10008.1.2.1");
    items.extend([0x50, 0, 0, 8, 0x51, 0, 0, 4, 0, 0, 0x40, 0]);
    let mut body = vec![0, 1, 0, 0];
    body.extend([b' '; 32]);
    body.extend([0; 32]);
    body.extend(items);
    let mut pdu = vec![2, 0];
    pdu.extend((body.len() as u32).to_be_bytes());
    pdu.extend(body);
    pdu
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_an_error_in_time() {
    let silent = provider(Vec::new()).await;
    let began = Instant::now();
    let error = impatient().echo(&remote("SILENT", silent)).await.expect_err("no answer");
    assert!(matches!(error, NetworkError::Connect { .. }), "{error}");
    let accepting = provider(acceptance()).await;
    let error = impatient().echo(&remote("SILENT", accepting)).await.expect_err("no answer");
    assert!(matches!(error, NetworkError::BrokenOff { .. }), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_an_error() {
    let error = requestor().echo(&remote("NOBODY", 9)).await.expect_err("nobody");
    assert!(matches!(error, NetworkError::Connect { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn arbitrary_answers_are_errors() {
    let mut dice = Dice(0xD1CE);
    let pending = [4, 0, 0, 0, 0, 8, 0, 0, 0, 4, 1, 3, 0, 0];
    let good = [acceptance(), pending.to_vec(), vec![6, 0, 0, 0, 0, 4, 0, 0, 0, 0], vec![4, 0, 0, 2, 0, 1]];
    for _ in 0..25 {
        let port = provider(dice.stream(&good)).await;
        let (echoed, found) = tokio::join!(async { impatient().echo(&remote("HOSTILE", port)).await }, async {
            impatient().find_studies(&remote("HOSTILE", port), &StudyKeys::default()).await
        },);
        assert!(echoed.is_err());
        assert!(found.is_err());
    }
}
