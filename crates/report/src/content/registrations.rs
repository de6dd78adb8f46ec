//! The ways from the current frame to those of the prior courses.

use assessment::{Assessment, RegistrationSummary};
use serde_json::{Map, Value};

use crate::ReportError;
use crate::block::{Block, Cell, Column, Figure, Phrase, Row, Table};
use crate::overlay_picture::overlay_figure;
use crate::symbol::Symbol;
use crate::wording::{UNKNOWN, dose_number, short_uid, with_unit};

/// What is shown of the measures, in this order; all of them stand in assessment.json.
const SHOWN: [&str; 9] = [
    "normalized_cross_correlation",
    "local_correlation_after",
    "overlap_percent",
    "inverse_consistency_mm",
    "deformable_inverse_consistency_mm",
    "jacobian_minimum",
    "jacobian_maximum",
    "distance_from_own_registration_mm",
    "distance_from_own_registration_95_percent_mm",
];

/// The table of registrations, what depends on them, and pictures.
///
/// # Errors
/// When a picture cannot be drawn.
pub(super) fn section(assessment: &Assessment) -> Result<Vec<Block>, ReportError> {
    let heading = Block::Heading("Registrations");
    let registrations = &assessment.registrations;
    if registrations.is_empty() {
        let none = "No registration was used: no prior course lies in another frame of reference, or none could be brought into the current one.";
        return Ok(vec![heading, Block::Paragraph(Phrase::plain(none))]);
    }
    let table = Table {
        label: "Registrations in use",
        columns: vec![
            Column::words("Course", 38.0),
            Column::words("Kind", 70.0),
            Column::words("Frames of reference\ncurrent, prior", 94.0),
            Column::words("Objects", 82.0),
            Column::words("Quality", 132.0),
            Column::words("State", 106.0),
        ],
        rows: registrations.iter().map(row).collect(),
    };
    let explained =
        Phrase::small("Identifiers are shown by their last characters; the whole ones stand in assessment.json.");
    let mut blocks = vec![heading, Block::Table(table), Block::Paragraph(explained)];
    blocks.extend(dependence(assessment));
    for overlay in &assessment.overlays {
        let caption = format!(
            "{} plane. Left: squares of the current image and of that of {}, carried by the registration in use, in turn; edges must run on from square to square. Right: prior less current image, gray where they are equal.",
            overlay.kind.name(),
            overlay.course
        );
        blocks.push(Block::Figure(Figure {
            drawing: overlay_figure(overlay)?,
            description: caption.clone(),
            caption: Phrase::small(caption),
        }));
    }
    Ok(blocks)
}

/// How much the dose of each structure depends on the registration.
fn dependence(assessment: &Assessment) -> Vec<Block> {
    let told = assessment.structures.iter().flat_map(|structure| {
        let courses = structure.uncertainty.get("registration").and_then(Value::as_object);
        courses.into_iter().flatten().map(move |(course, told)| (structure.name.as_str(), course.as_str(), told))
    });
    let rows: Vec<Row> = told.map(|(name, course, told)| dependence_row(name, course, told)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let table = Table {
        label: "Dependence on the registration",
        columns: vec![
            Column::words("Structure", 92.0),
            Column::words("Course", 38.0),
            Column::numbers("In use\nD0.1cc, mean", 62.0),
            Column::numbers("Rigid\nD0.1cc, mean", 62.0),
            Column::numbers("Deformable\nD0.1cc, mean", 62.0),
            Column::numbers("Moved by\nmm", 46.0),
            Column::numbers("Range of\nD0.1cc", 70.0),
            Column::numbers("Range of\nthe mean", 66.0),
        ],
        rows,
    };
    let explained = "EQD2 in Gy of the prior course alone, looked up coarsely with each map, to compare maps. The ranges hold both maps and the map in use moved along each axis by what it may be off locally, at least 2 mm. The sign marks a near-maximum that changes by more than 3 Gy, or whose range is not known because a dose ends there.";
    vec![
        Block::Subheading("What depends on the registration"),
        Block::Table(table),
        Block::Paragraph(Phrase::small(explained)),
    ]
}

fn dependence_row(name: &str, course: &str, told: &Value) -> Row {
    let number = |value: &Value| value.as_f64().map_or(UNKNOWN.to_owned(), dose_number);
    let map = |kind: &str| {
        told["eqd2"].get(kind).map_or(Cell::from(UNKNOWN), |found| {
            Cell::lines(vec![Phrase::plain(number(&found["d0_1cc_gy"])), Phrase::plain(number(&found["mean_gy"]))])
        })
    };
    let range = |name: &str| match &told[name] {
        Value::Array(ends) if ends.len() == 2 => format!("{}–{}", number(&ends[0]), number(&ends[1])),
        _ => UNKNOWN.to_owned(),
    };
    let is_sensitive = told["verdict"] != "usable";
    let near_maximum = Phrase::plain(range("d0_1cc_range_gy"));
    Row::Cells(vec![
        name.into(),
        course.into(),
        map(told["used"].as_str().unwrap_or_default()),
        map("rigid"),
        map("deformable"),
        told["displacement_mm"].as_f64().map_or(UNKNOWN.to_owned(), |mm| format!("{mm:.1}")).as_str().into(),
        if is_sensitive { Phrase::signed(Symbol::Warning, range("d0_1cc_range_gy")) } else { near_maximum }.into(),
        range("mean_range_gy").as_str().into(),
    ])
}

fn row(registration: &RegistrationSummary) -> Row {
    let objects: Vec<Phrase> = registration.objects.iter().map(|uid| Phrase::small(short_uid(uid))).collect();
    Row::Cells(vec![
        Phrase::bold(registration.course.clone()).into(),
        kind(registration.kind).into(),
        Cell::lines(vec![
            Phrase::small(short_uid(&registration.fixed_frame)),
            Phrase::small(short_uid(&registration.moving_frame)),
        ]),
        if objects.is_empty() { UNKNOWN.into() } else { Cell::lines(objects) },
        quality(&registration.quality),
        state(registration),
    ])
}

fn kind(kind: &str) -> &str {
    match kind {
        "same-frame" => "same frame of reference",
        "dicom-rigid" => "rigid, from DICOM",
        "dicom-deformable" => "deformable, from DICOM",
        "rigid" => "rigid, found by rert",
        "deformable" => "deformable, found by rert",
        "regional" => "rigid about one organ, found by rert",
        "by-hand" => "rigid, by hand",
        "none" => "none: sum of maxima",
        other => other,
    }
}

fn quality(measures: &Map<String, Value>) -> Cell {
    if measures.is_empty() {
        return Phrase::small("no measure available").into();
    }
    let verdict = measures.get("verdict").and_then(Value::as_str).map(|verdict| {
        let symbol = match verdict {
            "usable" => Symbol::Tick,
            "unusable" => Symbol::Cross,
            _ => Symbol::Warning,
        };
        Phrase::signed(symbol, verdict.replace('-', " "))
    });
    let shown = SHOWN.iter().filter_map(|name| Some(Phrase::small(measure(name, measures.get(*name)?))));
    Cell::lines(verdict.into_iter().chain(shown).collect())
}

/// A measure in words; the unit stands at the end of its name.
fn measure(name: &str, value: &Value) -> String {
    let number = match value {
        Value::Null => return format!("{} {UNKNOWN}", name.replace('_', " ")),
        Value::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |number| format!("{number:.2}"))
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let units = [("_mm", "mm"), ("_percent", "%"), ("_seconds", "s"), ("_degrees", "°")];
    let with_its_unit = units.iter().find_map(|(ending, unit)| Some((name.strip_suffix(*ending)?, *unit)));
    match with_its_unit {
        Some((words, unit)) => format!("{} {}", words.replace('_', " "), with_unit(&number, unit)),
        None => format!("{} {number}", name.replace('_', " ")),
    }
}

fn state(registration: &RegistrationSummary) -> Cell {
    if !registration.accepted {
        return Cell::from(Phrase::signed(Symbol::Warning, "provisional"))
            .below(Phrase::small("not accepted by a person"));
    }
    let by = registration.accepted_by.as_deref().map(|person| Phrase::small(format!("by {person}")));
    let reason = registration.reason.as_deref().map(Phrase::small);
    let first = Phrase::signed(Symbol::Tick, "accepted");
    Cell::lines(std::iter::once(first).chain(by).chain(reason).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_read_with_their_units() {
        assert_eq!(measure("inverse_consistency_mm", &Value::from(0.25)), "inverse consistency 0.25\u{a0}mm");
        assert_eq!(measure("overlap_percent", &Value::Null), "overlap percent —");
        assert_eq!(
            measure("normalized_cross_correlation", &Value::from(0.98765)),
            "normalized cross correlation 0.99"
        );
    }
}
