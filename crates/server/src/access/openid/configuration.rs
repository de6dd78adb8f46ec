//! What is configured of a provider of identities.

use std::collections::BTreeMap;

use archive::people::Role;
use openidconnect::IssuerUrl;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::claims::{claim, texts};
use super::http::is_plain_and_here;

/// Something that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("(secret)")
    }
}

/// A provider of identities by which people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its address, exactly as it calls itself.
    pub issuer: String,
    /// By which name it knows the workbench.
    pub client_id: String,
    /// By which it knows that it is the workbench; nothing where it takes PKCE alone.
    pub client_secret: Option<Secret>,
    /// As people call it.
    pub label: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Which claim names the account.
    pub account_claim: String,
    /// Which claim tells the groups; a name with points leads into objects.
    pub groups_claim: String,
    /// Which role a group gives; accounts keep their own where there is none.
    pub roles: BTreeMap<String, Role>,
    /// Whether an account is made for whoever has a role and none yet.
    pub makes_accounts: bool,
    /// Whether people may also sign in with passwords.
    pub passwords: bool,
    /// Certificates (PEM) of those who sign that of the provider; those of the system where there are none.
    pub authorities: Option<Vec<u8>>,
}

/// Why nobody could sign in by a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenIdError {
    /// Its address is none, or is not encrypted.
    #[error("reading [server.oidc]: issuer must be an address that begins with https://")]
    Issuer,
    /// Nobody could come back.
    #[error("reading [server]: origin is no address that a provider could lead back to")]
    Origin,
    /// Passwords and identities would be given out to whoever listens.
    #[error("reading [server.oidc]: authorities cannot be read; name a file with certificates as PEM")]
    Authorities,
    /// A role that people do not have.
    #[error("reading [server.oidc]: roles gives the role service, which is that of programs; give another one")]
    Service,
    /// Nobody would have a role.
    #[error("reading [server.oidc]: create_accounts needs roles, since a new account has its role by them")]
    NoRoles,
    /// The system is not able to.
    #[error("preparing to ask the provider of identities: TLS cannot be used")]
    Tls,
}

impl Provider {
    /// Its address, and whether it is on this machine.
    pub(super) fn checked_issuer(&self) -> Result<(IssuerUrl, bool), OpenIdError> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|_| OpenIdError::Issuer)?;
        let is_here = is_plain_and_here(issuer.url());
        if issuer.url().scheme() != "https" && !is_here {
            return Err(OpenIdError::Issuer);
        }
        if self.roles.values().any(|role| *role == Role::Service) {
            return Err(OpenIdError::Service);
        }
        if self.makes_accounts && self.roles.is_empty() {
            return Err(OpenIdError::NoRoles);
        }
        Ok((issuer, is_here))
    }

    /// Whether account and groups are told, so that nothing more needs to be asked.
    pub(super) fn is_told_enough(&self, told: &Map<String, Value>) -> bool {
        claim(told, &self.account_claim).is_some()
            && (self.roles.is_empty() || claim(told, &self.groups_claim).is_some())
    }

    /// The role that the groups give: of several the one that may do most, and nothing where they give none.
    pub(super) fn role_of(&self, told: &Map<String, Value>) -> Option<Role> {
        let groups = claim(told, &self.groups_claim).map(texts).unwrap_or_default();
        let given: Vec<Role> = groups.iter().filter_map(|group| self.roles.get(*group)).copied().collect();
        [Role::Admin, Role::Physician, Role::Physicist, Role::Viewer].into_iter().find(|role| given.contains(role))
    }
}

#[cfg(test)]
pub(super) fn example() -> Provider {
    Provider {
        issuer: "https://login.example.org".to_owned(),
        client_id: "rert".to_owned(),
        client_secret: Some(Secret("between us".to_owned())),
        label: "the clinic".to_owned(),
        scopes: Vec::new(),
        account_claim: "preferred_username".to_owned(),
        groups_claim: "groups".to_owned(),
        roles: BTreeMap::new(),
        makes_accounts: false,
        passwords: true,
        authorities: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_provider_is_asked_over_encrypted_connections_or_on_this_machine() {
        for (issuer, expected) in [
            ("https://login.example.org/realms/clinic", Ok(false)),
            ("http://127.0.0.1:9000", Ok(true)),
            ("http://localhost:9000/a", Ok(true)),
            ("http://login.example.org", Err(OpenIdError::Issuer)),
            ("http://127.0.0.1.example.org", Err(OpenIdError::Issuer)),
            ("file:///etc/passwd", Err(OpenIdError::Issuer)),
            ("login.example.org", Err(OpenIdError::Issuer)),
        ] {
            let provider = Provider { issuer: issuer.to_owned(), ..example() };
            assert_eq!(provider.checked_issuer().map(|(_, is_here)| is_here), expected, "{issuer}");
        }
        let service = BTreeMap::from([("pacs".to_owned(), Role::Service)]);
        assert_eq!(Provider { roles: service, ..example() }.checked_issuer().err(), Some(OpenIdError::Service));
        assert_eq!(
            Provider { makes_accounts: true, ..example() }.checked_issuer().err(),
            Some(OpenIdError::NoRoles)
        );
    }

    #[test]
    fn the_secret_is_not_printed() {
        let printed = format!("{:?}", example());
        assert!(printed.contains("client_id") && !printed.contains("between us"), "{printed}");
    }

    #[test]
    fn of_several_groups_the_one_counts_that_may_do_most() {
        let roles = [("all", Role::Viewer), ("physics", Role::Physicist), ("doctors", Role::Physician)];
        let roles = roles.map(|(group, role)| (group.to_owned(), role)).into();
        let provider = Provider { roles, groups_claim: "access.roles".to_owned(), ..example() };
        let role = |groups: Value| {
            let told = json!({ "access": { "roles": groups } });
            provider.role_of(told.as_object().unwrap())
        };
        assert_eq!(role(json!(["all", "physics", "other"])), Some(Role::Physicist));
        assert_eq!(role(json!("doctors")), Some(Role::Physician));
        for none in [json!([]), json!(["Doctors"]), json!({ "doctors": true }), json!(null), json!([["doctors"]])]
        {
            assert_eq!(role(none.clone()), None, "{none}");
        }
    }
}
