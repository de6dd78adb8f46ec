//! What every request may use.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use archive::{Archive, CaseId, StoredCase};

use crate::access::Access;
use crate::desk::Desks;
use crate::jobs::Jobs;
use crate::problem::Problem;

/// What every request may use.
#[derive(Clone)]
pub struct Workbench {
    /// All cases.
    pub archive: Archive,
    /// Who may ask.
    pub access: Arc<Access>,
    /// Imports that were begun, with who began them.
    pub imports: Arc<Mutex<BTreeMap<CaseId, String>>>,
    /// Work under way.
    pub jobs: Arc<Jobs>,
    /// Open cases.
    pub desks: Arc<Desks>,
    /// Hash of the knowledge base.
    pub knowledge_sha256: String,
    /// Name of this run of the server.
    pub run: String,
}

impl Workbench {
    /// Imports that were begun.
    pub fn imports(&self) -> std::sync::MutexGuard<'_, BTreeMap<CaseId, String>> {
        self.imports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One over an archive of its own, without a network.
    #[cfg(test)]
    #[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    pub(crate) async fn for_tests() -> (Self, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let archive = archive::ArchivePlace::folder(folder.path().join("archive"));
        let examiner = archive::Examiner::in_this_process();
        let configuration = crate::Configuration { archive, web: None, node: None, examiner };
        (crate::Server::bind(configuration).await.unwrap().workbench().clone(), folder)
    }

    /// A case by its name in an address.
    ///
    /// # Errors
    /// When there is none.
    pub async fn case(&self, id: &str) -> Result<StoredCase, Problem> {
        Ok(self.archive.case(&CaseId::new(id)?).await?)
    }
}
