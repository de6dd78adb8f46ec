//! Orthanc with its DICOMweb plugin: we ask it, and it asks us.

use std::path::Path;
use std::process::Command;

use dicom_dictionary_std::tags;
use dicomweb::{Client, ClientError, ClientLimits, Login, Subject};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::objects::data_set_of;
use crate::process::{Background, free_port, is_installed};
use crate::table::{OURS, THEIRS, Table, checked};
use crate::{Own, images};

const PEER: &str = "Orthanc";
const PLUGIN: &str = "/usr/lib/orthanc/libOrthancDicomWeb.so.1.7";
const STUDY: &str = "2.25.1000.4711";

pub async fn exchange(table: &mut Table) {
    let plugin = std::env::var("RERT_ORTHANC_DICOMWEB").unwrap_or_else(|_| PLUGIN.to_owned());
    if !is_installed("Orthanc") || !Path::new(&plugin).is_file() {
        return table.skip("Orthanc with its DICOMweb plugin");
    }
    let folder = tempfile::tempdir().unwrap();
    let (own, http) = (Own::start().await, free_port());
    let _running = start(folder.path(), &plugin, &own, http).await;
    we_ask(table, http, folder.path()).await;
    it_asks(table, http, &own).await;
}

async fn start(folder: &Path, plugin: &str, own: &Own, http: u16) -> Background {
    let dicom = free_port();
    let storage = folder.join("storage");
    let configuration = format!(
        r#"{{"Name": "test", "HttpPort": {http}, "DicomPort": {dicom}, "RemoteAccessAllowed": false, "AuthenticationEnabled": true,
            "RegisteredUsers": {{"rert": "secret"}}, "StorageDirectory": {storage:?}, "IndexDirectory": {storage:?}, "Plugins": [{plugin:?}],
            "DicomWeb": {{"Enable": true, "Root": "/dicom-web/", "Servers": {{"rert":
                {{"Url": "{}/", "HttpHeaders": {{"Authorization": "Bearer {}"}}}}}}}}}}"#,
        own.address, own.token
    );
    let path = folder.join("orthanc.json");
    std::fs::write(&path, configuration).unwrap();
    Background::start(Command::new("Orthanc").arg(&path), http).await
}

fn told<T>(outcome: Result<T, ClientError>) -> Result<T, String> {
    outcome.map_err(|error| error.to_string())
}

async fn we_ask(table: &mut Table, http: u16, folder: &Path) {
    let address = format!("http://127.0.0.1:{http}/dicom-web");
    let login = Login::Basic { name: "rert".to_owned(), password: "secret".to_owned() };
    let client = Client::new(&address, login, None, ClientLimits::default()).unwrap();
    let ours = (PEER, OURS);
    let images = images(folder);
    for (syntax, path) in &images {
        let stored = told(client.store(std::slice::from_ref(path)).await);
        let outcome =
            stored.and_then(|stored| checked(stored.kept.len() == 1 && stored.failed.is_empty(), stored));
        table.add(ours, format!("STOW-RS, {syntax}"), outcome);
    }
    let found = told(client.find_studies(&[(tags::PATIENT_NAME, "M*LLER*")]).await);
    let outcome =
        found.and_then(|found| checked(found.len() == 1 && found[0].patient().id == "4711", found.len()));
    table.add(ours, "QIDO-RS studies by PatientName", outcome);
    let found = told(client.find_studies(&[(tags::PATIENT_ID, "nobody")]).await);
    table.add(
        ours,
        "QIDO-RS studies, nothing found",
        found.and_then(|found| checked(found.is_empty(), found.len())),
    );
    let found = told(client.find_series(&Subject::study(STUDY), &[(tags::MODALITY, "CT")]).await);
    table.add(ours, "QIDO-RS series", found.and_then(|found| checked(found.len() == 1, found.len())));
    let found = told(client.find_instances(&Subject::study(STUDY), &[]).await);
    table.add(
        ours,
        "QIDO-RS instances",
        found.and_then(|found| checked(found.len() == images.len(), found.len())),
    );
    let place = tempfile::tempdir().unwrap();
    let fetched = told(client.fetch(&Subject::study(STUDY), place.path()).await);
    let outcome = fetched.and_then(|fetched| {
        let read = |path: &std::path::PathBuf| data_set_of(&std::fs::read(path).unwrap());
        let (mut got, mut wanted): (Vec<_>, Vec<_>) =
            (fetched.iter().map(read).collect(), images.iter().map(|(_, path)| read(path)).collect());
        got.sort();
        wanted.sort();
        checked(got == wanted, got.len())
    });
    table.add(ours, "WADO-RS study, byte by byte", outcome);
    let nobody = Client::new(&address, Login::Nobody, None, ClientLimits::default()).unwrap();
    let refused = nobody.find_studies(&[]).await;
    table.add(ours, "without a password", checked(matches!(refused, Err(ClientError::Status(401))), "it answers"));
}

async fn it_asks(table: &mut Table, http: u16, own: &Own) {
    let theirs = (PEER, THEIRS);
    let (_, list) = call(http, "GET", "/studies", "").await;
    let study = list.split('"').find(|word| word.len() == 44).unwrap_or_default().to_owned();
    let body = format!(r#"{{"Resources": ["{study}"], "Synchronous": true}}"#);
    let (status, answer) = call(http, "POST", "/dicom-web/servers/rert/stow", &body).await;
    let kept = own.client().find_instances(&Subject::study(STUDY), &[]).await.unwrap().len();
    table.add(theirs, "STOW-RS of a study", checked(status == 200 && kept == 5, (status, kept, answer)));
    let body = r#"{"Uri": "/studies", "Arguments": {"PatientName": "mueller*"}}"#;
    let (status, answer) = call(http, "POST", "/dicom-web/servers/rert/qido", body).await;
    table.add(theirs, "QIDO-RS studies", checked(status == 200 && answer.contains(STUDY), (status, answer)));
    call(http, "DELETE", &format!("/studies/{study}"), "").await;
    let body = format!(r#"{{"Resources": [{{"Study": "{STUDY}"}}], "Synchronous": true}}"#);
    let (status, answer) = call(http, "POST", "/dicom-web/servers/rert/retrieve", &body).await;
    let (_, list) = call(http, "GET", "/instances", "").await;
    let n = list.split('"').filter(|word| word.len() == 44).count();
    table.add(theirs, "WADO-RS of a study", checked(status == 200 && n == 5, (status, n, answer)));
}

async fn call(port: u16, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // The name and the password of the configuration, as a browser would send them.
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Basic cmVydDpzZWNyZXQ=\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}
