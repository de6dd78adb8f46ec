//! Scores, criteria, drugs, imaging, harm and quality of life, and what the report still lacks.

use assessment::Clinical;
use case::Answer;
use guidelines::Evidence;
use guidelines::imaging::ImagingResult;
use guidelines::outcomes::{QuestionnaireResult, ScaleScore, ToxicityResult};
use guidelines::reporting::{Completeness, FilledFrom, FilledItem};
use guidelines::selection::score::{Answered, Outcome, Validation};
use guidelines::selection::{CriterionResult, CriterionState, EligibilityResult, ScoreResult, ScoreState};
use guidelines::systemic::{DrugResult, Kept, RuleResult, Statement};

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::palette::Tone;
use crate::symbol::Symbol;
use crate::wording::{UNKNOWN, capitalised, plain, with_unit};

/// Everything beyond doses.
pub(super) fn section(clinical: Option<&Clinical>) -> Vec<Block> {
    let Some(clinical) = clinical else { return Vec::new() };
    let mut blocks = selection(clinical);
    blocks.extend(systemic(&clinical.systemic_therapy));
    blocks.extend(imaging(&clinical.imaging));
    blocks.extend(outcomes(clinical));
    blocks.extend(reporting(&clinical.reporting));
    blocks
}

fn tagged(evidence: Evidence, source: &str) -> Phrase {
    Phrase::small(format!("{} [{source}]", evidence.as_str()))
}

fn selection(clinical: &Clinical) -> Vec<Block> {
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
        Some(Answer::Number(number)) => with_unit(&plain(*number), question.unit.as_deref().unwrap_or_default()),
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

fn systemic(drugs: &[DrugResult]) -> Vec<Block> {
    if drugs.is_empty() {
        return Vec::new();
    }
    let explained = "Published pauses around radiotherapy, with what the dates of the case say. Almost none was made for reirradiation; where sources differ, all are shown and none is chosen.";
    let rows = drugs.iter().flat_map(drug);
    vec![
        Block::Heading("Systemic therapy"),
        Block::Paragraph(Phrase::small(explained)),
        Block::Table(Table {
            label: "Drugs with the rules that are for them",
            columns: vec![
                Column::words("Rule", 212.0),
                Column::words("Days before\nafter", 66.0),
                Column::words("In this case", 160.0),
                Column::words("Source", 98.0),
            ],
            rows: rows.collect(),
        }),
    ]
}

fn drug(drug: &DrugResult) -> Vec<Row> {
    let until = drug.end.map_or("going on".to_owned(), |end| format!("to {end}"));
    let class = drug.class.as_deref().unwrap_or("not in the knowledge base");
    let mut rows = vec![Row::Group(Phrase::bold(format!("{} ({class}), from {} {until}", drug.drug, drug.start)))];
    rows.extend(drug.rules.iter().map(rule));
    if drug.rules.is_empty() {
        rows.push(Row::Remarks(vec![Phrase::small(
            "No rule of the knowledge base is for it: that is no sign that there is none.",
        )]));
    }
    let told = |sign: &str, statement: &Statement| {
        let tag = statement.evidence.map_or(String::new(), |evidence| format!(" ({}", evidence.as_str()));
        let source = statement.source.as_ref().map_or(String::new(), |source| format!(" [{source}])"));
        let population =
            statement.population.as_ref().map_or(String::new(), |population| format!(", in {population}"));
        Phrase::small(format!("{sign}: {}{population}{tag}{source}", statement.statement))
    };
    let differ = drug.contradictions.iter().map(|statement| told("Sources side by side", statement));
    let open = drug.no_consensus.iter().map(|statement| told("No consensus", statement));
    let seen = drug.signals.iter().map(|statement| told("Stated", statement));
    let remarks: Vec<Phrase> = differ.chain(open).chain(seen).collect();
    if !remarks.is_empty() {
        rows.push(Row::Remarks(remarks));
    }
    rows
}

fn rule(rule: &RuleResult) -> Row {
    let days = |days: Option<f64>| days.map_or(UNKNOWN.to_owned(), plain);
    let kept: Cell = match rule.kept {
        Kept::Kept => Phrase::signed(Symbol::Tick, "kept").into(),
        Kept::Broken => Cell { tone: Some(Tone::Bad), ..Phrase::signed(Symbol::Cross, "broken").into() },
        Kept::Open => "open".into(),
    };
    Row::Cells(vec![
        Cell::from(rule.statement.clone())
            .below(Phrase::small(rule.population.clone()))
            .below(Phrase::small(rule.note.clone().unwrap_or_default())),
        format!("{} / {}", days(rule.before_days), days(rule.after_days)).into(),
        kept.below(Phrase::small(capitalised(&rule.reason))),
        tagged(rule.evidence, &rule.source).into(),
    ])
}

fn imaging(results: &[ImagingResult]) -> Vec<Block> {
    if results.is_empty() {
        return Vec::new();
    }
    let row = |found: &ImagingResult| {
        let threshold = match (found.threshold, found.threshold_upper) {
            (Some(low), Some(high)) => format!("{}–{}", plain(low), plain(high)),
            (Some(low), None) => plain(low),
            _ => UNKNOWN.to_owned(),
        };
        let says = match (&found.says, &found.remark) {
            (Some(says), _) => Cell::from(says.clone()),
            (None, Some(remark)) => Cell::from(Phrase::small(capitalised(remark))),
            (None, None) => UNKNOWN.into(),
        };
        let sure = match (found.sensitivity_percent, found.specificity_percent) {
            (Some(sensitivity), Some(specificity)) => {
                let n = found.n.map_or(String::new(), |n| format!(", n = {n}"));
                format!("sensitivity {} %, specificity {} %{n}", plain(sensitivity), plain(specificity))
            }
            _ => "no sensitivity and specificity in the source".to_owned(),
        };
        let ratio = found.likelihood_ratio.map(|ratio| format!("likelihood ratio {ratio:.2}"));
        let mut sure = Cell::from(Phrase::small(sure));
        if let Some(ratio) = ratio {
            sure = sure.below(Phrase::small(ratio));
        }
        Row::Cells(vec![
            Cell::from(found.title.clone())
                .below(Phrase::small(found.population.clone()))
                .below(Phrase::small(found.note.clone().unwrap_or_default())),
            format!("{} {}", plain(found.value), found.unit).into(),
            threshold.into(),
            says,
            sure.below(tagged(found.evidence, &found.source)),
        ])
    };
    let explained = "What a value means by each published criterion. It is no diagnosis: thresholds depend on scanner, reconstruction and reference region.";
    vec![
        Block::Heading("Imaging"),
        Block::Paragraph(Phrase::small(explained)),
        Block::Table(Table {
            label: "Values measured on images, criterion by criterion",
            columns: vec![
                Column::words("Criterion\nin whom", 150.0),
                Column::words("Value", 60.0),
                Column::words("Threshold", 60.0),
                Column::words("Such a value", 126.0),
                Column::words("How sure\nsource", 140.0),
            ],
            rows: results.iter().map(row).collect(),
        }),
    ]
}

fn outcomes(clinical: &Clinical) -> Vec<Block> {
    if clinical.toxicities.is_empty() && clinical.questionnaires.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading("Harm and quality of life")];
    if !clinical.toxicities.is_empty() {
        blocks.push(Block::Table(Table {
            label: "Harm by CTCAE version 5",
            columns: vec![
                Column::words("Day", 66.0),
                Column::words("Term", 150.0),
                Column::words("Grade", 200.0),
                Column::words("Before\nput down to", 120.0),
            ],
            rows: clinical.toxicities.iter().map(toxicity).collect(),
        }));
    }
    for filled in &clinical.questionnaires {
        blocks.push(Block::Paragraph(Phrase::bold(format!("{}, {}", filled.title, filled.date))));
        blocks.push(questionnaire(filled));
    }
    blocks
}

fn toxicity(harm: &ToxicityResult) -> Row {
    let grade = match (&harm.problem, &harm.words) {
        (Some(problem), _) => Cell::from(Phrase::signed(Symbol::Cross, capitalised(problem))),
        (None, Some(words)) => {
            Cell::from(Phrase::bold(harm.grade.to_string())).below(Phrase::small(words.clone()))
        }
        (None, None) => harm.grade.to_string().into(),
    };
    let before =
        harm.baseline_grade.map_or("grade before not stated".to_owned(), |grade| format!("grade {grade} before"));
    Row::Cells(vec![
        harm.date.to_string().into(),
        harm.term.clone().unwrap_or_else(|| harm.id.clone()).into(),
        grade,
        Cell::from(Phrase::small(before)).below(Phrase::small(harm.attribution.clone().unwrap_or_default())),
    ])
}

fn questionnaire(filled: &QuestionnaireResult) -> Block {
    if let Some(problem) = &filled.problem {
        return Block::Paragraph(Phrase::small(capitalised(problem)));
    }
    let row = |scale: &ScaleScore| {
        let number = |value: Option<f64>| value.map_or(UNKNOWN.to_owned(), |value| format!("{value:.0}"));
        let change = match (scale.change, &scale.relevance, scale.is_better) {
            (Some(change), Some(relevance), Some(better)) => {
                format!("{}: {relevance}, {}", signed(change), if better { "better" } else { "worse" })
            }
            (Some(change), _, _) => signed(change),
            (None, _, _) => UNKNOWN.to_owned(),
        };
        Row::Cells(vec![scale.title.clone().into(), number(scale.score).into(), change.into()])
    };
    Block::Table(Table {
        label: "Scales from 0 to 100 with the change from the first day",
        columns: vec![
            Column::words("Scale", 200.0),
            Column::numbers("Score", 60.0),
            Column::words("Change from the first day", 276.0),
        ],
        rows: filled.scales.iter().filter(|scale| scale.score.is_some()).map(row).collect(),
    })
}

/// A whole number with its sign.
fn signed(change: f64) -> String {
    format!("{}{:.0}", if change < 0.0 { "−" } else { "+" }, change.abs())
}

fn reporting(completeness: &Completeness) -> Vec<Block> {
    let told = format!(
        "{} of 10 mandatory criteria of a report are filled; the median of published reports is {}. {}",
        completeness.adherence_points, completeness.published_median, completeness.note
    );
    let item = |item: &FilledItem| {
        let value: Cell = match (&item.value, item.filled_by) {
            (Some(value), Some(by)) => Cell::from(value.clone()).below(Phrase::small(by_words(by))),
            _ => {
                let from: Vec<&str> = item.filled_from.iter().map(|from| by_words(*from)).collect();
                Cell::from(Phrase::signed(Symbol::Warning, "missing")).below(Phrase::small(from.join(" or ")))
            }
        };
        Row::Cells(vec![item.title.clone().into(), value, tagged(item.evidence, &item.source).into()])
    };
    let missing: Vec<&str> =
        completeness.items.iter().filter(|item| item.value.is_none()).map(|item| item.title.as_str()).collect();
    let filled = completeness.items.len() - missing.len();
    let longer = format!(
        "Of {} further items, a list that this project put together, {filled} are filled. Missing: {}. State them under [reporting] in case.toml.",
        completeness.items.len(),
        missing.join("; ")
    );
    let mut blocks = vec![
        Block::Heading("Completeness of the report"),
        Block::Paragraph(Phrase::plain(told)),
        Block::Table(Table {
            label: "The ten mandatory criteria",
            columns: vec![
                Column::words("Criterion", 130.0),
                Column::words("Holds", 300.0),
                Column::words("Source", 106.0),
            ],
            rows: completeness.adherence.iter().map(item).collect(),
        }),
        Block::Paragraph(Phrase::small(longer)),
        Block::Heading("Questions to the board"),
    ];
    let question = |statement: &guidelines::reporting::BoardStatement| {
        let population =
            statement.population.as_ref().map_or(String::new(), |population| format!(" ({population})"));
        Phrase::plain(format!("{}{population} ", statement.text)).then_muted(format!(
            "{} [{}]",
            statement.evidence.as_str(),
            statement.source
        ))
    };
    blocks.push(Block::Bullets(completeness.statements.iter().map(question).collect()));
    blocks
}

fn by_words(from: FilledFrom) -> &'static str {
    match from {
        FilledFrom::Dicom => "from the objects",
        FilledFrom::Computed => "computed",
        FilledFrom::Person => "stated by a person",
    }
}
