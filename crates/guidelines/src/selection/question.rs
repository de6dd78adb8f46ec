//! What is asked of a person, and what was answered.

use std::collections::BTreeMap;

use case::Answer;
use serde::{Deserialize, Serialize};

/// Answers by the id of their question.
pub type Answers = BTreeMap<String, Answer>;

/// What kind of answer a question wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// A number in the unit of the question.
    Number,
    /// One of the choices.
    Choice,
    /// `yes` or `no`.
    YesNo,
}

/// A range with ends that are included or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Lower end, included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Lower end, not included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// Upper end, included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// Upper end, not included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

impl Range {
    /// Whether a number lies in it.
    pub fn contains(&self, value: f64) -> bool {
        self.at_least.is_none_or(|end| value >= end)
            && self.above.is_none_or(|end| value > end)
            && self.at_most.is_none_or(|end| value <= end)
            && self.below.is_none_or(|end| value < end)
    }
}

/// A question; the same id is the same question wherever it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Stable name, as written under `[answers]`.
    pub id: String,
    /// The question in words.
    pub question: String,
    /// What answer it wants.
    pub kind: AnswerKind,
    /// Unit of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What may be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// What numbers are possible.
    #[serde(flatten)]
    pub range: Range,
}

impl Question {
    /// Why an answer is none, in a sentence.
    pub fn problem(&self, answer: &Answer) -> Option<String> {
        let id = &self.id;
        match (self.kind, answer) {
            (AnswerKind::Number, Answer::Number(value)) if !value.is_finite() || !self.range.contains(*value) => {
                Some(format!("{id} = {value} is not possible"))
            }
            (AnswerKind::Number, Answer::Number(_)) | (AnswerKind::YesNo, Answer::YesNo(_)) => None,
            (AnswerKind::YesNo, Answer::Words(word)) if word == "yes" || word == "no" => None,
            // Where the choices of the source were not seen, what a person says is kept as it is.
            (AnswerKind::Choice, Answer::Words(word))
                if self.choices.is_empty() || self.choices.contains(word) =>
            {
                None
            }
            (AnswerKind::Number, _) => Some(format!("{id} wants a number")),
            (AnswerKind::YesNo, _) => Some(format!("{id} wants \"yes\" or \"no\"")),
            (AnswerKind::Choice, _) => Some(format!("{id} wants one of: {}", self.choices.join("; "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(kind: AnswerKind) -> Question {
        Question {
            id: "q".to_owned(),
            question: "q?".to_owned(),
            kind,
            unit: None,
            choices: vec!["a".to_owned(), "b".to_owned()],
            range: Range { above: Some(0.0), ..Range::default() },
        }
    }

    #[test]
    fn answers_of_another_kind_are_none() {
        let word = |text: &str| Answer::Words(text.to_owned());
        assert!(question(AnswerKind::Number).problem(&Answer::Number(2.0)).is_none());
        assert!(question(AnswerKind::Number).problem(&Answer::Number(0.0)).is_some());
        assert!(question(AnswerKind::Number).problem(&word("two")).is_some());
        assert!(question(AnswerKind::YesNo).problem(&Answer::YesNo(true)).is_none());
        assert!(question(AnswerKind::YesNo).problem(&word("maybe")).is_some());
        assert!(question(AnswerKind::Choice).problem(&word("a")).is_none());
        assert!(question(AnswerKind::Choice).problem(&word("c")).is_some());
        let without_choices = Question { choices: Vec::new(), ..question(AnswerKind::Choice) };
        assert!(without_choices.problem(&word("c")).is_none());
        assert!(without_choices.problem(&Answer::Number(1.0)).is_some());
    }
}
