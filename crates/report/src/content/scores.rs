//! The score for a second irradiation of the spinal cord; where no cord was drawn there is none.

use guidelines::CordScore;

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::wording::{UNKNOWN, dose, plain, with_unit};

/// The table of scores.
pub(super) fn section(scores: &[CordScore]) -> Vec<Block> {
    let heading = Block::Heading("Score of the spinal cord");
    if scores.is_empty() {
        return Vec::new();
    }
    let table = Table {
        label: "Score of the spinal cord",
        columns: vec![
            Column::words("Score", 66.0),
            Column::words("Structure", 84.0),
            Column::numbers("Points", 38.0),
            Column::words("Group", 74.0),
            Column::words("Observed rate", 66.0),
            Column::words("What went in", 118.0),
            Column::words("Evidence\nsource", 72.0),
        ],
        rows: scores.iter().flat_map(|score| [row(score), guidance(score)]).collect(),
    };
    vec![heading, Block::Table(table)]
}

/// What the source concludes, and what it does not say.
fn guidance(score: &CordScore) -> Row {
    let guidance = &score.guidance;
    Row::Remarks(vec![
        Phrase::small(format!("{} ({} [{}])", guidance.statement, guidance.evidence.as_str(), guidance.source)),
        Phrase::small(
            "The source does not name its measure; the maximum is taken. A cord that one of the courses hardly reached was not irradiated twice, and the rate says nothing of it.",
        ),
    ])
}

fn row(score: &CordScore) -> Row {
    let basis = format!("BED (α/β = {})", with_unit(&plain(score.alpha_beta_gy), "Gy"));
    Row::Cells(vec![
        score.id.clone().into(),
        score.structure.clone().into(),
        Phrase::bold(plain(score.points)).into(),
        Phrase::bold(score.group.clone()).into(),
        Cell::from(score.rate_percent.map_or(UNKNOWN.to_owned(), |rate| with_unit(&plain(rate), "%")))
            .below(Phrase::small("in a group of cords irradiated twice"))
            .below(Phrase::small(format!("{} [{}]", score.rate_evidence.as_str(), score.rate_source))),
        Cell::lines(vec![
            Phrase::small(basis),
            Phrase::small(format!("all courses {}", dose(score.cumulative_bed_gy))),
            Phrase::small(format!("highest of one course {}", dose(score.highest_course_bed_gy))),
            Phrase::small(format!("interval {}", with_unit(&format!("{:.1}", score.interval_months), "months"))),
        ]),
        Cell::from(score.evidence.as_str()).below(Phrase::small(format!("[{}]", score.source))),
    ])
}
