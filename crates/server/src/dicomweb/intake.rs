//! The objects of one request, taken in while they arrive.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use archive::{ArchiveError, Receipt, Received, Scope, Transfer, TransferEnd};
use axum::body::Body;
use dicomweb::OBJECT;
use dicomweb::multipart::{Boundary, Limits, MultipartError, PartHeaders, Piece, Reader};
use dicomweb::service::{FailedObject, KeptObject, StoreOutcome, reason};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_stream::StreamExt;

use crate::access::Person;
use crate::clock;
use crate::problem::Problem;
use crate::state::Workbench;

/// How long nothing may come.
const PATIENCE: Duration = Duration::from_secs(60);
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

/// What became of an object.
type Became = Result<KeptObject, FailedObject>;

/// The part that arrives.
enum Part {
    /// None.
    Between,
    /// An object, which goes to a file.
    File(PathBuf, BufWriter<File>),
    /// Something that is not taken, and passed over.
    Skipped,
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
    receiving: JoinSet<(usize, Became)>,
    became: BTreeMap<usize, Became>,
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
        let (receiving, became) = (JoinSet::new(), BTreeMap::new());
        Ok(Self { workbench, person, study, transfer, part: Part::Between, n_parts: 0, receiving, became })
    }

    /// Takes everything in, ends the transfer, and has the cases looked at.
    ///
    /// # Errors
    /// When the end cannot be written down.
    pub(super) async fn take_in(mut self, body: Body, boundary: &Boundary) -> Result<Taken, Problem> {
        let fault = self.receive(body, boundary).await.err();
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
            let late = |_| Fault {
                status: 408,
                message: "nothing came for a minute, so the request was ended".to_owned(),
            };
            match timeout(PATIENCE, stream.next()).await.map_err(late)? {
                None => return reader.finish().map_err(Fault::from),
                // Who hangs up has sent no closing boundary.
                Some(Err(_)) => return reader.finish().map_err(Fault::from),
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

    async fn take(&mut self, piece: Piece) {
        let outcome = match piece {
            Piece::Begin(headers) => self.begin_part(&headers).await,
            Piece::Bytes(bytes) => match &mut self.part {
                Part::File(_, file) => file.write_all(&bytes).await.map_err(|error| failed_by(&of_disk(&error))),
                Part::Between | Part::Skipped => Ok(()),
            },
            Piece::End => self.end_part().await,
        };
        if let Err(failed) = outcome {
            self.part = Part::Skipped;
            self.became.insert(self.n_parts, Err(failed));
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
        self.part = Part::File(path, BufWriter::with_capacity(BUFFER, file));
        Ok(())
    }

    async fn end_part(&mut self) -> Result<(), FailedObject> {
        let Part::File(path, mut file) = std::mem::replace(&mut self.part, Part::Between) else { return Ok(()) };
        file.shutdown().await.map_err(|error| failed_by(&of_disk(&error)))?;
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
                let place = usize::MAX - self.receiving.len();
                self.became.insert(place, Err(failed(reason::PROCESSING, "receiving an object was broken off")));
                true
            }
        }
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
            Some(study) => self.transfer.receive_of_study(path, study, now).await,
            None => self.transfer.receive(path, None, now).await.map(|receipt| Received::Kept(Box::new(receipt))),
        };
        match received {
            Err(error) => Err(failed_by(&error)),
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

fn failed(reason: u16, comment: &str) -> FailedObject {
    FailedObject { class: None, instance: None, reason, comment: comment.to_owned() }
}

fn failed_by(error: &ArchiveError) -> FailedObject {
    let reason = if matches!(error, ArchiveError::Full) { reason::FULL } else { reason::PROCESSING };
    failed(reason, &error.to_string())
}

fn of_disk(error: &std::io::Error) -> ArchiveError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ArchiveError::Full,
        kind => ArchiveError::File { doing: "receiving an object", kind },
    }
}
