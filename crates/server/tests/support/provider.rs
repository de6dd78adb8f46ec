//! A provider of identities that does what a test wants, also what none should.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData, SigningKey};
use serde_json::{Value, json};
use server::{Provider, Secret};
use tokio::net::TcpListener;

pub const CLIENT_ID: &str = "rert";
pub const CLIENT_SECRET: &str = "between us";

/// What is changed about a token before it is signed: header and claims.
type Change = Box<dyn Fn(&mut Value, &mut Value) + Send>;

struct Known {
    keys: Vec<KeyPair>,
    /// With which key is signed; the last one is published, the others are not.
    signs_with: usize,
    /// Codes with nonce, challenge, and claims of the person.
    codes: BTreeMap<String, (String, String, Value)>,
    n_codes: u64,
    change: Option<Change>,
    userinfo: Value,
    document: Value,
    /// A status, where else, and how many bytes.
    instead: Option<(u16, String, usize)>,
}

/// A provider of identities.
#[derive(Clone)]
pub struct Mock {
    pub issuer: String,
    known: Arc<Mutex<Known>>,
}

/// The parts of an address after its question mark.
pub fn parts(address: &str) -> BTreeMap<String, String> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), plain(value))).collect()
}

fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            }
            b'+' => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

/// Seconds since 1970.
pub fn seconds() -> i64 {
    server::now().timestamp()
}

impl Mock {
    pub async fn begun() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let document = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
            "userinfo_endpoint": format!("{issuer}/userinfo"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"]
        });
        let known = Known {
            keys: vec![key()],
            signs_with: 0,
            codes: BTreeMap::new(),
            n_codes: 0,
            change: None,
            userinfo: Value::Null,
            document,
            instead: None,
        };
        let mock = Self { issuer, known: Arc::new(Mutex::new(known)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(document_of))
            .route("/keys", get(keys_of))
            .route("/token", post(token_of))
            .route("/userinfo", get(userinfo_of))
            .with_state(mock.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        mock
    }

    pub fn provider(&self) -> Provider {
        Provider {
            issuer: self.issuer.clone(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(Secret(CLIENT_SECRET.to_owned())),
            label: "the clinic".to_owned(),
            scopes: vec!["profile".to_owned()],
            account_claim: "preferred_username".to_owned(),
            groups_claim: "groups".to_owned(),
            roles: BTreeMap::new(),
            makes_accounts: false,
            passwords: true,
            authorities: None,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }

    /// From now on tokens are changed before they are signed.
    pub fn changes(&self, change: impl Fn(&mut Value, &mut Value) + Send + 'static) {
        self.known().change = Some(Box::new(change));
    }

    pub fn is_honest_again(&self) {
        self.known().change = None;
    }

    /// Publishes another key, and signs with it.
    pub fn rotates_keys(&self) {
        let mut known = self.known();
        known.keys.push(key());
        known.signs_with = known.keys.len() - 1;
    }

    /// Signs with a key that it never published.
    pub fn signs_with_another_key(&self) {
        let mut known = self.known();
        known.keys.insert(0, key());
        known.signs_with = 0;
    }

    pub fn tells_of_the_person(&self, claims: Value) {
        self.known().userinfo = claims;
    }

    /// Answers every request for its description with another place, or with something that does not end soon.
    pub fn answers_instead(&self, status: u16, location: &str, n_bytes: usize) {
        self.known().instead = Some((status, location.to_owned(), n_bytes));
    }

    pub fn describes_itself(&self, field: &str, value: Value) {
        self.known().document[field] = value;
    }

    /// Somebody signs in at an address to which a browser was led; tells state and code with which it is led back.
    pub fn lets_in(&self, address: &str, person: Value) -> (String, String) {
        assert!(address.starts_with(&format!("{}/authorize?", self.issuer)), "{address}");
        let asked = parts(address);
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT_ID));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        assert!(asked["redirect_uri"].ends_with("/api/v1/session/oidc/callback"));
        let mut known = self.known();
        known.n_codes += 1;
        let code = format!("code{}", known.n_codes);
        known.codes.insert(code.clone(), (asked["nonce"].clone(), asked["code_challenge"].clone(), person));
        (asked["state"].clone(), code)
    }

    fn token(&self, nonce: &str, person: &Value) -> String {
        let known = self.known();
        let mut header = json!({ "alg": "ES256", "kid": format!("key{}", known.signs_with) });
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "exp": seconds() + 300, "iat": seconds(), "nonce": nonce
        });
        for (name, value) in person.as_object().unwrap() {
            claims[name] = value.clone();
        }
        if let Some(change) = &known.change {
            change(&mut header, &mut claims);
        }
        let said = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", said(&header), said(&claims));
        let signature = match header["alg"].as_str() {
            Some("none") => Vec::new(),
            _ => fixed(&known.keys[known.signs_with].sign(signed.as_bytes()).unwrap()),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The two numbers of a signature, of 32 bytes each, out of its form in DER.
fn fixed(der: &[u8]) -> Vec<u8> {
    let mut fixed = Vec::new();
    let mut rest = &der[2..];
    for _ in 0..2 {
        let (length, number) = (rest[1] as usize, &rest[2..]);
        let (number, after) = number.split_at(length);
        let number = &number[number.len().saturating_sub(32)..];
        fixed.extend(vec![0; 32 - number.len()]);
        fixed.extend(number);
        rest = after;
    }
    fixed
}

async fn document_of(State(mock): State<Mock>) -> Response {
    let instead = mock.known().instead.clone();
    match instead {
        None => Json(mock.known().document.clone()).into_response(),
        Some((status, location, n_bytes)) => {
            let status = StatusCode::from_u16(status).unwrap();
            (status, [(header::LOCATION, location)], " ".repeat(n_bytes)).into_response()
        }
    }
}

async fn keys_of(State(mock): State<Mock>) -> Json<Value> {
    let known = mock.known();
    let last = known.keys.len() - 1;
    let point = known.keys[last].der_bytes();
    let coordinate = |from: usize| URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": format!("key{last}"), "x": coordinate(1), "y": coordinate(33)
    }] }))
}

async fn userinfo_of(State(mock): State<Mock>, headers: HeaderMap) -> Response {
    assert_eq!(headers[header::AUTHORIZATION], "Bearer access");
    Json(mock.known().userinfo.clone()).into_response()
}

async fn token_of(State(mock): State<Mock>, headers: HeaderMap, body: String) -> Response {
    let asked = parts(&format!("?{body}"));
    let expected =
        format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{}", CLIENT_SECRET.replace(' ', "+"))));
    let refused = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))).into_response();
    if headers[header::AUTHORIZATION] != expected.as_str() {
        return refused("invalid_client");
    }
    let Some((nonce, challenge, person)) = mock.known().codes.remove(&asked["code"]) else {
        return refused("invalid_grant");
    };
    let hash = archive::sha256(&asked["code_verifier"]);
    let bytes: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&hash[2 * at..2 * at + 2], 16).unwrap()).collect();
    if URL_SAFE_NO_PAD.encode(bytes) != challenge {
        return refused("invalid_grant");
    }
    let token = mock.token(&nonce, &person);
    Json(json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": token }))
        .into_response()
}
