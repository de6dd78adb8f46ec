//! Who asks.

use std::collections::BTreeSet;

use archive::people::{Account, Role};
use archive::{Archive, CaseId};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};

use crate::clock;
use crate::problem::Problem;

use super::roles::Allowed;

/// Who asks, and from where.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub who: Who,
    /// An address of the network; `here` where the program asks itself.
    pub address: String,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Who {
    /// The person at this machine.
    Local,
    /// Somebody with an account.
    Account {
        /// The account.
        account: Account,
        /// The session of a browser; nothing where a program showed its token.
        session: Option<Session>,
    },
    /// Nobody that is known.
    Nobody,
}

/// The session of a browser.
#[derive(Clone, Debug)]
pub struct Session {
    /// By it the browser is known.
    pub token: String,
    /// When the password was given.
    pub begun: DateTime<Utc>,
}

impl Person {
    /// The account, where there is one.
    pub fn account(&self) -> Option<&Account> {
        match &self.who {
            Who::Account { account, .. } => Some(account),
            Who::Local | Who::Nobody => None,
        }
    }

    /// The same person as the archive knows it now, without the session being used by that; nothing where its session has ended or its
    /// account was switched off. Of a program the account is looked at, and not the token, which is not kept.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn now(&self, archive: &Archive) -> Result<Option<Self>, Problem> {
        let who = match &self.who {
            Who::Local => Some(Who::Local),
            Who::Nobody => None,
            Who::Account { session: Some(session), .. } => {
                let found = archive.session_as_it_is(&session.token, clock::now()).await?;
                found.map(|found| Who::Account { account: found.account, session: Some(session.clone()) })
            }
            Who::Account { account, session: None } => {
                let found = archive.account(&account.name).await?.filter(|found| !found.is_disabled);
                found.map(|account| Who::Account { account, session: None })
            }
        };
        Ok(who.map(|who| Self { who, address: self.address.clone() }))
    }

    /// By which name what is done is written down.
    pub fn actor(&self) -> &str {
        match &self.who {
            Who::Local => "local",
            Who::Account { account, .. } => &account.name,
            Who::Nobody => "",
        }
    }

    /// In which role.
    pub fn role(&self) -> &'static str {
        self.account().map_or("", |account| account.role.as_str())
    }

    /// Whether an operation may be used at all.
    pub fn may(&self, allowed: Allowed) -> bool {
        match (allowed, &self.who) {
            (Allowed::Anybody, _) | (Allowed::SignedIn, Who::Account { .. }) => true,
            (Allowed::Roles { local, .. }, Who::Local) => local,
            (Allowed::Roles { roles, .. }, Who::Account { account, .. }) => roles.contains(&account.role),
            (Allowed::SignedIn | Allowed::Roles { .. }, Who::Nobody) | (Allowed::SignedIn, Who::Local) => false,
        }
    }

    /// Whether a case may be seen.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn may_see(&self, archive: &Archive, case: &CaseId) -> Result<bool, Problem> {
        Ok(self.sight(archive).await?.includes(case))
    }

    /// Everything that may be seen.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn sight(&self, archive: &Archive) -> Result<Sight, Problem> {
        Ok(match &self.who {
            Who::Local => Sight::All,
            Who::Nobody => Sight::Only(BTreeSet::new()),
            // Who looks after accounts sees no patient by that.
            Who::Account { account, .. } if account.role == Role::Admin => Sight::Only(BTreeSet::new()),
            Who::Account { account, .. } if account.sees_all => Sight::All,
            Who::Account { account, .. } => Sight::Only(archive.granted(account).await?),
        })
    }
}

/// Which cases may be seen.
#[derive(Clone, Debug)]
pub enum Sight {
    /// Every one.
    All,
    /// These.
    Only(BTreeSet<CaseId>),
}

impl Sight {
    /// The cases to look in; nothing where it is all of them.
    pub fn cases(&self) -> Option<&BTreeSet<CaseId>> {
        match self {
            Self::All => None,
            Self::Only(cases) => Some(cases),
        }
    }

    /// Whether a case is among them.
    pub fn includes(&self, case: &CaseId) -> bool {
        match self {
            Self::All => true,
            Self::Only(cases) => cases.contains(case),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // The guard has put it there; without it nobody is known.
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.unwrap_or(Self { who: Who::Nobody, address: String::new() }))
    }
}
