//! What was done by whom.

use archive::audit::{AuditEntry, AuditHead, AuditReport};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::Workbench;

/// Entries on a page.
const PAGE: i64 = 1000;

/// Where to begin.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct From {
    /// Number of the first entry; the last page without.
    from: Option<i64>,
}

/// Entries of the log.
#[derive(Serialize, ToSchema)]
pub struct Entries {
    /// Up to a thousand, in the order of their numbers.
    #[schema(value_type = Vec<Object>)]
    entries: Vec<AuditEntry>,
    /// The last one of the log.
    #[schema(value_type = Object)]
    head: AuditHead,
}

/// What was done by whom.
#[utoipa::path(get, path = "/audit", params(From), responses((status = 200, body = Entries), (status = 400, body = Problem)))]
pub async fn list(
    State(workbench): State<Workbench>,
    super::Asked(asked): super::Asked<From>,
) -> Result<Json<Entries>, Problem> {
    let head = workbench.archive.audit_head().await?;
    let from = asked.from.unwrap_or(head.number - PAGE + 1).max(1);
    Ok(Json(Entries { entries: workbench.archive.audit_entries(from).await?, head }))
}

/// Reads the whole log and tells whether it is as it was written.
#[utoipa::path(get, path = "/audit/verification", responses((status = 200, body = Object)))]
pub async fn verify(State(workbench): State<Workbench>) -> Result<Json<AuditReport>, Problem> {
    Ok(Json(workbench.archive.verify_audit().await?))
}
