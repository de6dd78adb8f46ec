//! Files that are whole or not there, also after a power cut.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file so that it is either the old or the new one, and on disk when this returns.
///
/// # Errors
/// When the file system refuses.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    let mut file = File::create(beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    put(beside, path)
}

/// Gives a file or a folder its name, on disk when this returns.
///
/// # Errors
/// When the file system refuses.
pub fn put(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    settle(to.parent().unwrap_or(Path::new(".")))
}

/// Makes the names in a folder durable.
///
/// # Errors
/// When the file system refuses.
pub fn settle(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes every file below a folder, and their names, durable.
///
/// # Errors
/// When the file system refuses.
pub fn settle_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            settle_all(&path)?;
        } else {
            File::open(&path)?.sync_all()?;
        }
    }
    settle(folder)
}
