//! C-GET and C-MOVE: have another system send us what it has.

use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::tags;
use dicom_dictionary_std::uids::{
    STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_GET, STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_MOVE,
};
use dicom_object::InMemDicomObject;

use crate::association::{Association, Received};
use crate::command::{Command, Operation, Request, Response};
use crate::receive::{Sink, receive_object};
use crate::requestor::{Proposal, conclude, response_within};
use crate::serve::Tally;
use crate::service::{self, COMPRESSED, PLAIN};
use crate::{AeTitle, Fault, HowEnded, NetworkError, Receiver, Remote, Requestor, Uid, identifier};

const RETRIEVING: &str = "retrieving";

/// What is to be retrieved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// All of a study.
    Study(Uid),
    /// One of its series.
    Series {
        /// Study Instance UID.
        study: Uid,
        /// Series Instance UID.
        series: Uid,
    },
    /// One object.
    Instance {
        /// Study Instance UID.
        study: Uid,
        /// Series Instance UID.
        series: Uid,
        /// SOP Instance UID.
        instance: Uid,
    },
}

/// How many objects the other system sent, and how many it could not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubOperations {
    /// Not tried.
    pub n_remaining: u32,
    /// Sent and taken.
    pub n_completed: u32,
    /// Not sent, or not taken.
    pub n_failed: u32,
    /// Taken with a warning.
    pub n_warnings: u32,
}

impl Subject {
    fn identifier(&self) -> InMemDicomObject {
        let (level, study, series, instance) = match self {
            Self::Study(study) => ("STUDY", study, None, None),
            Self::Series { study, series } => ("SERIES", study, Some(series), None),
            Self::Instance { study, series, instance } => ("IMAGE", study, Some(series), Some(instance)),
        };
        let mut object = InMemDicomObject::new_empty();
        identifier::put(&mut object, tags::QUERY_RETRIEVE_LEVEL, VR::CS, level);
        identifier::put(&mut object, tags::STUDY_INSTANCE_UID, VR::UI, study.as_str());
        for (tag, uid) in [(tags::SERIES_INSTANCE_UID, series), (tags::SOP_INSTANCE_UID, instance)] {
            if let Some(uid) = uid {
                identifier::put(&mut object, tag, VR::UI, uid.as_str());
            }
        }
        object
    }
}

impl Requestor {
    /// Has a system send objects over the association on which we ask. They go to the receiver, through files in a folder.
    ///
    /// # Errors
    /// When the system cannot be asked, answers with a failure, or could not send all of it: what came is kept then, and the
    /// error says how much did not.
    pub async fn get<R: Receiver>(
        &self,
        remote: &Remote,
        subject: &Subject,
        receiver: &R,
        folder: &Path,
    ) -> Result<SubOperations, NetworkError> {
        let (mut association, context) = self.associate_for(remote, &get_proposals(), "C-GET").await?;
        let mut tally = Tally::new(receiver, &association, None);
        let asked = ask(&mut association, context, subject, Operation::Get, None).await;
        let got = match asked {
            Ok(id) => take(&mut association, id, &mut tally, receiver, folder).await,
            Err(fault) => Err(fault),
        };
        let mut got = conclude(association, got).await;
        match &mut got {
            Ok(response) => {
                tally.end.how = HowEnded::Released;
                // The counts are optional; what we took we know ourselves.
                response.counts.n_completed = response.counts.n_completed.max(tally.end.n_stored as u32);
                response.counts.n_failed = response.counts.n_failed.max(tally.end.n_refused as u32);
            }
            Err(fault) => tally.ended_with(fault),
        }
        drop(tally);
        outcome(remote, &got.map_err(Fault::while_doing(RETRIEVING, &remote.ae_title))?)
    }

    /// Has a system send objects to a node, usually our own, which must be running and known to that system.
    ///
    /// # Errors
    /// When the system cannot be asked, answers with a failure, or could not send all of it; the error says how much.
    pub async fn move_to(
        &self,
        remote: &Remote,
        subject: &Subject,
        destination: &AeTitle,
    ) -> Result<SubOperations, NetworkError> {
        let proposals = [Proposal::of_messages(STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_MOVE)];
        let (mut association, context) = self.associate_for(remote, &proposals, "C-MOVE").await?;
        let asked = ask(&mut association, context, subject, Operation::Move, Some(destination)).await;
        let moved = match asked {
            Ok(id) => wait(&mut association, id).await,
            Err(fault) => Err(fault),
        };
        let moved = conclude(association, moved).await;
        outcome(remote, &moved.map_err(Fault::while_doing(RETRIEVING, &remote.ae_title))?)
    }
}

/// The query, and every class with the encodings that we read. Compressed ones have contexts of their own: a system that
/// cannot decompress must not have to choose between them and none.
fn get_proposals() -> Vec<Proposal> {
    let mut proposals = vec![Proposal::of_messages(STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_GET)];
    for class in service::storage_classes() {
        let mut encodings = vec![&PLAIN[..]];
        if service::is_image(class) {
            // One context each would be more than the 128 that there can be.
            encodings.extend([&COMPRESSED[..3], &COMPRESSED[3..]]);
        }
        for encodings in encodings {
            proposals.push(Proposal { provide: true, ..Proposal::new(class, encodings) });
        }
    }
    proposals
}

/// Asks for a subject; answers follow under the number that is returned.
async fn ask(
    association: &mut Association,
    context: u8,
    subject: &Subject,
    operation: Operation,
    destination: Option<&AeTitle>,
) -> Result<u16, Fault> {
    let Some(spoken) = association.context(context).cloned() else {
        return Err(Fault::Malformed("a context that was not agreed"));
    };
    let data = identifier::write(&subject.identifier(), &spoken.transfer_syntax)?;
    let mut request = Request::new(operation, association.next_id(), &spoken.abstract_syntax);
    request.has_data = true;
    request.destination = destination.cloned();
    association.request(context, &request, &data).await?;
    Ok(request.id)
}

/// Waits for the last answer to a C-MOVE.
async fn wait(association: &mut Association, id: u16) -> Result<Response, Fault> {
    loop {
        let wait = association.limits().retrieval;
        let (context, response) = response_within(association, id, wait).await?;
        if response.has_data {
            association.data(context).await?;
        }
        if !response.is_pending() {
            return Ok(response);
        }
    }
}

/// Takes objects until the last answer to a C-GET.
async fn take<R: Receiver>(
    association: &mut Association,
    id: u16,
    tally: &mut Tally<'_, R>,
    receiver: &R,
    folder: &Path,
) -> Result<Response, Fault> {
    let sink = Sink { receiver, folder, number: tally.end.number };
    loop {
        let wait = association.limits().answer;
        match association.receive(wait, "answering").await? {
            Received::Command(context, Command::Request(request)) if request.operation == Operation::Store => {
                let status = receive_object(association, context, &request, &sink).await?;
                tally.count(status);
            }
            Received::Command(context, Command::Response(response)) if response.id == id => {
                if response.has_data {
                    association.data(context).await?;
                }
                if !response.is_pending() {
                    return Ok(response);
                }
            }
            _ => return Err(Fault::Malformed("neither an object nor an answer")),
        }
    }
}

/// Success only when nothing is missing.
fn outcome(remote: &Remote, response: &Response) -> Result<SubOperations, NetworkError> {
    let (peer, counts, status) = (remote.ae_title.clone(), response.counts, response.status);
    let is_whole = counts.n_failed == 0 && counts.n_remaining == 0;
    match status {
        0 if is_whole => Ok(counts),
        0 | 0xB000 => Err(NetworkError::PartlyRetrieved { peer, counts, status }),
        _ if counts.n_completed + counts.n_failed > 0 => {
            Err(NetworkError::PartlyRetrieved { peer, counts, status })
        }
        _ => Err(NetworkError::Failed { doing: RETRIEVING, peer, status }),
    }
}
