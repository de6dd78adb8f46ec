//! What every request may use.

use std::sync::Arc;

use archive::{CaseFolder, CaseId, Library};

use crate::desk::Desks;
use crate::jobs::Jobs;
use crate::problem::Problem;

/// What every request may use.
#[derive(Clone)]
pub struct Workbench {
    /// The folder of all cases.
    pub library: Arc<Library>,
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
    pub fn case(&self, id: &str) -> Result<CaseFolder, Problem> {
        Ok(self.library.case(&CaseId::new(id)?)?)
    }
}
