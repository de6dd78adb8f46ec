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

/// Every cumulative histogram of an export.
///
/// # Errors
/// One sentence that names what is wrong: no structure, no column of absolute dose, a decimal comma.
pub fn read(text: &str) -> Result<Vec<StoredDvh>, String> {
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
    blocks.iter().map(|block| structure(block)).collect()
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
    let told = |key: &str| told(&lines[..head], key).map_err(failed);
    dvh.volume_cc = told("Volume")?;
    (dvh.min_gy, dvh.max_gy, dvh.mean_gy) = (told("Min Dose")?, told("Max Dose")?, told("Mean Dose")?);
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
    let gray_per_unit = match names[dose] {
        "Dose [Gy]" => 1.0,
        "Dose [cGy]" => 0.01,
        other => return Err(format!("the unit of the column \"{other}\" is neither Gy nor cGy")),
    };
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

/// A number of the head of a structure in cc or gray; nothing where it is not told, or is told in percent.
fn told(lines: &[&str], key: &str) -> Result<Option<f64>, String> {
    let Some(line) = lines.iter().find(|line| value_of(line, key).is_some()) else { return Ok(None) };
    let factor = match line.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(unit, _)| unit) {
        Some("%") | None => return Ok(None),
        Some("cGy") => 0.01,
        Some(_) => 1.0,
    };
    let Some(text) = value_of(line, key).filter(|text| !text.is_empty() && !text.starts_with("N/A")) else {
        return Ok(None);
    };
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
                let read = read(&export(unit, factor, columns)).unwrap();
                assert_eq!(read.len(), 1);
                assert_eq!(read[0].roi, StoredRoi::Name("Spinal Cord".to_owned()));
                assert_eq!((read[0].volume_cc, read[0].max_gy), (Some(20.0), None));
                assert!((read[0].min_gy.unwrap() - 10.0).abs() < 1e-9);
                assert!((read[0].d_percent(50.0).unwrap() - 20.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn h48_commas_relative_doses_and_other_texts_are_refused() {
        let good = export("Gy", 1.0, "absolute first");
        for (fault, twin) in [
            (good.replace("Volume [cm³]: 20.0", "Volume [cm³]: 20,0"), "comma"),
            (good.replace("Dose [Gy]   Rel", "Dose [%]   Rel"), "absolute dose"),
            (good.replace("Cumulative Dose", "Differential Dose"), "cumulative"),
            (good.replace("20 66", "x 66"), "not a number"),
            ("hello".to_owned(), "no DVH export"),
        ] {
            let message = read(&fault).unwrap_err();
            assert!(message.contains(twin), "{message}");
        }
        assert!(read(&good).is_ok());
    }
}
