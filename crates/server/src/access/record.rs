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

use super::guard::no_session;
use super::roles::{Rule, name_of, rule_of};
use super::{Access, Person, Who};
use crate::clock;
use crate::problem::Problem;

/// Looking at a case is written down again after so long.
const LOOKED_AGAIN: TimeDelta = TimeDelta::minutes(15);

/// Who looked at which case when; it is written down now and then, not for every number that a page asks for.
#[derive(Debug, Default)]
pub struct Looks(Mutex<BTreeMap<(String, CaseId), DateTime<Utc>>>);

impl Looks {
    /// Whether this look is to be written down.
    fn is_new(&self, actor: &str, case: &CaseId, now: DateTime<Utc>) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, at| now < *at + LOOKED_AGAIN);
        let key = (actor.to_owned(), case.clone());
        let is_new = !all.contains_key(&key);
        if is_new {
            all.insert(key, now);
        }
        is_new
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
    match access.write_down(&person, rule, (action, case, outcome)).await {
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
        match case {
            // What is no name of a case is told so by whoever looks for it.
            None => None,
            Some(case) => match person.may_see(&self.archive, case).await {
                Ok(true) => None,
                // Whether there is such a case is told to those who may see it.
                Ok(false) => {
                    let message = format!("the case {case} is not here; it may have been deleted");
                    Some(Problem::not_found("opening a case", message).into_response())
                }
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
        let is_look = || case.as_ref().is_some_and(|case| self.looks.is_new(person.actor(), case, clock::now()));
        let is_of_somebody = !matches!(person.who, Who::Nobody);
        let is_denied = outcome == Outcome::Denied && is_of_somebody;
        if !(is_denied || is_change && is_of_somebody || is_look()) {
            return Ok(());
        }
        self.record(person, action, case, outcome, "").await
    }

    /// Writes down now and then that somebody saw what is in cases.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn look(&self, person: &Person, action: &str, cases: &BTreeSet<CaseId>) -> Result<(), Problem> {
        for case in cases {
            if self.looks.is_new(person.actor(), case, clock::now()) {
                self.record(person, action.to_owned(), Some(case.clone()), Outcome::Done, "").await?;
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
