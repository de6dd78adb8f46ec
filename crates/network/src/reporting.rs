//! Reports of what is kept over associations of our own, tried again where they do not arrive.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::timeout;

use crate::node::Shared;
use crate::{CommitmentReport, Receiver, Remote, Requestor};

/// A report on its way to the peer that asked for it.
pub(crate) struct Reporting<R> {
    receiver: Arc<R>,
    requestor: Requestor,
    remote: Remote,
    stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

impl<R: Receiver> Reporting<R> {
    /// Before the first attempt; nothing where as many reports as may wait already do.
    pub(crate) fn begin(shared: &Shared<R>, remote: &Remote) -> Option<Self> {
        let place = Arc::clone(&shared.reports).try_acquire_owned().ok()?;
        let configuration = &shared.configuration;
        let (ae_title, limits) = (configuration.ae_title.clone(), configuration.limits.clone());
        Some(Self {
            receiver: Arc::clone(&shared.receiver),
            requestor: Requestor { ae_title, limits },
            remote: remote.clone(),
            stopping: shared.stopping.clone(),
            _place: place,
        })
    }

    /// Tries until the report has arrived, was tried often enough, or the node stops. One that is given up is told to the receiver:
    /// the peer has to ask again.
    pub(crate) async fn run(mut self, report: CommitmentReport) {
        let n_attempts = self.requestor.limits.report_attempts;
        let mut pause = self.requestor.limits.report_pause;
        for attempt in 1.. {
            let Err(error) = self.requestor.report(&self.remote, &report).await else { return };
            let is_stopped = async { drop(self.stopping.wait_for(|stopping| *stopping).await) };
            if attempt >= n_attempts || timeout(pause, is_stopped).await.is_ok() {
                return self.receiver.report_given_up(&self.remote.ae_title, attempt, &error);
            }
            pause = pause.saturating_mul(2);
        }
    }
}
