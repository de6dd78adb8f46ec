//! One case in the archive.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use case::{Settings, readable};
use chrono::{DateTime, Utc};
use dicom::{Folder, LeftAside, Progress, Source};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::blobs::Placing;
use crate::hash::hash_of;
use crate::index::cases::{self, Named};
use crate::index::{self, contents};
use crate::remote::Held;
use crate::store::{Store, blocking};
use crate::{ArchiveError, CaseId, Signature, sha256};

/// What a person calls a case.
#[derive(Clone, Debug, PartialEq, Eq)]
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
pub struct StoredCase {
    store: Arc<Store>,
    id: CaseId,
}

/// The objects of a case, each of which was examined when it came in.
#[derive(Clone, Debug)]
pub struct CaseObjects {
    sources: Vec<Source>,
    left_aside: LeftAside,
    state: ObjectsState,
    /// Keeps the files where they are.
    held: Arc<Held>,
}

/// Which objects a case had when they were read, and what was left aside. What is made from them is kept only as long as it has the
/// same ones (H48).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectsState(String);

/// A folder into which results are written before they take the place of the former ones.
#[derive(Debug)]
pub struct Results {
    case: StoredCase,
    path: PathBuf,
}

impl StoredCase {
    pub(crate) fn new(store: Arc<Store>, id: CaseId) -> Self {
        Self { store, id }
    }

    /// Its name.
    pub fn id(&self) -> &CaseId {
        &self.id
    }

    /// Its objects, in a fixed order; from an object store those are fetched that are not in the folder.
    ///
    /// # Errors
    /// When the index cannot be read, or an object store does not give an object as it was.
    pub async fn objects(&self) -> Result<CaseObjects, ArchiveError> {
        let pool = self.store.index.pool();
        let hashes = cases::objects(pool, &self.id).await?;
        let sources = hashes.iter().map(|sha256| Source::File(self.store.blobs.path(sha256))).collect();
        let left_aside = self.left_aside().await?;
        let state = state_of(&hashes, &left_aside);
        let held = Arc::new(self.store.hold(&hashes).await?);
        Ok(CaseObjects { sources, left_aside, state, held })
    }

    /// How many objects it has.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn n_objects(&self) -> Result<usize, ArchiveError> {
        Ok(cases::objects(self.store.index.pool(), &self.id).await?.len())
    }

    /// Refuses where the case has other objects by now. Whoever asks has the right to write.
    async fn refuse_other_objects(&self, state: &ObjectsState) -> Result<(), ArchiveError> {
        let hashes = cases::objects(self.store.index.pool(), &self.id).await?;
        if state_of(&hashes, &self.left_aside().await?) == *state {
            Ok(())
        } else {
            Err(ArchiveError::OtherObjects)
        }
    }

    /// What came with the objects and is not among them.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn left_aside(&self) -> Result<LeftAside, ArchiveError> {
        Ok(cases::get(self.store.index.pool(), &self.id).await?.left_aside)
    }

    /// What it is called.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn label(&self) -> Result<CaseLabel, ArchiveError> {
        let row = cases::get(self.store.index.pool(), &self.id).await?;
        Ok(CaseLabel { label: row.label, created: row.created })
    }

    /// Calls it otherwise.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn rename(&self, label: &str) -> Result<(), ArchiveError> {
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        cases::rename(&mut change, &self.id, &readable(label)).await?;
        index::commit(change).await
    }

    /// Its settings; those that decide nothing where none were saved.
    ///
    /// # Errors
    /// When they cannot be read or cannot be meant.
    pub async fn settings(&self) -> Result<StoredSettings, ArchiveError> {
        let text = cases::get(self.store.index.pool(), &self.id).await?.settings;
        let settings = Settings::from_toml(&text)?;
        let etag = sha256(&text);
        Ok(StoredSettings { settings, text, etag })
    }

    /// Saves settings, unless they were changed since `etag` was read.
    ///
    /// # Errors
    /// When somebody changed them meanwhile, they cannot be meant, or cannot be written.
    pub async fn save_settings(&self, settings: &Settings, etag: &str) -> Result<StoredSettings, ArchiveError> {
        let text = settings.to_toml();
        // What is read back must be what was meant.
        Settings::from_toml(&text)?;
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        if !cases::replace_settings(&mut change, &self.id, &text, etag).await? {
            drop(change);
            // A case that is gone is told so.
            self.label().await?;
            return Err(ArchiveError::Changed);
        }
        index::commit(change).await?;
        self.settings().await
    }

    /// A folder into which new results can be written.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin_results(&self) -> Result<Results, ArchiveError> {
        self.store.refuse_without_room(0)?;
        Ok(Results { case: self.clone(), path: self.store.work_folder()? })
    }

    /// A file among the results, by its path there with `/` between the parts; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn result(&self, name: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        let results = cases::results(self.store.index.pool(), &self.id).await?;
        let Some(found) = results.into_iter().find(|result| result.name == name) else { return Ok(None) };
        let (store, held) = (self.store.clone(), self.store.hold(std::slice::from_ref(&found.sha256)).await?);
        let read = move || {
            let _held = held;
            store.blobs.read(&found.sha256).map_err(ArchiveError::while_doing("reading results"))
        };
        blocking(read).await.map(Some)
    }

    /// The paths of all results, in order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn result_names(&self) -> Result<Vec<String>, ArchiveError> {
        let results = cases::results(self.store.index.pool(), &self.id).await?;
        Ok(results.into_iter().map(|result| result.name).collect())
    }

    /// Puts files beside the results, all or none.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn add_results(&self, files: &[(&str, &[u8])]) -> Result<(), ArchiveError> {
        let folder = self.store.work_folder()?;
        let failed = ArchiveError::while_doing("writing results");
        for (name, content) in files {
            fs::write(folder.join(name), content).map_err(&failed)?;
        }
        self.keep_results(folder, Keeping::Beside).await
    }

    /// A document about the case, such as what it holds; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn document<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, ArchiveError> {
        let text = cases::document(self.store.index.pool(), &self.id, name).await?;
        text.map(|text| parsed(name, &text)).transpose()
    }

    /// Keeps a document about the objects that a case had when they were read.
    ///
    /// # Errors
    /// When the case has other objects by now, or it cannot be written.
    pub async fn keep_document(
        &self,
        name: &'static str,
        document: &impl Serialize,
        of: &ObjectsState,
    ) -> Result<(), ArchiveError> {
        let text = written(name, document)?;
        let _writing = self.store.write().await?;
        self.refuse_other_objects(of).await?;
        let mut change = self.store.index.begin().await?;
        cases::keep_document(&mut change, &self.id, (name, &text)).await?;
        index::commit(change).await
    }

    /// Who signed it; nothing where nobody did.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn signature(&self) -> Result<Option<Signature>, ArchiveError> {
        let row = cases::get(self.store.index.pool(), &self.id).await?;
        row.signature.map(|text| parsed("the signature", &text)).transpose()
    }

    /// Signs it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn sign(&self, signature: &Signature) -> Result<(), ArchiveError> {
        self.set_signature(Some(written("the signature", signature)?)).await
    }

    /// Takes the signature back.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub async fn unsign(&self) -> Result<(), ArchiveError> {
        self.set_signature(None).await
    }

    async fn set_signature(&self, signature: Option<String>) -> Result<(), ArchiveError> {
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        cases::set_signature(&mut change, &self.id, signature).await?;
        index::commit(change).await
    }

    /// Makes results of the files in a folder, beside the former ones or in their place.
    async fn keep_results(&self, folder: PathBuf, keeping: Keeping<'_>) -> Result<(), ArchiveError> {
        let below = folder.clone();
        let found = blocking(move || files_below(&below)).await?;
        let placings: Vec<Placing> = found.iter().map(|(_, placing)| placing.clone()).collect();
        let arriving = self.store.send(&placings).await?;
        let kept = self.keep_found(found, placings, keeping).await;
        self.store.arrived(arriving, kept).await?;
        fs::remove_dir_all(folder).map_err(ArchiveError::while_doing("keeping results"))
    }

    async fn keep_found(
        &self,
        found: Vec<(String, Placing)>,
        placings: Vec<Placing>,
        keeping: Keeping<'_>,
    ) -> Result<(), ArchiveError> {
        let store = &self.store;
        let writing = store.write().await?;
        if let Keeping::InPlaceOfFormer { of, .. } = keeping {
            self.refuse_other_objects(of).await?;
        }
        store.place(&writing, placings).await?;
        let former = cases::results(store.index.pool(), &self.id).await?;
        let mut change = store.index.begin().await?;
        if let Keeping::InPlaceOfFormer { but_for, .. } = keeping {
            for result in former.iter().filter(|result| !but_for.contains(&result.name.as_str())) {
                cases::remove_result(&mut change, &self.id, &result.name).await?;
            }
        }
        for (name, placing) in found {
            cases::keep_result(&mut change, &self.id, &Named { name, sha256: placing.sha256 }).await?;
        }
        let former: Vec<String> = former.into_iter().map(|result| result.sha256).collect();
        contents::let_go(&mut change, &former).await?;
        index::commit(change).await?;
        store.remove_what_is_to_go(&writing).await
    }
}

/// What becomes of the former results.
#[derive(Clone, Copy)]
enum Keeping<'a> {
    /// They stay, but for those of the same names.
    Beside,
    /// They go, but for those of some names, unless the case has other objects by now.
    InPlaceOfFormer { of: &'a ObjectsState, but_for: &'a [&'a str] },
}

fn state_of(hashes: &[String], left_aside: &LeftAside) -> ObjectsState {
    let mut hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
    // Databases order texts each in its way.
    hashes.sort_unstable();
    ObjectsState(sha256(format!("{hashes:?}{left_aside:?}")))
}

impl CaseObjects {
    /// Which objects they are.
    pub fn state(&self) -> &ObjectsState {
        &self.state
    }

    /// Reads them.
    pub fn read(self, progress: Progress<'_>) -> Folder {
        let mut folder = dicom::read_sources(&self.sources, self.left_aside, progress);
        folder.keep_alive(self.held);
        folder
    }

    /// Where they lie.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }
}

impl Results {
    /// Where they are to be written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts them in the place of the former ones, but for those of some names; on disk when this returns. They are of the objects
    /// that the case had when they were read.
    ///
    /// # Errors
    /// When the case has other objects by now, or something cannot be written.
    pub async fn finish(self, of: &ObjectsState, but_for: &[&str]) -> Result<(), ArchiveError> {
        self.case.keep_results(self.path, Keeping::InPlaceOfFormer { of, but_for }).await
    }
}

/// Every file below a folder with its path there, in order.
fn files_below(folder: &Path) -> Result<Vec<(String, Placing)>, ArchiveError> {
    let failed = ArchiveError::while_doing("looking through results");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(&failed)? {
        let path = entry.map_err(&failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            let below = files_below(&path)?;
            found.extend(below.into_iter().map(|(rest, placing)| (format!("{name}/{rest}"), placing)));
        } else {
            let sha256 = hash_of(&path).map_err(&failed)?;
            found.push((name, Placing { path, sha256 }));
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found)
}

fn parsed<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, ArchiveError> {
    serde_json::from_str(text).map_err(|error| ArchiveError::Damaged { what, reason: error.to_string() })
}

fn written(what: &'static str, value: &impl Serialize) -> Result<String, ArchiveError> {
    serde_json::to_string(value).map_err(|error| ArchiveError::Damaged { what, reason: error.to_string() })
}
