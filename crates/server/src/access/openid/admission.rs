//! Whose account somebody is whom the provider knows, and in which role. Nobody comes in who was not meant to.

use archive::Archive;
use archive::people::{Account, AccountChange, LinkRefusal, NewAccount, Role};

use super::{Claims, Denial, Provider};
use crate::clock;
use crate::problem::Problem;

/// An account, and how somebody came in by it, as it is written down.
pub type Admitted = (Account, String);

/// The account by which somebody is signed in.
///
/// # Errors
/// Within: why nobody is. When the archive cannot be read or written.
pub async fn admit(
    archive: &Archive,
    provider: &Provider,
    claims: &Claims,
) -> Result<Result<Admitted, Denial>, Problem> {
    let role = provider.role_of(&claims.told);
    if !provider.roles.is_empty() && role.is_none() {
        return Ok(Err(Denial::Refused("the groups give no role")));
    }
    let (account, how) = match archive.account_of_subject(&claims.subject).await? {
        Some(account) => (account, "by the provider"),
        None => match first_time(archive, provider, claims, role).await? {
            Ok(admitted) => admitted,
            Err(denial) => return Ok(Err(denial)),
        },
    };
    if account.is_disabled {
        return Ok(Err(Denial::Refused("the account may not be used")));
    }
    if account.role == Role::Service {
        return Ok(Err(Denial::Refused("the account is that of another program")));
    }
    match role.filter(|role| *role != account.role) {
        None => Ok(Ok((account, how.to_owned()))),
        // What was begun in the other role ends with it.
        Some(role) => {
            let how = format!(
                "{how}, whose groups changed the role from {} to {}",
                account.role.as_str(),
                role.as_str()
            );
            let change = AccountChange { role: Some(role), ..AccountChange::default() };
            Ok(Ok((archive.change_account(&account.name, &change).await?, how)))
        }
    }
}

/// The account of somebody who comes for the first time: that of the name which waits for them, or a new one where that is configured.
async fn first_time(
    archive: &Archive,
    provider: &Provider,
    claims: &Claims,
    role: Option<Role>,
) -> Result<Result<(Account, &'static str), Denial>, Problem> {
    let Some(name) = claims.account_name(&provider.account_claim) else {
        return Ok(Err(Denial::Refused("the provider names no account")));
    };
    let linked = archive.link_account(&name, &claims.subject).await?;
    let refusal = match (linked, role) {
        (Ok(account), _) => {
            return Ok(Ok((account, "by the provider, to whom the account is linked from now on")));
        }
        (Err(LinkRefusal::NoAccount), Some(role)) if provider.makes_accounts => {
            let printed_name = claims.printed_name().unwrap_or(&name).to_owned();
            let new = NewAccount { name: name.clone(), printed_name, role, sees_all: false };
            if archive.add_account(&new, clock::now()).await.is_err() {
                return Ok(Err(Denial::Refused("the name at the provider cannot be that of an account")));
            }
            match archive.link_account(&name, &claims.subject).await? {
                Ok(account) => return Ok(Ok((account, "by the provider, for whom the account was made"))),
                Err(refusal) => refusal,
            }
        }
        (Err(refusal), _) => refusal,
    };
    Ok(Err(Denial::Refused(match refusal {
        LinkRefusal::NoAccount => "there is no account of that name",
        LinkRefusal::NotLeft => "the account of that name is not left to the provider",
        LinkRefusal::OtherPerson => "the account of that name is linked to somebody else of the provider",
        LinkRefusal::Disabled => "the account may not be used",
    })))
}
