//! What somebody takes as an answer.

use axum::http::{HeaderMap, StatusCode, header};
use dicomweb::MediaType;

use crate::problem::Problem;

/// How something is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In the parts of one body, encoded in this transfer syntax if one is wanted.
    Parts(Option<String>),
    /// By itself.
    Single(Option<String>),
}

/// In which form something of a kind may be given.
///
/// # Errors
/// When nothing that can be given is taken.
pub(super) fn form(headers: &HeaderMap, kind: &str) -> Result<Form, Problem> {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    for wanted in MediaType::read_list(accept) {
        let syntax = wanted.parameter("transfer-syntax").filter(|syntax| *syntax != "*").map(str::to_owned);
        let is_any_related =
            wanted.essence == "multipart/related" && wanted.parameter("type").is_none_or(|kind| kind == "*/*");
        if wanted.is_related(kind) || is_any_related {
            return Ok(Form::Parts(syntax));
        }
        match wanted.essence.as_str() {
            "*/*" | "multipart/*" => return Ok(Form::Parts(None)),
            essence if essence == kind => return Ok(Form::Single(syntax)),
            _ => {}
        }
    }
    Err(not_acceptable(&format!("it can be given as {kind} only")))
}

/// That nothing which can be given is taken.
pub(super) fn not_acceptable(message: &str) -> Problem {
    Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", "fetching objects", message)
        .hint("Ask for the objects as they are: type=\"application/dicom\"; transfer-syntax=*.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_form_that_can_be_given_is() {
        let form = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            form(&headers, "application/dicom").ok()
        };
        let related = "multipart/related; type=\"application/dicom\"";
        assert_eq!(form(related), Some(Form::Parts(None)));
        assert_eq!(
            form(&format!("image/png, {related}; transfer-syntax=1.2")),
            Some(Form::Parts(Some("1.2".to_owned())))
        );
        assert_eq!(form(&format!("{related}; transfer-syntax=*")), Some(Form::Parts(None)));
        assert_eq!(form("application/dicom"), Some(Form::Single(None)));
        assert_eq!(form("*/*"), Some(Form::Parts(None)));
        assert_eq!(form("multipart/related; type=\"image/jpeg\", text/html"), None);
        assert_eq!(form(&format!("{related}; q=0")), None);
    }
}
