//! What may still be given.

use assessment::{Assessment, Budget, BudgetOption, LimitBudget, TargetBudget};
use guidelines::{DoseScope, Evidence};

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::palette::Tone;
use crate::symbol::Symbol;
use crate::wording::{
    UNKNOWN, basis, capitalised, counted, dose, dose_number, part_percent, plain, volume_number, with_unit,
};

/// More numbers of fractions than this do not fit beside each other; the others stand in assessment.json.
const MOST_OPTIONS: usize = 3;
/// Limits that are named as standing in the way of a target.
const MOST_OBSTACLES: usize = 5;

/// The remaining budget, where there is a prior course.
pub(super) fn section(assessment: &Assessment) -> Vec<Block> {
    let Some(budget) = assessment.budget.as_ref().filter(|budget| !budget.limits.is_empty()) else {
        return Vec::new();
    };
    let mut blocks = vec![Block::Heading("What may still be given")];
    let model = match budget.transition_gy {
        Some(transition) => format!("LQ-L with a transition at {} per fraction", dose(transition)),
        None => "LQ".to_owned(),
    };
    blocks.push(Block::Paragraph(Phrase::small(format!(
        "Each limit less the EQD2 of the prior courses in the same measure; the rest as the largest total physical dose, and per fraction, if it came to the place where the prior dose is highest ({model}). Cautious: the same with the prior dose at the upper end of its 90 % band. Limits on the share of the current course and on intervals are not counted. A published limit is no tolerance of this patient. ! marks fractions beyond what the linear-quadratic model is trusted with."
    ))));
    if let Some(tightest) = tightest(budget) {
        blocks.push(Block::Paragraph(
            Phrase::bold("Tightest limit for the prior dose alone: ").then(format!("{tightest}.")),
        ));
    }
    blocks.push(Block::Table(table(budget)));
    blocks.extend(not_limited(budget));
    blocks.extend(targets(budget));
    blocks
}

fn table(budget: &Budget) -> Table {
    let mut columns = vec![
        Column::words("Limit", 132.0),
        Column::words("Measure\nbasis", 84.0),
        Column::numbers("Limit\nGy", 40.0),
        Column::numbers("Prior\nGy", 42.0),
        Column::numbers("Left EQD2\n90 % band", 72.0),
    ];
    let shown = budget.fractions.iter().take(MOST_OPTIONS);
    columns.extend(shown.map(|n| Column::numbers(&format!("In {n} fx\nGy total\nper fraction\ncautious"), 58.0)));
    let mut rows = Vec::new();
    let mut structures: Vec<&str> = Vec::new();
    for limit in &budget.limits {
        if !structures.contains(&limit.structure.as_str()) {
            structures.push(&limit.structure);
            rows.push(Row::Group(Phrase::bold(limit.structure.clone())));
        }
        rows.push(row(limit));
        rows.extend(remarks(limit));
    }
    Table { label: "Remaining budget by structure and limit", columns, rows }
}

fn row(limit: &LimitBudget) -> Row {
    let scope = if limit.scope == DoseScope::Current { "current course," } else { "all courses," };
    let upper = limit.limit_upper_gy.map(|upper| format!("–{}", plain(upper))).unwrap_or_default();
    let prior = limit.prior_gy.filter(|_| limit.scope == DoseScope::Cumulative);
    let bound = if limit.prior_is_at_most { "≤" } else { "" };
    let mut cells = vec![
        Cell::from(limit.title.clone()).below(Phrase::small(format!(
            "{} [{}]",
            limit.evidence.as_str(),
            limit.source
        ))),
        Cell::from(format!("{scope} {}", limit.metric)).below(Phrase::small(basis(limit.alpha_beta_gy))),
        format!("{}{upper}", plain(limit.limit_gy)).into(),
        prior.map_or(UNKNOWN.to_owned(), |gy| format!("{bound}{}", dose_number(gy))).into(),
        left(limit),
    ];
    cells.extend(limit.options.iter().take(MOST_OPTIONS).map(option));
    Row::Cells(cells)
}

fn left(limit: &LimitBudget) -> Cell {
    let Some(left) = limit.remaining_eqd2_gy else { return UNKNOWN.into() };
    let cell = if left > 0.0 {
        Cell::from(Phrase::bold(dose_number(left)))
    } else {
        Cell {
            tone: Some(Tone::Bad),
            ..Cell::from(Phrase::signed(Symbol::Cross, format!("none ({})", dose_number(left))))
        }
    };
    match limit.remaining_band_gy {
        Some([low, high]) => cell.below(Phrase::small(format!("{} to {}", dose_number(low), dose_number(high)))),
        None => cell,
    }
}

fn option(option: &BudgetOption) -> Cell {
    let (Some(total), Some(each)) = (option.total_gy, option.gy_per_fraction) else { return UNKNOWN.into() };
    let mark = if option.beyond_model { "!" } else { "" };
    let cell =
        Cell::from(Phrase::bold(dose_number(total))).below(Phrase::small(format!("{}{mark}", dose_number(each))));
    match option.cautious_total_gy {
        Some(cautious) => cell.below(Phrase::small(dose_number(cautious))),
        None => cell,
    }
}

fn remarks(limit: &LimitBudget) -> Option<Row> {
    let of_options = limit.options.iter().filter_map(|option| option.reason.as_ref());
    let recovered =
        "the prior dose was reduced by the stated recovery, as the source of the limit does".to_owned();
    let all = limit.reason.iter().chain(of_options).chain(limit.with_recovery.then_some(&recovered));
    let rows: Vec<Phrase> = all.map(|reason| Phrase::small(capitalised(reason))).collect();
    (!rows.is_empty()).then_some(Row::Remarks(rows))
}

/// Organs that no limit holds for, and those in which nothing is allowed.
fn not_limited(budget: &Budget) -> Option<Block> {
    let told: Vec<String> =
        budget.not_limited.iter().map(|open| format!("{}: {}", open.structure, open.reason)).collect();
    let heading = Phrase::bold("Not limited, or not judged. ");
    (!told.is_empty()).then(|| Block::Paragraph(heading.then(format!("{}.", told.join("; ")))))
}

fn targets(budget: &Budget) -> Vec<Block> {
    let mut blocks = Vec::new();
    for target in &budget.targets {
        blocks.push(Block::Subheading("What the target can receive"));
        let words = format!(
            "{}: no plan can give more than {} of the volume {} in {} fractions and keep every limit that counts. What a machine can do, and how fast a dose falls off, is not asked: a plan gives less.",
            target.structure,
            part_percent(target.attainable_percent),
            dose(target.prescription_gy),
            target.fractions
        );
        blocks.push(Block::Paragraph(Phrase::plain(words)));
        let of_target = |limit: &&LimitBudget| {
            limit.evidence == Evidence::Unverified
                && target.obstacles.iter().any(|obstacle| obstacle.id == limit.id)
        };
        let unverified: Vec<&str> =
            budget.limits.iter().filter(of_target).map(|limit| limit.title.as_str()).collect();
        if !unverified.is_empty() {
            let told = format!(
                "Of limits whose source nobody saw, these count here too: {}. Choose the limits that count with [budget] limits in case.toml.",
                unverified.join("; ")
            );
            blocks.push(Block::Paragraph(Phrase::signed(Symbol::Warning, told)));
        }
        if !target.obstacles.is_empty() {
            blocks.push(Block::Table(obstacles(budget, target)));
        }
    }
    blocks
}

fn obstacles(budget: &Budget, target: &TargetBudget) -> Table {
    let title = |id: &str| {
        budget.limits.iter().find(|limit| limit.id == id).map_or(id.to_owned(), |limit| limit.title.clone())
    };
    let row = |obstacle: &assessment::ObstacleTold| {
        let fall_off =
            obstacle.fall_off_percent_per_mm.map_or(UNKNOWN.to_owned(), |fall_off| format!("{fall_off:.1}"));
        let give = obstacle.would_have_to_give_gy.map_or(UNKNOWN.to_owned(), dose_number);
        Row::Cells(vec![
            Phrase::bold(obstacle.structure.clone()).into(),
            title(&obstacle.id).into(),
            volume_number(obstacle.blocked_cc).into(),
            format!("{:.1}", obstacle.distance_mm).into(),
            dose_number(obstacle.lowest_total_gy).into(),
            fall_off.into(),
            give.into(),
        ])
    };
    Table {
        label: "Limits in the way of the target, the first one first",
        columns: vec![
            Column::words("Structure", 82.0),
            Column::words("Limit", 138.0),
            Column::numbers("Blocks\ncc", 46.0),
            Column::numbers("Distance\nmm", 50.0),
            Column::numbers("Lowest left\nGy total", 52.0),
            Column::numbers("Fall needed\n% per mm", 66.0),
            Column::numbers("Would have\nto give Gy", 66.0),
        ],
        rows: target.obstacles.iter().take(MOST_OBSTACLES).map(row).collect(),
    }
}

/// The limit that leaves least, relative to itself.
fn tightest(budget: &Budget) -> Option<String> {
    let left = |limit: &&LimitBudget| limit.remaining_eqd2_gy.map(|left| left / limit.limit_gy);
    let tightest = budget
        .limits
        .iter()
        .filter(|limit| left(limit).is_some())
        .min_by(|a, b| left(a).unwrap_or(f64::INFINITY).total_cmp(&left(b).unwrap_or(f64::INFINITY)))?;
    let left = tightest.remaining_eqd2_gy?;
    let amount = match (left > 0.0, tightest.prior_is_at_most) {
        (true, false) => format!("{} EQD2 left", dose(left)),
        (true, true) => format!("at least {} EQD2 left", dose(left)),
        (false, false) => format!("exceeded by {}", dose(-left)),
        (false, true) => format!("perhaps exceeded, by at most {}", dose(-left)),
    };
    let n_unknown = budget.limits.iter().filter(|limit| limit.remaining_eqd2_gy.is_none()).count() as i64;
    let unknown =
        if n_unknown > 0 { format!("; {} not known", counted(n_unknown, "limit")) } else { String::new() };
    Some(format!(
        "{}: {amount} of {} ({}){unknown}",
        tightest.structure,
        with_unit(&plain(tightest.limit_gy), "Gy"),
        tightest.title
    ))
}
