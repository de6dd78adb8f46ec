//! STOW-RS: files of ours to another system.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use dicom_dictionary_std::tags;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::header;
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::wrappers::ReceiverStream;

use super::answer::Answer;
use super::connection::Content;
use super::progress::Progress;
use super::{Client, ClientError};
use crate::multipart::Boundary;
use crate::{JSON, OBJECT};

const SENDING: &str = "reading a file to be sent";
/// Files that go with one request; more make further ones.
const FILES_OF_A_REQUEST: usize = 200;
const PIECE: usize = 256 << 10;
/// Pieces that may wait to be sent.
const WAITING: usize = 4;

/// What became of files that were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// SOP Instance UIDs of those that are kept there.
    pub kept: Vec<String>,
    /// Those that are not, each with its SOP Instance UID, where the other system could tell it, and the reason by its number.
    pub failed: Vec<(Option<String>, u16)>,
}

impl Client {
    /// Sends files. What the other system does not keep is no error here but told.
    ///
    /// # Errors
    /// When a file cannot be read, or the service does not answer as the standard says.
    pub async fn store(&self, files: &[PathBuf]) -> Result<Stored, ClientError> {
        let mut stored = Stored::default();
        for files in files.chunks(FILES_OF_A_REQUEST) {
            self.store_some(files, &mut stored).await?;
        }
        Ok(stored)
    }

    async fn store_some(&self, files: &[PathBuf], stored: &mut Stored) -> Result<(), ClientError> {
        let boundary = Boundary::random().map_err(|_| ClientError::NoRandomness)?;
        let mut length = boundary.closing().len() as u64;
        for file in files {
            let of_file = tokio::fs::metadata(file).await.map_err(ClientError::file(SENDING))?.len();
            length += boundary.opening(OBJECT, None).len() as u64 + of_file;
        }
        let request = self.request("POST", "/studies", JSON)?;
        let request = request.header(header::CONTENT_TYPE, boundary.content_type(OBJECT));
        let request = request.header(header::CONTENT_LENGTH, length);
        let progress = Progress::of_pieces();
        let content = content(files.to_vec(), boundary, progress.clone());
        let request = request.body(content).map_err(|_| ClientError::Address)?;
        let coming = self.ask(request, &progress).await?;
        let status = coming.status();
        // A conflict tells which files were not kept, as a success with reservations does.
        if status != 409 {
            coming.expect_success()?;
        }
        let document = coming.whole(self.limits.json_bytes).await?;
        stored.read(&document).ok_or(ClientError::Answer("it does not tell what was stored"))
    }
}

impl Stored {
    fn read(&mut self, document: &[u8]) -> Option<()> {
        let mut document: serde_json::Value = serde_json::from_slice(document).ok()?;
        // Some put the one data set into a list.
        if let Some(first) = document.get_mut(0) {
            document = first.take();
        }
        let answer = Answer(document.as_object()?.clone());
        let kept = answer.items(tags::REFERENCED_SOP_SEQUENCE);
        self.kept.extend(kept.filter_map(|item| item.uid(tags::REFERENCED_SOP_INSTANCE_UID)));
        for item in answer.items(tags::FAILED_SOP_SEQUENCE) {
            let reason = item.text(tags::FAILURE_REASON).and_then(|reason| reason.parse().ok());
            self.failed.push((item.uid(tags::REFERENCED_SOP_INSTANCE_UID), reason.unwrap_or(0x0110)));
        }
        Some(())
    }
}

/// The files with what stands between them, read while they are sent.
fn content(files: Vec<PathBuf>, boundary: Boundary, progress: Progress) -> Content {
    let (sender, pieces) = channel::<Result<Frame<Bytes>, std::io::Error>>(WAITING);
    tokio::spawn(async move {
        let pieces = Pieces { sender, progress };
        match pieces.send_all(&files, &boundary).await {
            Ok(()) => pieces.progress.sent(),
            // Who waits for the rest hears of it, and the request ends early.
            Err(error) => drop(pieces.sender.send(Err(error)).await),
        }
    });
    StreamBody::new(ReceiverStream::new(pieces)).boxed()
}

/// Who takes the pieces of a question.
struct Pieces {
    sender: Sender<Result<Frame<Bytes>, std::io::Error>>,
    progress: Progress,
}

impl Pieces {
    async fn send_all(&self, files: &[PathBuf], boundary: &Boundary) -> std::io::Result<()> {
        for file in files {
            self.send(boundary.opening(OBJECT, None).into()).await?;
            self.send_file(file).await?;
        }
        self.send(boundary.closing().into()).await
    }

    async fn send_file(&self, file: &Path) -> std::io::Result<()> {
        let mut file = File::open(file).await?;
        loop {
            let mut piece = vec![0; PIECE];
            match file.read(&mut piece).await? {
                0 => return Ok(()),
                n => {
                    piece.truncate(n);
                    self.send(piece.into()).await?;
                }
            }
        }
    }

    async fn send(&self, bytes: Bytes) -> std::io::Result<()> {
        let taken = self.sender.send(Ok(Frame::data(bytes))).await;
        self.progress.went_on();
        taken.map_err(|_| std::io::ErrorKind::BrokenPipe.into())
    }
}
