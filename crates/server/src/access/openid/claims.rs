//! What a provider says of a person.

use archive::people::Subject;
use serde_json::{Map, Value};

/// What a provider says of a person, after it was checked.
#[derive(Clone, Debug)]
pub struct Claims {
    /// Who it is, for ever.
    pub subject: Subject,
    /// Everything else.
    pub told: Map<String, Value>,
}

/// A claim by its name, or by names with points between them that lead into objects.
pub(super) fn claim<'a>(told: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = told.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        claim(told.get(first)?.as_object()?, rest)
    });
    found.filter(|value| !value.is_null())
}

/// The texts of a claim that is one or a list of them.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

impl Claims {
    /// The name of the account. An address of electronic mail counts only where the provider has checked whose it is.
    pub(super) fn account_name(&self, name_of_claim: &str) -> Option<String> {
        let is_checked = self.told.get("email_verified").and_then(Value::as_bool) == Some(true);
        if name_of_claim == "email" && !is_checked {
            return None;
        }
        let name = claim(&self.told, name_of_claim)?.as_str()?.trim().to_lowercase();
        (!name.is_empty()).then_some(name)
    }

    /// As the person is printed.
    pub(super) fn printed_name(&self) -> Option<&str> {
        let name = self.told.get("name").and_then(Value::as_str).map(str::trim);
        name.filter(|name| !name.is_empty() && name.len() <= 128)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(told: Value) -> Claims {
        let subject = Subject { issuer: String::new(), subject: String::new() };
        Claims { subject, told: told.as_object().unwrap().clone() }
    }

    #[test]
    fn an_account_is_named_by_a_text_and_by_mail_only_where_it_was_checked() {
        let named = |told: Value, name: &str| claims(told).account_name(name);
        assert_eq!(named(json!({ "upn": " Doe " }), "upn"), Some("doe".to_owned()));
        assert_eq!(named(json!({ "a.b": "doe", "a": { "b": "roe" } }), "a.b"), Some("doe".to_owned()));
        assert_eq!(named(json!({ "upn": 7 }), "upn"), None);
        assert_eq!(named(json!({ "upn": " " }), "upn"), None);
        let mail = |checked: Value| named(json!({ "email": "a@b.c", "email_verified": checked }), "email");
        assert_eq!(mail(json!(true)), Some("a@b.c".to_owned()));
        assert_eq!((mail(json!(false)), mail(json!("true")), mail(json!(null))), (None, None, None));
    }
}
