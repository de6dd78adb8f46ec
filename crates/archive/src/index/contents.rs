//! What contents are, which are in use, and which are to go.

use dicom::Identity;
use sqlx::{Any, AnyPool, Row, Transaction};

use crate::ArchiveError;

const DOING: &str = "changing what the archive holds";

/// Writes down what an object is.
pub(crate) async fn add_object(
    change: &mut Transaction<'static, Any>,
    (sha256, n_bytes): (&str, u64),
    object: &Identity,
    received_us: i64,
) -> Result<(), ArchiveError> {
    let refers_to = serde_json::to_string(&object.refers_to).unwrap_or_default();
    sqlx::query(
        "INSERT INTO objects (sha256, n_bytes, received_us, kind, sop_class, sop_instance, series, study, transfer_syntax,
             patient_id, issuer, patient_name, birth_date, sex, refers_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (sha256) DO NOTHING",
    )
    .bind(sha256)
    .bind(n_bytes as i64)
    .bind(received_us)
    .bind(stored(&object.kind))
    .bind(stored(&object.sop_class))
    .bind(stored(&object.sop_instance))
    .bind(stored(&object.series))
    .bind(stored(&object.study))
    .bind(stored(&object.transfer_syntax))
    .bind(stored(&object.patient_id))
    .bind(stored(&object.issuer))
    .bind(stored(&object.patient_name))
    .bind(stored(&object.birth_date))
    .bind(stored(&object.sex))
    .bind(refers_to)
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index(DOING))?;
    will_stay(change, sha256).await
}

/// A text as every database takes it: PostgreSQL knows no NUL.
pub(crate) fn stored(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Takes a content that was to go off the list of those.
pub(crate) async fn will_stay(change: &mut Transaction<'static, Any>, sha256: &str) -> Result<(), ArchiveError> {
    sqlx::query("DELETE FROM removals WHERE sha256 = $1")
        .bind(sha256)
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(DOING))?;
    Ok(())
}

/// Lists contents that no case needs any longer as to be removed; the list is worked off by [`crate::Archive`].
pub(crate) async fn let_go(
    change: &mut Transaction<'static, Any>,
    contents: &[String],
) -> Result<(), ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    for sha256 in contents {
        sqlx::query(
            "INSERT INTO removals (sha256) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM case_objects WHERE sha256 = $2)
                 AND NOT EXISTS (SELECT 1 FROM results WHERE sha256 = $3) AND NOT EXISTS (SELECT 1 FROM refusals WHERE sha256 = $4)
             ON CONFLICT (sha256) DO NOTHING",
        )
        .bind(sha256)
        .bind(sha256)
        .bind(sha256)
        .bind(sha256)
        .execute(&mut **change)
        .await
        .map_err(&failed)?;
    }
    sqlx::query("DELETE FROM objects WHERE sha256 IN (SELECT sha256 FROM removals)")
        .execute(&mut **change)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Takes from the list of what is to go whatever somebody needs, such as after a restore that was begun twice.
pub(crate) async fn keep_what_is_needed(change: &mut Transaction<'static, Any>) -> Result<(), ArchiveError> {
    sqlx::query(
        "DELETE FROM removals WHERE sha256 IN (
            SELECT sha256 FROM case_objects UNION SELECT sha256 FROM results UNION SELECT sha256 FROM refusals)",
    )
    .execute(&mut **change)
    .await
    .map(drop)
    .map_err(ArchiveError::in_index(DOING))
}

/// The contents that are to be removed.
pub(crate) async fn to_remove(pool: &AnyPool) -> Result<Vec<String>, ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    // What somebody needs never goes, whatever the list says.
    let rows = sqlx::query(
        "SELECT sha256 FROM removals WHERE sha256 NOT IN (
            SELECT sha256 FROM case_objects UNION SELECT sha256 FROM results UNION SELECT sha256 FROM refusals)
         ORDER BY sha256",
    )
    .fetch_all(pool)
    .await
    .map_err(&failed)?;
    rows.iter().map(|row| row.try_get("sha256").map_err(&failed)).collect()
}

/// Every content that a case needs, in order.
pub(crate) async fn in_use(pool: &AnyPool) -> Result<Vec<String>, ArchiveError> {
    let failed = ArchiveError::in_index("listing what the archive holds");
    let rows = sqlx::query(
        "SELECT sha256 FROM case_objects UNION SELECT sha256 FROM results UNION SELECT sha256 FROM refusals ORDER BY sha256",
    )
    .fetch_all(pool)
    .await
    .map_err(&failed)?;
    rows.iter().map(|row| row.try_get("sha256").map_err(&failed)).collect()
}

/// Whether a case has an object of a class and name.
pub(crate) async fn has_object(pool: &AnyPool, class: &str, instance: &str) -> Result<bool, ArchiveError> {
    let row = sqlx::query(
        "SELECT objects.sha256 FROM objects JOIN case_objects ON case_objects.sha256 = objects.sha256
         WHERE sop_instance = $1 AND sop_class = $2",
    )
    .bind(instance)
    .bind(class)
    .fetch_optional(pool)
    .await
    .map_err(ArchiveError::in_index("looking for an object"))?;
    Ok(row.is_some())
}
