//! Who may do what in a department with accounts, and what is written down of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Instant;

use archive::audit::Outcome;
use archive::people::{AccountChange, Role};
use archive::{Archive, StoredCase};
use axum::http::{Method, StatusCode, header};
use chrono::DateTime;
use serde_json::{Value, json};
use server::roles::{Allowed, RULES, name_of, rule_of};
use support::{Asking, PASSWORD, department};

/// Method and path of every operation of the interface.
fn operations() -> Vec<(String, String)> {
    let openapi = serde_json::to_value(server::openapi()).unwrap();
    let paths = openapi["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &Value)| {
        item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(methods).collect()
}

fn may(allowed: Allowed, role: Option<Role>) -> bool {
    match (allowed, role) {
        (Allowed::Anybody, _) | (Allowed::SignedIn, Some(_)) => true,
        (Allowed::SignedIn | Allowed::Roles { .. }, None) => false,
        (Allowed::Roles { roles, .. }, Some(role)) => roles.contains(&role),
    }
}

#[test]
fn every_operation_has_a_rule_and_every_rule_an_operation() {
    let described: BTreeSet<(String, String)> = operations().into_iter().collect();
    let ruled: BTreeSet<(String, String)> =
        RULES.iter().map(|rule| (rule.method.to_owned(), rule.whole_path())).collect();
    assert_eq!(described, ruled);
    assert_eq!(ruled.len(), RULES.len(), "an operation has two rules");
}

#[tokio::test]
async fn every_role_may_use_what_its_rules_say_and_nothing_else() {
    let (server, _folder) = department().await;
    let mut people = vec![(None, Asking::nobody(&server))];
    for role in Role::ALL {
        people.push((Some(role), Asking::sign_in(&server, role.as_str()).await));
    }
    for (method, path) in operations() {
        let allowed = rule_of(&method, &path).unwrap().allowed;
        // Signing out would end the session that is asked with.
        if path == "/api/v1/session" && method == "delete" {
            continue;
        }
        // Nothing of that name is there, so that whoever may ask is told so, and nothing happens.
        let mut address = path.clone();
        while let Some((before, rest)) = address.split_once('{') {
            let after = rest.split_once('}').unwrap().1;
            address = format!("{before}00000000000000ff{after}");
        }
        for (role, asking) in &people {
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = tokio::time::timeout(
                std::time::Duration::from_millis(if path == "/api/v1/events" { 300 } else { 10_000 }),
                asking.ask_at(method.clone(), &address, Some(&json!({}))),
            )
            .await;
            // A stream of events does not end.
            let (status, code) = match answer {
                Err(_) => (StatusCode::OK, Value::Null),
                Ok(answer) => {
                    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                    (answer.status, problem["code"].clone())
                }
            };
            let is_refused = code == "forbidden" || code == "no-session";
            assert_eq!(!is_refused, may(allowed, *role), "{role:?} {method} {path}: {status} {code}");
        }
    }
}

#[test]
fn the_rules_stand_in_the_documentation() {
    let mut text = "# Who may use what\n\nMade from the rules by which the program decides (`crates/server/src/access/roles.rs`) and the description of the \
                    interface ([openapi.json](openapi.json)) by a test, which also asks every operation with every role. What has no rule may be used by nobody. \
                    Operations on a case are answered only to those who may see it: accounts that see every patient, and accounts that were given the case; \
                    to others the case is not there; the same holds for the objects of DICOMweb. `local`: the person at the machine in local mode.\n\n"
        .to_owned();
    text += "| operation | viewer | physicist | physician | admin | service | local |\n|---|---|---|---|---|---|---|\n";
    for rule in RULES {
        let mark = |may: bool| if may { "yes" } else { "–" };
        let roles: Vec<&str> = Role::ALL.into_iter().map(|role| mark(may(rule.allowed, Some(role)))).collect();
        let local = match rule.allowed {
            Allowed::Anybody => true,
            Allowed::SignedIn => false,
            Allowed::Roles { local, .. } => local,
        };
        let anybody = if rule.allowed == Allowed::Anybody { " (also without signing in)" } else { "" };
        let method = rule.method.to_uppercase();
        writeln!(
            text,
            "| `{method} {}`{anybody} | {} | {} |",
            name_of(&rule.whole_path()),
            roles.join(" | "),
            mark(local)
        )
        .unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access.md");
    if std::env::var_os("RERT_WRITE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(
        kept == text,
        "the rules changed: run this test with RERT_WRITE=1 and read the difference of docs/access.md"
    );
}

async fn case(archive: &Archive) -> StoredCase {
    let import = archive.begin_import().unwrap();
    import.add("a", &mut &b"words"[..]).unwrap();
    archive.finish_import(import, None, ("a case", DateTime::UNIX_EPOCH)).await.unwrap()
}

#[tokio::test]
async fn a_case_is_there_only_for_those_who_may_see_it() {
    let (server, _folder) = department().await;
    let archive = server.archive();
    let few = AccountChange { sees_all: Some(false), ..AccountChange::default() };
    archive.change_account("viewer", &few).await.unwrap();
    let case = case(archive).await;
    let viewer = Asking::sign_in(&server, "viewer").await;
    let physicist = Asking::sign_in(&server, "physicist").await;
    let path = format!("/cases/{}", case.id());
    let sees = async |asking: &Asking| {
        let listed = asking.ask(Method::GET, "/cases", None).await.json()["cases"].as_array().unwrap().len();
        (listed, asking.ask(Method::GET, &path, None).await.status)
    };
    assert_eq!(sees(&physicist).await, (1, StatusCode::OK));
    assert_eq!(sees(&viewer).await, (0, StatusCode::NOT_FOUND));
    // Nor under another spelling of its name.
    let spelt = format!("/cases/%{:02X}{}", case.id().as_str().as_bytes()[0], &case.id().as_str()[1..]);
    for rest in ["", "/settings", "/contents", "/assessment", "/signature", "/files/report.pdf"] {
        for asking in [&viewer, &physicist] {
            let answer = asking.ask(Method::GET, &format!("{spelt}{rest}"), None).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{rest}");
        }
    }
    let draft = json!({ "label": "taken over" });
    assert_eq!(physicist.ask(Method::PATCH, &spelt, Some(&draft)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(case.label().await.unwrap().label, "a case");
    // The same answer as for a case that never was.
    let mut answers = [
        viewer.ask(Method::GET, &path, None).await.json(),
        viewer.ask(Method::GET, "/cases/00000000000000ff", None).await.json(),
    ];
    answers[0]["message"] =
        json!(answers[0]["message"].as_str().unwrap().replace(case.id().as_str(), "00000000000000ff"));
    assert_eq!(answers[0], answers[1]);
    // Who looks after accounts gives access, and sees nothing by that.
    let admin = Asking::sign_in(&server, "admin").await;
    assert_eq!(admin.ask(Method::GET, &path, None).await.status, StatusCode::FORBIDDEN);
    let grant = format!("/grants/{}/viewer", case.id());
    assert_eq!(admin.ask(Method::PUT, &grant, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sees(&viewer).await, (1, StatusCode::OK));
    let granted = admin.ask(Method::GET, "/grants", None).await.json();
    assert_eq!(granted["cases"][0], json!({ "id": case.id(), "label": "a case", "granted_to": ["viewer"] }));
    assert_eq!(admin.ask(Method::DELETE, &grant, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sees(&viewer).await, (0, StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn an_import_belongs_to_who_began_it_and_its_case_too() {
    let (server, _folder) = department().await;
    let few = AccountChange { sees_all: Some(false), ..AccountChange::default() };
    server.archive().change_account("physicist", &few).await.unwrap();
    let physicist = Asking::sign_in(&server, "physicist").await;
    let physician = Asking::sign_in(&server, "physician").await;
    let import = physicist.ask(Method::POST, "/imports", None).await.json()["id"].as_str().unwrap().to_owned();
    let finish = format!("/imports/{import}/finish");
    assert_eq!(physician.ask(Method::POST, &finish, Some(&json!({}))).await.status, StatusCode::NOT_FOUND);
    // Nor can it be added to a case that one may not see.
    let hidden = case(server.archive()).await;
    let into = json!({ "case": hidden.id() });
    assert_eq!(physicist.ask(Method::POST, &finish, Some(&into)).await.status, StatusCode::NOT_FOUND);
    let job = physicist.ask(Method::POST, &finish, Some(&json!({}))).await;
    assert_eq!(job.status, StatusCode::ACCEPTED);
    let job = format!("/jobs/{}", job.json()["id"].as_str().unwrap());
    let case = loop {
        let now = physicist.ask(Method::GET, &job, None).await.json();
        if !now["ended"].is_null() {
            break now["case"].as_str().unwrap().to_owned();
        }
    };
    assert_eq!(physicist.ask(Method::GET, &format!("/cases/{case}"), None).await.status, StatusCode::OK);
    // A viewer of few patients knows of no job on a case of others.
    server.archive().change_account("viewer", &few).await.unwrap();
    let viewer = Asking::sign_in(&server, "viewer").await;
    assert_eq!(viewer.ask(Method::GET, &job, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(viewer.ask(Method::GET, "/jobs", None).await.json()["jobs"], json!([]));
}

#[tokio::test]
async fn signing_in_tells_nothing_of_accounts_and_stops_guessing() {
    let (server, _folder) = department().await;
    let nobody = Asking::nobody(&server);
    let attempt = async |name: &str, password: &str| {
        nobody.ask(Method::POST, "/session", Some(&json!({ "name": name, "password": password }))).await
    };
    let (unknown, wrong) = (attempt("nobody-here", PASSWORD).await, attempt("viewer", "something else").await);
    assert_eq!((unknown.status, unknown.body), (StatusCode::UNAUTHORIZED, wrong.body));
    let off = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
    server.archive().change_account("service", &off).await.unwrap();
    assert_eq!(attempt("service", PASSWORD).await.json()["code"], "sign-in-refused");
    for _ in 0..5 {
        attempt("viewer", "something else").await;
    }
    // An account that waits answers as one that is not there: in the same words, and after the same work.
    let (begun, stranger) = (Instant::now(), attempt("nobody-here", PASSWORD).await);
    let (middle, waiting) = (Instant::now(), attempt("viewer", PASSWORD).await);
    assert_eq!((waiting.status, &waiting.body), (stranger.status, &stranger.body));
    assert!(middle.elapsed() * 4 > middle - begun, "nothing was compared, which the time of the answer tells");
    let detail = server.archive().audit_entries(1).await.unwrap().pop().unwrap().deed.detail;
    assert_eq!(detail, "too many wrong passwords: viewer");
    // Other accounts are stopped only by the many attempts of one address.
    assert_eq!(attempt("physicist", PASSWORD).await.status, StatusCode::OK);
    let mut codes = BTreeSet::new();
    for number in 0..20 {
        codes.insert(attempt(&format!("guess{number}"), "something else").await.json()["code"].to_string());
    }
    assert!(codes.contains("\"too-many\""), "{codes:?}");
    let told = server.archive().audit_entries(1).await.unwrap();
    assert!(told.iter().all(|entry| !format!("{entry:?}").contains(PASSWORD)));
    assert!(told.iter().any(|entry| entry.deed.detail == "wrong name or password: nobody-here"));
}

#[tokio::test]
async fn a_session_is_hidden_from_scripts_and_ends_by_signing_out() {
    let (server, _folder) = department().await;
    let document = json!({ "name": "Physician", "password": PASSWORD });
    let answer = Asking::nobody(&server).ask(Method::POST, "/session", Some(&document)).await;
    let cookie = answer.header(header::SET_COOKIE);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let session = answer.json();
    assert_eq!((&session["mode"], &session["account"]["role"]), (&json!("department"), &json!("physician")));
    let may = session["may"].as_array().unwrap();
    assert!(may.contains(&json!("put_cases_case_settings")) && !may.contains(&json!("get_accounts")));
    let physician = Asking { cookie: cookie.split(';').next().unwrap().to_owned(), ..Asking::nobody(&server) };
    let new = json!({ "current": PASSWORD, "new": "another long sentence" });
    let wrong = json!({ "current": "something else", "new": "another long sentence" });
    let change = async |document| physician.ask(Method::PUT, "/session/password", Some(document)).await;
    assert_eq!(change(&wrong).await.json()["code"], "wrong-password");
    let short = json!({ "current": PASSWORD, "new": "short" });
    assert_eq!(change(&short).await.json()["code"], "password");
    let changed = change(&new).await;
    // All sessions but a new one ended with the former password.
    assert_eq!(physician.ask(Method::GET, "/cases", None).await.json()["code"], "no-session");
    let cookie = changed.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
    let physician = Asking { cookie, ..physician };
    assert_eq!(physician.ask(Method::GET, "/cases", None).await.status, StatusCode::OK);
    assert_eq!(physician.ask(Method::DELETE, "/session", None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(physician.ask(Method::GET, "/cases", None).await.status, StatusCode::UNAUTHORIZED);
    assert!(Asking::nobody(&server).ask(Method::GET, "/session", None).await.json()["account"].is_null());
}

#[tokio::test]
async fn another_program_shows_its_token() {
    let (server, _folder) = department().await;
    let token = server.archive().set_token("service").await.unwrap();
    let ask = async |token: &str| {
        let request = axum::http::Request::get("/api/v1/jobs").header(header::HOST, "rert.test");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let asking = Asking::nobody(&server);
        let request = request.body(axum::body::Body::empty()).unwrap();
        tower::ServiceExt::oneshot(asking.router, request).await.unwrap().status()
    };
    assert_eq!(ask(&token).await, StatusCode::OK);
    assert_eq!(ask("0").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn accounts_are_looked_after_and_one_admin_always_stays() {
    let (server, _folder) = department().await;
    let admin = Asking::sign_in(&server, "admin").await;
    let new = json!({ "name": "roe", "printed_name": "Dr. Roe", "role": "physician", "sees_all": false, "password": PASSWORD });
    let made = admin.ask(Method::POST, "/accounts", Some(&new)).await;
    assert_eq!((made.status, &made.json()["token"]), (StatusCode::CREATED, &Value::Null));
    assert_eq!(admin.ask(Method::POST, "/accounts", Some(&new)).await.json()["code"], "account-name");
    Asking::sign_in(&server, "roe").await;
    let program = json!({ "name": "pacs", "printed_name": "", "role": "service", "sees_all": true });
    let made = admin.ask(Method::POST, "/accounts", Some(&program)).await.json();
    assert_eq!(made["token"].as_str().unwrap().len(), 64);
    assert_eq!(admin.ask(Method::POST, "/accounts/roe/token", None).await.json()["code"], "no-service");
    let give_up = admin.ask(Method::PATCH, "/accounts/admin", Some(&json!({ "role": "viewer" }))).await;
    assert_eq!((give_up.status, &give_up.json()["code"]), (StatusCode::CONFLICT, &json!("last-admin")));
    let off = admin.ask(Method::PATCH, "/accounts/roe", Some(&json!({ "is_disabled": true }))).await;
    assert_eq!(off.json()["is_disabled"], true);
    let listed = admin.ask(Method::GET, "/accounts", None).await.json();
    assert_eq!(listed["accounts"].as_array().unwrap().len(), 7);
    assert!(!listed.to_string().contains("argon2"));
}

#[tokio::test]
async fn what_is_done_denied_and_looked_at_is_written_down() {
    let (server, _folder) = department().await;
    let archive = server.archive();
    let case = case(archive).await;
    let viewer = Asking::sign_in(&server, "viewer").await;
    let path = format!("/cases/{}", case.id());
    for _ in 0..3 {
        viewer.ask(Method::GET, &path, None).await;
    }
    viewer.ask(Method::DELETE, &path, None).await;
    let physicist = Asking::sign_in(&server, "physicist").await;
    physicist.ask(Method::PATCH, &path, Some(&json!({ "label": "other" }))).await;
    physicist.ask(Method::PATCH, &path, Some(&json!({ "lable": "other" }))).await;
    let told: Vec<_> = archive
        .audit_entries(1)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| (entry.deed.actor, entry.deed.action, entry.deed.case.is_some(), entry.deed.outcome))
        .collect();
    let deed = |actor: &str, action: &str, has_case: bool, outcome| {
        (actor.to_owned(), action.to_owned(), has_case, outcome)
    };
    assert_eq!(
        told,
        [
            deed("viewer", "sign-in", false, Outcome::Done),
            // Three looks within a quarter of an hour are one.
            deed("viewer", "GET /cases/{case}", true, Outcome::Done),
            deed("viewer", "DELETE /cases/{case}", true, Outcome::Denied),
            deed("physicist", "sign-in", false, Outcome::Done),
            deed("physicist", "PATCH /cases/{case}", true, Outcome::Done),
            deed("physicist", "PATCH /cases/{case}", true, Outcome::Failed),
        ]
    );
    // Strangers leave no trace that could be made to grow.
    let head = archive.audit_head().await.unwrap();
    for _ in 0..3 {
        Asking::nobody(&server).ask(Method::GET, &path, None).await;
    }
    assert_eq!(archive.audit_head().await.unwrap(), head);
    let admin = Asking::sign_in(&server, "admin").await;
    let log = admin.ask(Method::GET, "/audit?from=3", None).await.json();
    assert_eq!((&log["entries"][0]["number"], &log["entries"][0]["outcome"]), (&json!(3), &json!("denied")));
    let verified = admin.ask(Method::GET, "/audit/verification", None).await.json();
    assert_eq!((&verified["broken"], &verified["head"]), (&Value::Null, &log["head"]));
}

#[tokio::test]
async fn listing_cases_and_searching_is_written_down_now_and_then_without_what_was_searched_for() {
    let (server, _folder) = department().await;
    let archive = server.archive();
    let viewer = Asking::sign_in(&server, "viewer").await;
    let physicist = Asking::sign_in(&server, "physicist").await;
    let from = archive.audit_head().await.unwrap().number + 1;
    for asking in [&viewer, &physicist, &viewer] {
        assert_eq!(asking.ask(Method::GET, "/cases", None).await.status, StatusCode::OK);
    }
    for path in ["studies?PatientName=Mueller*", "studies?PatientID=4711", "series", "studies/2.25.1/instances"] {
        assert_eq!(viewer.ask_at(Method::GET, &format!("/dicomweb/{path}"), None).await.status, StatusCode::OK);
    }
    // What failed found nothing.
    assert_eq!(
        viewer.ask_at(Method::GET, "/dicomweb/instances?limit=x", None).await.status,
        StatusCode::BAD_REQUEST
    );
    let entries = archive.audit_entries(from).await.unwrap();
    let told: Vec<_> =
        entries.iter().map(|entry| (entry.deed.actor.as_str(), entry.deed.action.as_str())).collect();
    assert_eq!(
        told,
        [
            ("viewer", "GET /cases"),
            ("physicist", "GET /cases"),
            ("viewer", "GET /dicomweb/studies"),
            ("viewer", "GET /dicomweb/series"),
            ("viewer", "GET /dicomweb/studies/{study}/instances"),
        ]
    );
    let written = format!("{:?}", entries.iter().map(|entry| &entry.deed).collect::<Vec<_>>());
    assert!(!written.contains("Mueller") && !written.contains("4711") && !written.contains("2.25.1"));
}
