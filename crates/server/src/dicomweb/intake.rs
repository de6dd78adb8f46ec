//! The objects of one request, taken in while they arrive.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use archive::{Archive, ArchiveError, Receipt, Received, Scope, Transfer, TransferEnd};
use axum::body::Body;
use dicomweb::OBJECT;
use dicomweb::multipart::{Boundary, Limits, MultipartError, PartHeaders, Piece, Reader};
use dicomweb::service::{FailedObject, KeptObject, StoreOutcome, reason};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tokio_stream::StreamExt;

use crate::access::Person;
use crate::clock;
use crate::problem::Problem;
use crate::state::Workbench;

/// How much room there is, is asked after so many bytes.
const LOOK_FOR_ROOM_EVERY: u64 = 16 << 20;
/// Objects of a request that are examined and brought to disk while further ones arrive.
const AT_ONCE: usize = 8;
const BUFFER: usize = 256 << 10;
/// Contents under one UID that are looked at to see whether there are others.
const TWINS: u32 = 64;

/// What was taken in.
pub(super) struct Taken {
    /// What became of each object.
    pub(super) outcome: StoreOutcome,
    /// Why the request did not come whole.
    pub(super) fault: Option<Fault>,
}

/// Why a request did not come whole.
pub(super) struct Fault {
    pub(super) status: u16,
    pub(super) message: String,
}

/// How long a sender may take.
#[derive(Clone, Copy, Debug)]
struct Times {
    /// While nothing comes.
    idle: Duration,
    /// For one object.
    object: Duration,
    /// For all of a request.
    whole: Duration,
}

impl Default for Times {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        Self { idle: minutes(1), object: minutes(30), whole: minutes(6 * 60) }
    }
}

/// What became of an object.
type Became = Result<KeptObject, FailedObject>;

/// The part that arrives.
enum Part {
    /// None.
    Between,
    /// An object, which goes to a file.
    File(Box<Arriving>),
    /// Something that is not taken, and passed over.
    Skipped,
}

/// An object on its way to a file.
struct Arriving {
    path: PathBuf,
    file: BufWriter<File>,
    begun: Instant,
    n_bytes: u64,
    /// After how many bytes is asked for room again.
    next_look: u64,
}

/// The objects of one request.
pub(super) struct Intake<'a> {
    workbench: &'a Workbench,
    person: &'a Person,
    /// Of which all objects must be.
    study: Option<String>,
    transfer: Arc<Transfer>,
    part: Part,
    n_parts: usize,
    times: Times,
    begun: Instant,
    has_room: fn(&Archive) -> bool,
    receiving: JoinSet<(usize, Became)>,
    became: BTreeMap<usize, Became>,
    n_broken_off: usize,
}

impl<'a> Intake<'a> {
    /// Before the first object.
    ///
    /// # Errors
    /// When nothing can be taken in now.
    pub(super) fn begin(
        workbench: &'a Workbench,
        person: &'a Person,
        study: Option<String>,
    ) -> Result<Self, Problem> {
        let sender = format!("DICOMweb {}", person.actor());
        let transfer = Arc::new(workbench.archive.begin_transfer(&sender, clock::now())?);
        Ok(Self {
            workbench,
            person,
            study,
            transfer,
            part: Part::Between,
            n_parts: 0,
            times: Times::default(),
            begun: Instant::now(),
            has_room: Archive::has_room,
            receiving: JoinSet::new(),
            became: BTreeMap::new(),
            n_broken_off: 0,
        })
    }

    /// Takes everything in, ends the transfer, and has the cases looked at.
    ///
    /// # Errors
    /// When the end cannot be written down.
    pub(super) async fn take_in(mut self, body: Body, boundary: &Boundary) -> Result<Taken, Problem> {
        let fault = self.receive(body, boundary).await.err();
        self.give_part_up(Part::Between).await;
        while self.finish_one().await {}
        let end = if fault.is_some() { TransferEnd::Early } else { TransferEnd::Whole };
        // Nobody else holds it once all objects are received.
        let transfer = Arc::into_inner(self.transfer);
        let transfer =
            transfer.ok_or_else(|| Problem::internal("storing objects", "an object is still on its way"))?;
        let touched = transfer.end(end).await?;
        let (workbench, sender) = (self.workbench.clone(), self.person.actor().to_owned());
        tokio::spawn(async move { workbench.look_at_transferred(&touched, &sender).await });
        let mut outcome = StoreOutcome::default();
        for became in self.became.into_values() {
            match became {
                Ok(kept) => outcome.kept.push(kept),
                Err(failed) => outcome.failed.push(failed),
            }
        }
        Ok(Taken { outcome, fault })
    }

    async fn receive(&mut self, body: Body, boundary: &Boundary) -> Result<(), Fault> {
        let mut reader = Reader::new(boundary, Limits::default());
        let mut stream = body.into_data_stream();
        loop {
            let (until, why) = self.deadline();
            let late = |_| Fault { status: 408, message: format!("{why}, so the request was ended") };
            match timeout_at(until, stream.next()).await.map_err(late)? {
                None => return reader.finish().map_err(Fault::from),
                Some(Err(_)) => {
                    reader.finish()?;
                    // Who sends less than was said may have meant more than stands before the closing boundary.
                    let message = "the body ended before the length that it was said to have".to_owned();
                    return Err(Fault { status: 400, message });
                }
                Some(Ok(bytes)) => {
                    let mut found = Vec::new();
                    let outcome = reader.push(&bytes, &mut found);
                    for piece in found {
                        self.take(piece).await;
                    }
                    outcome?;
                }
            }
        }
    }

    /// Until when something must have come, and what is told where nothing has.
    fn deadline(&self) -> (Instant, &'static str) {
        let idle = (Instant::now() + self.times.idle, "nothing came for a minute");
        let whole = (self.begun + self.times.whole, "it took longer than one request may");
        let object = match &self.part {
            Part::File(arriving) => {
                Some((arriving.begun + self.times.object, "an object took longer than it may"))
            }
            Part::Between | Part::Skipped => None,
        };
        let sooner = if whole.0 < idle.0 { whole } else { idle };
        object.filter(|object| object.0 < sooner.0).unwrap_or(sooner)
    }

    async fn take(&mut self, piece: Piece) {
        let outcome = match piece {
            Piece::Begin(headers) => self.begin_part(&headers).await,
            Piece::Bytes(bytes) => match &mut self.part {
                Part::File(arriving) => {
                    let (archive, has_room) = (&self.workbench.archive, self.has_room);
                    arriving.write(&bytes, || has_room(archive)).await.map_err(|error| failed_by(&error))
                }
                Part::Between | Part::Skipped => Ok(()),
            },
            Piece::End => self.end_part().await,
        };
        if let Err(failed) = outcome {
            // The rest is read and thrown away, so that the sender gets its answer.
            self.give_part_up(Part::Skipped).await;
            self.became.insert(self.n_parts, Err(failed));
        }
    }

    /// Removes what has come of a part that will not be kept.
    async fn give_part_up(&mut self, next: Part) {
        if let Part::File(arriving) = std::mem::replace(&mut self.part, next) {
            drop(arriving.file);
            remove(&arriving.path).await;
        }
    }

    async fn begin_part(&mut self, headers: &PartHeaders) -> Result<(), FailedObject> {
        self.n_parts += 1;
        if headers.content_type.as_ref().is_some_and(|kind| kind.essence != OBJECT) {
            return Err(failed(reason::NOT_UNDERSTOOD, "the part is not application/dicom"));
        }
        // What a sender calls an object names no file.
        let path = self.transfer.folder().join(self.n_parts.to_string());
        let file = File::create_new(&path).await.map_err(|error| failed_by(&of_disk(&error)))?;
        let file = BufWriter::with_capacity(BUFFER, file);
        let arriving = Arriving { path, file, begun: Instant::now(), n_bytes: 0, next_look: 0 };
        self.part = Part::File(Box::new(arriving));
        Ok(())
    }

    async fn end_part(&mut self) -> Result<(), FailedObject> {
        if let Part::File(arriving) = &mut self.part {
            arriving.file.shutdown().await.map_err(|error| failed_by(&of_disk(&error)))?;
        }
        let part = std::mem::replace(&mut self.part, Part::Between);
        let Part::File(arriving) = part else { return Ok(()) };
        let Arriving { path, file, .. } = *arriving;
        drop(file);
        if self.receiving.len() >= AT_ONCE {
            self.finish_one().await;
        }
        let receiving = Receiving {
            workbench: self.workbench.clone(),
            person: self.person.clone(),
            study: self.study.clone(),
            transfer: self.transfer.clone(),
        };
        let number = self.n_parts;
        self.receiving.spawn(async move { (number, receiving.receive(path).await) });
        Ok(())
    }

    /// Waits for one of the objects that are being received; whether there was one.
    async fn finish_one(&mut self) -> bool {
        match self.receiving.join_next().await {
            None => false,
            Some(Ok((number, became))) => {
                self.became.insert(number, became);
                true
            }
            Some(Err(_)) => {
                // Numbers of parts are smaller, so that it takes the place of none.
                self.n_broken_off += 1;
                let place = usize::MAX - self.n_broken_off;
                self.became.insert(place, Err(failed(reason::PROCESSING, "receiving an object was broken off")));
                true
            }
        }
    }
}

impl Arriving {
    async fn write(&mut self, bytes: &[u8], has_room: impl FnOnce() -> bool) -> Result<(), ArchiveError> {
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes >= self.next_look {
            if !has_room() {
                return Err(ArchiveError::Full);
            }
            self.next_look = self.n_bytes + LOOK_FOR_ROOM_EVERY;
        }
        self.file.write_all(bytes).await.map_err(|error| of_disk(&error))
    }
}

/// What one object is received with, beside others.
struct Receiving {
    workbench: Workbench,
    person: Person,
    study: Option<String>,
    transfer: Arc<Transfer>,
}

impl Receiving {
    /// Has an object examined and kept: on disk and in the index when this returns.
    async fn receive(self, path: PathBuf) -> Became {
        let now = clock::now();
        let received = match &self.study {
            Some(study) => self.transfer.receive_of_study(path.clone(), study, now).await,
            None => {
                let received = self.transfer.receive(path.clone(), None, now).await;
                received.map(|receipt| Received::Kept(Box::new(receipt)))
            }
        };
        match received {
            Err(error) => {
                remove(&path).await;
                Err(failed_by(&error))
            }
            Ok(Received::OfOtherStudy(identity)) => Err(FailedObject {
                class: Some(identity.sop_class),
                instance: Some(identity.sop_instance),
                ..failed(reason::OTHER_STUDY, "it is of another study than the address says")
            }),
            Ok(Received::Kept(receipt)) => self.kept(*receipt).await,
        }
    }

    async fn kept(&self, receipt: Receipt) -> Became {
        if let Some(account) = self.person.account()
            && receipt.is_new_case
        {
            // Who brings a case may see it. Whoever adds to one that is here may not see it by that.
            let granted = self.workbench.archive.grant(&account.name, &receipt.case, true).await;
            granted.map_err(|error| failed_by(&error))?;
        }
        if let Some(refusal) = receipt.refusal {
            return Err(failed(reason::NOT_UNDERSTOOD, &format!("{} {}", refusal.code, refusal.reason)));
        }
        let identity = receipt.object.ok_or_else(|| failed(reason::NOT_UNDERSTOOD, "it is no DICOM object"))?;
        let scope = Scope { instance: Some(identity.sop_instance.clone()), ..Scope::default() };
        // What other cases hold is not told to who may not see them.
        let own = BTreeSet::from([receipt.case.clone()]);
        let under_its_uid = self.workbench.archive.indexed_instances(&scope, Some(&own), TWINS).await;
        let under_its_uid = under_its_uid.map_err(|error| failed_by(&error))?;
        let has_twin = under_its_uid.is_none_or(|all| all.iter().any(|other| other.sha256 != receipt.sha256));
        Ok(KeptObject {
            class: identity.sop_class,
            instance: identity.sop_instance,
            study: identity.study,
            series: identity.series,
            has_twin,
        })
    }
}

impl From<MultipartError> for Fault {
    fn from(error: MultipartError) -> Self {
        let status = if matches!(error, MultipartError::TooMuch { .. }) { 413 } else { 400 };
        Self { status, message: error.to_string() }
    }
}

/// Removes a file that is not kept.
async fn remove(path: &Path) {
    // What cannot be removed now goes with its folder when the request ends.
    let _ = tokio::fs::remove_file(path).await;
}

fn failed(reason: u16, comment: &str) -> FailedObject {
    FailedObject { class: None, instance: None, reason, comment: comment.to_owned() }
}

fn failed_by(error: &ArchiveError) -> FailedObject {
    let reason = if matches!(error, ArchiveError::Full | ArchiveError::ObjectStore { .. }) {
        reason::FULL
    } else {
        reason::PROCESSING
    };
    failed(reason, &error.to_string())
}

fn of_disk(error: &std::io::Error) -> ArchiveError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ArchiveError::Full,
        kind => ArchiveError::File { doing: "receiving an object", kind },
    }
}

#[cfg(test)]
#[path = "intake_tests.rs"]
mod tests;
