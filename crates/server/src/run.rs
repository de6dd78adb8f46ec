//! Starting the server on this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use archive::audit::Outcome;
use archive::{Archive, ArchivePlace, CaseId, Examiner, sha256};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use guidelines::Knowledge;
use network::{AeTitle, Limits, Node, NodeConfiguration, Peers, ServerTls};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::info;

use crate::access::{Access, Department, Mode, OpenIdError, Person, TOKEN_PATH, Who, guard};
use crate::certificate::{Certificate, CertificateError, CertificateFiles};
use crate::clock;
use crate::desk::Desks;
use crate::health;
use crate::jobs::{JobKind, Jobs};
use crate::listen::{self, Patience, until};
use crate::node::ArchiveReceiver;
use crate::routes;
use crate::state::Workbench;
use crate::telemetry::{observed, watch_room};

/// How the workbench is to run.
#[derive(Debug)]
pub struct Configuration {
    /// Where all cases are.
    pub archive: ArchivePlace,
    /// The workbench; nothing where only objects are received.
    pub web: Option<Web>,
    /// The DICOM node; nothing where there is none.
    pub node: Option<NodePlace>,
    /// Looks at every file before it becomes part of a case.
    pub examiner: Examiner,
}

/// Where the workbench is.
#[derive(Debug)]
pub struct Web {
    /// Where to listen; at any port that is free where it is 0.
    pub listen: SocketAddr,
    /// How a department reaches it; nothing for one person on this machine.
    pub department: Option<Department>,
    /// By what browsers know it; nothing where it speaks HTTP without encryption.
    pub certificate: Option<CertificateFiles>,
}

/// How often it is looked whether the certificate changed.
const LOOKED_AT_CERTIFICATE: Duration = Duration::from_secs(2);

/// Where the DICOM node is, and who may talk to it.
#[derive(Debug)]
pub struct NodePlace {
    /// Our title.
    pub ae_title: AeTitle,
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Encryption.
    pub tls: Option<ServerTls>,
    /// Who may come in.
    pub peers: Peers,
    /// What is allowed to them.
    pub limits: Limits,
}

/// Why the workbench does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The archive cannot be used.
    #[error(transparent)]
    Archive(#[from] archive::ArchiveError),
    /// The knowledge base is broken.
    #[error("{0}")]
    Knowledge(&'static guidelines::KnowledgeError),
    /// Nothing can be listened to.
    #[error("opening the workbench on port {port}: {kind}; name another port")]
    Port {
        /// The port.
        port: u16,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// A folder cannot be taken in.
    #[error("taking a folder in: {0}")]
    Import(String),
    /// The DICOM node cannot be opened.
    #[error(transparent)]
    Node(#[from] network::NetworkError),
    /// The certificate of the workbench cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Nobody could sign in by the provider of identities.
    #[error(transparent)]
    Provider(#[from] OpenIdError),
    /// The system gives no random numbers.
    #[error("opening the workbench: the system gives no random numbers")]
    NoRandomness,
}

/// A workbench that is ready to answer.
pub struct Server {
    workbench: Workbench,
    listener: Option<TcpListener>,
    certificate: Option<Arc<Certificate>>,
    address: SocketAddr,
    node: Option<Node<ArchiveReceiver>>,
    receiver: Arc<ArchiveReceiver>,
}

impl Server {
    /// Opens the archive and listens on this machine alone.
    ///
    /// # Errors
    /// When the folder or the port cannot be used.
    pub async fn bind(configuration: Configuration) -> Result<Self, ServeError> {
        let knowledge = Knowledge::builtin().map_err(ServeError::Knowledge)?;
        let archive = Archive::open(&configuration.archive, configuration.examiner).await?;
        let (listen, department, files) = match configuration.web {
            Some(web) => (Some(web.listen), web.department, web.certificate),
            None => (None, None, None),
        };
        let certificate = files.map(Certificate::read).transpose()?.map(Arc::new);
        let listener = match listen {
            Some(listen) => Some(TcpListener::bind(listen).await.map_err(not_at(listen.port()))?),
            None => None,
        };
        let address = match &listener {
            Some(listener) => listener.local_addr().map_err(not_at(0))?,
            None => (Ipv4Addr::LOCALHOST, 0).into(),
        };
        let access = match department {
            Some(department) => Access::department(department, archive.clone())?,
            None => Access::local(address.port(), archive.clone()).map_err(|_| ServeError::NoRandomness)?,
        };
        let jobs = Arc::new(Jobs::default());
        let workbench = Workbench {
            archive,
            access: Arc::new(access),
            imports: Arc::default(),
            desks: Arc::new(Desks::new(knowledge, jobs.clone())),
            jobs,
            knowledge_sha256: sha256(&knowledge.text),
            run: CaseId::random()?.to_string(),
        };
        let receiver = Arc::new(ArchiveReceiver::new(workbench.clone()));
        let node = match configuration.node {
            Some(place) => Some(bind_node(place, receiver.clone(), workbench.archive.incoming()).await?),
            None => None,
        };
        Ok(Self { workbench, listener, certificate, address, node, receiver })
    }

    /// The address that opens the workbench: in local mode once, in a department for all.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn address(&self) -> Result<String, ServeError> {
        match self.workbench.access.mode() {
            Mode::Local(local) => {
                let token = local.new_token().map_err(|_| ServeError::NoRandomness)?;
                Ok(format!("http://{}{TOKEN_PATH}?token={token}", self.address))
            }
            Mode::Department(department) => Ok(department.origin.clone()),
        }
    }

    /// The archive that it works on.
    pub fn archive(&self) -> &Archive {
        &self.workbench.archive
    }

    #[cfg(test)]
    pub(crate) fn workbench(&self) -> &Workbench {
        &self.workbench
    }

    /// Takes a folder of objects in as a new case, and assesses it where that is wanted.
    ///
    /// # Errors
    /// When the folder cannot be read or nothing can be written.
    pub async fn import(&self, folder: &Path, label: &str, assess: bool) -> Result<CaseId, ServeError> {
        let failed = |error: dicom::ReadError| ServeError::Import(error.to_string());
        let archive = &self.workbench.archive;
        let import = archive.begin_import()?;
        for source in dicom::source::walk(folder).map_err(failed)? {
            let name = if source.is_file_named("case.toml") { "case.toml" } else { "" };
            import.add(name, &mut source.read().map_err(failed)?.as_slice())?;
        }
        let case = archive.finish_import(import, None, (label, clock::now())).await?;
        let (_, work) = self.workbench.jobs.begin(JobKind::Import, Some(case.id()), "local");
        let looked_at = self.workbench.look_at_arrived(&case, &work).await;
        let problem = looked_at.as_ref().err().map(|problem| problem.message.clone());
        work.end(looked_at);
        if let Some(problem) = problem {
            return Err(ServeError::Import(problem));
        }
        if assess {
            let (_, work) = self.workbench.jobs.begin(JobKind::Assessment, Some(case.id()), "local");
            let settings = case.settings().await?.settings;
            self.workbench.desks.assess(&case, settings, work);
        }
        Ok(case.id().clone())
    }

    /// Answers until `stop` is done.
    ///
    /// # Errors
    /// None at present: what cannot be answered is told to who asks.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let application = self.application();
        let (version, web, node) = (env!("CARGO_PKG_VERSION"), self.listener.is_some(), self.node.is_some());
        watch_room(&self.workbench.archive);
        info!(version, web, node, "the workbench answers");
        let (stopping, stopped) = watch::channel(false);
        tokio::spawn(async move {
            stop.await;
            let _ = stopping.send(true);
        });
        let node = async {
            if let Some(node) = self.node {
                node.run(until(stopped.clone())).await;
            }
        };
        let web = async {
            if let Some(listener) = self.listener {
                let certificate = self.certificate.clone();
                listen::serve(listener, certificate, application, stopped.clone(), Patience::default()).await;
            }
        };
        let renewing = async {
            if let Some(certificate) = &self.certificate {
                keep_new(certificate, &self.workbench.access, stopped.clone()).await;
            }
        };
        tokio::join!(node, web, renewing);
        self.receiver.settled().await;
        info!("the workbench stopped");
        Ok(())
    }

    /// What takes objects of other systems into the archive.
    pub fn receiver(&self) -> Arc<ArchiveReceiver> {
        self.receiver.clone()
    }

    /// The DICOM node, for whoever runs it beside the rest.
    pub fn take_node(&mut self) -> Option<Node<ArchiveReceiver>> {
        self.node.take()
    }

    /// Where the DICOM node listens, where there is one.
    pub fn node_address(&self) -> Option<SocketAddr> {
        self.node.as_ref().map(Node::address)
    }

    /// Everything that can be asked, behind the guard.
    pub fn application(&self) -> Router {
        let guarded = from_fn_with_state(self.workbench.access.clone(), guard);
        let guarded = routes::router(self.workbench.clone()).layer(guarded);
        // Asked by machines, which have no session and know no name.
        guarded.merge(health::router(self.workbench.archive.clone())).layer(from_fn(observed))
    }
}

fn not_at(port: u16) -> impl Fn(std::io::Error) -> ServeError {
    move |error| ServeError::Port { port, kind: error.kind() }
}

/// Takes a new certificate when its files change, and writes down what came of it.
async fn keep_new(certificate: &Certificate, access: &Access, stopped: watch::Receiver<bool>) {
    let program = Person { who: Who::Local, address: "here".to_owned() };
    loop {
        tokio::select! {
            () = until(stopped.clone()) => return,
            () = tokio::time::sleep(LOOKED_AT_CERTIFICATE) => {}
        }
        let (outcome, detail) = match certificate.renew() {
            None => continue,
            Some(Ok(())) => (Outcome::Done, String::new()),
            Some(Err(error)) => (Outcome::Failed, error.to_string()),
        };
        // A log that cannot be written is told by every request, and leaves the certificate in use.
        let _ = access.record(&program, "certificate".to_owned(), None, outcome, &detail).await;
    }
}

async fn bind_node(
    place: NodePlace,
    receiver: Arc<ArchiveReceiver>,
    incoming: PathBuf,
) -> Result<Node<ArchiveReceiver>, ServeError> {
    let configuration = NodeConfiguration {
        ae_title: place.ae_title,
        address: place.address,
        tls: place.tls,
        peers: place.peers,
        limits: place.limits,
        // On the disk of the archive, so that what arrived gets its place there without being copied.
        incoming,
    };
    Ok(Node::bind(configuration, receiver).await?)
}
