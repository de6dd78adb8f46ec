//! The content of a request as something that can be read from.

use std::io::{self, Read};

use axum::body::Body;
use axum::body::Bytes;
use tokio::sync::mpsc::{Receiver, channel};
use tokio_stream::StreamExt;

/// Pieces that may wait to be written.
const WAITING: usize = 8;

/// Reads what a request brings, from a thread that may wait.
pub struct Content {
    pieces: Receiver<io::Result<Bytes>>,
    left: Bytes,
}

impl Content {
    /// Of a request. A content that ends before its time is an error, so that half a file is never kept.
    pub fn of(body: Body) -> Self {
        let (sender, pieces) = channel(WAITING);
        tokio::spawn(async move {
            let mut stream = body.into_data_stream();
            while let Some(piece) = stream.next().await {
                if sender.send(piece.map_err(io::Error::other)).await.is_err() {
                    return;
                }
            }
        });
        Self { pieces, left: Bytes::new() }
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.left.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.left = piece?,
                None => return Ok(0),
            }
        }
        let n = self.left.len().min(buffer.len());
        buffer[..n].copy_from_slice(&self.left.split_to(n));
        Ok(n)
    }
}
