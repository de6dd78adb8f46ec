//! DICOMweb (PS3.18): other systems store, find and fetch objects.
//!
//! What is stored ends where everything ends that comes in ([`crate::arrived`]). What is found and fetched is what the person may
//! see; to others it is not there.

mod accept;
mod bulk;
mod files;
mod intake;
mod metadata;
mod place;
mod retrieve;
mod search;
mod store;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::roles::DICOMWEB;
use crate::state::Workbench;

/// Everything that can be asked, below the address of the service.
pub fn described() -> OpenApiRouter<Workbench> {
    OpenApiRouter::new()
        .routes(routes!(search::studies, store::store))
        .routes(routes!(retrieve::study, store::store_of_study))
        .routes(routes!(search::series))
        .routes(routes!(search::instances))
        .routes(routes!(search::series_of_study))
        .routes(routes!(search::instances_of_study))
        .routes(routes!(search::instances_of_series))
        .routes(routes!(retrieve::series))
        .routes(routes!(retrieve::instance))
        .routes(routes!(metadata::study))
        .routes(routes!(metadata::series))
        .routes(routes!(metadata::instance))
        .routes(routes!(bulk::value))
        .routes(routes!(bulk::frames))
}

/// The address of the service, as others write it.
fn base(workbench: &Workbench) -> String {
    format!("{}{DICOMWEB}", workbench.access.origin())
}
