//! Looking for objects by what the index says of them.

use std::collections::BTreeSet;
use std::fs::File;

use crate::index::search;
use crate::{Archive, ArchiveError, CaseId};

/// Where objects are looked for; everywhere where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Study Instance UID.
    pub study: Option<String>,
    /// Series Instance UID.
    pub series: Option<String>,
    /// SOP Instance UID.
    pub instance: Option<String>,
    /// Patient ID.
    pub patient_id: Option<String>,
}

/// Whose an object is, as it says itself.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexedPatient {
    /// Patient ID.
    pub id: String,
    /// Issuer of Patient ID.
    pub issuer: String,
    /// Patient's Name.
    pub name: String,
    /// Patient's Birth Date, as it stands.
    pub birth_date: String,
    /// Patient's Sex.
    pub sex: String,
}

impl std::fmt::Debug for IndexedPatient {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("IndexedPatient { .. }")
    }
}

/// A series, or the part of it that names the same patient and is of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedSeries {
    /// Study Instance UID.
    pub study: String,
    /// Series Instance UID.
    pub series: String,
    /// Kind, such as `CT` or `RTDOSE`.
    pub kind: String,
    /// Whose it is.
    pub patient: IndexedPatient,
    /// How many instances are here.
    pub n_instances: u64,
}

/// A content that is an instance. Two contents may be the same instance by UID (H19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedInstance {
    /// Study Instance UID.
    pub study: String,
    /// Series Instance UID.
    pub series: String,
    /// Kind, such as `CT` or `RTDOSE`.
    pub kind: String,
    /// Whose it is.
    pub patient: IndexedPatient,
    /// SOP Class UID.
    pub sop_class: String,
    /// SOP Instance UID.
    pub sop_instance: String,
    /// Transfer Syntax UID.
    pub transfer_syntax: String,
    /// Hash of its bytes.
    pub sha256: String,
    /// Number of its bytes.
    pub n_bytes: u64,
    /// The cases that hold it, of those that were looked in.
    pub cases: Vec<CaseId>,
}

impl Archive {
    /// The instances of a scope in all cases, or in some, each content once; nothing where they are more than `most`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn indexed_instances(
        &self,
        scope: &Scope,
        cases: Option<&BTreeSet<CaseId>>,
        most: u32,
    ) -> Result<Option<Vec<IndexedInstance>>, ArchiveError> {
        let rows = search::instances(self.store.index.pool(), scope, cases, most.saturating_add(1)).await?;
        if rows.len() > most as usize {
            return Ok(None);
        }
        let mut instances: Vec<IndexedInstance> = Vec::new();
        for row in rows {
            match instances.last_mut() {
                Some(last) if last.sha256 == row.sha256 => last.cases.extend(row.cases),
                _ => instances.push(row),
            }
        }
        Ok(Some(instances))
    }

    /// The next instances of a scope in a fixed order, each content once and without the cases that hold it; fewer than `most` where
    /// there are no more. `after` is the last one that was given before.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn next_instances(
        &self,
        scope: &Scope,
        cases: Option<&BTreeSet<CaseId>>,
        after: Option<&IndexedInstance>,
        most: u32,
    ) -> Result<Vec<IndexedInstance>, ArchiveError> {
        search::next_instances(self.store.index.pool(), (scope, cases), after, most).await
    }

    /// The series of the next studies of a scope, whole studies in the order of their UIDs; none where there are no more. `after` is
    /// the last study that was given before.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn next_series(
        &self,
        scope: &Scope,
        cases: Option<&BTreeSet<CaseId>>,
        after: Option<&str>,
        n_studies: u32,
    ) -> Result<Vec<IndexedSeries>, ArchiveError> {
        search::next_series(self.store.index.pool(), (scope, cases), after, n_studies).await
    }

    /// The bytes of a content.
    ///
    /// # Errors
    /// When it is not where it should be, or an object store does not give it.
    pub async fn open_content(&self, sha256: &str) -> Result<File, ArchiveError> {
        let _held = self.store.hold(&[sha256.to_owned()]).await?;
        // Once it is open the copy may go.
        File::open(self.store.blobs.path(sha256)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                ArchiveError::DamagedContent { sha256: sha256.to_owned(), how: "missing" }
            }
            kind => ArchiveError::File { doing: "reading a content", kind },
        })
    }
}
