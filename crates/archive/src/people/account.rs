//! Accounts, and signing in to them.

use case::readable;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{PasswordRefusal, Role, password};
use crate::index::{self, people};
use crate::store::blocking;
use crate::{Archive, ArchiveError, CaseId};

/// Wrong passwords in a row that are answered at once; each further one doubles the wait.
const FREE_ATTEMPTS: i64 = 5;
/// The first wait, and the longest.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(15);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// Somebody, or another program, who may work with the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its name in the index.
    pub id: CaseId,
    /// With which one signs in.
    pub name: String,
    /// As it is printed.
    pub printed_name: String,
    /// What it may do.
    pub role: Role,
    /// Whether it may see every patient; otherwise only those that it was given.
    pub sees_all: bool,
    /// Whether it may not be used now.
    pub is_disabled: bool,
    /// Whether it is linked to somebody of a provider of identities, by which it then signs in; it has no password.
    pub is_linked: bool,
}

/// An account that is to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// With which one signs in: letters, digits and `.-_@`, unlike every other, also in lower case.
    pub name: String,
    /// As it is printed.
    pub printed_name: String,
    /// What it may do.
    pub role: Role,
    /// Whether it may see every patient.
    pub sees_all: bool,
}

/// What is to be different about an account.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// As it is printed.
    pub printed_name: Option<String>,
    /// What it may do.
    pub role: Option<Role>,
    /// Whether it may see every patient.
    pub sees_all: Option<bool>,
    /// Whether it may not be used.
    pub is_disabled: Option<bool>,
}

/// Why somebody was not signed in. Who signs in is told one sentence for all of them; the audit trail tells which it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// There is no such account, or not this password.
    Wrong,
    /// There were too many wrong passwords; until then nothing is compared.
    Locked {
        /// When it is compared again.
        until: DateTime<Utc>,
    },
    /// The account may not be used.
    Disabled,
}

impl Archive {
    /// All accounts, in the order of their names.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn accounts(&self) -> Result<Vec<Account>, ArchiveError> {
        people::all(self.store.index.pool()).await
    }

    /// The account of a name; nothing where there is none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, ArchiveError> {
        Ok(people::named(self.store.index.pool(), &lower(name)).await?.map(|row| row.account))
    }

    /// Makes an account, which nobody can sign in to before it has a password or a token.
    ///
    /// # Errors
    /// When the name is taken or cannot be one.
    pub async fn add_account(&self, new: &NewAccount, now: DateTime<Utc>) -> Result<Account, ArchiveError> {
        let name = lower(&new.name);
        let is_fit = |character: char| character.is_ascii_alphanumeric() || ".-_@".contains(character);
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_fit) {
            return Err(ArchiveError::AccountName("letters, digits and .-_@, 64 at most, are possible"));
        }
        let account = Account {
            id: CaseId::random()?,
            name,
            printed_name: readable(new.printed_name.trim()),
            role: new.role,
            sees_all: new.sees_all,
            is_disabled: false,
            is_linked: false,
        };
        let _writing = self.store.write().await?;
        if self.account(&account.name).await?.is_some() {
            return Err(ArchiveError::AccountName("there is one of that name"));
        }
        let mut change = self.store.index.begin().await?;
        people::add(&mut change, &account, now).await?;
        index::commit(change).await?;
        Ok(account)
    }

    /// Changes an account. Its sessions end, since they were begun by another right.
    ///
    /// # Errors
    /// When there is none.
    pub async fn change_account(&self, name: &str, wanted: &AccountChange) -> Result<Account, ArchiveError> {
        let _writing = self.store.write().await?;
        let mut account = self.account(name).await?.ok_or_else(|| missing(name))?;
        if let Some(printed) = &wanted.printed_name {
            account.printed_name = readable(printed.trim());
        }
        account.role = wanted.role.unwrap_or(account.role);
        account.sees_all = wanted.sees_all.unwrap_or(account.sees_all);
        account.is_disabled = wanted.is_disabled.unwrap_or(account.is_disabled);
        let mut change = self.store.index.begin().await?;
        people::update(&mut change, &account).await?;
        people::end_sessions(&mut change, &account.id).await?;
        index::commit(change).await?;
        Ok(account)
    }

    /// Gives an account a password. Its sessions end.
    ///
    /// # Errors
    /// When there is no such account. A password that may not be chosen is told in the answer.
    pub async fn set_password(
        &self,
        name: &str,
        new_password: &str,
    ) -> Result<Result<(), PasswordRefusal>, ArchiveError> {
        let account = self.account(name).await?.ok_or_else(|| missing(name))?;
        if let Err(refusal) = password::check(new_password, &account.name) {
            return Ok(Err(refusal));
        }
        let chosen = new_password.to_owned();
        let hash = blocking(move || password::hash(&chosen)).await?;
        self.set_secret(&account, &hash).await?;
        Ok(Ok(()))
    }

    /// Gives an account of another program a token, which is told once.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn set_token(&self, name: &str) -> Result<String, ArchiveError> {
        let account = self.account(name).await?.ok_or_else(|| missing(name))?;
        let (token, kept) = password::token()?;
        self.set_secret(&account, &kept).await?;
        Ok(token)
    }

    async fn set_secret(&self, account: &Account, kept: &str) -> Result<(), ArchiveError> {
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        people::set_secret(&mut change, &account.id, kept).await?;
        people::end_sessions(&mut change, &account.id).await?;
        index::commit(change).await
    }

    /// The account of a token; nothing where there is none that may be used.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn account_of_token(&self, token: &str) -> Result<Option<Account>, ArchiveError> {
        let kept = password::kept_of_token(token);
        let found = people::with_secret(self.store.index.pool(), &kept).await?;
        Ok(found.filter(|account| !account.is_disabled && account.role == Role::Service))
    }

    /// Compares a password with that of an account. Each wrong one is counted, and soon answered only after a wait.
    ///
    /// # Errors
    /// When the index cannot be read or written.
    pub async fn check_password(
        &self,
        name: &str,
        given: &str,
        now: DateTime<Utc>,
    ) -> Result<Result<Account, SignInRefusal>, ArchiveError> {
        let _alone = self.store.signing_in.lock().await;
        let row = people::named(self.store.index.pool(), &lower(name)).await?;
        let locked = row.as_ref().and_then(|row| row.locked_until).filter(|until| *until > now);
        // What is not compared takes its time all the same, so that the time of an answer tells nothing of accounts.
        let secret = row.as_ref().and_then(|row| row.secret.clone()).filter(|_| locked.is_none());
        let given = given.to_owned();
        let is_right = blocking(move || Ok(password::is_right(&given, secret.as_deref()))).await?;
        if let Some(until) = locked {
            return Ok(Err(SignInRefusal::Locked { until }));
        }
        let Some(row) = row else { return Ok(Err(SignInRefusal::Wrong)) };
        let n_wrong = if is_right { 0 } else { row.n_wrong + 1 };
        if n_wrong != row.n_wrong {
            let _writing = self.store.write().await?;
            let mut change = self.store.index.begin().await?;
            people::count_wrong(&mut change, &row.account.id, n_wrong, wait_after(n_wrong).map(|wait| now + wait))
                .await?;
            index::commit(change).await?;
        }
        Ok(match (is_right, row.account.is_disabled) {
            (false, _) => Err(SignInRefusal::Wrong),
            (true, true) => Err(SignInRefusal::Disabled),
            (true, false) => Ok(row.account),
        })
    }
}

/// How long nothing is compared after so many wrong passwords in a row.
fn wait_after(n_wrong: i64) -> Option<TimeDelta> {
    let doublings = n_wrong - FREE_ATTEMPTS;
    (doublings >= 0).then(|| LONGEST_WAIT.min(FIRST_WAIT * (1 << doublings.min(10))))
}

fn lower(name: &str) -> String {
    name.trim().to_lowercase()
}

pub(super) fn missing(name: &str) -> ArchiveError {
    ArchiveError::NotFound { what: "the account", id: readable(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_passwords_cost_more_and_more_time() {
        let seconds = |n| wait_after(n).map(|wait| wait.num_seconds());
        assert_eq!([4, 5, 6, 7].map(seconds), [None, Some(15), Some(30), Some(60)]);
        assert_eq!(seconds(50), Some(900));
    }
}
