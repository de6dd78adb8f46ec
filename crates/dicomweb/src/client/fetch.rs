//! WADO-RS: objects of another system as files.

use std::path::{Path, PathBuf};

use hyper::header;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};

use super::connection::Coming;
use super::progress::Progress;
use super::{Client, ClientError, Subject, empty};
use crate::multipart::{Boundary, Limits, MultipartError, Piece, Reader};
use crate::{MediaType, OBJECT};

const KEEPING: &str = "keeping what is fetched";
const BUFFER: usize = 256 << 10;

impl Client {
    /// Fetches all objects of a subject, as they are stored there, into files of a folder. Whole or not at all: what ends early
    /// leaves no file.
    ///
    /// # Errors
    /// When the service does not answer, answers something else or too much, or a file cannot be written.
    pub async fn fetch(&self, subject: &Subject, folder: &Path) -> Result<Vec<PathBuf>, ClientError> {
        let accept = format!("multipart/related; type=\"{OBJECT}\"; transfer-syntax=*");
        let request = self.request("GET", &subject.path()?, &accept)?;
        let request = request.body(empty()).map_err(|_| ClientError::Address)?;
        let coming = self.ask(request, &Progress::of_nothing()).await?;
        coming.expect_success()?;
        let kind = coming.header(header::CONTENT_TYPE).and_then(MediaType::read);
        let kind = kind.filter(|kind| kind.essence == "multipart/related");
        let boundary = Boundary::of(&kind.ok_or(ClientError::Answer("it is no body of many parts"))?)?;
        let mut files = Files { folder, all: Vec::new(), open: None };
        match receive(coming, &boundary, self.limits.parts, &mut files).await {
            Ok(()) => Ok(files.all),
            Err(error) => {
                files.remove().await;
                Err(error)
            }
        }
    }
}

async fn receive(
    mut coming: Coming,
    boundary: &Boundary,
    limits: Limits,
    files: &mut Files<'_>,
) -> Result<(), ClientError> {
    let mut reader = Reader::new(boundary, limits);
    loop {
        match coming.next().await {
            Ok(Some(bytes)) => {
                let mut found = Vec::new();
                let outcome = reader.push(&bytes, &mut found);
                for piece in found {
                    files.take(piece).await?;
                }
                outcome?;
            }
            Ok(None) => return Ok(reader.finish()?),
            // A connection that breaks where the body is whole has done its work.
            Err(ClientError::Connection { .. }) => return Ok(reader.finish()?),
            Err(error) => return Err(error),
        }
    }
}

/// The files of what is fetched, by their number: what another system calls an object names no file.
struct Files<'a> {
    folder: &'a Path,
    all: Vec<PathBuf>,
    open: Option<BufWriter<File>>,
}

impl Files<'_> {
    async fn take(&mut self, piece: Piece) -> Result<(), ClientError> {
        let failed = ClientError::file(KEEPING);
        match piece {
            Piece::Begin(headers) => {
                if headers.content_type.is_some_and(|kind| kind.essence != OBJECT) {
                    return Err(ClientError::Answer("a part is no object"));
                }
                let path = self.folder.join(format!("{:06}.dcm", self.all.len()));
                let file = File::create_new(&path).await.map_err(failed)?;
                self.all.push(path);
                self.open = Some(BufWriter::with_capacity(BUFFER, file));
            }
            Piece::Bytes(bytes) => {
                let file = self.open.as_mut().ok_or(MultipartError::BrokenOff(0))?;
                file.write_all(&bytes).await.map_err(failed)?;
            }
            Piece::End => {
                if let Some(mut file) = self.open.take() {
                    file.shutdown().await.map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    async fn remove(&mut self) {
        self.open = None;
        for path in self.all.drain(..) {
            // What cannot be removed lies in a folder of whoever asked.
            let _ = tokio::fs::remove_file(path).await;
        }
    }
}
