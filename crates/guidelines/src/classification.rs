//! The ESTRO–EORTC types of reirradiation.

use serde::Serialize;

/// What the questions of the consensus need.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationFacts {
    /// Volume in cc irradiated by a prior and by the current course; nothing when it cannot be known.
    pub overlap_cc: Option<f64>,
    /// Isodose in percent of the prescription that bounds the irradiated volumes.
    pub isodose_percent: f64,
    /// Whether the team is concerned about toxicity; nothing when nobody said.
    pub toxicity_concern: Option<bool>,
    /// Cumulative limits that are exceeded or undecided, by name.
    pub limits_of_concern: Vec<String>,
    /// Whether both targets lie in the same organ; nothing when nobody said.
    pub same_organ: Option<bool>,
}

/// The type with the rule that fired.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Classification {
    /// `type-1`, `type-2`, `repeat-organ` or `repeat`; nothing while a question is open.
    #[serde(rename = "type")]
    pub kind: Option<&'static str>,
    /// Which question decided, and how.
    pub rule: String,
    /// Volume in cc irradiated twice.
    pub overlap_cc: Option<f64>,
    /// Isodose in percent of the prescription that bounds the irradiated volumes.
    pub isodose_percent: f64,
    /// Key of the source.
    pub source: &'static str,
}

/// Goes through the three questions in their order.
///
/// # Source
/// \[andratschke2022\]: geometrical overlap; concern for toxicity of the cumulative dose; targets in the same organ.
/// The isodose that bounds the irradiated volume is not fixed there and is therefore a printed parameter.
pub fn classify(facts: &ClassificationFacts) -> Classification {
    let isodose = facts.isodose_percent;
    let (kind, rule) = match facts.overlap_cc {
        None => (None, "question 1 is open: the irradiated volumes of the courses cannot be compared".to_owned()),
        Some(overlap) if overlap > 0.0 => (
            Some("type-1"),
            format!(
                "question 1: the volumes within the {isodose} % isodoses of the courses overlap by {overlap:.1} cc"
            ),
        ),
        Some(_) => without_overlap(facts),
    };
    Classification {
        kind,
        rule,
        overlap_cc: facts.overlap_cc,
        isodose_percent: isodose,
        source: "andratschke2022",
    }
}

fn without_overlap(facts: &ClassificationFacts) -> (Option<&'static str>, String) {
    let none = format!("the volumes within the {} % isodoses do not overlap", facts.isodose_percent);
    match (facts.toxicity_concern, facts.limits_of_concern.as_slice()) {
        (Some(true), _) => {
            (Some("type-2"), format!("question 2: {none}, but the team is concerned about toxicity"))
        }
        (None, [first, ..]) => (
            Some("type-2"),
            format!(
                "question 2: {none}, but cumulative limits are of concern ({first} and {} more)",
                facts.limits_of_concern.len() - 1
            ),
        ),
        (Some(false), _) | (None, []) => match facts.same_organ {
            Some(true) => {
                (Some("repeat-organ"), format!("question 3: {none}, no concern, targets in the same organ"))
            }
            Some(false) => {
                (Some("repeat"), format!("question 3: {none}, no concern, targets in different organs"))
            }
            None => (
                None,
                format!(
                    "question 3 is open: {none} and no limit is of concern; say in case.toml whether both targets lie in the same organ (same_organ)"
                ),
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ClassificationFacts {
        ClassificationFacts {
            overlap_cc: Some(0.0),
            isodose_percent: 50.0,
            toxicity_concern: None,
            limits_of_concern: vec![],
            same_organ: None,
        }
    }

    #[test]
    fn the_questions_are_asked_in_order() {
        let kind = |facts: ClassificationFacts| classify(&facts).kind;
        assert_eq!(
            kind(ClassificationFacts { overlap_cc: Some(3.0), same_organ: Some(false), ..facts() }),
            Some("type-1")
        );
        assert_eq!(kind(ClassificationFacts { toxicity_concern: Some(true), ..facts() }), Some("type-2"));
        assert_eq!(
            kind(ClassificationFacts { limits_of_concern: vec!["cord".into()], ..facts() }),
            Some("type-2")
        );
        assert_eq!(kind(ClassificationFacts { same_organ: Some(true), ..facts() }), Some("repeat-organ"));
        assert_eq!(kind(ClassificationFacts { same_organ: Some(false), ..facts() }), Some("repeat"));
        assert_eq!(kind(facts()), None);
        assert_eq!(kind(ClassificationFacts { overlap_cc: None, ..facts() }), None);
    }
}
