//! Commands and data sets over a negotiated association, in either role.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use dicom_ul::pdu::{AbortRQSource, Pdu};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::time::Instant;

use crate::command::{Command, Request, Response};
use crate::fragment::{self, Fragment, fragments};
use crate::transport::{Transport, kind};
use crate::{AeTitle, Fault, Limits};

/// A service with the encoding in which it is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    pub(crate) abstract_syntax: String,
    pub(crate) transfer_syntax: String,
}

/// What was agreed with a peer.
pub(crate) struct Agreed {
    pub(crate) peer: AeTitle,
    pub(crate) contexts: BTreeMap<u8, Context>,
    /// The longest PDU that the peer takes.
    pub(crate) max_pdu: u32,
}

/// An association between its negotiation and its end.
pub(crate) struct Association {
    transport: Transport,
    agreed: Agreed,
    limits: Limits,
    /// Pieces of the PDU that came last and that nobody took yet.
    pending: VecDeque<Fragment>,
    /// When the message that arrives must be complete.
    message_by: Instant,
    last_id: u16,
}

/// What a peer sends between data sets.
pub(crate) enum Received {
    /// A command in a context.
    Command(u8, Command),
    /// The peer is done.
    ReleaseRequest,
}

/// What a PDU brought.
enum Arrived {
    Fragments,
    ReleaseRequest,
    ReleaseResponse,
}

impl Association {
    pub(crate) fn new(transport: Transport, agreed: Agreed, limits: Limits) -> Self {
        let message_by = Instant::now();
        Self { transport, agreed, limits, pending: VecDeque::new(), message_by, last_id: 0 }
    }

    pub(crate) fn peer(&self) -> &AeTitle {
        &self.agreed.peer
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn context(&self, id: u8) -> Option<&Context> {
        self.agreed.contexts.get(&id)
    }

    /// The context in which a service is spoken, in one encoding or in any.
    pub(crate) fn context_for(&self, abstract_syntax: &str, transfer_syntax: Option<&str>) -> Option<u8> {
        let fits = |context: &Context| {
            context.abstract_syntax == abstract_syntax
                && transfer_syntax.is_none_or(|wanted| wanted == context.transfer_syntax)
        };
        self.agreed.contexts.iter().find(|(_, context)| fits(context)).map(|(id, _)| *id)
    }

    /// A number for the next request.
    pub(crate) fn next_id(&mut self) -> u16 {
        self.last_id = self.last_id.wrapping_add(1).max(1);
        self.last_id
    }

    /// Waits for the next command, or for the end.
    pub(crate) async fn receive(&mut self, wait: Duration, waiting: &'static str) -> Result<Received, Fault> {
        if self.pending.is_empty() {
            match self.next_pdu(Instant::now() + wait, waiting).await? {
                Arrived::Fragments => {}
                Arrived::ReleaseRequest => return Ok(Received::ReleaseRequest),
                Arrived::ReleaseResponse => return Err(Fault::Malformed("a release that nobody asked for")),
            }
        }
        self.message_by = Instant::now() + self.limits.message;
        let context = self.pending.front().map_or(0, |first| first.context);
        if self.context(context).is_none() {
            return Err(Fault::Malformed("a context that was not agreed"));
        }
        let bytes = self.collect(context, true, self.limits.command_bytes).await?;
        Ok(Received::Command(context, Command::read(&bytes)?))
    }

    /// The data set that follows a command, in memory.
    pub(crate) async fn data(&mut self, context: u8) -> Result<Vec<u8>, Fault> {
        self.collect(context, false, self.limits.identifier_bytes).await
    }

    async fn collect(&mut self, context: u8, is_command: bool, at_most: u64) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        loop {
            let (piece, is_last) = self.piece(context, is_command).await?;
            if (bytes.len() + piece.len()) as u64 > at_most {
                return Err(Fault::TooLarge(at_most));
            }
            bytes.extend(piece);
            if is_last {
                return Ok(bytes);
            }
        }
    }

    /// The next piece of a data set, and whether it is the last one.
    pub(crate) async fn data_piece(&mut self, context: u8) -> Result<(&[u8], bool), Fault> {
        self.piece(context, false).await
    }

    async fn piece(&mut self, context: u8, is_command: bool) -> Result<(&[u8], bool), Fault> {
        if self.pending.is_empty() {
            let begins_by = self.message_by.min(Instant::now() + self.limits.idle);
            let Arrived::Fragments = self.next_pdu(begins_by, "in the middle of a message").await? else {
                return Err(Fault::Malformed("a release in the middle of a message"));
            };
        }
        let Some(fragment) = self.pending.pop_front() else {
            return Err(Fault::Malformed("a PDU without values"));
        };
        if fragment.context != context || fragment.is_command != is_command {
            return Err(Fault::Malformed("a message in disorder"));
        }
        Ok((&self.transport.body[fragment.at], fragment.is_last))
    }

    async fn next_pdu(&mut self, begins_by: Instant, waiting: &'static str) -> Result<Arrived, Fault> {
        match self.transport.receive(begins_by, waiting).await? {
            kind::DATA => {
                self.pending = fragments(&self.transport.body, self.limits.values_per_pdu)?;
                Ok(Arrived::Fragments)
            }
            kind::RELEASE_REQUEST => Ok(Arrived::ReleaseRequest),
            kind::RELEASE_RESPONSE => Ok(Arrived::ReleaseResponse),
            kind::ABORT => Err(Fault::Aborted),
            _ => Err(Fault::Malformed("a PDU in the wrong place")),
        }
    }

    /// Sends a request, with its data set where it has one.
    pub(crate) async fn request(&mut self, context: u8, request: &Request, data: &[u8]) -> Result<(), Fault> {
        self.send(context, &request.bytes(), request.has_data.then_some(data)).await
    }

    /// Sends an answer without a data set.
    pub(crate) async fn answer(&mut self, context: u8, response: &Response) -> Result<(), Fault> {
        self.send(context, &response.bytes(), None).await
    }

    async fn send(&mut self, context: u8, command: &[u8], data: Option<&[u8]>) -> Result<(), Fault> {
        let capacity = self.capacity();
        let mut pdus = Vec::new();
        for (bytes, is_command) in [(Some(command), true), (data, false)] {
            let Some(bytes) = bytes else { continue };
            let n_pieces = bytes.len().div_ceil(capacity).max(1);
            for n in 0..n_pieces {
                let piece = &bytes[n * capacity..bytes.len().min((n + 1) * capacity)];
                fragment::write(&mut pdus, context, is_command, n + 1 == n_pieces, piece);
            }
        }
        self.transport.send_bytes(&pdus).await
    }

    /// Sends a request whose data set is the rest of a file. Deflated ones may have an odd length; what is sent may not.
    pub(crate) async fn request_with_file(
        &mut self,
        context: u8,
        request: &Request,
        file: &mut File,
        mut n_left: u64,
    ) -> Result<(), Fault> {
        self.send(context, &request.bytes(), None).await?;
        let own = |error: std::io::Error| Fault::OwnFile(error.kind());
        let mut piece = vec![0; self.capacity()];
        let mut pdu = Vec::new();
        while n_left > 0 {
            let n = piece.len().min(usize::try_from(n_left).unwrap_or(usize::MAX));
            file.read_exact(&mut piece[..n]).await.map_err(own)?;
            n_left -= n as u64;
            let n_even = n.next_multiple_of(2);
            piece[n..n_even].fill(0);
            pdu.clear();
            fragment::write(&mut pdu, context, false, n_left == 0, &piece[..n_even]);
            self.transport.send_bytes(&pdu).await?;
        }
        Ok(())
    }

    /// How many bytes go into one piece; a peer that takes anything gets what we would take.
    fn capacity(&self) -> usize {
        let theirs = if self.agreed.max_pdu == 0 { self.limits.max_pdu } else { self.agreed.max_pdu };
        fragment::capacity(theirs.min(self.limits.max_pdu))
    }

    /// Ends the association as the one who began it.
    pub(crate) async fn release(mut self) -> Result<(), Fault> {
        let released = async {
            self.transport.send(&Pdu::ReleaseRQ).await?;
            loop {
                match self.next_pdu(Instant::now() + self.limits.negotiation, "releasing").await? {
                    Arrived::ReleaseResponse => return Ok(()),
                    // Both may ask at the same moment (PS3.8 7.2.1); whoever began answers first.
                    Arrived::ReleaseRequest => self.transport.send(&Pdu::ReleaseRP).await?,
                    // What was on its way is of no interest any more.
                    Arrived::Fragments => self.pending.clear(),
                }
            }
        };
        let end: Result<(), Fault> = released.await;
        match &end {
            Ok(()) => self.transport.close().await,
            Err(fault) => self.transport.abort(fault).await,
        }
        end
    }

    /// Agrees to the end that the peer asked for.
    pub(crate) async fn agree_to_release(mut self) {
        let _ = self.transport.send(&Pdu::ReleaseRP).await;
        self.transport.close().await;
    }

    /// Ends the association because of a fault.
    pub(crate) async fn abort(self, fault: &Fault) {
        self.transport.abort(fault).await;
    }

    /// Ends the association because we want no more of it.
    pub(crate) async fn give_up(mut self) {
        let _ = self.transport.send(&Pdu::AbortRQ { source: AbortRQSource::ServiceUser }).await;
        self.transport.close().await;
    }
}
