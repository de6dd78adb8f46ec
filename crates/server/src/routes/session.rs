//! What runs here.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::Workbench;

/// What runs here.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Version of the program.
    version: &'static str,
    /// `local`: one person on this machine, without accounts.
    mode: &'static str,
    /// Hash of the knowledge base.
    knowledge_sha256: String,
    /// Name of this run: another one means that the program was started anew.
    run: String,
}

/// What runs here.
#[utoipa::path(get, path = "/session", responses((status = 200, body = Session)))]
pub async fn session(State(workbench): State<Workbench>) -> Json<Session> {
    Json(Session {
        version: env!("CARGO_PKG_VERSION"),
        mode: "local",
        knowledge_sha256: workbench.knowledge_sha256,
        run: workbench.run,
    })
}
