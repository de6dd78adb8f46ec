//! The log of deeds in the index.

use chrono::DateTime;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Row, Transaction};

use crate::audit::{AuditEntry, AuditHead, BEGINNING, Deed, Outcome};
use crate::{ArchiveError, CaseId};

const DOING: &str = "writing down what was done";
const READING: &str = "reading what was done";
const HEAD: &str = "SELECT number, sha256 FROM audit_head";

fn head_of(row: Option<AnyRow>) -> Result<AuditHead, sqlx::Error> {
    match row {
        Some(row) => Ok(AuditHead { number: row.try_get("number")?, sha256: row.try_get("sha256")? }),
        None => Ok(AuditHead { number: 0, sha256: BEGINNING.to_owned() }),
    }
}

/// The last entry as it was written down beside the log.
pub(crate) async fn kept_head(pool: &AnyPool) -> Result<AuditHead, ArchiveError> {
    let row = sqlx::query(HEAD).fetch_optional(pool).await;
    row.and_then(head_of).map_err(ArchiveError::in_index(READING))
}

/// The same within a change.
pub(crate) async fn head(change: &mut Transaction<'static, Any>) -> Result<AuditHead, ArchiveError> {
    let row = sqlx::query(HEAD).fetch_optional(&mut **change).await;
    row.and_then(head_of).map_err(ArchiveError::in_index(DOING))
}

pub(crate) async fn add(change: &mut Transaction<'static, Any>, entry: &AuditEntry) -> Result<(), ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    let AuditEntry { number, at, deed, previous_sha256, sha256 } = entry;
    sqlx::query(
        "INSERT INTO audit (number, at_us, actor, role, address, action, case_id, outcome, detail, previous_sha256, sha256)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(*number)
    .bind(at.timestamp_micros())
    .bind(&deed.actor)
    .bind(&deed.role)
    .bind(&deed.address)
    .bind(&deed.action)
    .bind(deed.case.as_ref().map(|case| case.as_str().to_owned()))
    .bind(deed.outcome.as_str())
    .bind(&deed.detail)
    .bind(previous_sha256)
    .bind(sha256)
    .execute(&mut **change)
    .await
    .map_err(&failed)?;
    sqlx::query("DELETE FROM audit_head").execute(&mut **change).await.map_err(&failed)?;
    sqlx::query("INSERT INTO audit_head (number, sha256) VALUES ($1, $2)")
        .bind(*number)
        .bind(sha256)
        .execute(&mut **change)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Entries from a number on.
pub(crate) async fn page(pool: &AnyPool, from: i64, most: i64) -> Result<Vec<AuditEntry>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let rows = sqlx::query(
        "SELECT number, at_us, actor, role, address, action, case_id, outcome, detail, previous_sha256, sha256
         FROM audit WHERE number >= $1 ORDER BY number LIMIT $2",
    )
    .bind(from)
    .bind(most)
    .fetch_all(pool)
    .await
    .map_err(&failed)?;
    rows.iter().map(entry).collect::<Result<_, _>>().map_err(failed)
}

fn entry(row: &AnyRow) -> Result<AuditEntry, sqlx::Error> {
    let case: Option<String> = row.try_get("case_id")?;
    let outcome: String = row.try_get("outcome")?;
    let deed = Deed {
        actor: row.try_get("actor")?,
        role: row.try_get("role")?,
        address: row.try_get("address")?,
        action: row.try_get("action")?,
        // What cannot be one was put in by somebody else, and has another hash then.
        case: case.and_then(|case| CaseId::new(&case).ok()),
        outcome: Outcome::from_name(&outcome).unwrap_or(Outcome::Failed),
        detail: row.try_get("detail")?,
    };
    Ok(AuditEntry {
        number: row.try_get("number")?,
        at: DateTime::from_timestamp_micros(row.try_get("at_us")?).unwrap_or_default(),
        deed,
        previous_sha256: row.try_get("previous_sha256")?,
        sha256: row.try_get("sha256")?,
    })
}
