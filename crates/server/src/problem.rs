//! Why a request was not answered, for people and for the front end.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Status of the response.
    #[serde(skip)]
    pub status: u16,
    /// Stable word for programs, as `not-found`.
    pub code: &'static str,
    /// What was being done.
    pub doing: String,
    /// To which object; hashes and names of the program, never a person.
    pub subject: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Problem {
    /// A problem of a kind; the rest is filled in by the other functions.
    pub fn new(status: StatusCode, code: &'static str, doing: &str, message: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            code,
            doing: doing.to_owned(),
            subject: String::new(),
            message: message.into(),
            hint: "Try again; if it stays so, start the program anew.".to_owned(),
        }
    }

    /// What it is about.
    pub fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self }
    }

    /// What to do.
    pub fn hint(self, hint: &str) -> Self {
        Self { hint: hint.to_owned(), ..self }
    }

    /// The request itself cannot be meant.
    pub fn bad_request(doing: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", doing, message).hint("Correct the request.")
    }

    /// What was asked for is not there.
    pub fn not_found(doing: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", doing, message).hint("Go back to the list and choose again.")
    }

    /// The program itself failed.
    pub fn internal(doing: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", doing, message)
    }
}

impl From<archive::ArchiveError> for Problem {
    fn from(error: archive::ArchiveError) -> Self {
        use archive::ArchiveError as Error;
        let message = error.to_string();
        let doing = "working with the archive";
        match error {
            Error::NotFound { .. } => Self::not_found("opening a case", message),
            Error::Name(_) => Self::not_found("opening a case", message),
            Error::AccountName(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "account-name", "making an account", message)
                    .hint("Choose another name.")
            }
            Error::Changed => {
                Self::new(StatusCode::PRECONDITION_FAILED, "changed", "saving the settings", message)
                    .hint("Look at what the other person changed, then save again.")
            }
            Error::OtherObjects => {
                Self::new(StatusCode::CONFLICT, "other-objects", "keeping an assessment", message)
                    .hint("Assess it again.")
            }
            Error::Settings(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "settings", "reading the settings", message)
                    .hint("Correct the named line.")
            }
            Error::TooLarge(_) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "receiving a file", message)
                    .hint("Send it in parts.")
            }
            Error::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "full", doing, message)
                .hint("Make room on the disk of the archive, then try again."),
            Error::ObjectStore { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "object-store", doing, message)
                    .hint("Try again later; whoever looks after the program looks after the object store.")
            }
            Error::File { .. }
            | Error::Broken
            | Error::Index { .. }
            | Error::Newer { .. }
            | Error::NotEmpty
            | Error::DamagedContent { .. }
            | Error::ObjectsOfOther
            | Error::OtherObjectStore
            | Error::OtherKind(_)
            | Error::PlainObjectStore
            | Error::MaybePlainDatabase
            | Error::InUse
            | Error::Damaged { .. }
            | Error::NoRandomness => Self::internal(doing, message)
                .hint("Check the disk, and the rights and the database of the archive."),
        }
    }
}

/// What the log learns of a problem; it travels with the response inside the program.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its stable word.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let told = Told { code: self.code, message: self.message.clone() };
        let mut response = (status, Json(self)).into_response();
        response.extensions_mut().insert(told);
        response
    }
}
