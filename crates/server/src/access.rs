//! Who may ask: the browser that opened the printed address, from this machine alone.

use std::sync::{Arc, Mutex, PoisonError};

use archive::hexadecimal;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::problem::Problem;

/// The address of the only page that may be opened without a session.
pub const TOKEN_PATH: &str = "/open";
const COOKIE: &str = "rert_session";
const DOING: &str = "opening the workbench";

/// Tokens and sessions of a server in local mode.
#[derive(Debug)]
pub struct Access {
    /// Names under which the server may be asked: others are another site that resolves to this machine.
    hosts: Vec<String>,
    session: String,
    token: Mutex<Option<String>>,
}

impl Access {
    /// Access under `127.0.0.1` and `localhost` with a port.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn local(port: u16) -> Result<Self, getrandom::Error> {
        Ok(Self {
            hosts: vec![format!("127.0.0.1:{port}"), format!("localhost:{port}")],
            session: random()?,
            token: Mutex::new(None),
        })
    }

    /// A new token that opens the workbench once; it takes the place of the former one.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new_token(&self) -> Result<String, getrandom::Error> {
        let token = random()?;
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok(token)
    }

    /// Takes a token, which is then worth nothing any longer.
    fn take(&self, token: &str) -> bool {
        let mut own = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = own.as_deref().is_some_and(|own| is_same(own, token));
        if is_right {
            *own = None;
        }
        is_right
    }

    fn is_right_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|own| own == host))
    }

    /// A page of another site may not change anything; browsers say where a request comes from.
    fn is_right_origin(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
        origin.is_none_or(|origin| self.hosts.iter().any(|own| origin == format!("http://{own}")))
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
        let mut pairs =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, value)| name == COOKIE && is_same(value, &self.session))
    }
}

/// Answers only to the right name, the right site and the right session, and tells the browser to load nothing from elsewhere.
pub async fn guard(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let response = if !access.is_right_host(headers) {
        refused("the address does not name this machine", "Open the address that rert printed.")
    } else if is_change(request.method()) && !access.is_right_origin(headers) {
        refused("the request comes from another site", "Use the workbench itself.")
    } else if request.uri().path() == TOKEN_PATH {
        open(&access, request.uri().query())
    } else if access.has_session(headers) {
        next.run(request).await
    } else {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "no-session", DOING, "this browser has no session");
        problem.hint("Open the address that rert printed when it started; it works once.").into_response()
    };
    with_security_headers(response)
}

fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn refused(message: &str, hint: &str) -> Response {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", DOING, message).hint(hint).into_response()
}

fn open(access: &Access, query: Option<&str>) -> Response {
    let token = query.and_then(|query| query.strip_prefix("token=")).unwrap_or_default();
    if !access.take(token) {
        return refused(
            "the address was used already, or is not the one that was printed",
            "Use the newest address that rert printed.",
        );
    }
    let cookie = format!("{COOKIE}={}; HttpOnly; SameSite=Strict; Path=/", access.session);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

fn with_security_headers(mut response: Response) -> Response {
    let policy = "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; font-src 'self'; \
                  worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
                  frame-ancestors 'none'";
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let headers = response.headers_mut();
    // Documents that bring styles of their own bring a stricter policy of their own.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hexadecimal(&bytes))
}

/// Compares without telling by its time how much is right.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_once() {
        let access = Access::local(8088).unwrap();
        let token = access.new_token().unwrap();
        assert!(!access.take("") && !access.take(&token[1..]));
        assert!(access.take(&token));
        assert!(!access.take(&token));
    }

    #[test]
    fn a_new_token_replaces_the_former_one() {
        let access = Access::local(8088).unwrap();
        let (first, second) = (access.new_token().unwrap(), access.new_token().unwrap());
        assert!(!access.take(&first) && access.take(&second));
    }
}
