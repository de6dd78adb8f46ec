//! The workbench over encrypted connections of its own, and those who hold connections open.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use archive::audit::Outcome;
use archive::people::{NewAccount, Role};
use archive::{Archive, ArchivePlace, Examiner};
use chrono::DateTime;
use rcgen::{CertificateParams, KeyPair};
use server::{CertificateFiles, Configuration, Department, Server, Web};
use support::PASSWORD;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const SOON: Duration = Duration::from_secs(10);

/// A workbench that runs.
struct Running {
    address: SocketAddr,
    files: CertificateFiles,
    archive: Archive,
    stop: Option<oneshot::Sender<()>>,
    _folder: TempDir,
}

/// Writes a new certificate of `localhost` with its key.
fn certify(files: &CertificateFiles) {
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(&files.key, key.serialize_pem()).unwrap();
    std::fs::write(&files.certificate, own.pem()).unwrap();
}

fn files_in(folder: &Path) -> CertificateFiles {
    CertificateFiles { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") }
}

fn configuration(folder: &Path, port: u16, certificate: Option<CertificateFiles>) -> Configuration {
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let department =
        Department { origin: format!("{scheme}://localhost:{port}"), proxies: Vec::new(), provider: None };
    Configuration {
        archive: ArchivePlace::folder(folder.join("archive")),
        web: Some(Web { listen: ([127, 0, 0, 1], port).into(), department: Some(department), certificate }),
        node: None,
        examiner: Examiner::in_this_process(),
    }
}

async fn running(is_encrypted: bool) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let files = files_in(folder.path());
    certify(&files);
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let configuration = configuration(folder.path(), port, is_encrypted.then(|| files.clone()));
    let server = Server::bind(configuration).await.unwrap();
    let archive = server.archive().clone();
    let name = "physicist".to_owned();
    let new = NewAccount { printed_name: "Doe, Jo".to_owned(), name, role: Role::Physicist, sees_all: true };
    archive.add_account(&new, DateTime::UNIX_EPOCH).await.unwrap();
    archive.set_password("physicist", PASSWORD).await.unwrap().unwrap();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(server.run(async move {
        let _ = stopped.await;
    }));
    Running { address: ([127, 0, 0, 1], port).into(), files, archive, stop: Some(stop), _folder: folder }
}

/// Speaks with whoever shows the certificate of a file.
fn connector(certificate: &[u8]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

async fn encrypted(address: SocketAddr, certificate: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
    let wire = TcpStream::connect(address).await?;
    connector(certificate).connect(ServerName::try_from("localhost").unwrap(), wire).await
}

fn sign_in(running: &Running, scheme: &str) -> String {
    let host = format!("localhost:{}", running.address.port());
    let document = format!("{{\"name\":\"physicist\",\"password\":\"{PASSWORD}\"}}");
    format!(
        "POST /api/v1/session HTTP/1.1\r\nHost: {host}\r\nOrigin: {scheme}://{host}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{document}",
        document.len()
    )
}

async fn told(mut wire: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> String {
    wire.write_all(request.as_bytes()).await.unwrap();
    let mut told = Vec::new();
    // A server that closes without a last word of TLS has said everything before.
    let _ = wire.read_to_end(&mut told).await;
    String::from_utf8_lossy(&told).into_owned()
}

#[tokio::test]
async fn somebody_signs_in_over_an_encrypted_connection_and_the_session_stays_on_such() {
    let mut running = running(true).await;
    let certificate = std::fs::read(&running.files.certificate).unwrap();
    let wire = encrypted(running.address, &certificate).await.unwrap();
    let answer = told(wire, &sign_in(&running, "https")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("; Secure") && answer.contains("strict-transport-security"), "{answer}");
    // From where it was, the log tells.
    let deed = running.archive.audit_entries(1).await.unwrap().pop().unwrap().deed;
    assert_eq!((deed.action.as_str(), deed.address.as_str()), ("sign-in", "127.0.0.1"));
    running.stop.take().unwrap().send(()).unwrap();
    for _ in 0..100 {
        if TcpStream::connect(running.address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not stop");
}

#[tokio::test]
async fn who_does_not_encrypt_or_only_as_it_was_done_long_ago_is_told_nothing() {
    let running = running(true).await;
    let wire = TcpStream::connect(running.address).await.unwrap();
    let answer = told(wire, &sign_in(&running, "https")).await;
    assert!(!answer.contains("HTTP") && !answer.contains("rert"), "{answer}");
    // The beginning of TLS 1.1: a client that knows nothing newer, and says so.
    let hello: &[u8] = &[
        0x16, 0x03, 0x01, 0x00, 0x2f, 0x01, 0x00, 0x00, 0x2b, 0x03,
        0x02, // up to here: a hello of version 1.1
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
        29, 30, 31, 0x00, 0x00, 0x04, 0xc0, 0x13, 0x00, 0x2f, 0x01, 0x00,
    ];
    let mut wire = TcpStream::connect(running.address).await.unwrap();
    wire.write_all(hello).await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(SOON, wire.read_to_end(&mut answer)).await.unwrap();
    // An alert, which is all of it.
    assert!(answer.is_empty() || answer[0] == 0x15, "{answer:?}");
}

#[tokio::test]
async fn who_agrees_slowly_on_encryption_keeps_nobody_waiting() {
    let running = running(true).await;
    let certificate = std::fs::read(&running.files.certificate).unwrap();
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut wire = TcpStream::connect(running.address).await.unwrap();
        wire.write_all(&[0x16, 0x03]).await.unwrap();
        slow.push(wire);
    }
    let wire = timeout(SOON / 4, encrypted(running.address, &certificate)).await.unwrap().unwrap();
    let answer = timeout(SOON, told(wire, &sign_in(&running, "https"))).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // After ten seconds they are hung up on.
    let mut last = slow.pop().unwrap();
    let mut rest = Vec::new();
    let _ = timeout(2 * SOON, last.read_to_end(&mut rest)).await.unwrap();
}

#[tokio::test]
async fn two_hundred_who_only_hold_connections_open_keep_nobody_from_the_workbench() {
    let running = running(false).await;
    let mut held = Vec::new();
    for number in 0..200 {
        let mut wire = TcpStream::connect(running.address).await.unwrap();
        if number % 2 == 0 {
            wire.write_all(b"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await.unwrap();
        }
        held.push(wire);
    }
    let mut slow = held.pop().unwrap();
    for _ in 0..3 {
        let wire = TcpStream::connect(running.address).await.unwrap();
        let answer = timeout(SOON, told(wire, &sign_in(&running, "http"))).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let mut rest = Vec::new();
    let _ = timeout(3 * SOON, slow.read_to_end(&mut rest)).await.expect("who sends nothing is hung up on");
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let files = files_in(folder.path());
    let told = async || {
        let configuration = configuration(folder.path(), 0, Some(files.clone()));
        match Server::bind(configuration).await {
            Err(error) => error.to_string(),
            Ok(_) => panic!("it began"),
        }
    };
    assert!(told().await.contains("reading the certificate of the workbench"), "{}", told().await);
    certify(&files);
    std::fs::write(&files.key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert!(told().await.contains("the private key is not that of the certificate"), "{}", told().await);
    std::fs::write(&files.key, "-----BEGIN PRIVATE KEY-----\nsecret\n").unwrap();
    let error = told().await;
    assert!(error.contains("the private key cannot be read") && !error.contains("secret"), "{error}");
    certify(&files);
    std::fs::write(&files.certificate, "nothing").unwrap();
    assert!(told().await.contains("there is no certificate"));
}

#[tokio::test]
async fn a_new_certificate_is_taken_without_a_new_start_and_one_that_does_not_fit_is_not() {
    let running = running(true).await;
    let first = std::fs::read(&running.files.certificate).unwrap();
    // A key without its certificate changes nothing, which is written down.
    let key = std::fs::read(&running.files.key).unwrap();
    std::fs::write(&running.files.key, KeyPair::generate().unwrap().serialize_pem() + "\n").unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    encrypted(running.address, &first).await.unwrap();
    let deed = running.archive.audit_entries(1).await.unwrap().pop().unwrap().deed;
    assert_eq!((deed.action.as_str(), deed.outcome), ("certificate", Outcome::Failed));
    assert!(deed.detail.contains("not that of the certificate"), "{}", deed.detail);
    std::fs::write(&running.files.key, key).unwrap();
    certify(&running.files);
    let second = std::fs::read(&running.files.certificate).unwrap();
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if encrypted(running.address, &second).await.is_ok() {
            assert!(encrypted(running.address, &first).await.is_err());
            return;
        }
    }
    panic!("the new certificate is not shown");
}
