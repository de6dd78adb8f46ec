//! Files that an assessment left.

use std::io::{Cursor, Write};

use archive::StoredCase;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::problem::Problem;
use crate::routes::assessment::not_assessed;
use crate::routes::cases::{SignatureState, bound_now, signature_state};
use crate::routes::signature::SIGNED_REPORTS;
use crate::state::Workbench;

const DOING: &str = "reading a file of the results";
const DICOM: &str = "dicom.zip";

/// What may be asked for, with its kind, and whether browsers show it or keep it.
const FILES: [(&str, &str, &str); 9] = [
    ("report.pdf", "application/pdf", "inline"),
    ("report.html", "text/html; charset=utf-8", "inline"),
    ("patient.html", "text/html; charset=utf-8", "inline"),
    ("assessment.json", "application/json", "attachment"),
    ("dvh.csv", "text/csv; charset=utf-8", "attachment"),
    ("case.toml", "text/plain; charset=utf-8", "attachment"),
    ("registry.json", "application/json", "attachment"),
    ("registry.csv", "text/csv; charset=utf-8", "attachment"),
    ("registry.fhir.json", "application/fhir+json", "attachment"),
];

/// Reports are documents without scripts and without anything from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'; sandbox";

/// A file that the last assessment left; `dicom.zip` holds its DICOM objects.
#[utoipa::path(get, path = "/cases/{case}/files/{name}", params(("case" = String, Path), ("name" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
pub async fn get(
    State(workbench): State<Workbench>,
    Path((case, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let case = workbench.case(&case).await?;
    if name == DICOM {
        let bytes = archive(&case).await?;
        return Ok(answer(DICOM, "application/zip", "attachment", bytes));
    }
    let unknown = || Problem::not_found(DOING, "there is no such file");
    let (name, kind, disposition) = FILES.into_iter().find(|(own, ..)| *own == name).ok_or_else(unknown)?;
    let bytes = match newest(&workbench, &case, name).await? {
        Some(bytes) => bytes,
        None if case.result("assessment.json").await?.is_some() => return Err(unknown()),
        None => return Err(not_assessed(&case)),
    };
    Ok(answer(name, kind, disposition, bytes))
}

/// A file of the results; of a report, the signed one as long as its signature is valid.
async fn newest(workbench: &Workbench, case: &StoredCase, name: &str) -> Result<Option<Vec<u8>>, Problem> {
    let signed = SIGNED_REPORTS.into_iter().find(|signed| signed.replace(".signed", "") == name);
    if let Some(signed) = signed
        && signature_state(case, &bound_now(workbench, case).await?).await? == SignatureState::Valid
        && let Some(bytes) = case.result(signed).await?
    {
        return Ok(Some(bytes));
    }
    Ok(case.result(name).await?)
}

fn answer(name: &str, kind: &'static str, disposition: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("{disposition}; filename=\"rert-{name}\"");
    let mut headers = vec![(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    if kind.starts_with("text/html") {
        headers.push((header::CONTENT_SECURITY_POLICY, POLICY.to_owned()));
    }
    let mut response = bytes.into_response();
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// All DICOM objects of the results in one archive.
async fn archive(case: &StoredCase) -> Result<Vec<u8>, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::internal(DOING, error.to_string());
    if case.result("assessment.json").await?.is_none() {
        return Err(not_assessed(case));
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in case.result_names().await? {
        let is_dicom = name.split_once('/').is_some_and(|(folder, _)| report::DICOM_FOLDERS.contains(&folder));
        if let Some(bytes) = case.result(&name).await?.filter(|_| is_dicom) {
            zip.start_file(name, SimpleFileOptions::default()).map_err(|error| failed(&error))?;
            zip.write_all(&bytes).map_err(|error| failed(&error.kind()))?;
        }
    }
    Ok(zip.finish().map_err(|error| failed(&error))?.into_inner())
}
