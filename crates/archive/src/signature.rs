//! Who signed an assessment, and what exactly.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a signature is bound to: it is void when any of it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Hash of the hashes of all objects.
    pub inputs_sha256: String,
    /// Hash of the settings.
    pub settings_sha256: String,
    /// Hash of the knowledge base.
    pub knowledge_sha256: String,
    /// Version of the program.
    pub rert: String,
}

impl Bound {
    /// What differs, in words.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        [
            ("the objects", self.inputs_sha256 != other.inputs_sha256),
            ("the settings", self.settings_sha256 != other.settings_sha256),
            ("the knowledge base", self.knowledge_sha256 != other.knowledge_sha256),
            ("the version of rert", self.rert != other.rert),
        ]
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(what, _)| what)
        .collect()
    }
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Printed name.
    pub name: String,
    /// In which role.
    pub role: String,
    /// What it means, as `reviewed by the tumour board`.
    pub meaning: String,
    /// When.
    pub signed_at: DateTime<Utc>,
    /// What was signed.
    pub bound_to: Bound,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_changes_is_named() {
        let one = Bound {
            inputs_sha256: "a".to_owned(),
            settings_sha256: "b".to_owned(),
            knowledge_sha256: "c".to_owned(),
            rert: "1".to_owned(),
        };
        assert_eq!(one.differences(&one), Vec::<&str>::new());
        let cases = [
            (Bound { inputs_sha256: "x".to_owned(), ..one.clone() }, "the objects"),
            (Bound { settings_sha256: "x".to_owned(), ..one.clone() }, "the settings"),
            (Bound { knowledge_sha256: "x".to_owned(), ..one.clone() }, "the knowledge base"),
            (Bound { rert: "x".to_owned(), ..one.clone() }, "the version of rert"),
        ];
        for (other, what) in cases {
            assert_eq!(one.differences(&other), [what]);
        }
    }
}
