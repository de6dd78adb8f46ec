//! Our histograms beside those that another program stored or exported.

use std::path::Path;

use case::{Dose, Findings, StoredDvh, StoredRoi, StructureSet};
use dose::{Dvh, Metric};
use serde_json::{Map, Value, json};

use super::eclipse;
use super::measure::Measured;
use crate::failure::Failure;

/// Measures that are always compared.
const COMPARED: [Metric; 7] = [
    Metric::Min,
    Metric::Max,
    Metric::Mean,
    Metric::DoseAtPercent(98.0),
    Metric::DoseAtPercent(50.0),
    Metric::DoseAtPercent(2.0),
    Metric::DoseAtCc(0.03),
];

/// The histograms to compare with: those of a text export or of another dose, or those beside the dose itself.
pub(super) fn others(
    file: Option<&Path>,
    dose: &Dose,
    set: &StructureSet,
    findings: &mut Findings,
) -> Result<Vec<StoredDvh>, Failure> {
    let Some(file) = file else { return Ok(stored(dose, set, findings)) };
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::Failed(format!("reading the histograms to compare with: {error}; check the name of the file"))
    })?;
    if bytes.get(128..132) == Some(b"DICM") {
        let read = crate::progress::read_folder(file)?.objects;
        let other = read.doses.first();
        let other = other.ok_or_else(|| {
            Failure::Failed("reading the histograms to compare with: the file holds no dose".to_owned())
        })?;
        return Ok(stored(other, set, findings));
    }
    // Only names could hold letters beyond ASCII, and they are compared as they stand.
    let text = String::from_utf8(bytes).unwrap_or_else(|error| latin_1(error.as_bytes()));
    let read = eclipse::read(text.trim_start_matches('\u{feff}'))
        .map_err(|problem| Failure::Failed(format!("reading the histograms to compare with: {problem}")))?;
    for problem in &read.problems {
        findings.warn("H48", "export", format!("{problem}: it is not compared"));
    }
    Ok(read.histograms)
}

fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The histograms beside a dose, which name structures by their numbers within the set that the dose refers to.
fn stored(dose: &Dose, set: &StructureSet, findings: &mut Findings) -> Vec<StoredDvh> {
    let uid = &set.header.uid;
    if !dose.dvhs.is_empty() && !dose.structure_sets.contains(uid) {
        let message = "the stored histograms belong to another structure set than the one given, so that the numbers of the \
                       structures may mean others: they are not compared";
        findings.warn("H48", "dose", message);
        return Vec::new();
    }
    for problem in &dose.dvh_problems {
        findings.warn("H48", "dose", format!("{problem}: it is not compared"));
    }
    if dose.dvhs.is_empty() {
        findings.warn("H48", "dose", "the dose holds no histogram that could be compared");
    }
    let mut others = dose.dvhs.clone();
    let n_dropped =
        others.iter_mut().filter_map(|other| other.drop_measures_in_another_unit().then_some(())).count();
    if n_dropped > 0 {
        let message = format!(
            "the lowest, highest and mean dose of {n_dropped} stored histograms do not fit their own curves, as if given in \
             percent: they are not compared"
        );
        findings.warn("H33", "dose", message);
    }
    others
}

/// The histogram of a structure, by its number, or by a name that no other structure has; nothing for an expression.
pub(super) fn find<'a>(others: &'a [StoredDvh], set: &StructureSet, organ: &Measured) -> Option<&'a StoredDvh> {
    let number = organ.number?;
    let is_only_one = set.rois.iter().filter(|roi| roi.name == organ.name).count() == 1;
    let mut found = others.iter().filter(|other| match &other.roi {
        StoredRoi::Number(other) => *other == number,
        StoredRoi::Name(other) => is_only_one && *other == organ.name,
    });
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

/// The other program's figures and how far ours lie from them.
pub(super) fn compared(ours: &Dvh, other: &StoredDvh) -> Value {
    let mut document = Map::new();
    let volume = other.volume_cc;
    document.insert("volume_cc".to_owned(), pair(volume, Some(ours.volume_cc())));
    for metric in COMPARED {
        let theirs = match metric {
            Metric::Min => other.min_gy,
            Metric::Max => other.max_gy,
            Metric::Mean => other.mean_gy,
            Metric::DoseAtPercent(percent) => other.d_percent(percent),
            Metric::DoseAtCc(cc) => other.d_cc(cc),
            Metric::VolumeAtGy(_) | Metric::PercentAtGy(_) | Metric::EquivalentUniformDose(_) => None,
        };
        document.insert(metric.to_string(), pair(theirs, metric.of(ours)));
    }
    let share = |dose: f64| ours.v_gy(dose) / ours.volume_cc();
    let distances = other.curve().iter().map(|[dose, above]| (*dose, (share(*dose) - above).abs()));
    let (at_gy, largest) = distances.fold((0.0, 0.0), |found, next| if next.1 > found.1 { next } else { found });
    document.insert("largest_volume_difference_percent".to_owned(), json!(100.0 * largest));
    document.insert("at_gy".to_owned(), json!(at_gy));
    Value::Object(document)
}

fn pair(other: Option<f64>, ours: Option<f64>) -> Value {
    let difference = other.zip(ours).map(|(other, ours)| ours - other);
    json!({ "other": other, "ours": ours, "difference": difference })
}

/// The same for people.
pub(super) fn line(structure: &Value) -> Option<String> {
    let compared = structure.get("compared")?.as_object()?;
    let number = |value: &Value| value.as_f64().map_or("not known".to_owned(), |value| format!("{value:.2}"));
    let mut line = format!("  compared with {}:", structure["compared_with"].as_str().unwrap_or_default());
    for (name, values) in compared.iter().filter(|(_, values)| values.is_object()) {
        let unit = if name == "volume_cc" { "cc" } else { "Gy" };
        let name = if name == "volume_cc" { "volume" } else { name };
        line += &match &values["other"] {
            Value::Null => format!(" {name} not known"),
            other => format!(" {name} {} {unit}", number(other)),
        };
        if let Some(difference) = values["difference"].as_f64() {
            line += &format!(" (ours {difference:+.2})");
        }
        line.push(',');
    }
    line += &format!(
        " curves differ by at most {} % of the volume (at {} Gy)",
        number(&compared["largest_volume_difference_percent"]),
        number(&compared["at_gy"])
    );
    Some(line)
}
