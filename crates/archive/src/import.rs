//! Files on their way in.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use case::Settings;
use dicom::Examined;
use dicom::source::is_archive;
use sha2::{Digest, Sha256};

use crate::arrivals::{Arrival, Arrivals};
use crate::store::Store;
use crate::unpack::{NotUnpacked, unpack};
use crate::{ArchiveError, CaseId, Examiner, hexadecimal};

/// The largest file that is taken; what is unpacked from archives has a limit of its own.
const MAX_BYTES: u64 = 8 << 30;
/// Files are written in pieces of this size.
const PIECE: usize = 1 << 16;
/// How much room there is, is asked after so many bytes.
const LOOK_FOR_ROOM_EVERY: u64 = 16 << 20;
/// The settings of a case keep their name; everything else is named by what it holds.
const SETTINGS_FILE: &str = "case.toml";

/// Files on their way in.
#[derive(Debug)]
pub struct Import {
    store: Arc<Store>,
    path: PathBuf,
    id: CaseId,
}

impl Import {
    pub(crate) fn open(store: Arc<Store>, path: PathBuf) -> Result<Self, ArchiveError> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let id = CaseId::new(&name.unwrap_or_default())?;
        Ok(Self { store, path, id })
    }

    /// Its name.
    pub fn id(&self) -> &CaseId {
        &self.id
    }

    /// Takes one file in and tells its hash and size. The name that it came with is used for one thing alone: to know settings.
    ///
    /// # Errors
    /// When the file cannot be read to its end, is too large, or cannot be written.
    pub fn add(&self, name: &str, content: &mut dyn Read) -> Result<(String, u64), ArchiveError> {
        let failed = ArchiveError::while_doing("receiving a file");
        self.store.refuse_without_room(0)?;
        let part = self.path.join(format!("{}.part", CaseId::random()?));
        let written = self.write(&part, content);
        if written.is_err() {
            // Half a file would only take up room.
            let _ = fs::remove_file(&part);
        }
        let (sha256, n_bytes) = written?;
        let is_settings = name.rsplit(['/', '\\']).next() == Some(SETTINGS_FILE);
        let kept = if is_settings { SETTINGS_FILE } else { &sha256 };
        fs::rename(&part, self.path.join(kept)).map_err(&failed)?;
        Ok((sha256, n_bytes))
    }

    /// Writes a file to its end, and tells its hash and size.
    fn write(&self, part: &Path, content: &mut dyn Read) -> Result<(String, u64), ArchiveError> {
        let failed = ArchiveError::while_doing("receiving a file");
        let mut file = File::create(part).map_err(&failed)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE];
        let (mut n_bytes, mut next_look) = (0, LOOK_FOR_ROOM_EVERY);
        loop {
            let n = content.read(&mut piece).map_err(&failed)?;
            if n == 0 {
                break;
            }
            n_bytes += n as u64;
            if n_bytes > MAX_BYTES {
                return Err(ArchiveError::TooLarge(MAX_BYTES));
            }
            if n_bytes >= next_look {
                self.store.refuse_without_room(0)?;
                next_look = n_bytes + LOOK_FOR_ROOM_EVERY;
            }
            hash.update(&piece[..n]);
            file.write_all(&piece[..n]).map_err(&failed)?;
        }
        self.store.refuse_without_room(0)?;
        Ok((hexadecimal(&hash.finalize()), n_bytes))
    }

    /// The settings that came along, where they did and can be meant.
    ///
    /// # Errors
    /// When they cannot be read or cannot be meant.
    pub fn settings(&self) -> Result<Option<String>, ArchiveError> {
        let path = self.path.join(SETTINGS_FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let text = fs::read_to_string(path).map_err(ArchiveError::while_doing("reading the settings"))?;
        Settings::from_toml(&text)?;
        Ok(Some(text))
    }

    /// Gives up.
    ///
    /// # Errors
    /// When the files cannot be removed.
    pub fn discard(self) -> Result<(), ArchiveError> {
        fs::remove_dir_all(&self.path).map_err(ArchiveError::while_doing("discarding an import"))
    }

    /// Takes archives apart and examines every file.
    ///
    /// # Errors
    /// When a file cannot be read or written, or nothing can be examined.
    pub(crate) fn examined(&self, examiner: &Examiner) -> Result<Arrivals, ArchiveError> {
        let failed = ArchiveError::while_doing("taking an archive apart");
        let mut arrivals = Vec::new();
        let mut files = Vec::new();
        for path in self.files()? {
            if !is_archive(&path) {
                files.push(path);
                continue;
            }
            let into = path.with_extension("unpacked");
            // It may be there from an attempt that failed.
            let _ = fs::remove_dir_all(&into);
            fs::create_dir(&into).map_err(&failed)?;
            match unpack(&path, &into) {
                Ok(unpacked) => files.extend(unpacked),
                Err(NotUnpacked::File(error)) => return Err(failed(error)),
                Err(error) => {
                    fs::remove_dir_all(&into).map_err(&failed)?;
                    arrivals.push(Arrival::of_no_archive(path, &error)?);
                }
            }
        }
        arrivals.extend(examine_all(examiner, files)?);
        Ok(Arrivals(arrivals))
    }

    /// Everything but the settings and what was not received to its end, in a fixed order.
    fn files(&self) -> Result<Vec<PathBuf>, ArchiveError> {
        let failed = ArchiveError::while_doing("looking through an import");
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(&failed)? {
            let path = entry.map_err(&failed)?.path();
            let is_received = path.extension().is_none();
            if path.is_file() && is_received {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Examines files on all cores, in their order.
fn examine_all(examiner: &Examiner, files: Vec<PathBuf>) -> Result<Vec<Arrival>, ArchiveError> {
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some((at, path)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            files.get(at).map(|path| (at, path))
        } {
            found.push((at, examiner.examine(path)?));
        }
        Ok::<_, ArchiveError>(found)
    };
    let found: Result<Vec<_>, ArchiveError> = thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    let mut found: Vec<(usize, Examined)> = found?.into_iter().flatten().collect();
    found.sort_by_key(|(at, _)| *at);
    files.into_iter().zip(found).map(|(path, (_, examined))| Arrival::new(path, examined)).collect()
}
