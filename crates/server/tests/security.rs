//! What strangers, other sites and hostile programs meet: one test for each promise of `security/asvs.csv` that no other test keeps.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use archive::people::{NewAccount, Role};
use archive::{ArchivePlace, Examiner};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use chrono::DateTime;
use serde_json::{Value, json};
use server::{Configuration, Department, Server, Web};
use support::{Asking, ORIGIN, PASSWORD, bench, department};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// An answer: status, headers, text.
struct Told(StatusCode, HeaderMap, String);

async fn ask(router: &Router, request: Request<Body>) -> Told {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Told(parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

/// The workbench of a department with one physicist, under an address and behind other servers.
async fn under(origin: &str, proxies: &[[u8; 4]]) -> (Server, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let proxies = proxies.iter().map(|proxy| (*proxy).into()).collect();
    let configuration = Configuration {
        archive: ArchivePlace::folder(folder.path().join("archive")),
        web: Some(Web {
            listen: ([127, 0, 0, 1], 0).into(),
            department: Some(Department { origin: origin.to_owned(), proxies, provider: None }),
            certificate: None,
        }),
        node: None,
        examiner: Examiner::in_this_process(),
    };
    let server = Server::bind(configuration).await.unwrap();
    let name = "physicist".to_owned();
    let new = NewAccount { printed_name: "Doe, Jo".to_owned(), name, role: Role::Physicist, sees_all: true };
    server.archive().add_account(&new, DateTime::UNIX_EPOCH).await.unwrap();
    server.archive().set_password("physicist", PASSWORD).await.unwrap().unwrap();
    (server, folder)
}

fn request(host: &str, method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, host)
}

fn signing_in(origin: &str) -> Request<Body> {
    let host = origin.split_once("://").unwrap().1;
    let request = request(host, Method::POST, "/api/v1/session").header(header::ORIGIN, origin);
    let document = json!({ "name": "physicist", "password": PASSWORD });
    request.header(header::CONTENT_TYPE, "application/json").body(Body::from(document.to_string())).unwrap()
}

fn cookie(headers: &HeaderMap) -> &str {
    headers[header::SET_COOKIE].to_str().unwrap()
}

#[tokio::test]
async fn every_kind_of_answer_tells_browsers_what_they_may_do() {
    let bench = bench().await;
    let with = |method: Method, path: &str, host: &str, cookie: &str| {
        request(host, method, path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()
    };
    let (host, session) = (bench.host.as_str(), bench.cookie.as_str());
    for (method, path, host, session) in [
        (Method::GET, "/", host, session),
        (Method::GET, "/api/v1/cases", host, session),
        (Method::HEAD, "/api/v1/cases", host, session),
        (Method::GET, "/api/v1/cases/0123456789abcdef", host, session),
        (Method::GET, "/api/v1/nothing", host, session),
        (Method::GET, "/api/v1/cases", host, ""),
        (Method::GET, "/api/v1/cases", "rert.example", session),
        (Method::GET, "/assets/nothing.js", host, session),
        (Method::GET, "/open?token=0", host, session),
        (Method::DELETE, "/api/v1/cases", host, session),
        (Method::TRACE, "/", host, session),
    ] {
        let Told(_, headers, _) = ask(&bench.router, with(method, path, host, session)).await;
        let told = |name: header::HeaderName| {
            headers.get(&name).unwrap_or_else(|| panic!("{path}: no {name}")).to_str().unwrap()
        };
        let policy = told(header::CONTENT_SECURITY_POLICY);
        for part in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(told(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(told(header::X_FRAME_OPTIONS), "DENY", "{path}");
        assert_eq!(told(header::REFERRER_POLICY), "no-referrer", "{path}");
        // Only files whose names hold a hash of their content are kept.
        let keeps = told(header::CACHE_CONTROL);
        assert!(keeps == "no-store" || (keeps == "no-cache" && !path.starts_with("/api")), "{path}: {keeps}");
        assert!(headers.get(header::SERVER).is_none() && headers.get("x-powered-by").is_none(), "{path}");
    }
}

#[tokio::test]
async fn behind_https_browsers_are_kept_to_it_and_their_cookies_too() {
    let (server, _folder) = under("https://rert.test", &[]).await;
    let Told(status, headers, _) = ask(&server.application(), signing_in("https://rert.test")).await;
    assert_eq!(status, StatusCode::OK);
    let seconds = headers[header::STRICT_TRANSPORT_SECURITY].to_str().unwrap().strip_prefix("max-age=").unwrap();
    assert!(seconds.parse::<u64>().unwrap() >= 31_536_000);
    let cookie = cookie(&headers);
    for part in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    // Pages that were loaded without encryption may change nothing.
    let Told(status, ..) = ask(&server.application(), signing_in("http://rert.test")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // Without encryption there is nothing to be kept to.
    let (server, _folder) = under(ORIGIN, &[]).await;
    let Told(_, headers, _) = ask(&server.application(), signing_in(ORIGIN)).await;
    assert!(headers.get(header::STRICT_TRANSPORT_SECURITY).is_none());
}

#[tokio::test]
async fn no_other_site_may_read_an_answer() {
    let bench = bench().await;
    for method in [Method::GET, Method::OPTIONS] {
        let asked = bench.request(method, "/cases").header(header::ORIGIN, "https://rert.example");
        let asked = asked.header(header::ACCESS_CONTROL_REQUEST_METHOD, "PUT").body(Body::empty()).unwrap();
        let Told(_, headers, _) = ask(&bench.router, asked).await;
        assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{headers:?}");
    }
}

#[tokio::test]
async fn documents_are_read_only_as_what_they_say_they_are() {
    // What a form of another site can send without being asked first is not read.
    let bench = bench().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        let asked = bench.request(Method::POST, "/session").header(header::CONTENT_TYPE, kind);
        let Told(status, ..) = ask(&bench.router, asked.body(Body::from("{}")).unwrap()).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
}

#[tokio::test]
async fn methods_that_no_operation_has_are_refused() {
    let bench = bench().await;
    for (method, path) in [
        ("TRACE", "/api/v1/cases"),
        ("CONNECT", "/api/v1/cases"),
        ("OPTIONS", "/api/v1/cases"),
        ("PROPFIND", "/api/v1/cases"),
        ("DELETE", "/api/v1/cases"),
        ("PUT", "/api/v1/session"),
        ("TRACE", "/"),
        ("POST", "/"),
        ("DELETE", "/assets/nothing.js"),
    ] {
        let asked = request(&bench.host, method.parse().unwrap(), path).header(header::COOKIE, &bench.cookie);
        let Told(status, _, body) =
            ask(&bench.router, asked.header("x-secret", "echo").body(Body::empty()).unwrap()).await;
        // Operations that have no rule are refused before it is asked which methods there are.
        assert!(
            matches!(status, StatusCode::METHOD_NOT_ALLOWED | StatusCode::FORBIDDEN),
            "{method} {path}: {status}"
        );
        assert!(!body.contains("echo"));
    }
}

#[tokio::test]
async fn an_address_never_becomes_a_path_of_the_disk() {
    let bench = bench().await;
    let marked = "kept apart";
    std::fs::write(bench.folder.path().join("secret.txt"), marked).unwrap();
    for start in
        ["", "/assets", "/api/v1", "/api/v1/cases", "/api/v1/cases/0123456789abcdef/files", "/api/v1/imports"]
    {
        for way in [
            "/../../secret.txt",
            "/..%2f..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "/..%5csecret.txt",
            "//etc/passwd",
            "/%00",
            "/.git/config",
            "/openapi.json",
        ] {
            let asked =
                request(&bench.host, Method::GET, &format!("{start}{way}")).header(header::COOKIE, &bench.cookie);
            let Told(status, _, body) = ask(&bench.router, asked.body(Body::empty()).unwrap()).await;
            assert!(
                !body.contains(marked)
                    && !body.contains("root:")
                    && !body.contains("[core]")
                    && !body.contains("\"openapi\""),
                "{start}{way}"
            );
            assert!(!status.is_server_error(), "{start}{way}: {status}");
            assert!(start.is_empty() || status.is_client_error(), "{start}{way}: {status}");
        }
    }
}

#[tokio::test]
async fn documents_that_are_too_large_are_refused() {
    let (server, _folder) = department().await;
    let document = json!({ "name": "viewer", "password": "x".repeat(9 << 20) });
    let answer = Asking::nobody(&server).ask(Method::POST, "/session", Some(&document)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.len() < 1_000);
}

#[tokio::test]
async fn fields_that_an_operation_does_not_have_are_refused() {
    let (server, _folder) = department().await;
    let admin = Asking::sign_in(&server, "admin").await;
    let physicist = Asking::sign_in(&server, "physicist").await;
    let more = |document: Value, name: &str| {
        let mut document = document;
        document[name] = json!(true);
        document
    };
    let account = json!({ "name": "new", "printed_name": "New", "role": "viewer", "sees_all": false, "own_password": PASSWORD });
    for (asking, method, path, document) in [
        (&admin, Method::POST, "/session", json!({ "name": "viewer", "password": PASSWORD })),
        (&admin, Method::PUT, "/session/password", json!({ "current": PASSWORD, "new": "another long sentence" })),
        (&admin, Method::POST, "/accounts", account),
        (&physicist, Method::POST, "/imports/00000000000000ff/finish", json!({ "label": "x" })),
    ] {
        let answer = asking.ask(method, path, Some(&more(document, "role_of_admin"))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", answer.json());
    }
}

#[tokio::test]
async fn problems_tell_nothing_of_the_inside() {
    let (server, folder) = department().await;
    let physicist = Asking::sign_in(&server, "physicist").await;
    let place = folder.path().to_string_lossy().into_owned();
    // The index is gone while the program runs: everything that asks it fails.
    let broken = async |asking: &Asking| {
        let mut told = Vec::new();
        for path in
            ["/cases", "/cases/0123456789abcdef", "/cases/0123456789abcdef/probe?x=a", "/jobs/'", "/events?x"]
        {
            let answer =
                tokio::time::timeout(std::time::Duration::from_millis(500), asking.ask(Method::GET, path, None))
                    .await;
            told.extend(answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned()));
        }
        for document in
            [json!([]), json!({ "name": 1 }), json!({ "name": "' OR 1=1 --", "password": "'; DROP TABLE" })]
        {
            let answer = asking.ask(Method::POST, "/session", Some(&document)).await;
            assert!(answer.status.is_client_error(), "{}", answer.status);
            told.push(answer.json().to_string());
        }
        told
    };
    for text in broken(&physicist).await {
        for inside in
            [place.as_str(), ".rs", "panicked", "backtrace", "SELECT", "sqlx", "sqlite", "argon2", "token:"]
        {
            assert!(!text.contains(inside), "{inside}: {text}");
        }
    }
}

#[tokio::test]
async fn a_session_is_new_with_each_sign_in_and_one_that_was_planted_is_worth_nothing() {
    let (server, _folder) = under(ORIGIN, &[]).await;
    let router = server.application();
    let planted = "0".repeat(64);
    let mut sessions = BTreeSet::from([planted.clone()]);
    for _ in 0..3 {
        let mut asked = signing_in(ORIGIN);
        asked.headers_mut().insert(header::COOKIE, format!("rert_session={planted}").parse().unwrap());
        let Told(status, headers, body) = ask(&router, asked).await;
        assert_eq!(status, StatusCode::OK);
        let session =
            cookie(&headers).split(';').next().unwrap().strip_prefix("rert_session=").unwrap().to_owned();
        // It is told to the browser alone, not to its scripts.
        assert!(!body.contains(&session));
        assert!(sessions.insert(session), "a session came twice");
    }
    let looks = async |session: &str| {
        let asked = request("rert.test", Method::GET, "/api/v1/cases")
            .header(header::COOKIE, format!("rert_session={session}"));
        ask(&router, asked.body(Body::empty()).unwrap()).await.0
    };
    for session in &sessions {
        let expected = if *session == planted { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
        assert_eq!(looks(session).await, expected);
    }
    // A session is no token of a program, and nothing is a session in an address.
    let session = sessions.last().unwrap();
    let bearer = request("rert.test", Method::GET, "/api/v1/cases")
        .header(header::AUTHORIZATION, format!("Bearer {session}"));
    assert_eq!(ask(&router, bearer.body(Body::empty()).unwrap()).await.0, StatusCode::UNAUTHORIZED);
    let address = format!("/api/v1/cases?rert_session={session}&token={session}");
    assert_eq!(
        ask(&router, request("rert.test", Method::GET, &address).body(Body::empty()).unwrap()).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn sessions_and_tokens_have_256_bits_that_nobody_can_guess() {
    let (server, _folder) = department().await;
    let account =
        server.archive().check_password("viewer", PASSWORD, DateTime::UNIX_EPOCH).await.unwrap().unwrap();
    let (mut all, mut ones) = (BTreeSet::new(), [0_u32; 256]);
    for _ in 0..64 {
        let tokens = [
            server.archive().begin_session(&account, DateTime::UNIX_EPOCH).await.unwrap(),
            server.archive().set_token("service").await.unwrap(),
        ];
        for token in tokens {
            assert_eq!(token.len(), 64);
            for (at, digit) in token.chars().enumerate() {
                let value = digit.to_digit(16).unwrap();
                (0..4).for_each(|bit| ones[4 * at + bit] += value >> bit & 1);
            }
            assert!(all.insert(token));
        }
    }
    // Of 128 fair coins fewer than 24, or more than 104, are heads once in ten trillion times.
    assert!(ones.iter().all(|n| (24..=104).contains(n)), "a bit is not by chance: {ones:?}");
}

#[tokio::test]
async fn only_a_server_that_is_listed_says_for_whom_it_asks() {
    let (server, _folder) = under(ORIGIN, &[[10, 0, 0, 1]]).await;
    let router = server.application();
    for (peer, forwarded, expected) in [
        ([10, 0, 0, 9], "1.2.3.4", "10.0.0.9"),
        ([10, 0, 0, 1], "1.2.3.4, 192.0.2.7", "192.0.2.7"),
        ([10, 0, 0, 1], "nonsense", "10.0.0.1"),
    ] {
        let mut asked = signing_in(ORIGIN);
        asked.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        asked.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4_000))));
        assert_eq!(ask(&router, asked).await.0, StatusCode::OK);
        let entries = server.archive().audit_entries(1).await.unwrap();
        assert_eq!(entries.last().unwrap().deed.address, expected, "{forwarded}");
    }
}

#[tokio::test]
async fn an_archive_begins_without_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let place = ArchivePlace::folder(folder.path().join("archive"));
    let archive = archive::Archive::open(&place, Examiner::in_this_process()).await.unwrap();
    assert!(archive.accounts().await.unwrap().is_empty());
    for name in ["admin", "root", "rert", ""] {
        for password in ["", "admin", "password", name] {
            assert!(archive.check_password(name, password, DateTime::UNIX_EPOCH).await.unwrap().is_err());
        }
    }
}

#[tokio::test]
async fn what_is_written_down_cannot_be_forged_by_a_name() {
    let (server, _folder) = department().await;
    let name = "doe\r\n2026-01-01 admin sign-in done\u{202e}\u{1b}[2J";
    let document = json!({ "name": name, "password": "something else" });
    let answer = Asking::nobody(&server).ask(Method::POST, "/session", Some(&document)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let entries = server.archive().audit_entries(1).await.unwrap();
    let detail = &entries.last().unwrap().deed.detail;
    assert!(detail.chars().all(case::is_readable), "{detail:?}");
    // It is one entry, and as a document one string.
    assert_eq!(entries.iter().filter(|entry| entry.deed.detail.contains("doe")).count(), 1);
    let admin = Asking::sign_in(&server, "admin").await;
    let told = admin.ask(Method::GET, "/audit", None).await;
    assert!(!String::from_utf8_lossy(&told.body).contains('\n'), "a name begins a line of its own");
    assert_eq!(told.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_downloaded_has_a_kind_and_a_name_of_ours() {
    let (server, _folder) = department().await;
    let archive = server.archive();
    let import = archive.begin_import().unwrap();
    import.add("a", &mut &b"words"[..]).unwrap();
    let case = archive.finish_import(import, None, ("\"; filename=evil.exe", DateTime::UNIX_EPOCH)).await.unwrap();
    let kinds = [
        ("dvh.csv", "text/csv; charset=utf-8"),
        ("case.toml", "text/plain; charset=utf-8"),
        ("assessment.json", "application/json"),
        ("registry.fhir.json", "application/fhir+json"),
        ("patient.html", "text/html; charset=utf-8"),
    ];
    let files: Vec<(&str, &[u8])> =
        kinds.iter().map(|(name, _)| (*name, &b"<script>alert(1)</script>"[..])).collect();
    case.add_results(&files).await.unwrap();
    let physicist = Asking::sign_in(&server, "physicist").await;
    for (name, kind) in kinds {
        let answer = physicist.ask(Method::GET, &format!("/cases/{}/files/{name}", case.id()), None).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::OK, kind), "{name}");
        let shown = if kind.starts_with("text/html") { "inline" } else { "attachment" };
        assert_eq!(answer.header(header::CONTENT_DISPOSITION), format!("{shown}; filename=\"rert-{name}\""));
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        // A document that is shown runs nothing, whatever it holds.
        let is_closed = policy.contains("default-src 'none'") && policy.contains("sandbox");
        assert!((shown == "attachment" || is_closed) && policy.contains("frame-ancestors 'none'"), "{policy}");
    }
}

#[tokio::test]
async fn a_question_that_says_two_things_is_refused() {
    let bench = bench().await;
    let begun = bench.json(Method::POST, "/imports", &json!({})).await.json()["id"].as_str().unwrap().to_owned();
    let asked = bench
        .request(Method::PUT, &format!("/imports/{begun}/files?path=a&path=b"))
        .body(Body::from("x"))
        .unwrap();
    assert_eq!(ask(&bench.router, asked).await.0, StatusCode::BAD_REQUEST);
    let twice = r#"{"label":"a","label":"b"}"#;
    let asked = bench
        .request(Method::POST, &format!("/imports/{begun}/finish"))
        .header(header::CONTENT_TYPE, "application/json");
    assert!(ask(&bench.router, asked.body(Body::from(twice)).unwrap()).await.0.is_client_error());
}

#[tokio::test]
async fn where_a_request_ends_is_never_in_doubt() {
    let (server, _folder) = under(ORIGIN, &[]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let application = server.application();
    tokio::spawn(async move { axum::serve(listener, application).await });
    let say = async |text: &str| {
        let mut wire = TcpStream::connect(address).await.unwrap();
        wire.write_all(text.as_bytes()).await.unwrap();
        wire.shutdown().await.unwrap();
        let mut said = Vec::new();
        // A server that hangs up on nonsense may do so without a word.
        let _ = wire.read_to_end(&mut said).await;
        String::from_utf8_lossy(&said).into_owned()
    };
    let post = "POST /api/v1/session HTTP/1.1\r\nHost: rert.test\r\nOrigin: http://rert.test\r\n";
    let hidden = "GET /api/v1/session HTTP/1.1\r\nHost: rert.test\r\n\r\n";
    for framing in [
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "Content-Length: 5, 6\r\n\r\n",
        "Content-Length: +5\r\n\r\n",
        "Content-Length: -1\r\n\r\n",
        "Content-Length : 5\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n",
        "X: a\r\n folded\r\n\r\n",
        "Bad\0Name: a\r\n\r\n",
    ] {
        let said = say(&format!("{post}{framing}{hidden}")).await;
        assert!(!said.contains(" 200 "), "{framing}: {said}");
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{framing}: {said}");
    }
    // Pieces count and a length beside them does not: what follows the last piece is the next request, not a part of this one.
    let said =
        say(&format!("{post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}")).await;
    assert!(said.matches("HTTP/1.1 ").count() <= 2 && !said.contains("set-cookie"), "{said}");
}
