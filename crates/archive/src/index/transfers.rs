//! Transfers over a network in the index: which are under way, and which ended before their time.

use chrono::DateTime;
use dicom::BrokenOff;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Row, Transaction};

use crate::{ArchiveError, CaseId};

const DOING: &str = "keeping what is received";
const OPEN: &str = "open";
const BROKEN_OFF: &str = "broken-off";

/// A transfer as it is told of in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TransferRow {
    pub(crate) id: CaseId,
    pub(crate) sender: String,
    pub(crate) begun_us: i64,
}

/// Counts an object of a transfer that came into a case.
pub(crate) async fn count(
    change: &mut Transaction<'static, Any>,
    transfer: &TransferRow,
    case: &CaseId,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO transfers (id, case_id, sender, begun_us, n_objects, state) VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (id, case_id) DO UPDATE SET n_objects = transfers.n_objects + 1",
    )
    .bind(transfer.id.as_str())
    .bind(case.as_str())
    .bind(&transfer.sender)
    .bind(transfer.begun_us)
    .bind(OPEN)
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index(DOING))?;
    Ok(())
}

/// The cases that a transfer came into.
pub(crate) async fn cases(
    change: &mut Transaction<'static, Any>,
    transfer: &CaseId,
) -> Result<Vec<CaseId>, ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    let rows = sqlx::query("SELECT case_id FROM transfers WHERE id = $1 ORDER BY case_id")
        .bind(transfer.as_str())
        .fetch_all(&mut **change)
        .await
        .map_err(&failed)?;
    rows.iter().map(|row| CaseId::new(&row.try_get::<String, _>("case_id").map_err(&failed)?)).collect()
}

/// Ends a transfer that came whole. What the same sender had broken off in the same cases counts as made good by it.
pub(crate) async fn end_whole(
    change: &mut Transaction<'static, Any>,
    transfer: &TransferRow,
) -> Result<(), ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    sqlx::query(
        "DELETE FROM transfers WHERE sender = $1 AND state = $2
             AND case_id IN (SELECT case_id FROM transfers WHERE id = $3)",
    )
    .bind(&transfer.sender)
    .bind(BROKEN_OFF)
    .bind(transfer.id.as_str())
    .execute(&mut **change)
    .await
    .map_err(&failed)?;
    sqlx::query("DELETE FROM transfers WHERE id = $1")
        .bind(transfer.id.as_str())
        .execute(&mut **change)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Ends a transfer that ended before its time.
pub(crate) async fn end_early(
    change: &mut Transaction<'static, Any>,
    transfer: &TransferRow,
) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE transfers SET state = $1 WHERE id = $2")
        .bind(BROKEN_OFF)
        .bind(transfer.id.as_str())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(DOING))?;
    Ok(())
}

/// Transfers that were under way when a former run ended did not come whole.
pub(crate) async fn end_all_early(change: &mut Transaction<'static, Any>) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE transfers SET state = $1 WHERE state = $2")
        .bind(BROKEN_OFF)
        .bind(OPEN)
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(DOING))?;
    Ok(())
}

/// Whether something is on its way into a case.
pub(crate) async fn is_arriving(pool: &AnyPool, case: &CaseId) -> Result<bool, ArchiveError> {
    let rows = sqlx::query("SELECT id FROM transfers WHERE case_id = $1 AND state = $2")
        .bind(case.as_str())
        .bind(OPEN)
        .fetch_all(pool)
        .await
        .map_err(ArchiveError::in_index(DOING))?;
    Ok(!rows.is_empty())
}

/// The transfers into a case that ended before their time.
pub(crate) async fn broken_off(pool: &AnyPool, case: &CaseId) -> Result<Vec<BrokenOff>, ArchiveError> {
    let failed = ArchiveError::in_index("reading a case");
    let rows = sqlx::query(
        "SELECT sender, begun_us, n_objects FROM transfers WHERE case_id = $1 AND state = $2 ORDER BY begun_us, id",
    )
    .bind(case.as_str())
    .bind(BROKEN_OFF)
    .fetch_all(pool)
    .await
    .map_err(&failed)?;
    let told = |row: &AnyRow| {
        let begun = DateTime::from_timestamp_micros(row.try_get("begun_us")?).unwrap_or_default();
        Ok(BrokenOff {
            sender: row.try_get("sender")?,
            n_objects: row.try_get::<i64, _>("n_objects")? as usize,
            begun: begun.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        })
    };
    rows.iter().map(told).collect::<Result<_, _>>().map_err(failed)
}
