//! The certificate by which browsers know the workbench, read anew when its files change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use network::{OwnCertificate, ServerTls};
use tokio_rustls::TlsAcceptor;

/// Files (PEM) of a certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate first, then what leads to its authority.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error(
        "reading the {which} of the workbench: {kind}; look at [server] of the configuration and who may read the file"
    )]
    File {
        /// Which of the two.
        which: &'static str,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// What is in them cannot be used.
    #[error(transparent)]
    Tls(#[from] network::NetworkError),
}

/// When the files were changed last, by which a change is seen.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// A certificate that is in use.
pub(crate) struct Certificate {
    files: CertificateFiles,
    acceptor: Mutex<TlsAcceptor>,
    seen: Mutex<Stamp>,
}

impl Certificate {
    /// Reads it.
    ///
    /// # Errors
    /// When it cannot be used.
    pub(crate) fn read(files: CertificateFiles) -> Result<Self, CertificateError> {
        let seen = stamp(&files);
        let acceptor = acceptor(&files)?;
        Ok(Self { files, acceptor: Mutex::new(acceptor), seen: Mutex::new(seen) })
    }

    /// For whoever connects now.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether the files changed, and takes what they hold now; one that cannot be used leaves the former one in use. Nothing
    /// where they did not change.
    pub(crate) fn renew(&self) -> Option<Result<(), CertificateError>> {
        let found = stamp(&self.files);
        let former = std::mem::replace(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner), found);
        if found == former {
            return None;
        }
        Some(acceptor(&self.files).map(|new| *self.acceptor.lock().unwrap_or_else(PoisonError::into_inner) = new))
    }
}

fn acceptor(files: &CertificateFiles) -> Result<TlsAcceptor, CertificateError> {
    let (certificates, key) = (read("certificate", &files.certificate)?, read("key", &files.key)?);
    let tls = ServerTls::new(OwnCertificate { certificates: &certificates, key: &key }, None)?;
    let mut configuration = (*tls.configuration()).clone();
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(configuration)))
}

fn read(which: &'static str, file: &Path) -> Result<Vec<u8>, CertificateError> {
    std::fs::read(file).map_err(|error| CertificateError::File { which, kind: error.kind() })
}

fn stamp(files: &CertificateFiles) -> Stamp {
    [&files.certificate, &files.key].map(|file| {
        let told = std::fs::metadata(file).ok()?;
        Some((told.modified().ok()?, told.len()))
    })
}
