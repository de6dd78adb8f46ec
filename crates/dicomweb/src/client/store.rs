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
        let content = content(files.to_vec(), boundary);
        let coming = self.ask(request.body(content).map_err(|_| ClientError::Address)?).await?;
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
fn content(files: Vec<PathBuf>, boundary: Boundary) -> Content {
    let (sender, pieces) = channel::<Result<Frame<Bytes>, std::io::Error>>(WAITING);
    tokio::spawn(async move {
        if let Err(error) = send_all(&files, &boundary, &sender).await {
            // Who waits for the rest hears of it, and the request ends early.
            let _ = sender.send(Err(error)).await;
        }
    });
    StreamBody::new(ReceiverStream::new(pieces)).boxed()
}

type Pieces = Sender<Result<Frame<Bytes>, std::io::Error>>;

async fn send_all(files: &[PathBuf], boundary: &Boundary, sender: &Pieces) -> std::io::Result<()> {
    for file in files {
        send(boundary.opening(OBJECT, None).into(), sender).await?;
        send_file(file, sender).await?;
    }
    send(boundary.closing().into(), sender).await
}

async fn send_file(file: &Path, sender: &Pieces) -> std::io::Result<()> {
    let mut file = File::open(file).await?;
    loop {
        let mut piece = vec![0; PIECE];
        match file.read(&mut piece).await? {
            0 => return Ok(()),
            n => {
                piece.truncate(n);
                send(piece.into(), sender).await?;
            }
        }
    }
}

async fn send(bytes: Bytes, sender: &Pieces) -> std::io::Result<()> {
    sender.send(Ok(Frame::data(bytes))).await.map_err(|_| std::io::ErrorKind::BrokenPipe.into())
}
