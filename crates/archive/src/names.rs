//! What names of structures mean at the centres that draw them, as people confirmed (H32).

use chrono::{DateTime, Utc};

use crate::index::{self, names};
use crate::{Archive, ArchiveError};

/// What a drawn name means wherever a centre draws it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CentreName {
    /// The centre, by the name that its objects state.
    pub centre: String,
    /// Name as drawn.
    pub drawn: String,
    /// Name of the standard (TG-263).
    pub standard_name: String,
    /// Who confirmed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Archive {
    /// What was confirmed, by centre and drawn name.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn centre_names(&self) -> Result<Vec<CentreName>, ArchiveError> {
        names::all(self.store.index.pool()).await
    }

    /// Keeps what was confirmed, all of it or nothing, in the place of what was confirmed before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn confirm_centre_names(&self, confirmed: &[CentreName]) -> Result<(), ArchiveError> {
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        for name in confirmed {
            names::put(&mut change, name).await?;
        }
        index::commit(change).await
    }

    /// Forgets what was confirmed. Cases keep what their settings say.
    ///
    /// # Errors
    /// When nothing was confirmed for that name, or it cannot be written.
    pub async fn withdraw_centre_name(&self, centre: &str, drawn: &str) -> Result<(), ArchiveError> {
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        if !names::remove(&mut change, centre, drawn).await? {
            return Err(ArchiveError::NotFound { what: "the confirmed name", id: drawn.to_owned() });
        }
        index::commit(change).await
    }
}
