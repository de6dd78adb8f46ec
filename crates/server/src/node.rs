//! The DICOM node of a workbench: what other systems send becomes part of cases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use archive::audit::Outcome;
use archive::{ArchiveError, Transfer, TransferEnd};
use network::{
    AeTitle, AssociationEnd, HowEnded, Incoming, NetworkError, Receiver, Reference, StoreStatus, TurnedAway,
};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::{Instrument, Span, error, info, info_span, warn};

use crate::access::{Limiter, Person, Who};
use crate::clock;
use crate::state::Workbench;
use crate::telemetry::instruments;

/// Who was turned away is written down this often for each address.
const TURNED_AWAY_PER_MINUTE: u32 = 3;

/// Takes what other systems send into the archive.
pub struct ArchiveReceiver {
    workbench: Workbench,
    transfers: Mutex<BTreeMap<u64, Arc<Transfer>>>,
    /// Associations that are open, for those who look after the program.
    spans: Mutex<BTreeMap<u64, Span>>,
    /// Associations of which something could not be kept.
    incomplete: Mutex<BTreeSet<u64>>,
    turned_away: Limiter,
    runtime: Handle,
    /// What is still done after an association has ended.
    under_way: Mutex<Vec<JoinHandle<()>>>,
}

impl ArchiveReceiver {
    /// For the archive of a workbench.
    pub fn new(workbench: Workbench) -> Self {
        Self {
            workbench,
            transfers: Mutex::default(),
            spans: Mutex::default(),
            incomplete: Mutex::default(),
            turned_away: Limiter::per_minute(TURNED_AWAY_PER_MINUTE),
            runtime: Handle::current(),
            under_way: Mutex::default(),
        }
    }

    /// Waits until everything that came is written down and was looked at.
    pub async fn settled(&self) {
        loop {
            let under_way = std::mem::take(&mut *self.under_way());
            if under_way.is_empty() {
                return;
            }
            for task in under_way {
                // One that failed has told so itself.
                let _ = task.await;
            }
        }
    }

    fn under_way(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut under_way = self.under_way();
        under_way.retain(|task| !task.is_finished());
        under_way.push(self.runtime.spawn(task));
    }

    fn transfers(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Transfer>>> {
        self.transfers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The transfer of an association, which begins with its first object.
    fn transfer(&self, object: &Incoming) -> Result<Arc<Transfer>, ArchiveError> {
        if let Some(transfer) = self.transfers().get(&object.association) {
            return Ok(transfer.clone());
        }
        let transfer = self.workbench.archive.begin_transfer(object.calling_ae.as_str(), clock::now())?;
        let transfer = Arc::new(transfer);
        self.transfers().insert(object.association, transfer.clone());
        Ok(transfer)
    }

    fn spans(&self) -> MutexGuard<'_, BTreeMap<u64, Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an object, and says what its sender is answered.
    async fn answer(&self, object: &Incoming) -> StoreStatus {
        match self.keep(object).await {
            Ok(status) => status,
            // Whatever keeps it from being kept may be over later, so the sender is told to try again; until then it is missing.
            Err(failure) => {
                error!(why = %failure, "an object could not be kept");
                self.incomplete.lock().unwrap_or_else(PoisonError::into_inner).insert(object.association);
                StoreStatus::OutOfResources
            }
        }
    }

    async fn keep(&self, object: &Incoming) -> Result<StoreStatus, ArchiveError> {
        let transfer = self.transfer(object)?;
        let stated = (object.class.as_str(), object.instance.as_str());
        let receipt = transfer.receive(object.path().to_owned(), Some(stated), clock::now()).await?;
        Ok(match receipt.refusal {
            None => StoreStatus::Success,
            Some(refusal) if refusal.code == archive::NOT_AS_STATED => StoreStatus::DoesNotMatchClass,
            Some(_) => StoreStatus::CannotUnderstand,
        })
    }

    fn record(&self, person: Person, (action, outcome, detail): (&'static str, Outcome, String)) {
        let access = self.workbench.access.clone();
        self.spawn(async move {
            // Who sent was answered already; a log that cannot be written is told by everything else that is done.
            let _ = access.record(&person, action.to_owned(), None, outcome, &detail).await;
        });
    }
}

/// The word for an answer in numbers.
fn word_of(status: StoreStatus) -> &'static str {
    match status {
        StoreStatus::Success => "success",
        StoreStatus::OutOfResources => "out-of-resources",
        StoreStatus::DoesNotMatchClass => "does-not-match-class",
        StoreStatus::CannotUnderstand => "cannot-understand",
        StoreStatus::OtherContentHere => "other-content-here",
        StoreStatus::InvalidInstance => "invalid-instance",
        StoreStatus::ClassNotSupported => "class-not-supported",
        StoreStatus::NotAuthorized => "not-authorized",
    }
}

/// The word for an end in numbers.
fn word_of_end(how: HowEnded) -> &'static str {
    match how {
        HowEnded::Released => "released",
        HowEnded::Aborted => "aborted",
        HowEnded::TimedOut => "timed-out",
    }
}

/// Another system, as it is written down: by its address in the network; its title stands among the words.
fn peer(address: String) -> Person {
    Person { who: Who::Nobody, address }
}

impl Receiver for ArchiveReceiver {
    async fn store(&self, object: Incoming) -> StoreStatus {
        let began = Instant::now();
        let association = self.spans().get(&object.association).cloned().unwrap_or_else(Span::none);
        let span = info_span!(parent: &association, "object", otel.name = "C-STORE", otel.kind = "server");
        let status = self.answer(&object).instrument(span).await;
        instruments().object_answered(word_of(status), began.elapsed());
        status
    }

    fn association_began(&self, number: u64, calling_ae: &AeTitle) {
        let span = info_span!(parent: None, "association", otel.kind = "server", number, %calling_ae);
        self.spans().insert(number, span);
        instruments().association_began();
    }

    fn has_room(&self) -> bool {
        self.workbench.archive.has_room()
    }

    async fn has(&self, references: &[Reference]) -> Vec<bool> {
        let mut kept = Vec::new();
        for reference in references {
            let (class, instance) = (reference.class.as_str(), reference.instance.as_str());
            // What cannot be looked up is not promised.
            kept.push(self.workbench.archive.has_object(class, instance).await.unwrap_or(false));
        }
        kept
    }

    fn association_ended(&self, end: AssociationEnd) {
        let span = self.spans().remove(&end.number).unwrap_or_else(Span::none);
        let (how, stored, refused) = (word_of_end(end.how), end.n_stored, end.n_refused);
        instruments().association_ended(how);
        info!(parent: &span, how, stored, refused, "a DICOM association ended");
        let is_incomplete = self.incomplete.lock().unwrap_or_else(PoisonError::into_inner).remove(&end.number);
        let Some(transfer) = self.transfers().remove(&end.number) else { return };
        let sender = end.calling_ae.as_str().to_owned();
        let (how, outcome) = match end.how {
            HowEnded::Released if !is_incomplete => (TransferEnd::Whole, Outcome::Done),
            HowEnded::Released | HowEnded::Aborted | HowEnded::TimedOut => (TransferEnd::Early, Outcome::Failed),
        };
        let detail = format!("{} objects kept, {} refused, from {sender}", end.n_stored, end.n_refused);
        let address = end.address.map(|address| address.to_string()).unwrap_or_default();
        self.record(peer(address), ("receive", outcome, detail));
        let workbench = self.workbench.clone();
        self.spawn(async move {
            // One that could not be ended stays open, and so is told of as broken off after the next start.
            if let Ok(cases) = transfer.end(how).await {
                workbench.look_at_transferred(&cases, &sender).await;
            }
        });
    }

    fn report_given_up(&self, to: &AeTitle, n_attempts: u32, error: &NetworkError) {
        let detail = format!("a report to {} was given up after {n_attempts} attempts: {error}", to.as_str());
        self.record(peer(String::new()), ("storage commitment", Outcome::Failed, detail));
    }

    fn turned_away(&self, whom: TurnedAway) {
        instruments().turned_away();
        let address = whom.address.to_string();
        if self.turned_away.take(&address) {
            let calling_ae = whom.calling_ae.as_ref().map(AeTitle::as_str);
            warn!(address, calling_ae, reason = whom.reason, "a DICOM system was turned away");
            let title = whom.calling_ae.map(|title| format!("{}: ", title.as_str())).unwrap_or_default();
            let detail = format!("{title}{}", whom.reason);
            self.record(peer(address), ("association", Outcome::Denied, detail));
        }
    }
}
