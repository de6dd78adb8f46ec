//! Published limits with their verdicts, structure by structure.

use assessment::{Assessment, SaidInstead};
use guidelines::{DoseScope, JudgedConstraint, Verdict, VerdictSpread};

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::palette::Tone;
use crate::symbol::Symbol;
use crate::wording::{NO_BREAK, UNKNOWN, basis, capitalised, dose_number, plain, plus_minus, share, with_unit};

/// The table of limits.
pub(super) fn section(assessment: &Assessment) -> Vec<Block> {
    let constraints = &assessment.constraints;
    let heading = Block::Heading("Limits");
    if constraints.is_empty() && assessment.no_limits.is_empty() {
        let none = "No limit of the knowledge base was compared.";
        return vec![heading, Block::Paragraph(Phrase::plain(none))];
    }
    let explained = Phrase::small(
        "Each dose is compared on the basis of its limit. ± is the error of geometry, interpolation and sampling. The range below it holds 90 % of the draws of plausible maps, α/β, recovery and calculated doses; a limit within it is uncertain, with the share of the draws that exceed it. Uncertain is also what lies within the range of a source, and what is above a limit whose source does not state its measure or its kind of dose. Evidence: primary, seen in the publication; secondary, seen in a transcription; unverified, no document seen. Strength: A dose response, B consensus, C no consensus or survey, D single series. Keys in brackets are resolved under References.",
    );
    vec![heading, Block::Paragraph(explained), Block::Table(table(assessment))]
}

fn table(assessment: &Assessment) -> Table {
    let mut rows = Vec::new();
    for structure in structures(assessment) {
        let spread = assessment.limit_spreads.iter().find(|spread| spread.structure == structure);
        let told = spread.map(agreement).unwrap_or_default();
        rows.push(Row::Group(Phrase::bold(structure).then_muted(told)));
        let own = assessment.constraints.iter().filter(|constraint| constraint.structure == structure);
        for constraint in own {
            rows.push(row(constraint));
            if !constraint.remarks.is_empty() {
                let sentence = |remark: &String| Phrase::small(capitalised(remark));
                rows.push(Row::Remarks(constraint.remarks.iter().map(sentence).collect()));
            }
        }
        let instead = assessment.no_limits.iter().filter(|said| said.structure == structure);
        let instead: Vec<Phrase> = instead.map(said_instead).collect();
        if !instead.is_empty() {
            rows.push(Row::Remarks(instead));
        }
    }
    Table {
        label: "Limits and verdicts by structure",
        columns: vec![
            Column::words("Limit", 144.0),
            Column::words("Measure\nbasis", 90.0),
            Column::numbers("Value", 62.0),
            Column::numbers("Limit", 66.0),
            Column::words("Verdict", 78.0),
            Column::words("Evidence\nsource", 96.0),
        ],
        rows,
    }
}

/// Names in the order in which they first occur.
fn structures(assessment: &Assessment) -> Vec<&str> {
    let of_limits = assessment.constraints.iter().map(|constraint| constraint.structure.as_str());
    let without = assessment.no_limits.iter().map(|said| said.structure.as_str());
    let mut names: Vec<&str> = Vec::new();
    for name in of_limits.chain(without) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What the sources of a structure come to together.
fn agreement(spread: &VerdictSpread) -> String {
    let counts = [
        (spread.n_exceeded, "exceeded"),
        (spread.n_uncertain, "uncertain"),
        (spread.n_met, "met"),
        (spread.n_not_evaluable, "not evaluable"),
    ];
    let counts = counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let percent = |share: f64| format!("{:.0}", 100.0 * share);
    let used = match spread.lowest_share.zip(spread.highest_share) {
        Some((low, high)) if percent(low) != percent(high) => {
            format!("; from {} to {} of the limits", with_unit(&percent(low), "%"), with_unit(&percent(high), "%"))
        }
        Some((low, _)) => format!("; {} of the limit", with_unit(&percent(low), "%")),
        None => String::new(),
    };
    let split = if spread.is_split() { "; the sources do not agree" } else { "" };
    format!("   all courses: {counts}{used}{split}")
}

fn said_instead(said: &SaidInstead) -> Phrase {
    let place = said.locator.as_ref().map_or(String::new(), |locator| format!(" {locator}"));
    Phrase::small(format!("{} ({}, [{}]{place})", said.statement, said.evidence.as_str(), said.source))
}

fn row(constraint: &JudgedConstraint) -> Row {
    let basis = constraint.alpha_beta_gy.map_or_else(String::new, basis);
    Row::Cells(vec![
        title(constraint),
        Cell::from(format!("{} {}", scope(constraint.scope), constraint.metric)).below(Phrase::small(basis)),
        value_cell(constraint),
        limit(constraint).into(),
        verdict(constraint),
        evidence(constraint),
    ])
}

/// A limit for another site is marked, and one of a centre, since nobody else checked it.
fn title(constraint: &JudgedConstraint) -> Cell {
    let cell = Cell::from(constraint.title.clone());
    let cell = if constraint.is_landmark {
        cell.below(Phrase::small("an observation, no limit to plan for"))
    } else {
        cell
    };
    let cell = if constraint.is_for_site == Some(false) {
        let packs: Vec<&str> = constraint.sites.iter().map(|pack| pack.as_str()).collect();
        cell.below(Phrase::small(format!("made for another site: {}", packs.join(", "))))
    } else {
        cell
    };
    if constraint.is_own { cell.below(Phrase::signed(Symbol::Warning, "limit of this centre")) } else { cell }
}

fn scope(scope: DoseScope) -> &'static str {
    match scope {
        DoseScope::Cumulative => "all courses,",
        DoseScope::Current => "current course,",
        DoseScope::CurrentShare => "share of the current course,",
        DoseScope::Interval => "time between courses,",
    }
}

fn months(value: f64) -> String {
    with_unit(&format!("{value:.1}"), "months")
}

/// What was found, or its bounds.
pub(super) fn value(constraint: &JudgedConstraint) -> String {
    let in_gray = |value: f64| with_unit(&dose_number(value), constraint.unit);
    let known = constraint.value_gy.map(in_gray);
    let bound = || {
        let lower = constraint.at_least_gy.map(|value| format!("≥{}", in_gray(value)));
        let upper = constraint.at_most_gy.map(|value| format!("≤{}", in_gray(value)));
        let ends: Vec<String> = lower.into_iter().chain(upper).collect();
        (!ends.is_empty()).then(|| ends.join(" "))
    };
    let others = || constraint.value_share.map(share).or(constraint.value_months.map(months));
    known.or_else(bound).or_else(others).unwrap_or_else(|| UNKNOWN.to_owned())
}

/// The value, and below it its own error and what it may be.
fn value_cell(constraint: &JudgedConstraint) -> Cell {
    let cell = Cell::from(Phrase::bold(value(constraint)));
    let cell = match constraint.error_gy.filter(|_| constraint.value_gy.is_some()) {
        Some(error) => cell.below(Phrase::small(plus_minus(error))),
        None => cell,
    };
    match constraint.band {
        Some(ends) if constraint.value_share.is_some() => {
            let [low, high] = ends.map(share);
            cell.below(Phrase::small(format!("{low}–{high}")))
        }
        Some([low, high]) => cell.below(Phrase::small(format!("{}–{}", dose_number(low), dose_number(high)))),
        None => cell,
    }
}

/// The limit with its sign.
pub(super) fn limit(constraint: &JudgedConstraint) -> String {
    let unit = constraint.unit;
    let in_gray = |limit: f64| match constraint.limit_upper_gy {
        Some(upper) => at_most(&with_unit(&format!("{}–{}", plain(limit), plain(upper)), unit)),
        None => at_most(&with_unit(&plain(limit), unit)),
    };
    let of_share = || constraint.limit_share.map(|limit| at_most(&share(limit)));
    let of_time =
        || constraint.limit_months.map(|limit| format!("≥{NO_BREAK}{}", with_unit(&plain(limit), "months")));
    constraint.limit_gy.map(in_gray).or_else(of_share).or_else(of_time).unwrap_or_else(|| UNKNOWN.to_owned())
}

fn at_most(limit: &str) -> String {
    format!("≤{NO_BREAK}{limit}")
}

fn verdict(constraint: &JudgedConstraint) -> Cell {
    let word = constraint.verdict.as_str().replace('-', "\u{a0}");
    let cell = match (constraint.is_landmark, constraint.verdict) {
        (true, Verdict::Met) => Cell::from("below what was observed"),
        (true, Verdict::Exceeded) => Cell::from(Phrase::signed(Symbol::Warning, "above what was observed")),
        _ => Cell::from(Phrase::signed(Symbol::of_verdict(constraint.verdict), word)),
    };
    let cell = match constraint.probability_exceeded {
        Some(probability) if probability > 0.0 && probability < 1.0 => {
            cell.below(Phrase::small(format!("exceeded in {} of draws", share_of_draws(probability))))
        }
        _ => cell,
    };
    let cell = if constraint.provisional { cell.below(Phrase::small("provisional")) } else { cell };
    let tone = match constraint.verdict {
        Verdict::Exceeded => Some(Tone::Bad),
        Verdict::Uncertain => Some(Tone::Caution),
        Verdict::Met | Verdict::NotEvaluable => None,
    };
    Cell { tone, ..cell }
}

/// Never none and never all where some draws say otherwise.
fn share_of_draws(probability: f64) -> String {
    with_unit(&format!("{:.0}", (100.0 * probability).clamp(1.0, 99.0)), "%")
}

fn evidence(constraint: &JudgedConstraint) -> Cell {
    let strength =
        constraint.strength.as_deref().map_or_else(String::new, |strength| format!(", strength {strength}"));
    let source = match &constraint.locator {
        Some(locator) => format!("[{}] {locator}", constraint.source),
        None => format!("[{}]", constraint.source),
    };
    Cell::from(format!("{}{strength}", constraint.evidence.as_str())).below(Phrase::small(source))
}
