//! Contents and index together: what is kept is on disk before anybody is told.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use crate::blobs::{Blobs, Placing};
use crate::index::{self, Index, contents, transfers};
use crate::room::refuse_without_room;
use crate::transfer::Waiting;
use crate::{ArchiveError, ArchivePlace, CaseId};

const BLOBS: &str = "blobs";
const WORK: &str = "work";

/// Contents and index of an archive.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) root: PathBuf,
    pub(crate) blobs: Blobs,
    pub(crate) index: Index,
    /// What came over the network and waits to be kept.
    pub(crate) waiting: std::sync::Mutex<Vec<Waiting>>,
    /// One change at a time: a content must not be removed while somebody else takes the same one in.
    writing: Mutex<()>,
    /// One password is compared at a time: hashing takes all of a core, and wrong ones must be counted one by one.
    pub(crate) signing_in: Mutex<()>,
    /// Held as long as the archive is open.
    _lock: File,
}

/// The right to change the archive.
pub(crate) type Writing<'a> = MutexGuard<'a, ()>;

impl Store {
    pub(crate) async fn open(place: &ArchivePlace) -> Result<Self, ArchiveError> {
        let root = place.folder.clone();
        let failed = ArchiveError::while_doing("opening the folder of the archive");
        std::fs::create_dir_all(&root).map_err(&failed)?;
        let lock = lock(&root)?;
        empty(&root.join(WORK)).map_err(&failed)?;
        let blobs = Blobs::open(root.join(BLOBS)).map_err(failed)?;
        let index = Index::open(&root, place.postgres.as_deref()).await?;
        let store = Self {
            root,
            blobs,
            index,
            waiting: Default::default(),
            writing: Mutex::default(),
            signing_in: Mutex::default(),
            _lock: lock,
        };
        // What a former run had still to remove, and what it was receiving.
        let writing = store.write().await?;
        store.remove_what_is_to_go(&writing).await?;
        let mut change = store.index.begin().await?;
        transfers::end_all_early(&mut change).await?;
        index::commit(change).await?;
        drop(writing);
        Ok(store)
    }

    /// Waits for the right to change the archive.
    ///
    /// # Errors
    /// When nothing is taken in any longer, or the disk is as good as full.
    pub(crate) async fn write(&self) -> Result<Writing<'_>, ArchiveError> {
        self.blobs.refuse_when_broken()?;
        Ok(self.writing.lock().await)
    }

    /// Refuses what would fill the disk up to its last bytes.
    pub(crate) fn refuse_without_room(&self, n_bytes: u64) -> Result<(), ArchiveError> {
        refuse_without_room(&self.root, n_bytes)
    }

    /// Puts files among the contents; on disk when this returns.
    pub(crate) async fn place(
        self: &Arc<Self>,
        _writing: &Writing<'_>,
        files: Vec<Placing>,
    ) -> Result<(), ArchiveError> {
        self.refuse_without_room(0)?;
        let store = self.clone();
        blocking(move || store.blobs.place(&files)).await
    }

    /// Removes the contents that no case needs any longer.
    pub(crate) async fn remove_what_is_to_go(&self, _writing: &Writing<'_>) -> Result<(), ArchiveError> {
        let to_go = contents::to_remove(self.index.pool()).await?;
        if to_go.is_empty() {
            return Ok(());
        }
        for sha256 in &to_go {
            self.blobs.remove(sha256)?;
        }
        let mut change = self.index.begin().await?;
        for sha256 in &to_go {
            contents::will_stay(&mut change, sha256).await?;
        }
        index::commit(change).await
    }

    /// An empty folder for something on its way in, on the disk of the contents.
    pub(crate) fn work_folder(&self) -> Result<PathBuf, ArchiveError> {
        let path = self.root.join(WORK).join(CaseId::random()?.as_str());
        std::fs::create_dir(&path).map_err(ArchiveError::while_doing("making a folder to work in"))?;
        Ok(path)
    }

    /// The folder of something on its way in; nothing where there is none of that name.
    pub(crate) fn find_work_folder(&self, id: &CaseId) -> Option<PathBuf> {
        let path = self.root.join(WORK).join(id.as_str());
        path.is_dir().then_some(path)
    }
}

/// One program works on a folder at a time.
fn lock(root: &Path) -> Result<File, ArchiveError> {
    let failed = ArchiveError::while_doing("opening the folder of the archive");
    let lock = File::create(root.join("lock")).map_err(&failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(ArchiveError::InUse),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// What an earlier run left on its way in is thrown away: nobody was told that it is kept.
fn empty(folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir(folder)
}

/// Does what waits for the disk where nobody else waits for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, ArchiveError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => {
            Err(ArchiveError::File { doing: "working with the disk", kind: std::io::ErrorKind::Interrupted })
        }
    }
}
