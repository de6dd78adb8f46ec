//! Files that came in and were examined: what becomes of each.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use dicom::{Examined, Refusal, What};
use sqlx::{Any, Transaction};

use crate::blobs::Placing;
use crate::hash::hash_of;
use crate::index::{cases, contents};
use crate::unpack::NotUnpacked;
use crate::{ArchiveError, CaseId};

/// Files that came in, each with what it is.
#[derive(Debug)]
pub(crate) struct Arrivals(pub(crate) Vec<Arrival>);

/// A file that came in, with what it is.
#[derive(Debug)]
pub(crate) struct Arrival {
    path: PathBuf,
    examined: Examined,
}

impl Arrival {
    /// A file that was examined. What makes an object another kind of file as well is emptied here, so its hash may be another.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn new(path: PathBuf, mut examined: Examined) -> Result<Self, ArchiveError> {
        if matches!(&examined.what, What::Object(identity) if identity.is_also_other) {
            examined.sha256 = empty_preamble(&path).map_err(ArchiveError::while_doing("emptying a preamble"))?;
        }
        Ok(Self { path, examined })
    }

    /// An archive that cannot be taken apart.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn of_no_archive(path: PathBuf, error: &NotUnpacked) -> Result<Self, ArchiveError> {
        let failed = ArchiveError::while_doing("looking through an import");
        let n_bytes = path.metadata().map_err(&failed)?.len();
        // It is named by the hash of its bytes since it was received.
        let sha256 = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (kind, code) = ("archive".to_owned(), "H47".to_owned());
        let what = What::Refused(Refusal { kind, code, reason: error.to_string() });
        Ok(Self { path, examined: Examined { sha256, n_bytes, what, claimed: None } })
    }

    /// What it was found to be.
    pub(crate) fn examined(&self) -> &Examined {
        &self.examined
    }

    /// Where it is to be kept; nothing where it is not.
    pub(crate) fn placing(&self) -> Option<Placing> {
        let is_kept = !matches!(self.examined.what, What::Foreign);
        is_kept.then(|| Placing { path: self.path.clone(), sha256: self.examined.sha256.clone() })
    }
}

impl Arrivals {
    /// What is to be kept: objects, and what is refused, which is never read again but can be looked into.
    pub(crate) fn placings(&self) -> Vec<Placing> {
        self.0.iter().filter_map(Arrival::placing).collect()
    }

    /// Adds them to a case in the index.
    pub(crate) async fn add_to(
        self,
        change: &mut Transaction<'static, Any>,
        case: &CaseId,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let (mut n_foreign, mut n_emptied) = (0, 0);
        for Arrival { examined: Examined { sha256, n_bytes, what, .. }, .. } in self.0 {
            match what {
                What::Object(identity) => {
                    n_emptied += usize::from(identity.is_also_other);
                    let content = (sha256.as_str(), n_bytes);
                    contents::add_object(change, content, &identity, now.timestamp_micros()).await?;
                    if cases::add_object(change, case, &sha256).await? {
                        cases::forget_documents(change, case).await?;
                    }
                }
                What::Refused(refusal) => {
                    cases::add_refusal(change, case, &sha256, &refusal).await?;
                    cases::forget_documents(change, case).await?;
                }
                What::Foreign => n_foreign += 1,
            }
        }
        cases::count_left_aside(change, case, (n_foreign, n_emptied)).await
    }
}

/// Empties the preamble of an object, and tells the hash that it has then.
fn empty_preamble(path: &Path) -> io::Result<String> {
    let mut file = File::options().write(true).open(path)?;
    file.write_all(&[0; dicom::examine::PREAMBLE])?;
    drop(file);
    hash_of(path)
}
