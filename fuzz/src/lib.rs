//! What is done with invented bytes, one function for each target.
//!
//! None may panic, hang or take more memory than its input explains; `cargo xtask fuzz` sets the limits. Inputs that once did are in
//! `regressions`, and a test of the crate that was at fault reads them again.

mod association;
mod room;

pub use association::association;

use case::Settings;
use room::with_file;

/// Examines the bytes of a file: the guard first, then the parser, then what the object says to its last pixel.
pub fn examine(bytes: &[u8]) {
    with_file(bytes, |path, _| {
        let examined = dicom::examine(path).expect("the file is there");
        assert_eq!(examined.n_bytes, bytes.len() as u64);
    });
}

/// Takes an archive apart into an empty folder.
pub fn unpack(bytes: &[u8]) {
    with_file(bytes, |path, folder| {
        if let Ok(files) = archive::unpack(path, folder) {
            // Names in an archive are never names on our disk.
            assert!(files.iter().all(|file| file.parent() == Some(folder) && file.is_file()));
        }
    });
}

/// Reads settings; what is written of them is read back to the same, and written the same again.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(settings) = Settings::from_toml(text) else { return };
    let written = settings.to_toml();
    let again = Settings::from_toml(&written).expect("what was written can be read");
    assert_eq!(again, settings, "it is read back to the same:\n{written}");
    assert_eq!(again.to_toml(), written);
}
