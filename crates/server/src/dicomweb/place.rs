//! What an address names: a study, a series, an instance.

use std::collections::BTreeSet;

use archive::{CaseId, IndexedInstance, Scope};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::access::Person;
use crate::problem::Problem;
use crate::state::Workbench;

/// Objects that one request may fetch.
const MOST: u32 = 200_000;
const DOING: &str = "fetching objects";

/// What an address names, by UID.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    study: Option<String>,
    series: Option<String>,
    instance: Option<String>,
}

impl Place {
    /// An instance.
    pub(super) fn of_instance(study: &str, series: &str, instance: &str) -> Self {
        let told = |uid: &str| Some(uid.to_owned());
        Self { study: told(study), series: told(series), instance: told(instance) }
    }

    /// As the index looks for it.
    ///
    /// # Errors
    /// When something is no UID.
    pub(super) fn scope(self) -> Result<Scope, Problem> {
        let Self { study, series, instance } = self;
        if [&study, &series, &instance].into_iter().flatten().any(|uid| !is_uid(uid)) {
            return Err(Problem::bad_request(DOING, "what stands in the place of a UID is none"));
        }
        Ok(Scope { study, series, instance, patient_id: None })
    }

    /// The contents that it names, which are written down as seen.
    ///
    /// # Errors
    /// When there are none that the person may see.
    pub(super) async fn contents(
        self,
        workbench: &Workbench,
        person: &Person,
        action: &str,
    ) -> Result<Vec<IndexedInstance>, Problem> {
        let sight = person.sight(&workbench.archive).await?;
        let found = workbench.archive.indexed_instances(&self.scope()?, sight.cases(), MOST).await?;
        let found = found.ok_or_else(|| too_many(MOST))?;
        if found.is_empty() {
            return Err(Problem::not_found(DOING, "there is no such object, or it may not be seen")
                .hint("Search for it; ask for access to its case."));
        }
        let cases: BTreeSet<CaseId> = found.iter().flat_map(|content| content.cases.iter().cloned()).collect();
        workbench.access.look(person, action, &cases).await?;
        Ok(found)
    }

    /// The one content that it names.
    ///
    /// # Errors
    /// When there is none, or more than one under its UID (H19): which is meant nobody knows.
    pub(super) async fn content(
        self,
        workbench: &Workbench,
        person: &Person,
        action: &str,
    ) -> Result<IndexedInstance, Problem> {
        let mut found = self.contents(workbench, person, action).await?;
        match (found.pop(), found.len()) {
            (Some(only), 0) => Ok(only),
            _ => Err(Problem::new(
                StatusCode::CONFLICT,
                "ambiguous",
                DOING,
                "H19 two objects carry this UID and have different contents",
            )
            .hint("Fetch the instance itself, which gives both, and find out which one is true.")),
        }
    }
}

/// That an answer would be longer than anybody wants.
fn too_many(most: u32) -> Problem {
    let message = format!("more than {most} objects are meant, the most that are given at once");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-many", "searching", message).hint("Name a study or a series.")
}

/// Whether a text is a UID.
pub(super) fn is_uid(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
