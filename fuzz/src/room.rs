//! A place on the disk for one input, made anew for each.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

thread_local! {
    static ROOM: RefCell<TempDir> = RefCell::new(tempfile::tempdir().expect("a folder"));
}

/// Writes bytes to a file and gives its path, with an empty folder beside it.
pub(crate) fn with_file(bytes: &[u8], then: impl FnOnce(&Path, &Path)) {
    ROOM.with_borrow(|room| {
        let (file, folder) = (room.path().join("input"), room.path().join("output"));
        fs::write(&file, bytes).expect("room on the disk");
        fs::create_dir(&folder).expect("a folder");
        then(&file, &folder);
        fs::remove_dir_all(&folder).expect("a folder of our own");
    });
}
