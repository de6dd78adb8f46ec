//! Harm and quality of life: terms with their grades, and the arithmetic of questionnaires.

use std::collections::BTreeMap;

use case::{QuestionnaireFilled, ToxicitySeen};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// A term of CTCAE with the grades that exist for it, in short words of this program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToxicityTerm {
    /// Stable name.
    pub id: String,
    /// The term.
    pub term: String,
    /// Class of organs.
    pub soc: String,
    /// Standard names of the organs whose dose bears on it.
    pub organs: Vec<String>,
    /// Grades that exist.
    pub grades: Vec<u8>,
    grade_1: Option<String>,
    grade_2: Option<String>,
    grade_3: Option<String>,
    grade_4: Option<String>,
    grade_5: Option<String>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Confidence of what was not verified.
    pub evidence_detail: String,
    /// Key of its source.
    pub source: String,
    /// What a reader should know.
    pub note: Option<String>,
}

impl ToxicityTerm {
    /// A grade in short words.
    pub fn words(&self, grade: u8) -> Option<&str> {
        let words = match grade {
            1 => &self.grade_1,
            2 => &self.grade_2,
            3 => &self.grade_3,
            4 => &self.grade_4,
            5 => &self.grade_5,
            _ => &None,
        };
        words.as_deref()
    }
}

/// What a scale measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScaleKind {
    /// More is better.
    Functional,
    /// More is worse.
    Symptom,
    /// More is better; the whole.
    Global,
}

/// A scale of a questionnaire.
#[derive(Clone, Debug, Deserialize)]
pub struct Scale {
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Numbers of its items.
    pub items: Vec<u32>,
    /// What it measures.
    pub kind: ScaleKind,
    /// Highest less lowest answer.
    pub range: u8,
}

#[derive(Clone, Debug, Deserialize)]
struct RelevantChange {
    id: String,
    from_points: Option<f64>,
    to_points: Option<f64>,
    above_points: Option<f64>,
}

/// A worked score, for tests; 0 is an item that was not answered.
#[derive(Clone, Debug, Deserialize)]
pub struct ScaleVector {
    /// Id of the scale.
    pub scale: String,
    /// Answers in the order of the items.
    pub answers: Vec<u8>,
    /// Expected score; nothing where none is given.
    pub score: Option<f64>,
}

/// A questionnaire.
#[derive(Clone, Debug, Deserialize)]
pub struct Instrument {
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Who may use it.
    pub licence: Option<String>,
    missing_min_share: Option<f64>,
    /// Its scales; none where the program does not score it.
    #[serde(default, rename = "scale")]
    pub scales: Vec<Scale>,
    #[serde(default)]
    relevant_change: Vec<RelevantChange>,
    /// Worked scores.
    #[serde(default, rename = "vector")]
    pub vectors: Vec<ScaleVector>,
    /// Key of its source.
    pub source: String,
    /// How well its arithmetic is founded.
    pub evidence: Evidence,
}

/// Terms and questionnaires.
#[derive(Clone, Debug, Deserialize)]
pub struct Outcomes {
    /// Terms.
    #[serde(rename = "toxicity")]
    pub terms: Vec<ToxicityTerm>,
    /// Questionnaires.
    #[serde(rename = "instrument")]
    pub instruments: Vec<Instrument>,
}

/// Harm that was seen, with its term.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToxicityResult {
    /// Id of the term.
    pub id: String,
    /// The term; nothing for one that the knowledge base does not hold.
    pub term: Option<String>,
    /// Grade.
    pub grade: u8,
    /// In short words.
    pub words: Option<String>,
    /// Day.
    pub date: NaiveDate,
    /// Grade before the course.
    pub baseline_grade: Option<u8>,
    /// What it is put down to.
    pub attribution: Option<String>,
    /// Why it is none that can be recorded.
    pub problem: Option<String>,
}

/// The score of a scale on one day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScaleScore {
    /// Stable name of the scale.
    pub scale: String,
    /// Name for people.
    pub title: String,
    /// What it measures.
    pub kind: ScaleKind,
    /// 0 to 100; nothing where too few items were answered.
    pub score: Option<f64>,
    /// The score less that of the first day.
    pub change: Option<f64>,
    /// How much that is to patients: `little`, `moderate` or `large`; nothing below.
    pub relevance: Option<String>,
    /// Whether it is for the better.
    pub is_better: Option<bool>,
}

/// A questionnaire with its scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuestionnaireResult {
    /// Stable name.
    pub instrument: String,
    /// Name for people.
    pub title: String,
    /// Day.
    pub date: NaiveDate,
    /// Scale by scale.
    pub scales: Vec<ScaleScore>,
    /// Who may use it.
    pub licence: Option<String>,
    /// How well its arithmetic is founded.
    pub evidence: Option<Evidence>,
    /// Key of its source.
    pub source: Option<String>,
    /// Why it is not scored.
    pub problem: Option<String>,
}

/// The words of grade 0.
const NOT_SEEN: &str = "Looked for, not present";

impl Outcomes {
    /// Harm with its terms, in the order of the days.
    pub fn toxicities(&self, seen: &[ToxicitySeen]) -> Vec<ToxicityResult> {
        let mut results: Vec<ToxicityResult> = seen.iter().map(|seen| self.toxicity(seen)).collect();
        results.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
        results
    }

    fn toxicity(&self, seen: &ToxicitySeen) -> ToxicityResult {
        let term = self.terms.iter().find(|term| term.id == seen.term);
        let problem = match term {
            None => Some(format!("{} is no term of the knowledge base", seen.term)),
            // That a term was looked for and not found is worth a record: grade 0.
            Some(term) if seen.grade != 0 && !term.grades.contains(&seen.grade) => {
                Some(format!("CTCAE has no grade {} for {}", seen.grade, term.term))
            }
            Some(_) => None,
        };
        ToxicityResult {
            id: seen.term.clone(),
            term: term.map(|term| term.term.clone()),
            grade: seen.grade,
            words: match seen.grade {
                0 => Some(NOT_SEEN.to_owned()),
                grade => term.and_then(|term| term.words(grade)).map(str::to_owned),
            },
            date: seen.date,
            baseline_grade: seen.baseline_grade,
            attribution: seen.attribution.clone(),
            problem,
        }
    }

    /// Questionnaires with their scores and the change from the first of the same instrument, in the order of the days.
    pub fn questionnaires(&self, filled: &[QuestionnaireFilled]) -> Vec<QuestionnaireResult> {
        let mut in_order: Vec<&QuestionnaireFilled> = filled.iter().collect();
        in_order.sort_by(|a, b| (a.date, &a.instrument).cmp(&(b.date, &b.instrument)));
        let first = |instrument: &str| in_order.iter().find(|filled| filled.instrument == instrument).copied();
        in_order.iter().map(|filled| self.questionnaire(filled, first(&filled.instrument))).collect()
    }

    fn questionnaire(
        &self,
        filled: &QuestionnaireFilled,
        first: Option<&QuestionnaireFilled>,
    ) -> QuestionnaireResult {
        let known = self.instruments.iter().find(|instrument| instrument.id == filled.instrument);
        let scored = known.filter(|instrument| !instrument.scales.is_empty());
        let baseline = first.filter(|first| first.date < filled.date);
        QuestionnaireResult {
            instrument: filled.instrument.clone(),
            title: known.map_or(&filled.instrument, |instrument| &instrument.title).clone(),
            date: filled.date,
            scales: scored.map(|instrument| instrument.scores(filled, baseline)).unwrap_or_default(),
            licence: known.and_then(|instrument| instrument.licence.clone()),
            evidence: known.map(|instrument| instrument.evidence),
            source: known.map(|instrument| instrument.source.clone()),
            problem: scored
                .is_none()
                .then(|| "the knowledge base holds no scoring of this questionnaire".to_owned()),
        }
    }
}

impl Instrument {
    fn scores(&self, filled: &QuestionnaireFilled, baseline: Option<&QuestionnaireFilled>) -> Vec<ScaleScore> {
        let score = |scale: &Scale| {
            let now = self.score(scale, &filled.answers);
            let before = baseline.and_then(|first| self.score(scale, &first.answers));
            let change = now.zip(before).map(|(now, before)| now - before);
            ScaleScore {
                scale: scale.id.clone(),
                title: scale.title.clone(),
                kind: scale.kind,
                score: now,
                change,
                relevance: change.and_then(|change| self.relevance(change.abs())),
                is_better: change
                    .filter(|change| *change != 0.0)
                    .map(|change| (change > 0.0) != (scale.kind == ScaleKind::Symptom)),
            }
        };
        self.scales.iter().map(score).collect()
    }

    /// The score of a scale from 0 to 100; nothing where too few items were answered or an answer is none.
    ///
    /// # Source
    /// \[eortc_manual2001\].
    pub fn score(&self, scale: &Scale, answers: &BTreeMap<String, u8>) -> Option<f64> {
        let answered: Vec<u8> =
            scale.items.iter().filter_map(|item| answers.get(&item.to_string()).copied()).collect();
        let is_possible = |answer: &u8| (1..=scale.range + 1).contains(answer);
        let least = self.missing_min_share.unwrap_or(1.0) * scale.items.len() as f64;
        if answered.is_empty() || (answered.len() as f64) < least || !answered.iter().all(is_possible) {
            return None;
        }
        let raw = answered.iter().map(|answer| f64::from(*answer)).sum::<f64>() / answered.len() as f64;
        let share = (raw - 1.0) / f64::from(scale.range);
        Some(100.0 * if scale.kind == ScaleKind::Functional { 1.0 - share } else { share })
    }

    fn relevance(&self, points: f64) -> Option<String> {
        // Thirds of a scale do not add to whole points exactly.
        let points = (points * 1e6).round() / 1e6;
        let fits = |change: &&RelevantChange| {
            change.from_points.is_none_or(|from| points >= from)
                && change.to_points.is_none_or(|to| points <= to)
                && change.above_points.is_none_or(|above| points > above)
        };
        // Where two ranges meet, the later one counts.
        self.relevant_change.iter().rev().find(fits).map(|change| change.id.clone())
    }
}

pub(crate) fn read(text: &str) -> Result<Outcomes, KnowledgeError> {
    parse("outcomes.toml", text)
}
