//! A line, a span and two numbers for every request.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Span, debug, error, field, info, info_span};

use super::instruments;
use crate::problem::Told;

/// What is told instead of an address that no operation has: such addresses are written by strangers.
const ELSEWHERE: &str = "/*";
/// The same for methods that HTTP does not name.
const OTHER: &str = "_OTHER";

/// Watches a request from its beginning to the beginning of its answer.
pub async fn observed(request: Request, next: Next) -> Response {
    let method = name_of(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or(ELSEWHERE, MatchedPath::as_str).to_owned();
    let span = info_span!(
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = field::Empty,
    );
    let watched = Watched { method, began: Instant::now(), answered: None };
    instruments().request_began(method);
    async move {
        let response = next.run(request).await;
        tell(&watched, &response);
        watched.was_answered(route, response.status().as_u16());
        response
    }
    .instrument(span)
    .await
}

/// A request under way; counted as ended also when whoever asked hangs up and its task is thrown away.
struct Watched {
    method: &'static str,
    began: Instant,
    answered: Option<(String, u16)>,
}

impl Watched {
    fn was_answered(mut self, route: String, status: u16) {
        self.answered = Some((route, status));
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        instruments().request_ended(self.method, self.answered.take(), self.began.elapsed());
    }
}

/// Writes down how a request ended: faults of ours in full, what cannot be answered with its code, changes, and the rest for those
/// who look closely.
fn tell(watched: &Watched, response: &Response) {
    let status = response.status();
    let duration_ms = watched.began.elapsed().as_millis() as u64;
    let span = Span::current();
    span.record("http.response.status_code", status.as_u16());
    let told = response.extensions().get::<Told>();
    let (status_code, code) = (status.as_u16(), told.map(|told| told.code));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
        let why = told.map(|told| told.message.as_str());
        error!(status = status_code, duration_ms, code, why, "a request failed");
    } else if status.is_client_error() {
        info!(status = status_code, duration_ms, code, "a request was refused");
    } else if matches!(watched.method, "GET" | "HEAD" | "OPTIONS") {
        debug!(status = status_code, duration_ms, "a request was answered");
    } else {
        info!(status = status_code, duration_ms, "a request was answered");
    }
}

fn name_of(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER)
}
