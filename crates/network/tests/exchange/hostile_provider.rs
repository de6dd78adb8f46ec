//! Systems that answer our requests with anything.

use std::time::{Duration, Instant};

use network::{Fault, NetworkError, Requestor, StudyKeys};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::hostile::Dice;
use crate::support::{CALLER, remote, requestor, title};
use crate::wire::{bytes, data};

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

/// A command that says that an answer to the first query follows, and another one behind it.
fn pending() -> Vec<u8> {
    let mut set = Vec::new();
    for (tag, value) in [(0x0100_u16, 0x8020_u16), (0x0120, 1), (0x0800, 0), (0x0900, 0xFF00)] {
        set.extend([0, 0]);
        set.extend(tag.to_le_bytes());
        set.extend(2_u32.to_le_bytes());
        set.extend(value.to_le_bytes());
    }
    set
}

/// Answers a query for ever, each time with a description of so many bytes after a pause.
async fn never_ending(n_bytes: u16, pause: Duration) -> u16 {
    let mut description = vec![8, 0, 0x30, 0x10, b'L', b'O'];
    description.extend(n_bytes.to_le_bytes());
    description.resize(8 + usize::from(n_bytes), b' ');
    let mut answer = bytes(&data(1, true, true, &pending()));
    answer.extend(bytes(&data(1, false, true, &description)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a caller");
        let (mut asked, mut answered) = stream.into_split();
        tokio::spawn(async move { asked.read_to_end(&mut Vec::new()).await });
        answered.write_all(&acceptance()).await.expect("accepted");
        while answered.write_all(&answer).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_without_end_are_given_up_in_time() {
    let port = never_ending(64, Duration::from_millis(20)).await;
    let mut asking = Requestor::new(title(CALLER));
    asking.limits.query = Duration::from_millis(600);
    let began = Instant::now();
    let error = asking.find_studies(&remote("ENDLESS", port), &StudyKeys::default()).await.expect_err("no end");
    assert!(matches!(&error, NetworkError::BrokenOff { fault: Fault::TimedOut(_), .. }), "{error}");
    assert!(error.to_string().contains("giving all of its answers"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_hold_too_much_together_are_given_up() {
    let port = never_ending(60_000, Duration::ZERO).await;
    let mut asking = Requestor::new(title(CALLER));
    asking.limits.answer_bytes = 1 << 20;
    let error = asking.find_studies(&remote("ENDLESS", port), &StudyKeys::default()).await.expect_err("no end");
    assert!(matches!(&error, NetworkError::BrokenOff { fault: Fault::TooMuchAnswered(_), .. }), "{error}");
}
