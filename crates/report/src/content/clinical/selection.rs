//! Scores, and criteria of trials, registries and consensus.

use assessment::Clinical;
use case::Answer;
use guidelines::selection::score::{Answered, Outcome, Validation};
use guidelines::selection::{CriterionResult, CriterionState, EligibilityResult, ScoreResult, ScoreState};

use super::tagged;
use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::palette::Tone;
use crate::symbol::Symbol;
use crate::wording::{UNKNOWN, capitalised, measured, plain};

/// Scores and criteria for the site.
pub(super) fn selection(clinical: &Clinical) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("Selection: scores and criteria")];
    if clinical.site.is_none() {
        let told = "No site was stated, so no score and no criterion is shown: state [case] site in case.toml.";
        blocks.push(Block::Paragraph(Phrase::plain(told)));
        return blocks;
    }
    let explained = "None of these decides, and none predicts what will happen to this patient: outcomes are those of the groups named. A score whose formula was not seen is not computed. Answers that are missing are asked for and never assumed.";
    blocks.push(Block::Paragraph(Phrase::small(explained)));
    if clinical.scores.is_empty() && clinical.eligibility.is_empty() {
        let none = "The knowledge base holds no score and no criterion for this site.";
        blocks.push(Block::Paragraph(Phrase::plain(none)));
    }
    if !clinical.scores.is_empty() {
        blocks.push(Block::Table(scores(&clinical.scores)));
    }
    if !clinical.eligibility.is_empty() {
        blocks.push(Block::Table(eligibility(&clinical.eligibility)));
    }
    blocks
}

fn scores(scores: &[ScoreResult]) -> Table {
    Table {
        label: "Scores for the site",
        columns: vec![
            Column::words("Score\nmade for", 168.0),
            Column::words("Answers", 150.0),
            Column::words("Result\noutcome in the group", 218.0),
        ],
        rows: scores.iter().flat_map(score).collect(),
    }
}

fn score(score: &ScoreResult) -> Vec<Row> {
    let made_for =
        if score.made_for_reirradiation { "made for reirradiation" } else { "not made for reirradiation" };
    let title = Cell::from(Phrase::bold(score.title.clone()))
        .below(Phrase::small(format!("{made_for}: {}", score.population)))
        .below(tagged(score.evidence, &score.source));
    let answers = Cell::lines(score.questions.iter().map(answer).collect());
    let mut rows = vec![Row::Cells(vec![title, answers, result(&score.state)])];
    let mut remarks: Vec<Phrase> = score.validations.iter().map(validation).collect();
    remarks.extend(score.note.as_ref().map(|note| Phrase::small(note.clone())));
    if !remarks.is_empty() {
        rows.push(Row::Remarks(remarks));
    }
    rows
}

fn answer(answered: &Answered) -> Phrase {
    let question = &answered.question;
    let given = match &answered.answer {
        Some(Answer::Number(number)) => measured(*number, question.unit.as_deref().unwrap_or_default()),
        Some(other) => other.words(),
        None => "?".to_owned(),
    };
    Phrase::small(format!("{}: {given}", question.id.replace('_', " ")))
}

fn result(state: &ScoreState) -> Cell {
    match state {
        ScoreState::Computed { value, subtotals, title, outcomes, .. } => {
            let number = value.map(|value| format!("{} ", plain(value))).unwrap_or_default();
            let class = title.clone().unwrap_or_else(|| "no class in the source for this value".to_owned());
            let mut cell = Cell::from(Phrase::bold(format!("{number}{class}")));
            for (group, sum) in subtotals {
                cell = cell.below(Phrase::small(format!("{group}: {}", plain(*sum))));
            }
            outcomes.iter().map(outcome).fold(cell, Cell::below)
        }
        ScoreState::Incomplete { missing } => {
            let asked = missing.iter().map(|id| id.replace('_', " ")).collect::<Vec<_>>().join(", ");
            Cell::from(Phrase::signed(Symbol::Question, "answers are missing")).below(Phrase::small(asked))
        }
        ScoreState::Ask { statement, .. } => {
            Cell::from(Phrase::signed(Symbol::Warning, "the sources differ here"))
                .below(Phrase::small(statement.clone()))
        }
        ScoreState::Invalid { problem } => {
            Cell::from(Phrase::signed(Symbol::Cross, "no such answer")).below(Phrase::small(capitalised(problem)))
        }
        ScoreState::NotComputable { missing } => {
            Cell::from("not computable: needs source").below(Phrase::small(missing.clone()))
        }
    }
}

fn outcome(outcome: &Outcome) -> Phrase {
    let tag = outcome.evidence.map_or(String::new(), |evidence| format!(", {}", evidence.as_str()));
    let source = outcome.source.as_ref().map_or(String::new(), |source| format!(" [{source}]"));
    Phrase::small(format!(
        "{}: {} {} ({}{tag}){source}",
        outcome.endpoint,
        plain(outcome.value),
        outcome.unit,
        outcome.cohort
    ))
}

fn validation(validation: &Validation) -> Phrase {
    let word = match validation.confirms {
        Some(true) => "Confirmed",
        Some(false) => "Not confirmed",
        None => "Tested",
    };
    Phrase::small(format!("{word} in {}: {} [{}]", validation.cohort, validation.result, validation.source))
}

fn eligibility(sources: &[EligibilityResult]) -> Table {
    let rows = sources.iter().flat_map(|source| {
        let count = |state| source.count(state);
        let told = format!(
            "{}: {} met, {} not met, {} unknown, {} for a person",
            source.title,
            count(CriterionState::Met),
            count(CriterionState::NotMet),
            count(CriterionState::Unknown),
            count(CriterionState::ForAPerson)
        );
        let remark = Row::Remarks(vec![Phrase::small(source.missing.clone()), Phrase::small(source.note.clone())]);
        std::iter::once(Row::Group(Phrase::bold(told)))
            .chain(source.criteria.iter().map(criterion))
            .chain([remark])
    });
    Table {
        label: "Criteria of trials, registries and consensus: for whom results were obtained, not who may be treated",
        columns: vec![
            Column::words("Criterion", 270.0),
            Column::words("Condition", 130.0),
            Column::words("State", 70.0),
            Column::words("Source", 66.0),
        ],
        rows: rows.collect(),
    }
}

fn criterion(criterion: &CriterionResult) -> Row {
    let state: Cell = match criterion.state {
        CriterionState::Met => Phrase::signed(Symbol::Tick, "met").into(),
        CriterionState::NotMet => {
            Cell { tone: Some(Tone::Caution), ..Phrase::signed(Symbol::Warning, "not met").into() }
        }
        CriterionState::Unknown => "unknown".into(),
        CriterionState::ForAPerson => "for a person".into(),
    };
    let condition = criterion.condition.as_ref().map_or(UNKNOWN.to_owned(), |text| text.replace('_', " "));
    Row::Cells(vec![
        criterion.text.clone().into(),
        Phrase::small(condition).into(),
        state,
        tagged(criterion.evidence, &criterion.source).into(),
    ])
}
