//! One question and its answer over a connection of their own.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::progress::Progress;
use super::{Client, ClientError};

/// What a question brings.
pub(super) type Content = BoxBody<Bytes, std::io::Error>;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An answer whose body still comes, with the connection over which it does.
pub(super) struct Coming {
    response: Response<Incoming>,
    connection: tokio::task::JoinHandle<()>,
    idle: Duration,
    until: Instant,
}

impl Drop for Coming {
    fn drop(&mut self) {
        // Whoever wants no more of an answer hangs up.
        self.connection.abort();
    }
}

impl Client {
    /// Asks, and waits until the answer begins: while the question is taken piece by piece as long as that goes on, and then as long as
    /// an answer may take.
    pub(super) async fn ask(&self, request: Request<Content>, progress: &Progress) -> Result<Coming, ClientError> {
        let stream = timeout(self.limits.connecting, open(&self.address, self.tls.clone()));
        let stream = stream.await.map_err(|_| ClientError::Late("connecting"))??;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let connection = tokio::spawn(async move {
            // What goes wrong with it is told to whoever waits for the answer.
            let _ = connection.await;
        });
        let mut asked = pin!(sender.send_request(request));
        let answered = loop {
            let deadline = progress.deadline(&self.limits);
            match timeout_at(deadline, &mut asked).await {
                Ok(answered) => break answered.map_err(broken),
                // It went on while it was waited for.
                Err(_) if progress.deadline(&self.limits) > deadline => {}
                Err(_) => break Err(ClientError::Late("the answer")),
            }
        };
        match answered {
            Ok(response) => {
                let until = Instant::now() + self.limits.whole;
                Ok(Coming { response, connection, idle: self.limits.idle, until })
            }
            Err(error) => {
                connection.abort();
                Err(error)
            }
        }
    }

    /// A question without what it brings.
    pub(super) fn request(
        &self,
        method: &str,
        below: &str,
        accept: &str,
    ) -> Result<hyper::http::request::Builder, ClientError> {
        let request = Request::builder().method(method).uri(self.address.target(below));
        let request = request.header(header::HOST, self.address.authority()).header(header::ACCEPT, accept);
        let request = request.header(header::CONNECTION, "close");
        Ok(match self.login.header()? {
            Some(login) => request.header(header::AUTHORIZATION, login),
            None => request,
        })
    }
}

async fn open(address: &Address, tls: Option<Arc<ClientConfig>>) -> Result<Box<dyn Stream>, ClientError> {
    let failed =
        |error: std::io::Error| ClientError::Connection { doing: "connecting", reason: error.kind().to_string() };
    let stream = TcpStream::connect((address.host.as_str(), address.port)).await.map_err(failed)?;
    // Small questions wait for nothing.
    stream.set_nodelay(true).map_err(failed)?;
    if !address.is_encrypted {
        return Ok(Box::new(stream));
    }
    let configuration = tls.ok_or(ClientError::NoAuthority)?;
    let name = ServerName::try_from(address.host.clone()).map_err(|_| ClientError::Address)?;
    let connected = TlsConnector::from(configuration).connect(name, stream).await;
    // What TLS says names certificates and no patient.
    let told = |error: std::io::Error| ClientError::Connection {
        doing: "agreeing on encryption",
        reason: error.to_string(),
    };
    Ok(Box::new(connected.map_err(told)?))
}

fn broken(error: hyper::Error) -> ClientError {
    let reason = if error.is_parse() { "the answer is no HTTP" } else { "the connection broke" };
    ClientError::Connection { doing: "waiting for the answer", reason: reason.to_owned() }
}

impl Coming {
    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(super) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// An error unless it is the answer that was asked for.
    pub(super) fn expect_success(&self) -> Result<(), ClientError> {
        match self.status() {
            200..=299 => Ok(()),
            status @ 300..=399 => Err(ClientError::Redirect(status)),
            status => Err(ClientError::Status(status)),
        }
    }

    /// The next bytes; nothing where it ends.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        loop {
            let until = self.until.min(Instant::now() + self.idle);
            let frame = timeout_at(until, self.response.body_mut().frame()).await;
            match frame.map_err(|_| ClientError::Late("the answer"))? {
                None => return Ok(None),
                Some(Err(error)) => return Err(broken(error)),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
            }
        }
    }

    /// Everything, where it is no more than is taken.
    pub(super) async fn whole(mut self, most: u64) -> Result<Vec<u8>, ClientError> {
        let mut all = Vec::new();
        while let Some(bytes) = self.next().await? {
            if (all.len() + bytes.len()) as u64 > most {
                return Err(ClientError::TooLong(most));
            }
            all.extend_from_slice(&bytes);
        }
        Ok(all)
    }
}
