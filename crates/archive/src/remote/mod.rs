//! Contents in an object store, which has the last word; the folder holds copies of those that were used last.

mod bucket;
mod cache;
mod failure;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinSet;

use self::bucket::Bucket;
use self::cache::Cache;
use crate::blobs::Placing;
use crate::room::refuse_without_room;
use crate::{ArchiveError, CaseId, ObjectStorePlace};

/// How many contents are sent or fetched at once.
const AT_ONCE: usize = 8;

/// A file on its way in. Half a copy would only take up room, also where nobody waits for it any longer.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // One that became a copy is not here any longer.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Contents in an object store, with copies of some in the folder.
#[derive(Debug)]
pub(crate) struct Remote {
    bucket: Bucket,
    cache: Cache,
    /// Where contents are written while they are fetched; on the disk of the copies.
    work: PathBuf,
    /// Contents that were sent, or are being sent, and that no case may need yet, with how many are at it. They must not be removed.
    arriving: Mutex<BTreeMap<String, usize>>,
    /// Contents that the store was told to remove and did not answer for yet. They must not be sent before.
    leaving: watch::Sender<BTreeSet<String>>,
}

/// Contents that are in the store, and stay there as long as this lives even where no case needs them yet.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    remote: Option<Arc<Remote>>,
    hashes: Vec<String>,
}

/// Contents whose copies stay in the folder as long as this lives.
#[derive(Debug, Default)]
pub(crate) struct Held {
    remote: Option<Arc<Remote>>,
    hashes: Vec<String>,
}

impl Remote {
    /// Gets ready to speak to a store; copies are in `copies`, and come there by way of `work`.
    pub(crate) fn open(place: &ObjectStorePlace, copies: PathBuf, work: PathBuf) -> Result<Self, ArchiveError> {
        let cache = Cache::open(copies, place.cache_bytes)
            .map_err(ArchiveError::while_doing("looking through the copies of the object store"))?;
        Ok(Self {
            bucket: Bucket::open(place)?,
            cache,
            work,
            arriving: Mutex::default(),
            leaving: watch::Sender::default(),
        })
    }

    /// Whose the part of the store is that is meant here; nobody's where nothing says so.
    pub(crate) async fn owner(&self) -> Result<Option<String>, ArchiveError> {
        self.bucket.mark().await
    }

    /// Makes the part of the store that of an archive, unless another one was faster.
    pub(crate) async fn own(&self, archive: &str) -> Result<(), ArchiveError> {
        self.bucket.set_mark(archive).await?;
        // A store that does not know conditions lets both write: then the last one has it.
        match self.bucket.mark().await? {
            Some(owner) if owner == archive => Ok(()),
            _ => Err(ArchiveError::ObjectsOfOther),
        }
    }

    /// Refuses where the store cannot be reached.
    pub(crate) async fn refuse_when_away(&self) -> Result<(), ArchiveError> {
        self.bucket.mark().await.map(|_| ())
    }

    /// Says that contents are about to be sent, so that nobody removes them.
    pub(crate) fn announce(self: &Arc<Self>, files: &[Placing]) -> Arriving {
        let hashes: Vec<String> = files.iter().map(|file| file.sha256.clone()).collect();
        let mut arriving = self.arriving();
        for sha256 in &hashes {
            *arriving.entry(sha256.clone()).or_default() += 1;
        }
        drop(arriving);
        Arriving { remote: Some(self.clone()), hashes }
    }

    /// Sends files; the store has all of them when this returns.
    pub(crate) async fn send(self: &Arc<Self>, files: &[Placing]) -> Result<(), ArchiveError> {
        let mut once = BTreeMap::new();
        for file in files {
            once.entry(file.sha256.clone()).or_insert_with(|| file.path.clone());
        }
        each(once.into_iter().collect(), |(sha256, path)| {
            let remote = self.clone();
            async move {
                // Whoever began to remove it may have given up waiting; the store has not.
                let mut leaving = remote.leaving.subscribe();
                leaving
                    .wait_for(|leaving| !leaving.contains(&sha256))
                    .await
                    .map_err(|_| failure::interrupted())?;
                remote.bucket.put(&sha256, path).await
            }
        })
        .await
        .map(|_| ())
    }

    /// Takes note of copies that were put into the folder.
    pub(crate) fn note_copies(&self, files: &[Placing]) {
        for file in files {
            self.cache.note(&file.sha256);
        }
        self.cache.shrink();
    }

    /// Refuses what would fill the disk up to its last bytes, also without the copies that nobody reads.
    pub(crate) fn make_room(&self, n_bytes: u64) -> Result<(), ArchiveError> {
        refuse_without_room(&self.work, n_bytes).or_else(|_| {
            self.cache.shrink_to(0);
            refuse_without_room(&self.work, n_bytes)
        })
    }

    /// Makes sure that copies of contents are in the folder, and stay there.
    pub(crate) async fn hold(self: &Arc<Self>, hashes: &[String]) -> Result<Held, ArchiveError> {
        let mut held = Held { remote: Some(self.clone()), hashes: Vec::new() };
        let mut missing = Vec::new();
        for sha256 in hashes {
            if self.cache.hold(sha256) {
                held.hashes.push(sha256.clone());
            } else {
                missing.push(sha256.clone());
            }
        }
        let fetched = each(missing, |sha256| {
            let remote = self.clone();
            async move { remote.fetch_copy(sha256).await }
        });
        for mut one in fetched.await? {
            held.hashes.append(&mut one.hashes);
        }
        self.cache.shrink();
        Ok(held)
    }

    async fn fetch_copy(self: Arc<Self>, sha256: String) -> Result<Held, ArchiveError> {
        let part = Part(self.work.join(format!("{}.fetched", CaseId::random()?)));
        self.bucket.fetch(&sha256, &part.0, &|n_bytes| self.make_room(n_bytes)).await?;
        self.cache.adopt(&part.0, &sha256).map_err(ArchiveError::while_doing("keeping a copy of a content"))?;
        Ok(Held { remote: Some(self), hashes: vec![sha256] })
    }

    /// Writes contents into a folder under their hashes, compared with them.
    pub(crate) async fn fetch_into(
        self: &Arc<Self>,
        hashes: &[String],
        folder: &Path,
    ) -> Result<Vec<Placing>, ArchiveError> {
        each(hashes.to_vec(), |sha256| {
            let (remote, path) = (self.clone(), folder.join(&sha256));
            async move {
                remote.bucket.fetch(&sha256, &path, &|_| Ok(())).await?;
                Ok(Placing { path, sha256 })
            }
        })
        .await
    }

    /// Removes contents from the store and from the folder, but for those that are on their way in again; tells those that are gone.
    pub(crate) async fn remove(self: &Arc<Self>, mut hashes: Vec<String>) -> Result<Vec<String>, ArchiveError> {
        hashes.retain(|sha256| !self.arriving().contains_key(sha256));
        let is_away = Arc::new(AtomicBool::new(false));
        let removed = each(hashes, |sha256| {
            let (remote, is_away) = (self.clone(), is_away.clone());
            async move {
                // One failure takes its time, and each further one would.
                if is_away.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                let is_gone = remote.remove_to_the_end(&sha256).await;
                is_away.fetch_or(!is_gone, Ordering::Relaxed);
                Ok(is_gone.then_some(sha256))
            }
        });
        let removed: Vec<String> = removed.await?.into_iter().flatten().collect();
        removed.iter().for_each(|sha256| self.cache.forget(sha256));
        Ok(removed)
    }

    /// Removes a content, and tells whether that went well. It goes on to its end also where nobody waits for it any longer: a request
    /// that was sent may be carried out at any time until it is answered.
    async fn remove_to_the_end(self: &Arc<Self>, sha256: &str) -> bool {
        self.leaving.send_modify(|leaving| {
            leaving.insert(sha256.to_owned());
        });
        let (remote, sha256) = (self.clone(), sha256.to_owned());
        let removing = tokio::spawn(async move {
            let removed = remote.bucket.remove(&sha256).await;
            remote.leaving.send_modify(|leaving| {
                leaving.remove(&sha256);
            });
            removed.is_ok()
        });
        removing.await.unwrap_or(false)
    }

    /// The hashes of all contents in the store but those that are on their way in.
    pub(crate) async fn all(&self) -> Result<BTreeSet<String>, ArchiveError> {
        let mut found = self.bucket.all().await?;
        // Asked afterwards, what was in the list while it was made is left out for sure unless a case has it by now.
        found.retain(|sha256| !self.arriving().contains_key(sha256));
        Ok(found)
    }

    /// Reads contents in the store, and tells of each whether it is what its name says; nothing where it is not there.
    pub(crate) async fn are_whole(
        self: &Arc<Self>,
        hashes: Vec<String>,
    ) -> Result<BTreeMap<String, Option<bool>>, ArchiveError> {
        let told = each(hashes, |sha256| {
            let remote = self.clone();
            async move {
                let is_whole = remote.bucket.is_whole(&sha256).await?;
                Ok((sha256, is_whole))
            }
        });
        Ok(told.await?.into_iter().collect())
    }

    /// Throws a copy away that is not what its name says.
    pub(crate) fn forget_copy(&self, sha256: &str) {
        self.cache.forget(sha256);
    }

    fn arriving(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.arriving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Arriving {
    /// The hashes.
    pub(crate) fn hashes(&self) -> &[String] {
        &self.hashes
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let Some(remote) = &self.remote else { return };
        let mut arriving = remote.arriving();
        for sha256 in &self.hashes {
            if let Some(n) = arriving.get_mut(sha256) {
                *n -= 1;
                if *n == 0 {
                    arriving.remove(sha256);
                }
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(remote) = &self.remote else { return };
        self.hashes.iter().for_each(|sha256| remote.cache.let_go(sha256));
        remote.cache.shrink();
    }
}

/// Does something with each of many, some at once; the first failure ends it.
async fn each<T, R, F>(items: Vec<T>, work: impl Fn(T) -> F) -> Result<Vec<R>, ArchiveError>
where
    R: Send + 'static,
    F: Future<Output = Result<R, ArchiveError>> + Send + 'static,
{
    let mut items = items.into_iter();
    let mut under_way = JoinSet::new();
    let mut done = Vec::new();
    loop {
        while under_way.len() < AT_ONCE
            && let Some(item) = items.next()
        {
            under_way.spawn(work(item));
        }
        match under_way.join_next().await {
            None => return Ok(done),
            Some(Ok(outcome)) => done.push(outcome?),
            Some(Err(error)) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Some(Err(_)) => return Err(failure::interrupted()),
        }
    }
}
