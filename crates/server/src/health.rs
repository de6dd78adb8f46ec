//! Whether the program runs and can do what it is for, for those machines that start it anew or send it no more requests. Nothing
//! here names a version, a case or a person, so that everybody may ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use archive::{Archive, Health};
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Serialize;
use tokio::sync::Mutex;

/// Whether the program runs at all.
pub const LIVE: &str = "/health/live";
/// Whether it can do what it is for.
pub const READY: &str = "/health/ready";
/// What was found is told to whoever asks within so long.
const LASTS: Duration = Duration::from_secs(2);

/// What is told about whether everything works.
#[derive(Serialize)]
struct Told {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Checks>,
}

#[derive(Serialize)]
struct Checks {
    index: &'static str,
    disk: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_store: Option<&'static str>,
    room: &'static str,
}

/// The two addresses.
pub(crate) fn router(archive: Archive) -> Router {
    let asked = Asked { archive, last: Arc::default() };
    Router::new().route(LIVE, get(live)).route(READY, get(ready)).with_state(asked)
}

/// What is asked, and what came of it last: everybody may ask, and the index and the object store are not asked for each of them.
#[derive(Clone)]
struct Asked {
    archive: Archive,
    last: Arc<Mutex<Option<(Instant, Health)>>>,
}

impl Asked {
    async fn health(&self) -> Health {
        let mut last = self.last.lock().await;
        match *last {
            Some((at, health)) if at.elapsed() < LASTS => health,
            _ => last.insert((Instant::now(), self.archive.health().await)).1,
        }
    }
}

async fn live() -> impl IntoResponse {
    Json(Told { status: "ok", checks: None })
}

async fn ready(State(asked): State<Asked>) -> impl IntoResponse {
    let health = asked.health().await;
    let status = if health.is_good() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Told { status: word(health.is_good()), checks: Some(checks(health)) }))
}

fn checks(health: Health) -> Checks {
    Checks {
        index: word(health.index_answers),
        disk: word(health.disk_keeps),
        object_store: health.store_answers.map(word),
        room: word(health.has_room),
    }
}

fn word(is_good: bool) -> &'static str {
    if is_good { "ok" } else { "failed" }
}
