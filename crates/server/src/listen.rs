//! Taking connections: how many at once, and how long anybody may take.
//!
//! A connection holds one of a number of places from the moment it is taken, so that who only holds connections open keeps others
//! waiting for no longer than the time that a request may take to arrive.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_stream::StreamExt;
use tower::ServiceExt;

use crate::certificate::Certificate;
use crate::hurried::Hurried;

/// What is taken from those who connect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Connections at once; others wait until one of them ends.
    pub(crate) n_connections: u32,
    /// For agreeing on encryption.
    pub(crate) handshake: Duration,
    /// For the head of a request, and for the next request of a connection that stays open.
    pub(crate) head: Duration,
    /// For the next piece of a body, and for taking the next piece of an answer.
    pub(crate) piece: Duration,
    /// For what is under way when the server stops.
    pub(crate) stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            // Below the 1024 files that a program may usually have open.
            n_connections: 512,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            piece: Duration::from_secs(60),
            stop: Duration::from_secs(10),
        }
    }
}

/// After a connection could not be taken, as where no file is left to be opened.
const PAUSE: Duration = Duration::from_millis(200);

/// Answers until the server is stopped, and lets what is under way end.
pub(crate) async fn serve(
    listener: TcpListener,
    certificate: Option<Arc<Certificate>>,
    application: Router,
    stopped: watch::Receiver<bool>,
    patience: Patience,
) {
    let places = Arc::new(Semaphore::new(patience.n_connections as usize));
    loop {
        let (stream, peer, place) = tokio::select! {
            () = until(stopped.clone()) => break,
            taken = take(&listener, &places) => taken,
        };
        let connection = Connection {
            peer,
            certificate: certificate.clone(),
            application: application.clone(),
            stopped: stopped.clone(),
            patience,
        };
        tokio::spawn(async move {
            connection.answer(stream).await;
            drop(place);
        });
    }
    drop(listener);
    // Who watches events would never end by itself.
    let _ = timeout(patience.stop, places.acquire_many(patience.n_connections)).await;
}

/// Until the server is stopped.
pub(crate) async fn until(mut stopped: watch::Receiver<bool>) {
    // A sender that is gone has nothing more to say.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn take(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            // Nobody closes the places.
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Somebody who connected.
struct Connection {
    peer: SocketAddr,
    certificate: Option<Arc<Certificate>>,
    application: Router,
    stopped: watch::Receiver<bool>,
    patience: Patience,
}

impl Connection {
    async fn answer(self, stream: TcpStream) {
        // Small answers leave at once; where that cannot be set they come a little later.
        let _ = stream.set_nodelay(true);
        let Some(certificate) = &self.certificate else { return self.speak(stream).await };
        let agreed = timeout(self.patience.handshake, certificate.acceptor().accept(stream)).await;
        // Who speaks something else, or too slowly, is told nothing.
        if let Ok(Ok(stream)) = agreed {
            self.speak(stream).await;
        }
    }

    async fn speak<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S) {
        let (peer, application, piece) = (self.peer, self.application, self.patience.piece);
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(|body| hurried(body, piece));
            request.extensions_mut().insert(ConnectInfo(peer));
            application.clone().oneshot(request)
        });
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.patience.head)
                .serve_connection(TokioIo::new(Hurried::new(stream, piece)), service)
        );
        tokio::select! {
            // What a connection broke off for is the matter of who broke it off.
            _ = connection.as_mut() => return,
            () = until(self.stopped) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

/// A body of which each piece must come in time, so that who begins a request and falls silent does not hold a place for ever.
fn hurried(body: Incoming, patience: Duration) -> Body {
    let late = || std::io::Error::from(std::io::ErrorKind::TimedOut);
    let pieces = Body::new(body).into_data_stream().timeout(patience);
    Body::from_stream(pieces.map(move |piece| match piece {
        Ok(piece) => piece.map_err(std::io::Error::other),
        Err(_) => Err(late()),
    }))
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    fn impatient(n_connections: u32) -> Patience {
        let short = Duration::from_millis(300);
        Patience { n_connections, handshake: short, head: short, piece: short, stop: short }
    }

    async fn begun(patience: Patience) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let slow = get(|| async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            "late"
        });
        let application = Router::new().route("/", get(|| async { "here" })).route("/slow", slow);
        let application = application.route("/take", post(async |body: String| body));
        let application = application.route("/endless", get(async || Body::from(vec![0; 64 << 20])));
        let application = application.route("/never", get(std::future::pending::<()>));
        (address, stop, tokio::spawn(serve(listener, None, application, stopped, patience)))
    }

    async fn told(address: SocketAddr, request: &[u8]) -> String {
        let mut wire = TcpStream::connect(address).await.unwrap();
        wire.write_all(request).await.unwrap();
        let mut told = String::new();
        wire.read_to_string(&mut told).await.unwrap();
        told
    }

    #[tokio::test]
    async fn who_sends_a_head_too_slowly_is_hung_up_on_and_makes_room() {
        let (address, _stop, _serving) = begun(impatient(2)).await;
        let mut slow = Vec::new();
        for part in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET"] {
            let mut wire = TcpStream::connect(address).await.unwrap();
            wire.write_all(part.as_bytes()).await.unwrap();
            slow.push(wire);
        }
        // There are two places and four who hold them; whoever comes then waits for their time to be over.
        assert!(told(address, REQUEST).await.ends_with("here"));
        for mut wire in slow {
            let mut rest = Vec::new();
            let _ = timeout(Duration::from_secs(5), wire.read_to_end(&mut rest)).await.unwrap();
        }
    }

    #[tokio::test]
    async fn who_falls_silent_in_a_body_or_takes_nothing_of_an_answer_makes_room() {
        let (address, _stop, _serving) = begun(impatient(2)).await;
        let silent = b"POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf";
        let mut held = Vec::new();
        for request in [&silent[..], b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n"] {
            let mut wire = TcpStream::connect(address).await.unwrap();
            wire.write_all(request).await.unwrap();
            held.push(wire);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        let told =
            timeout(Duration::from_secs(5), told(address, REQUEST)).await.expect("both places are held for ever");
        assert!(told.ends_with("here"), "{told}");
    }

    #[tokio::test]
    async fn a_connection_that_nobody_uses_ends() {
        let (address, _stop, _serving) = begun(impatient(2)).await;
        let mut wire = TcpStream::connect(address).await.unwrap();
        wire.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut told = Vec::new();
        timeout(Duration::from_secs(5), wire.read_to_end(&mut told)).await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(&told).contains("here"));
    }

    #[tokio::test]
    async fn what_is_under_way_ends_before_the_server_does_and_what_never_ends_is_broken_off() {
        let (address, stop, serving) = begun(impatient(8)).await;
        let late = tokio::spawn(told(address, b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
        let never = tokio::spawn(async move { told(address, b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.send(true).unwrap();
        assert!(late.await.unwrap().ends_with("late"));
        timeout(Duration::from_secs(5), serving).await.unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err(), "nobody is taken any longer");
        never.abort();
    }
}
