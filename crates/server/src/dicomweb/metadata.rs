//! WADO-RS: what objects say, without their pixels.

use archive::IndexedInstance;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use dicomweb::{JSON, json};

use super::files::{streamed, with_object};
use super::place::Place;
use crate::access::Person;
use crate::problem::Problem;
use crate::state::Workbench;

/// What the objects of a study say.
#[utoipa::path(get, path = "/studies/{study}/metadata", params(("study" = String, Path)), responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 404, body = Problem)))]
pub async fn study(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
) -> Result<Response, Problem> {
    let found = place.contents(&workbench, &person, "GET /dicomweb/studies/{study}/metadata").await?;
    Ok(answer(&workbench, found))
}

/// What the objects of a series say.
#[utoipa::path(get, path = "/studies/{study}/series/{series}/metadata", params(("study" = String, Path), ("series" = String, Path)), responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 404, body = Problem)))]
pub async fn series(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
) -> Result<Response, Problem> {
    let found =
        place.contents(&workbench, &person, "GET /dicomweb/studies/{study}/series/{series}/metadata").await?;
    Ok(answer(&workbench, found))
}

/// What one object says.
#[utoipa::path(get, path = "/studies/{study}/series/{series}/instances/{instance}/metadata", params(("study" = String, Path), ("series" = String, Path), ("instance" = String, Path)), responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 404, body = Problem)))]
pub async fn instance(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
) -> Result<Response, Problem> {
    let action = "GET /dicomweb/studies/{study}/series/{series}/instances/{instance}/metadata";
    let found = place.contents(&workbench, &person, action).await?;
    Ok(answer(&workbench, found))
}

/// One object is held in memory at a time, and told before the next one is read.
fn answer(workbench: &Workbench, found: Vec<IndexedInstance>) -> Response {
    let archive = workbench.archive.clone();
    let base = super::base(workbench);
    let body = streamed(|pieces| async move {
        for (index, content) in found.into_iter().enumerate() {
            let address = bulk_address(&base, &content);
            let told =
                with_object(&archive, content, move |parsed| Ok(json::metadata(parsed, &address).to_string()));
            let told = told.await.map_err(|problem| std::io::Error::other(problem.message))?;
            pieces.send(if index == 0 { "[" } else { "," }).await?;
            // It is held as long as it waits to be sent.
            pieces.send_all(told.value.as_bytes()).await?;
        }
        pieces.send("]").await
    });
    ([(header::CONTENT_TYPE, JSON)], body).into_response()
}

fn bulk_address(base: &str, content: &IndexedInstance) -> String {
    let IndexedInstance { study, series, sop_instance, .. } = content;
    format!("{base}/studies/{study}/series/{series}/instances/{sop_instance}/bulkdata")
}
