//! An archive for each test: its contents in a folder that vanishes, or in the object store that RERT_TEST_S3 names, its index in SQLite,
//! or in the PostgreSQL that RERT_TEST_POSTGRES names.

#![allow(dead_code, reason = "every test file uses another part of the support")]

pub mod bucket;
pub mod disk;
pub mod postgres;
pub mod proxy;
pub mod worker;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use archive::{Archive, ArchiveError, ArchivePlace, CaseId, Examiner, Receipt, StoredCase, Transfer};
use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// Where an archive is, for as long as a test takes.
pub struct Place {
    pub folder: TempDir,
    pub place: ArchivePlace,
}

pub async fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let postgres = match std::env::var("RERT_TEST_POSTGRES") {
        Ok(server) => Some(database(&server).await),
        Err(_) => None,
    };
    let objects = bucket::place();
    let place = ArchivePlace { postgres, objects, ..ArchivePlace::folder(folder.path().join("archive")) };
    Place { folder, place }
}

/// A new database on a server.
pub async fn database(server: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("rert_{}", CaseId::random().unwrap());
    let mut connection = sqlx::AnyConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    format!("{}/{name}", server.trim_end_matches('/'))
}

impl Place {
    pub async fn try_open(&self) -> Result<Archive, ArchiveError> {
        Archive::open(&self.place, Examiner::in_this_process()).await
    }

    pub async fn open(&self) -> Archive {
        self.try_open().await.unwrap()
    }

    pub fn root(&self) -> &Path {
        &self.place.folder
    }

    /// Where a content lies in the folder, or its copy.
    pub fn path(&self, sha256: &str) -> PathBuf {
        self.root().join("blobs").join(&sha256[..2]).join(&sha256[2..4]).join(sha256)
    }

    fn stranger(&self) -> Option<bucket::Stranger> {
        self.place.objects.as_ref().map(bucket::Stranger::of)
    }

    /// The names of everything that the archive keeps, where that has the last word.
    pub async fn contents(&self) -> BTreeSet<String> {
        if let Some(stranger) = self.stranger() {
            return stranger.contents().await;
        }
        let files = dicom::source::walk(&self.root().join("blobs")).unwrap();
        let name = |source: &dicom::Source| match source {
            dicom::Source::File(path) => path.file_name().unwrap().to_string_lossy().into_owned(),
            dicom::Source::Entry { archive, .. } => archive.file_name().unwrap().to_string_lossy().into_owned(),
        };
        files.iter().map(name).collect()
    }

    /// Writes something else, or something new, in the place of a content.
    pub async fn write_content(&self, sha256: &str, bytes: &[u8]) {
        if let Some(stranger) = self.stranger() {
            return stranger.put(sha256, bytes).await;
        }
        std::fs::create_dir_all(self.path(sha256).parent().unwrap()).unwrap();
        std::fs::write(self.path(sha256), bytes).unwrap();
    }

    /// Takes a content away.
    pub async fn remove_content(&self, sha256: &str) {
        if let Some(stranger) = self.stranger() {
            return stranger.remove(sha256).await;
        }
        std::fs::remove_file(self.path(sha256)).unwrap();
    }
}

/// A data set that has nothing but its class and its name.
pub fn object(uid: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (element, value) in [(0x16_u8, "1.2.840.10008.5.1.4.1.1.481.99"), (0x18, uid)] {
        let padded = format!("{value}{}", if value.len() % 2 == 1 { "\0" } else { "" });
        bytes.extend([8, 0, element, 0, b'U', b'I', padded.len() as u8, 0]);
        bytes.extend(padded.as_bytes());
    }
    bytes
}

/// A data set of a patient.
pub fn object_of(uid: &str, patient: &str, born: &str) -> Vec<u8> {
    let mut bytes = object(uid);
    for (element, representation, value) in [(0x20_u8, b"LO", patient), (0x30, b"DA", born)] {
        let padded = format!("{value}{}", if value.len() % 2 == 1 { " " } else { "" });
        bytes.extend([0x10, 0, element, 0, representation[0], representation[1], padded.len() as u8, 0]);
        bytes.extend(padded.as_bytes());
    }
    bytes
}

/// Padding of a data set: a private element that nobody reads.
pub fn padding(n_bytes: usize) -> Vec<u8> {
    let mut bytes = vec![0x11, 0x10, 0x10, 0, b'U', b'N', 0, 0];
    bytes.extend((n_bytes as u32).to_le_bytes());
    bytes.resize(12 + n_bytes, 0x5a);
    bytes
}

/// Sends an object, as a network does.
pub async fn send(transfer: &Transfer, object: &[u8]) -> Result<Receipt, ArchiveError> {
    let path = transfer.folder().join(CaseId::random().unwrap().as_str());
    std::fs::write(&path, object).unwrap();
    transfer.receive(path, None, now()).await
}

pub async fn imported(archive: &Archive, files: &[(&str, &[u8])]) -> StoredCase {
    let import = archive.begin_import().unwrap();
    for (name, content) in files {
        import.add(name, &mut &content[..]).unwrap();
    }
    archive.finish_import(import, None, ("first", now())).await.unwrap()
}

/// The hashes of the objects of a case.
pub async fn hashes(case: &StoredCase) -> Vec<String> {
    let objects = case.objects().await.unwrap();
    let name = |source: &dicom::Source| match source {
        dicom::Source::File(path) => path.file_name().unwrap().to_string_lossy().into_owned(),
        dicom::Source::Entry { .. } => unreachable!(),
    };
    objects.sources().iter().map(name).collect()
}
