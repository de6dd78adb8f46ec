//! Copies of contents in the folder: those that were used last stay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use crate::blobs::{hashes_below, path_below};
use crate::durable;

/// Copies of contents in a folder, up to a number of bytes. A copy that somebody reads is never given up, so that there may be more
/// for a while.
#[derive(Debug)]
pub(super) struct Cache {
    root: PathBuf,
    n_bytes_at_most: u64,
    copies: Mutex<Copies>,
}

#[derive(Debug, Default)]
struct Copies {
    by_hash: BTreeMap<String, Copy>,
    /// Those that nobody holds, by when they were used last.
    by_use: BTreeMap<u64, String>,
    n_bytes: u64,
    /// Counts uses.
    now: u64,
}

#[derive(Debug)]
struct Copy {
    n_bytes: u64,
    used: u64,
    n_holders: usize,
}

impl Cache {
    /// Looks through a folder of copies.
    pub(super) fn open(root: PathBuf, n_bytes_at_most: u64) -> io::Result<Self> {
        let mut found = Vec::new();
        for sha256 in hashes_below(&root)? {
            let told = path_below(&root, &sha256).metadata()?;
            // Systems that do not note when a file was read tell when it was written.
            let used = told.accessed().or_else(|_| told.modified())?;
            found.push((used, sha256, told.len()));
        }
        found.sort();
        let mut copies = Copies::default();
        for (_, sha256, n_bytes) in found {
            copies.set(&sha256, n_bytes);
        }
        let cache = Self { root, n_bytes_at_most, copies: Mutex::new(copies) };
        cache.shrink();
        Ok(cache)
    }

    /// Holds a copy, if there is one.
    pub(super) fn hold(&self, sha256: &str) -> bool {
        let mut copies = self.copies();
        if !path_below(&self.root, sha256).is_file() {
            copies.set(sha256, 0);
            return false;
        }
        copies.hold(sha256);
        true
    }

    /// Makes a file the copy of a content, and holds it.
    pub(super) fn adopt(&self, file: &Path, sha256: &str) -> io::Result<()> {
        let n_bytes = file.metadata()?.len();
        // A copy that lost its bytes with the power would be read as damage.
        durable::settle_file(file)?;
        let target = path_below(&self.root, sha256);
        fs::create_dir_all(target.parent().unwrap_or(&self.root))?;
        let mut copies = self.copies();
        fs::rename(file, target)?;
        copies.set(sha256, n_bytes);
        copies.hold(sha256);
        Ok(())
    }

    /// Takes note of a copy that was put into the folder.
    pub(super) fn note(&self, sha256: &str) {
        if let Ok(told) = path_below(&self.root, sha256).metadata() {
            self.copies().set(sha256, told.len());
        }
    }

    /// Holds a copy no longer.
    pub(super) fn let_go(&self, sha256: &str) {
        self.copies().let_go(sha256);
    }

    /// Removes a copy.
    pub(super) fn forget(&self, sha256: &str) {
        let mut copies = self.copies();
        let _ = fs::remove_file(path_below(&self.root, sha256));
        copies.set(sha256, 0);
    }

    /// Gives up the copies that were not used for the longest time, until the others fit.
    pub(super) fn shrink(&self) {
        self.shrink_to(self.n_bytes_at_most);
    }

    /// Gives up copies until so many bytes are left.
    pub(super) fn shrink_to(&self, n_bytes: u64) {
        let mut copies = self.copies();
        while copies.n_bytes > n_bytes {
            let Some(sha256) = copies.least_used() else { return };
            // One that does not go is counted no longer: it is found again at the next start.
            let _ = fs::remove_file(path_below(&self.root, &sha256));
            copies.set(&sha256, 0);
        }
    }

    fn copies(&self) -> MutexGuard<'_, Copies> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Copies {
    /// Writes down how large a copy is, as used now; with no bytes it is gone, which those who hold it still see.
    fn set(&mut self, sha256: &str, n_bytes: u64) {
        let n_holders = match self.by_hash.remove(sha256) {
            Some(former) => {
                self.n_bytes -= former.n_bytes;
                self.by_use.remove(&former.used);
                former.n_holders
            }
            None => 0,
        };
        if n_bytes == 0 && n_holders == 0 {
            return;
        }
        self.now += 1;
        self.n_bytes += n_bytes;
        self.by_hash.insert(sha256.to_owned(), Copy { n_bytes, used: self.now, n_holders });
        if n_holders == 0 {
            self.by_use.insert(self.now, sha256.to_owned());
        }
    }

    fn hold(&mut self, sha256: &str) {
        self.now += 1;
        let now = self.now;
        let copy = self.by_hash.entry(sha256.to_owned()).or_insert(Copy { n_bytes: 0, used: now, n_holders: 0 });
        copy.n_holders += 1;
        self.by_use.remove(&copy.used);
        copy.used = now;
    }

    fn let_go(&mut self, sha256: &str) {
        let Some(copy) = self.by_hash.get_mut(sha256) else { return };
        copy.n_holders = copy.n_holders.saturating_sub(1);
        let (n_bytes, n_holders) = (copy.n_bytes, copy.n_holders);
        if n_holders == 0 {
            self.set(sha256, n_bytes);
        }
    }

    fn least_used(&self) -> Option<String> {
        self.by_use.first_key_value().map(|(_, sha256)| sha256.clone())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn add(cache: &Cache, content: &str) -> String {
        let sha256 = crate::sha256(content);
        let path = path_below(&cache.root, &sha256);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        cache.note(&sha256);
        cache.shrink();
        sha256
    }

    fn has(cache: &Cache, sha256: &str) -> bool {
        path_below(&cache.root, sha256).is_file()
    }

    #[test]
    fn the_copies_that_were_used_last_stay() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().to_owned(), 10).unwrap();
        let (one, two) = (add(&cache, "1111"), add(&cache, "2222"));
        assert!(cache.hold(&one));
        cache.let_go(&one);
        let three = add(&cache, "3333");
        assert!(has(&cache, &one) && !has(&cache, &two) && has(&cache, &three));
        assert!(!cache.hold(&two));
        // What was there before is counted.
        let again = Cache::open(folder.path().to_owned(), 4).unwrap();
        assert_eq!(usize::from(has(&again, &one)) + usize::from(has(&again, &three)), 1);
    }

    #[test]
    fn a_copy_that_is_read_is_never_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().to_owned(), 4).unwrap();
        let one = add(&cache, "1111");
        assert!(cache.hold(&one) && cache.hold(&one));
        let two = add(&cache, "2222");
        assert!(has(&cache, &one) && !has(&cache, &two));
        cache.let_go(&one);
        let two = add(&cache, "2222");
        assert!(has(&cache, &one) && !has(&cache, &two));
        cache.let_go(&one);
        let two = add(&cache, "2222");
        assert!(!has(&cache, &one) && has(&cache, &two));
    }

    #[test]
    fn a_copy_that_somebody_removed_is_not_taken_for_there() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().to_owned(), 100).unwrap();
        let one = add(&cache, "1111");
        assert!(cache.hold(&one));
        fs::remove_file(path_below(&cache.root, &one)).unwrap();
        assert!(!cache.hold(&one));
        cache.let_go(&one);
        let file = folder.path().join("fetched");
        fs::write(&file, "1111").unwrap();
        cache.adopt(&file, &one).unwrap();
        cache.let_go(&one);
        cache.shrink_to(0);
        assert!(!has(&cache, &one));
        assert_eq!(cache.copies().n_bytes, 0);
    }
}
