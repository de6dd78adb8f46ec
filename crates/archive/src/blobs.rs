//! Contents, each in a file that is named by the hash of its bytes.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::hash::hash_of;
use crate::{ArchiveError, durable};

/// Contents, each in a file `ab/cd/abcd…` that is named by the hash of its bytes, so that the same content is kept once and damage
/// is found.
#[derive(Debug)]
pub(crate) struct Blobs {
    root: PathBuf,
    /// Whether the disk once failed to keep something: nobody knows then what it holds.
    is_broken: AtomicBool,
}

/// A file that is to become a content, with its hash.
#[derive(Clone, Debug)]
pub(crate) struct Placing {
    /// Where it is now; on the same disk.
    pub(crate) path: PathBuf,
    /// Hash of its bytes.
    pub(crate) sha256: String,
}

impl Blobs {
    /// Opens a folder, which is made where there is none.
    pub(crate) fn open(root: PathBuf) -> io::Result<Self> {
        durable::make_folder(&root)?;
        Ok(Self { root, is_broken: AtomicBool::new(false) })
    }

    /// Where a content lies, if it is here.
    pub(crate) fn path(&self, sha256: &str) -> PathBuf {
        path_below(&self.root, sha256)
    }

    /// All bytes of a content.
    pub(crate) fn read(&self, sha256: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path(sha256))
    }

    /// Takes files in as contents; they are on disk, with their names, when this returns. The files stay where they are too, so
    /// that what fails later can be tried again. A content that is here already is replaced, so that a damaged one is mended.
    ///
    /// # Errors
    /// When the disk refuses. After a failure to make something durable nothing is taken in any longer.
    pub(crate) fn place(&self, files: &[Placing]) -> Result<(), ArchiveError> {
        const DOING: &str = "keeping a content";
        self.refuse_when_broken()?;
        let failed = ArchiveError::while_doing(DOING);
        let mut folders = BTreeSet::new();
        for Placing { path, sha256 } in files {
            let file = fs::File::open(path).map_err(&failed)?;
            self.made_durable(file.sync_all())?;
            let target = self.path(sha256);
            let folder = target.parent().unwrap_or(&self.root).to_owned();
            if !folder.is_dir() {
                let above = folder.parent().unwrap_or(&self.root);
                fs::create_dir_all(&folder).map_err(&failed)?;
                self.made_durable(durable::settle(&self.root).and_then(|()| durable::settle(above)))?;
            }
            give_name(path, &target).map_err(&failed)?;
            folders.insert(folder);
        }
        for folder in folders {
            self.made_durable(durable::settle(&folder))?;
        }
        Ok(())
    }

    /// Removes a content; one that is not here is no fault.
    pub(crate) fn remove(&self, sha256: &str) -> Result<(), ArchiveError> {
        match fs::remove_file(self.path(sha256)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(ArchiveError::while_doing("removing a content")(error))
            }
            _ => Ok(()),
        }
    }

    /// The hashes by which all contents are named, in order.
    pub(crate) fn all(&self) -> io::Result<BTreeSet<String>> {
        hashes_below(&self.root)
    }

    /// Whether a content is what its name says; nothing where it is not here.
    pub(crate) fn is_whole(&self, sha256: &str) -> io::Result<Option<bool>> {
        match hash_of(&self.path(sha256)) {
            Ok(found) => Ok(Some(found == sha256)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Nothing is answered with success after the disk has failed once.
    pub(crate) fn refuse_when_broken(&self) -> Result<(), ArchiveError> {
        if self.is_broken.load(Ordering::Relaxed) { Err(ArchiveError::Broken) } else { Ok(()) }
    }

    fn made_durable(&self, outcome: io::Result<()>) -> Result<(), ArchiveError> {
        outcome.map_err(|_| {
            // What a second attempt would say is not to be trusted: the system may have given up on the bytes.
            self.is_broken.store(true, Ordering::Relaxed);
            ArchiveError::Broken
        })
    }
}

/// The name of a content below the folder of all, as `ab/cd/abcd…`.
pub(crate) fn below(sha256: &str) -> String {
    let part = |from: usize| sha256.get(from..from + 2).unwrap_or("--");
    format!("{}/{}/{sha256}", part(0), part(2))
}

/// Where a content lies in the folder of all, if it is there.
pub(crate) fn path_below(root: &Path, sha256: &str) -> PathBuf {
    root.join(below(sha256))
}

/// The hashes by which all contents of a folder are named, in order.
pub(crate) fn hashes_below(root: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for folder in folders_in(root)? {
        for folder in folders_in(&folder)? {
            for entry in fs::read_dir(folder)? {
                let name = entry?.file_name().into_string().unwrap_or_default();
                found.extend(is_hash(&name).then_some(name));
            }
        }
    }
    Ok(found)
}

/// Whether a name is that of a content, and not of one on its way in.
pub(crate) fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Gives a file a further name in the place of whatever has it. Disks without such names get a copy.
fn give_name(path: &Path, target: &Path) -> io::Result<()> {
    let beside = target.with_extension("part");
    let _ = fs::remove_file(&beside);
    if fs::hard_link(path, &beside).is_err() {
        fs::copy(path, &beside)?;
        durable::settle_file(&beside)?;
    }
    fs::rename(&beside, target)?;
    // Where both are names of one file already, giving the one leaves the other.
    let _ = fs::remove_file(&beside);
    Ok(())
}

fn folders_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}
