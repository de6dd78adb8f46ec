//! One case on disk.

use std::fs;
use std::path::{Path, PathBuf};

use case::{Settings, readable};
use chrono::{DateTime, Utc};
use dicom::{Folder, LeftAside, Progress};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{ArchiveError, CaseId, Signature, durable, sha256};

const LABEL: &str = "case.json";
const SETTINGS: &str = "case.toml";
const SIGNATURE: &str = "signature.json";
const OBJECTS: &str = "objects";
const QUARANTINE: &str = "quarantine";
const LEFT_ASIDE: &str = "left-aside.json";
const RESULTS: &str = "results";

/// What a person calls a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLabel {
    /// In words.
    pub label: String,
    /// When it came in.
    pub created: DateTime<Utc>,
}

/// Settings with the mark by which a change is noticed.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredSettings {
    /// The settings.
    pub settings: Settings,
    /// As they are written.
    pub text: String,
    /// Changes with every change of the text.
    pub etag: String,
}

/// One case: objects, settings, results, signature.
#[derive(Clone, Debug)]
pub struct CaseFolder {
    path: PathBuf,
    id: CaseId,
}

/// A folder into which results are written before they take the place of the former ones.
#[derive(Debug)]
pub struct Results {
    path: PathBuf,
    target: PathBuf,
}

impl CaseFolder {
    pub(crate) fn open(path: PathBuf, id: &CaseId) -> Result<Self, ArchiveError> {
        if !path.is_dir() {
            return Err(ArchiveError::NotFound { what: "the case", id: id.to_string() });
        }
        if !path.join(LABEL).is_file() {
            return Err(ArchiveError::Unfinished { id: id.to_string() });
        }
        Ok(Self { path, id: id.clone() })
    }

    pub(crate) fn create(path: PathBuf, id: &CaseId, label: &CaseLabel) -> Result<Self, ArchiveError> {
        let failed = ArchiveError::while_doing("making a case");
        fs::create_dir_all(path.join(OBJECTS)).map_err(&failed)?;
        let folder = Self { path, id: id.clone() };
        // A case is there as soon as its label is: it comes last.
        folder.put(LABEL, label)?;
        durable::settle(folder.path.parent().unwrap_or(Path::new("."))).map_err(&failed)?;
        Ok(folder)
    }

    /// Its name.
    pub fn id(&self) -> &CaseId {
        &self.id
    }

    /// The folder of its objects.
    pub fn objects(&self) -> PathBuf {
        self.path.join(OBJECTS)
    }

    /// The folder of what came with them and must not be used.
    pub(crate) fn quarantine(&self) -> PathBuf {
        self.path.join(QUARANTINE)
    }

    /// What came with the objects and is not among them.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn left_aside(&self) -> Result<LeftAside, ArchiveError> {
        Ok(self.get(LEFT_ASIDE)?.unwrap_or_default())
    }

    pub(crate) fn leave_aside(&self, left_aside: &LeftAside) -> Result<(), ArchiveError> {
        self.put(LEFT_ASIDE, left_aside)
    }

    /// Reads its objects, each of which was examined when it came in.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn read(&self, progress: Progress<'_>) -> Result<Folder, ArchiveError> {
        let failed = ArchiveError::while_doing("reading the objects of a case");
        let walked = dicom::source::walk(&self.objects());
        let sources = walked.map_err(|_| failed(std::io::ErrorKind::Other.into()))?;
        Ok(dicom::read_sources(&sources, self.left_aside()?, progress))
    }

    /// What it is called.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn label(&self) -> Result<CaseLabel, ArchiveError> {
        self.get(LABEL)?.ok_or_else(|| ArchiveError::NotFound { what: "the case", id: self.id.to_string() })
    }

    /// Calls it otherwise.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn rename(&self, label: &str) -> Result<(), ArchiveError> {
        let before = self.label()?;
        self.put(LABEL, &CaseLabel { label: readable(label), ..before })
    }

    /// Its settings; those that decide nothing where none were saved.
    ///
    /// # Errors
    /// When they cannot be read or cannot be meant.
    pub fn settings(&self) -> Result<StoredSettings, ArchiveError> {
        let path = self.path.join(SETTINGS);
        let failed = ArchiveError::while_doing("reading the settings");
        let text = if path.is_file() { fs::read_to_string(path).map_err(failed)? } else { String::new() };
        let settings = Settings::from_toml(&text)?;
        let etag = sha256(&text);
        Ok(StoredSettings { settings, text, etag })
    }

    /// Saves settings, unless they were changed since `etag` was read.
    ///
    /// # Errors
    /// When somebody changed them meanwhile, they cannot be meant, or cannot be written.
    pub fn save_settings(&self, settings: &Settings, etag: &str) -> Result<StoredSettings, ArchiveError> {
        let text = settings.to_toml();
        // What is read back must be what was meant.
        Settings::from_toml(&text)?;
        if self.settings()?.etag != etag {
            return Err(ArchiveError::Changed);
        }
        let failed = ArchiveError::while_doing("saving the settings");
        durable::write(&self.path.join(SETTINGS), text.as_bytes()).map_err(failed)?;
        self.settings()
    }

    /// Takes settings that came with the objects, where there are none yet.
    pub(crate) fn adopt_settings(&self, text: &str) -> Result<(), ArchiveError> {
        let path = self.path.join(SETTINGS);
        if path.exists() {
            return Ok(());
        }
        Settings::from_toml(text)?;
        durable::write(&path, text.as_bytes()).map_err(ArchiveError::while_doing("saving the settings"))
    }

    /// A folder into which new results can be written.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin_results(&self) -> Result<Results, ArchiveError> {
        let path = self.path.join("results.part");
        let failed = ArchiveError::while_doing("writing results");
        if path.exists() {
            fs::remove_dir_all(&path).map_err(&failed)?;
        }
        fs::create_dir(&path).map_err(&failed)?;
        Ok(Results { path, target: self.path.join(RESULTS) })
    }

    /// A file among the results; nothing where there is none. `name` must be one of the program's own.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn result(&self, name: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        let path = self.path.join(RESULTS).join(name);
        if !path.is_file() {
            return Ok(None);
        }
        fs::read(path).map(Some).map_err(ArchiveError::while_doing("reading results"))
    }

    /// Puts a file beside the results. `name` must be one of the program's own.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add_result(&self, name: &str, content: &[u8]) -> Result<(), ArchiveError> {
        let failed = ArchiveError::while_doing("writing results");
        durable::write(&self.path.join(RESULTS).join(name), content).map_err(failed)
    }

    /// The folder of the results; it may not be there.
    pub fn results(&self) -> PathBuf {
        self.path.join(RESULTS)
    }

    /// A document about the case, such as what it holds; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn document<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, ArchiveError> {
        self.get(name)
    }

    /// Keeps a document about the case.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_document(&self, name: &'static str, document: &impl Serialize) -> Result<(), ArchiveError> {
        self.put(name, document)
    }

    /// Who signed it; nothing where nobody did.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn signature(&self) -> Result<Option<Signature>, ArchiveError> {
        self.get(SIGNATURE)
    }

    /// Signs it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sign(&self, signature: &Signature) -> Result<(), ArchiveError> {
        self.put(SIGNATURE, signature)
    }

    /// Takes the signature back.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn unsign(&self) -> Result<(), ArchiveError> {
        let path = self.path.join(SIGNATURE);
        let failed = ArchiveError::while_doing("taking a signature back");
        if path.exists() {
            fs::remove_file(path).map_err(&failed)?;
        }
        durable::settle(&self.path).map_err(failed)
    }

    /// Deletes what a folder of cases holds under a name, also where it cannot be read as a case.
    pub(crate) fn delete(path: &Path, id: &CaseId) -> Result<(), ArchiveError> {
        if !path.is_dir() {
            return Err(ArchiveError::NotFound { what: "the case", id: id.to_string() });
        }
        let failed = ArchiveError::while_doing("deleting a case");
        // Without its label it is no case any longer, also when the rest cannot be removed.
        match fs::remove_file(path.join(LABEL)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        fs::remove_dir_all(path).map_err(failed)
    }

    fn get<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, ArchiveError> {
        let path = self.path.join(name);
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = fs::read(path).map_err(ArchiveError::while_doing("reading a case"))?;
        let parsed = serde_json::from_slice(&bytes);
        parsed.map(Some).map_err(|error| ArchiveError::Damaged { what: name, reason: error.to_string() })
    }

    fn put(&self, name: &'static str, value: &impl Serialize) -> Result<(), ArchiveError> {
        let bytes = serde_json::to_vec_pretty(value)
            .map_err(|error| ArchiveError::Damaged { what: name, reason: error.to_string() })?;
        durable::write(&self.path.join(name), &bytes).map_err(ArchiveError::while_doing("writing a case"))
    }
}

impl Results {
    /// Where they are to be written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts them in the place of the former ones; on disk when this returns.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn finish(self) -> Result<(), ArchiveError> {
        let failed = ArchiveError::while_doing("keeping results");
        durable::settle_all(&self.path).map_err(&failed)?;
        if self.target.exists() {
            fs::remove_dir_all(&self.target).map_err(&failed)?;
        }
        durable::put(&self.path, &self.target).map_err(failed)
    }
}
