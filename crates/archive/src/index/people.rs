//! Accounts, sessions and grants in the index.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Row, Transaction};

use crate::people::{Account, Role, Subject};
use crate::{ArchiveError, CaseId};

const READING: &str = "reading the accounts";
const CHANGING: &str = "changing the accounts";

/// An account with what only its own code may know.
#[derive(Clone, Debug)]
pub(crate) struct AccountRow {
    pub(crate) account: Account,
    pub(crate) secret: Option<String>,
    pub(crate) n_wrong: i64,
    pub(crate) locked_until: Option<DateTime<Utc>>,
}

/// A session as it stands in the index.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    pub(crate) account: Account,
    pub(crate) begun: DateTime<Utc>,
    pub(crate) used: DateTime<Utc>,
}

fn account(row: &AnyRow) -> Result<Account, sqlx::Error> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let yes = |name: &str| row.try_get::<i64, _>(name).map(|number| number == 1);
    let unknown = || sqlx::Error::ColumnNotFound("a known role".to_owned());
    Ok(Account {
        id: CaseId::new(&text("id")?).map_err(|_| sqlx::Error::ColumnNotFound("an id".to_owned()))?,
        name: text("name")?,
        printed_name: text("printed_name")?,
        role: Role::from_name(&text("role")?).ok_or_else(unknown)?,
        sees_all: yes("sees_all")?,
        is_disabled: yes("is_disabled")?,
        is_linked: row.try_get::<Option<String>, _>("subject")?.is_some(),
    })
}

fn account_row(row: &AnyRow) -> Result<AccountRow, sqlx::Error> {
    let locked: Option<i64> = row.try_get("locked_until_us")?;
    Ok(AccountRow {
        account: account(row)?,
        secret: row.try_get("secret")?,
        n_wrong: row.try_get("n_wrong")?,
        locked_until: locked.and_then(DateTime::from_timestamp_micros),
    })
}

pub(crate) async fn all(pool: &AnyPool) -> Result<Vec<Account>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let rows = sqlx::query(
        "SELECT id, name, printed_name, role, sees_all, is_disabled, subject FROM accounts ORDER BY name",
    )
    .fetch_all(pool)
    .await
    .map_err(&failed)?;
    rows.iter().map(account).collect::<Result<_, _>>().map_err(failed)
}

pub(crate) async fn named(pool: &AnyPool, name: &str) -> Result<Option<AccountRow>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let row = sqlx::query(
        "SELECT id, name, printed_name, role, sees_all, is_disabled, subject, secret, n_wrong, locked_until_us FROM accounts
         WHERE name = $1",
    )
    .bind(name)
    .fetch_optional(pool)
    .await
    .map_err(&failed)?;
    row.map(|row| account_row(&row).map_err(failed)).transpose()
}

pub(crate) async fn with_secret(pool: &AnyPool, secret: &str) -> Result<Option<Account>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let row = sqlx::query(
        "SELECT id, name, printed_name, role, sees_all, is_disabled, subject FROM accounts WHERE secret = $1",
    )
    .bind(secret)
    .fetch_optional(pool)
    .await
    .map_err(&failed)?;
    row.map(|row| account(&row).map_err(failed)).transpose()
}

pub(crate) async fn add(
    change: &mut Transaction<'static, Any>,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO accounts (id, name, printed_name, role, sees_all, is_disabled, n_wrong, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
    )
    .bind(account.id.as_str())
    .bind(&account.name)
    .bind(&account.printed_name)
    .bind(account.role.as_str())
    .bind(i64::from(account.sees_all))
    .bind(i64::from(account.is_disabled))
    .bind(now.timestamp_micros())
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

pub(crate) async fn update(change: &mut Transaction<'static, Any>, account: &Account) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE accounts SET printed_name = $1, role = $2, sees_all = $3, is_disabled = $4 WHERE id = $5")
        .bind(&account.printed_name)
        .bind(account.role.as_str())
        .bind(i64::from(account.sees_all))
        .bind(i64::from(account.is_disabled))
        .bind(account.id.as_str())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

/// Keeps the hash of a new password or token; former wrong ones do not count against it. Who has one signs in by nothing else.
pub(crate) async fn set_secret(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    secret: &str,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "UPDATE accounts SET secret = $1, n_wrong = 0, locked_until_us = NULL, issuer = NULL, subject = NULL WHERE id = $2",
    )
    .bind(secret)
    .bind(id.as_str())
    .execute(&mut **change)
    .await
    .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

/// The account of somebody as a provider of identities names them.
pub(crate) async fn of_subject(pool: &AnyPool, whom: &Subject) -> Result<Option<Account>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let row = sqlx::query(
        "SELECT id, name, printed_name, role, sees_all, is_disabled, subject FROM accounts
         WHERE issuer = $1 AND subject = $2",
    )
    .bind(&whom.issuer)
    .bind(&whom.subject)
    .fetch_optional(pool)
    .await
    .map_err(&failed)?;
    row.map(|row| account(&row).map_err(failed)).transpose()
}

/// Links an account to somebody, or to nobody. It has no password or token either way.
pub(crate) async fn set_subject(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    whom: Option<&Subject>,
) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE accounts SET secret = NULL, issuer = $1, subject = $2 WHERE id = $3")
        .bind(whom.map(|whom| whom.issuer.clone()))
        .bind(whom.map(|whom| whom.subject.clone()))
        .bind(id.as_str())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

pub(crate) async fn count_wrong(
    change: &mut Transaction<'static, Any>,
    id: &CaseId,
    n_wrong: i64,
    locked_until: Option<DateTime<Utc>>,
) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE accounts SET n_wrong = $1, locked_until_us = $2 WHERE id = $3")
        .bind(n_wrong)
        .bind(locked_until.map(|until| until.timestamp_micros()))
        .bind(id.as_str())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

pub(crate) async fn add_session(
    change: &mut Transaction<'static, Any>,
    token_sha256: &str,
    account: &CaseId,
    now: DateTime<Utc>,
) -> Result<(), ArchiveError> {
    sqlx::query("INSERT INTO sessions (token_sha256, account_id, begun_us, used_us) VALUES ($1, $2, $3, $4)")
        .bind(token_sha256)
        .bind(account.as_str())
        .bind(now.timestamp_micros())
        .bind(now.timestamp_micros())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

pub(crate) async fn session(pool: &AnyPool, token_sha256: &str) -> Result<Option<SessionRow>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let row = sqlx::query(
        "SELECT id, name, printed_name, role, sees_all, is_disabled, subject, begun_us, used_us FROM sessions
         JOIN accounts ON accounts.id = sessions.account_id WHERE token_sha256 = $1",
    )
    .bind(token_sha256)
    .fetch_optional(pool)
    .await
    .map_err(&failed)?;
    let session = |row: &AnyRow| {
        let time = |name: &str| {
            row.try_get(name).map(|micros| DateTime::from_timestamp_micros(micros).unwrap_or_default())
        };
        Ok(SessionRow { account: account(row)?, begun: time("begun_us")?, used: time("used_us")? })
    };
    row.map(|row| session(&row).map_err(failed)).transpose()
}

pub(crate) async fn use_session(
    change: &mut Transaction<'static, Any>,
    token_sha256: &str,
    now: DateTime<Utc>,
) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE sessions SET used_us = $1 WHERE token_sha256 = $2")
        .bind(now.timestamp_micros())
        .bind(token_sha256)
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

pub(crate) async fn end_session(
    change: &mut Transaction<'static, Any>,
    token_sha256: &str,
) -> Result<(), ArchiveError> {
    sqlx::query("DELETE FROM sessions WHERE token_sha256 = $1")
        .bind(token_sha256)
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

pub(crate) async fn end_sessions(
    change: &mut Transaction<'static, Any>,
    account: &CaseId,
) -> Result<(), ArchiveError> {
    sqlx::query("DELETE FROM sessions WHERE account_id = $1")
        .bind(account.as_str())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

/// Forgets sessions that hold no longer.
pub(crate) async fn forget_sessions(
    change: &mut Transaction<'static, Any>,
    begun_before: DateTime<Utc>,
    used_before: DateTime<Utc>,
) -> Result<(), ArchiveError> {
    sqlx::query("DELETE FROM sessions WHERE begun_us < $1 OR used_us < $2")
        .bind(begun_before.timestamp_micros())
        .bind(used_before.timestamp_micros())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}

pub(crate) async fn granted(pool: &AnyPool, account: &CaseId) -> Result<BTreeSet<CaseId>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let rows = sqlx::query("SELECT case_id FROM grants WHERE account_id = $1")
        .bind(account.as_str())
        .fetch_all(pool)
        .await
        .map_err(&failed)?;
    rows.iter().map(|row| CaseId::new(&row.try_get::<String, _>("case_id").map_err(&failed)?)).collect()
}

pub(crate) async fn granted_to(pool: &AnyPool, case: &CaseId) -> Result<Vec<String>, ArchiveError> {
    let failed = ArchiveError::in_index(READING);
    let rows = sqlx::query(
        "SELECT name FROM grants JOIN accounts ON accounts.id = grants.account_id WHERE case_id = $1 ORDER BY name",
    )
    .bind(case.as_str())
    .fetch_all(pool)
    .await
    .map_err(&failed)?;
    rows.iter().map(|row| row.try_get("name").map_err(&failed)).collect()
}

pub(crate) async fn set_grant(
    change: &mut Transaction<'static, Any>,
    account: &CaseId,
    case: &CaseId,
    may_see: bool,
) -> Result<(), ArchiveError> {
    let statement = if may_see {
        "INSERT INTO grants (account_id, case_id) VALUES ($1, $2) ON CONFLICT (account_id, case_id) DO NOTHING"
    } else {
        "DELETE FROM grants WHERE account_id = $1 AND case_id = $2"
    };
    sqlx::query(statement)
        .bind(account.as_str())
        .bind(case.as_str())
        .execute(&mut **change)
        .await
        .map_err(ArchiveError::in_index(CHANGING))?;
    Ok(())
}
