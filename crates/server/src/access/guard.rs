//! What is looked at before anything is answered.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::person::Session;
use super::{Access, COOKIE, FLOW_COOKIE, Local, Mode, Person, Who};
use crate::clock;
use crate::problem::Problem;

/// The address of the only page that may be opened without a session in local mode.
pub const TOKEN_PATH: &str = "/open";
const DOING: &str = "opening the workbench";
/// By it a server that passes requests on says for whom.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Answers only to the right name and the right site, finds out who asks, and tells the browser to load nothing from elsewhere.
pub async fn guard(State(access): State<Arc<Access>>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let response = if !access.is_right_host(headers) {
        refused("the address does not name this machine", "Open the address that rert printed.")
    } else if is_change(request.method()) && !access.is_right_origin(headers) {
        refused("the request comes from another site", "Use the workbench itself.")
    } else {
        match (&access.mode, request.uri().path()) {
            (Mode::Local(local), TOKEN_PATH) => access.open(local, request.uri().query()),
            _ => match access.person(request.headers(), access.address(&request)).await {
                Err(problem) => problem.into_response(),
                Ok(Person { who: Who::Nobody, .. }) if matches!(access.mode, Mode::Local(_)) => no_session(),
                Ok(person) => {
                    request.extensions_mut().insert(person);
                    next.run(request).await
                }
            },
        }
    };
    with_security_headers(response, access.is_secure())
}

/// That nobody is known who asks.
pub fn no_session() -> Response {
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "no-session", DOING, "this browser has no session");
    problem.hint("Sign in, or open the address that rert printed when it started; it works once.").into_response()
}

fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn refused(message: &str, hint: &str) -> Response {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", DOING, message).hint(hint).into_response()
}

impl Access {
    /// A page of another site that leads here by its name would use the session of the browser. A token is used by nobody but the
    /// program that has it, and not every program says the port.
    fn is_right_host(&self, headers: &HeaderMap) -> bool {
        if matches!(self.mode, Mode::Department(_)) && bearer(headers).is_some() {
            return true;
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|own| own == host))
    }

    /// A page of another site may not change anything; browsers say where a request comes from.
    fn is_right_origin(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
        origin.is_none_or(|origin| self.origins.iter().any(|own| own == origin))
    }

    fn open(&self, local: &Local, query: Option<&str>) -> Response {
        let token = query.and_then(|query| query.strip_prefix("token=")).unwrap_or_default();
        match local.take(token) {
            Some(session) => ([(header::SET_COOKIE, self.cookie(session))], Redirect::to("/")).into_response(),
            None => refused(
                "the address was used already, or is not the one that was printed",
                "Use the newest address that rert printed.",
            ),
        }
    }

    /// Who asks.
    async fn person(&self, headers: &HeaderMap, address: String) -> Result<Person, Problem> {
        let who = match &self.mode {
            Mode::Local(local) if sessions(headers).any(|session| local.is_session(session)) => Who::Local,
            Mode::Local(_) => Who::Nobody,
            Mode::Department(_) => match bearer(headers) {
                Some(token) => match self.archive.account_of_token(token).await? {
                    Some(account) => Who::Account { account, session: None },
                    None => Who::Nobody,
                },
                None => self.of_session(headers).await?,
            },
        };
        Ok(Person { who, address })
    }

    async fn of_session(&self, headers: &HeaderMap) -> Result<Who, Problem> {
        for token in sessions(headers) {
            if let Some(found) = self.archive.session(token, clock::now()).await? {
                let session = Session { token: token.to_owned(), begun: found.begun };
                return Ok(Who::Account { account: found.account, session: Some(session) });
            }
        }
        Ok(Who::Nobody)
    }

    /// From where somebody asks; of a server that passes requests on, from where it says.
    fn address(&self, request: &Request) -> String {
        let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
            return "here".to_owned();
        };
        let proxies = match &self.mode {
            Mode::Department(department) => department.proxies.as_slice(),
            Mode::Local(_) => &[],
        };
        let forwarded =
            request.headers().get_all(FORWARDED_FOR).iter().next_back().and_then(|told| told.to_str().ok());
        // The last one was written by the server next to us; what stands before it may be invented.
        let last = forwarded.and_then(|told| told.rsplit(',').next()).and_then(|told| told.trim().parse().ok());
        let address: IpAddr = last.filter(|_| proxies.contains(&peer.ip())).unwrap_or_else(|| peer.ip());
        address.to_string()
    }
}

/// The sessions that a browser shows.
fn sessions(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    cookies(headers, COOKIE)
}

/// By which a browser is known that comes back from a provider.
pub fn flow_of(headers: &HeaderMap) -> Option<&str> {
    cookies(headers, FLOW_COOKIE).next()
}

fn cookies<'a>(headers: &'a HeaderMap, wanted: &'static str) -> impl Iterator<Item = &'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(name, _)| *name == wanted).map(|(_, value)| value)
}

/// The token that a program shows.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn with_security_headers(mut response: Response, is_secure: bool) -> Response {
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
    if is_secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
