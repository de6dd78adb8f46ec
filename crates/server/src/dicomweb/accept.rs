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

/// The forms in which something of a kind may be given, what is wanted most first (PS3.18 8.4).
///
/// # Errors
/// When nothing that can be given is taken.
pub(super) fn forms(headers: &HeaderMap, kind: &str) -> Result<Vec<Form>, Problem> {
    let accept: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok()).collect();
    let accept = if accept.is_empty() { "*/*".to_owned() } else { accept.join(",") };
    let wanted = MediaType::read_list(&accept);
    let refused: Vec<Form> =
        wanted.iter().filter(|wanted| wanted.weight() == 0).flat_map(|wanted| meant(wanted, kind)).collect();
    let is_taken = |form: &Form, wanted: &MediaType| {
        // A refusal holds against what includes it, as `*/*` does, and not against itself in another encoding.
        !refused.contains(form) || !wanted.essence.ends_with("/*")
    };
    let mut taken: Vec<(u16, Form)> = Vec::new();
    for wanted in wanted.iter().filter(|wanted| wanted.weight() > 0) {
        let forms = meant(wanted, kind).into_iter().filter(|form| is_taken(form, wanted));
        taken.extend(forms.map(|form| (wanted.weight(), form)));
    }
    // Of those that are wanted as much as each other the first one is taken.
    taken.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    if taken.is_empty() {
        return Err(not_acceptable(&format!("it can be given as {kind} only")));
    }
    Ok(taken.into_iter().map(|(_, form)| form).collect())
}

/// The forms of a kind that a media type means, what is given rather first.
fn meant(wanted: &MediaType, kind: &str) -> Vec<Form> {
    let syntax = wanted.parameter("transfer-syntax").filter(|syntax| *syntax != "*").map(str::to_owned);
    let is_any_related =
        wanted.essence == "multipart/related" && wanted.parameter("type").is_none_or(|kind| kind == "*/*");
    if wanted.is_related(kind) || is_any_related {
        return vec![Form::Parts(syntax)];
    }
    match wanted.essence.as_str() {
        "*/*" => vec![Form::Parts(None), Form::Single(None)],
        "multipart/*" => vec![Form::Parts(None)],
        "application/*" if kind.starts_with("application/") => vec![Form::Single(None)],
        essence if essence == kind => vec![Form::Single(syntax)],
        _ => Vec::new(),
    }
}

/// That nothing which can be given is taken.
pub(super) fn not_acceptable(message: &str) -> Problem {
    Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", "fetching objects", message)
        .hint("Ask for the objects as they are: type=\"application/dicom\"; transfer-syntax=*.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(accept: &str) -> Option<Vec<Form>> {
        let mut headers = HeaderMap::new();
        for line in accept.split('\n') {
            headers.append(header::ACCEPT, line.parse().unwrap());
        }
        super::forms(&headers, "application/dicom").ok()
    }

    const RELATED: &str = "multipart/related; type=\"application/dicom\"";

    #[test]
    fn what_is_wanted_most_comes_first_and_what_is_wanted_as_much_in_its_order() {
        let (parts, single) = (Form::Parts(None), Form::Single(None));
        let of = |syntax: &str| Form::Parts(Some(syntax.to_owned()));
        for (accept, expected) in [
            (RELATED.to_owned(), vec![parts.clone()]),
            (format!("{RELATED}; transfer-syntax=*"), vec![parts.clone()]),
            (format!("image/png, {RELATED}; transfer-syntax=1.2"), vec![of("1.2")]),
            ("application/dicom".to_owned(), vec![single.clone()]),
            ("*/*".to_owned(), vec![parts.clone(), single.clone()]),
            (format!("{RELATED};q=0.3, application/dicom;q=0.9"), vec![single.clone(), parts.clone()]),
            (
                format!("{RELATED}; transfer-syntax=1.2; q=0.5, {RELATED}; transfer-syntax=1.3"),
                vec![of("1.3"), of("1.2")],
            ),
            (format!("application/dicom;q=0.5\n{RELATED}"), vec![parts.clone(), single.clone()]),
            (format!("{RELATED};q=0, */*"), vec![single.clone()]),
            ("application/*, text/html".to_owned(), vec![single]),
        ] {
            assert_eq!(forms(&accept), Some(expected), "{accept}");
        }
    }

    #[test]
    fn what_cannot_be_given_is_told() {
        let refused = format!("{RELATED}; q=0");
        for accept in ["multipart/related; type=\"image/jpeg\", text/html", "image/*", "*/*;q=0", &refused] {
            assert_eq!(forms(accept), None, "{accept}");
        }
    }
}
