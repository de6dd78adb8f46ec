//! A program that asks with a token, without a network.

use archive::people::{NewAccount, Role};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::DateTime;
use dicomweb::MediaType;
use dicomweb::multipart::{Boundary, Limits, Piece, Reader};
use serde_json::Value;
use server::Server;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::support::{Answer, department, read};

/// A program of another system.
pub struct Program {
    router: Router,
    token: String,
}

impl Program {
    /// One that may see everything.
    pub async fn new(server: &Server) -> Self {
        let token = server.archive().set_token("service").await.unwrap();
        Self { router: server.application(), token }
    }

    /// One that sees nothing but what it brings or is given.
    pub async fn of_little_sight(server: &Server, name: &str) -> Self {
        let new = NewAccount {
            name: name.to_owned(),
            printed_name: String::new(),
            role: Role::Service,
            sees_all: false,
        };
        server.archive().add_account(&new, DateTime::UNIX_EPOCH).await.unwrap();
        let token = server.archive().set_token(name).await.unwrap();
        Self { router: server.application(), token }
    }

    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("/dicomweb{path}"));
        request.header(header::HOST, "rert.test").header(header::AUTHORIZATION, format!("Bearer {}", self.token))
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_as(&self, path: &str, accept: &str) -> Answer {
        let request = self.request(Method::GET, path).header(header::ACCEPT, accept);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn found(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.json());
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/dicom+json");
        answer.json().as_array().unwrap().clone()
    }

    pub async fn store(&self, files: &[Vec<u8>]) -> Answer {
        self.store_at("/studies", files).await
    }

    pub async fn store_at(&self, path: &str, files: &[Vec<u8>]) -> Answer {
        self.store_body(path, body(files)).await
    }

    pub async fn store_body(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, boundary().content_type(dicomweb::OBJECT));
        self.send(request.body(body.into()).unwrap()).await
    }
}

pub async fn department_with_program() -> (Server, TempDir, Program) {
    let (server, folder) = department().await;
    let program = Program::new(&server).await;
    (server, folder, program)
}

pub fn boundary() -> Boundary {
    Boundary::new("between").unwrap()
}

pub fn body(files: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    for file in files {
        body.extend_from_slice(boundary().opening(dicomweb::OBJECT, None).as_bytes());
        body.extend_from_slice(file);
    }
    body.extend_from_slice(boundary().closing().as_bytes());
    body
}

/// The parts of an answer, each with its content type.
pub fn parts(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
    let kind = MediaType::read(answer.header(header::CONTENT_TYPE)).unwrap();
    let mut reader = Reader::new(&Boundary::of(&kind).unwrap(), Limits::default());
    let mut found = Vec::new();
    reader.push(&answer.body, &mut found).unwrap();
    reader.finish().unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for piece in found {
        match piece {
            Piece::Begin(headers) => {
                let kind = headers.content_type.unwrap();
                let syntax = kind.parameter("transfer-syntax").unwrap_or_default().to_owned();
                parts.push((format!("{} {syntax}", kind.essence), Vec::new()));
            }
            Piece::Bytes(bytes) => parts.last_mut().unwrap().1.extend_from_slice(&bytes),
            Piece::End => {}
        }
    }
    parts
}
