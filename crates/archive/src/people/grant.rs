//! Which cases an account may see.

use std::collections::BTreeSet;

use super::{Account, account::missing};
use crate::index::{self, people};
use crate::{Archive, ArchiveError, CaseId};

impl Archive {
    /// Whether an account may see a case.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn may_see(&self, account: &Account, case: &CaseId) -> Result<bool, ArchiveError> {
        Ok(account.sees_all || people::granted(self.store.index.pool(), &account.id).await?.contains(case))
    }

    /// The cases that an account was given.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn granted(&self, account: &Account) -> Result<BTreeSet<CaseId>, ArchiveError> {
        people::granted(self.store.index.pool(), &account.id).await
    }

    /// The names of the accounts that were given a case.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn granted_to(&self, case: &CaseId) -> Result<Vec<String>, ArchiveError> {
        people::granted_to(self.store.index.pool(), case).await
    }

    /// Gives an account a case, or takes it away.
    ///
    /// # Errors
    /// When there is no such account or case.
    pub async fn grant(&self, name: &str, case: &CaseId, may_see: bool) -> Result<(), ArchiveError> {
        let account = self.account(name).await?.ok_or_else(|| missing(name))?;
        self.case(case).await?;
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        people::set_grant(&mut change, &account.id, case, may_see).await?;
        index::commit(change).await
    }
}
