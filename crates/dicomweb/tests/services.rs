//! The client against services that answer with prepared bytes, encrypted and plain.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use dicom_dictionary_std::tags;
use dicomweb::multipart::{Boundary, MultipartError};
use dicomweb::{Client, ClientError, ClientLimits, Login, OBJECT, Subject};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// An authority as PEM, and a server for which it signed.
fn authority() -> (String, TlsAcceptor) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let configuration = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (pem, TlsAcceptor::from(Arc::new(configuration)))
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, body: &[u8], kind: &str) {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut asked).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let asked = String::from_utf8(asked).unwrap();
    assert!(asked.contains("authorization: Basic cmVydDpzZWNyZXQ="), "{asked}");
    // Without a length: it ends with the connection, as it may break at any place.
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream.shutdown().await.unwrap();
}

/// A service that answers everything with a body; the port at which it does.
async fn service(tls: Option<TlsAcceptor>, body: Vec<u8>, kind: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            match &tls {
                None => answer(stream, &body, &kind).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        answer(stream, &body, &kind).await;
                    }
                }
            }
        }
    });
    port
}

fn login() -> Login {
    Login::Basic { name: "rert".to_owned(), password: "secret".to_owned() }
}

#[tokio::test]
async fn an_encrypted_service_is_believed_when_its_authority_is_named() {
    let (pem, tls) = authority();
    let found = br#"[{"00100020":{"vr":"LO","Value":["4711"]}}]"#.to_vec();
    let port = service(Some(tls), found, dicomweb::JSON.to_owned()).await;
    let address = format!("https://localhost:{port}/dicom-web");
    let client =
        |pem: &str| Client::new(&address, login(), Some(pem.as_bytes()), ClientLimits::default()).unwrap();
    let found = client(&pem).find_studies(&[(tags::PATIENT_NAME, "Doe*")]).await.unwrap();
    assert_eq!(found[0].patient().id, "4711");
    let other = client(&authority().0).find_studies(&[]).await;
    assert!(matches!(other, Err(ClientError::Connection { doing: "agreeing on encryption", .. })), "{other:?}");
    let nobody = Client::new(&address, login(), None, ClientLimits::default());
    assert!(matches!(nobody, Err(ClientError::NoAuthority)));
}

#[tokio::test]
async fn h47_what_ends_early_leaves_no_file() {
    let boundary = Boundary::new("b").unwrap();
    let whole = format!("{0}one{0}two{1}", boundary.opening(OBJECT, None), boundary.closing());
    let place = tempfile::tempdir().unwrap();
    for (n, is_whole) in [(whole.len(), true), (whole.len() - 4, false), (20, false)] {
        let port = service(None, whole.as_bytes()[..n].to_vec(), boundary.content_type(OBJECT)).await;
        let client =
            Client::new(&format!("http://localhost:{port}"), login(), None, ClientLimits::default()).unwrap();
        let fetched = client.fetch(&Subject::study("1.2"), place.path()).await;
        if is_whole {
            let contents: Vec<_> = fetched.unwrap().iter().map(|path| std::fs::read(path).unwrap()).collect();
            assert_eq!(contents, [b"one", b"two"]);
            std::fs::remove_file(place.path().join("000000.dcm")).unwrap();
            std::fs::remove_file(place.path().join("000001.dcm")).unwrap();
        } else {
            assert!(matches!(fetched, Err(ClientError::Multipart(MultipartError::BrokenOff(_)))), "{fetched:?}");
        }
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn a_part_that_is_no_object_is_an_error() {
    let boundary = Boundary::new("b").unwrap();
    let body = format!("{}<html>{}", boundary.opening("text/html", None), boundary.closing()).into_bytes();
    let port = service(None, body, boundary.content_type(OBJECT)).await;
    let client = Client::new(&format!("http://localhost:{port}"), login(), None, ClientLimits::default()).unwrap();
    let place = tempfile::tempdir().unwrap();
    assert!(matches!(client.fetch(&Subject::study("1.2"), place.path()).await, Err(ClientError::Answer(_))));
}

#[test]
fn logins_that_cannot_be_sent_are_told_without_being_shown() {
    for login in
        [Login::Bearer("a\nb".to_owned()), Login::Basic { name: "a:b".to_owned(), password: "c".to_owned() }]
    {
        assert!(format!("{login:?}") == "Login { .. }");
        assert!(Client::new("http://localhost", login, None, ClientLimits::default()).is_err());
    }
}
