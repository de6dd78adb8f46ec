//! A way to a server that can be cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Passes connections on to a server, until it is cut or so many bytes were sent.
pub struct Proxy {
    pub endpoint: String,
    way: Arc<Way>,
}

struct Way {
    is_open: watch::Sender<bool>,
    n_bytes_left: AtomicU64,
    delay_ms: AtomicU64,
}

impl Proxy {
    /// Opens a way to a server, as `http://…`.
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let server = server.strip_prefix("http://").unwrap().to_owned();
        let way = Arc::new(Way {
            is_open: watch::channel(true).0,
            n_bytes_left: AtomicU64::new(u64::MAX),
            delay_ms: AtomicU64::default(),
        });
        let own = way.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *own.is_open.borrow()
                    && let Ok(server) = TcpStream::connect(&server).await
                {
                    let ((from_client, to_client), (from_server, to_server)) =
                        (client.into_split(), server.into_split());
                    tokio::spawn(pass(from_client, to_server, (own.clone(), true)));
                    tokio::spawn(pass(from_server, to_client, (own.clone(), false)));
                }
            }
        });
        Self { endpoint, way }
    }

    /// Cuts the way after so many further bytes to the server.
    pub fn cut_after(&self, n_bytes: u64) {
        self.way.n_bytes_left.store(n_bytes, Ordering::SeqCst);
    }

    /// Lets everything that is sent to the server from now on come so much later.
    pub fn delay(&self, by: Duration) {
        self.way.delay_ms.store(by.as_millis() as u64, Ordering::SeqCst);
    }

    /// Whether it is cut.
    pub fn is_cut(&self) -> bool {
        !*self.way.is_open.borrow()
    }

    /// Opens the way again.
    pub fn mend(&self) {
        self.way.n_bytes_left.store(u64::MAX, Ordering::SeqCst);
        self.way.is_open.send_replace(true);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, (way, is_counted): (Arc<Way>, bool)) {
    let mut is_open = way.is_open.subscribe();
    let mut bytes = vec![0; 1 << 14];
    loop {
        let n = tokio::select! {
            n = from.read(&mut bytes) => n.unwrap_or(0),
            _ = is_open.wait_for(|is_open| !is_open) => 0,
        };
        if n == 0 {
            return;
        }
        if is_counted {
            tokio::time::sleep(Duration::from_millis(way.delay_ms.load(Ordering::SeqCst))).await;
            let left = way.n_bytes_left.load(Ordering::SeqCst).saturating_sub(n as u64);
            way.n_bytes_left.store(left, Ordering::SeqCst);
            if left == 0 {
                way.is_open.send_replace(false);
                return;
            }
        }
        if to.write_all(&bytes[..n]).await.is_err() {
            return;
        }
    }
}

/// A way to a server over TLS, whose authority is known to nobody else.
pub struct TlsProxy {
    pub endpoint: String,
    /// Certificate of the authority, as PEM.
    pub authority: String,
}

impl TlsProxy {
    /// Opens a way to a server, as `http://…`; it shows a certificate for `localhost`.
    pub async fn to(server: &str) -> Self {
        let (authority, acceptor) = acceptor();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let server = server.strip_prefix("http://").unwrap().to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, server) = (acceptor.clone(), server.clone());
                tokio::spawn(async move {
                    let Ok(mut client) = acceptor.accept(client).await else { return };
                    let mut server = TcpStream::connect(server).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        Self { endpoint, authority }
    }
}

fn acceptor() -> (String, TlsAcceptor) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "authority of a test");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let signed = params.signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![signed.der().clone()], key).unwrap();
    (authority, TlsAcceptor::from(Arc::new(config)))
}
