//! Storage Commitment, in both roles: whether objects are kept for good (PS3.4 J.3).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, VR};
use dicom_dictionary_std::tags;
use dicom_dictionary_std::uids::{STORAGE_COMMITMENT_PUSH_MODEL, STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE};
use dicom_object::InMemDicomObject;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::association::{Association, Received};
use crate::command::{Command, Operation, Request};
use crate::node::Shared;
use crate::reporting::Reporting;
use crate::requestor::{Proposal, conclude, response};
use crate::{Fault, NetworkError, Receiver, Reference, Remote, Requestor, Uid, identifier};

const COMMITTING: &str = "asking to keep objects for good";
/// The action that asks for a commitment.
const REQUEST_COMMITMENT: u16 = 1;
/// The event that tells that all is kept, and the one that tells that something is not.
const ALL_KEPT: u16 = 1;
const SOME_NOT_KEPT: u16 = 2;
/// More than any course has.
const MAX_REFERENCES: usize = 10_000;

const SUCCESS: u16 = 0x0000;
const PROCESSING_FAILURE: u16 = 0x0110;
const NO_SUCH_OBJECT: u16 = 0x0112;
const NO_SUCH_ACTION: u16 = 0x0123;
const RESOURCE_LIMITATION: u16 = 0x0213;

/// What another system says of the objects that it was asked to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitmentReport {
    /// The number of the request.
    pub transaction: Uid,
    /// What it keeps.
    pub kept: Vec<Reference>,
    /// What it does not keep.
    pub not_kept: Vec<Reference>,
}

/// Requests of ours that wait for their reports, which may come over an association of their own to our node.
#[derive(Clone, Debug, Default)]
pub struct Commitments(Arc<Mutex<BTreeMap<Uid, oneshot::Sender<CommitmentReport>>>>);

impl Commitments {
    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Uid, oneshot::Sender<CommitmentReport>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn expect(&self, transaction: &Uid) -> oneshot::Receiver<CommitmentReport> {
        let (sender, receiver) = oneshot::channel();
        self.waiting().insert(transaction.clone(), sender);
        receiver
    }

    fn forget(&self, transaction: &Uid) {
        self.waiting().remove(transaction);
    }

    /// Whether somebody waited for it.
    fn deliver(&self, report: CommitmentReport) -> bool {
        let waiting = self.waiting().remove(&report.transaction);
        waiting.is_some_and(|waiting| waiting.send(report).is_ok())
    }
}

impl CommitmentReport {
    fn read(bytes: &[u8], transfer_syntax: &str) -> Result<Self, Fault> {
        let object = identifier::read(bytes, transfer_syntax)?;
        Ok(Self {
            transaction: transaction(&object)?,
            kept: identifier::references(&object, tags::REFERENCED_SOP_SEQUENCE)?,
            not_kept: identifier::references(&object, tags::FAILED_SOP_SEQUENCE)?,
        })
    }

    fn object(&self) -> InMemDicomObject {
        let mut object = InMemDicomObject::new_empty();
        identifier::put(&mut object, tags::TRANSACTION_UID, VR::UI, self.transaction.as_str());
        put_references(&mut object, tags::REFERENCED_SOP_SEQUENCE, &self.kept, None);
        put_references(&mut object, tags::FAILED_SOP_SEQUENCE, &self.not_kept, Some(NO_SUCH_OBJECT));
        object
    }

    fn event(&self) -> u16 {
        if self.not_kept.is_empty() { ALL_KEPT } else { SOME_NOT_KEPT }
    }
}

fn transaction(object: &InMemDicomObject) -> Result<Uid, Fault> {
    identifier::uid(object, tags::TRANSACTION_UID).ok_or(Fault::Malformed("a commitment without its number"))
}

fn put_references(
    object: &mut InMemDicomObject,
    sequence: dicom_core::Tag,
    references: &[Reference],
    reason: Option<u16>,
) {
    if references.is_empty() {
        return;
    }
    let item = |reference: &Reference| {
        let mut item = InMemDicomObject::new_empty();
        identifier::put(&mut item, tags::REFERENCED_SOP_CLASS_UID, VR::UI, reference.class.as_str());
        identifier::put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, reference.instance.as_str());
        if let Some(reason) = reason {
            item.put(DataElement::new(tags::FAILURE_REASON, VR::US, dicom_core::PrimitiveValue::from(reason)));
        }
        item
    };
    let items: Vec<_> = references.iter().map(item).collect();
    object.put(DataElement::new(sequence, VR::SQ, DataSetSequence::from(items)));
}

/// Answers a request to keep objects, and reports: over the association at hand, or to where the peer wants its reports.
pub(crate) async fn answer_request<R: Receiver>(
    shared: &Shared<R>,
    association: &mut Association,
    address: IpAddr,
    context: u8,
    request: Request,
) -> Result<(), Fault> {
    let bytes = if request.has_data { association.data(context).await? } else { Vec::new() };
    let spoken = association.context(context).map_or(String::new(), |context| context.transfer_syntax.clone());
    let mut asked =
        if request.type_id == Some(REQUEST_COMMITMENT) { asked(&bytes, &spoken) } else { Err(NO_SUCH_ACTION) };
    let elsewhere = shared.configuration.peers.reports_to(association.peer(), address);
    let reporting = elsewhere.map(|remote| Reporting::begin(shared, remote));
    if matches!(reporting, Some(None)) {
        asked = asked.and(Err(RESOURCE_LIMITATION));
    }
    let status = asked.as_ref().map_or_else(|status| *status, |_| SUCCESS);
    association.answer(context, &request.answer(status)).await?;
    let Ok((transaction, references)) = asked else { return Ok(()) };
    let has = shared.receiver.has(&references).await;
    let mut report = CommitmentReport { transaction, kept: Vec::new(), not_kept: Vec::new() };
    for (at, reference) in references.into_iter().enumerate() {
        let is_kept = has.get(at).copied().unwrap_or(false);
        if is_kept { report.kept.push(reference) } else { report.not_kept.push(reference) }
    }
    match reporting.flatten() {
        None => send_report(association, context, &report).await,
        Some(reporting) => {
            // The peer may end this association at any time; the report has its own.
            tokio::spawn(reporting.run(report));
            Ok(())
        }
    }
}

/// The objects that somebody wants to be kept, or the status that says why not.
fn asked(bytes: &[u8], transfer_syntax: &str) -> Result<(Uid, Vec<Reference>), u16> {
    let object = identifier::read(bytes, transfer_syntax).map_err(|_| PROCESSING_FAILURE)?;
    let transaction = transaction(&object).map_err(|_| PROCESSING_FAILURE)?;
    let references = identifier::references(&object, tags::REFERENCED_SOP_SEQUENCE);
    let references = references.map_err(|_| PROCESSING_FAILURE)?;
    if references.len() > MAX_REFERENCES {
        return Err(RESOURCE_LIMITATION);
    }
    Ok((transaction, references))
}

async fn send_report(association: &mut Association, context: u8, report: &CommitmentReport) -> Result<(), Fault> {
    let spoken = association.context(context).map_or(String::new(), |context| context.transfer_syntax.clone());
    let data = identifier::write(&report.object(), &spoken)?;
    let id = association.next_id();
    let mut request = Request::new(Operation::EventReport, id, STORAGE_COMMITMENT_PUSH_MODEL);
    request.instance = Some(STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE.to_owned());
    request.type_id = Some(report.event());
    request.has_data = true;
    association.request(context, &request, &data).await
}

/// Takes a report to whoever waits for it.
pub(crate) async fn take_report(
    commitments: &Commitments,
    association: &mut Association,
    context: u8,
    request: &Request,
) -> Result<(), Fault> {
    let bytes = if request.has_data { association.data(context).await? } else { Vec::new() };
    let spoken = association.context(context).map_or(String::new(), |context| context.transfer_syntax.clone());
    let report = CommitmentReport::read(&bytes, &spoken);
    // A report that nobody waits for any more is taken all the same: it is true, only late.
    let status = if report.is_ok() { SUCCESS } else { PROCESSING_FAILURE };
    association.answer(context, &request.answer(status)).await?;
    if let Ok(report) = report {
        commitments.deliver(report);
    }
    Ok(())
}

impl Requestor {
    /// Asks a system to keep objects for good, and waits until it reports, over the same association or to the node whose
    /// commitments are given.
    ///
    /// # Errors
    /// When the system cannot be asked, answers with a failure, or does not report in time.
    pub async fn commit(
        &self,
        remote: &Remote,
        references: &[Reference],
        commitments: &Commitments,
    ) -> Result<CommitmentReport, NetworkError> {
        let transaction = Uid::random()?;
        let expected = commitments.expect(&transaction);
        let committed = self.ask_and_wait(remote, references, &transaction, commitments, expected).await;
        commitments.forget(&transaction);
        committed
    }

    async fn ask_and_wait(
        &self,
        remote: &Remote,
        references: &[Reference],
        transaction: &Uid,
        commitments: &Commitments,
        expected: oneshot::Receiver<CommitmentReport>,
    ) -> Result<CommitmentReport, NetworkError> {
        let proposals = [Proposal::of_messages(STORAGE_COMMITMENT_PUSH_MODEL)];
        let (mut association, context) = self.associate_for(remote, &proposals, "storage commitment").await?;
        let broken = Fault::while_doing(COMMITTING, &remote.ae_title);
        let status = match ask(&mut association, context, references, transaction).await {
            Ok(status) => status,
            Err(fault) => {
                association.abort(&fault).await;
                return Err(broken(fault));
            }
        };
        if status != SUCCESS {
            let _ = association.release().await;
            return Err(NetworkError::Failed { doing: COMMITTING, peer: remote.ae_title.clone(), status });
        }
        let reported = wait_for_report(&mut association, commitments, expected);
        let reported = timeout(self.limits.answer, reported).await;
        let reported = reported.unwrap_or(Err(Fault::TimedOut("reporting what it keeps")));
        let _ = association.release().await;
        reported.map_err(broken)
    }

    /// Reports what is kept over an association of its own, in which we are the provider although we begin.
    pub(crate) async fn report(&self, remote: &Remote, report: &CommitmentReport) -> Result<(), NetworkError> {
        let proposal = Proposal { provide: true, ..Proposal::of_messages(STORAGE_COMMITMENT_PUSH_MODEL) };
        let (mut association, context) = self.associate_for(remote, &[proposal], "storage commitment").await?;
        let reported = async {
            send_report(&mut association, context, report).await?;
            response(&mut association, 1).await
        };
        let reported = reported.await;
        let reported = conclude(association, reported).await;
        reported.map(|_| ()).map_err(Fault::while_doing("reporting what is kept", &remote.ae_title))
    }
}

async fn ask(
    association: &mut Association,
    context: u8,
    references: &[Reference],
    transaction: &Uid,
) -> Result<u16, Fault> {
    let spoken = association.context(context).map_or(String::new(), |context| context.transfer_syntax.clone());
    let mut object = InMemDicomObject::new_empty();
    identifier::put(&mut object, tags::TRANSACTION_UID, VR::UI, transaction.as_str());
    put_references(&mut object, tags::REFERENCED_SOP_SEQUENCE, references, None);
    let data = identifier::write(&object, &spoken)?;
    let mut request = Request::new(Operation::Action, association.next_id(), STORAGE_COMMITMENT_PUSH_MODEL);
    request.instance = Some(STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE.to_owned());
    request.type_id = Some(REQUEST_COMMITMENT);
    request.has_data = true;
    association.request(context, &request, &data).await?;
    let (context, response) = response(association, request.id).await?;
    if response.has_data {
        association.data(context).await?;
    }
    Ok(response.status)
}

/// The report, whichever way it comes.
async fn wait_for_report(
    association: &mut Association,
    commitments: &Commitments,
    mut expected: oneshot::Receiver<CommitmentReport>,
) -> Result<CommitmentReport, Fault> {
    tokio::select! {
        report = &mut expected => report.map_err(|_| Fault::Closed),
        ended = listen(association, commitments) => match ended {
            // The peer released or left: the report comes to the node.
            Ok(()) | Err(Fault::Closed | Fault::Aborted) => expected.await.map_err(|_| Fault::Closed),
            Err(fault) => Err(fault),
        },
    }
}

/// Takes reports over the association on which we asked, until the peer ends it.
async fn listen(association: &mut Association, commitments: &Commitments) -> Result<(), Fault> {
    loop {
        let wait = association.limits().answer;
        match association.receive(wait, "reporting what it keeps").await? {
            Received::Command(context, Command::Request(request))
                if request.operation == Operation::EventReport =>
            {
                take_report(commitments, association, context, &request).await?;
            }
            Received::Command(..) => return Err(Fault::Malformed("neither a report nor a release")),
            Received::ReleaseRequest => return Ok(()),
        }
    }
}
