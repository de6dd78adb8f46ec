//! Contents of the archive, given piece by piece.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use archive::{Archive, IndexedInstance, hexadecimal};
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use dicom::parse::Parsed;
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;

use crate::problem::Problem;

const PIECE: usize = 256 << 10;
/// Pieces that may wait to be sent.
const WAITING: usize = 4;
/// How long nobody may take the next piece.
const PATIENCE: Duration = Duration::from_secs(60);
/// What objects and values may take in memory at once, whoever asks. Small ones have a part of their own, so that they never wait for
/// large ones.
const LARGE_MIB: u32 = 600;
const SMALL_MIB: u32 = 150;
static LARGE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(LARGE_MIB as usize)));
static SMALL: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(SMALL_MIB as usize)));
/// Up to so many MiB an object is a small one: a slice, a plan, a registration.
const SMALL_OBJECT: u32 = 2;
/// While an object is read there are its file, what was read of it and what was taken from it; afterwards only the last.
const COPIES: u32 = 3;
/// How long is waited for memory that others hold.
const WAITING_FOR_MEMORY: Duration = Duration::from_secs(20);
/// How long somebody may take for an answer that is held in memory.
const LONGEST: Duration = Duration::from_secs(600);

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

    /// Sends bytes in pieces that do not keep the whole of them in memory.
    ///
    /// # Errors
    /// When nobody takes them any longer.
    pub(super) async fn send_all(&self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(PIECE) {
            self.send(Bytes::copy_from_slice(piece)).await?;
        }
        Ok(())
    }

    /// Sends a content as it is, and fails at its end where it is not what it was when it came.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or nobody takes it any longer.
    pub(super) async fn send_content(&self, archive: &Archive, content: &IndexedInstance) -> io::Result<()> {
        let file = archive.open_content(&content.sha256).await.map_err(io::Error::other)?;
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

/// An answer that is held in memory until it was taken, hung up on, or waited for too long.
pub(super) fn streamed_held<T, F>(held: Held<T>, write: impl FnOnce(Pieces, T) -> F) -> Body
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let Held { value, memory } = held;
    streamed(|pieces| {
        let writing = write(pieces, value);
        async move {
            let written = timeout(LONGEST, writing).await;
            drop(memory);
            written.unwrap_or(Err(io::ErrorKind::TimedOut.into()))
        }
    })
}

/// Something in memory, with the right to hold it there.
#[derive(Debug)]
pub(super) struct Held<T> {
    pub(super) value: T,
    memory: OwnedSemaphorePermit,
}

/// The right to hold an object of so many bytes in memory. One that is larger than all that may be held is held alone.
async fn memory_for(n_bytes: u64) -> Result<OwnedSemaphorePermit, Problem> {
    let mib = u32::try_from((n_bytes >> 20) + 1).unwrap_or(u32::MAX).min(LARGE_MIB / COPIES);
    let memory = if mib <= SMALL_OBJECT { &SMALL } else { &LARGE };
    match timeout(WAITING_FOR_MEMORY, Arc::clone(memory).acquire_many_owned(COPIES * mib)).await {
        Ok(Ok(memory)) => Ok(memory),
        Ok(Err(_)) | Err(_) => {
            let message = "others are given so much at this moment that there is no memory for more";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "reading an object", message)
                .hint("Ask again, or fetch the object itself, which is given piece by piece."))
        }
    }
}

/// Reads an object, which was examined when it came in, and takes something from it.
///
/// # Errors
/// When it cannot be read, does not hold what is wanted, or others hold too much in memory for too long.
pub(super) async fn with_object<T: Send + 'static>(
    archive: &Archive,
    content: IndexedInstance,
    take: impl FnOnce(&Parsed) -> Result<T, Problem> + Send + 'static,
) -> Result<Held<T>, Problem> {
    let broken = || Problem::internal("reading an object", "it was broken off");
    let mut memory = memory_for(content.n_bytes).await?;
    let file = archive.open_content(&content.sha256).await?;
    // In the thread itself, which goes on also where nobody waits for it any longer.
    let taken = tokio::task::spawn_blocking(move || {
        let value = take(&read(file, &content)?)?;
        let n_given_back = memory.num_permits() / COPIES as usize * (COPIES as usize - 1);
        drop(memory.split(n_given_back));
        Ok(Held { value, memory })
    });
    taken.await.map_err(|_| broken())?
}

fn read(mut file: File, content: &IndexedInstance) -> Result<Parsed, Problem> {
    let damaged = |reason: String| Problem::internal("reading an object", reason).about(content.sha256.clone());
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| damaged(error.kind().to_string()))?;
    Parsed::read(&bytes).map_err(|error| damaged(error.to_string()))
}
