//! Archives that came in, taken apart.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

/// An entry may be this large, however small it was packed.
const ENTRY_BYTES: u64 = 64 << 20;
/// What is larger may not have been packed more tightly than this; treatment data never are.
const MOST_TIGHTLY: u64 = 200;
/// An archive may not hold more than this.
const ARCHIVE_BYTES: u64 = 64 << 30;
const MOST_ENTRIES: usize = 200_000;

/// Why an archive is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotUnpacked {
    /// It is no archive, or not whole.
    #[error("the archive cannot be opened: {0}")]
    Damaged(String),
    /// It would unpack to more than can be meant.
    #[error("the archive unpacks to more than can be meant: {0}")]
    Bomb(&'static str),
    /// The disk refuses.
    #[error(transparent)]
    File(#[from] io::Error),
}

/// Writes every file of an archive into a folder. The names that they bear there are numbers: those of the archive are never used.
///
/// # Errors
/// When the archive is damaged, unpacks to more than can be meant, or the disk refuses.
pub fn unpack(archive: &Path, into: &Path) -> Result<Vec<PathBuf>, NotUnpacked> {
    let damaged = |error: zip::result::ZipError| NotUnpacked::Damaged(error.to_string());
    let mut zip = ZipArchive::new(BufReader::new(File::open(archive)?)).map_err(damaged)?;
    if zip.len() > MOST_ENTRIES {
        return Err(NotUnpacked::Bomb("too many files"));
    }
    let mut left = ARCHIVE_BYTES;
    let mut unpacked = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(damaged)?;
        if !entry.is_file() {
            continue;
        }
        let allowed = ENTRY_BYTES.max(MOST_TIGHTLY.saturating_mul(entry.compressed_size())).min(left);
        let declared = entry.size();
        crate::room::refuse_without_room(into, declared.min(allowed))
            .map_err(|_| NotUnpacked::File(io::ErrorKind::StorageFull.into()))?;
        let path = into.join(format!("entry-{index}"));
        let mut file = File::create(&path)?;
        let n_bytes = io::copy(&mut entry.take(allowed + 1), &mut file).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull => NotUnpacked::File(error),
            _ => NotUnpacked::Damaged(error.kind().to_string()),
        })?;
        unpacked.push(path);
        if n_bytes > allowed {
            return Err(NotUnpacked::Bomb("a file of it is packed too tightly"));
        }
        if n_bytes != declared {
            return Err(NotUnpacked::Damaged("a file of it has not its declared length".to_owned()));
        }
        left -= n_bytes;
    }
    Ok(unpacked)
}
