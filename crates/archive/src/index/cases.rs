//! Cases in the index.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dicom::{BrokenOff, ClaimedPatient, LeftAside, Refusal};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Row, Transaction};

use super::contents::stored;
use crate::{ArchiveError, CaseId, sha256};

const READING: &str = "reading a case";
const CHANGING: &str = "changing a case";

/// A case as it stands in the index.
#[derive(Clone, Debug)]
pub(crate) struct CaseRow {
    pub(crate) label: String,
    pub(crate) created: DateTime<Utc>,
    pub(crate) settings: String,
    pub(crate) left_aside: LeftAside,
    pub(crate) signature: Option<String>,
}

/// A document about a case, or a result, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// The names of all cases, in a fixed order.
pub(crate) async fn all(pool: &AnyPool) -> Result<Vec<CaseId>, ArchiveError> {
    let failed = ArchiveError::in_index("listing the cases");
    let rows = sqlx::query("SELECT id FROM cases ORDER BY id").fetch_all(pool).await.map_err(&failed)?;
    rows.iter().map(|row| CaseId::new(&row.try_get::<String, _>("id").map_err(&failed)?)).collect()
}

/// How many cases there are.
pub(crate) async fn how_many(pool: &AnyPool) -> Result<i64, ArchiveError> {
    let failed = ArchiveError::in_index("counting the cases");
    let row = sqlx::query("SELECT COUNT(*) AS n FROM cases").fetch_one(pool).await.map_err(&failed)?;
    row.try_get("n").map_err(failed)
}

/// One case; an error where there is none.
pub(crate) async fn get(pool: &AnyPool, id: &CaseId) -> Result<CaseRow, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let row = sqlx::query(
        "SELECT label, created_us, settings, n_foreign, n_emptied, signature FROM cases WHERE id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(pool)
    .await
    .map_err(&failed)?;
    let row = row.ok_or_else(|| missing(id))?;
    let refused =
        sqlx::query("SELECT sha256, kind, code, reason FROM refusals WHERE case_id = $1 ORDER BY sha256")
            .bind(id.as_str())
            .fetch_all(pool)
            .await
            .map_err(&failed)?;
    let refused: Result<_, _> = refused.iter().map(refusal).collect();
    let broken_off = super::transfers::broken_off(pool, id).await?;
    case_row(&row, refused.map_err(&failed)?, broken_off).map_err(failed)
}

/// That there is no such case.
pub(crate) fn missing(id: &CaseId) -> ArchiveError {
    ArchiveError::NotFound { what: "the case", id: id.to_string() }
}

fn case_row(
    row: &AnyRow,
    refused: BTreeMap<String, Refusal>,
    broken_off: Vec<BrokenOff>,
) -> Result<CaseRow, sqlx::Error> {
    let number = |name: &str| row.try_get::<i64, _>(name);
    Ok(CaseRow {
        label: row.try_get("label")?,
        created: DateTime::from_timestamp_micros(number("created_us")?).unwrap_or_default(),
        settings: row.try_get("settings")?,
        left_aside: LeftAside {
            refused,
            n_foreign: number("n_foreign")? as usize,
            n_emptied: number("n_emptied")? as usize,
            broken_off,
        },
        signature: row.try_get("signature")?,
    })
}

fn refusal(row: &AnyRow) -> Result<(String, Refusal), sqlx::Error> {
    let refusal =
        Refusal { kind: row.try_get("kind")?, code: row.try_get("code")?, reason: row.try_get("reason")? };
    Ok((row.try_get("sha256")?, refusal))
}

/// Makes a case.
pub(crate) async fn add(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    label: &str,
    created: DateTime<Utc>,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO cases (id, label, created_us, settings, settings_sha256, n_foreign, n_emptied)
         VALUES ($1, $2, $3, '', $4, 0, 0)",
    )
    .bind(id.as_str())
    .bind(label)
    .bind(created.timestamp_micros())
    .bind(sha256(""))
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

/// Gives a case another label.
pub(crate) async fn rename(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    label: &str,
) -> Result<(), ArchiveError> {
    let done = sqlx::query("UPDATE cases SET label = $1 WHERE id = $2").bind(label).bind(id.as_str());
    expect_one(done.execute(&mut **change).await, id)
}

/// Gives a case other settings, where it has those that are named by their hash; tells whether it had.
pub(crate) async fn replace_settings(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    text: &str,
    former_sha256: &str,
) -> Result<bool, ArchiveError> {
    let done =
        sqlx::query("UPDATE cases SET settings = $1, settings_sha256 = $2 WHERE id = $3 AND settings_sha256 = $4")
            .bind(text)
            .bind(sha256(text))
            .bind(id.as_str())
            .bind(former_sha256)
            .execute(&mut **change)
            .await
            .map_err(ArchiveError::in_index("saving the settings"))?;
    Ok(done.rows_affected() == 1)
}

/// Signs a case, or takes its signature back.
pub(crate) async fn set_signature(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    signature: Option<String>,
) -> Result<(), ArchiveError> {
    let done = sqlx::query("UPDATE cases SET signature = $1 WHERE id = $2").bind(signature).bind(id.as_str());
    expect_one(done.execute(&mut **change).await, id)
}

fn expect_one(done: Result<sqlx::any::AnyQueryResult, sqlx::Error>, id: &CaseId) -> Result<(), ArchiveError> {
    match done.map_err(ArchiveError::in_index(CHANGING))?.rows_affected() {
        0 => Err(missing(id)),
        _ => Ok(()),
    }
}

/// Counts what came with the objects of a case and is not among them.
pub(crate) async fn count_left_aside(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    (n_foreign, n_emptied): (usize, usize),
) -> Result<(), ArchiveError> {
    let done =
        sqlx::query("UPDATE cases SET n_foreign = n_foreign + $1, n_emptied = n_emptied + $2 WHERE id = $3")
            .bind(n_foreign as i64)
            .bind(n_emptied as i64)
            .bind(id.as_str());
    expect_one(done.execute(&mut **change).await, id)
}

/// Gives a case an object that the index knows; tells whether it had it not before.
pub(crate) async fn add_object(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    sha256: &str,
) -> Result<bool, ArchiveError> {
    let done = sqlx::query(
        "INSERT INTO case_objects (case_id, sha256) VALUES ($1, $2) ON CONFLICT (case_id, sha256) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(sha256)
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(done.rows_affected() == 1)
}

/// The cases of a patient: those with an object of the same identification, issuer and day of birth.
pub(crate) async fn of_patient(
    change: &mut Transaction<'static, Any>,
    identity: &ClaimedPatient,
) -> Result<Vec<CaseId>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let rows = sqlx::query(
        "SELECT DISTINCT case_id FROM case_objects JOIN objects ON objects.sha256 = case_objects.sha256
         WHERE patient_id = $1 AND issuer = $2 AND birth_date = $3 ORDER BY case_id",
    )
    .bind(stored(&identity.patient_id))
    .bind(stored(&identity.issuer))
    .bind(stored(&identity.birth_date))
    .fetch_all(&mut **change)
    .await
    .map_err(&failed)?;
    rows.iter().map(|row| CaseId::new(&row.try_get::<String, _>("case_id").map_err(&failed)?)).collect()
}

/// What was found of the objects of a case does not hold once others came.
pub(crate) async fn forget_documents(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
) -> Result<(), ArchiveError> {
    sqlx::query("DELETE FROM documents WHERE case_id = $1")
        .bind(id.as_str())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

/// Writes down why something that came with a case must not be used.
pub(crate) async fn add_refusal(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    sha256: &str,
    refusal: &Refusal,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO refusals (case_id, sha256, kind, code, reason) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (case_id, sha256) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(sha256)
    .bind(&refusal.kind)
    .bind(&refusal.code)
    .bind(refusal.reason.replace('\0', "\u{fffd}"))
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index(CHANGING))?;
    super::contents::will_stay(change, sha256).await
}

/// Takes a refusal from a case to which it does not belong.
pub(crate) async fn remove_refusal(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    sha256: &str,
) -> Result<bool, ArchiveError> {
    let done = sqlx::query("DELETE FROM refusals WHERE case_id = $1 AND sha256 = $2")
        .bind(id.as_str())
        .bind(sha256)
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(done.rows_affected() > 0)
}

/// Number of objects and of refusals of a case.
pub(crate) async fn count(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
) -> Result<(i64, i64), ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM case_objects WHERE case_id = $1) AS n_objects,
             (SELECT COUNT(*) FROM refusals WHERE case_id = $2) AS n_refusals",
    )
    .bind(id.as_str())
    .bind(id.as_str())
    .fetch_one(&mut **change)
    .await
    .map_err(&failed)?;
    let number = |name: &str| row.try_get(name).map_err(&failed);
    Ok((number("n_objects")?, number("n_refusals")?))
}

/// The hashes of the objects of a case, in order.
pub(crate) async fn objects(pool: &AnyPool, id: &CaseId) -> Result<Vec<String>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let rows = sqlx::query("SELECT sha256 FROM case_objects WHERE case_id = $1 ORDER BY sha256")
        .bind(id.as_str())
        .fetch_all(pool)
        .await
        .map_err(&failed)?;
    rows.iter().map(|row| row.try_get("sha256").map_err(&failed)).collect()
}

/// Everything that a case needs on disk.
pub(crate) async fn contents(pool: &AnyPool, id: &CaseId) -> Result<Vec<String>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let rows = sqlx::query(
        "SELECT sha256 FROM case_objects WHERE case_id = $1 UNION SELECT sha256 FROM results WHERE case_id = $2
         UNION SELECT sha256 FROM refusals WHERE case_id = $3",
    )
    .bind(id.as_str())
    .bind(id.as_str())
    .bind(id.as_str())
    .fetch_all(pool)
    .await
    .map_err(&failed)?;
    rows.iter().map(|row| row.try_get("sha256").map_err(&failed)).collect()
}

/// Deletes a case; an error where there is none.
pub(crate) async fn delete(change: &mut Transaction<'static, Any>, id: &CaseId) -> Result<(), ArchiveError> {
    let done = sqlx::query("DELETE FROM cases WHERE id = $1").bind(id.as_str());
    expect_one(done.execute(&mut **change).await, id)
}

/// A document about a case.
pub(crate) async fn document(pool: &AnyPool, id: &CaseId, name: &str) -> Result<Option<String>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let row = sqlx::query("SELECT content FROM documents WHERE case_id = $1 AND name = $2")
        .bind(id.as_str())
        .bind(name)
        .fetch_optional(pool)
        .await
        .map_err(&failed)?;
    row.map(|row| row.try_get("content").map_err(failed)).transpose()
}

/// Keeps a document about a case in the place of the former one.
pub(crate) async fn keep_document(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    (name, content): (&str, &str),
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO documents (case_id, name, content) VALUES ($1, $2, $3)
         ON CONFLICT (case_id, name) DO UPDATE SET content = excluded.content",
    )
    .bind(id.as_str())
    .bind(name)
    .bind(content)
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

/// The results of a case, in the order of their names.
pub(crate) async fn results(pool: &AnyPool, id: &CaseId) -> Result<Vec<Named>, ArchiveError> {
    let failed = ArchiveError::in_index("reading results");
    let rows = sqlx::query("SELECT name, sha256 FROM results WHERE case_id = $1 ORDER BY name")
        .bind(id.as_str())
        .fetch_all(pool)
        .await
        .map_err(&failed)?;
    let named = |row: &AnyRow| Ok(Named { name: row.try_get("name")?, sha256: row.try_get("sha256")? });
    rows.iter().map(named).collect::<Result<_, _>>().map_err(failed)
}

/// Takes a result of a case away.
pub(crate) async fn remove_result(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    name: &str,
) -> Result<(), ArchiveError> {
    sqlx::query("DELETE FROM results WHERE case_id = $1 AND name = $2")
        .bind(id.as_str())
        .bind(name)
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index("keeping results"))?;
    Ok(())
}

/// Keeps a result of a case in the place of the former one of its name.
pub(crate) async fn keep_result(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    result: &Named,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO results (case_id, name, sha256) VALUES ($1, $2, $3)
         ON CONFLICT (case_id, name) DO UPDATE SET sha256 = excluded.sha256",
    )
    .bind(id.as_str())
    .bind(&result.name)
    .bind(&result.sha256)
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index("keeping results"))?;
    super::contents::will_stay(change, &result.sha256).await
}
