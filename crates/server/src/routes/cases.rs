//! The list of cases, and one case in short.

use archive::{Bound, CaseId, StoredCase, sha256};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Person;
use crate::contents::{Contents, CourseHead, Patient};
use crate::jobs::Event;
use crate::overview::Overview;
use crate::problem::Problem;
use crate::state::Workbench;

/// How far a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CaseState {
    /// Its objects are here.
    Imported,
    /// Its assessment is that of its objects and settings.
    Assessed,
    /// Objects, settings, knowledge or program changed since.
    Outdated,
    /// It was assessed, and no cumulative number was given.
    Refused,
}

/// What a signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureState {
    /// Nobody signed.
    None,
    /// It is for what the case is now.
    Valid,
    /// Something changed since.
    Void,
}

/// A case in short.
#[derive(Serialize, ToSchema)]
pub struct CaseSummary {
    /// Its name in addresses.
    id: String,
    /// What it is called.
    label: String,
    /// Whose it is; nothing where its objects are of different persons.
    patient: Option<Patient>,
    /// When it came in.
    created: String,
    /// Number of objects.
    n_objects: usize,
    /// Their kinds.
    modalities: Vec<String>,
    /// Its courses.
    courses: Vec<CourseHead>,
    /// How far it is.
    state: CaseState,
    /// Whether it can be asked now.
    is_open: bool,
    /// Type of reirradiation.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Whether numbers rest on a registration that nobody accepted.
    provisional: Option<bool>,
    /// Refusals.
    n_refused: usize,
    /// Warnings.
    n_warnings: usize,
    /// Notes.
    n_notes: usize,
    /// Limits that are met.
    n_met: usize,
    /// Limits that are exceeded.
    n_exceeded: usize,
    /// Limits on which nothing can be said for sure.
    n_uncertain: usize,
    /// What its signature is worth.
    signature: SignatureState,
}

/// A case that cannot be read.
#[derive(Serialize, ToSchema)]
pub struct BrokenCase {
    /// Its name in addresses.
    id: String,
    /// Why, and what to do.
    problem: Problem,
}

/// All cases.
#[derive(Serialize, ToSchema)]
pub struct CaseList {
    /// Those that can be read.
    cases: Vec<CaseSummary>,
    /// Those that cannot: they hide no other.
    broken: Vec<BrokenCase>,
}

/// What a case is now, for signatures and for what is outdated.
pub async fn bound_now(workbench: &Workbench, case: &StoredCase) -> Result<Bound, Problem> {
    let contents = Contents::kept(case).await?;
    let settings = case.settings().await?.settings.to_toml();
    Ok(Bound {
        inputs_sha256: contents.map(|contents| contents.inputs_sha256).unwrap_or_default(),
        settings_sha256: sha256(settings),
        knowledge_sha256: workbench.knowledge_sha256.clone(),
        rert: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// What a signature is worth.
pub async fn signature_state(case: &StoredCase, now: &Bound) -> Result<SignatureState, Problem> {
    // What is shown is the last assessment: one of something else was not signed.
    let shown = Overview::kept(case).await?;
    Ok(match case.signature().await? {
        None => SignatureState::None,
        Some(signature)
            if signature.bound_to == *now && shown.is_none_or(|shown| shown.bound == signature.bound_to) =>
        {
            SignatureState::Valid
        }
        Some(_) => SignatureState::Void,
    })
}

async fn summary(workbench: &Workbench, case: &StoredCase) -> Result<CaseSummary, Problem> {
    let label = case.label().await?;
    let contents = Contents::kept(case).await?;
    let overview = Overview::kept(case).await?;
    let now = bound_now(workbench, case).await?;
    let state = match &overview {
        None => CaseState::Imported,
        Some(overview) if overview.bound != now => CaseState::Outdated,
        Some(overview) if overview.refused => CaseState::Refused,
        Some(_) => CaseState::Assessed,
    };
    let [n_refused, n_warnings, n_notes] =
        overview.as_ref().map(|overview| overview.n_findings).unwrap_or_default();
    let [n_met, n_exceeded, n_uncertain] = overview.as_ref().map(|overview| overview.n_limits).unwrap_or_default();
    Ok(CaseSummary {
        id: case.id().to_string(),
        label: label.label,
        created: label.created.to_rfc3339(),
        n_objects: contents.as_ref().map_or(0, |contents| contents.n_objects),
        modalities: contents.as_ref().map(|contents| contents.modalities.clone()).unwrap_or_default(),
        courses: contents.as_ref().map(|contents| contents.courses.clone()).unwrap_or_default(),
        patient: contents.and_then(|contents| contents.patient),
        state,
        is_open: workbench.desks.is_open(case.id()),
        kind: overview.as_ref().and_then(|overview| overview.kind.clone()),
        provisional: overview.as_ref().map(|overview| overview.provisional),
        n_refused,
        n_warnings,
        n_notes,
        n_met,
        n_exceeded,
        n_uncertain,
        signature: signature_state(case, &now).await?,
    })
}

/// All cases.
#[utoipa::path(get, path = "/cases", responses((status = 200, body = CaseList)))]
pub async fn list(State(workbench): State<Workbench>, person: Person) -> Result<Json<CaseList>, Problem> {
    let sight = person.sight(&workbench.archive).await?;
    let ids = workbench.archive.cases().await?;
    let mut list = CaseList { cases: Vec::new(), broken: Vec::new() };
    for id in ids.iter().filter(|id| sight.includes(id)) {
        let found = match workbench.archive.case(id).await {
            Ok(case) => summary(&workbench, &case).await,
            Err(error) => Err(error.into()),
        };
        match found {
            Ok(summary) => list.cases.push(summary),
            Err(problem) => list.broken.push(BrokenCase { id: id.to_string(), problem }),
        }
    }
    Ok(Json(list))
}

/// One case.
#[utoipa::path(get, path = "/cases/{case}", params(("case" = String, Path)), responses((status = 200, body = CaseSummary), (status = 404, body = Problem)))]
pub async fn get(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
) -> Result<Json<CaseSummary>, Problem> {
    Ok(Json(summary(&workbench, &workbench.case(&case).await?).await?))
}

/// Another label.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// What the case is to be called.
    label: String,
}

/// Calls a case otherwise.
#[utoipa::path(patch, path = "/cases/{case}", params(("case" = String, Path)), request_body = Rename, responses((status = 200, body = CaseSummary), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn rename(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    super::Document(rename): super::Document<Rename>,
) -> Result<Json<CaseSummary>, Problem> {
    let case = workbench.case(&case).await?;
    case.rename(&rename.label).await?;
    workbench.jobs.tell(Event::Case(case.id().to_string()));
    Ok(Json(summary(&workbench, &case).await?))
}

/// Deletes a case with everything in it.
#[utoipa::path(delete, path = "/cases/{case}", params(("case" = String, Path)), responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete(State(workbench): State<Workbench>, Path(case): Path<String>) -> Result<StatusCode, Problem> {
    // One that cannot be read is deleted too.
    let id = CaseId::new(&case)?;
    super::assessment::refuse_while_busy(&workbench, &id)?;
    super::assessment::refuse_while_arriving(&workbench, &id).await?;
    workbench.desks.close(&id);
    workbench.archive.delete(&id).await?;
    workbench.jobs.tell(Event::Case(id.to_string()));
    Ok(StatusCode::NO_CONTENT)
}

/// What the objects of a case are: the document of `rert inspect`.
#[utoipa::path(get, path = "/cases/{case}/contents", params(("case" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
pub async fn contents(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
) -> Result<Json<Value>, Problem> {
    let contents = Contents::kept(&workbench.case(&case).await?).await?;
    let contents =
        contents.ok_or_else(|| Problem::not_found("reading what a case holds", "nothing came in yet"))?;
    Ok(Json(contents.inspection))
}
