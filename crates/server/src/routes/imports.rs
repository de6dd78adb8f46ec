//! Taking files in.

use archive::{CaseId, Import};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Person;
use crate::clock;
use crate::import::Content;
use crate::jobs::{Job, JobKind};
use crate::problem::Problem;
use crate::state::Workbench;

/// An import that was begun.
#[derive(Serialize, ToSchema)]
pub struct Begun {
    /// Its name.
    id: String,
}

/// Begins to take files in.
#[utoipa::path(post, path = "/imports", responses((status = 201, body = Begun)))]
pub async fn begin(
    State(workbench): State<Workbench>,
    person: Person,
) -> Result<(StatusCode, Json<Begun>), Problem> {
    let import = workbench.archive.begin_import()?;
    workbench.imports().insert(import.id().clone(), person.actor().to_owned());
    Ok((StatusCode::CREATED, Json(Begun { id: import.id().to_string() })))
}

/// An import of one's own.
fn own(workbench: &Workbench, person: &Person, import: &str) -> Result<Import, Problem> {
    let id = CaseId::new(import)?;
    let is_own = workbench.imports().get(&id).is_some_and(|owner| owner == person.actor());
    if !is_own {
        return Err(Problem::not_found("taking files in", format!("the import {id} is not here")));
    }
    Ok(workbench.archive.import(&id)?)
}

/// Where a file comes from.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Named {
    /// Its path in the folder that was dropped; it tells settings from objects and is forgotten then.
    #[serde(default)]
    path: String,
}

/// A file that was taken in.
#[derive(Serialize, ToSchema)]
pub struct Added {
    /// Its hash.
    sha256: String,
    /// Its size.
    bytes: u64,
}

/// Takes one file in: a DICOM object, a zip archive, or a `case.toml`.
#[utoipa::path(put, path = "/imports/{import}/files", params(("import" = String, Path), Named), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = Added), (status = 404, body = Problem), (status = 413, body = Problem)))]
pub async fn add(
    State(workbench): State<Workbench>,
    person: Person,
    Path(import): Path<String>,
    Query(named): Query<Named>,
    body: Body,
) -> Result<Json<Added>, Problem> {
    let import = own(&workbench, &person, &import)?;
    let mut content = Content::of(body);
    let added = tokio::task::spawn_blocking(move || import.add(&named.path, &mut content)).await;
    let (sha256, bytes) = added.map_err(|error| Problem::internal("receiving a file", error.to_string()))??;
    Ok(Json(Added { sha256, bytes }))
}

/// What becomes of the files.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    /// The case they belong to; a new one where nothing is said.
    #[serde(default)]
    case: Option<String>,
    /// What a new case is called.
    #[serde(default)]
    label: Option<String>,
}

/// Makes a case of the files, or adds them to one, and looks at what they are.
#[utoipa::path(post, path = "/imports/{import}/finish", params(("import" = String, Path)), request_body = Finish, responses((status = 202, body = Job), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn finish(
    State(workbench): State<Workbench>,
    person: Person,
    Path(import): Path<String>,
    super::Document(finish): super::Document<Finish>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let import = own(&workbench, &person, &import)?;
    let into = finish.case.as_deref().map(CaseId::new).transpose()?;
    if let Some(id) = &into {
        if !person.may_see(&workbench.archive, id).await? {
            let message = format!("the case {id} is not here; it may have been deleted");
            return Err(Problem::not_found("adding to a case", message));
        }
        super::assessment::refuse_while_busy(&workbench, workbench.archive.case(id).await?.id())?;
    }
    if workbench.imports().remove(import.id()).is_none() {
        // Somebody else finishes it already.
        return Err(Problem::not_found("taking files in", format!("the import {} is not here", import.id())));
    }
    let id = import.id().clone();
    let (job, work) = workbench.jobs.begin(JobKind::Import, into.as_ref(), person.actor());
    let label = finish.label.unwrap_or_else(|| format!("Import of {}", clock::now().format("%Y-%m-%d %H:%M UTC")));
    tokio::spawn(async move {
        work.stage("keeping the files", None);
        let outcome = async {
            let finished = workbench.archive.finish_import(import, into.as_ref(), (&label, clock::now())).await;
            if finished.is_err() {
                // It can be mended and finished again.
                workbench.imports().insert(id, person.actor().to_owned());
            }
            let case = finished?;
            if let Some(account) = person.account() {
                // Who takes a case in may see it.
                workbench.archive.grant(&account.name, case.id(), true).await?;
            }
            workbench.look_at_arrived(&case, &work).await
        };
        work.end(outcome.await);
    });
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// Gives an import up.
#[utoipa::path(delete, path = "/imports/{import}", params(("import" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
pub async fn discard(
    State(workbench): State<Workbench>,
    person: Person,
    Path(import): Path<String>,
) -> Result<StatusCode, Problem> {
    own(&workbench, &person, &import)?.discard()?;
    Ok(StatusCode::NO_CONTENT)
}
