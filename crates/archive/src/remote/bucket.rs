//! A bucket of a store that speaks S3, and what belongs to one archive in it.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path as Name;
use object_store::{
    BackoffConfig, Certificate, ClientOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    PutPayload, RetryConfig,
};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_stream::StreamExt;

use super::{AT_ONCE, failure};
use crate::blobs::{below, is_hash};
use crate::store::blocking;
use crate::{ArchiveError, ObjectStorePlace, hexadecimal};

/// Contents go to and fro in pieces of this size. A store takes 10,000 for one content, which is ten times the largest.
const PIECE: usize = 8 << 20;
const CONNECTING: Duration = Duration::from_secs(5);
/// For one piece, with everything.
const ANSWERING: Duration = Duration::from_secs(60);
/// After a failure it is tried again so often, unless so much time has gone by.
const FURTHER_ATTEMPTS: usize = 3;
const TRYING: Duration = Duration::from_secs(20);
const PAUSES: BackoffConfig =
    BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(2), base: 2.0 };

/// Says whose this part of the bucket is.
const MARK: &str = "rert-archive";
const CONTENTS: &str = "blobs";

const OPENING: &str = "opening the object store";
const SENDING: &str = "sending a content to the object store";
const FETCHING: &str = "fetching a content from the object store";
const REMOVING: &str = "removing a content from the object store";
const LISTING: &str = "listing the contents in the object store";

/// Makes room for so many bytes, or refuses.
pub(super) type Room<'a> = &'a (dyn Fn(u64) -> Result<(), ArchiveError> + Sync);

/// What belongs to one archive in a bucket.
pub(super) struct Bucket {
    client: AmazonS3,
    prefix: Name,
    /// So many requests for contents at once, whoever asks.
    turns: Semaphore,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Bucket").finish_non_exhaustive()
    }
}

impl Bucket {
    /// Gets ready to speak to a bucket; nothing is asked yet.
    pub(super) fn open(place: &ObjectStorePlace) -> Result<Self, ArchiveError> {
        let failed = |_| failure::of_settings(OPENING);
        // A client of HTTP takes the provider that the program has, and there must be one.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let mut options = ClientOptions::new().with_connect_timeout(CONNECTING).with_timeout(ANSWERING);
        for authority in
            Certificate::from_pem_bundle(place.authorities.as_deref().unwrap_or_default()).map_err(failed)?
        {
            options = options.with_root_certificate(authority);
        }
        let retries = RetryConfig { backoff: PAUSES, max_retries: FURTHER_ATTEMPTS, retry_timeout: TRYING };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&place.bucket)
            .with_region(&place.region)
            .with_access_key_id(&place.key.id)
            .with_secret_access_key(&place.key.secret)
            .with_checksum_algorithm(Checksum::SHA256)
            // Not every store can remove many with one request.
            .with_disable_bulk_delete(true)
            .with_retry(retries)
            .with_client_options(options);
        if let Some(endpoint) = &place.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(may_be_plain(endpoint)?);
        }
        if let Some(token) = &place.key.session_token {
            builder = builder.with_token(token);
        }
        let prefix = Name::parse(&place.prefix).map_err(|_| failure::of_settings(OPENING))?;
        Ok(Self { client: builder.build().map_err(failed)?, prefix, turns: Semaphore::new(AT_ONCE) })
    }

    /// Whose this part of the bucket is; nobody's where nothing says so.
    pub(super) async fn mark(&self) -> Result<Option<String>, ArchiveError> {
        let failed = failure::while_doing(OPENING);
        match self.client.get(&self.name(MARK)).await {
            Ok(found) => {
                let bytes = found.bytes().await.map_err(failed)?;
                Ok(Some(String::from_utf8_lossy(&bytes).trim().to_owned()))
            }
            Err(error) if is_missing(&error) => {
                // A store says the same of a bucket that is not there; listing tells them apart.
                let mut listed = self.client.list(Some(&self.name(MARK)));
                listed.next().await.transpose().map_err(failure::while_looking_for_the_bucket(OPENING))?;
                Ok(None)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Makes this part of the bucket that of an archive, where it is nobody's.
    pub(super) async fn set_mark(&self, archive: &str) -> Result<(), ArchiveError> {
        let text = format!("{archive}\n");
        let options = PutOptions { mode: PutMode::Create, ..Default::default() };
        match self.client.put_opts(&self.name(MARK), text.into(), options).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(failure::while_doing(OPENING)(error)),
        }
    }

    /// Sends a file as the content of a hash; the store has it, whole, when this returns.
    pub(super) async fn put(&self, sha256: &str, path: PathBuf) -> Result<(), ArchiveError> {
        let failed = failure::while_doing(SENDING);
        let _turn = self.turn().await?;
        let name = self.content(sha256);
        let mut reader = Reader::open(path).await?;
        let first = reader.next().await?;
        if first.len() < PIECE {
            reader.refuse_other_than(sha256)?;
            self.client.put(&name, first.into()).await.map_err(&failed)?;
        } else {
            let mut upload = self.client.put_multipart(&name).await.map_err(&failed)?;
            if let Err(error) = send_pieces(upload.as_mut(), first, (&mut reader, sha256)).await {
                // Parts that stay would be paid for and never seen; the store may be away, and then they stay.
                let _ = upload.abort().await;
                return Err(error);
            }
        }
        // What it acknowledged it must also find.
        let found = self.client.head(&name).await.map_err(failed)?;
        if found.size == reader.n_bytes {
            Ok(())
        } else {
            Err(ArchiveError::ObjectStore { doing: SENDING, reason: "it keeps another size than was sent" })
        }
    }

    /// Writes a content into a new file, compared with its hash.
    pub(super) async fn fetch(&self, sha256: &str, into: &Path, room: Room<'_>) -> Result<(), ArchiveError> {
        let path = into.to_owned();
        let file = blocking(move || File::create(path).map_err(ArchiveError::while_doing(FETCHING))).await?;
        let how = match self.read(sha256, Some(file), room).await? {
            Some(found) if found == sha256 => return Ok(()),
            Some(_) => "damaged",
            None => "missing",
        };
        Err(ArchiveError::DamagedContent { sha256: sha256.to_owned(), how })
    }

    /// Whether a content is what its name says; nothing where it is not there.
    pub(super) async fn is_whole(&self, sha256: &str) -> Result<Option<bool>, ArchiveError> {
        Ok(self.read(sha256, None, &|_| Ok(())).await?.map(|found| found == sha256))
    }

    /// Reads a content to its end, into a file where one is given, and tells the hash of its bytes; nothing where it is not there.
    async fn read(
        &self,
        sha256: &str,
        file: Option<File>,
        room: Room<'_>,
    ) -> Result<Option<String>, ArchiveError> {
        let failed = failure::while_doing(FETCHING);
        let _turn = self.turn().await?;
        let name = self.content(sha256);
        let found = match self.client.get(&name).await {
            Ok(found) => found,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut writer = Writer { file, hash: Sha256::new() };
        let size = found.meta.size;
        room(size)?;
        if size <= PIECE as u64 {
            writer = writer.write(found.bytes().await.map_err(&failed)?).await?;
            return Ok(Some(hexadecimal(&writer.hash.finalize())));
        }
        // A large one is asked for piece by piece, each with its own time; what is not read of the first answer is thrown away.
        drop(found);
        let mut from = 0;
        while from < size {
            let to = size.min(from + PIECE as u64);
            let piece = match self.client.get_range(&name, from..to).await {
                Ok(piece) => piece,
                Err(error) if is_missing(&error) => return Ok(None),
                Err(error) => return Err(failed(error)),
            };
            writer = writer.write(piece).await?;
            from = to;
        }
        Ok(Some(hexadecimal(&writer.hash.finalize())))
    }

    /// Removes a content; one that is not there is no fault.
    pub(super) async fn remove(&self, sha256: &str) -> Result<(), ArchiveError> {
        // Without a turn: whoever removes holds the right to change the archive, and large contents take theirs for minutes.
        match self.client.delete(&self.content(sha256)).await {
            Err(error) if !is_missing(&error) => Err(failure::while_doing(REMOVING)(error)),
            _ => Ok(()),
        }
    }

    /// The hashes of all contents.
    pub(super) async fn all(&self) -> Result<BTreeSet<String>, ArchiveError> {
        let mut found = BTreeSet::new();
        let mut listed = self.client.list(Some(&self.name(CONTENTS)));
        while let Some(entry) = listed.next().await {
            let entry = entry.map_err(failure::while_doing(LISTING))?;
            found.extend(entry.location.filename().filter(|name| is_hash(name)).map(str::to_owned));
        }
        Ok(found)
    }

    fn name(&self, below: &str) -> Name {
        below.split('/').fold(self.prefix.clone(), |name, part| name.join(part))
    }

    /// The same names as in a folder, so that a copy of the bucket is one.
    fn content(&self, sha256: &str) -> Name {
        self.name(&format!("{CONTENTS}/{}", below(sha256)))
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, ArchiveError> {
        self.turns.acquire().await.map_err(|_| failure::interrupted())
    }
}

/// Sends a large content in pieces, and completes it only where its bytes are those of its hash.
async fn send_pieces(
    upload: &mut dyn MultipartUpload,
    first: Bytes,
    (reader, sha256): (&mut Reader, &str),
) -> Result<(), ArchiveError> {
    let failed = failure::while_doing(SENDING);
    let mut piece = first;
    while !piece.is_empty() {
        upload.put_part(PutPayload::from(piece)).await.map_err(&failed)?;
        piece = reader.next().await?;
    }
    reader.refuse_other_than(sha256)?;
    upload.complete().await.map(|_| ()).map_err(failed)
}

/// A file that is read in pieces and hashed.
struct Reader {
    file: Option<File>,
    hash: Sha256,
    n_bytes: u64,
}

impl Reader {
    async fn open(path: PathBuf) -> Result<Self, ArchiveError> {
        let file = blocking(move || File::open(path).map_err(ArchiveError::while_doing(SENDING))).await?;
        Ok(Self { file: Some(file), hash: Sha256::new(), n_bytes: 0 })
    }

    /// The next piece; empty at the end.
    async fn next(&mut self) -> Result<Bytes, ArchiveError> {
        let Some(file) = self.file.take() else { return Ok(Bytes::new()) };
        let mut hash = std::mem::take(&mut self.hash);
        let (file, hash, piece) = blocking(move || {
            let mut piece = Vec::new();
            let mut part = file.take(PIECE as u64);
            part.read_to_end(&mut piece).map_err(ArchiveError::while_doing(SENDING))?;
            hash.update(&piece);
            Ok((part.into_inner(), hash, piece))
        })
        .await?;
        (self.file, self.hash) = (Some(file), hash);
        self.n_bytes += piece.len() as u64;
        Ok(piece.into())
    }

    /// Refuses where what was read is not the content of a hash.
    fn refuse_other_than(&self, sha256: &str) -> Result<(), ArchiveError> {
        if hexadecimal(&self.hash.clone().finalize()) == sha256 {
            Ok(())
        } else {
            Err(ArchiveError::DamagedContent { sha256: sha256.to_owned(), how: "damaged" })
        }
    }
}

/// A file that is written in pieces and hashed; only hashed where there is none.
struct Writer {
    file: Option<File>,
    hash: Sha256,
}

impl Writer {
    async fn write(mut self, piece: Bytes) -> Result<Self, ArchiveError> {
        blocking(move || {
            self.hash.update(&piece);
            if let Some(file) = &mut self.file {
                file.write_all(&piece).map_err(ArchiveError::while_doing(FETCHING))?;
            }
            Ok(self)
        })
        .await
    }
}

fn is_missing(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. })
}

/// Whether a store may be spoken to without encryption, which is so on this machine alone.
fn may_be_plain(endpoint: &str) -> Result<bool, ArchiveError> {
    let Some(rest) = endpoint.strip_prefix("http://") else {
        return if endpoint.starts_with("https://") { Ok(false) } else { Err(ArchiveError::PlainObjectStore) };
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    };
    if crate::index::is_this_machine(host) { Ok(true) } else { Err(ArchiveError::PlainObjectStore) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_encryption_only_this_machine_is_spoken_to() {
        for (endpoint, expected) in [
            ("https://s3.example.org", Some(false)),
            ("http://127.0.0.1:9000", Some(true)),
            ("http://localhost", Some(true)),
            ("http://[::1]:9000/", Some(true)),
            ("http://s3.example.org", None),
            ("http://127.0.0.1@s3.example.org:80", None),
            ("http://127.0.0.1.example.org", None),
            ("s3.example.org", None),
            ("ftp://127.0.0.1", None),
        ] {
            assert_eq!(may_be_plain(endpoint).ok(), expected, "{endpoint}");
        }
    }
}
