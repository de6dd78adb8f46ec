//! How sure the cumulative doses are, and where the doubt comes from.

use assessment::{Assessment, StructureSummary};
use serde_json::Value;

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::wording::{UNKNOWN, dose_number, plain, with_unit};

/// Sources of doubt with their words.
const SOURCES: [(&str, &str); 5] = [
    ("registration", "registration"),
    ("alpha_beta", "α/β"),
    ("recovery", "recovery"),
    ("dose_calculation", "dose calculation"),
    ("histogram", "contours, sampling"),
];

/// Bands of all structures.
pub(super) fn section(assessment: &Assessment) -> Vec<Block> {
    let with_band: Vec<&StructureSummary> = assessment
        .structures
        .iter()
        .filter(|structure| structure.uncertainty.contains_key("cumulative_eqd2"))
        .collect();
    if with_band.is_empty() {
        return Vec::new();
    }
    let explained = "EQD2 of all courses in Gy, each structure with its own α/β. A band holds 90 % of the draws of plausible maps, α/β, recovery and calculated doses, each with the error of contours and sampling. The doubt of a dose calculation counts only where case.toml states it. The largest source is the one that alone leaves the widest band of D0.1cc; ± is half its width.";
    let searched = "The search takes the highest prior dose within reach of every point instead: anywhere, or only in the same structure as drawn in the prior course. The sum of maxima adds the highest dose of each course, wherever it lies. — where the structure was not drawn, or not reliably.";
    vec![
        Block::Heading("How sure the doses are"),
        Block::Table(bands(&with_band)),
        Block::Paragraph(Phrase::small(explained)),
        Block::Subheading("Highest prior dose within reach (maximum of all courses)"),
        Block::Table(searches(&with_band)),
        Block::Paragraph(Phrase::small(searched)),
    ]
}

fn bands(structures: &[&StructureSummary]) -> Table {
    let row = |structure: &&StructureSummary| {
        let told = &structure.uncertainty["cumulative_eqd2"];
        Row::Cells(vec![
            Phrase::bold(structure.name.clone()).into(),
            alpha_beta(structure).into(),
            nominal(&told["d0_1cc_gy"]),
            band(&told["d0_1cc_gy"]).into(),
            nominal(&told["mean_gy"]),
            band(&told["mean_gy"]).into(),
            largest_source(structure),
        ])
    };
    Table {
        label: "Bands of the cumulative dose",
        columns: vec![
            Column::words("Structure", 104.0),
            Column::words("α/β\nrange", 58.0),
            Column::numbers("D0.1cc", 46.0),
            Column::numbers("90 % band", 78.0),
            Column::numbers("Mean", 46.0),
            Column::numbers("90 % band", 78.0),
            Column::words("Largest source\nin D0.1cc", 106.0),
        ],
        rows: structures.iter().map(row).collect(),
    }
}

fn number(value: &Value) -> String {
    value.as_f64().map_or(UNKNOWN.to_owned(), dose_number)
}

fn nominal(told: &Value) -> Cell {
    Phrase::bold(number(&told["nominal"])).into()
}

fn band(told: &Value) -> String {
    match (told["low"].as_f64(), told["high"].as_f64()) {
        (Some(low), Some(high)) => format!("{}–{}", dose_number(low), dose_number(high)),
        _ => UNKNOWN.to_owned(),
    }
}

fn alpha_beta(structure: &StructureSummary) -> String {
    let told = structure.uncertainty.get("inputs").map(|inputs| &inputs["alpha_beta_gy"]);
    match told.and_then(|told| told["low"].as_f64().zip(told["high"].as_f64())) {
        Some((low, high)) if low < high => with_unit(&format!("{}–{}", plain(low), plain(high)), "Gy"),
        _ => structure.alpha_beta_gy.map_or(UNKNOWN.to_owned(), |gy| with_unit(&plain(gy), "Gy")),
    }
}

fn largest_source(structure: &StructureSummary) -> Cell {
    let Some(told) = structure.uncertainty.get("contributions") else { return UNKNOWN.into() };
    let widths = SOURCES.iter().filter_map(|(name, words)| Some((told[*name]["d0_1cc_gy"].as_f64()?, *words)));
    match widths.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((width, words)) => {
            Cell::from(words).below(Phrase::small(format!("± {}", with_unit(&dose_number(width), "Gy"))))
        }
        None => UNKNOWN.into(),
    }
}

fn searches(structures: &[&StructureSummary]) -> Table {
    let row = |structure: &&StructureSummary| {
        let told = structure.uncertainty.get("search")?;
        let radii = told["courses"].as_object()?.values().filter_map(|course| course["radius_mm"].as_f64());
        let radius = radii.fold(0.0, f64::max);
        let cell = |name: &str| Cell::from(number(&told["max_gy"][name]));
        Some(Row::Cells(vec![
            Phrase::bold(structure.name.clone()).into(),
            format!("{radius:.1}").into(),
            cell("plain_gy"),
            cell("restricted_gy"),
            cell("unrestricted_gy"),
            cell("sum_of_maxima_gy"),
        ]))
    };
    Table {
        label: "Highest prior dose within reach",
        columns: vec![
            Column::words("Structure", 128.0),
            Column::numbers("Reach\nmm", 52.0),
            Column::numbers("As mapped", 76.0),
            Column::numbers("Within reach\nand structure", 86.0),
            Column::numbers("Within reach\nanywhere", 86.0),
            Column::numbers("Sum of\nmaxima", 76.0),
        ],
        rows: structures.iter().filter_map(row).collect(),
    }
}
