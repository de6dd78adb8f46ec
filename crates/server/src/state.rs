//! What every request may use.

use std::sync::Arc;

use archive::{Archive, CaseId, StoredCase};

use crate::desk::Desks;
use crate::jobs::Jobs;
use crate::problem::Problem;

/// What every request may use.
#[derive(Clone)]
pub struct Workbench {
    /// All cases.
    pub archive: Archive,
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
    /// A case by its name in an address.
    ///
    /// # Errors
    /// When there is none.
    pub async fn case(&self, id: &str) -> Result<StoredCase, Problem> {
        Ok(self.archive.case(&CaseId::new(id)?).await?)
    }
}
