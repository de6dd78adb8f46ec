//! Files that are whole or not there, also after a power cut.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Makes the content of a file durable.
///
/// # Errors
/// When the file system refuses; what was written must then be taken as lost.
pub fn settle_file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Makes the names in a folder durable.
///
/// # Errors
/// When the file system refuses.
pub fn settle(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a folder, with its name on disk when this returns. The folder above must be there.
///
/// # Errors
/// When the file system refuses.
pub fn make_folder(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Ok(()) => settle(path.parent().unwrap_or(Path::new("."))),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
