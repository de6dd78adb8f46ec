//! The assessment of a case.

use archive::CaseFolder;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::jobs::{Job, JobKind};
use crate::overview::Overview;
use crate::problem::Problem;
use crate::state::Workbench;

/// A case with work under way is not changed at the same time.
pub fn refuse_while_busy(workbench: &Workbench, case: &CaseFolder) -> Result<(), Problem> {
    if !workbench.jobs.is_busy(case.id()) {
        return Ok(());
    }
    let message = "work on the case is under way";
    let problem = Problem::new(StatusCode::CONFLICT, "busy", "changing a case", message);
    Err(problem.about(format!("case {}", case.id())).hint("Wait until it is done, or stop it."))
}

/// That there is no assessment yet.
pub fn not_assessed(case: &CaseFolder) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-assessed", "reading the assessment", "the case was not assessed yet")
        .about(format!("case {}", case.id()))
        .hint("Assess it.")
}

/// An answer that changes with the assessment alone: nothing where the browser has it already.
pub fn with_etag(
    headers: &HeaderMap,
    etag: &str,
    answer: impl FnOnce() -> Result<Response, Problem>,
) -> Result<Response, Problem> {
    let quoted = format!("\"{etag}\"");
    let has_it = headers.get(header::IF_NONE_MATCH).and_then(|own| own.to_str().ok());
    let mut response = if has_it.is_some_and(|own| own.split(',').any(|one| one.trim() == quoted)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer()?
    };
    let name = quoted.parse().map_err(|_| Problem::internal("answering", "a hash is no header"))?;
    response.headers_mut().insert(header::ETAG, name);
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// The last assessment: the document of `rert assess`.
#[utoipa::path(get, path = "/cases/{case}/assessment", params(("case" = String, Path)), responses((status = 200, body = Object), (status = 304), (status = 404, body = Problem)))]
pub async fn get(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = workbench.case(&case)?;
    let overview = Overview::kept(&case)?.ok_or_else(|| not_assessed(&case))?;
    with_etag(&headers, &overview.etag(), || {
        let text = case.result("assessment.json")?.ok_or_else(|| not_assessed(&case))?;
        Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
    })
}

/// Assesses the case with the settings that are saved, and keeps it open.
#[utoipa::path(post, path = "/cases/{case}/assessment", params(("case" = String, Path)), responses((status = 202, body = Job), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn assess(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let case = workbench.case(&case)?;
    refuse_while_busy(&workbench, &case)?;
    let settings = case.settings()?.settings;
    let (job, work) = workbench.jobs.begin(JobKind::Assessment, Some(case.id()));
    workbench.desks.assess(&case, settings, work);
    Ok((StatusCode::ACCEPTED, Json(job)))
}
