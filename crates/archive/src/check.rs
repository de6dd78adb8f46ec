//! Whether an archive is whole.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::index::contents;
use crate::store::blocking;
use crate::{Archive, ArchiveError, StoredCase};

/// What a check of an archive found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Cases.
    pub n_cases: usize,
    /// Contents that cases need.
    pub n_contents: usize,
    /// Hashes of contents that cases need and that are not on disk.
    pub missing: Vec<String>,
    /// Hashes of contents whose bytes are not what their name says.
    pub damaged: Vec<String>,
    /// Hashes of contents on disk that no case needs: what was on its way in when the program ended, and nobody was told is kept.
    pub unlisted: Vec<String>,
    /// What the database finds wrong with its own file.
    pub index: Option<String>,
}

impl CheckReport {
    /// Whether everything that was ever acknowledged is here as it was.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.damaged.is_empty() && self.index.is_none()
    }
}

impl Archive {
    /// Makes a case of the objects among the contents that belong to none, which are examined as if they came in now. What is no
    /// object stays where it is, for a person to look at: it may be a result. Nothing where there are none.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub async fn recover(&self, now: DateTime<Utc>) -> Result<Option<StoredCase>, ArchiveError> {
        let unlisted = self.check().await?.unlisted;
        if unlisted.is_empty() {
            return Ok(None);
        }
        let import = self.begin_import()?;
        let failed = ArchiveError::while_doing("recovering contents");
        for sha256 in &unlisted {
            let mut content = std::fs::File::open(self.store.blobs.path(sha256)).map_err(&failed)?;
            import.add("", &mut content)?;
        }
        let case = self.finish_import(import, None, ("Recovered contents", now)).await?;
        Ok(Some(case))
    }

    /// Reads every content and compares it with its name and with the index.
    ///
    /// # Errors
    /// When the disk or the index cannot be read.
    pub async fn check(&self) -> Result<CheckReport, ArchiveError> {
        let store = self.store.clone();
        let _writing = self.store.write().await?;
        let pool = store.index.pool();
        let mut report = CheckReport {
            n_cases: self.cases().await?.len(),
            index: store.index.damage().await?,
            ..Default::default()
        };
        let in_use = contents::in_use(pool).await?;
        report.n_contents = in_use.len();
        let store = store.clone();
        blocking(move || {
            let failed = ArchiveError::while_doing("checking the contents of the archive");
            let mut on_disk = store.blobs.all().map_err(&failed)?;
            for sha256 in in_use {
                on_disk.remove(&sha256);
                match store.blobs.is_whole(&sha256).map_err(&failed)? {
                    Some(true) => {}
                    Some(false) => report.damaged.push(sha256),
                    None => report.missing.push(sha256),
                }
            }
            report.unlisted = on_disk.into_iter().collect();
            Ok(report)
        })
        .await
    }
}
