//! Work under way.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::jobs::Job;
use crate::problem::Problem;
use crate::state::Workbench;

/// All jobs that are remembered.
#[derive(Serialize, ToSchema)]
pub struct JobList {
    jobs: Vec<Job>,
}

/// All jobs that are remembered.
#[utoipa::path(get, path = "/jobs", responses((status = 200, body = JobList)))]
pub async fn list(State(workbench): State<Workbench>) -> Json<JobList> {
    Json(JobList { jobs: workbench.jobs.all() })
}

fn unknown() -> Problem {
    Problem::not_found("looking at a job", "there is no such job, or it ended long ago")
}

/// One job.
#[utoipa::path(get, path = "/jobs/{job}", params(("job" = String, Path)), responses((status = 200, body = Job), (status = 404, body = Problem)))]
pub async fn get(State(workbench): State<Workbench>, Path(job): Path<String>) -> Result<Json<Job>, Problem> {
    workbench.jobs.get(&job).map(Json).ok_or_else(unknown)
}

/// Stops a job at its next step.
#[utoipa::path(delete, path = "/jobs/{job}", params(("job" = String, Path)), responses((status = 202, body = Job), (status = 404, body = Problem)))]
pub async fn cancel(
    State(workbench): State<Workbench>,
    Path(job): Path<String>,
) -> Result<(axum::http::StatusCode, Json<Job>), Problem> {
    let job = workbench.jobs.cancel(&job).ok_or_else(unknown)?;
    Ok((axum::http::StatusCode::ACCEPTED, Json(job)))
}
