//! An answer in the DICOM JSON model.

use case::PatientIdentity;
use chrono::NaiveDate;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use serde_json::{Map, Value};

use crate::bulk::name;

/// What another system tells of a study, a series or an instance.
#[derive(Clone, Default, PartialEq)]
pub struct Answer(pub(super) Map<String, Value>);

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Answer { .. }")
    }
}

impl Answer {
    /// All answers of a document; nothing where it holds something else.
    pub(super) fn read_all(document: &[u8]) -> Option<Vec<Self>> {
        // "No answers" is told by some without a document.
        if document.is_empty() {
            return Some(Vec::new());
        }
        let all: Vec<Map<String, Value>> = serde_json::from_slice(document).ok()?;
        Some(all.into_iter().map(Self).collect())
    }

    fn values(&self, tag: Tag) -> &[Value] {
        let attribute = self.0.get(&name(tag));
        attribute.and_then(|attribute| attribute["Value"].as_array()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The values of an attribute as texts; none where it has none.
    pub fn texts(&self, tag: Tag) -> Vec<String> {
        let told = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Object(_) => Some(written_name(value)),
            _ => None,
        };
        self.values(tag).iter().filter_map(told).map(|text| case::readable(text.trim())).collect()
    }

    /// The first value of an attribute.
    pub fn text(&self, tag: Tag) -> Option<String> {
        self.texts(tag).into_iter().next().filter(|text| !text.is_empty())
    }

    /// A UID: digits and points, and no more than 64 of them.
    pub fn uid(&self, tag: Tag) -> Option<String> {
        self.text(tag).filter(|uid| is_uid(uid))
    }

    /// Whose it is, as far as it says.
    pub fn patient(&self) -> PatientIdentity {
        let told = |tag| self.text(tag).unwrap_or_default();
        let birth_date = NaiveDate::parse_from_str(&told(tags::PATIENT_BIRTH_DATE), "%Y%m%d").ok();
        PatientIdentity {
            id: told(tags::PATIENT_ID),
            issuer: told(tags::ISSUER_OF_PATIENT_ID),
            name: told(tags::PATIENT_NAME),
            birth_date,
            sex: told(tags::PATIENT_SEX),
            other_ids: Vec::new(),
        }
    }

    /// The items of a sequence.
    pub(super) fn items(&self, tag: Tag) -> impl Iterator<Item = Self> {
        self.values(tag).iter().filter_map(|item| Some(Self(item.as_object()?.clone())))
    }
}

/// Whether a text is a UID.
pub(super) fn is_uid(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The ways to write a name, with signs of equality between them.
fn written_name(name: &Value) -> String {
    let ways = ["Alphabetic", "Ideographic", "Phonetic"].map(|way| name[way].as_str().unwrap_or_default());
    ways.join("=").trim_end_matches('=').to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn answers_of_any_form_are_read_without_trust() {
        let document = br#"[{"00100010":{"vr":"PN","Value":[{"Alphabetic":"Doe^Jane","Phonetic":"D"}]},"00100030":{"vr":"DA","Value":["19600304"]},
            "0020000D":{"vr":"UI","Value":["../../etc"]},"00201208":{"vr":"IS","Value":[7]},"00100020":{"vr":"LO","Value":[null,{"a":1},[2]]}}]"#;
        let answer = Answer::read_all(document).unwrap().remove(0);
        let patient = answer.patient();
        assert_eq!((patient.name.as_str(), patient.birth_date.is_some()), ("Doe^Jane==D", true));
        assert_eq!(answer.uid(tags::STUDY_INSTANCE_UID), None);
        assert_eq!(answer.text(tags::NUMBER_OF_STUDY_RELATED_INSTANCES).as_deref(), Some("7"));
        assert_eq!(answer.text(tags::PATIENT_ID), None);
        assert!(!format!("{answer:?}").contains("Jane"));
        assert!(Answer::read_all(b"").unwrap().is_empty());
        for other in [&b"{}"[..], b"[1]", b"null", b"[[", b"\xff"] {
            assert!(Answer::read_all(other).is_none());
        }
    }
}
