//! Harm and quality of life over time.

use assessment::Clinical;
use guidelines::outcomes::{QuestionnaireResult, ScaleScore, ToxicityResult};

use crate::block::{Block, Cell, Column, Figure, Phrase, Row, Table};
use crate::drawing::Drawing;
use crate::symbol::Symbol;
use crate::wording::{UNKNOWN, capitalised};

/// Harm that was seen, and questionnaires that were filled in.
pub(super) fn outcomes(clinical: &Clinical, drawing: Option<Drawing>) -> Vec<Block> {
    if clinical.toxicities.is_empty() && clinical.questionnaires.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading("Harm and quality of life")];
    if let Some(drawing) = drawing {
        let caption = "Grades of harm and scores of scales over time, with the courses. Of scales those that changed the most; amber: worse than on the first day.";
        blocks.push(Block::Figure(Figure {
            drawing,
            caption: Phrase::small(caption),
            description: caption.to_owned(),
        }));
    }
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

fn signed(change: f64) -> String {
    format!("{}{:.0}", if change < 0.0 { "−" } else { "+" }, change.abs())
}
