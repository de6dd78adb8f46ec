//! Signing in, and confirming a signature, by a provider of identities: to it, and back from it.

use archive::audit::Outcome;
use archive::{CaseId, sha256};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cases::bound_now;
use super::session::too_many;
use crate::access::openid::admission::admit;
use crate::access::openid::{Claims, Denial, Purpose, Signing};
use crate::access::{OpenId, Person, Who, flow_of};
use crate::clock;
use crate::problem::Problem;
use crate::state::Workbench;

const SIGNING_IN: &str = "signing in";
const CONFIRMING: &str = "confirming a signature";
/// How signing in, and confirming, are written down.
const SIGN_IN: &str = "sign-in";
const CONFIRM: &str = "confirm-signature";

/// Where the browser is to go.
#[derive(Serialize, ToSchema)]
pub struct Onwards {
    /// An address of the provider.
    address: String,
}

fn openid<'a>(workbench: &'a Workbench, doing: &str) -> Result<&'a OpenId, Problem> {
    workbench.access.openid().ok_or_else(|| {
        Problem::new(StatusCode::CONFLICT, "no-provider", doing, "there is no provider of identities here")
            .hint("Use your name and password.")
    })
}

/// Begins to sign somebody in by the provider; the browser goes to the address and comes back.
#[utoipa::path(post, path = "/session/oidc", responses((status = 200, body = Onwards), (status = 409, body = Problem), (status = 429, body = Problem), (status = 502, body = Problem)))]
pub async fn begin(State(workbench): State<Workbench>, person: Person) -> Result<Response, Problem> {
    let openid = openid(&workbench, SIGNING_IN)?;
    if !workbench.access.may_try(&person.address) {
        return Err(too_many());
    }
    onwards(&workbench, openid, Purpose::SignIn, SIGNING_IN).await
}

/// Begins to confirm a signature by the provider, which asks the person anew; then the case can be signed once, within two minutes.
#[utoipa::path(post, path = "/cases/{case}/signature/confirmation", params(("case" = String, Path)), responses((status = 200, body = Onwards), (status = 404, body = Problem), (status = 409, body = Problem), (status = 502, body = Problem)))]
pub async fn confirm(
    State(workbench): State<Workbench>,
    person: Person,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    let case = workbench.case(&case).await?;
    let openid = openid(&workbench, CONFIRMING)?;
    let Who::Account { account, session: Some(session) } = &person.who else {
        return Err(not_linked());
    };
    if !account.is_linked {
        return Err(not_linked());
    }
    let signing = Signing {
        session: sha256(&session.token),
        account: account.clone(),
        case: case.id().clone(),
        bound: bound_now(&workbench, &case).await?,
    };
    onwards(&workbench, openid, Purpose::Sign(Box::new(signing)), CONFIRMING).await
}

fn not_linked() -> Problem {
    Problem::new(StatusCode::CONFLICT, "no-provider", CONFIRMING, "this account does not sign in by the provider")
        .hint("Sign with your password.")
}

async fn onwards(
    workbench: &Workbench,
    openid: &OpenId,
    purpose: Purpose,
    doing: &str,
) -> Result<Response, Problem> {
    let begun = openid.begin(purpose).await.map_err(|denial| {
        let message = format!("{} cannot be asked: {}", openid.provider.label, denial.reason());
        Problem::new(StatusCode::BAD_GATEWAY, "provider", doing, message)
            .hint("Try again in a while; if it stays so, tell who looks after the program.")
    })?;
    let cookie = [(header::SET_COOKIE, workbench.access.flow_cookie(&begun.browser))];
    Ok((cookie, Json(Onwards { address: begun.address })).into_response())
}

/// With what the provider sends a browser back.
#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    /// Why there is no code.
    error: Option<String>,
    /// Which provider it was, where it says so.
    iss: Option<String>,
}

/// What the page is told of how it went; which reason it had, only the log tells.
#[derive(Clone, Copy)]
enum End {
    SignedIn,
    Confirmed,
    Refused,
    Declined,
    Expired,
    Stale,
    Unavailable,
    TooMany,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Stale => "stale",
            Self::Unavailable => "unavailable",
            Self::TooMany => "too-many",
        }
    }

    /// The page of the workbench, which finds its way on.
    fn page(self) -> Redirect {
        Redirect::to(&format!("/?provider={}", self.word()))
    }
}

impl From<Denial> for End {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Unavailable(_) => Self::Unavailable,
            Denial::Refused(_) => Self::Refused,
            Denial::Stale => Self::Stale,
        }
    }
}

/// Comes back from the provider: signs in, or confirms a signature, and goes on to the page.
#[utoipa::path(
    get,
    path = "/session/oidc/callback",
    params(("state" = Option<String>, Query), ("code" = Option<String>, Query), ("error" = Option<String>, Query), ("iss" = Option<String>, Query)),
    responses((status = 303), (status = 409, body = Problem))
)]
pub async fn callback(
    State(workbench): State<Workbench>,
    person: Person,
    headers: HeaderMap,
    super::Asked(back): super::Asked<Back>,
) -> Result<Response, Problem> {
    let openid = openid(&workbench, SIGNING_IN)?;
    let gone = (header::SET_COOKIE, workbench.access.flow_cookie(""));
    Ok(match came_back(&workbench, openid, person, &headers, back).await? {
        (End::SignedIn, Some(token)) => {
            let session = (header::SET_COOKIE, workbench.access.cookie(&token));
            (AppendHeaders([session, gone]), End::SignedIn.page()).into_response()
        }
        // The way of the browser on which this address was opened goes on.
        (end @ (End::Expired | End::TooMany), _) => end.page().into_response(),
        (end, _) => (AppendHeaders([gone]), end.page()).into_response(),
    })
}

/// How it ends, with the token of the session that begins.
async fn came_back(
    workbench: &Workbench,
    openid: &OpenId,
    person: Person,
    headers: &HeaderMap,
    back: Back,
) -> Result<(End, Option<String>), Problem> {
    let flow = flow_of(headers).and_then(|browser| openid.take_flow(browser, &back.state));
    let Some(flow) = flow else {
        // Strangers would fill the log.
        if !workbench.access.may_stray(&person.address) {
            return Ok((End::TooMany, None));
        }
        let why = "this browser began no such sign-in, or it is over";
        denied(workbench, &person, (SIGN_IN, None), why).await?;
        return Ok((End::Expired, None));
    };
    let about = match &flow.purpose {
        Purpose::SignIn => (SIGN_IN, None),
        Purpose::Sign(signing) => (CONFIRM, Some(signing.case.clone())),
    };
    // The session of the browser does not come along from another site, but who began is known.
    let person = match &flow.purpose {
        Purpose::SignIn => person,
        Purpose::Sign(signing) => {
            Person { who: Who::Account { account: signing.account.clone(), session: None }, ..person }
        }
    };
    let is_other = back.iss.as_ref().is_some_and(|issuer| *issuer != openid.provider.issuer);
    if back.error.is_some() || is_other {
        let why = if is_other { "another provider answered" } else { "the provider let nobody in" };
        denied(workbench, &person, about, why).await?;
        return Ok((if is_other { End::Refused } else { End::Declined }, None));
    }
    let ended = match openid.finish(flow, back.code).await {
        Ok((claims, Purpose::SignIn)) => sign_in(workbench, openid, &person, &claims).await?,
        Ok((claims, Purpose::Sign(signing))) => {
            let found = workbench.archive.account_of_subject(&claims.subject).await?;
            if found.is_some_and(|found| found.id == signing.account.id && !found.is_disabled) {
                openid.confirmations.put(signing.session, signing.case, signing.bound, clock::now());
                Ok((End::Confirmed, None))
            } else {
                Err(Denial::Refused("somebody else answered than who signs"))
            }
        }
        Err(denial) => Err(denial),
    };
    match ended {
        Ok((End::Confirmed, _)) => {
            workbench.access.record(&person, CONFIRM.to_owned(), about.1, Outcome::Done, "").await?;
            Ok((End::Confirmed, None))
        }
        Ok(ended) => Ok(ended),
        Err(denial) => {
            denied(workbench, &person, about, denial.reason()).await?;
            Ok((denial.into(), None))
        }
    }
}

async fn sign_in(
    workbench: &Workbench,
    openid: &OpenId,
    person: &Person,
    claims: &Claims,
) -> Result<Result<(End, Option<String>), Denial>, Problem> {
    let (account, how) = match admit(&workbench.archive, &openid.provider, claims).await? {
        Ok(admitted) => admitted,
        Err(denial) => return Ok(Err(denial)),
    };
    let token = workbench.archive.begin_session(&account, clock::now()).await?;
    let person = Person { who: Who::Account { account, session: None }, ..person.clone() };
    workbench.access.record(&person, SIGN_IN.to_owned(), None, Outcome::Done, &how).await?;
    Ok(Ok((End::SignedIn, Some(token))))
}

async fn denied(
    workbench: &Workbench,
    person: &Person,
    (action, case): (&str, Option<CaseId>),
    why: &str,
) -> Result<(), Problem> {
    let detail = format!("by the provider: {why}");
    workbench.access.record(person, action.to_owned(), case, Outcome::Denied, &detail).await
}
