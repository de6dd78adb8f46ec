//! Names of structures, and what they mean at the centres that draw them.

use archive::audit::Outcome;
use archive::{CaseId, CentreName, sha256};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Person;
use crate::clock;
use crate::contents::Contents;
use crate::jobs::Event;
use crate::names::{Former, NameOfCase, NameSent, confirmed_by, of_case, take_over};
use crate::problem::Problem;
use crate::state::Workbench;

/// Letters of a hash in the log.
const HASH: usize = 12;

/// The names of a case.
#[derive(Serialize, ToSchema)]
pub struct NamesOfCase {
    names: Vec<NameOfCase>,
}

/// Names that are confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamesSent {
    names: Vec<NameSent>,
}

/// What was confirmed for centres.
#[derive(Serialize, ToSchema)]
pub struct ConfirmedNames {
    names: Vec<ConfirmedAt>,
}

/// What a drawn name means wherever a centre draws it.
#[derive(Serialize, ToSchema)]
pub struct ConfirmedAt {
    centre: String,
    drawn: String,
    standard_name: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: chrono::DateTime<chrono::Utc>,
}

/// A confirmed name.
#[derive(Deserialize)]
pub struct Which {
    /// The centre.
    centre: String,
    /// Name as drawn.
    drawn: String,
}

/// What the structures of a case are called, and what that means.
#[utoipa::path(get, path = "/cases/{case}/names", params(("case" = String, Path)), responses((status = 200, body = NamesOfCase), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn of_a_case(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
) -> Result<Json<NamesOfCase>, Problem> {
    let case = workbench.case(&case).await?;
    let (contents, settings) = (Contents::looked_at(&case).await?, case.settings().await?.settings);
    Ok(Json(NamesOfCase { names: of_case(&contents, &settings, workbench.desks.knowledge())? }))
}

/// Confirms what drawn names mean, for the centres that drew them and for the case.
#[utoipa::path(put, path = "/cases/{case}/names", params(("case" = String, Path)), request_body = NamesSent, responses((status = 200, body = NamesOfCase), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn confirm(
    State(workbench): State<Workbench>,
    Path(name): Path<String>,
    person: Person,
    super::Document(sent): super::Document<NamesSent>,
) -> Result<Json<NamesOfCase>, Problem> {
    let case = workbench.case(&name).await?;
    let knowledge = workbench.desks.knowledge();
    let contents = Contents::looked_at(&case).await?;
    let by = person.account().map_or("the person at this machine", |account| account.printed_name.as_str());
    let confirmed = confirmed_by(&sent.names, &contents, (by, clock::now()), knowledge)?;
    workbench.archive.confirm_centre_names(&confirmed).await?;
    for own in &confirmed {
        let meaning = format!("{} means {}", hashed(&own.centre, &own.drawn), own.standard_name);
        record(&workbench, &person, "confirm name", Some(case.id().clone()), &meaning).await?;
    }
    let all = workbench.archive.centre_names().await?;
    take_over(&case, (&all, Former::GivesWay), knowledge).await?;
    workbench.jobs.tell(Event::Case(case.id().to_string()));
    of_a_case(State(workbench), Path(name)).await
}

/// Everything that was confirmed for centres.
#[utoipa::path(get, path = "/names", responses((status = 200, body = ConfirmedNames)))]
pub async fn list(State(workbench): State<Workbench>) -> Result<Json<ConfirmedNames>, Problem> {
    let told =
        |CentreName { centre, drawn, standard_name, by, at }| ConfirmedAt { centre, drawn, standard_name, by, at };
    let names = workbench.archive.centre_names().await?.into_iter().map(told).collect();
    Ok(Json(ConfirmedNames { names }))
}

/// Withdraws what was confirmed; cases keep what their settings say.
#[utoipa::path(delete, path = "/names", params(("centre" = String, Query), ("drawn" = String, Query)), responses((status = 204), (status = 404, body = Problem)))]
pub async fn withdraw(
    State(workbench): State<Workbench>,
    person: Person,
    super::Asked(which): super::Asked<Which>,
) -> Result<StatusCode, Problem> {
    let all = workbench.archive.centre_names().await?;
    let former = all.iter().find(|own| own.centre == which.centre && own.drawn == which.drawn);
    let former = former.map_or("nothing", |own| own.standard_name.as_str()).to_owned();
    workbench.archive.withdraw_centre_name(&which.centre, &which.drawn).await?;
    let meaning = format!("{} no longer means {former}", hashed(&which.centre, &which.drawn));
    record(&workbench, &person, "withdraw name", None, &meaning).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A drawn name in the log: by a hash, since people draw names of patients too.
fn hashed(centre: &str, drawn: &str) -> String {
    format!("at {centre} the name with the hash {}", &sha256(drawn)[..HASH])
}

async fn record(
    workbench: &Workbench,
    person: &Person,
    action: &str,
    case: Option<CaseId>,
    detail: &str,
) -> Result<(), Problem> {
    workbench.access.record(person, action.to_owned(), case, Outcome::Done, detail).await
}
