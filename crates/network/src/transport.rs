//! Whole PDUs over a connection, each within its time and length.
//!
//! Only the length and the kind of a PDU are looked at here. The codec of `dicom-ul` reads the bodies of the negotiation;
//! those that carry data are taken apart by [`crate::fragment`].

use std::time::Duration;

use dicom_ul::pdu::{AbortRQServiceProviderReason, AbortRQSource, Pdu, read_pdu, write_pdu};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::time::{Instant, timeout, timeout_at};

use crate::{Fault, Limits};

/// A connection, encrypted or not.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// Type and length.
const HEADER: usize = 6;
/// What is read ahead; bodies are longer and go past it.
const READ_AHEAD: usize = 2 << 10;
/// How long, and for how many bytes, a connection that we close is listened to, so that the peer gets our last word.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_BYTES: u64 = 1 << 20;
/// The shortest limit that the codec takes.
const CODEC_LIMIT: u32 = 1 << 20;

/// The kinds of PDUs (PS3.8 9.3).
pub(crate) mod kind {
    pub const ASSOCIATE_REQUEST: u8 = 1;
    pub const ASSOCIATE_ACCEPT: u8 = 2;
    pub const ASSOCIATE_REJECT: u8 = 3;
    pub const DATA: u8 = 4;
    pub const RELEASE_REQUEST: u8 = 5;
    pub const RELEASE_RESPONSE: u8 = 6;
    pub const ABORT: u8 = 7;
}

/// A connection on which PDUs go back and forth.
pub(crate) struct Transport {
    stream: BufReader<Box<dyn Stream>>,
    /// The body of the PDU that came last.
    pub(crate) body: Vec<u8>,
    max_pdu: u32,
    pdu_time: Duration,
}

impl Transport {
    pub(crate) fn new(stream: Box<dyn Stream>, limits: &Limits) -> Self {
        let stream = BufReader::with_capacity(READ_AHEAD, stream);
        Self { stream, body: Vec::new(), max_pdu: limits.max_pdu, pdu_time: limits.pdu }
    }

    /// Waits for a PDU, which must begin in time and then arrive whole in its own time. Its body is kept; its kind is told.
    pub(crate) async fn receive(&mut self, begins_by: Instant, waiting: &'static str) -> Result<u8, Fault> {
        let first = timeout_at(begins_by, self.stream.read_u8());
        let kind = first.await.map_err(|_| Fault::TimedOut(waiting))??;
        let rest = timeout(self.pdu_time, self.receive_rest(kind));
        rest.await.map_err(|_| Fault::TimedOut("in the middle of a PDU"))??;
        Ok(kind)
    }

    async fn receive_rest(&mut self, kind: u8) -> Result<(), Fault> {
        if !(kind::ASSOCIATE_REQUEST..=kind::ABORT).contains(&kind) {
            return Err(Fault::UnknownPdu);
        }
        let mut header = [0; HEADER - 1];
        self.stream.read_exact(&mut header).await?;
        let length = u32::from_be_bytes([header[1], header[2], header[3], header[4]]);
        if length > self.max_pdu {
            return Err(Fault::PduTooLong { length, limit: self.max_pdu });
        }
        // The memory grows with what arrives, not with what was announced.
        self.body.clear();
        let n = (&mut self.stream).take(u64::from(length)).read_to_end(&mut self.body).await?;
        if n < length as usize { Err(Fault::Closed) } else { Ok(()) }
    }

    /// The PDU that came last, read by the codec. Not for data.
    pub(crate) fn decoded(&self, kind: u8) -> Result<Pdu, Fault> {
        let mut whole = Vec::with_capacity(HEADER + self.body.len());
        whole.extend([kind, 0]);
        whole.extend((self.body.len() as u32).to_be_bytes());
        whole.extend(&self.body);
        match read_pdu(whole.as_slice(), self.max_pdu.max(CODEC_LIMIT), true) {
            Ok(Some(pdu)) => Ok(pdu),
            _ => Err(Fault::Malformed("a PDU that cannot be read")),
        }
    }

    /// Sends a PDU of the negotiation.
    pub(crate) async fn send(&mut self, pdu: &Pdu) -> Result<(), Fault> {
        let mut bytes = Vec::new();
        write_pdu(&mut bytes, pdu).map_err(|_| Fault::Malformed("a PDU that cannot be written"))?;
        self.send_bytes(&bytes).await
    }

    /// Sends bytes that are whole PDUs.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let sending = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        let sent = timeout(self.pdu_time, sending).await;
        sent.map_err(|_| Fault::TimedOut("not reading what we send"))??;
        Ok(())
    }

    /// Tells the peer that the association is over, and why, as far as it still listens.
    pub(crate) async fn abort(mut self, fault: &Fault) {
        if !matches!(fault, Fault::Closed | Fault::Aborted | Fault::Connection(_)) {
            let _ = timeout(LINGER, self.send(&Pdu::AbortRQ { source: abort_source(fault) })).await;
        }
        self.close().await;
    }

    /// Closes the connection. What the peer still sends is thrown away for a moment: closing with unread bytes would make the
    /// system reset the connection, and our last PDU could get lost.
    pub(crate) async fn close(mut self) {
        let closing = async {
            let _ = self.stream.shutdown().await;
            let _ = tokio::io::copy(&mut (&mut self.stream).take(LINGER_BYTES), &mut tokio::io::sink()).await;
        };
        let _ = timeout(LINGER, closing).await;
    }
}

fn abort_source(fault: &Fault) -> AbortRQSource {
    use AbortRQServiceProviderReason::{InvalidPduParameter, ReasonNotSpecified, UnexpectedPdu, UnrecognizedPdu};
    AbortRQSource::ServiceProvider(match fault {
        Fault::UnknownPdu => UnrecognizedPdu,
        Fault::Malformed(_) => UnexpectedPdu,
        Fault::PduTooLong { .. } => InvalidPduParameter,
        Fault::OwnFile(_) => return AbortRQSource::ServiceUser,
        _ => ReasonNotSpecified,
    })
}
