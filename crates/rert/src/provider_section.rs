//! `[server.oidc]`: a provider of identities by which the people of a department sign in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use archive::people::Role;
use serde::Deserialize;
use server::{Provider, Secret};

use crate::configuration::read;
use crate::failure::Failure;

/// `[server.oidc]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSection {
    /// Its address, exactly as it calls itself.
    pub issuer: String,
    /// By which name it knows the workbench.
    pub client_id: String,
    /// By which it knows that it is the workbench.
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// As people call it, on the button to sign in.
    #[serde(default = "label")]
    pub label: String,
    /// What is asked for beside `openid`.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// Which claim names the account.
    #[serde(default = "account_claim")]
    pub account_claim: String,
    /// Which claim tells the groups.
    #[serde(default = "groups_claim")]
    pub groups_claim: String,
    /// Which role a group gives.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// Whether an account is made for whoever has a role and none yet.
    #[serde(default)]
    pub create_accounts: bool,
    /// Whether people may also sign in with passwords.
    #[serde(default = "passwords")]
    pub passwords: bool,
    /// File (PEM) of the authorities that sign the certificate of the provider.
    #[serde(default)]
    pub authorities: Option<PathBuf>,
}

fn label() -> String {
    "the provider of identities".to_owned()
}

fn scopes() -> Vec<String> {
    vec!["profile".to_owned()]
}

fn account_claim() -> String {
    "preferred_username".to_owned()
}

fn groups_claim() -> String {
    "groups".to_owned()
}

fn passwords() -> bool {
    true
}

impl ProviderSection {
    /// The provider that is meant.
    pub fn provider(&self) -> Result<Provider, Failure> {
        Ok(Provider {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone().filter(|secret| !secret.0.is_empty()),
            label: case::readable(&self.label),
            scopes: self.scopes.clone(),
            account_claim: self.account_claim.clone(),
            groups_claim: self.groups_claim.clone(),
            roles: self.roles.clone(),
            makes_accounts: self.create_accounts,
            passwords: self.passwords,
            authorities: self.authorities.as_deref().map(read).transpose()?,
        })
    }
}
