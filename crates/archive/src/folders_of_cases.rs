//! Cases of earlier programs, which kept each in a folder of its own, taken into the index.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use dicom::{LeftAside, What};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::arrivals::{Arrival, Arrivals};
use crate::index::{self, cases};
use crate::store::blocking;
use crate::{Archive, ArchiveError, CaseId};

/// The folder of all folders.
const CASES: &str = "cases";
const DOING: &str = "taking in a case of an earlier rert";

/// `case.json` of an earlier program.
#[derive(Deserialize)]
struct Label {
    label: String,
    created: DateTime<Utc>,
}

/// A case of an earlier program.
struct CaseFolder {
    id: CaseId,
    path: PathBuf,
    label: Label,
}

impl Archive {
    /// Takes the cases of earlier programs in: objects, settings and what was refused. Results and signatures are left behind, since
    /// they were those of another version; so the cases must be assessed anew.
    pub(crate) async fn adopt_folders_of_cases(&self) -> Result<(), ArchiveError> {
        let all = self.store.root.join(CASES);
        if !all.is_dir() {
            return Ok(());
        }
        let known = self.cases().await?;
        for folder in folders(&all)? {
            // One that was taken in already was only not yet removed.
            if !known.contains(&folder.id) {
                self.adopt(&folder).await?;
            }
            fs::remove_dir_all(&folder.path).map_err(ArchiveError::while_doing(DOING))?;
        }
        // What has no label was never acknowledged, and is left for a person to look at.
        let _ = fs::remove_dir(all);
        Ok(())
    }

    async fn adopt(&self, folder: &CaseFolder) -> Result<(), ArchiveError> {
        let store = &self.store;
        let (objects, examiner) = (folder.path.join("objects"), self.examiner.clone());
        let arrivals = blocking(move || {
            let arrivals = files(&objects)?.into_iter().map(|path| {
                let examined = examiner.examine(&path)?;
                Arrival::new(path, examined)
            });
            Ok(Arrivals(arrivals.collect::<Result<_, _>>()?))
        })
        .await?;
        let left_aside: LeftAside = read(&folder.path.join("left-aside.json"))?.unwrap_or_default();
        let settings = fs::read_to_string(folder.path.join("case.toml")).unwrap_or_default();
        let refused = refused(&folder.path.join("quarantine"), &left_aside)?;
        let mut placings = arrivals.placings();
        placings.extend(refused.placings());
        let arriving = store.send(&placings).await?;
        let kept = self.keep_adopted(folder, (arrivals, refused), (&left_aside, &settings)).await;
        store.arrived(arriving, kept).await
    }

    async fn keep_adopted(
        &self,
        folder: &CaseFolder,
        (arrivals, refused): (Arrivals, Arrivals),
        (left_aside, settings): (&LeftAside, &str),
    ) -> Result<(), ArchiveError> {
        let store = &self.store;
        let writing = store.write().await?;
        store.place(&writing, arrivals.placings()).await?;
        store.place(&writing, refused.placings()).await?;
        let mut change = store.index.begin().await?;
        cases::add(&mut change, &folder.id, &folder.label.label, folder.label.created).await?;
        cases::replace_settings(&mut change, &folder.id, settings, &crate::sha256("")).await?;
        arrivals.add_to(&mut change, &folder.id, folder.label.created).await?;
        refused.add_to(&mut change, &folder.id, folder.label.created).await?;
        let counts = (left_aside.n_foreign, left_aside.n_emptied);
        cases::count_left_aside(&mut change, &folder.id, counts).await?;
        index::commit(change).await
    }
}

fn folders(all: &Path) -> Result<Vec<CaseFolder>, ArchiveError> {
    let mut found = Vec::new();
    for path in entries(all)? {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let (Ok(id), Some(label)) = (CaseId::new(&name), read(&path.join("case.json"))?) {
            found.push(CaseFolder { id, path, label });
        }
    }
    Ok(found)
}

/// What was refused, with the reason that was found then.
fn refused(quarantine: &Path, left_aside: &LeftAside) -> Result<Arrivals, ArchiveError> {
    let mut arrivals = Vec::new();
    for path in files(quarantine)? {
        let sha256 = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(refusal) = left_aside.refused.get(&sha256) {
            let n_bytes = path.metadata().map_err(ArchiveError::while_doing(DOING))?.len();
            let what = What::Refused(refusal.clone());
            arrivals.push(Arrival::new(path, dicom::Examined { sha256, n_bytes, what, claimed: None })?);
        }
    }
    Ok(Arrivals(arrivals))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    Ok(entries(folder)?.into_iter().filter(|path| path.is_file()).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let failed = ArchiveError::while_doing(DOING);
    let entries = fs::read_dir(folder).map_err(&failed)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(failed)?;
    paths.sort();
    Ok(paths)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, ArchiveError> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = fs::read(path).map_err(ArchiveError::while_doing(DOING))?;
    let parsed = serde_json::from_slice(&bytes);
    parsed.map(Some).map_err(|error| ArchiveError::Damaged { what: "a label", reason: error.to_string() })
}
