//! The side that asks another system: finds, fetches and stores.

mod address;
mod answer;
mod connection;
mod error;
mod fetch;
mod limits;
mod login;
mod progress;
mod store;
mod subject;

use std::sync::Arc;

use bytes::Bytes;
use dicom_core::Tag;
use http_body_util::{BodyExt, Empty};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

pub use answer::Answer;
pub use error::ClientError;
pub use limits::ClientLimits;
pub use login::Login;
pub use store::Stored;
pub use subject::Subject;

use address::{Address, escaped};
use connection::Content;
use progress::Progress;

use crate::JSON;
use crate::bulk::name;

/// Another system, as it is asked by us. Redirections are not followed: they would carry login and patients elsewhere.
#[derive(Clone)]
pub struct Client {
    address: Address,
    login: Login,
    tls: Option<Arc<ClientConfig>>,
    limits: ClientLimits,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Client").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Client {
    /// Asks the service at an address such as `https://pacs.example.org/dicom-web`. At an encrypted one it must show a certificate
    /// that one of `authorities` (PEM) signed.
    ///
    /// # Errors
    /// When the address is none, the login cannot be sent, or the certificates cannot be used.
    pub fn new(
        address: &str,
        login: Login,
        authorities: Option<&[u8]>,
        limits: ClientLimits,
    ) -> Result<Self, ClientError> {
        let address = Address::read(address)?;
        login.header()?;
        let tls = authorities.map(tls).transpose()?;
        if address.is_encrypted && tls.is_none() {
            return Err(ClientError::NoAuthority);
        }
        Ok(Self { address, login, tls, limits })
    }

    /// Studies with these attributes, in which `*` and `?` stand for any letters and for one.
    ///
    /// # Errors
    /// When the service does not answer, or not as the standard says.
    pub async fn find_studies(&self, keys: &[(Tag, &str)]) -> Result<Vec<Answer>, ClientError> {
        self.find("/studies".to_owned(), keys).await
    }

    /// Series of a study with these attributes.
    ///
    /// # Errors
    /// When the service does not answer, or not as the standard says.
    pub async fn find_series(&self, study: &Subject, keys: &[(Tag, &str)]) -> Result<Vec<Answer>, ClientError> {
        self.find(format!("{}/series", study.path()?), keys).await
    }

    /// Instances of a study or of one of its series with these attributes.
    ///
    /// # Errors
    /// When the service does not answer, or not as the standard says.
    pub async fn find_instances(
        &self,
        within: &Subject,
        keys: &[(Tag, &str)],
    ) -> Result<Vec<Answer>, ClientError> {
        self.find(format!("{}/instances", within.path()?), keys).await
    }

    async fn find(&self, mut path: String, keys: &[(Tag, &str)]) -> Result<Vec<Answer>, ClientError> {
        for (index, (tag, value)) in keys.iter().enumerate() {
            let sign = if index == 0 { '?' } else { '&' };
            path.push_str(&format!("{sign}{}={}", name(*tag), escaped(value)));
        }
        let request = self.request("GET", &path, JSON)?.body(empty()).map_err(|_| ClientError::Address)?;
        let coming = self.ask(request, &Progress::of_nothing()).await?;
        coming.expect_success()?;
        let document = coming.whole(self.limits.json_bytes).await?;
        Answer::read_all(&document).ok_or(ClientError::Answer("it is no list of data sets"))
    }
}

fn tls(authorities: &[u8]) -> Result<Arc<ClientConfig>, ClientError> {
    let unusable = |reason: String| ClientError::Certificates(reason);
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authorities) {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| unusable(error.to_string()))?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// A question that brings nothing.
fn empty() -> Content {
    Empty::<Bytes>::new().map_err(|never| match never {}).boxed()
}
