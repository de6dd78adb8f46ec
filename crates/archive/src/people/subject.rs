//! Accounts that sign in by a provider of identities, and whom of it they are linked to.
//!
//! An account has either a password or is left to the provider: who gives out names at the provider must not get into an account
//! that somebody made with a password by taking its name.

use super::account::missing;
use super::{Account, Role};
use crate::index::{self, people};
use crate::{Archive, ArchiveError};

/// Somebody as a provider of identities names them: for ever, and unlike everybody else of that provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The provider.
    pub issuer: String,
    /// Whom of it.
    pub subject: String,
}

/// Why an account is not linked to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// There is none of that name.
    #[error("there is no account of that name")]
    NoAccount,
    /// It has a password, or is that of another program.
    #[error("the account of that name is not left to the provider")]
    NotLeft,
    /// It is linked to somebody else.
    #[error("the account of that name is linked to somebody else of the provider")]
    OtherPerson,
    /// It may not be used.
    #[error("the account may not be used")]
    Disabled,
}

impl Archive {
    /// The account that is linked to somebody; nothing where there is none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn account_of_subject(&self, whom: &Subject) -> Result<Option<Account>, ArchiveError> {
        people::of_subject(self.store.index.pool(), whom).await
    }

    /// Links an account that is left to the provider to whoever signs in to it first. Whom it may not be linked to is told in the
    /// answer.
    ///
    /// # Errors
    /// When the index cannot be read or written.
    pub async fn link_account(
        &self,
        name: &str,
        whom: &Subject,
    ) -> Result<Result<Account, LinkRefusal>, ArchiveError> {
        let _writing = self.store.write().await?;
        let row = people::named(self.store.index.pool(), &name.trim().to_lowercase()).await?;
        let Some(row) = row else { return Ok(Err(LinkRefusal::NoAccount)) };
        let refusal = match &row.account {
            account if account.is_linked => Some(LinkRefusal::OtherPerson),
            account if row.secret.is_some() || account.role == Role::Service => Some(LinkRefusal::NotLeft),
            account if account.is_disabled => Some(LinkRefusal::Disabled),
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Ok(Err(refusal));
        }
        let mut change = self.store.index.begin().await?;
        people::set_subject(&mut change, &row.account.id, Some(whom)).await?;
        index::commit(change).await?;
        Ok(Ok(Account { is_linked: true, ..row.account }))
    }

    /// Leaves an account to the provider: it has no password any longer, and is linked to whoever signs in to it next. Its sessions
    /// end.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn leave_to_provider(&self, name: &str) -> Result<Account, ArchiveError> {
        let _writing = self.store.write().await?;
        let account = self.account(name).await?.ok_or_else(|| missing(name))?;
        let mut change = self.store.index.begin().await?;
        people::set_subject(&mut change, &account.id, None).await?;
        people::end_sessions(&mut change, &account.id).await?;
        index::commit(change).await?;
        Ok(Account { is_linked: false, ..account })
    }
}
