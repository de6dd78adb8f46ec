//! The front end, which is part of the program.

use axum::body::Body;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use crate::problem::Problem;

/// What the build of `web/` left.
#[derive(Embed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";
/// Files under this folder carry a hash of their content in their names.
const HASHED: &str = "assets/";

/// A file of the front end; the page itself for any other address, since the page finds its way by itself.
pub async fn serve(method: Method, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if ["api", "dicomweb"].contains(&path.split('/').next().unwrap_or_default()) {
        return Problem::not_found("asking the workbench", "there is nothing under this address").into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let (name, file) = match Files::get(path) {
        Some(file) => (path, file),
        None if path.starts_with(HASHED) => return StatusCode::NOT_FOUND.into_response(),
        None => match Files::get(PAGE) {
            Some(file) => (PAGE, file),
            None => return not_built(),
        },
    };
    let lasts = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = file.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, lasts.to_owned())];
    (headers, Body::from(file.data.into_owned())).into_response()
}

fn not_built() -> Response {
    let text = "The front end is not part of this build: run `cargo xtask web`, then build rert again. The interface under /api/v1 works.";
    (StatusCode::NOT_FOUND, text).into_response()
}
