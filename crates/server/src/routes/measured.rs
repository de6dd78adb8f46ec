//! Curves, settings that are tried out, and what may still be given.

use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use case::Settings;
use guidelines::selection::Question;
use radiobiology::NumberOfFractions;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arrays::{self, Arrays};
use crate::curves;
use crate::desk::of_settings;
use crate::overview::{CURVES, Overview};
use crate::problem::Problem;
use crate::routes::assessment::{not_assessed, with_etag};
use crate::routes::settings::SettingsSent;
use crate::state::Workbench;

/// The curves of all structures, in binary.
#[utoipa::path(get, path = "/cases/{case}/dvh", params(("case" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.rert.arrays"), (status = 304), (status = 404, body = Problem)))]
pub async fn curves(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = workbench.case(&case).await?;
    let overview = Overview::kept(&case).await?.ok_or_else(|| not_assessed(&case))?;
    let answer = async {
        let bytes = case.result(CURVES).await?.ok_or_else(|| not_assessed(&case))?;
        Ok(([(header::CONTENT_TYPE, arrays::CONTENT_TYPE)], bytes).into_response())
    };
    with_etag(&headers, &overview.etag(), answer).await
}

/// Tries settings out on an open case; nothing is saved. The header of the answer holds what changed.
#[utoipa::path(post, path = "/cases/{case}/trial", params(("case" = String, Path)), request_body = SettingsSent, responses((status = 200, body = Vec<u8>, content_type = "application/vnd.rert.arrays"), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn trial(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    super::Document(sent): super::Document<SettingsSent>,
) -> Result<Arrays, Problem> {
    let case = workbench.case(&case).await?;
    let mut settings = sent.read()?;
    let choice = |settings: &Settings| settings.registration.as_ref().and_then(|own| own.choice.clone());
    let wanted = choice(&settings);
    let is_other = wanted != choice(&case.settings().await?.settings);
    let variant = wanted.filter(|wanted| is_other && workbench.desks.variants(case.id()).contains(wanted));
    if let Some(registration) = settings.registration.as_mut().filter(|_| variant.is_some()) {
        // Nobody accepted the other registration yet.
        (registration.accepted_by, registration.reason) = (None, None);
    }
    let is_variant = variant.is_some();
    let tried = workbench.desks.ask_with(case.id(), variant, move |review| {
        let began = Instant::now();
        let followed = review.follow(&settings);
        let assessment = review.assessment();
        let all: Vec<usize> = (0..assessment.structures.len()).collect();
        let changed = if is_variant { &all } else { &followed.changed };
        let structures: Vec<_> = changed.iter().filter_map(|index| assessment.structures.get(*index)).collect();
        let document = json!({
            "changed": changed,
            "needs_assessment": followed.needs_assessment,
            "settings_sha256": of_settings(review.settings()),
            "findings": assessment.findings,
            "provisional": assessment.provisional,
            "registrations": assessment.registrations,
            "structures": structures,
            "constraints": assessment.constraints,
            "limit_spreads": assessment.limit_spreads,
            "scores": assessment.scores,
            "classification": assessment.classification,
            "dose_responses": assessment.dose_responses,
            "clinical": assessment.clinical,
            "milliseconds": began.elapsed().as_secs_f64() * 1000.0,
        });
        curves::arrays(document, assessment, changed)
    });
    tried.await
}

/// The settings that an answer is to be of.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct OfSettings {
    /// `settings_sha256` of the trial; without it the answer is of whatever was tried out last.
    pub settings: Option<String>,
}

/// What the doubt of a structure comes from.
#[utoipa::path(get, path = "/cases/{case}/structures/{structure}/doubt", params(("case" = String, Path), ("structure" = usize, Path), OfSettings), responses((status = 200, body = Object), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn doubt(
    State(workbench): State<Workbench>,
    Path((case, structure)): Path<(String, String)>,
    super::Asked(of): super::Asked<OfSettings>,
) -> Result<Json<Value>, Problem> {
    const DOING: &str = "asking what the doubt of a structure comes from";
    let case = workbench.case(&case).await?;
    let index: usize =
        structure.parse().map_err(|_| Problem::bad_request(DOING, "a structure is named by its number"))?;
    let told = workbench.desks.ask_of(case.id(), of.settings, move |review| review.doubt(index)).await?;
    let missing = || Problem::not_found(DOING, "there is no such structure, or its dose is no number");
    Ok(Json(Value::Object(told.ok_or_else(missing)?)))
}

/// A number of fractions.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Fractions {
    /// From 1 up.
    #[param(minimum = 1, maximum = 100)]
    fractions: i64,
    /// `settings_sha256` of the trial that the answer is to be of; without it, of whatever was tried out last.
    settings: Option<String>,
}

/// What may still be given in a number of fractions.
#[utoipa::path(get, path = "/cases/{case}/budget", params(("case" = String, Path), Fractions), responses((status = 200, body = Object), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn budget(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    super::Asked(asked): super::Asked<Fractions>,
) -> Result<Json<Value>, Problem> {
    const DOING: &str = "working out what may still be given";
    let case = workbench.case(&case).await?;
    let number = NumberOfFractions::new(asked.fractions).ok().filter(|number| number.get() <= 100);
    let number = number.ok_or_else(|| Problem::bad_request(DOING, "1 to 100 fractions are possible"))?;
    let found = workbench.desks.ask_of(case.id(), asked.settings, move |review| {
        let budget = review.budget(number).map_err(|error| Problem::internal(DOING, error.to_string()))?;
        Ok(Json(json!(budget)))
    });
    found.await?
}

/// A question with the scores and criteria that ask it.
#[derive(serde::Serialize)]
struct Asking<'a> {
    #[serde(flatten)]
    question: &'a Question,
    asked_by: Vec<&'a str>,
}

/// The questions of the scores and criteria for the site of a case.
#[utoipa::path(get, path = "/cases/{case}/questions", params(("case" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
pub async fn questions(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
) -> Result<Json<Value>, Problem> {
    let site = workbench.case(&case).await?.settings().await?.settings.case.site;
    let knowledge = workbench.desks.knowledge();
    let is_here = |named: &str| site.is_some_and(|own| own.is_in(named));
    let mut asked: Vec<Asking<'_>> = Vec::new();
    let mut ask = |question, by| match asked.iter_mut().find(|known: &&mut Asking<'_>| known.question == question)
    {
        Some(known) => known.asked_by.push(by),
        None => asked.push(Asking { question, asked_by: vec![by] }),
    };
    for score in knowledge.scores.iter().filter(|score| is_here(&score.site)) {
        score.inputs.iter().for_each(|input| ask(&input.question, score.title.as_str()));
    }
    for trial in knowledge.trials.eligibility.iter().filter(|trial| is_here(&trial.site)) {
        let questions = knowledge.trials.questions.iter();
        for question in questions.filter(|question| trial.asked().any(|id| id == question.id)) {
            ask(question, trial.title.as_str());
        }
    }
    Ok(Json(json!({ "questions": asked })))
}
