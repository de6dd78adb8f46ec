//! Asking the provider: over encrypted connections, without following it elsewhere, and not for long.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Certificate, Client, Url, redirect};
use tokio_rustls::rustls::crypto::ring;

use super::configuration::OpenIdError;

/// The most bytes of an answer.
const LARGEST: usize = 1 << 20;
const CONNECTING: Duration = Duration::from_secs(5);
const ANSWERING: Duration = Duration::from_secs(10);

/// Why the provider was not asked, or did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Nobody answers.
    #[error("the provider does not answer")]
    Unreachable,
    /// The answer does not end.
    #[error("the provider answers with too much")]
    TooLarge,
    /// It would be asked so that others can listen.
    #[error("the provider leads to an address without encryption")]
    Unencrypted,
}

impl HttpError {
    /// For the log.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Unreachable => "the provider does not answer",
            Self::TooLarge => "the provider answers with too much",
            Self::Unencrypted => "the provider leads to an address without encryption",
        }
    }
}

/// Whether an address is on this machine, where nobody listens.
pub(super) fn is_plain_and_here(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    address.scheme() == "http" && ["127.0.0.1", "localhost", "[::1]"].contains(&host)
}

/// By which the provider is asked.
#[derive(Clone, Debug)]
pub(super) struct Http {
    client: Client,
    /// Whether the provider is on this machine.
    is_here: bool,
}

impl Http {
    pub(super) fn new(authorities: Option<&[u8]>, is_here: bool) -> Result<Self, OpenIdError> {
        // The first one that is chosen stays, and every part of the program chooses the same.
        let _ = ring::default_provider().install_default();
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECTING)
            .timeout(ANSWERING)
            .user_agent(concat!("rert/", env!("CARGO_PKG_VERSION")));
        if let Some(authorities) = authorities {
            let all = Certificate::from_pem_bundle(authorities).map_err(|_| OpenIdError::Authorities)?;
            if all.is_empty() {
                return Err(OpenIdError::Authorities);
            }
            client = client.tls_certs_only(all);
        }
        if is_here {
            client = client.no_proxy();
        }
        Ok(Self { client: client.build().map_err(|_| OpenIdError::Tls)?, is_here })
    }

    /// Whether an address may be asked, or led to: where others can listen only if it is encrypted.
    pub(super) fn is_fit(&self, address: &Url) -> bool {
        address.scheme() == "https" || self.is_here && is_plain_and_here(address)
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let address = Url::parse(&parts.uri.to_string()).map_err(|_| HttpError::Unencrypted)?;
        if !self.is_fit(&address) {
            return Err(HttpError::Unencrypted);
        }
        let unreachable = |_| HttpError::Unreachable;
        let asked = self.client.request(parts.method, address).headers(parts.headers).body(body);
        let mut answer = asked.send().await.map_err(unreachable)?;
        let mut read = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
            if read.len() + piece.len() > LARGEST {
                return Err(HttpError::TooLarge);
            }
            read.extend_from_slice(&piece);
        }
        let mut response = HttpResponse::new(read);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

impl<'a> AsyncHttpClient<'a> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

    fn call(&'a self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
