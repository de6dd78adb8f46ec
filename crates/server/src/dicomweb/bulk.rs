//! WADO-RS: long values and frames of one object.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dicomweb::frames::{FrameError, Frames};
use dicomweb::multipart::Boundary;
use dicomweb::{BYTES, bulk};
use serde::Deserialize;

use super::accept::{Form, form};
use super::files::with_object;
use super::place::Place;
use crate::access::Person;
use crate::problem::Problem;
use crate::state::Workbench;

const DOING: &str = "fetching values of an object";
/// Frames that may be asked for at once.
const MOST_FRAMES: usize = 10_000;

/// Which value of which object.
#[derive(Deserialize)]
pub(super) struct Of {
    study: String,
    series: String,
    instance: String,
    /// Of a value, as the metadata tell it.
    #[serde(default)]
    address: String,
    /// Numbers of frames, from 1, with commas between them.
    #[serde(default)]
    frames: String,
}

impl Of {
    fn place(&self) -> Place {
        Place::of_instance(&self.study, &self.series, &self.instance)
    }
}

/// One long value: numbers with their low byte first, text in UTF-8.
#[utoipa::path(get, path = "/studies/{study}/series/{series}/instances/{instance}/bulkdata/{address}", params(("study" = String, Path), ("series" = String, Path), ("instance" = String, Path), ("address" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "multipart/related"), (status = 404, body = Problem), (status = 406, body = Problem), (status = 409, body = Problem)))]
pub async fn value(
    State(workbench): State<Workbench>,
    person: Person,
    Path(of): Path<Of>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = form(&headers, BYTES)?;
    let action = "GET /dicomweb/studies/{study}/series/{series}/instances/{instance}/bulkdata/{address}";
    let content = of.place().content(&workbench, &person, action).await?;
    let value = with_object(&workbench.archive, content, move |parsed| {
        let missing = || Problem::not_found(DOING, "there is no such value, or it is compressed");
        bulk::value(parsed, &of.address).ok_or_else(missing)
    });
    answer(&form, vec![value.await?])
}

/// Frames of an object whose pixels are not compressed.
#[utoipa::path(get, path = "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}", params(("study" = String, Path), ("series" = String, Path), ("instance" = String, Path), ("frames" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "multipart/related"), (status = 404, body = Problem), (status = 406, body = Problem), (status = 409, body = Problem)))]
pub async fn frames(
    State(workbench): State<Workbench>,
    person: Person,
    Path(of): Path<Of>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = form(&headers, BYTES)?;
    let numbers = numbers(&of.frames)?;
    let action = "GET /dicomweb/studies/{study}/series/{series}/instances/{instance}/frames/{frames}";
    let content = of.place().content(&workbench, &person, action).await?;
    let all = with_object(&workbench.archive, content, move |parsed| {
        let frames = Frames::of(parsed).map_err(|error| of_frames(&error))?;
        let frame = |number: &usize| frames.frame(*number).map(<[u8]>::to_vec).map_err(|error| of_frames(&error));
        numbers.iter().map(frame).collect::<Result<Vec<_>, _>>()
    });
    answer(&form, all.await?)
}

/// Each frame once, so that an answer is no larger than its object.
fn numbers(text: &str) -> Result<Vec<usize>, Problem> {
    let wrong = |message: &str| Problem::bad_request(DOING, message);
    let read: Option<Vec<usize>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    let numbers = read.ok_or_else(|| wrong("frames are named by numbers from 1 with commas between them"))?;
    let once: std::collections::BTreeSet<&usize> = numbers.iter().collect();
    if once.len() < numbers.len() || numbers.len() > MOST_FRAMES {
        return Err(wrong("a frame is named twice, or too many are"));
    }
    Ok(numbers)
}

fn of_frames(error: &FrameError) -> Problem {
    let message = error.to_string();
    match error {
        FrameError::Compressed => super::accept::not_acceptable(&message),
        FrameError::Size => Problem::internal(DOING, message),
        FrameError::NoPixels | FrameError::Missing { .. } => Problem::not_found(DOING, message),
    }
}

fn answer(form: &Form, values: Vec<Vec<u8>>) -> Result<Response, Problem> {
    if let (Form::Single(_), [only]) = (form, values.as_slice()) {
        return Ok(([(header::CONTENT_TYPE, BYTES)], only.clone()).into_response());
    }
    if matches!(form, Form::Single(_)) {
        let message = "several frames can be given in one multipart/related body only";
        return Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", DOING, message));
    }
    let boundary = Boundary::random().map_err(|error| Problem::internal(DOING, error.to_string()))?;
    let mut body = Vec::new();
    for value in &values {
        body.extend_from_slice(boundary.opening(BYTES, None).as_bytes());
        body.extend_from_slice(value);
    }
    body.extend_from_slice(boundary.closing().as_bytes());
    Ok(([(header::CONTENT_TYPE, boundary.content_type(BYTES))], body).into_response())
}
