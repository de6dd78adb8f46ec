//! What runs here, and who is signed in.

use archive::audit::Outcome;
use archive::people::{Account, Role, SignInRefusal};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::description::operation_id;
use crate::access::roles::RULES;
use crate::access::{Mode, Person, Who};
use crate::clock;
use crate::problem::Problem;
use crate::state::Workbench;

const SIGNING_IN: &str = "signing in";
const CHANGING: &str = "changing the password";

/// What runs here, and who is signed in.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Version of the program.
    version: &'static str,
    /// `local`: one person on this machine, without accounts; `department`: people sign in.
    mode: &'static str,
    /// Hash of the knowledge base.
    knowledge_sha256: String,
    /// Name of this run: another one means that the program was started anew.
    run: String,
    /// Whether people may sign in with passwords.
    takes_passwords: bool,
    /// The provider of identities by which people may sign in, as they call it.
    provider: Option<String>,
    /// Who is signed in.
    account: Option<SignedIn>,
    /// The operations, by their names in this description, that may be used.
    may: Vec<String>,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// With which one signs in.
    name: String,
    /// As it is printed.
    printed_name: String,
    /// What it may do.
    #[schema(value_type = String)]
    role: Role,
    /// Whether every patient may be seen.
    sees_all: bool,
    /// Whether it signs in by the provider, and confirms there what it signs.
    is_linked: bool,
}

impl From<&Account> for SignedIn {
    fn from(account: &Account) -> Self {
        Self {
            name: account.name.clone(),
            printed_name: account.printed_name.clone(),
            role: account.role,
            sees_all: account.sees_all,
            is_linked: account.is_linked,
        }
    }
}

fn told(workbench: &Workbench, person: &Person) -> Session {
    let may = RULES.iter().filter(|rule| person.may(rule.allowed));
    Session {
        version: env!("CARGO_PKG_VERSION"),
        mode: match workbench.access.mode() {
            Mode::Local(_) => "local",
            Mode::Department(_) => "department",
        },
        knowledge_sha256: workbench.knowledge_sha256.clone(),
        run: workbench.run.clone(),
        takes_passwords: workbench.access.takes_passwords(),
        provider: workbench.access.openid().map(|openid| openid.provider.label.clone()),
        account: person.account().map(SignedIn::from),
        may: may.map(|rule| operation_id(rule.method, &rule.whole_path())).collect(),
    }
}

/// What runs here, and who is signed in.
#[utoipa::path(get, path = "/session", responses((status = 200, body = Session)))]
pub async fn session(State(workbench): State<Workbench>, person: Person) -> Json<Session> {
    Json(told(&workbench, &person))
}

/// With what somebody signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Name of the account.
    name: String,
    /// Its password.
    password: String,
}

/// Signs somebody in.
#[utoipa::path(post, path = "/session", request_body = SignIn, responses((status = 200, body = Session), (status = 401, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn sign_in(
    State(workbench): State<Workbench>,
    person: Person,
    super::Document(sent): super::Document<SignIn>,
) -> Result<Response, Problem> {
    if matches!(workbench.access.mode(), Mode::Local(_)) {
        let problem =
            Problem::new(StatusCode::CONFLICT, "local", SIGNING_IN, "there are no accounts in local mode");
        return Err(problem.hint("Open the address that rert printed."));
    }
    if !workbench.access.takes_passwords() {
        let message = "people sign in by the provider of identities here";
        let problem = Problem::new(StatusCode::CONFLICT, "no-passwords", SIGNING_IN, message);
        return Err(problem.hint("Use the button of the provider."));
    }
    if !workbench.access.may_try(&person.address) {
        return Err(too_many());
    }
    let archive = &workbench.archive;
    let found = archive.check_password(&sent.name, &sent.password, clock::now()).await?;
    let name = case::readable(sent.name.trim()).to_lowercase();
    let account = match found {
        Ok(account) => account,
        Err(refusal) => {
            // Only the log tells which it was, so that nobody learns which accounts there are.
            let (problem, why) = match refusal {
                SignInRefusal::Wrong => (refused(), "wrong name or password"),
                SignInRefusal::Disabled => (refused(), "the account may not be used"),
                SignInRefusal::Locked { .. } => (refused(), "too many wrong passwords"),
            };
            let detail = format!("{why}: {}", name.chars().take(64).collect::<String>());
            workbench.access.record(&person, "sign-in".to_owned(), None, Outcome::Denied, &detail).await?;
            return Err(problem);
        }
    };
    // Another program shows its token with each request instead.
    let token = archive.begin_session(&account, clock::now()).await?;
    let person = Person { who: Who::Account { account, session: None }, ..person };
    workbench.access.record(&person, "sign-in".to_owned(), None, Outcome::Done, "").await?;
    let cookie = [(header::SET_COOKIE, workbench.access.cookie(&token))];
    Ok((cookie, Json(told(&workbench, &person))).into_response())
}

fn refused() -> Problem {
    let message = "name and password are not those of an account that may be used";
    Problem::new(StatusCode::UNAUTHORIZED, "sign-in-refused", SIGNING_IN, message)
        .hint("Check both. After some wrong passwords nothing is compared for a while: then wait, or ask who looks after the accounts.")
}

pub fn too_many() -> Problem {
    let message = "there were too many attempts";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", SIGNING_IN, message)
        .hint("Wait a while, then try again.")
}

/// Signs out.
#[utoipa::path(delete, path = "/session", responses((status = 204)))]
pub async fn sign_out(State(workbench): State<Workbench>, person: Person) -> Result<Response, Problem> {
    if let Who::Account { session: Some(session), .. } = &person.who {
        workbench.archive.end_session(&session.token).await?;
    }
    workbench.access.record(&person, "sign-out".to_owned(), None, Outcome::Done, "").await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, workbench.access.cookie(""))]).into_response())
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one that is to be replaced.
    current: String,
    /// The one that takes its place.
    new: String,
}

/// Gives oneself another password; all other sessions end.
#[utoipa::path(put, path = "/session/password", request_body = NewPassword, responses((status = 204), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn change_password(
    State(workbench): State<Workbench>,
    person: Person,
    super::Document(sent): super::Document<NewPassword>,
) -> Result<Response, Problem> {
    let account = confirm(&workbench, &person, &sent.current, CHANGING).await?;
    set_password(&workbench, &account.name, &sent.new).await?;
    workbench.access.record(&person, "change-password".to_owned(), None, Outcome::Done, "").await?;
    let token = workbench.archive.begin_session(&account, clock::now()).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, workbench.access.cookie(&token))]).into_response())
}

/// Gives an account a password.
pub async fn set_password(workbench: &Workbench, name: &str, password: &str) -> Result<(), Problem> {
    workbench.archive.set_password(name, password).await?.map_err(|refusal| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "password", CHANGING, refusal.to_string())
            .hint("Choose a longer sentence that nobody else would think of.")
    })
}

/// Asks the person who is signed in for the password once more, and tells the account.
pub async fn confirm(
    workbench: &Workbench,
    person: &Person,
    password: &str,
    doing: &str,
) -> Result<Account, Problem> {
    let account = person.account().ok_or_else(|| Problem::internal(doing, "nobody is signed in"))?;
    if !workbench.access.may_try(&person.address) {
        return Err(too_many());
    }
    match workbench.archive.check_password(&account.name, password, clock::now()).await? {
        Ok(account) => Ok(account),
        Err(SignInRefusal::Locked { .. }) => Err(too_many()),
        Err(_) => {
            let problem =
                Problem::new(StatusCode::FORBIDDEN, "wrong-password", doing, "the password is not right");
            Err(problem.hint("Type it again."))
        }
    }
}
