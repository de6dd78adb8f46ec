//! The name by which an object store knows the archive.

use sqlx::{Any, AnyPool, Row, Transaction};

use crate::ArchiveError;

const DOING: &str = "looking up the object store of the archive";

/// The name of the archive in its object store; nothing where its contents are in a folder.
pub(crate) async fn archive(pool: &AnyPool) -> Result<Option<String>, ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    let row = sqlx::query("SELECT archive FROM object_store").fetch_optional(pool).await.map_err(&failed)?;
    row.map(|row| row.try_get("archive").map_err(failed)).transpose()
}

/// Writes down that contents are in an object store, under a name.
pub(crate) async fn set_archive(
    change: &mut Transaction<'static, Any>,
    archive: &str,
) -> Result<(), ArchiveError> {
    sqlx::query("INSERT INTO object_store (archive) VALUES ($1)")
        .bind(archive)
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(DOING))?;
    Ok(())
}
