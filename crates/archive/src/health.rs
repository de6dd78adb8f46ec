//! Whether an archive can do what it is for.

use std::time::Duration;

use tokio::time::timeout;

use crate::Archive;
use crate::index::cases;
use crate::room;

const PATIENCE: Duration = Duration::from_secs(3);

/// Whether an archive can do what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The index answers.
    pub index_answers: bool,
    /// The disk never failed to keep something since the start.
    pub disk_keeps: bool,
    /// The object store answers; nothing where contents are in the folder alone.
    pub store_answers: Option<bool>,
    /// There is more room than is kept free for finishing what was begun.
    pub has_room: bool,
}

impl Health {
    /// Whether nothing is wrong.
    pub fn is_good(self) -> bool {
        self.index_answers && self.disk_keeps && self.store_answers != Some(false) && self.has_room
    }
}

impl Archive {
    async fn store_answers(&self) -> Option<bool> {
        let remote = self.store.remote.as_ref()?;
        // Whoever asks waits for seconds, not for all attempts.
        let answered = timeout(PATIENCE, remote.refuse_when_away()).await;
        Some(matches!(answered, Ok(Ok(()))))
    }

    /// Bytes that are free on the disk of the archive; nothing where the system does not tell.
    pub fn free_bytes(&self) -> Option<u64> {
        room::free_bytes(&self.store.root)
    }

    /// Whether everything that is needed answers now.
    pub async fn health(&self) -> Health {
        Health {
            index_answers: matches!(timeout(PATIENCE, cases::how_many(self.store.index.pool())).await, Ok(Ok(_))),
            disk_keeps: self.store.blobs.refuse_when_broken().is_ok(),
            store_answers: self.store_answers().await,
            has_room: self.has_room(),
        }
    }
}
