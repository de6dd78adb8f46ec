//! What the description of the interface says of every operation alike.

use crate::access::roles::name_of;
use utoipa::openapi::{Content, OpenApi, PathItem, Ref, ResponseBuilder, path::Operation};

/// Who may not ask, or not from where it asks.
const GUARDED: [(&str, &str); 2] =
    [("401", "no session"), ("403", "another site, or another name of this machine")];
/// What can be wrong with a body before anybody looks at what it means.
const WITH_BODY: [(&str, &str); 4] = [
    ("400", "unreadable"),
    ("413", "too large"),
    ("415", "not of the content type that is taken"),
    ("422", "readable, and not what is meant here"),
];

/// Gives every operation a name of its own, and the problems that any of them may answer with.
pub fn complete(openapi: &mut OpenApi) {
    for (path, item) in &mut openapi.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(method, path));
            let of_body = if operation.request_body.is_some() { &WITH_BODY[..] } else { &[] };
            for (status, description) in GUARDED.iter().chain(of_body) {
                let problem = Content::new(Some(Ref::from_schema_name("Problem")));
                let response =
                    ResponseBuilder::new().description(*description).content("application/json", problem);
                let all = &mut operation.responses.responses;
                all.entry((*status).to_owned()).or_insert_with(|| response.build().into());
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `get_cases_case_budget` for `GET /api/v1/cases/{case}/budget`.
pub fn operation_id(method: &str, path: &str) -> String {
    let parts = name_of(path).split(['/', '-']).filter(|part| !part.is_empty());
    parts.fold(method.to_owned(), |id, part| format!("{id}_{}", part.trim_matches(['{', '}'])))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_has_a_name_of_its_own_and_tells_its_problems() {
        let mut openapi = crate::routes::openapi();
        let (mut names, mut n_operations) = (BTreeSet::new(), 0);
        for item in openapi.paths.paths.values_mut() {
            for (_, operation) in operations(item) {
                n_operations += 1;
                names.insert(operation.operation_id.clone().unwrap());
                let has_body = operation.request_body.is_some();
                assert_eq!(operation.responses.responses.contains_key("415"), has_body);
                assert!(operation.responses.responses.contains_key("403"));
            }
        }
        assert_eq!(names.len(), n_operations);
        assert!(names.contains("get_cases_case_budget"), "{names:?}");
    }
}
