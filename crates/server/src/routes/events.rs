//! What happens, as it happens.

use std::convert::Infallible;
use std::time::Duration;

use archive::{Archive, CaseId};
use axum::extract::State;
use axum::response::sse::{Event as SentEvent, KeepAlive, Sse};
use serde_json::json;
use tokio::time::interval;
use tokio_stream::wrappers::{BroadcastStream, IntervalStream};
use tokio_stream::{Stream, StreamExt, once};

use crate::access::Person;
use crate::access::roles::{API, rule_of};
use crate::jobs::Event;
use crate::state::Workbench;

/// A sign of life, so that a lost server is noticed.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// Whether the listener may still listen is looked at with every event, and as often as this where nothing happens.
const LOOKED_AT_AGAIN: Duration = Duration::from_secs(5);

/// What makes a listener be looked at.
enum Beat {
    /// Something happened; nothing where the listener was too slow to be told of it.
    Happened(Option<Event>),
    /// Time passed.
    Passed,
}

/// What a listener is told of something that happened.
enum Told {
    /// This.
    Event(SentEvent),
    /// Nothing: it may not see it, or there is nothing.
    Nothing,
    /// Nothing more: its session has ended, its account was switched off, or its role does not listen any longer.
    End,
}

async fn told(archive: Archive, person: Person, beat: Beat) -> Told {
    let listener = person.now(&archive).await.ok().flatten();
    let rule = rule_of("get", &format!("{API}/events"));
    let listener = listener.filter(|listener| rule.is_some_and(|rule| listener.may(rule.allowed)));
    let Some(listener) = listener else { return Told::End };
    let event = match beat {
        Beat::Passed => return Told::Nothing,
        Beat::Happened(None) => return Told::Event(SentEvent::default().event("missed").data("{}")),
        Beat::Happened(Some(event)) => event,
    };
    let Ok(sight) = listener.sight(&archive).await else { return Told::Nothing };
    let event = match event {
        Event::Job(job) => job
            .is_told_to(&listener, &sight)
            .then(|| SentEvent::default().event("job").data(json!(job).to_string())),
        Event::Case(id) => {
            let is_seen = CaseId::new(&id).is_ok_and(|case| sight.includes(&case));
            is_seen.then(|| SentEvent::default().event("case").data(json!({ "id": id }).to_string()))
        }
    };
    event.map_or(Told::Nothing, Told::Event)
}

/// Server-sent events: `hello` with the name of this run, `job`, `case`, `missed` where the listener was too slow, and `alive`. They end
/// with the session of who listens.
#[utoipa::path(get, path = "/events", responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn events(
    State(workbench): State<Workbench>,
    person: Person,
) -> Sse<impl Stream<Item = Result<SentEvent, Infallible>>> {
    let hello = SentEvent::default().event("hello").data(json!({ "run": workbench.run }).to_string());
    let happening = BroadcastStream::new(workbench.jobs.listen()).map(|event| Beat::Happened(event.ok()));
    let passing = IntervalStream::new(interval(LOOKED_AT_AGAIN)).map(|_| Beat::Passed);
    let told = happening.merge(passing).then(move |beat| told(workbench.archive.clone(), person.clone(), beat));
    let told = told.map_while(|told| match told {
        Told::Event(event) => Some(Some(Ok(event))),
        Told::Nothing => Some(None),
        Told::End => None,
    });
    let alive = SentEvent::default().event("alive").data("{}");
    Sse::new(once(Ok(hello)).chain(told.filter_map(|event| event)))
        .keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE).event(alive))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use archive::people::{AccountChange, NewAccount, Role};
    use axum::response::IntoResponse;
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::access::{Session, Who};
    use crate::clock;

    /// Somebody who is signed in, and sees what is granted.
    async fn signed_in(archive: &Archive, name: &str) -> (Person, String) {
        let (name, printed_name) = (name.to_owned(), String::new());
        let new = NewAccount { name, printed_name, role: Role::Physicist, sees_all: false };
        let account = archive.add_account(&new, clock::now()).await.unwrap();
        let token = archive.begin_session(&account, clock::now()).await.unwrap();
        let session = Some(Session { token: token.clone(), begun: clock::now() });
        (Person { who: Who::Account { account, session }, address: String::new() }, token)
    }

    /// What comes within a time; nothing where the stream has ended.
    async fn heard(stream: &mut axum::body::BodyDataStream, within: Duration) -> Option<String> {
        let (until, mut all) = (Instant::now() + within, String::new());
        loop {
            match tokio::time::timeout_at(until, stream.next()).await {
                Err(_) => return Some(all),
                Ok(None) => return None,
                Ok(Some(piece)) => all += &String::from_utf8_lossy(&piece.unwrap()),
            }
        }
    }

    async fn listening(workbench: &Workbench, person: &Person) -> axum::body::BodyDataStream {
        let answer = events(State(workbench.clone()), person.clone()).await.into_response();
        answer.into_body().into_data_stream()
    }

    #[tokio::test]
    async fn a_right_that_was_taken_away_is_not_told_of_any_longer() {
        let (workbench, _folder) = Workbench::for_tests().await;
        let import = workbench.archive.begin_import().unwrap();
        let case = workbench.archive.finish_import(import, None, ("a case", clock::now())).await.unwrap();
        let (person, _) = signed_in(&workbench.archive, "doe").await;
        let mut stream = listening(&workbench, &person).await;
        let happened = || workbench.jobs.tell(Event::Case(case.id().to_string()));
        for (is_granted, is_told) in [(false, false), (true, true), (false, false)] {
            workbench.archive.grant("doe", case.id(), is_granted).await.unwrap();
            happened();
            let heard = heard(&mut stream, Duration::from_millis(300)).await.unwrap();
            assert_eq!(heard.contains("event: case"), is_told, "{heard}");
        }
        // Whose rights are changed as a whole signs in again.
        let sees_all = AccountChange { sees_all: Some(true), ..AccountChange::default() };
        workbench.archive.change_account("doe", &sees_all).await.unwrap();
        happened();
        assert_eq!(heard(&mut stream, Duration::from_millis(300)).await, None);
    }

    #[tokio::test]
    async fn the_events_end_with_the_session_and_with_the_account() {
        let (workbench, _folder) = Workbench::for_tests().await;
        let archive = &workbench.archive;
        let (doe, token) = signed_in(archive, "doe").await;
        let (roe, _) = signed_in(archive, "roe").await;
        let (program, _) = signed_in(archive, "program").await;
        let Who::Account { account, .. } = program.who else { panic!("no account") };
        let program = Person { who: Who::Account { account, session: None }, address: String::new() };
        let mut streams = Vec::new();
        for person in [&doe, &roe, &program] {
            streams.push(listening(&workbench, person).await);
        }
        for stream in &mut streams {
            assert!(heard(stream, Duration::from_millis(100)).await.unwrap().contains("hello"));
        }
        archive.end_session(&token).await.unwrap();
        let is_disabled = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
        archive.change_account("roe", &is_disabled).await.unwrap();
        let other_role = AccountChange { role: Some(Role::Service), ..AccountChange::default() };
        archive.change_account("program", &other_role).await.unwrap();
        let began = Instant::now();
        for stream in &mut streams {
            let ended = timeout(2 * LOOKED_AT_AGAIN, async { while stream.next().await.is_some() {} }).await;
            assert!(ended.is_ok(), "the events go on");
        }
        assert!(began.elapsed() < 2 * LOOKED_AT_AGAIN);
    }

    #[tokio::test]
    async fn to_listen_does_not_use_a_session() {
        let (workbench, _folder) = Workbench::for_tests().await;
        let (person, token) = signed_in(&workbench.archive, "doe").await;
        let later = |minutes| clock::now() + chrono::TimeDelta::minutes(minutes);
        assert!(workbench.archive.session_as_it_is(&token, later(29)).await.unwrap().is_some());
        assert!(workbench.archive.session_as_it_is(&token, later(31)).await.unwrap().is_none());
        assert!(workbench.archive.session(&token, later(29)).await.unwrap().is_some());
        assert!(workbench.archive.session_as_it_is(&token, later(31)).await.unwrap().is_some());
        assert!(person.now(&workbench.archive).await.unwrap().is_some());
    }
}
