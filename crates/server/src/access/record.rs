//! Letting an operation be used, and writing down that it was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use archive::CaseId;
use archive::audit::{Deed, Outcome};
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use tracing::Instrument;

use super::guard::no_session;
use super::roles::{Rule, name_of, rule_of};
use super::{Access, Person, Who};
use crate::clock;
use crate::problem::Problem;

/// Looking at a case, and searching, is written down again after so long.
const LOOKED_AGAIN: TimeDelta = TimeDelta::minutes(15);

/// What somebody looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// A case.
    Case(CaseId),
    /// What a search found, by the name of the operation. What was searched for is not kept: it names patients.
    Search(String),
}

/// Who looked at what when; it is written down now and then, not for every number that a page asks for.
#[derive(Debug, Default)]
pub struct Looks(Mutex<BTreeMap<(String, Seen), DateTime<Utc>>>);

impl Looks {
    /// Whether a look is to be written down.
    fn is_new(&self, actor: &str, seen: &Seen, now: DateTime<Utc>) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (actor.to_owned(), seen.clone());
        all.get(&key).is_none_or(|at| now >= *at + LOOKED_AGAIN)
    }

    /// Remembers a look that was written down.
    fn remember(&self, actor: &str, seen: &Seen, now: DateTime<Utc>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, at| now < *at + LOOKED_AGAIN);
        all.insert((actor.to_owned(), seen.clone()), now);
    }
}

/// Lets an operation be used by those who may, and writes down what they did and tried.
pub async fn admit(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    let person = request.extensions().get::<Person>().cloned();
    let person = person.unwrap_or(Person { who: Who::Nobody, address: String::new() });
    let method = request.method().as_str().to_ascii_lowercase();
    let matched =
        request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let rule = rule_of(&method, &matched);
    let case =
        rule.filter(|rule| rule.path.contains("{case}")).and_then(|rule| case_of(rule, request.uri().path()));
    let refusal = match rule {
        Some(rule) => access.refusal(&person, rule, case.as_ref()).await,
        None => Some(forbidden(&person)),
    };
    // In a task of its own: who hangs up must not keep what was done from being written down.
    let finishing =
        async move { finish(&access, &person, rule, (method, matched, case, refusal), request, next).await };
    let done = tokio::spawn(finishing.in_current_span());
    done.await.unwrap_or_else(|_| Problem::internal("answering", "it was broken off").into_response())
}

/// Answers, and writes down what came of it.
async fn finish(
    access: &Access,
    person: &Person,
    rule: Option<&Rule>,
    (method, matched, case, refusal): (String, String, Option<CaseId>, Option<Response>),
    request: Request,
    next: Next,
) -> Response {
    let was_refused = refusal.is_some();
    let response = match refusal {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    let outcome = match (was_refused, response.status()) {
        (true, _) | (_, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) => Outcome::Denied,
        (_, status) if status.is_client_error() || status.is_server_error() => Outcome::Failed,
        _ => Outcome::Done,
    };
    let action = format!("{} {}", method.to_ascii_uppercase(), name_of(&matched));
    match access.write_down(person, rule, (action, case, outcome)).await {
        Ok(()) => response,
        // What cannot be written down is not told as done.
        Err(problem) => problem.into_response(),
    }
}

/// The case that an address names.
fn case_of(rule: &Rule, address: &str) -> Option<CaseId> {
    let parts = address.strip_prefix(rule.below)?.split('/');
    let named = rule.path.split('/').zip(parts).find(|(name, _)| *name == "{case}")?;
    CaseId::new(named.1).ok()
}

fn forbidden(person: &Person) -> Response {
    if matches!(person.who, Who::Nobody) {
        return no_session();
    }
    let message = match person.account() {
        Some(account) => format!("the role {} does not include this", account.role.as_str()),
        None => "this is for a department with accounts".to_owned(),
    };
    Problem::new(StatusCode::FORBIDDEN, "forbidden", "asking the workbench", message)
        .hint("Ask somebody whose role includes it.")
        .into_response()
}

impl Access {
    /// Why an operation may not be used; nothing where it may.
    async fn refusal(&self, person: &Person, rule: &Rule, case: Option<&CaseId>) -> Option<Response> {
        if !person.may(rule.allowed) {
            return Some(forbidden(person));
        }
        if !rule.is_of_a_case() {
            return None;
        }
        let missing = |name: &str| {
            let message = format!("the case {name} is not here; it may have been deleted");
            Some(Problem::not_found("opening a case", message).into_response())
        };
        match case {
            // An address may write a name in more than one way; only the plain one is answered, so that what is looked at here is
            // what is opened later.
            None => missing("of that name"),
            Some(case) => match person.may_see(&self.archive, case).await {
                Ok(true) => None,
                // Whether there is such a case is told to those who may see it.
                Ok(false) => missing(case.as_str()),
                Err(problem) => Some(problem.into_response()),
            },
        }
    }

    async fn write_down(
        &self,
        person: &Person,
        rule: Option<&Rule>,
        (action, case, outcome): (String, Option<CaseId>, Outcome),
    ) -> Result<(), Problem> {
        let is_change = rule.is_none_or(Rule::is_written_down);
        if matches!(person.who, Who::Nobody) {
            // Strangers would fill the log.
            return Ok(());
        }
        let now = clock::now();
        let searched = rule.filter(|rule| rule.is_search()).map(|_| Seen::Search(action.clone()));
        let seen = case.clone().map(Seen::Case).or(searched).filter(|_| outcome == Outcome::Done);
        let is_look = seen.as_ref().is_some_and(|seen| self.looks.is_new(person.actor(), seen, now));
        if !(outcome == Outcome::Denied || is_change || is_look) {
            return Ok(());
        }
        self.record(person, action, case, outcome, "").await?;
        if let Some(seen) = seen {
            self.looks.remember(person.actor(), &seen, now);
        }
        Ok(())
    }

    /// Writes down now and then that somebody saw what is in cases.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn look(&self, person: &Person, action: &str, cases: &BTreeSet<CaseId>) -> Result<(), Problem> {
        for case in cases {
            let seen = Seen::Case(case.clone());
            if self.looks.is_new(person.actor(), &seen, clock::now()) {
                self.record(person, action.to_owned(), Some(case.clone()), Outcome::Done, "").await?;
                self.looks.remember(person.actor(), &seen, clock::now());
            }
        }
        Ok(())
    }

    /// Writes down what somebody did.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn record(
        &self,
        person: &Person,
        action: String,
        case: Option<CaseId>,
        outcome: Outcome,
        detail: &str,
    ) -> Result<(), Problem> {
        let deed = Deed {
            actor: person.actor().to_owned(),
            role: person.role().to_owned(),
            address: person.address.clone(),
            action,
            case,
            outcome,
            detail: detail.to_owned(),
        };
        Ok(self.archive.record(&deed, clock::now()).await?)
    }
}
