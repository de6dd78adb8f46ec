//! Sessions of browsers.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Account, password};
use crate::index::people::SessionRow;
use crate::index::{self, people};
use crate::{Archive, ArchiveError, sha256};

/// A session ends when nothing was asked for so long.
pub const SESSION_IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends after so long in any case.
pub const SESSION_LONGEST: TimeDelta = TimeDelta::hours(12);
/// When a session was last used is written down this often at most.
const WRITTEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A session that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub account: Account,
    /// When its password was given.
    pub begun: DateTime<Utc>,
}

impl Archive {
    /// Begins a session, and tells its token. Only its hash is kept.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub async fn begin_session(&self, account: &Account, now: DateTime<Utc>) -> Result<String, ArchiveError> {
        let token = password::random()?;
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        people::forget_sessions(&mut change, now - SESSION_LONGEST, now - SESSION_IDLE).await?;
        people::add_session(&mut change, &sha256(&token), &account.id, now).await?;
        index::commit(change).await?;
        Ok(token)
    }

    /// The session of a token, which is used by that; nothing where there is none that holds.
    ///
    /// # Errors
    /// When the index cannot be read or written.
    pub async fn session(&self, token: &str, now: DateTime<Utc>) -> Result<Option<Session>, ArchiveError> {
        let kept = sha256(token);
        let Some(row) = self.holding(&kept, now).await? else { return Ok(None) };
        if now > row.used + WRITTEN_EVERY {
            let _writing = self.store.write().await?;
            let mut change = self.store.index.begin().await?;
            people::use_session(&mut change, &kept, now).await?;
            index::commit(change).await?;
        }
        Ok(Some(Session { account: row.account, begun: row.begun }))
    }

    /// The session of a token without using it: what only listens must not keep a session from ending.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn session_as_it_is(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, ArchiveError> {
        let row = self.holding(&sha256(token), now).await?;
        Ok(row.map(|row| Session { account: row.account, begun: row.begun }))
    }

    async fn holding(&self, kept: &str, now: DateTime<Utc>) -> Result<Option<SessionRow>, ArchiveError> {
        let row = people::session(self.store.index.pool(), kept).await?;
        Ok(row.filter(|row| {
            now < row.begun + SESSION_LONGEST && now < row.used + SESSION_IDLE && !row.account.is_disabled
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub async fn end_session(&self, token: &str) -> Result<(), ArchiveError> {
        let _writing = self.store.write().await?;
        let mut change = self.store.index.begin().await?;
        people::end_session(&mut change, &sha256(token)).await?;
        index::commit(change).await
    }
}
