//! Confirmed names of centres in the index.

use chrono::DateTime;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Row, Transaction};

use crate::ArchiveError;
use crate::names::CentreName;

const READING: &str = "reading the confirmed names";
const CHANGING: &str = "changing the confirmed names";

/// All of them, by centre and drawn name.
pub(crate) async fn all(pool: &AnyPool) -> Result<Vec<CentreName>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let rows = sqlx::query("SELECT centre, drawn, standard_name, confirmed_by, at_us FROM centre_names")
        .fetch_all(pool)
        .await
        .map_err(&failed)?;
    let names: Result<Vec<CentreName>, _> = rows.iter().map(name).collect();
    let mut names = names.map_err(failed)?;
    // Databases sort letters in ways of their own.
    names.sort_by(|a, b| (&a.centre, &a.drawn).cmp(&(&b.centre, &b.drawn)));
    Ok(names)
}

fn name(row: &AnyRow) -> Result<CentreName, sqlx::Error> {
    Ok(CentreName {
        centre: row.try_get("centre")?,
        drawn: row.try_get("drawn")?,
        standard_name: row.try_get("standard_name")?,
        by: row.try_get("confirmed_by")?,
        at: DateTime::from_timestamp_micros(row.try_get("at_us")?).unwrap_or_default(),
    })
}

/// Puts one in the place of what was confirmed before.
pub(crate) async fn put(change: &mut Transaction<'static, Any>, name: &CentreName) -> Result<(), ArchiveError> {
    remove(change, &name.centre, &name.drawn).await?;
    sqlx::query(
        "INSERT INTO centre_names (centre, drawn, standard_name, confirmed_by, at_us) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&name.centre)
    .bind(&name.drawn)
    .bind(&name.standard_name)
    .bind(&name.by)
    .bind(name.at.timestamp_micros())
    .execute(&mut **change)
    .await
    .map(drop)
    .map_err(ArchiveError::in_index(CHANGING))
}

/// Removes one; whether it was there.
pub(crate) async fn remove(
    change: &mut Transaction<'static, Any>,
    centre: &str,
    drawn: &str,
) -> Result<bool, ArchiveError> {
    sqlx::query("DELETE FROM centre_names WHERE centre = $1 AND drawn = $2")
        .bind(centre)
        .bind(drawn)
        .execute(&mut **change)
        .await
        .map(|done| done.rows_affected() > 0)
        .map_err(ArchiveError::in_index(CHANGING))
}
