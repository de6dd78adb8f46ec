//! For whom published results were obtained, or what a panel agreed on.

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::question::{Answers, Question};
use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// The criteria of one trial, registry or consensus.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Part of the body or disease; `any` for all.
    pub site: String,
    /// Whether the whole list of the source was seen.
    pub complete: bool,
    /// What was not seen.
    pub missing: String,
    /// What a physician needs to know of it.
    pub note: String,
    #[serde(rename = "criterion")]
    criteria: Vec<Criterion>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Criterion {
    id: String,
    text: String,
    when: Option<Condition>,
    if_not_met: IfNotMet,
    agreement_percent: Option<f64>,
    source: String,
    evidence: Evidence,
    locator: String,
}

/// What follows where a criterion is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IfNotMet {
    /// The patient is none of those the result is about.
    Outside,
    /// The source asks for care.
    Caution,
    /// The source prefers another treatment.
    Alternative,
}

/// Whether a criterion is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CriterionState {
    /// By the answers.
    Met,
    /// By the answers.
    NotMet,
    /// The question was not answered.
    Unknown,
    /// No answer settles it.
    ForAPerson,
}

/// A criterion with what the answers say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CriterionResult {
    /// Stable name.
    pub id: String,
    /// In words.
    pub text: String,
    /// The condition, where it can be computed.
    pub condition: Option<String>,
    /// Whether it is met.
    pub state: CriterionState,
    /// What follows where it is not.
    pub if_not_met: IfNotMet,
    /// Share of a panel that agreed.
    pub agreement_percent: Option<f64>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// Place in it.
    pub locator: String,
}

/// The criteria of one source for a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EligibilityResult {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Criterion by criterion.
    pub criteria: Vec<CriterionResult>,
    /// Whether the whole list of the source was seen.
    pub complete: bool,
    /// What was not seen.
    pub missing: String,
    /// What a physician needs to know of it.
    pub note: String,
}

impl EligibilityResult {
    /// How many criteria are in a state.
    pub fn count(&self, state: CriterionState) -> usize {
        self.criteria.iter().filter(|criterion| criterion.state == state).count()
    }
}

impl Eligibility {
    /// What the answers say of every criterion.
    pub fn evaluate(&self, answers: &Answers) -> EligibilityResult {
        let result = |criterion: &Criterion| CriterionResult {
            id: criterion.id.clone(),
            text: criterion.text.clone(),
            condition: criterion.when.as_ref().map(ToString::to_string),
            state: match &criterion.when {
                None => CriterionState::ForAPerson,
                Some(condition) => match condition.holds(answers) {
                    Some(true) => CriterionState::Met,
                    Some(false) => CriterionState::NotMet,
                    None => CriterionState::Unknown,
                },
            },
            if_not_met: criterion.if_not_met,
            agreement_percent: criterion.agreement_percent,
            evidence: criterion.evidence,
            source: criterion.source.clone(),
            locator: criterion.locator.clone(),
        };
        EligibilityResult {
            id: self.id.clone(),
            title: self.title.clone(),
            criteria: self.criteria.iter().map(result).collect(),
            complete: self.complete,
            missing: self.missing.clone(),
            note: self.note.clone(),
        }
    }

    /// The questions that its criteria ask.
    pub fn asked(&self) -> impl Iterator<Item = &str> {
        self.criteria.iter().filter_map(|criterion| Some(criterion.when.as_ref()?.input.as_str()))
    }
}

/// The criteria of all sources with their questions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trials {
    /// Questions.
    #[serde(rename = "input")]
    pub questions: Vec<Question>,
    /// Sources.
    pub eligibility: Vec<Eligibility>,
}

pub(crate) fn read(text: &str) -> Result<Trials, KnowledgeError> {
    let trials: Trials = parse("trials.toml", text)?;
    for source in &trials.eligibility {
        let is_asked = |id: &str| trials.questions.iter().any(|question| question.id == id);
        if let Some(unknown) = source.asked().find(|id| !is_asked(id)) {
            let problem = format!("it uses {unknown}, which is no question of the file");
            return Err(KnowledgeError::Entry { id: source.id.clone(), problem });
        }
    }
    Ok(trials)
}
