//! What happens, as it happens.

use std::convert::Infallible;
use std::time::Duration;

use archive::{Archive, CaseId};
use axum::extract::State;
use axum::response::sse::{Event as SentEvent, KeepAlive, Sse};
use serde_json::json;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt, once};

use crate::access::Person;
use crate::jobs::Event;
use crate::state::Workbench;

/// A sign of life, so that a lost server is noticed.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// What a listener is told of something that happened; nothing of what it may not see.
async fn told(archive: Archive, person: Person, event: Option<Event>) -> Option<SentEvent> {
    let Some(event) = event else { return Some(SentEvent::default().event("missed").data("{}")) };
    let sight = person.sight(&archive).await.ok()?;
    match event {
        Event::Job(job) => {
            job.is_told_to(&person, &sight).then(|| SentEvent::default().event("job").data(json!(job).to_string()))
        }
        Event::Case(id) => {
            let is_seen = CaseId::new(&id).is_ok_and(|case| sight.includes(&case));
            is_seen.then(|| SentEvent::default().event("case").data(json!({ "id": id }).to_string()))
        }
    }
}

/// Server-sent events: `hello` with the name of this run, `job`, `case`, `missed` where the listener was too slow, and `alive`.
#[utoipa::path(get, path = "/events", responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn events(
    State(workbench): State<Workbench>,
    person: Person,
) -> Sse<impl Stream<Item = Result<SentEvent, Infallible>>> {
    let hello = SentEvent::default().event("hello").data(json!({ "run": workbench.run }).to_string());
    let happening = BroadcastStream::new(workbench.jobs.listen());
    let happening = happening.then(move |event| told(workbench.archive.clone(), person.clone(), event.ok()));
    let happening = happening.filter_map(|event| event.map(Ok));
    let alive = SentEvent::default().event("alive").data("{}");
    Sse::new(once(Ok(hello)).chain(happening)).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE).event(alive))
}
