//! The folder in which all cases lie.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use case::readable;
use chrono::{DateTime, Utc};

use crate::{ArchiveError, CaseFolder, CaseId, CaseLabel, Examiner, Import, durable};

/// The folder of all cases; one program works on it at a time.
#[derive(Debug)]
pub struct Library {
    root: PathBuf,
    examiner: Examiner,
    /// Held as long as the library is open.
    _lock: File,
}

const CASES: &str = "cases";
const IMPORTS: &str = "imports";

impl Library {
    /// Opens a folder, and makes it where there is none. What an earlier run left on its way in is thrown away: nobody was told
    /// that it is kept. The examiner looks at every file before it becomes part of a case.
    ///
    /// # Errors
    /// When the folder cannot be used or another program works on it.
    pub fn open(root: &Path, examiner: Examiner) -> Result<Self, ArchiveError> {
        let failed = ArchiveError::while_doing("opening the folder of the cases");
        fs::create_dir_all(root.join(CASES)).map_err(&failed)?;
        let lock = File::create(root.join("lock")).map_err(&failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ArchiveError::InUse),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let imports = root.join(IMPORTS);
        if imports.exists() {
            fs::remove_dir_all(&imports).map_err(&failed)?;
        }
        fs::create_dir_all(&imports).map_err(&failed)?;
        durable::settle(root).map_err(&failed)?;
        Ok(Self { root: root.to_owned(), examiner, _lock: lock })
    }

    /// The names of all cases, in a fixed order.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn cases(&self) -> Result<Vec<CaseId>, ArchiveError> {
        let failed = ArchiveError::while_doing("listing the cases");
        let mut found = Vec::new();
        for entry in fs::read_dir(self.root.join(CASES)).map_err(&failed)? {
            let name = entry.map_err(&failed)?.file_name();
            found.extend(name.to_str().and_then(|name| CaseId::new(name).ok()));
        }
        found.sort();
        Ok(found)
    }

    /// One case.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn case(&self, id: &CaseId) -> Result<CaseFolder, ArchiveError> {
        CaseFolder::open(self.case_path(id), id)
    }

    /// Deletes a case with everything in it, also one that cannot be read.
    ///
    /// # Errors
    /// When there is none of that name, or it cannot be removed.
    pub fn delete(&self, id: &CaseId) -> Result<(), ArchiveError> {
        CaseFolder::delete(&self.case_path(id), id)
    }

    /// Begins to take files in.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn begin_import(&self) -> Result<Import, ArchiveError> {
        let id = CaseId::random()?;
        let path = self.root.join(IMPORTS).join(id.as_str());
        fs::create_dir(&path).map_err(ArchiveError::while_doing("beginning an import"))?;
        Import::open(path, &id)
    }

    /// An import that was begun.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn import(&self, id: &CaseId) -> Result<Import, ArchiveError> {
        Import::open(self.root.join(IMPORTS).join(id.as_str()), id)
    }

    /// Makes a case of what was taken in, or adds it to one; on disk when this returns.
    ///
    /// # Errors
    /// When the case is not there or the folder cannot be written to.
    pub fn finish_import(
        &self,
        import: Import,
        case: Option<&CaseId>,
        (label, now): (&str, DateTime<Utc>),
    ) -> Result<CaseFolder, ArchiveError> {
        // Settings that cannot be meant leave nothing behind but the import, which can be mended.
        import.settings()?;
        let arrivals = import.examined(&self.examiner)?;
        let folder = match case {
            Some(id) => self.case(id)?,
            None => {
                let id = CaseId::random()?;
                let label = CaseLabel { label: readable(label), created: now };
                CaseFolder::create(self.case_path(&id), &id, &label)?
            }
        };
        import.move_into(&folder, arrivals)?;
        Ok(folder)
    }

    fn case_path(&self, id: &CaseId) -> PathBuf {
        self.root.join(CASES).join(id.as_str())
    }
}
