//! Contents of the archive, given piece by piece.

use std::io::{self, Read};
use std::time::Duration;

use archive::{Archive, IndexedInstance, hexadecimal};
use axum::body::{Body, Bytes};
use dicom::parse::Parsed;
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;

use crate::problem::Problem;

const PIECE: usize = 256 << 10;
/// Pieces that may wait to be sent.
const WAITING: usize = 4;
/// How long nobody may take the next piece.
const PATIENCE: Duration = Duration::from_secs(60);
/// Objects that are held in memory at once, whoever asks.
static HELD: Semaphore = Semaphore::const_new(4);

/// Who waits for the pieces of an answer.
pub(super) struct Pieces(Sender<io::Result<Bytes>>);

impl Pieces {
    /// Sends some bytes.
    ///
    /// # Errors
    /// When nobody takes them any longer.
    pub(super) async fn send(&self, bytes: impl Into<Bytes>) -> io::Result<()> {
        match timeout(PATIENCE, self.0.send(Ok(bytes.into()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Sends a content as it is, and fails at its end where it is not what it was when it came.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or nobody takes it any longer.
    pub(super) async fn send_content(&self, archive: &Archive, content: &IndexedInstance) -> io::Result<()> {
        let file = archive.open_content(&content.sha256).map_err(io::Error::other)?;
        let mut file = tokio::fs::File::from_std(file);
        file.set_max_buf_size(PIECE);
        let mut hash = Sha256::new();
        loop {
            let mut piece = vec![0; PIECE];
            let n = file.read(&mut piece).await?;
            if n == 0 {
                break;
            }
            piece.truncate(n);
            hash.update(&piece);
            self.send(piece).await?;
        }
        if hexadecimal(&hash.finalize()) == content.sha256 {
            Ok(())
        } else {
            Err(io::Error::other("a content is damaged"))
        }
    }
}

/// An answer that is written while it is read. Where that fails the answer ends early, which everybody notices who reads it.
pub(super) fn streamed<F>(write: impl FnOnce(Pieces) -> F) -> Body
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let (sender, pieces) = channel(WAITING);
    let writing = write(Pieces(sender.clone()));
    tokio::spawn(async move {
        if let Err(error) = writing.await {
            // Who has hung up hears nothing any longer.
            let _ = timeout(PATIENCE, sender.send(Err(error))).await;
        }
    });
    Body::from_stream(ReceiverStream::new(pieces))
}

/// Reads an object, which was examined when it came in, and takes something from it; not where others would wait for it.
///
/// # Errors
/// When it cannot be read, or does not hold what is wanted.
pub(super) async fn with_object<T: Send + 'static>(
    archive: &Archive,
    content: IndexedInstance,
    take: impl FnOnce(&Parsed) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let broken = || Problem::internal("reading an object", "it was broken off");
    let _held = HELD.acquire().await.map_err(|_| broken())?;
    let archive = archive.clone();
    let taken = tokio::task::spawn_blocking(move || take(&read(&archive, &content)?));
    taken.await.map_err(|_| broken())?
}

fn read(archive: &Archive, content: &IndexedInstance) -> Result<Parsed, Problem> {
    let damaged = |reason: String| Problem::internal("reading an object", reason).about(content.sha256.clone());
    let mut bytes = Vec::new();
    let mut file = archive.open_content(&content.sha256)?;
    file.read_to_end(&mut bytes).map_err(|error| damaged(error.kind().to_string()))?;
    Parsed::read(&bytes).map_err(|error| damaged(error.to_string()))
}
