//! Who may store, find and fetch.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};

use crate::program::{Program, department_with_program};
use crate::store::{anna, otto};
use crate::support::{Asking, department};

#[tokio::test]
async fn what_may_not_be_seen_is_not_there() {
    let (server, _folder, program) = department_with_program().await;
    program.store(&[anna(1)]).await;
    let other = Program::of_little_sight(&server, "planning").await;
    assert!(other.found("/studies").await.is_empty());
    for path in ["/studies/2.25.1000.4711", "/studies/2.25.1000.4711/metadata"] {
        assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND);
    }
    // What it brings itself it may see.
    assert_eq!(other.store(&[otto(1)]).await.status, StatusCode::OK);
    assert_eq!(other.found("/studies").await.len(), 1);
    assert_eq!(other.get("/studies/2.25.1000.4712").await.status, StatusCode::OK);
    // To add to a case does not open it.
    assert_eq!(other.store(&[anna(2)]).await.status, StatusCode::OK);
    assert_eq!(other.found("/studies").await.len(), 1);
    let case = server.archive().case(&server.archive().cases().await.unwrap()[0]).await.unwrap();
    server.archive().grant("planning", case.id(), true).await.unwrap();
    let other_case = server.archive().cases().await.unwrap()[1].clone();
    server.archive().grant("planning", &other_case, true).await.unwrap();
    assert_eq!(other.found("/instances").await.len(), 3);
}

#[tokio::test]
async fn a_program_need_not_say_the_port_and_a_browser_must() {
    let (server, _folder, program) = department_with_program().await;
    let status = async |request: axum::http::request::Builder| {
        program.send(request.header(header::HOST, "other.test").body(Body::empty()).unwrap()).await.status
    };
    let path = "/dicomweb/studies";
    let token = server.archive().set_token("service").await.unwrap();
    let request = || Request::get(path);
    assert_eq!(status(request().header(header::AUTHORIZATION, format!("Bearer {token}"))).await, StatusCode::OK);
    assert_eq!(status(request()).await, StatusCode::FORBIDDEN);
    // Whoever shows a token is asked for nothing else.
    let viewer = Asking::sign_in(&server, "viewer").await;
    let both = request().header(header::AUTHORIZATION, "Bearer 0").header(header::COOKIE, &viewer.cookie);
    assert_eq!(status(both).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn roles_store_and_fetch_as_their_rules_say() {
    let (server, _folder) = department().await;
    for (role, may_store, may_fetch) in [
        ("viewer", false, true),
        ("physicist", true, true),
        ("physician", true, true),
        ("service", true, true),
        ("admin", false, false),
    ] {
        let asking = Asking::sign_in(&server, role).await;
        let is_refused = |status| status == StatusCode::FORBIDDEN;
        let stored = asking.ask_at(Method::POST, "/dicomweb/studies", None).await.status;
        assert_eq!(!is_refused(stored), may_store, "{role}");
        let found = asking.ask_at(Method::GET, "/dicomweb/studies", None).await.status;
        assert_eq!(!is_refused(found), may_fetch, "{role}");
    }
    let nobody = Asking::nobody(&server);
    assert_eq!(nobody.ask_at(Method::GET, "/dicomweb/studies", None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.ask_at(Method::GET, "/dicomweb/nothing", None).await.status, StatusCode::NOT_FOUND);
}
