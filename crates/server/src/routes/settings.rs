//! What a person decided about a case.

use archive::StoredSettings;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use case::Settings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::jobs::Event;
use crate::problem::Problem;
use crate::state::Workbench;

const SAVING: &str = "saving the settings";

/// The settings of a case.
#[derive(Serialize, ToSchema)]
pub struct SettingsNow {
    /// As in `case.toml`.
    #[schema(value_type = Object)]
    settings: Settings,
    /// The same as text.
    toml: String,
    /// To be sent with a change, so that nobody overwrites what another one saved.
    etag: String,
}

impl From<StoredSettings> for SettingsNow {
    fn from(stored: StoredSettings) -> Self {
        Self { settings: stored.settings, toml: stored.text, etag: stored.etag }
    }
}

/// Settings that are sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsSent {
    /// As in `case.toml`.
    #[schema(value_type = Object)]
    pub settings: serde_json::Value,
}

impl SettingsSent {
    /// The settings, where they can be meant.
    pub fn read(self) -> Result<Settings, Problem> {
        let unfit = |message: String| {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "settings", "reading the settings", message)
                .hint("Correct the named field.")
        };
        let settings: Settings =
            serde_json::from_value(self.settings).map_err(|error| unfit(error.to_string()))?;
        // The text is what will be read again, and its reader checks ranges.
        Settings::from_toml(&settings.to_toml()).map_err(|error| unfit(error.to_string()))
    }
}

/// The settings of a case.
#[utoipa::path(get, path = "/cases/{case}/settings", params(("case" = String, Path)), responses((status = 200, body = SettingsNow), (status = 404, body = Problem)))]
pub async fn get(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
) -> Result<Json<SettingsNow>, Problem> {
    Ok(Json(workbench.case(&case).await?.settings().await?.into()))
}

/// Saves settings; `If-Match` names those that were read.
#[utoipa::path(put, path = "/cases/{case}/settings", params(("case" = String, Path), ("if-match" = String, Header)), request_body = SettingsSent, responses((status = 200, body = SettingsNow), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem), (status = 428, body = Problem)))]
pub async fn put(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    headers: HeaderMap,
    super::Document(sent): super::Document<SettingsSent>,
) -> Result<Json<SettingsNow>, Problem> {
    let case = workbench.case(&case).await?;
    let read = headers.get(header::IF_MATCH).and_then(|etag| etag.to_str().ok());
    let etag = read.map(|etag| etag.trim_matches('"')).ok_or_else(|| {
        let message = "the request does not say which settings it changes";
        Problem::new(StatusCode::PRECONDITION_REQUIRED, "no-etag", SAVING, message)
            .hint("Read the settings first, and send their etag as If-Match.")
    })?;
    let settings = sent.read()?;
    let known = case.settings().await?.settings.confirmed_names;
    if settings.confirmed_names.iter().any(|own| !known.contains(own)) {
        // Whose name stands under a confirmation is not for who sends settings to say.
        let message = "names of a centre are confirmed on their own, and not saved as settings";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "confirmed-names", SAVING, message)
            .hint("Confirm the name itself, or say what it means for this case alone."));
    }
    let saved = case.save_settings(&settings, etag).await?;
    workbench.jobs.tell(Event::Case(case.id().to_string()));
    Ok(Json(saved.into()))
}
