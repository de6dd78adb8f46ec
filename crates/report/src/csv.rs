//! The dose–volume curves as a table for other programs.

use assessment::{Assessment, StructureSummary};

const HEADER: &str = "structure,standard_name,course,quantity,alpha_beta_gy,dose_gy,volume_percent\n";

/// One line per point of every cumulative dose–volume curve: EQD2 in gray against percent of the volume.
///
/// `course` is the id of a course or `cumulative`; `cumulative_low` and `cumulative_high` are the volumes that 95 % and 5 % of the draws
/// exceed. Numbers have a point and no separator of thousands, names stand
/// in quotes.
pub fn dvh_csv(assessment: &Assessment) -> String {
    let mut table = HEADER.to_owned();
    for structure in &assessment.structures {
        push_curves(&mut table, structure);
    }
    table
}

fn push_curves(table: &mut String, structure: &StructureSummary) {
    let name = quoted(&structure.name);
    let standard_name = structure.standard_name.as_deref().map(quoted).unwrap_or_default();
    let alpha_beta = structure.alpha_beta_gy.map(|gray| gray.to_string()).unwrap_or_default();
    for curve in &structure.curves {
        let course = quoted(&curve.what);
        // A point that is not a number would be read as text by other programs.
        for [dose, volume] in curve.points.iter().filter(|point| point.iter().all(|value| value.is_finite())) {
            *table += &format!("{name},{standard_name},{course},EQD2,{alpha_beta},{dose:.4},{volume:.4}\n");
        }
    }
    for (course, column) in [("cumulative_low", 1), ("cumulative_high", 2)] {
        for point in structure.band.iter().flat_map(|band| &band.points) {
            let [dose, volume] = [point[0], point[column]];
            *table += &format!("{name},{standard_name},\"{course}\",EQD2,{alpha_beta},{dose:.4},{volume:.4}\n");
        }
    }
}

/// What a spreadsheet begins a formula with, also in the wide letters of East Asian keyboards.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠', '|'];

/// A text in quotes, with its own quotes doubled and line breaks made blanks; what a spreadsheet would take for a formula is made text.
pub(crate) fn quoted(text: &str) -> String {
    let begins = text.trim_start_matches(|letter: char| letter.is_whitespace() && letter != '\t');
    let is_formula = begins.starts_with(FORMULA) && text.trim().parse::<f64>().is_err();
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace(['\r', '\n'], " ").replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted() {
        assert_eq!(quoted("SpinalCord"), "\"SpinalCord\"");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("two\nlines"), "\"two lines\"");
        for formula in ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "＝1", " =1", "\n=1"] {
            assert!(quoted(formula).starts_with("\"'"), "{formula}");
        }
        assert_eq!(quoted("-1.5"), "\"-1.5\"");
    }
}
