//! Files on their way in.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::PathBuf;

use case::Settings;
use sha2::{Digest, Sha256};

use crate::{ArchiveError, CaseFolder, CaseId, durable, hexadecimal};

/// The largest file that is taken; what is unpacked from archives has a limit of its own.
const MAX_BYTES: u64 = 8 << 30;
/// Files are written in pieces of this size.
const PIECE: usize = 1 << 16;
/// The settings of a case keep their name; everything else is named by what it holds.
const SETTINGS_FILE: &str = "case.toml";

/// Files on their way in.
#[derive(Debug)]
pub struct Import {
    path: PathBuf,
    id: CaseId,
}

impl Import {
    pub(crate) fn open(path: PathBuf, id: &CaseId) -> Result<Self, ArchiveError> {
        if !path.is_dir() {
            return Err(ArchiveError::NotFound { what: "the import", id: id.to_string() });
        }
        Ok(Self { path, id: id.clone() })
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
        let part = self.path.join(format!("{}.part", CaseId::random()?));
        let mut file = File::create(&part).map_err(&failed)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE];
        let mut n_bytes = 0;
        loop {
            let n = content.read(&mut piece).map_err(&failed)?;
            if n == 0 {
                break;
            }
            n_bytes += n as u64;
            if n_bytes > MAX_BYTES {
                drop(file);
                fs::remove_file(&part).map_err(&failed)?;
                return Err(ArchiveError::TooLarge(MAX_BYTES));
            }
            hash.update(&piece[..n]);
            file.write_all(&piece[..n]).map_err(&failed)?;
        }
        drop(file);
        let sha256 = hexadecimal(&hash.finalize());
        let is_settings = name.rsplit(['/', '\\']).next() == Some(SETTINGS_FILE);
        let kept = if is_settings { SETTINGS_FILE } else { &sha256 };
        fs::rename(&part, self.path.join(kept)).map_err(&failed)?;
        Ok((sha256, n_bytes))
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

    /// Moves everything into a case. Settings that came along are taken where the case has none.
    pub(crate) fn move_into(self, case: &CaseFolder) -> Result<(), ArchiveError> {
        let failed = ArchiveError::while_doing("keeping the files of an import");
        if let Some(text) = self.settings()? {
            case.adopt_settings(&text)?;
        }
        durable::settle_all(&self.path).map_err(&failed)?;
        for entry in fs::read_dir(&self.path).map_err(&failed)? {
            let entry = entry.map_err(&failed)?;
            let name = entry.file_name();
            if name != SETTINGS_FILE && !name.to_string_lossy().ends_with(".part") {
                fs::rename(entry.path(), case.objects().join(name)).map_err(&failed)?;
            }
        }
        durable::settle(&case.objects()).map_err(&failed)?;
        fs::remove_dir_all(&self.path).map_err(&failed)
    }
}
