//! Contents and index together: what is kept is on disk before anybody is told.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use crate::blobs::{Blobs, Placing};
use crate::index::{self, Index, contents, object_store, transfers};
use crate::remote::{Arriving, Held, Remote};
use crate::room::refuse_without_room;
use crate::transfer::Waiting;
use crate::{ArchiveError, ArchivePlace, CaseId, ObjectStorePlace};

const BLOBS: &str = "blobs";
const WORK: &str = "work";

/// Contents and index of an archive.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) root: PathBuf,
    /// All contents, or copies of some where there is an object store.
    pub(crate) blobs: Blobs,
    /// The object store that has all contents; nothing where the folder has them.
    pub(crate) remote: Option<Arc<Remote>>,
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
        let mut store = Self {
            root,
            blobs,
            remote: None,
            index,
            waiting: Default::default(),
            writing: Mutex::default(),
            signing_in: Mutex::default(),
            _lock: lock,
        };
        store.remote = store.open_remote(place.objects.as_ref()).await?;
        // What a former run had still to remove, and what it was receiving.
        let writing = store.write().await?;
        let mut change = store.index.begin().await?;
        transfers::end_all_early(&mut change).await?;
        contents::keep_what_is_needed(&mut change).await?;
        index::commit(change).await?;
        store.remove_what_is_to_go(&writing).await?;
        drop(writing);
        Ok(store)
    }

    /// Opens the object store that is meant, which must be this archive's own, or nobody's while the archive is empty. One that has its
    /// contents elsewhere is left alone: its folder would be taken for copies, which are thrown away, or the other way round.
    async fn open_remote(&self, place: Option<&ObjectStorePlace>) -> Result<Option<Arc<Remote>>, ArchiveError> {
        let failed = ArchiveError::while_doing("opening the folder of the archive");
        let known = object_store::archive(self.index.pool()).await?;
        let Some(place) = place else {
            return match known {
                Some(_) => Err(ArchiveError::OtherKind("in an object store")),
                None => Ok(None),
            };
        };
        let has_cases = !contents::in_use(self.index.pool()).await?.is_empty();
        if known.is_none() && (has_cases || !self.blobs.all().map_err(&failed)?.is_empty()) {
            return Err(ArchiveError::OtherKind("in its folder"));
        }
        let remote = Arc::new(Remote::open(place, self.root.join(BLOBS), self.root.join(WORK))?);
        let archive = match (known, remote.owner().await?) {
            (Some(known), Some(owner)) if known == owner => return Ok(Some(remote)),
            (_, Some(_)) => return Err(ArchiveError::ObjectsOfOther),
            (Some(_), None) if has_cases => return Err(ArchiveError::OtherObjectStore),
            (Some(known), None) => known,
            (None, None) => {
                let archive = format!("{}{}", CaseId::random()?, CaseId::random()?);
                let mut change = self.index.begin().await?;
                object_store::set_archive(&mut change, &archive).await?;
                index::commit(change).await?;
                archive
            }
        };
        remote.own(&archive).await?;
        Ok(Some(remote))
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
        match &self.remote {
            Some(remote) => remote.make_room(n_bytes),
            None => refuse_without_room(&self.root, n_bytes),
        }
    }

    /// Refuses where there is an object store and it cannot be reached.
    pub(crate) async fn refuse_when_away(&self) -> Result<(), ArchiveError> {
        match &self.remote {
            Some(remote) => remote.refuse_when_away().await,
            None => Ok(()),
        }
    }

    /// Sends files to the object store, where there is one, which has all of them when this returns. It comes before the right to
    /// write is asked for, since it can take long; what it returns is held until the index knows them ([`Self::arrived`]).
    pub(crate) async fn send(&self, files: &[Placing]) -> Result<Arriving, ArchiveError> {
        let Some(remote) = &self.remote else { return Ok(Arriving::default()) };
        self.refuse_without_room(0)?;
        // Whoever removes contents just now may be removing one of these, and must be done before they are sent.
        let writing = self.write().await?;
        let arriving = remote.announce(files);
        drop(writing);
        match remote.send(files).await {
            Ok(()) => Ok(arriving),
            Err(error) => self.arrived(arriving, Err(error)).await,
        }
    }

    /// Ends what [`Self::send`] began: where nothing came of it, what was sent is listed as to be removed.
    pub(crate) async fn arrived<T>(
        &self,
        arriving: Arriving,
        kept: Result<T, ArchiveError>,
    ) -> Result<T, ArchiveError> {
        if kept.is_err() && !arriving.hashes().is_empty() {
            // Where that fails too, a check finds them as contents that no case needs.
            let _ = self.list_as_to_go(arriving.hashes()).await;
        }
        kept
    }

    async fn list_as_to_go(&self, hashes: &[String]) -> Result<(), ArchiveError> {
        let _writing = self.write().await?;
        let mut change = self.index.begin().await?;
        contents::let_go(&mut change, hashes).await?;
        index::commit(change).await
    }

    /// Makes sure that the folder has contents, and keeps them as long as what is returned lives. They lie at [`Blobs::path`]; where
    /// there is no object store they do so anyway.
    pub(crate) async fn hold(&self, hashes: &[String]) -> Result<Held, ArchiveError> {
        match &self.remote {
            Some(remote) => remote.hold(hashes).await,
            None => Ok(Held::default()),
        }
    }

    /// Puts files among the contents, which an object store has already; on disk when this returns.
    pub(crate) async fn place(
        self: &Arc<Self>,
        _writing: &Writing<'_>,
        files: Vec<Placing>,
    ) -> Result<(), ArchiveError> {
        self.refuse_without_room(0)?;
        let store = self.clone();
        blocking(move || {
            store.blobs.place(&files)?;
            if let Some(remote) = &store.remote {
                remote.note_copies(&files);
            }
            Ok(())
        })
        .await
    }

    /// Removes the contents that no case needs any longer. What an object store does not remove now stays listed, and goes later.
    pub(crate) async fn remove_what_is_to_go(&self, _writing: &Writing<'_>) -> Result<(), ArchiveError> {
        let to_go = contents::to_remove(self.index.pool()).await?;
        let removed = match &self.remote {
            Some(remote) => remote.remove(to_go).await?,
            None => {
                to_go.iter().try_for_each(|sha256| self.blobs.remove(sha256))?;
                to_go
            }
        };
        if removed.is_empty() {
            return Ok(());
        }
        let mut change = self.index.begin().await?;
        for sha256 in &removed {
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
