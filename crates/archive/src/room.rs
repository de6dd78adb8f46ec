//! Room on the disk, some of which is kept for finishing what was begun.

use std::io;
use std::path::Path;

use crate::ArchiveError;

/// What is kept free, so that the index can always say what is here and people can still delete.
const RESERVE: u64 = 256 << 20;
/// Small disks keep this part of themselves free instead.
const PART: u64 = 20;

/// Refuses what would leave less room on the disk than is kept for finishing what was begun.
///
/// # Errors
/// [`ArchiveError::Full`] where there is too little room.
pub(crate) fn refuse_without_room(folder: &Path, n_bytes: u64) -> Result<(), ArchiveError> {
    match free(folder) {
        Ok(Some((free, all))) if free < n_bytes.saturating_add(RESERVE.min(all / PART)) => Err(ArchiveError::Full),
        Ok(_) => Ok(()),
        Err(error) => Err(ArchiveError::while_doing("asking how much room there is")(error)),
    }
}

/// Bytes that are free on the disk of a folder; nothing where the system does not tell.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    free(folder).ok().flatten().map(|(free, _)| free)
}

/// Free and all bytes of the disk of a folder; nothing where the system does not tell.
#[cfg(unix)]
fn free(folder: &Path) -> io::Result<Option<(u64, u64)>> {
    let told = rustix::fs::statvfs(folder)?;
    Ok(Some((told.f_bavail.saturating_mul(told.f_frsize), told.f_blocks.saturating_mul(told.f_frsize))))
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> io::Result<Option<(u64, u64)>> {
    Ok(None)
}
