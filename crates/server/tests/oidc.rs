//! Signing in, and confirming signatures, by a provider of identities: an honest one, and one that is not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::net::TcpListener;

use archive::audit::Outcome;
use archive::people::{AccountChange, NewAccount, Role};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::DateTime;
use serde_json::{Value, json};
use server::{Provider, Server};
use support::provider::{Mock, parts, seconds};
use support::{Answer, Asking, PASSWORD, department_with, patient, read};
use tempfile::TempDir;
use tower::ServiceExt;

/// A department with an account `roe` that is left to the provider, and no groups.
async fn department(change: impl Fn(Provider) -> Provider) -> (Server, Mock, TempDir) {
    let mock = Mock::begun().await;
    let (server, folder) = department_with(Some(change(mock.provider()))).await;
    add(&server, "roe", Role::Physicist).await;
    (server, mock, folder)
}

async fn add(server: &Server, name: &str, role: Role) {
    let new = NewAccount { name: name.to_owned(), printed_name: format!("Dr. {name}"), role, sees_all: true };
    server.archive().add_account(&new, DateTime::UNIX_EPOCH).await.unwrap();
}

/// A browser that was led to the provider.
struct Led {
    address: String,
    browser: String,
}

fn cookie_of(answer: &Answer, name: &str) -> Option<String> {
    let all = answer.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap().to_owned());
    all.into_iter().find(|cookie| cookie.starts_with(&format!("{name}=")))
}

fn led_by(answer: &Answer) -> Led {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let cookie = cookie_of(answer, "rert_oidc").unwrap();
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/api/v1/session/oidc/callback", "; Max-Age=600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let browser = cookie.split(';').next().unwrap().to_owned();
    Led { address: answer.json()["address"].as_str().unwrap().to_owned(), browser }
}

async fn led(server: &Server) -> Led {
    led_by(&Asking::nobody(server).ask(Method::POST, "/session/oidc", None).await)
}

/// A browser comes from the site of the provider, so that no session comes along.
async fn back(server: &Server, browser: &str, query: &str) -> Answer {
    let request = Request::get(format!("/api/v1/session/oidc/callback?{query}"));
    let request = request.header(header::HOST, "rert.test").header(header::COOKIE, browser);
    read(server.application().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
}

/// How signing in ended, as the page is told.
fn end(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", String::from_utf8_lossy(&answer.body));
    let (word, session) = (answer.header(header::LOCATION), cookie_of(answer, "rert_session"));
    let word = word.strip_prefix("/?provider=").unwrap();
    assert_eq!(session.is_some(), word == "signed-in", "{word}");
    assert!(answer.body.is_empty(), "what the provider sent stays here");
    word
}

async fn came(server: &Server, mock: &Mock, person: Value) -> Answer {
    let led = led(server).await;
    let (state, code) = mock.lets_in(&led.address, person);
    back(server, &led.browser, &format!("state={state}&code={code}")).await
}

fn roe() -> Value {
    json!({ "sub": "17", "preferred_username": "Roe" })
}

fn signed_in(server: &Server, answer: &Answer) -> Asking {
    assert_eq!(end(answer), "signed-in");
    let session = cookie_of(answer, "rert_session").unwrap();
    Asking { cookie: session.split(';').next().unwrap().to_owned(), ..Asking::nobody(server) }
}

/// What was written down last: by whom, what, how it ended, and why.
async fn last(server: &Server) -> (String, String, Outcome, String) {
    let deed = server.archive().audit_entries(1).await.unwrap().pop().unwrap().deed;
    (deed.actor, deed.action, deed.outcome, deed.detail)
}

async fn why(server: &Server) -> String {
    let (_, action, outcome, detail) = last(server).await;
    assert_eq!((action.as_str(), outcome), ("sign-in", Outcome::Denied));
    detail.strip_prefix("by the provider: ").unwrap().to_owned()
}

#[tokio::test]
async fn somebody_signs_in_by_the_provider_and_is_known_by_subject_from_then_on() {
    let (server, mock, _folder) = department(|provider| provider).await;
    let told = Asking::nobody(&server).ask(Method::GET, "/session", None).await.json();
    assert_eq!((&told["provider"], &told["takes_passwords"]), (&json!("the clinic"), &json!(true)));
    let answer = came(&server, &mock, roe()).await;
    let cookie = cookie_of(&answer, "rert_session").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(cookie_of(&answer, "rert_oidc").unwrap().contains("Max-Age=0"));
    let first = signed_in(&server, &answer);
    let linked = "by the provider, to whom the account is linked from now on";
    assert_eq!(last(&server).await, ("roe".into(), "sign-in".into(), Outcome::Done, linked.into()));
    let session = first.ask(Method::GET, "/session", None).await.json();
    let account = &session["account"];
    assert_eq!((&account["name"], &account["role"]), (&json!("roe"), &json!("physicist")));
    assert_eq!(account["is_linked"], true);
    // Another name at the provider is still the same person, and each sign-in is a session of its own.
    let again = came(&server, &mock, json!({ "sub": "17", "preferred_username": "admin" })).await;
    let again = signed_in(&server, &again);
    assert_eq!(last(&server).await.3, "by the provider");
    assert_ne!(again.cookie, first.cookie);
    assert_eq!(again.ask(Method::GET, "/session", None).await.json()["account"]["name"], "roe");
    // Passwords open other accounts as before, and not this one.
    Asking::sign_in(&server, "viewer").await;
    let attempt = json!({ "name": "roe", "password": PASSWORD });
    let refused = Asking::nobody(&server).ask(Method::POST, "/session", Some(&attempt)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_comes_in_who_was_not_meant_to() {
    let (server, mock, _folder) = department(|provider| provider).await;
    for (person, expected) in [
        (json!({ "sub": "1", "preferred_username": "nobody-here" }), "there is no account of that name"),
        (json!({ "sub": "1" }), "the provider names no account"),
        // Who gives out names at the provider gets into no account with a password or a token.
        (
            json!({ "sub": "1", "preferred_username": "admin" }),
            "the account of that name is not left to the provider",
        ),
        (
            json!({ "sub": "1", "preferred_username": "service" }),
            "the account of that name is not left to the provider",
        ),
    ] {
        mock.tells_of_the_person(json!({ "sub": "1" }));
        assert_eq!(end(&came(&server, &mock, person).await), "refused");
        assert_eq!(why(&server).await, expected);
    }
    signed_in(&server, &came(&server, &mock, roe()).await);
    assert_eq!(end(&came(&server, &mock, json!({ "sub": "18", "preferred_username": "roe" })).await), "refused");
    assert_eq!(why(&server).await, "the account of that name is linked to somebody else of the provider");
    let off = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
    server.archive().change_account("roe", &off).await.unwrap();
    assert_eq!(end(&came(&server, &mock, roe()).await), "refused");
    assert_eq!(why(&server).await, "the account may not be used");
    // An administrator lets somebody else have it.
    let on = AccountChange { is_disabled: Some(false), ..AccountChange::default() };
    server.archive().change_account("roe", &on).await.unwrap();
    let admin = Asking::sign_in(&server, "admin").await;
    let left = admin.ask(Method::PATCH, "/accounts/roe", Some(&json!({ "by_provider": true }))).await;
    assert_eq!((left.status, &left.json()["is_linked"]), (StatusCode::OK, &json!(false)));
    signed_in(&server, &came(&server, &mock, json!({ "sub": "18", "preferred_username": "roe" })).await);
}

#[tokio::test]
async fn a_token_that_is_not_of_this_sign_in_or_this_provider_is_not_believed() {
    let (server, mock, _folder) = department(|provider| provider).await;
    type Change = fn(&mut Value, &mut Value);
    let changes: [(&str, Change); 11] = [
        ("the token was made for another sign-in", |_, claims| claims["nonce"] = json!("another")),
        ("the token was made for another sign-in", |_, claims| claims["nonce"] = Value::Null),
        ("the token was made for another program", |_, claims| claims["aud"] = json!("another")),
        ("the token was made for another program", |_, claims| claims["aud"] = json!(["rert", "another"])),
        ("the token was made for another program", |_, claims| claims["azp"] = json!("another")),
        ("the token was made by another provider", |_, claims| claims["iss"] = json!("https://other.example.org")),
        ("the token is not of this time", |_, claims| claims["exp"] = json!(seconds() - 1)),
        ("the token is not of this time", |_, claims| claims["iat"] = json!(seconds() + 120)),
        ("the token is not of this time", |_, claims| claims["nbf"] = json!(seconds() + 120)),
        ("the token is not signed", |header, _| header["alg"] = json!("none")),
        ("the token is signed in a way that is not taken", |header, _| header["alg"] = json!("HS256")),
    ];
    for (expected, change) in changes {
        mock.changes(change);
        assert_eq!(end(&came(&server, &mock, roe()).await), "refused", "{expected}");
        assert_eq!(why(&server).await, expected);
    }
    mock.is_honest_again();
    mock.signs_with_another_key();
    assert_eq!(end(&came(&server, &mock, roe()).await), "refused");
    assert_eq!(why(&server).await, "the token is not signed by the provider");
    assert!(
        server
            .archive()
            .account_of_subject(&archive::people::Subject {
                issuer: mock.issuer.clone(),
                subject: "17".to_owned()
            })
            .await
            .unwrap()
            .is_none(),
        "nobody was linked"
    );
}

#[tokio::test]
async fn keys_of_the_provider_may_change_at_any_time() {
    let (server, mock, _folder) = department(|provider| provider).await;
    signed_in(&server, &came(&server, &mock, roe()).await);
    mock.rotates_keys();
    signed_in(&server, &came(&server, &mock, roe()).await);
    // Also while somebody is on the way.
    let led = led(&server).await;
    let (state, code) = mock.lets_in(&led.address, roe());
    mock.rotates_keys();
    signed_in(&server, &back(&server, &led.browser, &format!("state={state}&code={code}")).await);
}

#[tokio::test]
async fn a_way_back_is_of_one_browser_and_works_once() {
    let (server, mock, _folder) = department(|provider| provider).await;
    let (own, other) = (led(&server).await, led(&server).await);
    let (state, code) = mock.lets_in(&own.address, roe());
    let query = format!("state={state}&code={code}");
    for browser in ["", &other.browser, "rert_oidc=0"] {
        assert_eq!(end(&back(&server, browser, &query).await), "expired", "{browser}");
    }
    assert_eq!(why(&server).await, "this browser began no such sign-in, or it is over");
    for wrong in ["state=0", "", &format!("state={state}0&code={code}"), &format!("code={code}")] {
        assert_eq!(end(&back(&server, &own.browser, wrong).await), "expired", "{wrong}");
    }
    // Nothing of that has ended the way of the browser that began.
    signed_in(&server, &back(&server, &own.browser, &query).await);
    assert_eq!(end(&back(&server, &own.browser, &query).await), "expired");
    // A code is taken once, also in a flow that is new.
    let (state, _) = mock.lets_in(&other.address, roe());
    assert_eq!(end(&back(&server, &other.browser, &format!("state={state}&code={code}")).await), "refused");
    assert_eq!(why(&server).await, "the provider does not take the code");
}

#[tokio::test]
async fn who_the_provider_lets_not_in_and_who_comes_from_another_provider_is_not_let_in() {
    let (server, mock, _folder) = department(|provider| provider).await;
    let first = led(&server).await;
    let (state, _) = mock.lets_in(&first.address, roe());
    assert_eq!(
        end(&back(&server, &first.browser, &format!("state={state}&error=access_denied")).await),
        "declined"
    );
    let second = led(&server).await;
    let (state, code) = mock.lets_in(&second.address, roe());
    let query = format!("state={state}&code={code}&iss=https%3A%2F%2Fother.example.org");
    assert_eq!(end(&back(&server, &second.browser, &query).await), "refused");
    assert_eq!(why(&server).await, "another provider answered");
}

#[tokio::test]
async fn a_provider_that_is_down_is_told_and_passwords_go_on() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (server, mock, _folder) =
        department(|provider| Provider { issuer: format!("http://127.0.0.1:{port}"), ..provider }).await;
    let answer = Asking::nobody(&server).ask(Method::POST, "/session/oidc", None).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::BAD_GATEWAY, &json!("provider")));
    assert_eq!(answer.json()["message"], "the clinic cannot be asked: the provider does not answer");
    Asking::sign_in(&server, "viewer").await;
    // One that leads elsewhere, or without encryption to where others can listen, is not followed.
    let (server, _folder) = department_with(Some(mock.provider())).await;
    for (field, value, expected) in [
        ("issuer", json!("https://other.example.org"), "calls itself by another name"),
        ("authorization_endpoint", json!("javascript:alert(1)"), "without encryption"),
        ("jwks_uri", json!("http://keys.example.org/"), "without encryption"),
        ("token_endpoint", json!(7), "does not describe itself"),
    ] {
        let honest =
            if field == "issuer" { json!(mock.issuer) } else { json!(format!("{}/{field}", mock.issuer)) };
        mock.describes_itself(field, value);
        let told = Asking::nobody(&server).ask(Method::POST, "/session/oidc", None).await.json();
        assert!(told["message"].as_str().unwrap().contains(expected), "{field}: {told}");
        let honest = if field == "jwks_uri" { json!(format!("{}/keys", mock.issuer)) } else { honest };
        mock.describes_itself(field, honest);
    }
}

#[tokio::test]
async fn the_provider_leads_the_program_nowhere_and_cannot_fill_its_memory() {
    let (server, mock, _folder) = department(|provider| provider).await;
    let honest = Mock::begun().await;
    let told = async || Asking::nobody(&server).ask(Method::POST, "/session/oidc", None).await.json();
    mock.answers_instead(302, &format!("{}/.well-known/openid-configuration", honest.issuer), 0);
    assert!(told().await["message"].as_str().unwrap().contains("does not describe itself"));
    mock.answers_instead(200, "", 2 << 20);
    assert!(told().await["message"].as_str().unwrap().contains("answers with too much"));
}

#[tokio::test]
async fn groups_give_the_role_anew_with_each_sign_in() {
    let roles: BTreeMap<String, Role> =
        [("all", Role::Viewer), ("physics", Role::Physicist)].map(|(group, role)| (group.to_owned(), role)).into();
    let (server, mock, _folder) =
        department(|provider| Provider { roles: roles.clone(), makes_accounts: true, ..provider }).await;
    let in_groups = |groups: Value| json!({ "sub": "17", "preferred_username": "roe", "groups": groups });
    let role =
        async |asking: &Asking| asking.ask(Method::GET, "/session", None).await.json()["account"]["role"].clone();
    let first = signed_in(&server, &came(&server, &mock, in_groups(json!(["all", "physics"]))).await);
    assert_eq!(role(&first).await, "physicist");
    let viewer = signed_in(&server, &came(&server, &mock, in_groups(json!(["all"]))).await);
    assert_eq!(role(&viewer).await, "viewer");
    // What was begun as physicist has ended.
    assert_eq!(first.ask(Method::GET, "/cases", None).await.status, StatusCode::UNAUTHORIZED);
    mock.tells_of_the_person(json!({ "sub": "17" }));
    for none in [json!([]), json!(["others"]), Value::Null] {
        assert_eq!(end(&came(&server, &mock, in_groups(none)).await), "refused");
        assert_eq!(why(&server).await, "the groups give no role");
    }
    // Where that is wanted an account is made, which sees no patient before it was given one.
    let new = json!({ "sub": "20", "preferred_username": "new", "name": "Dr. New", "groups": "physics" });
    let new = signed_in(&server, &came(&server, &mock, new).await);
    let account = new.ask(Method::GET, "/session", None).await.json()["account"].clone();
    let expected = json!({ "name": "new", "printed_name": "Dr. New", "role": "physicist", "sees_all": false, "is_linked": true });
    assert_eq!(account, expected);
}

#[tokio::test]
async fn what_the_token_does_not_tell_is_asked_and_only_of_the_same_person() {
    let (server, mock, _folder) = department(|provider| provider).await;
    mock.tells_of_the_person(json!({ "sub": "18", "preferred_username": "roe" }));
    assert_eq!(end(&came(&server, &mock, json!({ "sub": "17" })).await), "unavailable");
    mock.tells_of_the_person(json!({ "sub": "17", "preferred_username": "roe" }));
    signed_in(&server, &came(&server, &mock, json!({ "sub": "17" })).await);
}

#[tokio::test]
async fn where_passwords_are_off_nobody_signs_in_by_one() {
    let (server, mock, _folder) = department(|provider| Provider { passwords: false, ..provider }).await;
    let attempt = json!({ "name": "viewer", "password": PASSWORD });
    let refused = Asking::nobody(&server).ask(Method::POST, "/session", Some(&attempt)).await;
    assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::CONFLICT, &json!("no-passwords")));
    signed_in(&server, &came(&server, &mock, roe()).await);
}

#[tokio::test]
async fn attempts_are_limited_by_address() {
    let (server, _mock, _folder) = department(|provider| provider).await;
    let mut codes = Vec::new();
    for _ in 0..25 {
        codes.push(Asking::nobody(&server).ask(Method::POST, "/session/oidc", None).await.json()["code"].clone());
    }
    assert!(codes.contains(&json!("too-many")));
}

/// A case that is assessed.
async fn assessed(server: &Server) -> String {
    let place = tempfile::tempdir().unwrap();
    patient().write(place.path()).unwrap();
    std::fs::write(place.path().join("case.toml"), "[uncertainty]\ndraws = 40\n").unwrap();
    let case = server.import(place.path(), "test", true).await.unwrap().to_string();
    let physicist = Asking::sign_in(server, "physicist").await;
    for _ in 0..3000 {
        if physicist.ask(Method::GET, &format!("/cases/{case}"), None).await.json()["state"] == "assessed" {
            return case;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the assessment does not end");
}

async fn confirmed(server: &Server, mock: &Mock, asking: &Asking, case: &str, shown: Option<i64>) -> String {
    let path = format!("/cases/{case}/signature/confirmation");
    let led = led_by(&asking.ask(Method::POST, &path, None).await);
    let asked = parts(&led.address);
    assert_eq!((asked["prompt"].as_str(), asked["max_age"].as_str()), ("login", "0"));
    let mut person = roe();
    if let Some(shown) = shown {
        person["auth_time"] = json!(shown);
    }
    let (state, code) = mock.lets_in(&led.address, person);
    let answer = back(server, &led.browser, &format!("state={state}&code={code}")).await;
    assert!(cookie_of(&answer, "rert_session").is_none(), "confirming begins no session");
    end(&answer).to_owned()
}

#[tokio::test]
async fn a_signature_is_confirmed_by_the_provider_just_now_for_one_case_and_once() {
    let (server, mock, _folder) = department(|provider| provider).await;
    let case = assessed(&server).await;
    let asking = signed_in(&server, &came(&server, &mock, roe()).await);
    let other = signed_in(&server, &came(&server, &mock, roe()).await);
    let sign = async |asking: &Asking, case: &str| {
        let document = json!({ "name": "", "role": "", "meaning": "checked" });
        asking.ask(Method::POST, &format!("/cases/{case}/signature"), Some(&document)).await
    };
    assert_eq!(sign(&asking, &case).await.json()["code"], "not-confirmed");
    // Who was not asked just now, or of whom the provider does not say when, has confirmed nothing.
    for shown in [Some(seconds() - 180), Some(seconds() + 120), None] {
        assert_eq!(confirmed(&server, &mock, &asking, &case, shown).await, "stale");
        let (actor, action, outcome, detail) = last(&server).await;
        assert_eq!((actor.as_str(), action.as_str(), outcome), ("roe", "confirm-signature", Outcome::Denied));
        assert!(detail.contains("was not asked just now"), "{detail}");
        assert_eq!(sign(&asking, &case).await.json()["code"], "not-confirmed");
    }
    assert_eq!(confirmed(&server, &mock, &asking, &case, Some(seconds())).await, "confirmed");
    assert_eq!(last(&server).await.1, "confirm-signature");
    // Not in another session of the same person, and not for another case.
    assert_eq!(sign(&other, &case).await.json()["code"], "not-confirmed");
    let import = server.archive().begin_import().unwrap();
    import.add("a", &mut &b"words"[..]).unwrap();
    let second = server.archive().finish_import(import, None, ("b", DateTime::UNIX_EPOCH)).await.unwrap();
    assert_eq!(sign(&asking, second.id().as_str()).await.json()["code"], "not-confirmed");
    let signed = sign(&asking, &case).await;
    assert_eq!((signed.status, &signed.json()["state"]), (StatusCode::OK, &json!("valid")), "{}", signed.json());
    let signature = signed.json()["signature"].clone();
    assert_eq!((&signature["name"], &signature["role"]), (&json!("Dr. roe"), &json!("physicist")));
    assert_eq!(sign(&asking, &case).await.json()["code"], "not-confirmed", "it works once");
    // What was confirmed is what was looked at.
    assert_eq!(confirmed(&server, &mock, &asking, &case, Some(seconds())).await, "confirmed");
    let settings = asking.ask(Method::GET, &format!("/cases/{case}/settings"), None).await;
    let mut changed = settings.json()["settings"].clone();
    changed["structure"] = json!([{ "name": "cord", "alpha_beta_gy": 3.0 }]);
    let save = Request::put(format!("/api/v1/cases/{case}/settings"))
        .header(header::HOST, "rert.test")
        .header(header::COOKIE, &asking.cookie)
        .header(header::IF_MATCH, settings.json()["etag"].as_str().unwrap())
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "settings": changed }).to_string()));
    let saved = read(server.application().oneshot(save.unwrap()).await.unwrap()).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.json());
    let refused = sign(&asking, &case).await.json();
    assert!(refused["message"].as_str().unwrap().contains("changed since you confirmed"), "{refused}");
}

#[tokio::test]
async fn only_who_signs_can_confirm_it() {
    let (server, mock, _folder) = department(|provider| provider).await;
    add(&server, "poe", Role::Physician).await;
    let import = server.archive().begin_import().unwrap();
    import.add("a", &mut &b"words"[..]).unwrap();
    let case = server.archive().finish_import(import, None, ("b", DateTime::UNIX_EPOCH)).await.unwrap();
    let path = format!("/cases/{}/signature/confirmation", case.id());
    let asking = signed_in(&server, &came(&server, &mock, roe()).await);
    signed_in(&server, &came(&server, &mock, json!({ "sub": "18", "preferred_username": "poe" })).await);
    let led = led_by(&asking.ask(Method::POST, &path, None).await);
    let (state, code) = mock.lets_in(&led.address, json!({ "sub": "18", "auth_time": seconds() }));
    assert_eq!(end(&back(&server, &led.browser, &format!("state={state}&code={code}")).await), "refused");
    assert!(last(&server).await.3.contains("somebody else answered"));
    // Who has a password signs with that.
    let physicist = Asking::sign_in(&server, "physicist").await;
    assert_eq!(physicist.ask(Method::POST, &path, None).await.json()["code"], "no-provider");
    let viewer = Asking::sign_in(&server, "viewer").await;
    assert_eq!(viewer.ask(Method::POST, &path, None).await.json()["code"], "forbidden");
}

/// With `RERT_TEST_OIDC` the address of an `oidc-provider-mock`, which is made by others and asks for a name on a page of its own.
#[tokio::test]
async fn somebody_signs_in_by_a_provider_that_others_made() {
    let Ok(issuer) = std::env::var("RERT_TEST_OIDC") else {
        eprintln!("skipped: RERT_TEST_OIDC names no provider of identities");
        return;
    };
    let http = reqwest_of_tests();
    let claims = json!({ "preferred_username": "roe", "name": "Dr. Roe", "groups": ["physics"] });
    let made = http.put(format!("{issuer}/users/17")).header("content-type", "application/json");
    assert!(made.body(claims.to_string()).send().await.unwrap().status().is_success());
    let roles = BTreeMap::from([("physics".to_owned(), Role::Physicist)]);
    let (server, _mock, _folder) =
        department(|provider| Provider { issuer: issuer.clone(), roles: roles.clone(), ..provider }).await;
    let led = led(&server).await;
    let form = http.post(&led.address).header("content-type", "application/x-www-form-urlencoded").body("sub=17");
    let location = form.send().await.unwrap().headers()["location"].to_str().unwrap().to_owned();
    let answer = back(&server, &led.browser, location.split_once('?').unwrap().1).await;
    let asking = signed_in(&server, &answer);
    let account = asking.ask(Method::GET, "/session", None).await.json()["account"].clone();
    assert_eq!((&account["name"], &account["is_linked"]), (&json!("roe"), &json!(true)));
    // Who says no there is told so here.
    let led = self::led(&server).await;
    let form =
        http.post(&led.address).header("content-type", "application/x-www-form-urlencoded").body("action=deny");
    let location = form.send().await.unwrap().headers()["location"].to_str().unwrap().to_owned();
    let query = location.split_once('?').unwrap().1;
    // This provider leaves the state out where it says no, which the standard does not allow: nobody is known to come back then.
    let expected = if query.contains("state=") { "declined" } else { "expired" };
    assert_eq!(end(&back(&server, &led.browser, query).await), expected);
}

fn reqwest_of_tests() -> reqwest::Client {
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}
