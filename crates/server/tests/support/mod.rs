//! A workbench that is asked without a network.

#![allow(dead_code, reason = "every test file uses another part of the support")]

pub mod provider;

use std::net::SocketAddr;
use std::time::Duration;

use archive::people::{NewAccount, Role};
use archive::{ArchivePlace, Examiner};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use chrono::DateTime;
use network::{AeTitle, Limits, Peers};
use phantom::{Options, SyntheticPatient};
use serde_json::{Value, json};
use server::{Configuration, Department, NodePlace, Provider, Server, Web};
use tempfile::TempDir;
use tower::ServiceExt;

/// A workbench with the session of a browser.
pub struct Bench {
    pub router: Router,
    pub host: String,
    pub cookie: String,
    pub folder: TempDir,
    server: Server,
}

/// An answer that was read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The header and the data of an answer in binary.
    pub fn arrays(&self) -> (Value, &[u8]) {
        assert_eq!(&self.body[..8], b"RERTARR1");
        let length = u32::from_le_bytes(self.body[8..12].try_into().unwrap()) as usize;
        (serde_json::from_slice(&self.body[12..12 + length]).unwrap(), &self.body[12 + length..])
    }
}

pub async fn read(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    Answer { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap() }
}

/// The workbench of a department, with an account for each role; all may see every patient, and have the same password.
pub async fn department() -> (Server, TempDir) {
    department_with(None).await
}

/// The same, where people may also sign in by a provider of identities.
pub async fn department_with(provider: Option<Provider>) -> (Server, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let archive = ArchivePlace::folder(folder.path().join("archive"));
    let department = Department { origin: ORIGIN.to_owned(), proxies: Vec::new(), provider };
    let examiner = Examiner::in_this_process();
    let web = Some(Web { listen: ([127, 0, 0, 1], 0).into(), department: Some(department), certificate: None });
    let configuration = Configuration { archive, web, node: None, examiner };
    let server = Server::bind(configuration).await.unwrap();
    for role in Role::ALL {
        let name = role.as_str().to_owned();
        let new = NewAccount { printed_name: format!("Doe, {name}"), name, role, sees_all: true };
        let account = server.archive().add_account(&new, DateTime::UNIX_EPOCH).await.unwrap();
        server.archive().set_password(&account.name, PASSWORD).await.unwrap().unwrap();
    }
    (server, folder)
}

pub const ORIGIN: &str = "http://rert.test";
pub const PASSWORD: &str = "correct horse battery";

/// Somebody who asks the workbench of a department.
#[derive(Clone)]
pub struct Asking {
    pub router: Router,
    pub cookie: String,
}

impl Asking {
    /// Somebody who has not signed in.
    pub fn nobody(server: &Server) -> Self {
        Self { router: server.application(), cookie: String::new() }
    }

    /// Somebody who signs in.
    pub async fn sign_in(server: &Server, name: &str) -> Self {
        let mut asking = Self::nobody(server);
        let document = json!({ "name": name, "password": PASSWORD });
        let answer = asking.ask(Method::POST, "/session", Some(&document)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        asking.cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
        asking
    }

    pub async fn ask(&self, method: Method, path: &str, document: Option<&Value>) -> Answer {
        self.ask_at(method, &format!("/api/v1{path}"), document).await
    }

    pub async fn ask_at(&self, method: Method, path: &str, document: Option<&Value>) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let mut request = request.header(header::HOST, "rert.test").header(header::ORIGIN, ORIGIN);
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        let body = match document {
            Some(document) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(document.to_string())
            }
            None => Body::empty(),
        };
        read(self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap()).await
    }
}

pub async fn bench() -> Bench {
    bench_with(None).await
}

/// The same with a DICOM node that whoever is on this machine may send to, and where it listens.
pub async fn bench_with_node(ae_title: &str) -> (Bench, SocketAddr) {
    let ae_title = AeTitle::new(ae_title).unwrap();
    let address = ([127, 0, 0, 1], 0).into();
    let node = NodePlace { ae_title, address, tls: None, peers: Peers::Anyone, limits: Limits::default() };
    let mut bench = bench_with(Some(node)).await;
    let node = bench.server.take_node().unwrap();
    let address = node.address();
    tokio::spawn(node.run(std::future::pending()));
    (bench, address)
}

async fn bench_with(node: Option<NodePlace>) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let examiner = Examiner::in_this_process();
    let archive = ArchivePlace::folder(folder.path().join("archive"));
    let web = Some(Web { listen: ([127, 0, 0, 1], 0).into(), department: None, certificate: None });
    let configuration = Configuration { archive, web, node, examiner };
    let server = Server::bind(configuration).await.unwrap();
    let address = server.address().unwrap();
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let (host, path) = (host.to_owned(), format!("/{path}"));
    let router = server.application();
    let request = Request::get(path).header(header::HOST, &host).body(Body::empty()).unwrap();
    let answer = read(router.clone().oneshot(request).await.unwrap()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
    Bench { router, host, cookie, folder, server }
}

impl Bench {
    pub fn server(&self) -> &Server {
        &self.server
    }

    pub async fn save(&self, path: &str, settings: &Value, etag: &str) -> Answer {
        let request = self.request(Method::PUT, path).header(header::IF_MATCH, etag);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(json!({ "settings": settings }).to_string())).unwrap()).await
    }

    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, &self.host)
            .header(header::COOKIE, &self.cookie)
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub async fn json(&self, method: Method, path: &str, document: &Value) -> Answer {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(document.to_string())).unwrap()).await
    }

    /// Waits until a job has ended.
    pub async fn ended(&self, job: &Value) -> Value {
        for _ in 0..3000 {
            let now = self.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.json();
            if !now["ended"].is_null() {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the job does not end: {job}");
    }

    /// Takes a patient in, with settings, and tells the name of the case.
    pub async fn import(&self, patient: &SyntheticPatient, settings: &str) -> String {
        let place = tempfile::tempdir().unwrap();
        patient.write(place.path()).unwrap();
        let id = self.json(Method::POST, "/imports", &json!({})).await.json()["id"].as_str().unwrap().to_owned();
        for source in dicom::source::walk(place.path()).unwrap() {
            self.add(&id, "object.dcm", source.read().unwrap()).await;
        }
        self.add(&id, "case.toml", settings.as_bytes().to_vec()).await;
        let answer = self.json(Method::POST, &format!("/imports/{id}/finish"), &json!({ "label": "test" })).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        let job = self.ended(&answer.json()).await;
        assert_eq!(job["state"], "done", "{job}");
        job["case"].as_str().unwrap().to_owned()
    }

    async fn add(&self, import: &str, path: &str, content: Vec<u8>) {
        let request = self.request(Method::PUT, &format!("/imports/{import}/files?path={path}"));
        let answer = self.send(request.body(Body::from(content)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
    }

    pub async fn assess(&self, case: &str) -> Value {
        let answer = self.json(Method::POST, &format!("/cases/{case}/assessment"), &json!({})).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json());
        self.ended(&answer.json()).await
    }
}

pub fn patient() -> SyntheticPatient {
    SyntheticPatient::generate(&Options::tiny())
}
