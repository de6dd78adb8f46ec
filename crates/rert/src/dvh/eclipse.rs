//! The text that Eclipse exports of its histograms.
//!
//! A head of lines `name : value`, then for each structure a block that begins with `Structure:`, more lines
//! `name [unit]: value`, one line that names the columns with their units, and the numbers. The order of the columns and
//! the units (Gy or cGy, % or cm³) differ from export to export.

use case::{StoredDvh, StoredRoi};

/// Columns that are used, and how their numbers become gray.
struct Columns {
    dose: usize,
    gray_per_unit: f64,
    volume: usize,
}

/// What an export holds.
#[derive(Debug)]
pub struct Export {
    /// Every histogram that can be used.
    pub histograms: Vec<StoredDvh>,
    /// What is wrong with the others, one sentence each.
    pub problems: Vec<String>,
}

/// Every cumulative histogram of an export; what is wrong with one structure does not touch the others.
///
/// # Errors
/// One sentence that says why the text is no export of cumulative histograms.
pub fn read(text: &str) -> Result<Export, String> {
    let kind = text.lines().find_map(|line| value_of(line, "Type"));
    if kind.is_some_and(|kind| !kind.starts_with("Cumulative")) {
        return Err("it does not hold cumulative histograms: export them as cumulative".to_owned());
    }
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("Structure:") {
            blocks.push(Vec::new());
        }
        if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    if blocks.is_empty() {
        return Err("it holds no line \"Structure:\", so it is no DVH export of Eclipse".to_owned());
    }
    let mut export = Export { histograms: Vec::new(), problems: Vec::new() };
    for block in &blocks {
        match structure(block) {
            Ok(histogram) => export.histograms.push(histogram),
            Err(problem) => export.problems.push(problem),
        }
    }
    Ok(export)
}

fn structure(lines: &[&str]) -> Result<StoredDvh, String> {
    let name = lines.iter().find_map(|line| value_of(line, "Structure")).unwrap_or_default();
    let failed = |problem: String| format!("structure \"{name}\": {problem}");
    let head = lines.iter().position(|line| is_head(line));
    let head = head.ok_or_else(|| failed("the line with the names of the columns is missing".to_owned()))?;
    let columns = columns(lines[head]).map_err(failed)?;
    let mut points = Vec::new();
    for line in lines[head + 1..].iter().take_while(|line| !line.is_empty()) {
        let cells: Vec<f64> = line.split_whitespace().map(number).collect::<Result<_, _>>().map_err(failed)?;
        let (Some(dose), Some(volume)) = (cells.get(columns.dose), cells.get(columns.volume)) else {
            return Err(failed(format!("the line \"{line}\" has too few numbers")));
        };
        points.push([dose * columns.gray_per_unit, *volume]);
    }
    let dvh = StoredDvh::from_cumulative(StoredRoi::Name(name.to_owned()), &points);
    let mut dvh = dvh.map_err(|error| failed(error.to_string()))?;
    let told = |key: &str, units: &[Unit]| told(&lines[..head], key, units).map_err(failed);
    let dose = |key: &str| told(key, &DOSE_UNITS);
    dvh.volume_cc = told("Volume", &VOLUME_UNITS)?;
    (dvh.min_gy, dvh.max_gy, dvh.mean_gy) = (dose("Min Dose")?, dose("Max Dose")?, dose("Mean Dose")?);
    Ok(dvh)
}

/// The column head names an absolute dose and a volume, and no colon.
fn is_head(line: &str) -> bool {
    !line.contains(':') && line.contains("Dose [") && line.contains("olume [")
}

fn columns(head: &str) -> Result<Columns, String> {
    let names: Vec<&str> = head.split_inclusive(']').map(str::trim).filter(|name| !name.is_empty()).collect();
    let dose = names.iter().position(|name| name.starts_with("Dose [") && !name.contains('%'));
    let dose = dose.ok_or("there is no column of absolute dose: export it with absolute dose")?;
    let (_, gray_per_unit) = unit(names[dose], &DOSE_UNITS)?;
    let volume = names.iter().position(|name| name.contains("olume ["));
    let volume = volume.ok_or("there is no column of volume")?;
    Ok(Columns { dose, gray_per_unit, volume })
}

/// What follows `key [unit]:`, without regard to the unit.
fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (name, value) = line.split_once(':')?;
    let name = name.split('[').next()?.trim();
    (name == key).then(|| value.trim())
}

/// A unit and how many gray or cc it is.
type Unit = (&'static str, f64);
const DOSE_UNITS: [Unit; 2] = [("Gy", 1.0), ("cGy", 0.01)];
const VOLUME_UNITS: [Unit; 4] = [("cm³", 1.0), ("cm3", 1.0), ("cc", 1.0), ("ccm", 1.0)];

/// The unit in the brackets of a name.
fn unit(name: &str, units: &[Unit]) -> Result<Unit, String> {
    let written = name.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(unit, _)| unit);
    let known = written.and_then(|written| units.iter().find(|(unit, _)| *unit == written));
    known.copied().ok_or_else(|| format!("the unit of \"{name}\" is not known"))
}

/// A number of the head of a structure in cc or gray; nothing where it is not told, or is told in percent.
fn told(lines: &[&str], key: &str, units: &[Unit]) -> Result<Option<f64>, String> {
    let Some(line) = lines.iter().find(|line| value_of(line, key).is_some()) else { return Ok(None) };
    let name = line.split_once(':').map_or(*line, |(name, _)| name);
    let Some(text) = value_of(line, key).filter(|text| !text.is_empty() && !text.starts_with("N/A")) else {
        return Ok(None);
    };
    if name.contains("[%]") {
        return Ok(None);
    }
    let (_, factor) = unit(name, units)?;
    number(text).map(|value| Some(value * factor))
}

/// A decimal comma may also part thousands, so it is refused and not guessed (H48).
fn number(text: &str) -> Result<f64, String> {
    if text.contains(',') {
        return Err(format!("\"{text}\" has a comma: export the text with decimal points"));
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
    value.ok_or_else(|| format!("\"{text}\" is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(dose_unit: &str, factor: f64, columns: &str) -> String {
        let rows = [[0.0, 100.0], [10.0, 100.0], [20.0, 50.0], [30.0, 0.0]];
        let row = |[dose, volume]: [f64; 2]| match columns {
            "relative first" => format!("{} {} {volume}", dose / 0.3, dose * factor),
            _ => format!("{} {} {volume}", dose * factor, dose / 0.3),
        };
        let head = match columns {
            "relative first" => {
                format!("Relative dose [%]   Dose [{dose_unit}] Ratio of Total Structure Volume [%]")
            }
            _ => format!("Dose [{dose_unit}]   Relative dose [%] Ratio of Total Structure Volume [%]"),
        };
        format!(
            "Patient Name : -\nType : Cumulative Dose Volume Histogram\nPrescribed dose [{dose_unit}]: 30\n\n\
             Structure: Spinal Cord\nApproval Status: Approved\nVolume [cm³]: 20.0\nMin Dose [{dose_unit}]: {}\n\
             Max Dose [%]: 100.0\nMean Dose [{dose_unit}]: {}\nGradient Measure [cm]: N/A\n\n{head}\n{}\n\n",
            10.0 * factor,
            20.0 * factor,
            rows.map(row).join("\n"),
        )
    }

    #[test]
    fn units_and_orders_of_columns_are_read() {
        for (unit, factor) in [("Gy", 1.0), ("cGy", 100.0)] {
            for columns in ["relative first", "absolute first"] {
                let read = read(&export(unit, factor, columns)).unwrap().histograms;
                assert_eq!(read.len(), 1);
                assert_eq!(read[0].roi, StoredRoi::Name("Spinal Cord".to_owned()));
                assert_eq!((read[0].volume_cc, read[0].max_gy), (Some(20.0), None));
                assert!((read[0].min_gy.unwrap() - 10.0).abs() < 1e-9);
                assert!((read[0].d_percent(50.0).unwrap() - 20.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn h48_commas_units_and_relative_doses_are_refused() {
        let good = export("Gy", 1.0, "absolute first");
        for (fault, twin) in [
            (good.replace("Volume [cm³]: 20.0", "Volume [cm³]: 20,0"), "comma"),
            (good.replace("Volume [cm³]", "Volume [mm³]"), "unit"),
            (good.replace("Mean Dose [Gy]", "Mean Dose [rad]"), "unit"),
            (good.replace("Dose [Gy]   Rel", "Dose [mGy]   Rel"), "unit"),
            (good.replace("Dose [Gy]   Rel", "Dose [%]   Rel"), "absolute dose"),
            (good.replace("20 66", "x 66"), "not a number"),
        ] {
            let read = read(&fault).unwrap();
            assert!(read.histograms.is_empty());
            assert!(read.problems[0].contains(twin), "{:?}", read.problems);
        }
        let read = read(&good).unwrap();
        assert_eq!((read.histograms.len(), read.problems.len()), (1, 0));
    }

    #[test]
    fn an_empty_structure_does_not_touch_the_others() {
        let empty = "Structure: Bolus\nVolume [cm³]: N/A\n\n";
        let read = read(&(export("Gy", 1.0, "absolute first") + empty)).unwrap();
        assert_eq!(read.histograms.len(), 1);
        assert!(read.problems[0].contains("Bolus"));
    }

    #[test]
    fn h48_other_texts_are_refused() {
        let good = export("Gy", 1.0, "absolute first");
        assert!(read(&good.replace("Cumulative Dose", "Differential Dose")).unwrap_err().contains("cumulative"));
        assert!(read("hello").unwrap_err().contains("no DVH export"));
    }
}
