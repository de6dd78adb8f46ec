//! The node: listens, decides who may come in, and serves each association in a task of its own.

use std::fs;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use dicom_ul::pdu::{AssociationRQ, Pdu};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_rustls::TlsAcceptor;

use crate::association::Association;
use crate::crowd::{Crowd, Place, Seat};
use crate::negotiation::{Caller, Refusal, decide};
use crate::receive::{PART_PREFIX, PART_SUFFIX};
use crate::serve::serve;
use crate::transport::{Stream, Transport, kind};
use crate::{AeTitle, Commitments, Fault, Limits, NetworkError, Peers, Receiver, ServerTls, TurnedAway};

/// How long to wait when the system has no more sockets for us.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);
const NEGOTIATING: &str = "asking for an association";

/// What a node is called, where it listens, and to whom.
#[derive(Clone, Debug)]
pub struct NodeConfiguration {
    /// Our title; who calls another is refused.
    pub ae_title: AeTitle,
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Encryption, and which certificates callers must show.
    pub tls: Option<ServerTls>,
    /// Who may come in.
    pub peers: Peers,
    /// What is allowed to them.
    pub limits: Limits,
    /// A folder for objects that arrive, for nothing else; what an earlier run left in it is removed.
    pub incoming: PathBuf,
}

/// What all associations of a node share.
pub(crate) struct Shared<R> {
    pub(crate) configuration: NodeConfiguration,
    pub(crate) receiver: Arc<R>,
    pub(crate) commitments: Commitments,
    pub(crate) stopping: watch::Receiver<bool>,
    /// Places for reports of commitments over associations of our own.
    pub(crate) reports: Arc<Semaphore>,
    crowd: Arc<Crowd>,
}

/// A DICOM node that answers C-ECHO, takes objects by C-STORE, and says which it keeps safe (Storage Commitment).
pub struct Node<R> {
    listener: TcpListener,
    shared: Arc<Shared<R>>,
    stop: watch::Sender<bool>,
    address: SocketAddr,
}

impl<R: Receiver> Node<R> {
    /// Takes the address.
    ///
    /// # Errors
    /// When it cannot be had, is open to all without being a loopback, or the folder for what arrives cannot be used.
    pub async fn bind(configuration: NodeConfiguration, receiver: Arc<R>) -> Result<Self, NetworkError> {
        if matches!(configuration.peers, Peers::Anyone) && !configuration.address.ip().is_loopback() {
            return Err(NetworkError::OpenToAll);
        }
        sweep(&configuration.incoming)?;
        let refused = |error: std::io::Error| NetworkError::Listen { kind: error.kind() };
        let listener = TcpListener::bind(configuration.address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let crowd = Arc::new(Crowd::new(&configuration.limits));
        let (stop, stopping) = watch::channel(false);
        let commitments = Commitments::default();
        let reports = Arc::new(Semaphore::new(configuration.limits.reports));
        let shared = Arc::new(Shared { configuration, receiver, commitments, stopping, reports, crowd });
        Ok(Self { listener, shared, stop, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where reports about commitments that we asked for arrive.
    pub fn commitments(&self) -> Commitments {
        self.shared.commitments.clone()
    }

    /// Serves until `stop` is there. Associations that are idle then end at once, others get a moment.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let mut tasks = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, from)) => self.welcome(stream, from.ip(), &mut tasks),
                    Err(_) => sleep(OUT_OF_SOCKETS).await,
                },
                // A task that failed took its own association with it and nothing else.
                Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
            }
        }
        drop(self.listener);
        let _ = self.stop.send(true);
        let ended = async { while tasks.join_next().await.is_some() {} };
        let _ = timeout(self.shared.configuration.limits.farewell, ended).await;
        tasks.shutdown().await;
    }

    fn welcome(&self, stream: TcpStream, address: IpAddr, tasks: &mut JoinSet<()>) {
        let turn_away = |reason: &str| self.shared.turn_away(address, None, reason);
        if !self.shared.configuration.peers.know_address(address) {
            return turn_away("its address is on no list of peers");
        }
        let Some(seat) = self.shared.crowd.seat() else {
            return turn_away("there are too many connections already");
        };
        // Answers are small and awaited: they should not wait for more to send.
        let _ = stream.set_nodelay(true);
        tasks.spawn(connection(Arc::clone(&self.shared), stream, address, seat));
    }
}

impl<R: Receiver> Shared<R> {
    fn turn_away(&self, address: IpAddr, calling_ae: Option<AeTitle>, reason: &str) {
        self.receiver.turned_away(TurnedAway { address, calling_ae, reason: reason.to_owned() });
    }
}

/// Removes what an earlier run did not receive to the end, or did not hand over.
fn sweep(folder: &PathBuf) -> Result<(), NetworkError> {
    let failed = |error: std::io::Error| NetworkError::File {
        doing: "preparing the folder for objects that arrive",
        reason: error.kind().to_string(),
    };
    fs::create_dir_all(folder).map_err(failed)?;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PART_PREFIX) && name.ends_with(PART_SUFFIX) {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

/// One connection from its first byte to its end.
async fn connection<R: Receiver>(shared: Arc<Shared<R>>, stream: TcpStream, address: IpAddr, _seat: Seat) {
    let by = Instant::now() + shared.configuration.limits.negotiation;
    let encrypted = timeout_at(by, encrypted(stream, shared.configuration.tls.as_ref())).await;
    let (stream, certificate) = match encrypted {
        Ok(Ok(encrypted)) => encrypted,
        Ok(Err(_)) => return shared.turn_away(address, None, "it does not speak TLS as we do"),
        Err(_) => return shared.turn_away(address, None, "it took too long over TLS"),
    };
    let mut transport = Transport::new(stream, &shared.configuration.limits);
    let asked = timeout_at(by, asked(&mut transport, by)).await;
    let request = match asked.unwrap_or(Err(Fault::TimedOut(NEGOTIATING))) {
        Ok(request) => request,
        Err(fault) => {
            shared.turn_away(address, None, &fault.to_string());
            return transport.abort(&fault).await;
        }
    };
    let caller = Caller { address, certificate: certificate.as_deref() };
    if let Some((association, place)) = agree(&shared, transport, &request, &caller).await {
        serve(&shared, association, address).await;
        drop(place);
    }
}

type Encrypted = (Box<dyn Stream>, Option<Vec<u8>>);

/// The stream that is spoken on, and the certificate that the caller showed.
async fn encrypted(stream: TcpStream, tls: Option<&ServerTls>) -> std::io::Result<Encrypted> {
    let Some(tls) = tls else { return Ok((Box::new(stream), None)) };
    let stream = TlsAcceptor::from(Arc::clone(&tls.0)).accept(stream).await?;
    let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let certificate = shown.map(|certificate| certificate.as_ref().to_vec());
    Ok((Box::new(stream), certificate))
}

/// The request for an association, with which every connection must begin.
async fn asked(transport: &mut Transport, by: Instant) -> Result<AssociationRQ, Fault> {
    match transport.receive(by, NEGOTIATING).await? {
        kind::ASSOCIATE_REQUEST => match transport.decoded(kind::ASSOCIATE_REQUEST)? {
            Pdu::AssociationRQ(request) => Ok(request),
            _ => Err(Fault::Malformed("a request that cannot be read")),
        },
        kind::ABORT => Err(Fault::Aborted),
        _ => Err(Fault::Malformed("it does not begin with a request for an association")),
    }
}

/// Accepts or refuses, and says so.
async fn agree<R: Receiver>(
    shared: &Shared<R>,
    mut transport: Transport,
    request: &AssociationRQ,
    caller: &Caller<'_>,
) -> Option<(Association, Place)> {
    let decided = decide(request, caller, &shared.configuration).and_then(|(answer, agreed)| {
        let place = shared.crowd.place(&agreed.peer, caller.address).ok_or_else(Refusal::of_limit)?;
        Ok((answer, agreed, place))
    });
    match decided {
        Ok((answer, agreed, place)) => {
            if let Err(fault) = transport.send(&Pdu::AssociationAC(answer)).await {
                transport.abort(&fault).await;
                return None;
            }
            Some((Association::new(transport, agreed, shared.configuration.limits.clone()), place))
        }
        Err(refusal) => {
            let caller_title = AeTitle::new(&request.calling_ae_title).ok();
            shared.turn_away(caller.address, caller_title, refusal.reason);
            let _ = transport.send(&Pdu::AssociationRJ(refusal.answer)).await;
            transport.close().await;
            None
        }
    }
}
