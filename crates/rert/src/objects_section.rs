//! `[archive.objects]`: an object store for the contents of the archive.

use std::path::PathBuf;

use archive::{ObjectStoreKey, ObjectStorePlace};
use serde::Deserialize;

use crate::configuration::{DOING, read};
use crate::failure::Failure;

/// `[archive.objects]`. Keys do not stand in the file: the environment names them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectsSection {
    /// The bucket.
    pub bucket: String,
    /// What the names of all objects of this archive begin with.
    #[serde(default)]
    pub prefix: String,
    /// The region.
    #[serde(default = "default_region")]
    pub region: String,
    /// Address of the store; that of Amazon where nothing is said.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// File (PEM) of authorities that are trusted beside those of the system.
    #[serde(default)]
    pub authorities: Option<PathBuf>,
    /// How many GiB of copies are kept in the folder.
    #[serde(default = "default_cache")]
    pub cache_gib: u32,
    /// From the environment.
    #[serde(skip)]
    pub key: Option<ObjectStoreKey>,
}

/// Stores that have no regions take this one.
fn default_region() -> String {
    "us-east-1".to_owned()
}

/// Some hundred cases with their images.
fn default_cache() -> u32 {
    64
}

impl ObjectsSection {
    /// The store that is meant.
    pub fn place(&self) -> Result<ObjectStorePlace, Failure> {
        let key = self.key.clone().ok_or_else(|| {
            Failure::Usage(format!(
                "{DOING}: [archive.objects] needs a key; name it in the environment as {KEY} and {SECRET}, \
                 or as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ))
        })?;
        Ok(ObjectStorePlace {
            bucket: self.bucket.clone(),
            prefix: self.prefix.clone(),
            region: self.region.clone(),
            endpoint: self.endpoint.clone(),
            authorities: self.authorities.as_deref().map(read).transpose()?,
            key,
            cache_bytes: u64::from(self.cache_gib) << 30,
        })
    }
}

const KEY: &str = "RERT_ARCHIVE_OBJECTS_KEY";
const SECRET: &str = "RERT_ARCHIVE_OBJECTS_SECRET";

/// Who we are to the object store: under names of ours, or under those that every program of Amazon knows.
pub fn key(environment: impl Fn(&str) -> Option<String>) -> Option<ObjectStoreKey> {
    let said = |name: &str| environment(name).filter(|value| !value.is_empty());
    if let (Some(id), Some(secret)) = (said(KEY), said(SECRET)) {
        return Some(ObjectStoreKey { id, secret, session_token: None });
    }
    let (id, secret) = (said("AWS_ACCESS_KEY_ID")?, said("AWS_SECRET_ACCESS_KEY")?);
    Some(ObjectStoreKey { id, secret, session_token: said("AWS_SESSION_TOKEN") })
}
