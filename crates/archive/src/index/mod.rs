//! The index: which cases there are, what belongs to them, and what every content is. In SQLite beside the contents, or in
//! PostgreSQL.

mod address;
pub(crate) mod audit;
pub(crate) mod cases;
pub(crate) mod contents;
pub(crate) mod copy;
pub(crate) mod names;
pub(crate) mod object_store;
pub(crate) mod people;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod transfers;

use std::path::Path;
use std::time::Duration;

pub(crate) use address::is_this_machine;
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Row, Transaction};

use crate::ArchiveError;

const OPENING: &str = "opening the index of the archive";
const CHANGING: &str = "changing the index of the archive";
/// The file of an index in SQLite, in the folder of the archive.
pub(crate) const FILE: &str = "index.sqlite";
/// Readers beside the one that writes.
const CONNECTIONS: u32 = 8;
/// By it programs that share a PostgreSQL know that one of them works on the archive: "rert" in ASCII.
const LOCK: i64 = 0x7265_7274;
const LOCK_ATTEMPTS: usize = 15;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// The index of an archive.
#[derive(Debug)]
pub(crate) struct Index {
    pool: AnyPool,
    kind: Kind,
    /// Holds the lock of a shared database as long as the index is open.
    _lock: Option<tokio::sync::Mutex<AnyConnection>>,
}

/// Which database it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file beside the contents.
    Sqlite,
    /// A server.
    Postgres,
}

impl Index {
    /// Opens the index in a folder, or the one that an address of PostgreSQL names, and brings it to the newest version.
    pub(crate) async fn open(folder: &Path, postgres: Option<&str>) -> Result<Self, ArchiveError> {
        let (kind, address) = match postgres {
            Some(address) => {
                address::refuse_maybe_plain(address)?;
                (Kind::Postgres, address.to_owned())
            }
            None => (Kind::Sqlite, address::of_file(&folder.join(FILE))),
        };
        let lock = match kind {
            Kind::Postgres => Some(tokio::sync::Mutex::new(lock(&address).await?)),
            Kind::Sqlite => None,
        };
        let index = Self { pool: connect(kind, &address).await?, kind, _lock: lock };
        let version = schema::version(&index.pool).await?;
        if 0 < version && version < schema::NEWEST && kind == Kind::Sqlite {
            index.copy_to(&folder.join(format!("{FILE}.before-version-{}", version + 1))).await?;
        }
        schema::migrate(&index.pool, version).await?;
        schema::guard(&index.pool, kind).await?;
        Ok(index)
    }

    /// Opens an index in a file of SQLite, such as that of a backup.
    pub(crate) async fn open_file(file: &Path) -> Result<Self, ArchiveError> {
        let pool = connect(Kind::Sqlite, &address::of_file(file)).await?;
        let version = schema::version(&pool).await?;
        schema::migrate(&pool, version).await?;
        schema::guard(&pool, Kind::Sqlite).await?;
        Ok(Self { pool, kind: Kind::Sqlite, _lock: None })
    }

    /// For reading.
    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Begins a change, of which all or nothing is kept. One at a time: see [`crate::Archive`].
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, ArchiveError> {
        self.pool.begin().await.map_err(ArchiveError::in_index(CHANGING))
    }

    /// Writes a copy of an index in SQLite, whole also while others work with it.
    pub(crate) async fn copy_to(&self, file: &Path) -> Result<(), ArchiveError> {
        let failed = ArchiveError::in_index("copying the index of the archive");
        // One that an earlier attempt left is not whole.
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ArchiveError::while_doing("copying the index of the archive")(error));
            }
            _ => {}
        }
        let name = file.to_str().ok_or(ArchiveError::File {
            doing: "copying the index of the archive",
            kind: std::io::ErrorKind::InvalidFilename,
        })?;
        sqlx::query("VACUUM INTO $1").bind(name.to_owned()).execute(&self.pool).await.map_err(failed)?;
        Ok(())
    }

    /// What the database itself finds wrong with its files; nothing where it is whole. PostgreSQL looks after itself.
    pub(crate) async fn damage(&self) -> Result<Option<String>, ArchiveError> {
        if self.kind == Kind::Postgres {
            return Ok(None);
        }
        let failed = ArchiveError::in_index("checking the index of the archive");
        let row = sqlx::query("PRAGMA integrity_check(1)").fetch_one(&self.pool).await.map_err(&failed)?;
        let told: String = row.try_get(0).map_err(failed)?;
        Ok((told != "ok").then_some(told))
    }

    /// Lets go of the database.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Durable before a change is answered, references held, readers beside a writer, and patience with whoever is busy.
const SETTINGS_OF_SQLITE: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                                  PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";

/// Keeps a change.
pub(crate) async fn commit(change: Transaction<'static, Any>) -> Result<(), ArchiveError> {
    change.commit().await.map_err(ArchiveError::in_index(CHANGING))
}

async fn connect(kind: Kind, address: &str) -> Result<AnyPool, ArchiveError> {
    let options = AnyPoolOptions::new().max_connections(CONNECTIONS).after_connect(move |connection, _| {
        Box::pin(async move {
            if kind == Kind::Sqlite {
                connection.execute(SETTINGS_OF_SQLITE).await?;
            }
            Ok(())
        })
    });
    sqlx::any::install_default_drivers();
    options.connect(address).await.map_err(ArchiveError::in_index(OPENING))
}

/// Takes the lock of a shared database, which ends with the connection. A server notices only after a moment that a program with a
/// connection has died, so it is asked more than once.
async fn lock(address: &str) -> Result<AnyConnection, ArchiveError> {
    sqlx::any::install_default_drivers();
    let failed = ArchiveError::in_index(OPENING);
    let mut connection = AnyConnection::connect(address).await.map_err(&failed)?;
    for _ in 0..LOCK_ATTEMPTS {
        let row = sqlx::query("SELECT CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END AS taken")
            .bind(LOCK)
            .fetch_one(&mut connection)
            .await;
        let taken: i32 = row.and_then(|row| row.try_get("taken")).map_err(&failed)?;
        if taken == 1 {
            return Ok(connection);
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Err(ArchiveError::InUse)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::CaseId;

    #[tokio::test]
    async fn an_index_of_every_earlier_version_becomes_one_of_this() {
        for version in 1..schema::NEWEST {
            let folder = tempfile::tempdir().unwrap();
            let pool = connect(Kind::Sqlite, &address::of_file(&folder.path().join(FILE))).await.unwrap();
            schema::version(&pool).await.unwrap();
            schema::migrate_to(&pool, 0, version).await.unwrap();
            let id = CaseId::random().unwrap();
            let mut change = pool.begin().await.unwrap();
            cases::add(&mut change, &id, "kept", chrono::DateTime::UNIX_EPOCH).await.unwrap();
            commit(change).await.unwrap();
            pool.close().await;
            let index = Index::open(folder.path(), None).await.unwrap();
            assert_eq!(schema::version(index.pool()).await.unwrap(), schema::NEWEST);
            assert_eq!(cases::get(index.pool(), &id).await.unwrap().label, "kept");
            // The former one is kept beside it.
            let kept = folder.path().join(format!("{FILE}.before-version-{}", version + 1));
            let former = connect(Kind::Sqlite, &address::of_file(&kept)).await.unwrap();
            assert_eq!(schema::version(&former).await.unwrap(), version);
        }
    }

    #[tokio::test]
    async fn an_index_of_a_newer_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(folder.path(), None).await.unwrap();
        sqlx::query("INSERT INTO schema_version (version) VALUES (999)").execute(index.pool()).await.unwrap();
        index.close().await;
        let opened = Index::open(folder.path(), None).await;
        assert!(matches!(opened, Err(ArchiveError::Newer { found: 999, .. })));
    }

    #[test]
    fn every_byte_of_a_path_arrives() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("é %41?mode=ro#x");
        std::fs::create_dir(&odd).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { Index::open(&odd, None).await.unwrap().close().await });
        assert!(odd.join(FILE).is_file());
    }
}
