//! Accounts, for those who look after them.

use archive::people::{Account, AccountChange, NewAccount, Role};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session::set_password;
use crate::clock;
use crate::problem::Problem;
use crate::state::Workbench;

const DOING: &str = "changing an account";

/// All accounts.
#[derive(Serialize, ToSchema)]
pub struct Accounts {
    /// In the order of their names.
    #[schema(value_type = Vec<Object>)]
    accounts: Vec<Account>,
}

/// All accounts.
#[utoipa::path(get, path = "/accounts", responses((status = 200, body = Accounts)))]
pub async fn list(State(workbench): State<Workbench>) -> Result<Json<Accounts>, Problem> {
    Ok(Json(Accounts { accounts: workbench.archive.accounts().await? }))
}

/// An account that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountSent {
    /// With which one signs in.
    name: String,
    /// As it is printed.
    printed_name: String,
    /// `viewer`, `physicist`, `physician`, `admin` or `service`.
    #[schema(value_type = String)]
    role: Role,
    /// Whether it may see every patient.
    sees_all: bool,
    /// Its first password; another program gets a token instead, and who signs in by the provider of identities has none.
    #[serde(default)]
    password: Option<String>,
}

/// An account that was made.
#[derive(Serialize, ToSchema)]
pub struct AccountMade {
    /// The account.
    #[schema(value_type = Object)]
    account: Account,
    /// The token of another program, which is told this once.
    token: Option<String>,
}

/// Makes an account.
#[utoipa::path(post, path = "/accounts", request_body = AccountSent, responses((status = 201, body = AccountMade), (status = 422, body = Problem)))]
pub async fn add(
    State(workbench): State<Workbench>,
    super::Document(sent): super::Document<AccountSent>,
) -> Result<(StatusCode, Json<AccountMade>), Problem> {
    let new =
        NewAccount { name: sent.name, printed_name: sent.printed_name, role: sent.role, sees_all: sent.sees_all };
    let account = workbench.archive.add_account(&new, clock::now()).await?;
    let token = match (account.role, &sent.password) {
        (Role::Service, _) => Some(workbench.archive.set_token(&account.name).await?),
        (_, Some(password)) => {
            // One whose password is not taken is there all the same, and can be given another.
            set_password(&workbench, &account.name, password).await?;
            None
        }
        (_, None) => None,
    };
    Ok((StatusCode::CREATED, Json(AccountMade { account, token })))
}

/// What is to be different about an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChanged {
    /// As it is printed.
    #[serde(default)]
    printed_name: Option<String>,
    /// What it may do.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// Whether it may see every patient.
    #[serde(default)]
    sees_all: Option<bool>,
    /// Whether it may not be used.
    #[serde(default)]
    is_disabled: Option<bool>,
    /// Another password.
    #[serde(default)]
    password: Option<String>,
    /// Whether it is left to the provider of identities: it has no password any longer, and is linked to who signs in to it next.
    #[serde(default)]
    by_provider: bool,
}

/// Changes an account; its sessions end.
#[utoipa::path(patch, path = "/accounts/{account}", params(("account" = String, Path)), request_body = AccountChanged, responses((status = 200, body = Object), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(workbench): State<Workbench>,
    Path(name): Path<String>,
    super::Document(sent): super::Document<AccountChanged>,
) -> Result<Json<Account>, Problem> {
    let change = AccountChange {
        printed_name: sent.printed_name,
        role: sent.role,
        sees_all: sent.sees_all,
        is_disabled: sent.is_disabled,
    };
    if sent.by_provider {
        check_left_to_provider(&workbench, &name, sent.password.is_some()).await?;
    }
    let gives_up = change.role.is_some_and(|role| role != Role::Admin)
        || change.is_disabled == Some(true)
        || sent.by_provider;
    if gives_up && is_last_admin(&workbench, &name).await? {
        let message = "nobody would be left who looks after the accounts";
        return Err(Problem::new(StatusCode::CONFLICT, "last-admin", DOING, message)
            .hint("Give another account the role admin first."));
    }
    if let Some(password) = &sent.password {
        set_password(&workbench, &name, password).await?;
    }
    let account = workbench.archive.change_account(&name, &change).await?;
    if sent.by_provider {
        return Ok(Json(workbench.archive.leave_to_provider(&name).await?));
    }
    Ok(Json(account))
}

/// That somebody can still come in by an account that is left to the provider.
async fn check_left_to_provider(workbench: &Workbench, name: &str, has_password: bool) -> Result<(), Problem> {
    let refused = |status, message: &str| {
        Err(Problem::new(status, "by-provider", DOING, message).hint("Give the account a password instead."))
    };
    if has_password {
        return refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "an account has a password or is left to the provider, not both",
        );
    }
    if workbench.access.openid().is_none() {
        return refused(StatusCode::CONFLICT, "there is no provider of identities here, so nobody could sign in");
    }
    match workbench.archive.account(name).await? {
        Some(account) if account.role == Role::Service => {
            refused(StatusCode::CONFLICT, "the account is that of another program, which shows a token")
        }
        _ => Ok(()),
    }
}

async fn is_last_admin(workbench: &Workbench, name: &str) -> Result<bool, Problem> {
    let accounts = workbench.archive.accounts().await?;
    let mut admins = accounts.iter().filter(|account| account.role == Role::Admin && !account.is_disabled);
    Ok(admins.all(|account| account.name == name.trim().to_lowercase()))
}

/// A token.
#[derive(Serialize, ToSchema)]
pub struct Token {
    /// It is told this once.
    token: String,
}

/// Gives another program a new token; the former one is worth nothing any longer.
#[utoipa::path(post, path = "/accounts/{account}/token", params(("account" = String, Path)), responses((status = 200, body = Token), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn token(State(workbench): State<Workbench>, Path(name): Path<String>) -> Result<Json<Token>, Problem> {
    let account = workbench.archive.account(&name).await?;
    if account.is_some_and(|account| account.role != Role::Service) {
        let message = "only the account of another program has a token; people have passwords";
        return Err(Problem::new(StatusCode::CONFLICT, "no-service", DOING, message)
            .hint("Make an account with the role service."));
    }
    Ok(Json(Token { token: workbench.archive.set_token(&name).await? }))
}
