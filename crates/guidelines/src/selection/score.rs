//! Scores as data.

use std::collections::BTreeMap;

use case::Answer;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::question::{AnswerKind, Answers, Question, Range};
use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// An answer as near as this to a boundary lies on it.
const AT_BOUNDARY: f64 = 0.05;

/// How a score is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreKind {
    /// The points of all answers are added.
    Points,
    /// The first class whose conditions hold.
    Rules,
    /// One answer divided by another.
    Ratio,
    /// No formula was ever seen.
    InputsOnly,
}

/// A published score as it stands in `scores.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Part of the body or disease that it is for.
    pub site: String,
    /// How it is computed.
    pub kind: ScoreKind,
    /// Whether its whole formula was seen.
    pub computable: bool,
    /// Whether it was made for patients irradiated again.
    pub made_for_reirradiation: bool,
    /// Whether only the sums of its groups count, because the source gives no sum of all.
    #[serde(default)]
    pub without_total: bool,
    /// What was not seen of it.
    pub missing: Option<String>,
    /// What it was made for.
    pub purpose: String,
    /// In whom.
    pub population: String,
    /// How many they were.
    pub n_patients: Option<u32>,
    /// What its groups differ in.
    pub endpoint: String,
    /// How well the formula is founded.
    pub evidence: Evidence,
    /// Confidence of what was not verified.
    pub evidence_detail: Option<String>,
    /// Key of its source.
    pub source: String,
    /// Place in it.
    pub locator: String,
    /// What a physician needs to know of it.
    pub note: Option<String>,
    numerator: Option<String>,
    denominator: Option<String>,
    /// Its questions.
    #[serde(rename = "input")]
    pub inputs: Vec<ScoreInput>,
    /// Places where its sources contradict each other.
    #[serde(default, rename = "boundary")]
    boundaries: Vec<Boundary>,
    /// Its groups.
    #[serde(default, rename = "class")]
    pub classes: Vec<ScoreClass>,
    /// What became of it in other patients.
    #[serde(default, rename = "validation")]
    pub validations: Vec<Validation>,
    /// Worked cases, for tests.
    #[serde(default, rename = "vector")]
    pub vectors: Vec<ScoreVector>,
}

/// A question with the points of its answers.
#[derive(Clone, Debug, Deserialize)]
pub struct ScoreInput {
    /// The question.
    #[serde(flatten)]
    pub question: Question,
    /// Subtotal of the source to which it belongs.
    pub group: Option<String>,
    #[serde(default)]
    points: Vec<PointsOf>,
    per_unit_points: Option<f64>,
}

/// The points of some answers.
#[derive(Clone, Debug, Deserialize)]
struct PointsOf {
    is: Option<String>,
    points: f64,
    #[serde(flatten)]
    range: Range,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Boundary {
    input: String,
    value: f64,
    statement: String,
}

/// A group of patients.
#[derive(Clone, Debug, Deserialize)]
pub struct ScoreClass {
    /// Stable name within the score.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Lowest number of points, included.
    from: Option<f64>,
    /// Highest number of points, included.
    to: Option<f64>,
    #[serde(flatten)]
    range: Range,
    #[serde(default)]
    when: Vec<Vec<Condition>>,
    /// What was observed in it.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
}

/// What was observed in a group: its experience, no prediction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What was measured.
    pub endpoint: String,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// In whom.
    pub cohort: String,
    /// How well it is founded; as the score where nothing is said.
    pub evidence: Option<Evidence>,
    /// Key of its source; that of the score where nothing is said.
    pub source: Option<String>,
}

/// What became of a score in other patients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// In whom.
    pub cohort: String,
    /// How many they were.
    pub n_patients: Option<u32>,
    /// What was found.
    pub result: String,
    /// Whether it confirmed the score, where the source says so.
    pub confirms: Option<bool>,
    /// Concordance.
    pub c_index: Option<f64>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// Place in it.
    pub locator: String,
}

/// A worked case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreVector {
    /// Answers.
    pub inputs: Answers,
    /// Expected class.
    pub class: Option<String>,
    /// The question that must be asked back.
    pub asks: Option<String>,
    /// Expected points.
    pub points: Option<f64>,
    /// Expected sums by group.
    #[serde(default)]
    pub subtotals: BTreeMap<String, f64>,
}

/// What a score says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ScoreState {
    /// Computed from all answers.
    Computed {
        /// Points or ratio; nothing for rules.
        value: Option<f64>,
        /// Sums by group.
        subtotals: BTreeMap<String, f64>,
        /// Name of the group; nothing where the source gives none for the value.
        class: Option<String>,
        /// Name of the group for people; the score itself has a title too.
        #[serde(rename = "class_title")]
        title: Option<String>,
        /// What was observed in it.
        outcomes: Vec<Outcome>,
    },
    /// Answers are missing.
    Incomplete {
        /// Their questions.
        missing: Vec<String>,
    },
    /// The sources contradict each other exactly here.
    Ask {
        /// The question.
        input: String,
        /// What contradicts what.
        statement: String,
    },
    /// An answer is none.
    Invalid {
        /// Why.
        problem: String,
    },
    /// The formula was not seen.
    NotComputable {
        /// What was not seen.
        missing: String,
    },
}

/// A score with what it says of a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreResult {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// What it says.
    #[serde(flatten)]
    pub state: ScoreState,
    /// Its questions, with the answers that were given.
    pub questions: Vec<Answered>,
    /// Whether it was made for patients irradiated again.
    pub made_for_reirradiation: bool,
    /// What it was made for.
    pub purpose: String,
    /// In whom.
    pub population: String,
    /// What its groups differ in.
    pub endpoint: String,
    /// How well the formula is founded.
    pub evidence: Evidence,
    /// Confidence of what was not verified.
    pub evidence_detail: Option<String>,
    /// Key of its source.
    pub source: String,
    /// What became of it in other patients.
    pub validations: Vec<Validation>,
    /// What a physician needs to know of it.
    pub note: Option<String>,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answered {
    /// The question.
    #[serde(flatten)]
    pub question: Question,
    /// The answer; nothing where it is missing.
    pub answer: Option<Answer>,
}

impl Score {
    /// What it says of the answers.
    pub fn evaluate(&self, answers: &Answers) -> ScoreResult {
        let answered = |input: &ScoreInput| Answered {
            question: input.question.clone(),
            answer: answers.get(&input.question.id).cloned(),
        };
        ScoreResult {
            id: self.id.clone(),
            title: self.title.clone(),
            state: self.state(answers),
            questions: self.inputs.iter().map(answered).collect(),
            made_for_reirradiation: self.made_for_reirradiation,
            purpose: self.purpose.clone(),
            population: self.population.clone(),
            endpoint: self.endpoint.clone(),
            evidence: self.evidence,
            evidence_detail: self.evidence_detail.clone(),
            source: self.source.clone(),
            validations: self.validations.clone(),
            note: self.note.clone(),
        }
    }

    fn state(&self, answers: &Answers) -> ScoreState {
        if !self.computable {
            let missing = self.missing.clone().unwrap_or_else(|| "its formula was not seen".to_owned());
            return ScoreState::NotComputable { missing };
        }
        let problem = |input: &ScoreInput| input.question.problem(answers.get(&input.question.id)?);
        if let Some(problem) = self.inputs.iter().find_map(problem) {
            return ScoreState::Invalid { problem };
        }
        // Months that are counted in days miss a whole number by a little.
        let is_at = |boundary: &&Boundary| match answers.get(&boundary.input) {
            Some(Answer::Number(value)) => (value - boundary.value).abs() <= AT_BOUNDARY,
            _ => false,
        };
        if let Some(boundary) = self.boundaries.iter().find(is_at) {
            return ScoreState::Ask { input: boundary.input.clone(), statement: boundary.statement.clone() };
        }
        match self.kind {
            ScoreKind::Rules => self.first_class(answers),
            ScoreKind::Points => self.sum(answers),
            ScoreKind::Ratio => self.ratio(answers),
            ScoreKind::InputsOnly => ScoreState::NotComputable { missing: "its formula was not seen".to_owned() },
        }
    }

    fn unanswered(&self, answers: &Answers) -> Vec<String> {
        let ids = self.inputs.iter().map(|input| &input.question.id);
        ids.filter(|id| !answers.contains_key(*id)).cloned().collect()
    }

    /// The first class that holds; none while an earlier one may still hold.
    fn first_class(&self, answers: &Answers) -> ScoreState {
        for class in &self.classes {
            match class.holds(answers) {
                Some(true) => return computed(None, BTreeMap::new(), Some(class)),
                Some(false) => {}
                None => return ScoreState::Incomplete { missing: self.unanswered(answers) },
            }
        }
        computed(None, BTreeMap::new(), None)
    }

    fn sum(&self, answers: &Answers) -> ScoreState {
        let missing = self.unanswered(answers);
        if !missing.is_empty() {
            return ScoreState::Incomplete { missing };
        }
        let (mut sum, mut subtotals) = (0.0, BTreeMap::new());
        for input in &self.inputs {
            let Some(points) = answers.get(&input.question.id).and_then(|answer| input.points(answer)) else {
                let problem = format!("the source gives no points for this answer to {}", input.question.id);
                return ScoreState::Invalid { problem };
            };
            sum += points;
            if let Some(group) = &input.group {
                *subtotals.entry(group.clone()).or_insert(0.0) += points;
            }
        }
        // Parts of which the source gives no sum stand apart.
        let total = (!self.without_total).then_some(sum);
        let class = total.and_then(|sum| self.classes.iter().find(|class| class.has(sum)));
        computed(total, subtotals, class)
    }

    fn ratio(&self, answers: &Answers) -> ScoreState {
        let missing = self.unanswered(answers);
        if !missing.is_empty() {
            return ScoreState::Incomplete { missing };
        }
        let number = |id: &Option<String>| match answers.get(id.as_deref()?)? {
            Answer::Number(value) => Some(*value),
            _ => None,
        };
        match (number(&self.numerator), number(&self.denominator)) {
            (Some(numerator), Some(denominator)) if denominator > 0.0 => {
                let ratio = numerator / denominator;
                computed(Some(ratio), BTreeMap::new(), self.classes.iter().find(|class| class.has(ratio)))
            }
            _ => ScoreState::Invalid { problem: "the ratio needs two numbers, the second above zero".to_owned() },
        }
    }
}

fn computed(value: Option<f64>, subtotals: BTreeMap<String, f64>, class: Option<&ScoreClass>) -> ScoreState {
    ScoreState::Computed {
        value,
        subtotals,
        class: class.map(|class| class.id.clone()),
        title: class.map(|class| class.title.clone()),
        outcomes: class.map(|class| class.outcomes.clone()).unwrap_or_default(),
    }
}

impl ScoreInput {
    fn points(&self, answer: &Answer) -> Option<f64> {
        if let (Some(each), Answer::Number(number)) = (self.per_unit_points, answer) {
            return Some(each * number);
        }
        let fits = |points: &&PointsOf| match answer {
            Answer::Number(number) => points.is.is_none() && points.range.contains(*number),
            _ => points.is.as_deref() == Some(answer.words().as_str()),
        };
        self.points.iter().find(fits).map(|points| points.points)
    }
}

impl ScoreClass {
    fn has(&self, value: f64) -> bool {
        self.from.is_none_or(|from| value >= from)
            && self.to.is_none_or(|to| value <= to)
            && self.range.contains(value)
    }

    /// Whether any of its lists holds as a whole; nothing while that depends on answers that are missing.
    fn holds(&self, answers: &Answers) -> Option<bool> {
        let list = |conditions: &Vec<Condition>| {
            conditions.iter().map(|condition| condition.holds(answers)).fold(Some(true), and)
        };
        self.when.iter().map(list).fold(Some(false), or)
    }
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    and(a.map(|a| !a), b.map(|b| !b)).map(|both| !both)
}

#[derive(Deserialize)]
struct ScoreFile {
    score: Vec<Score>,
}

/// Reads the scores and refuses those whose parts do not fit together.
pub(crate) fn read(text: &str) -> Result<Vec<Score>, KnowledgeError> {
    let file: ScoreFile = parse("scores.toml", text)?;
    for score in &file.score {
        if let Some(problem) = score.problem() {
            return Err(KnowledgeError::Entry { id: score.id.clone(), problem });
        }
    }
    Ok(file.score)
}

impl Score {
    fn problem(&self) -> Option<String> {
        let is_asked = |id: &String| self.inputs.iter().any(|input| input.question.id == *id);
        let of_classes = self.classes.iter().flat_map(|class| class.when.iter().flatten()).map(|own| &own.input);
        let of_ratio = self.numerator.iter().chain(&self.denominator);
        let named = of_classes.chain(of_ratio).chain(self.boundaries.iter().map(|boundary| &boundary.input));
        if let Some(unknown) = named.into_iter().find(|id| !is_asked(id)) {
            return Some(format!("it uses {unknown}, which it does not ask for"));
        }
        if !self.computable && self.missing.is_none() {
            return Some("it is not computable and does not say what is missing".to_owned());
        }
        let needs_choices = |input: &&ScoreInput| {
            self.computable && input.question.kind == AnswerKind::Choice && input.question.choices.is_empty()
        };
        let bare = self.inputs.iter().find(needs_choices)?;
        Some(format!("{} has no choices", bare.question.id))
    }
}
