//! Certificates and keys for encrypted associations (PS3.15 B).

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use crate::NetworkError;

/// A certificate with what leads to its authority, and its private key, both as PEM.
#[derive(Clone, Copy)]
pub struct OwnCertificate<'a> {
    /// The certificate first.
    pub certificates: &'a [u8],
    /// Its key.
    pub key: &'a [u8],
}

/// TLS for those who call us.
#[derive(Clone, Debug)]
pub struct ServerTls(pub(crate) Arc<ServerConfig>);

/// TLS for those whom we call.
#[derive(Clone, Debug)]
pub struct ClientTls {
    pub(crate) configuration: Arc<ClientConfig>,
    pub(crate) server_name: ServerName<'static>,
}

impl ServerTls {
    /// Speaks TLS with our certificate. With `authorities` (PEM), callers must show a certificate that one of them signed.
    ///
    /// # Errors
    /// When certificates or key cannot be used.
    pub fn new(own: OwnCertificate<'_>, authorities: Option<&[u8]>) -> Result<Self, NetworkError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(failed)?;
        let builder = match authorities {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let roots = Arc::new(roots(pem)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
                builder.with_client_cert_verifier(verifier.map_err(failed)?)
            }
        };
        let configuration = builder.with_single_cert(certificates(own.certificates)?, key(own.key)?);
        Ok(Self(Arc::new(configuration.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => failed("the private key is not that of the certificate"),
            other => failed(other),
        })?)))
    }

    /// What it is made of, for who speaks something else than DICOM over it.
    pub fn configuration(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0)
    }
}

impl ClientTls {
    /// Speaks TLS with a server of a name that one of `authorities` (PEM) signed; shows our certificate where there is one.
    ///
    /// # Errors
    /// When name, certificates or key cannot be used.
    pub fn new(
        server_name: &str,
        authorities: &[u8],
        own: Option<OwnCertificate<'_>>,
    ) -> Result<Self, NetworkError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_root_certificates(roots(authorities)?);
        let configuration = match own {
            None => builder.with_no_client_auth(),
            Some(own) => {
                builder.with_client_auth_cert(certificates(own.certificates)?, key(own.key)?).map_err(failed)?
            }
        };
        let server_name = ServerName::try_from(server_name.to_owned()).map_err(failed)?;
        Ok(Self { configuration: Arc::new(configuration), server_name })
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, NetworkError> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(failed)?;
    if found.is_empty() {
        return Err(failed("there is no certificate"));
    }
    Ok(found)
}

fn key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, NetworkError> {
    // The words of the parser are not passed on: they could hold a piece of the key.
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| failed("the private key cannot be read"))
}

fn roots(pem: &[u8]) -> Result<RootCertStore, NetworkError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        roots.add(certificate).map_err(failed)?;
    }
    Ok(roots)
}

fn failed(error: impl ToString) -> NetworkError {
    NetworkError::Tls { reason: error.to_string() }
}
