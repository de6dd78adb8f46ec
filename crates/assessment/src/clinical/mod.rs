//! What published scores, criteria and rules say of the case, and what its report still lacks.

mod answers;
mod board;
mod reported;

use case::{Case, Findings, Settings};
use guidelines::Knowledge;
use guidelines::imaging::{CourseDays, ImagingResult, ImagingRuleResult};
use guidelines::outcomes::{QuestionnaireResult, ToxicityResult};
use guidelines::reporting::Completeness;
use guidelines::selection::{Eligibility, EligibilityResult, Score, ScoreResult};
use guidelines::systemic::{DrugResult, Irradiation};
use serde::Serialize;

pub use answers::UsedAnswer;

use crate::model::Assessment;

/// What is known beyond doses. Nothing of it decides.
#[derive(Clone, Debug, Serialize)]
pub struct Clinical {
    /// What is irradiated again, as stated; without it no score and no criterion is shown.
    pub site: Option<&'static str>,
    /// Answers that were used, with where they are from.
    pub answers: Vec<UsedAnswer>,
    /// Scores for the site.
    pub scores: Vec<ScoreResult>,
    /// Criteria of trials, registries and consensus for the site.
    pub eligibility: Vec<EligibilityResult>,
    /// Drugs, with the rules that are for them.
    pub systemic_therapy: Vec<DrugResult>,
    /// Values measured on images, criterion by criterion.
    pub imaging: Vec<ImagingResult>,
    /// Rules for their modalities, with what their days say.
    pub imaging_rules: Vec<ImagingRuleResult>,
    /// Harm that was seen.
    pub toxicities: Vec<ToxicityResult>,
    /// Questionnaires that were filled in.
    pub questionnaires: Vec<QuestionnaireResult>,
    /// How complete the report is.
    pub reporting: Completeness,
}

/// Works out everything beyond doses, from what the assessment holds and a person stated.
pub(crate) fn clinical(
    knowledge: &Knowledge,
    settings: &Settings,
    case: &Case,
    assessment: &Assessment,
) -> Clinical {
    let site = settings.case.site;
    let mut used = answers::used(settings, case, assessment);
    let is_here = |named: &str| site.is_some_and(|own| own.is_in(named));
    let scores: Vec<&Score> = knowledge.scores.iter().filter(|score| is_here(&score.site)).collect();
    let trials: Vec<&Eligibility> =
        knowledge.trials.eligibility.iter().filter(|trial| is_here(&trial.site)).collect();
    // What nobody asks for is not repeated from the objects.
    let is_asked = |id: &str| {
        scores.iter().flat_map(|score| &score.inputs).any(|input| input.question.id == id)
            || trials.iter().any(|trial| trial.asked().any(|asked| asked == id))
    };
    used.retain(|used| settings.answers.contains_key(&used.id) || is_asked(&used.id));
    // An answer of another kind is none: "None" is not the same as "no".
    used.retain(|used| problem(knowledge, &used.id, &used.answer).is_none());
    let by_id = used.iter().map(|used| (used.id.clone(), used.answer.clone())).collect();
    let current = case.current();
    let irradiation = Irradiation {
        site,
        technique: settings.case.technique,
        start: current.and_then(|course| course.start_date),
        end: current.and_then(|course| course.end_date),
    };
    let outcomes = &knowledge.outcomes;
    let mut clinical = Clinical {
        site: site.map(case::Site::as_str),
        scores: scores.iter().map(|score| score.evaluate(&by_id)).collect(),
        eligibility: trials.iter().map(|trial| trial.evaluate(&by_id)).collect(),
        systemic_therapy: knowledge.systemic_therapy.judge(&settings.drugs, &irradiation),
        imaging: settings.imaging.iter().flat_map(|value| knowledge.imaging.judge(value, site)).collect(),
        imaging_rules: knowledge.imaging.rules(&settings.imaging, site, &course_days(case)),
        toxicities: outcomes.toxicities(&settings.toxicities),
        questionnaires: outcomes.questionnaires(&settings.questionnaires),
        reporting: knowledge.reporting.completeness(&Default::default(), &Default::default(), site),
        answers: used,
    };
    let known = reported::known(settings, case, assessment, &clinical);
    clinical.reporting = knowledge.reporting.completeness(&known, &settings.reporting, site);
    let mut of_board = board::answers(settings, case, assessment);
    for statement in &mut clinical.reporting.statements {
        statement.answer = of_board.remove(&statement.id);
        statement.stated = settings.board.get(&statement.id).cloned();
    }
    clinical
}

/// When the courses were given, as far as that is known.
fn course_days(case: &Case) -> Vec<CourseDays> {
    let days = |course: &case::Course| Some(CourseDays { start: course.start_date?, end: course.end_date });
    case.courses.iter().filter_map(days).collect()
}

/// Why an answer is none, by any question of its id.
fn problem(knowledge: &Knowledge, id: &str, answer: &case::Answer) -> Option<String> {
    let of_scores = knowledge.scores.iter().flat_map(|score| &score.inputs).map(|input| &input.question);
    let mut all = of_scores.chain(&knowledge.trials.questions).filter(|question| question.id == id);
    all.find_map(|question| question.problem(answer))
}

/// Lines that name no question, item, drug, measure or term of the knowledge base have no effect, and that is said.
pub(crate) fn check(knowledge: &Knowledge, settings: &Settings, findings: &mut Findings) {
    let is_question = |id: &str| {
        let of_scores =
            knowledge.scores.iter().flat_map(|score| &score.inputs).any(|input| input.question.id == id);
        of_scores || knowledge.trials.questions.iter().any(|question| question.id == id)
    };
    for (id, answer) in &settings.answers {
        if let Some(problem) = problem(knowledge, id, answer) {
            findings.warn("H48", id, format!("{problem}: the answer is not used"));
        }
    }
    let questions = settings.answers.keys().filter(|id| !is_question(id)).map(|id| (id, "a question"));
    let items = settings
        .reporting
        .keys()
        .filter(|id| !knowledge.reporting.holds(id))
        .map(|id| (id, "an item of a report"));
    let of_board = settings.board.keys().filter(|id| !knowledge.reporting.asks_board(id));
    let of_board = of_board.map(|id| (id, "a question to the board"));
    for (id, what) in questions.chain(items).chain(of_board) {
        let message =
            format!("case.toml answers {what} that the knowledge base does not hold: the line has no effect");
        findings.warn("H48", id, message);
    }
    for given in settings.drugs.iter().filter(|given| knowledge.systemic_therapy.drug(&given.drug).is_none()) {
        let message = "the knowledge base does not hold this drug, so no rule is shown for it: that is no sign that there is none";
        findings.warn("H48", &given.drug, message);
    }
    for value in settings.imaging.iter().filter(|value| knowledge.imaging.judge(value, None).is_empty()) {
        let message = format!("no criterion of the knowledge base is for {} of {}", value.measure, value.modality);
        findings.warn("H48", &value.measure, message);
    }
}
