//! The archive: all cases, with their contents and their index.

use std::path::PathBuf;
use std::sync::Arc;

use case::readable;
use chrono::{DateTime, Utc};

use crate::arrivals::Arrivals;
use crate::index::{self, cases, contents};
use crate::store::{Store, blocking};
use crate::{ArchiveError, ArchivePlace, CaseId, Examiner, Import, StoredCase};

/// All cases; one program works on them at a time.
#[derive(Clone, Debug)]
pub struct Archive {
    pub(crate) store: Arc<Store>,
    pub(crate) examiner: Arc<Examiner>,
}

impl Archive {
    /// Opens an archive, and makes it where there is none; an object store must be reached then, and be its own. What an earlier run
    /// left on its way in is thrown away: nobody was told that it is kept. The examiner looks at every file before it becomes part of
    /// a case.
    ///
    /// # Errors
    /// When the folder, the index or the object store cannot be used or belongs to another archive, or another program works on
    /// them.
    pub async fn open(place: &ArchivePlace, examiner: Examiner) -> Result<Self, ArchiveError> {
        let archive = Self { store: Arc::new(Store::open(place).await?), examiner: Arc::new(examiner) };
        archive.adopt_folders_of_cases().await?;
        Ok(archive)
    }

    /// The names of all cases, in a fixed order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn cases(&self) -> Result<Vec<CaseId>, ArchiveError> {
        cases::all(self.store.index.pool()).await
    }

    /// One case.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn case(&self, id: &CaseId) -> Result<StoredCase, ArchiveError> {
        cases::get(self.store.index.pool(), id).await?;
        Ok(StoredCase::new(self.store.clone(), id.clone()))
    }

    /// Deletes a case with everything in it that no other case needs. What an object store does not let go of now goes later.
    ///
    /// # Errors
    /// When there is none of that name, or it cannot be removed.
    pub async fn delete(&self, id: &CaseId) -> Result<(), ArchiveError> {
        let store = &self.store;
        store.refuse_when_away().await?;
        let writing = store.write().await?;
        let needed = cases::contents(store.index.pool(), id).await?;
        let mut change = store.index.begin().await?;
        cases::delete(&mut change, id).await?;
        contents::let_go(&mut change, &needed).await?;
        index::commit(change).await?;
        store.remove_what_is_to_go(&writing).await
    }

    /// Begins to take files in.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn begin_import(&self) -> Result<Import, ArchiveError> {
        self.store.refuse_without_room(0)?;
        Import::open(self.store.clone(), self.store.work_folder()?)
    }

    /// An import that was begun.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn import(&self, id: &CaseId) -> Result<Import, ArchiveError> {
        let missing = || ArchiveError::NotFound { what: "the import", id: id.to_string() };
        Import::open(self.store.clone(), self.store.find_work_folder(id).ok_or_else(missing)?)
    }

    /// Makes a case of what was taken in, or adds it to one; on disk when this returns, and nothing of it when it fails.
    ///
    /// # Errors
    /// When the case is not there, the settings that came along cannot be meant, or something cannot be written.
    pub async fn finish_import(
        &self,
        import: Import,
        case: Option<&CaseId>,
        (label, now): (&str, DateTime<Utc>),
    ) -> Result<StoredCase, ArchiveError> {
        // Settings that cannot be meant leave nothing behind but the import, which can be mended.
        let settings = import.settings()?;
        if let Some(id) = case {
            self.case(id).await?;
        }
        let examiner = self.examiner.clone();
        let (import, arrivals) = blocking(move || {
            let arrivals = import.examined(&examiner)?;
            Ok((import, arrivals))
        })
        .await?;
        let arriving = self.store.send(&arrivals.placings()).await?;
        let kept = self.keep_import(arrivals, (case, label, settings), now).await;
        let id = self.store.arrived(arriving, kept).await?;
        import.discard()?;
        Ok(StoredCase::new(self.store.clone(), id))
    }

    async fn keep_import(
        &self,
        arrivals: Arrivals,
        (case, label, settings): (Option<&CaseId>, &str, Option<String>),
        now: DateTime<Utc>,
    ) -> Result<CaseId, ArchiveError> {
        let store = &self.store;
        let writing = store.write().await?;
        store.place(&writing, arrivals.placings()).await?;
        let mut change = store.index.begin().await?;
        let id = match case {
            Some(id) => id.clone(),
            None => {
                let id = CaseId::random()?;
                cases::add(&mut change, &id, &readable(label), now).await?;
                id
            }
        };
        if let Some(text) = settings {
            // Settings that came along are taken where the case has none.
            cases::replace_settings(&mut change, &id, &text, &crate::sha256("")).await?;
        }
        arrivals.add_to(&mut change, &id, now).await?;
        index::commit(change).await?;
        Ok(id)
    }

    /// Whether there is room for more than what is kept free for finishing what was begun.
    pub fn has_room(&self) -> bool {
        self.store.refuse_without_room(0).is_ok()
    }

    /// A folder for objects that arrive over a network, on the disk of the contents.
    pub fn incoming(&self) -> PathBuf {
        self.store.root.join("incoming")
    }

    /// Lets go of the index; nothing can be asked any longer.
    pub async fn close(self) {
        self.store.index.close().await;
    }
}
