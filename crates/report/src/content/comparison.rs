//! Candidate plans side by side.

use assessment::Comparison;
use assessment::comparison::{
    ComparedCandidate, ComparedLimit, ComparedResponse, ComparedRule, ComparedStructure, LimitValue, RuleOutcome,
    StructureValue,
};
use guidelines::dose_response::Population;
use guidelines::{DoseScope, Verdict};

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::palette::Tone;
use crate::symbol::Symbol;
use crate::wording::{UNKNOWN, basis, capitalised, dose, dose_number, part_percent, plain, share, with_unit};

/// More candidates than this do not fit beside each other; the others stand in assessment.json.
const MOST_CANDIDATES: usize = 4;
/// Differences of probabilities below this, in percent, are none that can be shown.
const LEAST_DIFFERENCE: f64 = 0.05;
/// Width of the columns of all candidates together.
const CANDIDATES_WIDTH: f32 = 300.0;

/// The comparison, where there are two candidates or more.
pub(super) fn section(comparison: Option<&Comparison>) -> Vec<Block> {
    let Some(comparison) = comparison else { return Vec::new() };
    let explained = format!(
        "All candidates went through the same computation; every other page of this report is about {}. Differences are those to {}.",
        comparison.assessed,
        comparison.candidates.first().map_or("the first", |candidate| candidate.name.as_str()),
    );
    let mut blocks = vec![
        Block::Heading("Candidate plans"),
        Block::Paragraph(Phrase::small(explained)),
        Block::Table(candidates(comparison)),
        Block::Table(structures(comparison)),
        Block::Table(limits(comparison)),
    ];
    if !comparison.responses.is_empty() {
        let bold = Phrase::signed(Symbol::Warning, "Not calibrated. ");
        blocks.push(Block::Paragraph(bold.then(format!("{}.", capitalised(comparison.warning)))));
        blocks.push(Block::Table(responses(comparison)));
    }
    blocks.push(Block::Table(rules(comparison)));
    blocks
}

/// Columns of words, and one for each candidate.
fn columns(comparison: &Comparison, first: &[(&str, f32)]) -> Vec<Column> {
    let shown: Vec<&ComparedCandidate> = comparison.candidates.iter().take(MOST_CANDIDATES).collect();
    let width = CANDIDATES_WIDTH / shown.len() as f32;
    let words = first.iter().map(|(head, width)| Column::words(head, *width));
    words.chain(shown.iter().map(|candidate| Column::numbers(&candidate.name, width))).collect()
}

fn cells<T>(first: Vec<Cell>, values: &[T], cell: impl Fn(&T) -> Cell) -> Row {
    Row::Cells(first.into_iter().chain(values.iter().take(MOST_CANDIDATES).map(cell)).collect())
}

fn candidates(comparison: &Comparison) -> Table {
    let row = |what: &str, of: &dyn Fn(&ComparedCandidate) -> Cell| {
        cells(vec![Cell::from(Phrase::bold(what))], &comparison.candidates, of)
    };
    let schedule = |candidate: &ComparedCandidate| {
        let prescribed = candidate.prescription_gy.map_or("prescription not known".to_owned(), dose);
        Cell::from(format!("{prescribed} in {}", with_unit(&candidate.fractions.to_string(), "fractions")))
            .below(Phrase::small(candidate.modalities.join(", ")))
    };
    let verdicts = |candidate: &ComparedCandidate| {
        if candidate.refused {
            return Cell { tone: Some(Tone::Bad), ..Phrase::signed(Symbol::Cross, "refused").into() };
        }
        let [met, uncertain, exceeded] = candidate.verdicts;
        let cell = Cell::from(format!("{exceeded} exceeded, {uncertain} uncertain, {met} met"));
        if candidate.provisional { cell.below(Phrase::small("provisional")) } else { cell }
    };
    let findings = |candidate: &ComparedCandidate| {
        let own = candidate
            .findings
            .iter()
            .map(|finding| Phrase::small(format!("{} {}: {}", finding.code, finding.subject, finding.message)));
        let lines: Vec<Phrase> = own.collect();
        if lines.is_empty() { UNKNOWN.into() } else { Cell::lines(lines) }
    };
    Table {
        label: "What each candidate is",
        columns: columns(comparison, &[("Candidate", 96.0)]),
        rows: vec![
            row("Plans", &|candidate| candidate.plans.join(", ").into()),
            row("Dose", &schedule),
            row("Limits", &verdicts),
            row("Warnings of its own", &findings),
        ],
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or(UNKNOWN.to_owned(), dose_number)
}

/// Targets by the dose of the current course, organs by that of all courses.
fn structures(comparison: &Comparison) -> Table {
    let mut rows = vec![Row::Group(Phrase::bold("Targets: current course, absorbed dose D98% / D95% / D2%, Gy"))];
    let target = |value: &StructureValue| {
        let [d98, d95, d2] =
            [value.current_d98_percent_gy, value.current_d95_percent_gy, value.current_d2_percent_gy];
        Cell::from(format!("{} / {} / {}", number(d98), number(d95), number(d2)))
    };
    let organ = |value: &StructureValue| {
        let (near_maximum, mean) = (value.cumulative_d0_1cc_gy, value.cumulative_mean_gy);
        Cell::from(format!("{} / {}", number(near_maximum), number(mean))).below(Phrase::small(format!(
            "{} / {}",
            number(value.current_d0_1cc_gy),
            number(value.current_mean_gy)
        )))
    };
    let row = |name: Cell, structure: &ComparedStructure, of: &dyn Fn(&StructureValue) -> Cell| {
        cells(vec![name], &structure.values, |value| value.as_ref().map_or(UNKNOWN.into(), of))
    };
    let name = |structure: &ComparedStructure| Cell::from(structure.structure.clone());
    let on_basis = |structure: &ComparedStructure| match structure.alpha_beta_gy {
        Some(gy) => name(structure).below(Phrase::small(basis(gy))),
        None => name(structure),
    };
    rows.extend(comparison.targets.iter().map(|structure| row(name(structure), structure, &target)));
    rows.push(Row::Group(Phrase::bold(
        "Organs: EQD2 of all courses D0.1cc / mean, below it the absorbed dose of the current course, Gy",
    )));
    rows.extend(comparison.organs.iter().map(|structure| row(on_basis(structure), structure, &organ)));
    Table { label: "Doses of the candidates", columns: columns(comparison, &[("Structure", 96.0)]), rows }
}

/// Limits that say something of some candidate.
fn limits(comparison: &Comparison) -> Table {
    let says =
        |value: &Option<LimitValue>| value.as_ref().is_some_and(|value| value.verdict != Verdict::NotEvaluable);
    let shown = comparison.limits.iter().filter(|limit| limit.values.iter().any(says));
    let mut rows = Vec::new();
    let mut structures: Vec<&str> = Vec::new();
    for limit in shown {
        if !structures.contains(&limit.structure.as_str()) {
            structures.push(&limit.structure);
            rows.push(Row::Group(Phrase::bold(limit.structure.clone())));
        }
        let stated = match (limit.limit_gy, limit.limit_share) {
            (Some(limit_value), _) => unless_gray(plain(limit_value), limit.unit),
            (None, Some(part)) => share(part),
            (None, None) => UNKNOWN.to_owned(),
        };
        let title = Cell::from(limit.title.clone()).below(Phrase::small(measure(limit)));
        rows.push(cells(vec![title, stated.into()], &limit.values, |value| {
            value.as_ref().map_or(UNKNOWN.into(), |value| limit_cell(value, limit.unit))
        }));
    }
    Table {
        label: "Limits under the candidates, with the part of the remaining budget that each uses",
        columns: columns(comparison, &[("Limit", 132.0), ("Limit\nGy", 40.0)]),
        rows,
    }
}

fn measure(limit: &ComparedLimit) -> String {
    let scope = match limit.scope {
        DoseScope::Cumulative => "all courses, ",
        DoseScope::Current => "current course, ",
        DoseScope::CurrentShare => "share of the current course, ",
        DoseScope::Interval => "",
    };
    let basis = limit.alpha_beta_gy.map(basis).unwrap_or_default();
    format!("{scope}{} {basis} [{}]", limit.metric, limit.source)
}

/// A number with its unit, where that is not the gray of the whole table.
fn unless_gray(number: String, unit: &str) -> String {
    if unit == "Gy" { number } else { with_unit(&number, unit) }
}

fn limit_cell(value: &LimitValue, unit: &str) -> Cell {
    let number = |value: f64| unless_gray(dose_number(value), unit);
    let known = match (value.value_gy, value.value_share, value.at_most_gy) {
        (Some(known), ..) => number(known),
        (None, Some(part), _) => share(part),
        (None, None, Some(bound)) => format!("≤{}", number(bound)),
        (None, None, None) => String::new(),
    };
    let word = value.verdict.as_str().replace('-', "\u{a0}");
    let sign = Phrase::signed(Symbol::of_verdict(value.verdict), format!("{known} {word}").trim().to_owned());
    let used = value.budget_used_percent.map(|percent| format!("uses {percent:.0} % of what was left"));
    let drawn = value.probability_exceeded.filter(|part| *part > 0.0 && *part < 1.0);
    let drawn = drawn.map(|part| format!("exceeded in {:.0} % of draws", (100.0 * part).clamp(1.0, 99.0)));
    let cell = used.into_iter().chain(drawn).fold(Cell::from(sign), |cell, text| cell.below(Phrase::small(text)));
    let tone = match value.verdict {
        Verdict::Exceeded => Some(Tone::Bad),
        Verdict::Uncertain => Some(Tone::Caution),
        Verdict::Met | Verdict::NotEvaluable => None,
    };
    Cell { tone, ..cell }
}

fn responses(comparison: &Comparison) -> Table {
    Table {
        label: "Published dose responses under the candidates",
        columns: columns(comparison, &[("Response\nstructure", 132.0), ("Dose\nfitted in", 74.0)]),
        rows: comparison.responses.iter().map(response).collect(),
    }
}

fn response(compared: &ComparedResponse) -> Row {
    let response = &compared.response;
    let fitted = match response.population {
        Population::Reirradiation => "reirradiated patients",
        Population::FirstCourse => "first courses",
    };
    let fed = if response.scope == DoseScope::Current { "current" } else { "all courses" };
    let title = Cell::from(response.title.clone()).below(Phrase::small(format!(
        "{}, {} [{}]",
        response.structure,
        response.evidence.as_str(),
        response.source
    )));
    let fed = Cell::from(format!("{fed}, {}", response.metric)).below(Phrase::small(fitted));
    cells(vec![title, fed], &compared.values, |value| match value {
        Some(point) => {
            let cell = Cell::from(percent(point.probability));
            let difference = point.difference_percent.filter(|percent| percent.abs() >= LEAST_DIFFERENCE);
            let told = difference.map_or(String::new(), |percent| format!("{}, ", points(percent)));
            cell.below(Phrase::small(format!("{told}at {}", dose(point.value_gy))))
        }
        None => response.reason.clone().map_or(UNKNOWN.into(), |reason| Cell::from(Phrase::small(reason))),
    })
}

/// A difference with its sign.
fn points(percent: f64) -> String {
    let sign = if percent < 0.0 { "−" } else { "+" };
    format!("{sign}{} points", plain((percent.abs() * 10.0).round() / 10.0))
}

fn percent(probability: f64) -> String {
    part_percent(100.0 * probability)
}

fn rules(comparison: &Comparison) -> Table {
    let rule = |rule: &ComparedRule| {
        let title = Cell::from(rule.title.clone()).below(Phrase::small(format!(
            "at least {} points, {} [{}]",
            plain(rule.least_difference_percent),
            rule.evidence.as_str(),
            rule.source
        )));
        let none = Cell::from(Phrase::small("no complication of that grade could be computed"));
        let compared = rule.outcomes.iter().skip(1).take(MOST_CANDIDATES - 1);
        let told = compared.map(|outcome| outcome.as_ref().map_or_else(|| none.clone(), rule_cell));
        Row::Cells([title, "reference".into()].into_iter().chain(told).collect())
    };
    let mut rows = vec![Row::Group(Phrase::bold(
        "Example of a rule set: Dutch thresholds for protons, made for other complications of first courses of the head and neck",
    ))];
    rows.extend(comparison.rules.iter().map(rule));
    Table {
        label: "Rules that prefer a plan by the difference of probabilities",
        columns: columns(comparison, &[("Rule", 132.0)]),
        rows,
    }
}

fn rule_cell(outcome: &RuleOutcome) -> Cell {
    let word = if outcome.is_reached { "reached" } else { "not reached" };
    Cell::from(format!("{word}: {:.1} points rarer", outcome.difference_percent))
        .below(Phrase::small(outcome.endpoints.join("; ")))
}
