//! WADO-RS: objects, exactly as they are stored.

use archive::IndexedInstance;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use dicomweb::OBJECT;
use dicomweb::multipart::Boundary;

use super::accept::{Form, forms, not_acceptable};
use super::files::streamed;
use super::place::Place;
use crate::access::Person;
use crate::problem::Problem;
use crate::state::Workbench;

/// All objects of a study.
#[utoipa::path(get, path = "/studies/{study}", params(("study" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "multipart/related"), (status = 404, body = Problem), (status = 406, body = Problem)))]
pub async fn study(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = place.contents(&workbench, &person, "GET /dicomweb/studies/{study}").await?;
    answer(&workbench, found, &headers)
}

/// All objects of a series.
#[utoipa::path(get, path = "/studies/{study}/series/{series}", params(("study" = String, Path), ("series" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "multipart/related"), (status = 404, body = Problem), (status = 406, body = Problem)))]
pub async fn series(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = place.contents(&workbench, &person, "GET /dicomweb/studies/{study}/series/{series}").await?;
    answer(&workbench, found, &headers)
}

/// One object; both where two contents carry its UID (H19).
#[utoipa::path(get, path = "/studies/{study}/series/{series}/instances/{instance}", params(("study" = String, Path), ("series" = String, Path), ("instance" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "multipart/related"), (status = 404, body = Problem), (status = 406, body = Problem)))]
pub async fn instance(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let action = "GET /dicomweb/studies/{study}/series/{series}/instances/{instance}";
    let found = place.contents(&workbench, &person, action).await?;
    answer(&workbench, found, &headers)
}

fn answer(workbench: &Workbench, found: Vec<IndexedInstance>, headers: &HeaderMap) -> Result<Response, Problem> {
    let mut refusal = "several objects can be given in one multipart/related body only";
    for form in forms(headers, OBJECT)? {
        let (Form::Parts(syntax) | Form::Single(syntax)) = &form;
        let is_other = |syntax: &String| found.iter().any(|content| content.transfer_syntax != *syntax);
        match (&form, found.as_slice()) {
            _ if syntax.as_ref().is_some_and(is_other) => {
                refusal = "objects are given in the transfer syntax in which they are stored, and this is another";
            }
            (Form::Parts(_), _) => return parts(workbench, found),
            (Form::Single(_), [only]) => return Ok(single(workbench, only.clone())),
            (Form::Single(_), _) => {}
        }
    }
    Err(not_acceptable(refusal))
}

fn single(workbench: &Workbench, content: IndexedInstance) -> Response {
    let archive = workbench.archive.clone();
    let headers = [(header::CONTENT_TYPE, content_type(&content))];
    let body = streamed(|pieces| async move { pieces.send_content(&archive, &content).await });
    (headers, body).into_response()
}

fn parts(workbench: &Workbench, found: Vec<IndexedInstance>) -> Result<Response, Problem> {
    let boundary = Boundary::random().map_err(|error| Problem::internal("fetching objects", error.to_string()))?;
    let archive = workbench.archive.clone();
    let headers = [(header::CONTENT_TYPE, boundary.content_type(OBJECT))];
    let body = streamed(|pieces| async move {
        for content in &found {
            pieces.send(boundary.opening(&content_type(content), None)).await?;
            pieces.send_content(&archive, content).await?;
        }
        pieces.send(boundary.closing()).await
    });
    Ok((headers, body).into_response())
}

fn content_type(content: &IndexedInstance) -> String {
    // What an object says of its encoding goes into a header only where it is a UID.
    let syntax = Some(content.transfer_syntax.as_str()).filter(|syntax| super::place::is_uid(syntax));
    syntax.map_or_else(|| OBJECT.to_owned(), |syntax| format!("{OBJECT}; transfer-syntax={syntax}"))
}
