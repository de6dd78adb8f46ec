//! The ways from the current frame to those of the prior courses.

use assessment::RegistrationSummary;
use serde_json::{Map, Value};

use crate::block::{Block, Cell, Column, Phrase, Row, Table};
use crate::symbol::Symbol;
use crate::wording::{UNKNOWN, short_uid, with_unit};

/// The table of registrations.
pub(super) fn section(registrations: &[RegistrationSummary]) -> Vec<Block> {
    let heading = Block::Heading("Registrations");
    if registrations.is_empty() {
        let none = "No registration was used: no prior course lies in another frame of reference, or none could be brought into the current one.";
        return vec![heading, Block::Paragraph(Phrase::plain(none))];
    }
    let table = Table {
        label: "Registrations in use",
        columns: vec![
            Column::words("Course", 38.0),
            Column::words("Kind", 70.0),
            Column::words("Frames of reference\ncurrent, prior", 104.0),
            Column::words("Objects", 92.0),
            Column::words("Quality", 112.0),
            Column::words("State", 106.0),
        ],
        rows: registrations.iter().map(row).collect(),
    };
    let explained =
        Phrase::small("Identifiers are shown by their last characters; the whole ones stand in assessment.json.");
    vec![heading, Block::Table(table), Block::Paragraph(explained)]
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
        other => other,
    }
}

fn quality(measures: &Map<String, Value>) -> Cell {
    if measures.is_empty() {
        return Phrase::small("no measure available").into();
    }
    Cell::lines(measures.iter().map(|(name, value)| Phrase::small(measure(name, value))).collect())
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
