//! Our own client against our own server over a network that is this machine.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use archive::people::{NewAccount, Role};
use archive::{ArchivePlace, Examiner};
use chrono::DateTime;
use dicom_dictionary_std::tags;
use dicomweb::{Client, ClientError, ClientLimits, Login, Subject};
use server::{Configuration, Department, Server, Web};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::objects::{ALL, ANNA, EXPLICIT, RLE, ct, encapsulated, file, write};

/// A department that listens, with its address and the token of a program.
async fn listening() -> (String, String, TempDir) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{port}");
    let folder = tempfile::tempdir().unwrap();
    let configuration = Configuration {
        archive: ArchivePlace::folder(folder.path().join("archive")),
        web: Some(Web {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            department: Some(Department { origin: address.clone(), proxies: Vec::new(), provider: None }),
            certificate: None,
        }),
        node: None,
        examiner: Examiner::in_this_process(),
    };
    let server = Server::bind(configuration).await.unwrap();
    let new =
        NewAccount { name: "pacs".to_owned(), printed_name: String::new(), role: Role::Service, sees_all: true };
    server.archive().add_account(&new, DateTime::UNIX_EPOCH).await.unwrap();
    let token = server.archive().set_token("pacs").await.unwrap();
    tokio::spawn(server.run(std::future::pending()));
    (format!("{address}/dicomweb"), token, folder)
}

fn client(address: &str, login: Login, limits: ClientLimits) -> Client {
    Client::new(address, login, None, limits).unwrap()
}

#[tokio::test]
async fn objects_are_stored_found_and_fetched_as_they_are() {
    let (address, token, folder) = listening().await;
    let client = client(&address, Login::Bearer(token), ClientLimits::default());
    let mut files = Vec::new();
    for (number, syntax) in (1..).zip(ALL) {
        let object = ct(&ANNA, 1, number, 64);
        let object = if syntax == RLE { encapsulated(object) } else { object };
        let path = folder.path().join(format!("{number}.dcm"));
        std::fs::write(&path, file(&object, syntax)).unwrap();
        files.push(path);
    }
    let stored = client.store(&files).await.unwrap();
    assert_eq!((stored.kept.len(), stored.failed.len()), (ALL.len(), 0));
    let studies = client.find_studies(&[(tags::PATIENT_NAME, "MUELLER*")]).await.unwrap();
    assert_eq!((studies.len(), studies[0].patient().id.as_str()), (1, "4711"));
    let study = studies[0].uid(tags::STUDY_INSTANCE_UID).unwrap();
    let series = client.find_series(&Subject::study(&study), &[]).await.unwrap();
    let series = series[0].uid(tags::SERIES_INSTANCE_UID).unwrap();
    let within = Subject::series(&study, &series);
    assert_eq!(client.find_instances(&within, &[(tags::MODALITY, "CT")]).await.unwrap().len(), ALL.len());
    let place = tempfile::tempdir().unwrap();
    let fetched = client.fetch(&within, place.path()).await.unwrap();
    let read =
        |paths: &[std::path::PathBuf]| paths.iter().map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>();
    assert_eq!(read(&fetched), read(&files));
    std::fs::write(&files[0], b"nothing").unwrap();
    let refused = client.store(&files[..1]).await.unwrap();
    assert_eq!((refused.kept.len(), refused.failed), (0, vec![(None, 0xC000)]));
}

#[tokio::test]
async fn what_goes_wrong_is_told_and_leaves_nothing() {
    let (address, token, folder) = listening().await;
    let nobody = client(&address, Login::Nobody, ClientLimits::default());
    assert!(matches!(nobody.find_studies(&[]).await, Err(ClientError::Status(401))));
    let client_of = |limits| client(&address, Login::Bearer(token.clone()), limits);
    let client = client_of(ClientLimits::default());
    let file = write(folder.path(), &ANNA, 1, EXPLICIT, 64);
    client.store(&[file]).await.unwrap();
    let place = tempfile::tempdir().unwrap();
    let study = Subject::study("2.25.1000.4711");
    let missing = client.fetch(&Subject::study("2.25.9"), place.path()).await;
    assert!(matches!(missing, Err(ClientError::Status(404))));
    assert!(client.fetch(&Subject::study("../../x"), place.path()).await.is_err());
    let mut limits = ClientLimits::default();
    limits.parts.part_bytes = 1000;
    assert!(matches!(client_of(limits).fetch(&study, place.path()).await, Err(ClientError::Multipart(_))));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    limits.json_bytes = 10;
    assert!(matches!(client_of(limits).find_studies(&[]).await, Err(ClientError::TooLong(10))));
}

/// Answers whatever is asked with the same bytes, and then waits.
async fn answering(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/x", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                stream.write_all(answer).await.unwrap();
                tokio::time::sleep(Duration::from_secs(20)).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn services_that_mean_no_good_are_not_waited_for_nor_followed() {
    let short = Duration::from_millis(300);
    let limits = ClientLimits { idle: short, answering: short, ..ClientLimits::default() };
    let ask = async |answer| {
        let client = client(&answering(answer).await, Login::Bearer("secret".to_owned()), limits);
        let begun = Instant::now();
        let found = client.find_studies(&[]).await.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(5));
        found
    };
    assert!(matches!(ask(b"").await, ClientError::Late(_)));
    assert!(matches!(ask(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[").await, ClientError::Late(_)));
    let elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    assert!(matches!(ask(elsewhere).await, ClientError::Redirect(302)));
    assert!(matches!(ask(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}]").await, ClientError::Answer(_)));
    assert!(matches!(ask(b"220 ready\r\n\r\n").await, ClientError::Connection { .. }));
}
