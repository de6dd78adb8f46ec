//! Signing what a case is now.

use archive::{Bound, Signature, StoredCase, sha256};
use assessment::{Assessment, SignedBy};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Person, Who};
use crate::clock;
use crate::jobs::Event;
use crate::overview::{Overview, bound_of};
use crate::problem::Problem;
use crate::routes::assessment::not_assessed;
use crate::routes::cases::{SignatureState, bound_now, signature_state};
use crate::routes::session::confirm;
use crate::state::Workbench;

const DOING: &str = "signing an assessment";
/// The signed report, as a page and on paper.
pub const SIGNED_REPORTS: [&str; 2] = ["report.signed.html", "report.signed.pdf"];

/// A signature and what it is worth.
#[derive(Serialize, ToSchema)]
pub struct SignatureNow {
    /// What it is worth.
    state: SignatureState,
    /// The signature.
    #[schema(value_type = Option<Object>)]
    signature: Option<Signature>,
    /// What the case is now.
    #[schema(value_type = Object)]
    bound_now: Bound,
    /// What changed since it was signed.
    changed: Vec<&'static str>,
}

async fn now(workbench: &Workbench, case: &StoredCase) -> Result<SignatureNow, Problem> {
    let bound_now = bound_now(workbench, case).await?;
    let signature = case.signature().await?;
    let changed = signature.as_ref().map(|own| own.bound_to.differences(&bound_now)).unwrap_or_default();
    Ok(SignatureNow { state: signature_state(case, &bound_now).await?, signature, bound_now, changed })
}

/// Who signed, and whether it still holds.
#[utoipa::path(get, path = "/cases/{case}/signature", params(("case" = String, Path)), responses((status = 200, body = SignatureNow), (status = 404, body = Problem)))]
pub async fn get(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
) -> Result<Json<SignatureNow>, Problem> {
    Ok(Json(now(&workbench, &workbench.case(&case).await?).await?))
}

/// Who signs, and what that means.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// Printed name.
    name: String,
    /// In which role.
    role: String,
    /// What it means.
    meaning: String,
    /// The password once more, where people have accounts with one; name and role are those of the account then. Who signs in by a
    /// provider confirms it there instead.
    #[serde(default)]
    password: Option<String>,
}

/// Signs the assessment of what the case is now.
#[utoipa::path(post, path = "/cases/{case}/signature", params(("case" = String, Path)), request_body = Sign, responses((status = 200, body = SignatureNow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn sign(
    State(workbench): State<Workbench>,
    person: Person,
    Path(case): Path<String>,
    super::Document(mut sign): super::Document<Sign>,
) -> Result<Json<SignatureNow>, Problem> {
    let case = workbench.case(&case).await?;
    if let Some(own) = person.account() {
        let account = if own.is_linked {
            check_confirmed(&workbench, &person, &case).await?;
            own.clone()
        } else {
            confirm(&workbench, &person, sign.password.as_deref().unwrap_or_default(), DOING).await?
        };
        (sign.name, sign.role) = (account.printed_name, account.role.as_str().to_owned());
    }
    let told = [&sign.name, &sign.role, &sign.meaning];
    if told.iter().any(|text| text.trim().is_empty()) {
        let message = "name, role and meaning are needed";
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "incomplete", DOING, message).hint("Fill them in.")
        );
    }
    let bound_to = bound_now(&workbench, &case).await?;
    let overview = Overview::kept(&case).await?.ok_or_else(|| not_assessed(&case))?;
    let conflict = |message: &str, hint: &str| {
        let problem = Problem::new(StatusCode::CONFLICT, "not-to-be-signed", DOING, message);
        Err(problem.about(format!("case {}", case.id())).hint(hint))
    };
    if overview.bound != bound_to {
        let differs = overview.bound.differences(&bound_to).join(", ");
        return conflict(
            &format!("{differs} changed since the assessment"),
            "Assess again, look at it, and sign that.",
        );
    }
    if overview.refused {
        return conflict(
            "the assessment was refused, so there are no numbers to sign",
            "Mend what the findings name.",
        );
    }
    let [name, role, meaning] = told.map(|text| case::readable(text.trim()));
    let signature = Signature { name, role, meaning, signed_at: clock::now(), bound_to };
    let reports = signed_reports(&workbench, &case, &signature).await?;
    let reports: Vec<(&str, &[u8])> = reports.iter().map(|(name, content)| (*name, content.as_slice())).collect();
    case.add_results(&reports).await?;
    case.sign(&signature).await?;
    workbench.jobs.tell(Event::Case(case.id().to_string()));
    Ok(Json(now(&workbench, &case).await?))
}

/// That somebody confirmed by the provider to sign the case as it is now; it is worth nothing afterwards.
async fn check_confirmed(workbench: &Workbench, person: &Person, case: &StoredCase) -> Result<(), Problem> {
    let openid = workbench.access.openid();
    let session = match &person.who {
        Who::Account { session: Some(session), .. } => sha256(&session.token),
        _ => String::new(),
    };
    let confirmed = openid.and_then(|openid| openid.confirmations.take(&session, case.id(), clock::now()));
    let Some(bound) = confirmed else {
        let message = "the signature was not confirmed by the provider just now";
        return Err(Problem::new(StatusCode::FORBIDDEN, "not-confirmed", DOING, message).hint("Confirm it anew."));
    };
    let differs = bound.differences(&bound_now(workbench, case).await?);
    if differs.is_empty() {
        return Ok(());
    }
    let message = format!("{} changed since you confirmed the signature", differs.join(", "));
    Err(Problem::new(StatusCode::CONFLICT, "not-to-be-signed", DOING, message)
        .about(format!("case {}", case.id()))
        .hint("Look at it again, and confirm that."))
}

/// The report with the signature on it, which stands in the place of the other one as long as the signature is valid.
async fn signed_reports(
    workbench: &Workbench,
    case: &StoredCase,
    signature: &Signature,
) -> Result<[(&'static str, Vec<u8>); 2], Problem> {
    let signed = SignedBy {
        name: signature.name.clone(),
        role: signature.role.clone(),
        meaning: signature.meaning.clone(),
        when: signature.signed_at.format("%Y-%m-%d %H:%M UTC").to_string(),
    };
    let bound_to = signature.bound_to.clone();
    let written = workbench.desks.ask(case.id(), move |review| {
        let failed = |error: report::ReportError| Problem::internal(DOING, error.to_string());
        if bound_of(review.as_assessed()) != bound_to {
            let message = "what is open was assessed from something else than what is signed";
            return Err(Problem::new(StatusCode::CONFLICT, "not-to-be-signed", DOING, message)
                .hint("Assess again, look at it, and sign that."));
        }
        let assessment = Assessment { signed: Some(signed), ..review.as_assessed().clone() };
        let page = report::html(&assessment).map_err(failed)?.into_bytes();
        Ok([(SIGNED_REPORTS[0], page), (SIGNED_REPORTS[1], report::pdf(&assessment).map_err(failed)?)])
    });
    written.await?
}

/// Takes a signature back.
#[utoipa::path(delete, path = "/cases/{case}/signature", params(("case" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
pub async fn unsign(State(workbench): State<Workbench>, Path(case): Path<String>) -> Result<StatusCode, Problem> {
    let case = workbench.case(&case).await?;
    case.unsign().await?;
    workbench.jobs.tell(Event::Case(case.id().to_string()));
    Ok(StatusCode::NO_CONTENT)
}
