//! Where an archive is.

use std::fmt;
use std::path::PathBuf;

/// Where an archive is. What opens it to others (passwords, keys) is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ArchivePlace {
    /// The folder of its contents, or of their copies where they are in an object store, and of its index where that is in SQLite.
    pub folder: PathBuf,
    /// Address of a PostgreSQL database for the index, as `postgres://…`.
    pub postgres: Option<String>,
    /// An object store that keeps the contents.
    pub objects: Option<ObjectStorePlace>,
}

/// An object store that speaks S3, and the part of it that belongs to one archive alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectStorePlace {
    /// The bucket, which must be there.
    pub bucket: String,
    /// What the names of all objects of this archive begin with; may be empty.
    pub prefix: String,
    /// The region.
    pub region: String,
    /// Address of the store as `https://…`; that of Amazon for the region where nothing is said. Without encryption (`http://`) a
    /// store on this machine alone is spoken to.
    pub endpoint: Option<String>,
    /// Certificates (PEM) of authorities that are trusted beside those of the system.
    pub authorities: Option<Vec<u8>>,
    /// Who we are to the store.
    pub key: ObjectStoreKey,
    /// How many bytes of copies are kept in the folder.
    pub cache_bytes: u64,
}

/// Who we are to an object store.
#[derive(Clone, PartialEq, Eq)]
pub struct ObjectStoreKey {
    /// Name of the key.
    pub id: String,
    /// The key.
    pub secret: String,
    /// What goes with a key that is valid for a while only.
    pub session_token: Option<String>,
}

impl ArchivePlace {
    /// Everything in one folder.
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), postgres: None, objects: None }
    }
}

impl fmt::Debug for ArchivePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password in more than one place, so nothing of it is printed.
        let postgres = self.postgres.as_ref().map(|_| Hidden);
        let Self { folder, objects, .. } = self;
        formatter
            .debug_struct("ArchivePlace")
            .field("folder", folder)
            .field("postgres", &postgres)
            .field("objects", objects)
            .finish()
    }
}

impl fmt::Debug for ObjectStoreKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ObjectStoreKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Stands for what is not printed.
struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("hidden")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_an_archive_is_never_printed() {
        let secret = "hunter2";
        let key = ObjectStoreKey {
            id: "AKID".to_owned(),
            secret: secret.to_owned(),
            session_token: Some(format!("token {secret}")),
        };
        let objects = ObjectStorePlace {
            bucket: "archive".to_owned(),
            prefix: String::new(),
            region: "eu-central-1".to_owned(),
            endpoint: None,
            authorities: None,
            key,
            cache_bytes: 1,
        };
        for postgres in
            [format!("postgres://rert:{secret}@host/rert"), format!("postgres:///rert?password={secret}")]
        {
            let place = ArchivePlace {
                postgres: Some(postgres),
                objects: Some(objects.clone()),
                ..ArchivePlace::folder("/archive")
            };
            let printed = format!("{place:?} {place:#?}");
            assert!(!printed.contains(secret), "{printed}");
            assert!(printed.contains("/archive") && printed.contains("AKID"), "{printed}");
        }
    }
}
