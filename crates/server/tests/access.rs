//! Who may ask.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt;

#[tokio::test]
async fn without_the_printed_address_nothing_is_answered() {
    let bench = support::bench().await;
    let request = |path: &str| Request::get(path.to_owned()).header(header::HOST, &bench.host);
    for path in ["/", "/api/v1/cases", "/api/v1/session", "/assets/index.js"] {
        let answer = bench.send(request(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        let wrong = request(path).header(header::COOKIE, "rert_session=0").body(Body::empty()).unwrap();
        assert_eq!(bench.send(wrong).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let again = bench.send(request("/open?token=").body(Body::empty()).unwrap()).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_name_that_leads_here_from_elsewhere_is_refused() {
    let bench = support::bench().await;
    for host in ["rert.example", "127.0.0.1", "localhost:1", ""] {
        let request =
            Request::get("/api/v1/cases").header(header::HOST, host).header(header::COOKIE, &bench.cookie);
        let answer = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{host}");
    }
}

#[tokio::test]
async fn another_site_changes_nothing() {
    let bench = support::bench().await;
    for origin in ["https://rert.example", "null", "http://127.0.0.1:1"] {
        let request = bench.request(Method::POST, "/imports").header(header::ORIGIN, origin);
        let answer = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
    }
    let own = format!("http://{}", bench.host);
    let request = bench.request(Method::POST, "/imports").header(header::ORIGIN, own);
    assert_eq!(bench.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn browsers_are_told_to_load_nothing_from_elsewhere() {
    let bench = support::bench().await;
    let answer = bench.get("/cases").await;
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("default-src 'self'") && !policy.contains("script-src"), "{policy}");
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(answer.header(header::X_FRAME_OPTIONS), "DENY");
}

#[tokio::test]
async fn whether_it_is_well_is_told_to_everybody_and_no_more() {
    let (server, _folder) = support::department().await;
    let router = server.application();
    let ask = async |path: &str| {
        let request = Request::get(path).header(header::HOST, "192.0.2.1:1").body(Body::empty()).unwrap();
        support::read(router.clone().oneshot(request).await.unwrap()).await
    };
    let live = ask("/health/live").await;
    assert_eq!((live.status, live.json()), (StatusCode::OK, json!({ "status": "ok" })));
    let well = json!({ "status": "ok", "checks": { "index": "ok", "disk": "ok", "room": "ok" } });
    let ready = ask("/health/ready").await;
    assert_eq!((ready.status, ready.json()), (StatusCode::OK, well));
    server.archive().clone().close().await;
    // What was found is told for a while without asking again.
    assert_eq!(ask("/health/ready").await.status, StatusCode::OK);
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    let ready = ask("/health/ready").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["checks"]["index"], "failed");
    assert_eq!(
        ask("/health/live").await.status,
        StatusCode::OK,
        "to start it anew would not bring the index back"
    );
}
