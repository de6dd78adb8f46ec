//! The tables of the index, and how an index of an earlier program becomes one of this.
//!
//! SQLite and PostgreSQL understand every statement here alike: names and documents are `TEXT`, numbers `BIGINT`, times microseconds
//! since 1970 in `BIGINT`.

use sqlx::{Any, AnyPool, Row, Transaction};

use crate::ArchiveError;

const DOING: &str = "preparing the index of the archive";

/// What leads from one version to the next, oldest first. What stands here was released and is never changed; only added to.
const STEPS: &[&[&str]] = &[CASES, PEOPLE, NAMES, OBJECT_STORE, SUBJECTS];

/// Cases and their contents.
const CASES: &[&str] = &[
    "CREATE TABLE cases (
        id TEXT NOT NULL PRIMARY KEY,
        label TEXT NOT NULL,
        created_us BIGINT NOT NULL,
        settings TEXT NOT NULL,
        settings_sha256 TEXT NOT NULL,
        n_foreign BIGINT NOT NULL,
        n_emptied BIGINT NOT NULL,
        signature TEXT)",
    "CREATE TABLE objects (
        sha256 TEXT NOT NULL PRIMARY KEY,
        n_bytes BIGINT NOT NULL,
        received_us BIGINT NOT NULL,
        kind TEXT NOT NULL,
        sop_class TEXT NOT NULL,
        sop_instance TEXT NOT NULL,
        series TEXT NOT NULL,
        study TEXT NOT NULL,
        transfer_syntax TEXT NOT NULL,
        patient_id TEXT NOT NULL,
        issuer TEXT NOT NULL,
        patient_name TEXT NOT NULL,
        birth_date TEXT NOT NULL,
        sex TEXT NOT NULL,
        refers_to TEXT NOT NULL)",
    "CREATE INDEX objects_by_instance ON objects (sop_instance)",
    "CREATE INDEX objects_by_series ON objects (series)",
    "CREATE INDEX objects_by_study ON objects (study)",
    "CREATE INDEX objects_by_patient ON objects (patient_id, issuer)",
    "CREATE TABLE case_objects (
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL REFERENCES objects (sha256),
        PRIMARY KEY (case_id, sha256))",
    "CREATE INDEX case_objects_by_object ON case_objects (sha256)",
    "CREATE TABLE refusals (
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        kind TEXT NOT NULL,
        code TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (case_id, sha256))",
    "CREATE INDEX refusals_by_content ON refusals (sha256)",
    "CREATE TABLE results (
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (case_id, name))",
    "CREATE INDEX results_by_content ON results (sha256)",
    "CREATE TABLE documents (
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        content TEXT NOT NULL,
        PRIMARY KEY (case_id, name))",
    "CREATE TABLE transfers (
        id TEXT NOT NULL,
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        sender TEXT NOT NULL,
        begun_us BIGINT NOT NULL,
        n_objects BIGINT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (id, case_id))",
    "CREATE INDEX transfers_by_case ON transfers (case_id)",
    "CREATE TABLE removals (sha256 TEXT NOT NULL PRIMARY KEY)",
];

/// Accounts, and what was done by whom.
const PEOPLE: &[&str] = &[
    "CREATE TABLE accounts (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        printed_name TEXT NOT NULL,
        role TEXT NOT NULL,
        sees_all BIGINT NOT NULL,
        is_disabled BIGINT NOT NULL,
        secret TEXT,
        n_wrong BIGINT NOT NULL,
        locked_until_us BIGINT,
        created_us BIGINT NOT NULL)",
    "CREATE INDEX accounts_by_secret ON accounts (secret)",
    "CREATE TABLE sessions (
        token_sha256 TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        begun_us BIGINT NOT NULL,
        used_us BIGINT NOT NULL)",
    "CREATE TABLE grants (
        account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        PRIMARY KEY (account_id, case_id))",
    "CREATE INDEX grants_by_case ON grants (case_id)",
    "CREATE TABLE audit (
        number BIGINT NOT NULL PRIMARY KEY,
        at_us BIGINT NOT NULL,
        actor TEXT NOT NULL,
        role TEXT NOT NULL,
        address TEXT NOT NULL,
        action TEXT NOT NULL,
        case_id TEXT,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        previous_sha256 TEXT NOT NULL,
        sha256 TEXT NOT NULL)",
    "CREATE TABLE audit_head (number BIGINT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL)",
];

/// What drawn names mean at a centre.
const NAMES: &[&str] = &["CREATE TABLE centre_names (
        centre TEXT NOT NULL,
        drawn TEXT NOT NULL,
        standard_name TEXT NOT NULL,
        confirmed_by TEXT NOT NULL,
        at_us BIGINT NOT NULL,
        PRIMARY KEY (centre, drawn))"];

/// Where contents are in an object store, the name of the archive there.
const OBJECT_STORE: &[&str] = &["CREATE TABLE object_store (archive TEXT NOT NULL PRIMARY KEY)"];

/// Whom of a provider of identities an account is linked to.
const SUBJECTS: &[&str] = &[
    "ALTER TABLE accounts ADD COLUMN issuer TEXT",
    "ALTER TABLE accounts ADD COLUMN subject TEXT",
    "CREATE UNIQUE INDEX accounts_by_subject ON accounts (issuer, subject)",
];

/// What keeps the log from being changed by a mistake; who may change the database itself is found by the hashes.
const GUARDS_OF_SQLITE: &[&str] = &[
    "CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_is_not_shortened BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
];
const GUARDS_OF_POSTGRES: &[&str] = &[
    "CREATE OR REPLACE FUNCTION rert_log_only_grows() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN RAISE EXCEPTION ''the log only grows''; END'",
    "CREATE OR REPLACE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION rert_log_only_grows()",
];

/// Sets up what the two databases say differently.
pub(crate) async fn guard(pool: &AnyPool, kind: super::Kind) -> Result<(), ArchiveError> {
    let statements = match kind {
        super::Kind::Sqlite => GUARDS_OF_SQLITE,
        super::Kind::Postgres => GUARDS_OF_POSTGRES,
    };
    for statement in statements {
        sqlx::query(*statement).execute(pool).await.map_err(ArchiveError::in_index(DOING))?;
    }
    Ok(())
}

/// The newest version.
pub(crate) const NEWEST: i64 = STEPS.len() as i64;

/// The version of an index; 0 where it is empty.
pub(crate) async fn version(pool: &AnyPool) -> Result<i64, ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        .execute(pool)
        .await
        .map_err(&failed)?;
    let row = sqlx::query("SELECT COALESCE(MAX(version), 0) AS version FROM schema_version").fetch_one(pool).await;
    let found: i64 = row.and_then(|row| row.try_get("version")).map_err(&failed)?;
    if found > NEWEST {
        return Err(ArchiveError::Newer { found, known: NEWEST });
    }
    Ok(found)
}

/// Takes an index from its version to the newest one, each step whole or not at all.
pub(crate) async fn migrate(pool: &AnyPool, from: i64) -> Result<(), ArchiveError> {
    migrate_to(pool, from, NEWEST).await
}

/// Takes an index from one version to another.
pub(crate) async fn migrate_to(pool: &AnyPool, from: i64, to: i64) -> Result<(), ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    for (version, step) in (1..=to).zip(STEPS).skip(from as usize) {
        let mut change: Transaction<'_, Any> = pool.begin().await.map_err(&failed)?;
        for statement in *step {
            sqlx::query(*statement).execute(&mut *change).await.map_err(&failed)?;
        }
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *change)
            .await
            .map_err(&failed)?;
        change.commit().await.map_err(&failed)?;
    }
    Ok(())
}
