//! What is done with a case into which something came.

use archive::audit::Outcome;
use archive::{CaseId, StoredCase};
use serde_json::Value;

use crate::access::{Person, Who};
use crate::contents::Contents;
use crate::desk::look_at;
use crate::jobs::{Event, JobKind, Work};
use crate::names::{Former, take_over};
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
        self.take_over_names(case).await?;
        self.jobs.tell(Event::Case(case.id().to_string()));
        Ok(looked_at)
    }

    /// Takes over what was confirmed for the centres that drew the structures, and writes down that it did.
    async fn take_over_names(&self, case: &StoredCase) -> Result<(), Problem> {
        if Contents::kept(case).await?.is_none() {
            // Whoever brought further objects looks at all of them.
            return Ok(());
        }
        let confirmed = self.archive.centre_names().await?;
        let n_names = take_over(case, (&confirmed, Former::Stays), self.desks.knowledge()).await?;
        if n_names == 0 {
            return Ok(());
        }
        let itself = Person { who: Who::Nobody, address: "here".to_owned() };
        let detail = format!("{n_names} names of structures");
        self.access
            .record(
                &itself,
                "take over confirmed names".to_owned(),
                Some(case.id().clone()),
                Outcome::Done,
                &detail,
            )
            .await
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
