//! Whether an archive is whole.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::index::contents;
use crate::remote::Remote;
use crate::store::{Store, blocking};
use crate::{Archive, ArchiveError, StoredCase};

/// What a check of an archive found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Cases.
    pub n_cases: usize,
    /// Contents that cases need.
    pub n_contents: usize,
    /// Hashes of contents that cases need and that are not on disk, or not in the object store.
    pub missing: Vec<String>,
    /// Hashes of contents whose bytes are not what their name says.
    pub damaged: Vec<String>,
    /// Hashes of contents on disk, or in the object store, that no case needs: what was on its way in when the program ended, and nobody was told is kept.
    pub unlisted: Vec<String>,
    /// Hashes of copies in the folder that were not what their name says, and were thrown away: the object store has the contents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thrown_away: Vec<String>,
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
            let _held = match self.store.hold(std::slice::from_ref(sha256)).await {
                // One that is damaged does not keep the others from being recovered.
                Err(ArchiveError::DamagedContent { .. }) => continue,
                held => held?,
            };
            let mut content = std::fs::File::open(self.store.blobs.path(sha256)).map_err(&failed)?;
            import.add("", &mut content)?;
        }
        let case = self.finish_import(import, None, ("Recovered contents", now)).await?;
        Ok(Some(case))
    }

    /// Reads every content and compares it with its name and with the index; from an object store every byte is fetched.
    ///
    /// # Errors
    /// When the disk, the index or the object store cannot be read.
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
        if let Some(remote) = &store.remote {
            let leaving = contents::to_remove(pool).await?;
            compare_remote(remote, (in_use, leaving), &mut report).await?;
            let (store, remote) = (store.clone(), remote.clone());
            report.thrown_away = blocking(move || throw_damaged_copies_away(&store, &remote)).await?;
            return Ok(report);
        }
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

/// Compares what is in the object store with the index.
async fn compare_remote(
    remote: &Arc<Remote>,
    (in_use, leaving): (Vec<String>, Vec<String>),
    report: &mut CheckReport,
) -> Result<(), ArchiveError> {
    let mut found = remote.all().await?;
    // What was deleted is not to be recovered because the store has not let it go yet.
    in_use.iter().chain(&leaving).for_each(|sha256| {
        found.remove(sha256);
    });
    report.unlisted = found.into_iter().collect();
    for (sha256, is_whole) in remote.are_whole(in_use).await? {
        match is_whole {
            Some(true) => {}
            Some(false) => report.damaged.push(sha256),
            None => report.missing.push(sha256),
        }
    }
    Ok(())
}

/// Throws away what is in the folder and not what its name says.
fn throw_damaged_copies_away(store: &Store, remote: &Remote) -> Result<Vec<String>, ArchiveError> {
    let failed = ArchiveError::while_doing("checking the copies of the object store");
    let mut thrown_away = Vec::new();
    for sha256 in store.blobs.all().map_err(&failed)? {
        if store.blobs.is_whole(&sha256).map_err(&failed)? == Some(false) {
            remote.forget_copy(&sha256);
            thrown_away.push(sha256);
        }
    }
    Ok(thrown_away)
}
