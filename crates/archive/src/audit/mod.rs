//! Who did what, in a log that only grows and in which every entry holds the hash of the one before.

mod fhir;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::index::{self, audit};
use crate::{Archive, ArchiveError, CaseId, hexadecimal};

pub use fhir::audit_event;

/// What stands before the first entry.
pub(crate) const BEGINNING: &str = "";
/// Entries that are read at once.
const PAGE: i64 = 1000;

/// Something that somebody did or tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// Name of the account; `local` on a machine without accounts, empty where nobody is known.
    pub actor: String,
    /// Role of the account.
    pub role: String,
    /// Where it came from: an address of the network, or `here`.
    pub address: String,
    /// What: an operation of the interface as `PUT /cases/{case}/settings`, or a word such as `sign-in`.
    pub action: String,
    /// The case it was about.
    pub case: Option<CaseId>,
    /// What came of it: `done`, `denied` or `failed`.
    pub outcome: Outcome,
    /// More in words; hashes and names of the program, never a patient.
    pub detail: String,
}

/// What came of a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Denied,
    /// It could not be done.
    Failed,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// From 1, without gaps.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    #[serde(flatten)]
    pub deed: Deed,
    /// Hash of the entry before.
    pub previous_sha256: String,
    /// Hash of everything above.
    pub sha256: String,
}

/// The last entry, which stands for all before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditHead {
    /// Its number; 0 where there is none.
    pub number: i64,
    /// Its hash.
    pub sha256: String,
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Entries that were read.
    pub n_entries: i64,
    /// The last one.
    pub head: AuditHead,
    /// What is wrong, the first of it; nothing where the log is whole.
    pub broken: Option<String>,
}

impl Outcome {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Done, Self::Denied, Self::Failed].into_iter().find(|outcome| outcome.as_str() == name)
    }
}

impl AuditEntry {
    /// The hash that an entry must have. Every part is written with its length, so that nothing can move from one into another.
    pub(crate) fn expected_sha256(&self) -> String {
        let mut hash = Sha256::new();
        let Deed { actor, role, address, action, case, outcome, detail } = &self.deed;
        let case = case.as_ref().map_or("", CaseId::as_str);
        let (number, at) = (self.number.to_string(), self.at.timestamp_micros().to_string());
        let parts =
            [&number, &at, actor, role, address, action, case, outcome.as_str(), detail, &self.previous_sha256];
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hexadecimal(&hash.finalize())
    }
}

impl Archive {
    /// Writes down what somebody did; on disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn record(&self, deed: &Deed, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let store = &self.store;
        let _writing = store.write().await?;
        let mut change = store.index.begin().await?;
        let head = audit::head(&mut change).await?;
        let mut entry = AuditEntry {
            number: head.number + 1,
            // As precise as it is kept, or its hash would be another one.
            at: DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or_default(),
            deed: deed.clone(),
            previous_sha256: head.sha256,
            sha256: String::new(),
        };
        entry.sha256 = entry.expected_sha256();
        audit::add(&mut change, &entry).await?;
        index::commit(change).await
    }

    /// Entries from a number on, as many as fit on a page.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn audit_entries(&self, from: i64) -> Result<Vec<AuditEntry>, ArchiveError> {
        audit::page(self.store.index.pool(), from, PAGE).await
    }

    /// The last entry.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn audit_head(&self) -> Result<AuditHead, ArchiveError> {
        audit::kept_head(self.store.index.pool()).await
    }

    /// Reads the whole log, and tells the first entry that was changed, removed or put in.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn verify_audit(&self) -> Result<AuditReport, ArchiveError> {
        let mut seen = AuditHead { number: 0, sha256: BEGINNING.to_owned() };
        let mut broken = None;
        loop {
            let page = self.audit_entries(seen.number + 1).await?;
            if page.is_empty() {
                break;
            }
            for entry in page {
                broken = broken.or_else(|| fault(&entry, &seen));
                seen = AuditHead { number: entry.number, sha256: entry.sha256 };
            }
        }
        let head = audit::kept_head(self.store.index.pool()).await?;
        if broken.is_none() && head != seen {
            broken = Some(format!("the log should end with entry {}, and ends with {}", head.number, seen.number));
        }
        Ok(AuditReport { n_entries: seen.number, head: seen, broken })
    }
}

/// What is wrong with an entry that follows another.
fn fault(entry: &AuditEntry, before: &AuditHead) -> Option<String> {
    if entry.number != before.number + 1 {
        return Some(format!("entry {} is missing", before.number + 1));
    }
    if entry.previous_sha256 != before.sha256 {
        return Some(format!("entry {} does not follow the one before it", entry.number));
    }
    (entry.sha256 != entry.expected_sha256()).then(|| format!("entry {} was changed", entry.number))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::{ArchivePlace, Examiner};

    fn deed(number: i64) -> Deed {
        Deed {
            actor: format!("actor{}", number % 7),
            role: "physicist".to_owned(),
            address: "127.0.0.1".to_owned(),
            action: "GET /cases/{case}/assessment".to_owned(),
            case: Some(CaseId::new("0123456789abcdef").unwrap()),
            outcome: Outcome::Done,
            detail: String::new(),
        }
    }

    /// A log of so many entries, written in one change.
    async fn log(n_entries: i64) -> (tempfile::TempDir, Archive) {
        let folder = tempfile::tempdir().unwrap();
        let place = ArchivePlace::folder(folder.path());
        let archive = Archive::open(&place, Examiner::in_this_process()).await.unwrap();
        let mut change = archive.store.index.begin().await.unwrap();
        let mut previous = BEGINNING.to_owned();
        for number in 1..=n_entries {
            let at = DateTime::from_timestamp(1_800_000_000 + number, 0).unwrap();
            let (deed, previous_sha256) = (deed(number), previous);
            let mut entry = AuditEntry { number, at, deed, previous_sha256, sha256: String::new() };
            entry.sha256 = entry.expected_sha256();
            audit::add(&mut change, &entry).await.unwrap();
            previous = entry.sha256;
        }
        index::commit(change).await.unwrap();
        (folder, archive)
    }

    async fn run(archive: &Archive, statement: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(statement).execute(archive.store.index.pool()).await.map(|_| ())
    }

    #[tokio::test]
    async fn one_changed_entry_among_ten_thousand_is_found() {
        let (_folder, archive) = log(10_000).await;
        let whole = archive.verify_audit().await.unwrap();
        assert_eq!((whole.n_entries, &whole.broken), (10_000, &None));
        // A mistake is stopped by the database.
        assert!(run(&archive, "UPDATE audit SET actor = 'x' WHERE number = 4321").await.is_err());
        assert!(run(&archive, "DELETE FROM audit WHERE number = 4321").await.is_err());
        run(&archive, "DROP TRIGGER audit_is_not_changed").await.unwrap();
        run(&archive, "DROP TRIGGER audit_is_not_shortened").await.unwrap();
        for (tampering, mending, found) in [
            (
                "UPDATE audit SET actor = 'x' WHERE number = 4321",
                "UPDATE audit SET actor = 'actor2' WHERE number = 4321",
                "entry 4321 was changed",
            ),
            (
                "UPDATE audit SET at_us = at_us + 1 WHERE number = 1",
                "UPDATE audit SET at_us = at_us - 1 WHERE number = 1",
                "entry 1 was changed",
            ),
            (
                "UPDATE audit SET outcome = 'failed' WHERE number = 9999",
                "UPDATE audit SET outcome = 'done' WHERE number = 9999",
                "entry 9999 was changed",
            ),
            (
                "UPDATE audit SET case_id = NULL WHERE number = 10000",
                "UPDATE audit SET case_id = '0123456789abcdef' WHERE number = 10000",
                "entry 10000 was changed",
            ),
            // What moves from one part into the next is another entry.
            (
                "UPDATE audit SET actor = 'actor', role = '2physicist' WHERE number = 4321",
                "UPDATE audit SET actor = 'actor2', role = 'physicist' WHERE number = 4321",
                "entry 4321 was changed",
            ),
        ] {
            run(&archive, tampering).await.unwrap();
            assert_eq!(archive.verify_audit().await.unwrap().broken.as_deref(), Some(found));
            run(&archive, mending).await.unwrap();
            assert_eq!(archive.verify_audit().await.unwrap(), whole);
        }
        run(&archive, "DELETE FROM audit WHERE number = 10000").await.unwrap();
        let cut = archive.verify_audit().await.unwrap().broken.unwrap();
        assert_eq!(cut, "the log should end with entry 10000, and ends with 9999");
        run(&archive, "DELETE FROM audit WHERE number = 50").await.unwrap();
        assert_eq!(archive.verify_audit().await.unwrap().broken.as_deref(), Some("entry 50 is missing"));
    }

    #[tokio::test]
    async fn what_is_done_is_written_down_one_after_the_other() {
        let (_folder, archive) = log(0).await;
        assert_eq!(archive.verify_audit().await.unwrap().n_entries, 0);
        let now = DateTime::from_timestamp(1_800_000_000, 123_456_789).unwrap();
        let writing: Vec<_> = (0..20)
            .map(|number| {
                let archive = archive.clone();
                tokio::spawn(async move { archive.record(&deed(number), now).await })
            })
            .collect();
        for done in writing {
            done.await.unwrap().unwrap();
        }
        let report = archive.verify_audit().await.unwrap();
        assert_eq!((report.n_entries, report.broken), (20, None));
    }
}
