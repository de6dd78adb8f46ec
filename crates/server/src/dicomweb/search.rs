//! QIDO-RS: what there is.

use std::collections::{BTreeMap, BTreeSet};

use archive::{IndexedInstance, IndexedPatient, IndexedSeries, Scope};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use dicomweb::JSON;
use dicomweb::service::{FoundInstance, FoundSeries, FoundStudy, Level, Owner, Page, Query, QueryError};
use serde_json::Value;

use super::place::Place;
use crate::access::Person;
use crate::problem::Problem;
use crate::routes::Asked;
use crate::state::Workbench;

/// Instances, and studies with their series, that are read from the index at once.
const INSTANCES: u32 = 10_000;
const STUDIES: u32 = 200;

type Parameters = Asked<Vec<(String, String)>>;

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        Self::bad_request("searching", error.to_string())
    }
}

/// Studies.
#[utoipa::path(get, path = "/studies", responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 400, body = Problem)))]
pub async fn studies(
    State(workbench): State<Workbench>,
    person: Person,
    Asked(parameters): Parameters,
) -> Result<Response, Problem> {
    let query = Query::read(&parameters, Level::Studies)?;
    let scope = narrowed(Place::default().scope()?, &query);
    // A study is told with all its series, also where one of them was named.
    let scope = Scope { series: None, instance: None, ..scope };
    let mut page = query.page();
    let archive = &workbench.archive;
    let sight = person.sight(archive).await?;
    let mut after: Option<String> = None;
    loop {
        let rows = archive.next_series(&scope, sight.cases(), after.as_deref(), STUDIES).await?;
        after = rows.last().map(|series| series.study.clone());
        if after.is_none() || !studies_of(rows, &query).all(|study| page.add(study)) {
            break;
        }
    }
    let base = super::base(&workbench);
    Ok(answer(&query, &page, |study: &FoundStudy| study.document(&base)))
}

/// The studies of whole series that fit, in a fixed order.
fn studies_of(rows: Vec<IndexedSeries>, query: &Query) -> impl Iterator<Item = FoundStudy> {
    let mut studies: BTreeMap<(String, Owner), Vec<FoundSeries>> = BTreeMap::new();
    for series in rows.into_iter().map(found_series) {
        studies.entry((series.study.clone(), series.owner.clone())).or_default().push(series);
    }
    studies.into_values().filter_map(|series| {
        let study = study_of(&series)?;
        let is_wanted = query.fits_study(&study) && series.iter().any(|series| query.fits_series(series));
        is_wanted.then_some(study)
    })
}

/// Series of all studies.
#[utoipa::path(get, path = "/series", responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 400, body = Problem)))]
pub async fn series(
    State(workbench): State<Workbench>,
    person: Person,
    Asked(parameters): Parameters,
) -> Result<Response, Problem> {
    answer_series(&workbench, &person, Place::default(), &parameters).await
}

/// Series of a study.
#[utoipa::path(get, path = "/studies/{study}/series", params(("study" = String, Path)), responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 400, body = Problem)))]
pub async fn series_of_study(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
    Asked(parameters): Parameters,
) -> Result<Response, Problem> {
    answer_series(&workbench, &person, place, &parameters).await
}

/// Instances of all studies.
#[utoipa::path(get, path = "/instances", responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 400, body = Problem)))]
pub async fn instances(
    State(workbench): State<Workbench>,
    person: Person,
    Asked(parameters): Parameters,
) -> Result<Response, Problem> {
    answer_instances(&workbench, &person, Place::default(), &parameters).await
}

/// Instances of a study.
#[utoipa::path(get, path = "/studies/{study}/instances", params(("study" = String, Path)), responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 400, body = Problem)))]
pub async fn instances_of_study(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
    Asked(parameters): Parameters,
) -> Result<Response, Problem> {
    answer_instances(&workbench, &person, place, &parameters).await
}

/// Instances of a series.
#[utoipa::path(get, path = "/studies/{study}/series/{series}/instances", params(("study" = String, Path), ("series" = String, Path)), responses((status = 200, body = Vec<Object>, content_type = "application/dicom+json"), (status = 400, body = Problem)))]
pub async fn instances_of_series(
    State(workbench): State<Workbench>,
    person: Person,
    Path(place): Path<Place>,
    Asked(parameters): Parameters,
) -> Result<Response, Problem> {
    answer_instances(&workbench, &person, place, &parameters).await
}

async fn answer_series(
    workbench: &Workbench,
    person: &Person,
    place: Place,
    parameters: &[(String, String)],
) -> Result<Response, Problem> {
    let query = Query::read(parameters, Level::Series)?;
    let scope = Scope { instance: None, ..narrowed(place.scope()?, &query) };
    let mut page = query.page();
    let archive = &workbench.archive;
    let sight = person.sight(archive).await?;
    let mut after: Option<String> = None;
    loop {
        let rows = archive.next_series(&scope, sight.cases(), after.as_deref(), STUDIES).await?;
        after = rows.last().map(|series| series.study.clone());
        let mut fitting = rows.into_iter().map(found_series).filter(|series| query.fits_series(series));
        if after.is_none() || !fitting.all(|series| page.add(series)) {
            break;
        }
    }
    let base = super::base(workbench);
    Ok(answer(&query, &page, |series: &FoundSeries| series.document(&base)))
}

async fn answer_instances(
    workbench: &Workbench,
    person: &Person,
    place: Place,
    parameters: &[(String, String)],
) -> Result<Response, Problem> {
    let query = Query::read(parameters, Level::Instances)?;
    let scope = narrowed(place.scope()?, &query);
    let mut page = query.page();
    let archive = &workbench.archive;
    let sight = person.sight(archive).await?;
    let mut after: Option<IndexedInstance> = None;
    loop {
        let rows = archive.next_instances(&scope, sight.cases(), after.as_ref(), INSTANCES).await?;
        after = rows.last().cloned();
        let mut fitting = rows.into_iter().map(found_instance).filter(|instance| query.fits_instance(instance));
        if after.is_none() || !fitting.all(|instance| page.add(instance)) {
            break;
        }
    }
    let base = super::base(workbench);
    Ok(answer(&query, &page, |instance: &FoundInstance| instance.document(&base)))
}

/// What an address leaves open may be named among the keys.
fn narrowed(scope: Scope, query: &Query) -> Scope {
    let told = |uid: Option<&str>| uid.map(str::to_owned);
    Scope {
        study: scope.study.or_else(|| told(query.only_study())),
        series: scope.series.or_else(|| told(query.only_series())),
        instance: scope.instance.or_else(|| told(query.only_instance())),
        patient_id: told(query.only_patient_id()),
    }
}

fn owner(patient: IndexedPatient) -> Owner {
    let IndexedPatient { id, issuer, name, birth_date, sex } = patient;
    Owner { id, issuer, name, birth_date, sex }
}

fn found_series(series: IndexedSeries) -> FoundSeries {
    let IndexedSeries { study, series, kind, patient, n_instances } = series;
    FoundSeries { study, series, modality: kind, owner: owner(patient), n_instances }
}

fn found_instance(instance: IndexedInstance) -> FoundInstance {
    let IndexedInstance { study, series, kind, patient, sop_class, sop_instance, transfer_syntax, .. } = instance;
    let series = FoundSeries { study, series, modality: kind, owner: owner(patient), n_instances: 0 };
    FoundInstance { series, class: sop_class, instance: sop_instance, transfer_syntax }
}

fn study_of(series: &[FoundSeries]) -> Option<FoundStudy> {
    let first = series.first()?;
    let uids: BTreeSet<&String> = series.iter().map(|series| &series.series).collect();
    Some(FoundStudy {
        study: first.study.clone(),
        owner: first.owner.clone(),
        modalities: series.iter().map(|series| series.modality.clone()).collect(),
        n_series: uids.len() as u64,
        n_instances: series.iter().map(|series| series.n_instances).sum(),
    })
}

fn answer<T>(query: &Query, page: &Page<T>, document: impl Fn(&T) -> Value) -> Response {
    let told: Value = page.answers.iter().map(document).collect();
    let mut response = ([(header::CONTENT_TYPE, JSON)], told.to_string()).into_response();
    let mut warnings = Vec::new();
    if page.has_more {
        warnings.push("299 rert \"there are more results; ask again with an offset\"".to_owned());
    }
    if !query.unmatched.is_empty() {
        let names = query.unmatched.join(", ");
        warnings.push(format!(
            "299 rert \"the index is not searched by {names}: more may have been found than was meant\""
        ));
    }
    for warning in warnings {
        if let Ok(warning) = HeaderValue::from_str(&warning) {
            response.headers_mut().append(header::WARNING, warning);
        }
    }
    response
}
