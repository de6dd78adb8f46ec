//! What is done with a case into which something came.

use archive::{CaseId, StoredCase};
use serde_json::Value;

use crate::desk::look_at;
use crate::jobs::{Event, JobKind, Work};
use crate::problem::Problem;
use crate::state::Workbench;

impl Workbench {
    /// Looks at what a case holds now, for those who have it open and for the list.
    ///
    /// # Errors
    /// When its objects cannot be read.
    pub async fn look_at_arrived(&self, case: &StoredCase, work: &Work) -> Result<Value, Problem> {
        work.about(case.id());
        // What was open was measured from other objects.
        self.desks.close(case.id());
        let looked_at = look_at(case, work).await?;
        self.jobs.tell(Event::Case(case.id().to_string()));
        Ok(looked_at)
    }

    /// The same for the cases into which a transfer came, each in a job of its own.
    pub async fn look_at_transferred(&self, cases: &[CaseId], sender: &str) {
        for id in cases {
            let (_, work) = self.jobs.begin(JobKind::Import, Some(id), sender);
            work.stage("looking at what came in", None);
            let looked_at = async {
                let case = self.archive.case(id).await?;
                self.look_at_arrived(&case, &work).await
            };
            work.end(looked_at.await);
        }
    }
}
