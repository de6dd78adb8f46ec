//! Who was given which case.

use archive::CaseId;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::Workbench;

/// All cases with who was given them.
#[derive(Serialize, ToSchema)]
pub struct Grants {
    cases: Vec<Granted>,
}

/// A case with who was given it; nothing of the patient.
#[derive(Serialize, ToSchema)]
pub struct Granted {
    /// Its name in addresses.
    id: String,
    /// What it is called.
    label: String,
    /// Names of accounts.
    granted_to: Vec<String>,
}

/// All cases with who was given them.
#[utoipa::path(get, path = "/grants", responses((status = 200, body = Grants)))]
pub async fn list(State(workbench): State<Workbench>) -> Result<Json<Grants>, Problem> {
    let mut cases = Vec::new();
    for id in workbench.archive.cases().await? {
        let label = workbench.archive.case(&id).await?.label().await?.label;
        let granted_to = workbench.archive.granted_to(&id).await?;
        cases.push(Granted { id: id.to_string(), label, granted_to });
    }
    Ok(Json(Grants { cases }))
}

/// Lets an account see a case.
#[utoipa::path(put, path = "/grants/{case}/{account}", params(("case" = String, Path), ("account" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
pub async fn give(
    State(workbench): State<Workbench>,
    Path((case, account)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    workbench.archive.grant(&account, &CaseId::new(&case)?, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets an account see a case no longer.
#[utoipa::path(delete, path = "/grants/{case}/{account}", params(("case" = String, Path), ("account" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
pub async fn take(
    State(workbench): State<Workbench>,
    Path((case, account)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    workbench.archive.grant(&account, &CaseId::new(&case)?, false).await?;
    Ok(StatusCode::NO_CONTENT)
}
