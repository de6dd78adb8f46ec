//! What happens, as it happens.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as SentEvent, KeepAlive, Sse};
use serde_json::json;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt, once};

use crate::jobs::Event;
use crate::state::Workbench;

/// A sign of life, so that a lost server is noticed.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// Server-sent events: `hello` with the name of this run, `job`, `case`, `missed` where the listener was too slow, and `alive`.
#[utoipa::path(get, path = "/events", responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn events(State(workbench): State<Workbench>) -> Sse<impl Stream<Item = Result<SentEvent, Infallible>>> {
    let hello = SentEvent::default().event("hello").data(json!({ "run": workbench.run }).to_string());
    let happening = BroadcastStream::new(workbench.jobs.listen()).map(|event| {
        Ok(match event {
            Ok(Event::Job(job)) => SentEvent::default().event("job").data(json!(job).to_string()),
            Ok(Event::Case(id)) => SentEvent::default().event("case").data(json!({ "id": id }).to_string()),
            Err(_) => SentEvent::default().event("missed").data("{}"),
        })
    });
    let alive = SentEvent::default().event("alive").data("{}");
    Sse::new(once(Ok(hello)).chain(happening)).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE).event(alive))
}
