//! Starting the server on this machine.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use archive::{Archive, ArchivePlace, CaseId, Examiner, sha256};
use axum::Router;
use axum::middleware::from_fn_with_state;
use guidelines::Knowledge;
use tokio::net::TcpListener;

use crate::access::{Access, Department, Mode, TOKEN_PATH, guard};
use crate::clock;
use crate::desk::{Desks, look_at};
use crate::jobs::{JobKind, Jobs};
use crate::routes;
use crate::state::Workbench;

/// How the workbench is to run.
#[derive(Debug)]
pub struct Configuration {
    /// Where all cases are.
    pub archive: ArchivePlace,
    /// Where to listen; at any port that is free where it is 0.
    pub listen: SocketAddr,
    /// How a department reaches it; nothing for one person on this machine.
    pub department: Option<Department>,
    /// Looks at every file before it becomes part of a case.
    pub examiner: Examiner,
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
    /// The system gives no random numbers.
    #[error("opening the workbench: the system gives no random numbers")]
    NoRandomness,
}

/// A workbench that is ready to answer.
pub struct Server {
    workbench: Workbench,
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Opens the archive and listens on this machine alone.
    ///
    /// # Errors
    /// When the folder or the port cannot be used.
    pub async fn bind(configuration: Configuration) -> Result<Self, ServeError> {
        let knowledge = Knowledge::builtin().map_err(ServeError::Knowledge)?;
        let archive = Archive::open(&configuration.archive, configuration.examiner).await?;
        let port = configuration.listen.port();
        let failed = |error: std::io::Error| ServeError::Port { port, kind: error.kind() };
        let listener = TcpListener::bind(configuration.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let access = match configuration.department {
            Some(department) => Access::department(department, archive.clone()),
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
        Ok(Self { workbench, listener, address })
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
        let looked_at = look_at(&case, &work).await;
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
    /// When nothing can be listened to any longer.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let port = self.address.port();
        let application = self.application();
        axum::serve(self.listener, application.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(stop)
            .await
            .map_err(|error| ServeError::Port { port, kind: error.kind() })
    }

    /// Everything that can be asked, behind the guard.
    pub fn application(&self) -> Router {
        let guarded = from_fn_with_state(self.workbench.access.clone(), guard);
        routes::router(self.workbench.clone()).layer(guarded)
    }
}
