//! WADO-RS: long values and frames of one object.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dicomweb::frames::{FrameError, Frames};
use dicomweb::multipart::Boundary;
use dicomweb::{BYTES, bulk};
use serde::Deserialize;

use super::accept::{Form, forms};
use super::files::{Held, streamed_held, with_object};
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
#[utoipa::path(get, path = "/studies/{study}/series/{series}/instances/{instance}/bulkdata/{address}", params(("study" = String, Path), ("series" = String, Path), ("instance" = String, Path), ("address" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "multipart/related"), (status = 404, body = Problem), (status = 406, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub async fn value(
    State(workbench): State<Workbench>,
    person: Person,
    Path(of): Path<Of>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let forms = forms(&headers, BYTES)?;
    let action = "GET /dicomweb/studies/{study}/series/{series}/instances/{instance}/bulkdata/{address}";
    let content = of.place().content(&workbench, &person, action).await?;
    let value = with_object(&workbench.archive, content, move |parsed| {
        let missing = || Problem::not_found(DOING, "there is no such value, or it is compressed");
        bulk::value(parsed, &of.address).map(|value| vec![value]).ok_or_else(missing)
    });
    answer(&forms, value.await?)
}

/// Frames of an object whose pixels are not compressed.
#[utoipa::path(get, path = "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}", params(("study" = String, Path), ("series" = String, Path), ("instance" = String, Path), ("frames" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "multipart/related"), (status = 404, body = Problem), (status = 406, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub async fn frames(
    State(workbench): State<Workbench>,
    person: Person,
    Path(of): Path<Of>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let forms = forms(&headers, BYTES)?;
    let numbers = numbers(&of.frames)?;
    let action = "GET /dicomweb/studies/{study}/series/{series}/instances/{instance}/frames/{frames}";
    let content = of.place().content(&workbench, &person, action).await?;
    let all = with_object(&workbench.archive, content, move |parsed| {
        let frames = Frames::of(parsed).map_err(|error| of_frames(&error))?;
        let frame = |number: &usize| frames.frame(*number).map(<[u8]>::to_vec).map_err(|error| of_frames(&error));
        numbers.iter().map(frame).collect::<Result<Vec<_>, _>>()
    });
    answer(&forms, all.await?)
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

fn answer(forms: &[Form], values: Held<Vec<Vec<u8>>>) -> Result<Response, Problem> {
    for form in forms {
        match form {
            Form::Parts(_) => return parts(values),
            Form::Single(_) if values.value.len() == 1 => return Ok(single(values)),
            Form::Single(_) => {}
        }
    }
    let message = "several frames can be given in one multipart/related body only";
    Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", DOING, message))
}

fn single(values: Held<Vec<Vec<u8>>>) -> Response {
    let n_bytes: usize = values.value.iter().map(Vec::len).sum();
    let headers = [(header::CONTENT_TYPE, BYTES.to_owned()), (header::CONTENT_LENGTH, n_bytes.to_string())];
    let body = streamed_held(values, |pieces, values| async move {
        for value in values {
            pieces.send_all(&value).await?;
        }
        Ok(())
    });
    (headers, body).into_response()
}

fn parts(values: Held<Vec<Vec<u8>>>) -> Result<Response, Problem> {
    let boundary = Boundary::random().map_err(|error| Problem::internal(DOING, error.to_string()))?;
    let headers = [(header::CONTENT_TYPE, boundary.content_type(BYTES))];
    let body = streamed_held(values, |pieces, values| async move {
        for value in values {
            pieces.send(boundary.opening(BYTES, None)).await?;
            pieces.send_all(&value).await?;
        }
        pieces.send(boundary.closing()).await
    });
    Ok((headers, body).into_response())
}
