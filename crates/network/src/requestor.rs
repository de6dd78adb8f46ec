//! Our side as the one who asks: an association with another system for each service.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use dicom_ul::pdu::{AssociationRQ, Pdu, PresentationContextProposed, RequestorRoles};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

use crate::acceptance::Acceptance;
use crate::association::{Agreed, Association, Context, Received};
use crate::command::{Command, Response};
use crate::negotiation::user_variables;
use crate::service::{self, APPLICATION_CONTEXT};
use crate::transport::{Stream, Transport, kind};
use crate::{AeTitle, ClientTls, Fault, Limits, NetworkError};

const ANSWERING: &str = "answering the request for an association";

/// Another system.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Its title.
    pub ae_title: AeTitle,
    /// Its name in the network, or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Encryption, where it is spoken.
    pub tls: Option<ClientTls>,
}

/// Who asks other systems, with what it allows them.
#[derive(Clone, Debug)]
pub struct Requestor {
    /// Our title.
    pub ae_title: AeTitle,
    /// How long is waited, and how much is taken.
    pub limits: Limits,
}

/// A service that we want, in the encodings that we know.
pub(crate) struct Proposal {
    pub(crate) abstract_syntax: String,
    pub(crate) transfer_syntaxes: Vec<String>,
    /// Whether we want to be the provider although we ask.
    pub(crate) provide: bool,
}

impl Proposal {
    /// A service whose data sets are queries and answers.
    pub(crate) fn of_messages(abstract_syntax: &str) -> Self {
        Self::new(abstract_syntax, &service::MESSAGES)
    }

    pub(crate) fn new(abstract_syntax: &str, transfer_syntaxes: &[&str]) -> Self {
        Self {
            abstract_syntax: abstract_syntax.to_owned(),
            transfer_syntaxes: transfer_syntaxes.iter().map(|&syntax| syntax.to_owned()).collect(),
            provide: false,
        }
    }
}

/// What a peer says to a request for an association.
enum Answer {
    Accepted(Acceptance),
    /// With the reason in the words of the standard.
    Refused(String),
}

impl Answer {
    fn read(transport: &Transport, kind: u8) -> Result<Self, Fault> {
        let unreadable = Fault::Malformed("no answer to a request for an association");
        match kind {
            kind::ASSOCIATE_ACCEPT => Acceptance::read(&transport.body).map(Self::Accepted).ok_or(unreadable),
            kind::ASSOCIATE_REJECT => match transport.decoded(kind)? {
                Pdu::AssociationRJ(refusal) => Ok(Self::Refused(refusal.source.to_string())),
                _ => Err(unreadable),
            },
            kind::ABORT => Err(Fault::Aborted),
            _ => Err(unreadable),
        }
    }
}

impl Requestor {
    /// Who asks, with the default limits.
    pub fn new(ae_title: AeTitle) -> Self {
        Self { ae_title, limits: Limits::default() }
    }

    /// An association for one service, with the context in which it is spoken.
    pub(crate) async fn associate_for(
        &self,
        remote: &Remote,
        proposals: &[Proposal],
        service: &'static str,
    ) -> Result<(Association, u8), NetworkError> {
        let association = self.associate(remote, proposals).await?;
        let wanted = proposals.first().map_or("", |first| &first.abstract_syntax);
        match association.context_for(wanted, None) {
            Some(context) => Ok((association, context)),
            None => {
                association.give_up().await;
                Err(NetworkError::NotOffered { peer: remote.ae_title.clone(), service })
            }
        }
    }

    /// An association with whatever the peer accepts of what is proposed.
    pub(crate) async fn associate(
        &self,
        remote: &Remote,
        proposals: &[Proposal],
    ) -> Result<Association, NetworkError> {
        let peer = &remote.ae_title;
        let cannot_connect = |fault| NetworkError::Connect { peer: peer.clone(), fault };
        let connected = timeout(self.limits.negotiation, connect(remote)).await;
        let stream = connected.unwrap_or(Err(Fault::TimedOut("connecting"))).map_err(cannot_connect)?;
        let mut transport = Transport::new(stream, &self.limits);
        let request = Pdu::AssociationRQ(self.request(remote, proposals));
        match self.ask(&mut transport, &request).await {
            Ok(Answer::Accepted(acceptance)) => {
                let contexts = accepted(&acceptance, proposals);
                let agreed = Agreed { peer: peer.clone(), contexts, max_pdu: acceptance.max_pdu };
                Ok(Association::new(transport, agreed, self.limits.clone()))
            }
            Ok(Answer::Refused(reason)) => {
                transport.close().await;
                Err(NetworkError::Rejected { peer: peer.clone(), reason })
            }
            Err(fault) => {
                transport.abort(&fault).await;
                Err(cannot_connect(fault))
            }
        }
    }

    async fn ask(&self, transport: &mut Transport, request: &Pdu) -> Result<Answer, Fault> {
        let by = Instant::now() + self.limits.negotiation;
        let answered = async {
            transport.send(request).await?;
            let kind = transport.receive(by, ANSWERING).await?;
            Answer::read(transport, kind)
        };
        timeout_at(by, answered).await.unwrap_or(Err(Fault::TimedOut(ANSWERING)))
    }

    fn request(&self, remote: &Remote, proposals: &[Proposal]) -> AssociationRQ {
        let contexts = proposals.iter().zip((1..=u8::MAX).step_by(2)).map(|(proposal, id)| {
            let Proposal { abstract_syntax, transfer_syntaxes, .. } = proposal;
            PresentationContextProposed {
                id,
                abstract_syntax: abstract_syntax.clone(),
                transfer_syntaxes: transfer_syntaxes.clone(),
            }
        });
        let mut roles: Vec<_> = proposals.iter().filter(|proposal| proposal.provide).collect();
        roles.dedup_by(|a, b| a.abstract_syntax == b.abstract_syntax);
        let both = RequestorRoles { scu: true, scp: true };
        let roles = roles.into_iter().map(|proposal| (proposal.abstract_syntax.clone(), both)).collect();
        AssociationRQ {
            protocol_version: 1,
            calling_ae_title: self.ae_title.to_string(),
            called_ae_title: remote.ae_title.to_string(),
            application_context_name: APPLICATION_CONTEXT.to_owned(),
            presentation_contexts: contexts.collect(),
            user_variables: user_variables(self.limits.max_pdu, roles),
        }
    }
}

/// What the peer accepted, as far as it was proposed.
fn accepted(acceptance: &Acceptance, proposals: &[Proposal]) -> BTreeMap<u8, Context> {
    let context = |(id, syntax): &(u8, String)| {
        let proposal = proposals.get(usize::from(id / 2)).filter(|_| id % 2 == 1)?;
        let was_proposed = proposal.transfer_syntaxes.contains(syntax);
        let (abstract_syntax, transfer_syntax) = (proposal.abstract_syntax.clone(), syntax.clone());
        was_proposed.then_some((*id, Context { abstract_syntax, transfer_syntax }))
    };
    acceptance.contexts.iter().filter_map(context).collect()
}

async fn connect(remote: &Remote) -> Result<Box<dyn Stream>, Fault> {
    let stream = TcpStream::connect((remote.host.as_str(), remote.port)).await?;
    stream.set_nodelay(true)?;
    let Some(tls) = &remote.tls else { return Ok(Box::new(stream)) };
    let connector = TlsConnector::from(Arc::clone(&tls.configuration));
    Ok(Box::new(connector.connect(tls.server_name.clone(), stream).await?))
}

/// The next answer to a request of ours.
pub(crate) async fn response(association: &mut Association, id: u16) -> Result<(u8, Response), Fault> {
    let wait = association.limits().answer;
    response_within(association, id, wait).await
}

/// The same with a time of its own.
pub(crate) async fn response_within(
    association: &mut Association,
    id: u16,
    wait: Duration,
) -> Result<(u8, Response), Fault> {
    match association.receive(wait, "answering").await? {
        Received::Command(context, Command::Response(response)) if response.id == id => Ok((context, response)),
        Received::Command(..) => Err(Fault::Malformed("an answer to nothing")),
        Received::ReleaseRequest => Err(Fault::Malformed("a release instead of an answer")),
    }
}

/// Ends an association according to how it went; the first fault is the one that is told.
pub(crate) async fn conclude<T>(association: Association, result: Result<T, Fault>) -> Result<T, Fault> {
    match result {
        Ok(value) => {
            // Everything was answered: how the peer says goodbye changes nothing.
            let _ = association.release().await;
            Ok(value)
        }
        Err(fault) => {
            association.abort(&fault).await;
            Err(fault)
        }
    }
}
