//! STOW-RS: objects come in.

use archive::audit::Outcome;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dicomweb::multipart::Boundary;
use dicomweb::service::StoreOutcome;
use dicomweb::{JSON, MediaType, OBJECT};

use super::intake::{Intake, Taken};
use super::place::is_uid;
use crate::access::Person;
use crate::problem::Problem;
use crate::state::Workbench;

const DOING: &str = "storing objects";
/// Reasons that are told in headers, where they need not be short; the others stand in the answer.
const MOST_WARNINGS: usize = 16;

/// Takes objects in.
#[utoipa::path(post, path = "/studies", request_body(content = Vec<u8>, content_type = "multipart/related"), responses((status = 200, body = Object, content_type = "application/dicom+json"), (status = 202, body = Object, content_type = "application/dicom+json"), (status = 409, body = Object, content_type = "application/dicom+json"), (status = 507, body = Object, content_type = "application/dicom+json")))]
pub async fn store(
    State(workbench): State<Workbench>,
    person: Person,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    take("POST /dicomweb/studies", (workbench, person, None), &headers, body).await
}

/// Takes objects of one study in.
#[utoipa::path(post, path = "/studies/{study}", params(("study" = String, Path)), request_body(content = Vec<u8>, content_type = "multipart/related"), responses((status = 200, body = Object, content_type = "application/dicom+json"), (status = 202, body = Object, content_type = "application/dicom+json"), (status = 409, body = Object, content_type = "application/dicom+json"), (status = 507, body = Object, content_type = "application/dicom+json")))]
pub async fn store_of_study(
    State(workbench): State<Workbench>,
    person: Person,
    Path(study): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if !is_uid(&study) {
        return Err(Problem::bad_request(DOING, "what stands in the place of a UID is none"));
    }
    take("POST /dicomweb/studies/{study}", (workbench, person, Some(study)), &headers, body).await
}

async fn take(
    action: &'static str,
    (workbench, person, study): (Workbench, Person, Option<String>),
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let boundary = match boundary(headers) {
        Ok(boundary) => boundary,
        Err(problem) => {
            let detail = "nothing that can be taken";
            workbench.access.record(&person, action.to_owned(), None, Outcome::Failed, detail).await?;
            return Err(problem);
        }
    };
    let base = super::base(&workbench);
    // Who hangs up ends the request, not the work: what has come is kept, told as incomplete, and written down.
    let working = tokio::spawn(async move {
        let taken = match Intake::begin(&workbench, &person, study) {
            Ok(intake) => intake.take_in(body, &boundary).await,
            Err(problem) => Err(problem),
        };
        let (outcome, detail) = deed(&taken);
        workbench.access.record(&person, action.to_owned(), None, outcome, &detail).await?;
        taken
    });
    let taken = working.await.map_err(|_| Problem::internal(DOING, "it was broken off"))??;
    Ok(answer(&taken, &base))
}

/// What is written down of a request.
fn deed(taken: &Result<Taken, Problem>) -> (Outcome, String) {
    match taken {
        Err(problem) => (Outcome::Failed, problem.message.clone()),
        Ok(Taken { outcome: StoreOutcome { kept, failed }, fault }) => {
            let end = if fault.is_some() { ", and then it ended early" } else { "" };
            let outcome = if kept.is_empty() || fault.is_some() { Outcome::Failed } else { Outcome::Done };
            (outcome, format!("{} objects kept, {} not{end}", kept.len(), failed.len()))
        }
    }
}

/// What parts the objects of a request.
fn boundary(headers: &HeaderMap) -> Result<Boundary, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).and_then(MediaType::read);
    let kind = kind.filter(|kind| kind.is_related(OBJECT)).ok_or_else(|| {
        let message = "only multipart/related; type=\"application/dicom\" is taken";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", DOING, message)
            .hint("Send the objects as they are.")
    })?;
    Boundary::of(&kind).map_err(|error| Problem::bad_request(DOING, error.to_string()))
}

fn answer(taken: &Taken, base: &str) -> Response {
    let Taken { outcome, fault } = taken;
    let status = fault.as_ref().map_or_else(|| outcome.status(), |fault| fault.status);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response =
        (status, [(header::CONTENT_TYPE, JSON)], outcome.document(base).to_string()).into_response();
    let fault = fault.iter().map(|fault| fault.message.clone());
    for reason in fault.chain(reasons(outcome)).take(MOST_WARNINGS) {
        if let Ok(warning) = HeaderValue::from_str(&warning(&reason)) {
            response.headers_mut().append(header::WARNING, warning);
        }
    }
    response
}

/// Why objects were not kept, in full.
fn reasons(outcome: &StoreOutcome) -> impl Iterator<Item = String> {
    outcome.failed.iter().map(|failed| failed.comment.clone())
}

fn warning(reason: &str) -> String {
    let is_plain = |letter: char| (letter == ' ' || letter.is_ascii_graphic()) && letter != '"' && letter != '\\';
    let plain: String =
        reason.chars().map(|letter| if is_plain(letter) { letter } else { '\'' }).take(400).collect();
    format!("299 rert \"{plain}\"")
}
