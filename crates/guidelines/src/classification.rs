//! The ESTRO–EORTC types of reirradiation.

use case::StatedAnswer;
use serde::Serialize;

/// What the questions of the consensus need.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationFacts {
    /// Volume in cc irradiated by a prior and by the current course; nothing when it cannot be known.
    pub overlap_cc: Option<f64>,
    /// Isodose in percent of the prescription that bounds the irradiated volumes.
    pub isodose_percent: f64,
    /// Whether the team is concerned about toxicity; nothing when nobody said.
    pub toxicity_concern: Option<StatedAnswer>,
    /// Cumulative limits that are exceeded or undecided, by name.
    pub limits_of_concern: Vec<String>,
    /// Whether both targets lie in the same organ; nothing when nobody said.
    pub same_organ: Option<StatedAnswer>,
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
    /// The three questions with their answers; those after the one that decided are answered too, where that is possible.
    pub answers: Vec<ConsensusAnswer>,
    /// Key of the source.
    pub source: &'static str,
}

/// A question of the consensus with its answer, how that was found, and who answers for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConsensusAnswer {
    /// `geometric-overlap`, `cumulative-toxicity-concern` or `same-organ`.
    pub id: &'static str,
    /// Nothing while it is open.
    pub answer: Option<bool>,
    /// How it was found.
    pub method: String,
    /// Who answers for it; nothing where the program found it or nobody signed.
    pub author: Option<String>,
}

fn answers(facts: &ClassificationFacts) -> Vec<ConsensusAnswer> {
    vec![overlap_answer(facts), concern_answer(facts), same_organ_answer(facts)]
}

fn overlap_answer(facts: &ClassificationFacts) -> ConsensusAnswer {
    let isodose = facts.isodose_percent;
    let method = match facts.overlap_cc {
        Some(overlap) => {
            format!("computed: volumes within the {isodose} % isodoses of the courses, {overlap:.1} cc in common")
        }
        None => "the irradiated volumes cannot be compared".to_owned(),
    };
    ConsensusAnswer {
        id: "geometric-overlap",
        answer: facts.overlap_cc.map(|overlap| overlap > 0.0),
        method,
        author: None,
    }
}

fn concern_answer(facts: &ClassificationFacts) -> ConsensusAnswer {
    let of_concern = facts.limits_of_concern.len();
    let by_limits = format!("{of_concern} cumulative limits exceeded or undecided");
    let id = "cumulative-toxicity-concern";
    match &facts.toxicity_concern {
        Some(stated) => stated_answer(id, stated, &format!(" ({by_limits})")),
        None => ConsensusAnswer {
            id,
            answer: Some(of_concern > 0),
            method: format!("computed: {by_limits}; the question is one for the team, and nobody answered it"),
            author: None,
        },
    }
}

fn same_organ_answer(facts: &ClassificationFacts) -> ConsensusAnswer {
    let id = "same-organ";
    match &facts.same_organ {
        Some(stated) => stated_answer(id, stated, ""),
        None => ConsensusAnswer { id, answer: None, method: "nobody answered it".to_owned(), author: None },
    }
}

fn stated_answer(id: &'static str, stated: &StatedAnswer, beside: &str) -> ConsensusAnswer {
    let reason = stated.reason().map_or(String::new(), |reason| format!(": {reason}"));
    ConsensusAnswer {
        id,
        answer: Some(stated.answer()),
        method: format!("stated by a person{reason}{beside}"),
        author: stated.author().map(str::to_owned),
    }
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
        answers: answers(facts),
        source: "andratschke2022",
    }
}

fn without_overlap(facts: &ClassificationFacts) -> (Option<&'static str>, String) {
    let none = format!("the volumes within the {} % isodoses do not overlap", facts.isodose_percent);
    match (facts.toxicity_concern.as_ref().map(StatedAnswer::answer), facts.limits_of_concern.as_slice()) {
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
        (Some(false), _) | (None, []) => match facts.same_organ.as_ref().map(StatedAnswer::answer) {
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
    fn every_answer_says_how_it_was_found_and_who_answers_for_it() {
        let signed = StatedAnswer::Signed(case::SignedAnswer {
            answer: false,
            by: "board".into(),
            reason: Some("far from the cord".into()),
        });
        let facts = ClassificationFacts {
            toxicity_concern: Some(signed),
            limits_of_concern: vec!["cord".into()],
            same_organ: Some(StatedAnswer::Plain(true)),
            ..facts()
        };
        let [overlap, concern, organ] = classify(&facts).answers.try_into().unwrap();
        assert_eq!((overlap.answer, overlap.author), (Some(false), None));
        assert!(overlap.method.contains("50 % isodoses"));
        assert_eq!((concern.answer, concern.author.as_deref()), (Some(false), Some("board")));
        assert!(concern.method.contains("far from the cord") && concern.method.contains("1 cumulative limit"));
        assert_eq!((organ.answer, organ.author), (Some(true), None), "nobody signed");
    }

    #[test]
    fn the_questions_are_asked_in_order() {
        let kind = |facts: ClassificationFacts| classify(&facts).kind;
        assert_eq!(
            kind(ClassificationFacts {
                overlap_cc: Some(3.0),
                same_organ: Some(StatedAnswer::Plain(false)),
                ..facts()
            }),
            Some("type-1")
        );
        assert_eq!(
            kind(ClassificationFacts { toxicity_concern: Some(StatedAnswer::Plain(true)), ..facts() }),
            Some("type-2")
        );
        assert_eq!(
            kind(ClassificationFacts { limits_of_concern: vec!["cord".into()], ..facts() }),
            Some("type-2")
        );
        assert_eq!(
            kind(ClassificationFacts { same_organ: Some(StatedAnswer::Plain(true)), ..facts() }),
            Some("repeat-organ")
        );
        assert_eq!(
            kind(ClassificationFacts { same_organ: Some(StatedAnswer::Plain(false)), ..facts() }),
            Some("repeat")
        );
        assert_eq!(kind(facts()), None);
        assert_eq!(kind(ClassificationFacts { overlap_cc: None, ..facts() }), None);
    }
}
