//! What can be asked, by its address under `/api/v1`.

mod accounts;
mod assessment;
mod audit;
mod cases;
mod description;
mod events;
mod files;
mod grants;
mod imports;
mod jobs;
mod measured;
mod names;
mod places;
mod provider;
mod session;
mod settings;
mod signature;
mod volumes;

use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::middleware::from_fn_with_state;
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use description::complete;

use crate::access::admit;
use crate::access::roles::{API, DICOMWEB};
use crate::dicomweb;
use crate::front_end;
use crate::problem::Problem;
use crate::state::Workbench;

pub use signature::SIGNED_REPORTS;

/// Documents that are sent as JSON may not be larger than this.
const MAX_DOCUMENT: usize = 8 << 20;

#[derive(OpenApi)]
#[openapi(info(
    title = "rert workbench",
    description = "Research software, not a medical device. Lengths mm, patient coordinates LPS, doses Gy, volumes cc; what cannot be known is null. \
                   Every failure is a Problem. Binary answers hold arrays: RERTARR1, the length of the header (u32, little-endian), the header as JSON, the data."
))]
struct Description;

fn described() -> OpenApiRouter<Workbench> {
    OpenApiRouter::with_openapi(Description::openapi())
        .nest(
            API,
            OpenApiRouter::new()
                .routes(routes!(session::session, session::sign_in, session::sign_out))
                .routes(routes!(session::change_password))
                .routes(routes!(provider::begin))
                .routes(routes!(provider::callback))
                .routes(routes!(accounts::list, accounts::add))
                .routes(routes!(accounts::change))
                .routes(routes!(accounts::token))
                .routes(routes!(grants::list))
                .routes(routes!(grants::give, grants::take))
                .routes(routes!(audit::list))
                .routes(routes!(audit::verify))
                .routes(routes!(cases::list))
                .routes(routes!(cases::get, cases::rename, cases::delete))
                .routes(routes!(cases::contents))
                .routes(routes!(imports::begin))
                .routes(routes!(imports::add))
                .routes(routes!(imports::finish))
                .routes(routes!(imports::discard))
                .routes(routes!(settings::get, settings::put))
                .routes(routes!(names::of_a_case, names::confirm))
                .routes(routes!(names::list, names::withdraw))
                .routes(routes!(assessment::get, assessment::assess))
                .routes(routes!(assessment::variants, assessment::assess_variant))
                .routes(routes!(measured::curves))
                .routes(routes!(measured::trial))
                .routes(routes!(measured::doubt))
                .routes(routes!(measured::budget))
                .routes(routes!(measured::questions))
                .routes(routes!(volumes::list))
                .routes(routes!(volumes::get))
                .routes(routes!(volumes::maps))
                .routes(routes!(places::outlines))
                .routes(routes!(places::probe))
                .routes(routes!(places::by_hand))
                .routes(routes!(files::get))
                .routes(routes!(signature::get, signature::sign, signature::unsign))
                .routes(routes!(provider::confirm))
                .routes(routes!(jobs::list))
                .routes(routes!(jobs::get, jobs::cancel))
                .routes(routes!(events::events)),
        )
        .nest(DICOMWEB, dicomweb::described())
}

/// The description of the interface.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut openapi = described().split_for_parts().1;
    complete(&mut openapi);
    openapi
}

/// Everything that can be asked, and the front end for every other address.
pub fn router(workbench: Workbench) -> Router {
    let (router, _) = described().split_for_parts();
    let admitted = from_fn_with_state(workbench.access.clone(), admit);
    router
        .route_layer(admitted)
        .layer(DefaultBodyLimit::max(MAX_DOCUMENT))
        .fallback(front_end::serve)
        .with_state(workbench)
}

/// A document in JSON; one that cannot be read is told as a [`Problem`].
pub struct Document<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Document<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Json::<T>::from_request(request, state).await;
        read.map(|Json(document)| Self(document)).map_err(|rejection| {
            let status = rejection.status();
            Problem::new(status, "unreadable", "reading a request", rejection.body_text())
                .hint("Correct the request.")
        })
    }
}

/// What stands behind the question mark of an address; what cannot be read is told as a [`Problem`].
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(asked)| Self(asked))
            .map_err(|rejection| Problem::bad_request("reading an address", rejection.body_text()))
    }
}
