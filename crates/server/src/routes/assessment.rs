//! The assessment of a case.

use archive::{CaseId, StoredCase};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use case::Settings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Person;
use crate::jobs::{Job, JobKind};
use crate::overview::Overview;
use crate::problem::Problem;
use crate::state::Workbench;

/// A case with work under way is not changed at the same time.
pub fn refuse_while_busy(workbench: &Workbench, case: &CaseId) -> Result<(), Problem> {
    if !workbench.jobs.is_busy(case) {
        return Ok(());
    }
    let message = "work on the case is under way";
    let problem = Problem::new(StatusCode::CONFLICT, "busy", "changing a case", message);
    Err(problem.about(format!("case {case}")).hint("Wait until it is done, or stop it."))
}

/// A case into which objects are on their way is not yet what it will be (H47).
pub async fn refuse_while_arriving(workbench: &Workbench, case: &CaseId) -> Result<(), Problem> {
    if !workbench.archive.is_arriving(case).await? {
        return Ok(());
    }
    let message = "objects are on their way into the case, so what it holds is not yet all";
    let problem = Problem::new(StatusCode::CONFLICT, "arriving", "working on the case", message);
    Err(problem.about(format!("case {case}")).hint("Wait until the sender is done."))
}

/// That there is no assessment yet.
pub fn not_assessed(case: &StoredCase) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-assessed", "reading the assessment", "the case was not assessed yet")
        .about(format!("case {}", case.id()))
        .hint("Assess it.")
}

/// An answer that changes with the assessment alone: nothing where the browser has it already.
pub async fn with_etag(
    headers: &HeaderMap,
    etag: &str,
    answer: impl Future<Output = Result<Response, Problem>>,
) -> Result<Response, Problem> {
    let quoted = format!("\"{etag}\"");
    let has_it = headers.get(header::IF_NONE_MATCH).and_then(|own| own.to_str().ok());
    let mut response = if has_it.is_some_and(|own| own.split(',').any(|one| one.trim() == quoted)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer.await?
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
    let case = workbench.case(&case).await?;
    let overview = Overview::kept(&case).await?.ok_or_else(|| not_assessed(&case))?;
    let answer = async {
        let text = case.result("assessment.json").await?.ok_or_else(|| not_assessed(&case))?;
        Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
    };
    with_etag(&headers, &overview.etag(), answer).await
}

/// Assesses the case with the settings that are saved, and keeps it open.
#[utoipa::path(post, path = "/cases/{case}/assessment", params(("case" = String, Path)), responses((status = 202, body = Job), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn assess(
    State(workbench): State<Workbench>,
    person: Person,
    Path(case): Path<String>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let case = workbench.case(&case).await?;
    refuse_while_busy(&workbench, case.id())?;
    refuse_while_arriving(&workbench, case.id()).await?;
    let settings = case.settings().await?.settings;
    workbench.jobs.cancel_variants(case.id());
    let (job, work) = workbench.jobs.begin(JobKind::Assessment, Some(case.id()), person.actor());
    workbench.desks.assess(&case, settings, work);
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// Another registration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// As `use` of `[registration]`.
    #[serde(rename = "use")]
    registration: String,
}

/// The registrations with which a case is open beside that of its settings.
#[derive(Serialize, ToSchema)]
pub struct Variants {
    variants: Vec<String>,
}

/// The registrations with which a case is open beside that of its settings.
#[utoipa::path(get, path = "/cases/{case}/variants", params(("case" = String, Path)), responses((status = 200, body = Variants), (status = 404, body = Problem)))]
pub async fn variants(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
) -> Result<Json<Variants>, Problem> {
    let case = workbench.case(&case).await?;
    Ok(Json(Variants { variants: workbench.desks.variants(case.id()) }))
}

/// Assesses the case with another registration and keeps that open too: a trial that asks for it is then answered at once.
#[utoipa::path(post, path = "/cases/{case}/variants", params(("case" = String, Path)), request_body = Variant, responses((status = 202, body = Job), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn assess_variant(
    State(workbench): State<Workbench>,
    person: Person,
    Path(case): Path<String>,
    super::Document(variant): super::Document<Variant>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let case = workbench.case(&case).await?;
    refuse_while_busy(&workbench, case.id())?;
    refuse_while_arriving(&workbench, case.id()).await?;
    let settings = with_registration(case.settings().await?.settings, &variant.registration)?;
    let (job, work) = workbench.jobs.begin(JobKind::Variant, Some(case.id()), person.actor());
    workbench.desks.assess_variant(&case, settings, &variant.registration, work);
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// Settings with another registration, which nobody accepted yet.
fn with_registration(mut settings: Settings, registration: &str) -> Result<Settings, Problem> {
    let choice = settings.registration.get_or_insert_default();
    choice.choice = Some(registration.to_owned());
    if registration != "by-hand" {
        choice.by_hand = None;
    }
    (choice.accepted_by, choice.reason) = (None, None);
    Settings::from_toml(&settings.to_toml()).map_err(|error| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "settings",
            "choosing another registration",
            error.to_string(),
        )
        .hint("Choose one that the case has.")
    })
}
