//! C-STORE as the one who sends.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::association::Association;
use crate::command::{Operation, Request};
use crate::file_meta::Outgoing;
use crate::requestor::{Proposal, response};
use crate::{Fault, NetworkError, Reference, Remote, Requestor, Uid};

/// The most presentation contexts of one association.
const MAX_CONTEXTS: usize = 128;

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the file holds; nothing when it does not say.
    pub object: Option<Reference>,
    /// What became of it.
    pub outcome: SendOutcome,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The other system took it.
    Stored,
    /// It took it and warns: it may have changed something.
    StoredWithWarning(u16),
    /// It did not take it.
    Refused(u16),
    /// It takes no objects of this class in this encoding.
    NotOffered,
    /// The file is no DICOM file.
    Unreadable,
    /// The association broke off while it was sent: whether it was taken is not known.
    BrokenOff(Fault),
    /// The association had broken off before.
    NotSent,
}

type Kind = (Uid, Uid);

impl Requestor {
    /// Sends files as they are, in their order, and tells what became of each.
    ///
    /// # Errors
    /// When there is no association at all. What happens later is told file by file.
    pub async fn send(&self, remote: &Remote, files: &[PathBuf]) -> Result<Vec<Sent>, NetworkError> {
        let mut outgoing = Vec::with_capacity(files.len());
        for file in files {
            outgoing.push(Outgoing::read(file).await.ok().filter(|file| file.n_bytes > 0));
        }
        let kind = |file: &Outgoing| (file.object.class.clone(), file.transfer_syntax.clone());
        let kinds: BTreeSet<Kind> = outgoing.iter().flatten().map(kind).collect();
        let kinds: Vec<Kind> = kinds.into_iter().collect();
        let mut sent: Vec<Sent> = outgoing.iter().map(Sent::not_yet).collect();
        for some in kinds.chunks(MAX_CONTEXTS) {
            let proposals: Vec<_> =
                some.iter().map(|(class, syntax)| Proposal::new(class.as_str(), &[syntax.as_str()])).collect();
            let mut association = match self.associate(remote, &proposals).await {
                Ok(association) => association,
                // Files of the kinds before were sent; the rest is told as not sent.
                Err(error) if sent.iter().all(Sent::is_untried) => return Err(error),
                Err(_) => break,
            };
            let mut broken = None;
            for (at, file) in outgoing.iter().enumerate() {
                let Some(file) = file.as_ref().filter(|file| some.contains(&kind(file))) else { continue };
                let outcome = send_file(&mut association, file, &files[at]).await;
                if let SendOutcome::BrokenOff(fault) = &outcome {
                    broken = Some(fault.clone());
                }
                sent[at].outcome = outcome;
                if broken.is_some() {
                    break;
                }
            }
            match broken {
                None => drop(association.release().await),
                Some(fault) => {
                    association.abort(&fault).await;
                    break;
                }
            }
        }
        Ok(sent)
    }
}

impl Sent {
    fn not_yet(file: &Option<Outgoing>) -> Self {
        match file {
            Some(file) => Self { object: Some(file.object.clone()), outcome: SendOutcome::NotSent },
            None => Self { object: None, outcome: SendOutcome::Unreadable },
        }
    }

    fn is_untried(&self) -> bool {
        matches!(self.outcome, SendOutcome::NotSent | SendOutcome::Unreadable)
    }
}

async fn send_file(association: &mut Association, file: &Outgoing, path: &std::path::Path) -> SendOutcome {
    let (class, syntax) = (file.object.class.as_str(), file.transfer_syntax.as_str());
    let Some(context) = association.context_for(class, Some(syntax)) else { return SendOutcome::NotOffered };
    let Ok(mut content) = file.open(path).await else { return SendOutcome::Unreadable };
    let mut request = Request::new(Operation::Store, association.next_id(), class);
    request.instance = Some(file.object.instance.to_string());
    request.has_data = true;
    let exchanged = async {
        association.request_with_file(context, &request, &mut content, file.n_bytes).await?;
        response(association, request.id).await
    };
    match exchanged.await {
        Ok((_, answer)) => match answer.status {
            0 => SendOutcome::Stored,
            status @ (0x0001 | 0x0107 | 0x0116 | 0xB000..=0xBFFF) => SendOutcome::StoredWithWarning(status),
            status => SendOutcome::Refused(status),
        },
        Err(fault) => SendOutcome::BrokenOff(fault),
    }
}
