//! An archive copied to another place, and made anew from there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::blobs::{Blobs, Placing};
use crate::index::{self, Index, audit, cases, contents, people};
use crate::remote::Remote;
use crate::store::blocking;
use crate::{Archive, ArchiveError, CheckReport, durable};

const BACKING_UP: &str = "backing the archive up";
const RESTORING: &str = "restoring the archive";
const BLOBS: &str = "blobs";
/// Contents that lie beside a backup before they are in it.
const FETCHED_AT_ONCE: usize = 64;

impl Archive {
    /// Copies everything that cases need into a folder, whole while others go on working: contents that are there already are not
    /// copied again, and the index, in SQLite whatever it is in here, takes the place of the former one when all else is on disk.
    ///
    /// # Errors
    /// When something cannot be read or written, or a content is damaged: a backup of damage is none.
    pub async fn back_up(&self, into: &Path) -> Result<(), ArchiveError> {
        let failed = ArchiveError::while_doing(BACKING_UP);
        std::fs::create_dir_all(into).map_err(&failed)?;
        let store = self.store.clone();
        // Nothing may be removed while it is copied.
        let _writing = store.write().await?;
        let needed = contents::in_use(store.index.pool()).await?;
        let (from, to) = (self.store.clone(), into.to_owned());
        match &store.remote {
            Some(remote) => fetch_backup(remote, into, needed).await?,
            None => blocking(move || copy_contents(&from.blobs, &to, &needed)).await?,
        }
        let part = into.join("index.part");
        remove_index(&part).map_err(&failed)?;
        let copy = Index::open_file(&part).await?;
        let mut change = copy.begin().await?;
        index::copy::copy(store.index.pool(), &mut change).await?;
        index::commit(change).await?;
        copy.close().await;
        durable::settle_file(&part).map_err(&failed)?;
        std::fs::rename(&part, into.join(index::FILE)).map_err(&failed)?;
        durable::settle(into).map_err(failed)
    }

    /// Fills an empty archive from a backup, and checks that everything came.
    ///
    /// # Errors
    /// When the archive holds cases already, something cannot be read or written, or a content of the backup is missing or damaged.
    pub async fn restore(&self, from: &Path) -> Result<CheckReport, ArchiveError> {
        let failed = ArchiveError::while_doing(RESTORING);
        let file = from.join(index::FILE);
        if !file.is_file() {
            return Err(failed(std::io::ErrorKind::NotFound.into()));
        }
        let pool = self.store.index.pool();
        let is_used = !cases::all(pool).await?.is_empty()
            || !people::all(pool).await?.is_empty()
            || audit::kept_head(pool).await?.number > 0;
        if is_used {
            return Err(ArchiveError::NotEmpty);
        }
        let store = &self.store;
        let folder = store.work_folder()?;
        // The backup itself stays as it is, also where its index is of an earlier version.
        let index = folder.join(index::FILE);
        std::fs::copy(file, &index).map_err(&failed)?;
        let backup = Index::open_file(&index).await?;
        let needed = contents::in_use(backup.pool()).await?;
        let (blobs, place) = (from.join(BLOBS), folder.clone());
        let to_place = match &store.remote {
            Some(_) => None,
            None => Some(place),
        };
        let placings = blocking(move || contents_of_backup(blobs, to_place.as_deref(), &needed)).await?;
        let arriving = store.send(&placings).await?;
        let restored = self.keep_restored(&backup, placings).await;
        store.arrived(arriving, restored).await?;
        backup.close().await;
        std::fs::remove_dir_all(folder).map_err(failed)?;
        self.check().await
    }

    /// Makes contents, and the index of a backup, those of this archive.
    async fn keep_restored(&self, backup: &Index, placings: Vec<Placing>) -> Result<(), ArchiveError> {
        let store = &self.store;
        let writing = store.write().await?;
        if store.remote.is_none() {
            store.place(&writing, placings).await?;
        }
        let mut change = store.index.begin().await?;
        index::copy::copy(backup.pool(), &mut change).await?;
        contents::keep_what_is_needed(&mut change).await?;
        index::commit(change).await
    }
}

/// Fetches contents from an object store into a backup; on disk when this returns.
async fn fetch_backup(remote: &Arc<Remote>, into: &Path, needed: Vec<String>) -> Result<(), ArchiveError> {
    let failed = ArchiveError::while_doing(BACKING_UP);
    let to = Arc::new(Blobs::open(into.join(BLOBS)).map_err(&failed)?);
    let known = to.clone();
    let missing = blocking(move || {
        let failed = ArchiveError::while_doing(BACKING_UP);
        let mut missing = Vec::new();
        for sha256 in needed {
            if known.is_whole(&sha256).map_err(&failed)? != Some(true) {
                missing.push(sha256);
            }
        }
        Ok(missing)
    })
    .await?;
    let fetched = into.join("fetched");
    for some in missing.chunks(FETCHED_AT_ONCE) {
        // What an earlier attempt left is not whole.
        let _ = std::fs::remove_dir_all(&fetched);
        std::fs::create_dir(&fetched).map_err(&failed)?;
        let placings = remote.fetch_into(some, &fetched).await?;
        let to = to.clone();
        blocking(move || to.place(&placings)).await?;
    }
    let _ = std::fs::remove_dir_all(fetched);
    Ok(())
}

/// Puts contents among those of a backup; on disk when this returns.
fn copy_contents(from: &Blobs, into: &Path, needed: &[String]) -> Result<(), ArchiveError> {
    let failed = ArchiveError::while_doing(BACKING_UP);
    let to = Blobs::open(into.join(BLOBS)).map_err(&failed)?;
    let mut placings = Vec::new();
    for sha256 in needed {
        if to.is_whole(sha256).map_err(&failed)? == Some(true) {
            continue;
        }
        refuse_damage(from, sha256)?;
        placings.push(Placing { path: from.path(sha256), sha256: sha256.clone() });
    }
    to.place(&placings)
}

/// The contents of a backup, compared with their hashes; copied to where a folder can take them in from, where one is named.
fn contents_of_backup(
    from: PathBuf,
    into: Option<&Path>,
    needed: &[String],
) -> Result<Vec<Placing>, ArchiveError> {
    let failed = ArchiveError::while_doing(RESTORING);
    let from = Blobs::open(from).map_err(&failed)?;
    let mut placings = Vec::new();
    for sha256 in needed {
        refuse_damage(&from, sha256)?;
        let mut path = from.path(sha256);
        if let Some(into) = into {
            let copy = into.join(sha256);
            std::fs::copy(path, &copy).map_err(&failed)?;
            path = copy;
        }
        placings.push(Placing { path, sha256: sha256.clone() });
    }
    Ok(placings)
}

fn refuse_damage(blobs: &Blobs, sha256: &str) -> Result<(), ArchiveError> {
    match blobs.is_whole(sha256).map_err(ArchiveError::while_doing("reading a content"))? {
        Some(true) => Ok(()),
        Some(false) => Err(ArchiveError::DamagedContent { sha256: sha256.to_owned(), how: "damaged" }),
        None => Err(ArchiveError::DamagedContent { sha256: sha256.to_owned(), how: "missing" }),
    }
}

/// Removes a file of SQLite and what it may have beside it.
fn remove_index(file: &Path) -> std::io::Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
