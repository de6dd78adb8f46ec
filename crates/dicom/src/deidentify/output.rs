//! The folder that an export is written to.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::DeidentifyError;
use super::manifest::Exported;
use super::pseudonym::NewUid;
use super::sheet::Sheet;
use crate::folder::hexadecimal;
use crate::write::{encode, write_bytes};

/// Characters of a file name: enough that no two of an export are the same.
const NAME: usize = 20;

/// A folder that was new or empty.
pub(super) struct Output {
    place: PathBuf,
    files: Vec<Exported>,
}

impl Output {
    /// Makes the folder.
    ///
    /// # Errors
    /// When it holds something or cannot be made.
    pub(super) fn new(place: &Path) -> Result<Self, DeidentifyError> {
        let refused = |error: std::io::Error| DeidentifyError::Folder(error.kind());
        fs::create_dir_all(place).map_err(refused)?;
        match fs::read_dir(place).map_err(refused)?.next() {
            None => Ok(Self { place: place.to_owned(), files: Vec::new() }),
            Some(_) => Err(DeidentifyError::NotEmpty),
        }
    }

    /// Writes an object under a name that is made of its new UID.
    pub(super) fn write(&mut self, sheet: Sheet, kind: &'static str, uid: &NewUid) -> Result<(), DeidentifyError> {
        let object = sheet.finish().map_err(|tag| DeidentifyError::Unlisted { kind, tag })?;
        let mut file = hexadecimal(&Sha256::digest(uid.as_str().as_bytes()));
        file.truncate(NAME);
        file.push_str(".dcm");
        let bytes = encode(object, &file)?;
        let sha256 = hexadecimal(&Sha256::digest(&bytes));
        self.files.push(Exported { file, kind, sop_instance: uid.as_str().to_owned(), sha256 });
        let written = self.files.last().map(|exported| exported.file.clone()).unwrap_or_default();
        write_bytes(&bytes, &self.place.join(&written), &written)?;
        Ok(())
    }

    /// Takes everything back.
    pub(super) fn remove(self) {
        for exported in self.files {
            // What cannot be removed is told by the failure that led here.
            let _ = fs::remove_file(self.place.join(exported.file));
        }
    }

    /// What was written, by name.
    pub(super) fn into_files(mut self) -> Vec<Exported> {
        self.files.sort();
        self.files
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// How many files of a kind were written.
    pub(super) fn n_of(&self, kind: &str) -> usize {
        self.files.iter().filter(|exported| exported.kind == kind).count()
    }
}
