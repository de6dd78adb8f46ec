//! A condition on the answer to one question.

use case::Answer;
use serde::Deserialize;

use super::question::Answers;

/// As `kps_percent > 70` or `salvage_surgery = yes`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Condition {
    /// Id of the question.
    pub input: String,
    comparison: Comparison,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Equal,
    Unequal,
    Below,
    AtMost,
    Above,
    AtLeast,
}

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no condition: a question, a comparison and a value are needed");
        let mut words = text.splitn(3, ' ');
        let (Some(input), Some(comparison), Some(value)) = (words.next(), words.next(), words.next()) else {
            return Err(wrong());
        };
        let comparison = match comparison {
            "=" => Comparison::Equal,
            "!=" => Comparison::Unequal,
            "<" => Comparison::Below,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Above,
            ">=" => Comparison::AtLeast,
            _ => return Err(wrong()),
        };
        let is_order = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
        if is_order && value.parse::<f64>().is_err() {
            return Err(wrong());
        }
        Ok(Self { input: input.to_owned(), comparison, value: value.to_owned() })
    }
}

impl Condition {
    /// Whether it holds; nothing where the question was not answered, or in another kind.
    pub fn holds(&self, answers: &Answers) -> Option<bool> {
        let answer = answers.get(&self.input)?;
        let number = self.value.parse::<f64>().ok();
        match (answer, number) {
            (Answer::Number(own), Some(value)) => Some(match self.comparison {
                Comparison::Equal => *own == value,
                Comparison::Unequal => *own != value,
                Comparison::Below => *own < value,
                Comparison::AtMost => *own <= value,
                Comparison::Above => *own > value,
                Comparison::AtLeast => *own >= value,
            }),
            (Answer::Number(_), None) => None,
            _ => match self.comparison {
                Comparison::Equal => Some(answer.words() == self.value),
                Comparison::Unequal => Some(answer.words() != self.value),
                _ => None,
            },
        }
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.comparison {
            Comparison::Equal => "=",
            Comparison::Unequal => "≠",
            Comparison::Below => "<",
            Comparison::AtMost => "≤",
            Comparison::Above => ">",
            Comparison::AtLeast => "≥",
        };
        write!(formatter, "{} {sign} {}", self.input, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, answer: Answer) -> Option<bool> {
        let condition = Condition::try_from(text.to_owned()).unwrap();
        condition.holds(&[("q".to_owned(), answer)].into())
    }

    #[test]
    fn conditions_are_read_and_hold_or_not() {
        assert_eq!(holds("q > 24", Answer::Number(24.0)), Some(false));
        assert_eq!(holds("q >= 24", Answer::Number(24.0)), Some(true));
        assert_eq!(holds("q < 24.5", Answer::Number(24.0)), Some(true));
        assert_eq!(holds("q = yes", Answer::YesNo(true)), Some(true));
        assert_eq!(holds("q != no", Answer::Words("no".to_owned())), Some(false));
        assert_eq!(holds("q = brain stem", Answer::Words("brain stem".to_owned())), Some(true));
        assert_eq!(holds("q > 3", Answer::Words("many".to_owned())), None);
        assert_eq!(holds("other > 3", Answer::Number(4.0)), None);
    }

    #[test]
    fn what_is_no_condition_is_an_error() {
        for text in ["q", "q >", "q ~ 3", "q > many"] {
            assert!(Condition::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
