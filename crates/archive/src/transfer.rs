//! Objects that come one by one over a network, each of which is answered for by itself.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use case::readable;
use chrono::{DateTime, Utc};
use dicom::{ClaimedPatient, Identity, Refusal, What};
use sqlx::{Any, Transaction};
use tokio::sync::oneshot;

use crate::arrivals::Arrival;
use crate::index::transfers::TransferRow;
use crate::index::{self, cases, contents, transfers};
use crate::store::{Writing, blocking};
use crate::unplaced::{Unplaced, case_of, place_refusals};
use crate::{Archive, ArchiveError, CaseId};

/// The code of the refusal of an object that is another one than its sender said.
pub const NOT_AS_STATED: &str = "H03";

/// A transfer over a network: one association, or one request that stores.
#[derive(Debug)]
pub struct Transfer {
    archive: Archive,
    row: TransferRow,
    folder: PathBuf,
    /// What was refused and could not be given to the case of its patient when it came.
    unplaced: Mutex<Vec<Unplaced>>,
}

/// What became of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Hash of its bytes, by which it is kept.
    pub sha256: String,
    /// The case it belongs to now.
    pub case: CaseId,
    /// What it is; nothing where it was refused.
    pub object: Option<Identity>,
    /// Why it must not be used; it is kept apart.
    pub refusal: Option<Refusal>,
    /// Whether the case was made for it.
    pub is_new_case: bool,
}

/// What became of an object that was said to be of a study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// It is kept, or refused and kept apart.
    Kept(Box<Receipt>),
    /// It is of another study, and nothing of it is kept.
    OfOtherStudy(Box<Identity>),
}

/// How a transfer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferEnd {
    /// As the sender meant it.
    Whole,
    /// Before its time.
    Early,
}

/// An object that waits to be kept, with whoever waits for the answer.
#[derive(Debug)]
pub(crate) struct Waiting {
    arrival: Arrival,
    transfer: TransferRow,
    now: DateTime<Utc>,
    answer: oneshot::Sender<Receipt>,
}

impl Archive {
    /// Begins to receive from a sender, who is named by application entity title or kind of interface.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn begin_transfer(&self, sender: &str, now: DateTime<Utc>) -> Result<Transfer, ArchiveError> {
        self.store.refuse_without_room(0)?;
        let folder = self.store.work_folder()?;
        let row = TransferRow {
            id: CaseId::random()?,
            sender: readable(sender).trim().to_owned(),
            begun_us: now.timestamp_micros(),
        };
        Ok(Transfer { archive: self.clone(), row, folder, unplaced: Mutex::default() })
    }

    /// Whether an object is kept: one of this SOP class and SOP instance that a case needs.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn has_object(&self, class: &str, instance: &str) -> Result<bool, ArchiveError> {
        contents::has_object(self.store.index.pool(), class, instance).await
    }

    /// Whether objects are on their way into a case, so that what it holds is not yet all.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn is_arriving(&self, case: &CaseId) -> Result<bool, ArchiveError> {
        transfers::is_arriving(self.store.index.pool(), case).await
    }

    /// Keeps what waits, all in one: whoever gets the right to write takes along what others wait for, so that many senders share
    /// the waits for the disk.
    async fn keep(
        &self,
        arrival: Arrival,
        transfer: &TransferRow,
        now: DateTime<Utc>,
    ) -> Result<Receipt, ArchiveError> {
        let placing: Vec<_> = arrival.placing().into_iter().collect();
        let arriving = self.store.send(&placing).await?;
        let kept = self.keep_with_others(arrival, transfer, now).await;
        self.store.arrived(arriving, kept).await
    }

    async fn keep_with_others(
        &self,
        arrival: Arrival,
        transfer: &TransferRow,
        now: DateTime<Utc>,
    ) -> Result<Receipt, ArchiveError> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { arrival, transfer: transfer.clone(), now, answer };
        self.store.waiting().push(waiting);
        let writing = self.store.write().await?;
        let all = std::mem::take(&mut *self.store.waiting());
        if !all.is_empty() {
            self.keep_all(&writing, all).await?;
        }
        drop(writing);
        // Somebody else may have failed to keep it together with its own.
        let lost = |_| ArchiveError::File { doing: "keeping an object", kind: std::io::ErrorKind::Interrupted };
        answered.await.map_err(lost)
    }

    async fn keep_all(&self, writing: &Writing<'_>, all: Vec<Waiting>) -> Result<(), ArchiveError> {
        let store = &self.store;
        let placings = all.iter().filter_map(|waiting| waiting.arrival.placing()).collect();
        store.place(writing, placings).await?;
        let mut change = store.index.begin().await?;
        let mut answers = Vec::new();
        for waiting in all {
            let receipt = add(&mut change, &waiting).await?;
            answers.push((waiting.answer, receipt));
        }
        index::commit(change).await?;
        for (answer, receipt) in answers {
            // Who waited may have gone; it is kept all the same.
            let _ = answer.send(receipt);
        }
        Ok(())
    }
}

/// Why something is refused that a sender meant as an object; beyond what is wrong with its bytes.
fn fault(what: &What, stated: Option<&(String, String)>) -> Option<Refusal> {
    let refusal = |kind: &str, code: &str, reason: &str| {
        Some(Refusal { kind: kind.to_owned(), code: code.to_owned(), reason: reason.to_owned() })
    };
    match (what, stated) {
        (What::Foreign, _) => refusal("DICOM", "H47", "it is no DICOM object"),
        (What::Object(object), Some((class, instance)))
            if object.sop_class != *class || object.sop_instance != *instance =>
        {
            refusal(&object.kind, NOT_AS_STATED, "it is another object than its sender said")
        }
        _ => None,
    }
}

/// Adds an object to the case it belongs to.
async fn add(change: &mut Transaction<'static, Any>, waiting: &Waiting) -> Result<Receipt, ArchiveError> {
    let examined = waiting.arrival.examined();
    let (sha256, now) = (examined.sha256.clone(), waiting.now);
    let (object, refusal) = match &examined.what {
        What::Object(identity) => (Some((**identity).clone()), None),
        What::Refused(refusal) => (None, Some(refusal.clone())),
        // What is no object was made a refusal when it came in.
        What::Foreign => (None, None),
    };
    let (case, is_new_case) = case_for(change, object.as_ref(), waiting).await?;
    if let Some(identity) = &object {
        contents::add_object(change, (&sha256, examined.n_bytes), identity, now.timestamp_micros()).await?;
        if cases::add_object(change, &case, &sha256).await? {
            cases::forget_documents(change, &case).await?;
        }
        cases::count_left_aside(change, &case, (0, usize::from(identity.is_also_other))).await?;
    }
    if let Some(refusal) = &refusal {
        cases::add_refusal(change, &case, &sha256, refusal).await?;
        cases::forget_documents(change, &case).await?;
    }
    transfers::count(change, &waiting.transfer, &case).await?;
    Ok(Receipt { sha256, case, object, refusal, is_new_case })
}

/// The case of an object: that of its patient where there is exactly one, else one of its transfer, else a new one. What was refused and
/// whose patient has no case goes where its transfer goes, until the end of that tells more. Also whether the case is new.
async fn case_for(
    change: &mut Transaction<'static, Any>,
    object: Option<&Identity>,
    waiting: &Waiting,
) -> Result<(CaseId, bool), ArchiveError> {
    let own = transfers::cases(change, &waiting.transfer.id).await?;
    let Some(identity) = object else {
        let of_patient = case_of(change, waiting.arrival.examined().claimed.as_ref()).await?;
        return match of_patient.as_ref().or(own.first()) {
            Some(case) => Ok((case.clone(), false)),
            None => Ok((new_case(change, waiting).await?, true)),
        };
    };
    let claimed = identity.claimed();
    let of_patient = match &claimed {
        Some(patient) => cases::of_patient(change, patient).await?,
        None => cases::of_patient(change, &nameless(identity)).await?,
    };
    match of_patient.as_slice() {
        [one] if claimed.is_some() => Ok((one.clone(), false)),
        several => match several.iter().find(|case| own.contains(case)) {
            Some(case) => Ok((case.clone(), false)),
            None => Ok((new_case(change, waiting).await?, true)),
        },
    }
}

/// What objects without a Patient ID may share.
fn nameless(identity: &Identity) -> ClaimedPatient {
    let (issuer, birth_date) = (identity.issuer.clone(), identity.birth_date.clone());
    ClaimedPatient { patient_id: String::new(), issuer, birth_date }
}

async fn new_case(change: &mut Transaction<'static, Any>, waiting: &Waiting) -> Result<CaseId, ArchiveError> {
    let id = CaseId::random()?;
    let label = format!("From {}, {}", waiting.transfer.sender, waiting.now.format("%Y-%m-%d %H:%M UTC"));
    cases::add(change, &id, &label, waiting.now).await?;
    Ok(id)
}

impl Transfer {
    /// A folder for files on their way in, on the disk of the archive.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Takes one file in: examines it, keeps it, and answers when it is on disk and in the index. The file is gone then.
    ///
    /// # Errors
    /// When it cannot be examined or kept.
    /// `stated` is the SOP class and the SOP instance that the sender told of, where it did; an object that is another one is
    /// refused.
    pub async fn receive(
        &self,
        file: PathBuf,
        stated: Option<(&str, &str)>,
        now: DateTime<Utc>,
    ) -> Result<Receipt, ArchiveError> {
        let arrival = self.examine(&file, stated).await?;
        self.keep(arrival, file, now).await
    }

    /// Takes one file in as [`Self::receive`] does, unless it is an object of another study than it was said to be.
    ///
    /// # Errors
    /// When it cannot be examined or kept.
    pub async fn receive_of_study(
        &self,
        file: PathBuf,
        study: &str,
        now: DateTime<Utc>,
    ) -> Result<Received, ArchiveError> {
        let arrival = self.examine(&file, None).await?;
        if let What::Object(identity) = &arrival.examined().what
            && identity.study != study
        {
            let other = identity.clone();
            remove(file)?;
            return Ok(Received::OfOtherStudy(other));
        }
        Ok(Received::Kept(Box::new(self.keep(arrival, file, now).await?)))
    }

    async fn examine(
        &self,
        file: &std::path::Path,
        stated: Option<(&str, &str)>,
    ) -> Result<Arrival, ArchiveError> {
        self.archive.store.refuse_without_room(0)?;
        let (examiner, path) = (self.archive.examiner.clone(), file.to_owned());
        let stated = stated.map(|(class, instance)| (class.to_owned(), instance.to_owned()));
        blocking(move || {
            let mut examined = examiner.examine(&path)?;
            if let Some(refusal) = fault(&examined.what, stated.as_ref()) {
                if let What::Object(identity) = &examined.what {
                    examined.claimed = identity.claimed();
                }
                examined.what = What::Refused(refusal);
            }
            Arrival::new(path, examined)
        })
        .await
    }

    async fn keep(&self, arrival: Arrival, file: PathBuf, now: DateTime<Utc>) -> Result<Receipt, ArchiveError> {
        let claimed = arrival.examined().claimed.clone();
        let receipt = self.archive.keep(arrival, &self.row, now).await?;
        if let Some(refusal) = &receipt.refusal {
            let Receipt { sha256, case, is_new_case, .. } = receipt.clone();
            self.unplaced().push(Unplaced { sha256, refusal: refusal.clone(), claimed, case, is_new_case });
        }
        remove(file)?;
        Ok(receipt)
    }

    fn unplaced(&self) -> MutexGuard<'_, Vec<Unplaced>> {
        self.unplaced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the transfer and tells the cases that it came into. One that ends early is told of in each of them, until the same
    /// sender has sent again to the end.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub async fn end(&self, end: TransferEnd) -> Result<Vec<CaseId>, ArchiveError> {
        let store = &self.archive.store;
        let _writing = store.write().await?;
        let mut change = store.index.begin().await?;
        let unplaced = std::mem::take(&mut *self.unplaced());
        let touched = transfers::cases(&mut change, &self.row.id).await?;
        let touched = place_refusals(&mut change, unplaced, touched).await?;
        match end {
            TransferEnd::Whole => transfers::end_whole(&mut change, &self.row).await?,
            TransferEnd::Early => transfers::end_early(&mut change, &self.row).await?,
        }
        for case in &touched {
            cases::forget_documents(&mut change, case).await?;
        }
        index::commit(change).await?;
        let _ = std::fs::remove_dir_all(&self.folder);
        Ok(touched)
    }
}

fn remove(file: PathBuf) -> Result<(), ArchiveError> {
    std::fs::remove_file(file).map_err(ArchiveError::while_doing("keeping an object"))
}

impl crate::store::Store {
    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
