//! Work under way.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Person;
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
pub async fn list(State(workbench): State<Workbench>, person: Person) -> Result<Json<JobList>, Problem> {
    let sight = person.sight(&workbench.archive).await?;
    let jobs = workbench.jobs.all().into_iter().filter(|job| job.is_told_to(&person, &sight));
    Ok(Json(JobList { jobs: jobs.collect() }))
}

fn unknown() -> Problem {
    Problem::not_found("looking at a job", "there is no such job, or it ended long ago")
}

/// A job, where the person may know of it.
async fn told(workbench: &Workbench, person: &Person, job: &str) -> Result<Job, Problem> {
    let job = workbench.jobs.get(job).ok_or_else(unknown)?;
    let sight = person.sight(&workbench.archive).await?;
    if job.is_told_to(person, &sight) { Ok(job) } else { Err(unknown()) }
}

/// One job.
#[utoipa::path(get, path = "/jobs/{job}", params(("job" = String, Path)), responses((status = 200, body = Job), (status = 404, body = Problem)))]
pub async fn get(
    State(workbench): State<Workbench>,
    person: Person,
    Path(job): Path<String>,
) -> Result<Json<Job>, Problem> {
    Ok(Json(told(&workbench, &person, &job).await?))
}

/// Stops a job at its next step.
#[utoipa::path(delete, path = "/jobs/{job}", params(("job" = String, Path)), responses((status = 202, body = Job), (status = 404, body = Problem)))]
pub async fn cancel(
    State(workbench): State<Workbench>,
    person: Person,
    Path(job): Path<String>,
) -> Result<(axum::http::StatusCode, Json<Job>), Problem> {
    told(&workbench, &person, &job).await?;
    let job = workbench.jobs.cancel(&job).ok_or_else(unknown)?;
    Ok((axum::http::StatusCode::ACCEPTED, Json(job)))
}
