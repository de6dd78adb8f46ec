//! The object store that RERT_TEST_S3 names, such as `http://127.0.0.1:5000`: a prefix in it for each test, and what a stranger does to it.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use archive::{CaseId, ObjectStoreKey, ObjectStorePlace};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio_stream::StreamExt;

const BUCKET: &str = "rert";
const REGION: &str = "us-east-1";
const CACHE_BYTES: u64 = 1 << 30;

/// The address of the store; nothing where none is named.
pub fn endpoint() -> Option<String> {
    std::env::var("RERT_TEST_S3").ok()
}

/// A part of the store that nobody has yet; nothing where no store is named.
pub fn place() -> Option<ObjectStorePlace> {
    let endpoint = endpoint()?;
    make_bucket(&endpoint);
    Some(place_at(&endpoint, CaseId::random().unwrap().as_str()))
}

/// The part of a store below a prefix.
pub fn place_at(endpoint: &str, prefix: &str) -> ObjectStorePlace {
    ObjectStorePlace {
        bucket: BUCKET.to_owned(),
        prefix: prefix.to_owned(),
        region: REGION.to_owned(),
        endpoint: Some(endpoint.to_owned()),
        authorities: None,
        key: ObjectStoreKey { id: "id".to_owned(), secret: "secret".to_owned(), session_token: None },
        cache_bytes: CACHE_BYTES,
    }
}

/// Makes the bucket, where it is not there yet.
fn make_bucket(endpoint: &str) {
    let host = endpoint.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).expect("the object store that RERT_TEST_S3 names");
    write!(stream, "PUT /{BUCKET} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
}

/// Somebody who has the key and changes what belongs to an archive.
pub struct Stranger {
    client: AmazonS3,
    prefix: String,
}

impl Stranger {
    pub fn of(place: &ObjectStorePlace) -> Self {
        let builder = AmazonS3Builder::new().with_bucket_name(&place.bucket).with_region(&place.region);
        let builder = builder.with_access_key_id("id").with_secret_access_key("secret");
        // A test may lead the archive through a proxy; the stranger goes straight.
        let client = builder.with_endpoint(endpoint().unwrap()).with_allow_http(true).build().unwrap();
        Self { client, prefix: place.prefix.clone() }
    }

    fn content(&self, sha256: &str) -> Path {
        Path::from(format!("{}/blobs/{}/{}/{sha256}", self.prefix, &sha256[..2], &sha256[2..4]))
    }

    pub async fn put(&self, sha256: &str, bytes: &[u8]) {
        self.client.put(&self.content(sha256), bytes.to_vec().into()).await.unwrap();
    }

    pub async fn remove(&self, sha256: &str) {
        self.client.delete(&self.content(sha256)).await.unwrap();
    }

    pub async fn remove_mark(&self) {
        self.client.delete(&Path::from(format!("{}/rert-archive", self.prefix))).await.unwrap();
    }

    /// The names of everything but the mark, without the folders.
    pub async fn contents(&self) -> BTreeSet<String> {
        let mut listed = self.client.list(Some(&Path::from(self.prefix.as_str())));
        let mut found = BTreeSet::new();
        while let Some(entry) = listed.next().await {
            found.insert(entry.unwrap().location.filename().unwrap().to_owned());
        }
        found.remove("rert-archive");
        found
    }
}
