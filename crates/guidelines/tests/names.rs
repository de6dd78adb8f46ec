//! Names as clinics draw them, with the right answers, which were written before the program was asked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use std::collections::BTreeMap;

use guidelines::{Knowledge, Match, Side};

/// A drawn name with what it means.
struct Row {
    drawn: String,
    expected: String,
    side: String,
    prv: bool,
    language: String,
}

fn rows() -> Vec<Row> {
    let text = include_str!("data/structure_names.csv");
    text.lines().skip(1).map(|line| row(&fields(line))).collect()
}

fn row(fields: &[String]) -> Row {
    let [drawn, expected, side, prv, language, ..] = fields else { panic!("{fields:?}") };
    Row {
        drawn: drawn.clone(),
        expected: expected.clone(),
        side: side.clone(),
        prv: prv == "yes",
        language: language.clone(),
    }
}

/// The fields of a line, which may stand in quotes.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                fields.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => fields.last_mut().unwrap().push(other),
        }
    }
    fields
}

/// What the program takes a name for: organ, side and margin.
fn answer(knowledge: &Knowledge, drawn: &str) -> (String, &'static str, bool) {
    match knowledge.match_name(drawn) {
        Match::Found { organ, side, prv, .. } => {
            let side = match side {
                Some(Side::Left) => "left",
                Some(Side::Right) => "right",
                Some(Side::Both) => "both",
                None => "",
            };
            (organ.standard_name.clone(), side, prv)
        }
        Match::Ambiguous(_) => ("ambiguous".to_owned(), "", false),
        Match::Unknown => ("none".to_owned(), "", false),
    }
}

fn is_named(organ: &str) -> bool {
    !["ambiguous", "none"].contains(&organ)
}

#[test]
fn h32_of_a_thousand_drawn_names_97_percent_are_matched_rightly_and_no_side_is_wrong() {
    let knowledge = Knowledge::builtin().unwrap();
    let (mut wrong, mut wrong_side, mut guessed, mut wrong_organ) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut by_language: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let rows = rows();
    for row in &rows {
        let (organ, side, prv) = answer(knowledge, &row.drawn);
        let is_organ = !["ambiguous", "none"].contains(&row.expected.as_str());
        let is_right =
            organ == row.expected && (!is_organ || (prv == row.prv && (side == row.side || side.is_empty())));
        let counts = by_language.entry(row.language.clone()).or_default();
        counts[usize::from(is_right)] += 1;
        let told =
            format!("{:<28} {:<18} {:<6} {} -> {organ} {side} {prv}", row.drawn, row.expected, row.side, row.prv);
        let opposite = (side == "left" && row.side == "right") || (side == "right" && row.side == "left");
        if opposite {
            wrong_side.push(told.clone());
        }
        if row.expected == "ambiguous" && !["ambiguous", "none"].contains(&organ.as_str()) {
            guessed.push(told.clone());
        }
        if is_named(&organ) && is_named(&row.expected) && organ != row.expected {
            wrong_organ.push(told.clone());
        }
        if !is_right {
            wrong.push(told);
        }
    }
    let rate = 100.0 - 100.0 * wrong.len() as f64 / rows.len() as f64;
    println!("{} names, {rate:.1} % right; by language (wrong, right): {by_language:?}", rows.len());
    println!("{}", wrong.join("\n"));
    assert!(rows.len() >= 500);
    assert!(wrong_side.is_empty(), "{wrong_side:#?}");
    assert!(wrong_organ.is_empty(), "{wrong_organ:#?}");
    assert!(guessed.is_empty(), "{guessed:#?}");
    assert!(rate >= 97.0, "{rate}");
}

/// Names that a reader found to be taken for another organ, another side or more than they mean.
#[test]
fn h32_what_is_another_organ_a_part_or_unclear_is_never_judged() {
    let knowledge = Knowledge::builtin().unwrap();
    let other = [
        "Zunge li",
        "Zunge_R",
        "Zunge",
        "Level_2",
        "Lèvre",
        "Myelom",
        "Temporal bone R",
        "Femurhals li",
        "VPulm",
        "VPulmonalis",
        "Retro",
        "Parotid bed L",
        "Lungs (minus GTV)",
        "Lungs (-GTV)",
        "Heart R",
        "Brain L",
        "Liver_L",
        "Colon_D",
        "Sternum",
        "Thymus",
        "Carina",
        "Ureter_L",
        "Urethra",
        "Tongue",
        "Sacrum",
    ];
    let unclear = ["Lungs_DIR", "Kidneys_DIR", "Lungs_D", "Lungs_total_R", "Lung_DIR", "Coclear", "Eyes_D"];
    for name in other.into_iter().chain(unclear) {
        let (organ, side, _) = answer(knowledge, name);
        assert!(!is_named(&organ), "{name} is taken for {organ} {side}");
    }
    for (name, organ, side) in [
        ("Nyrer", "Kidney", "both"),
        ("Lunger", "Lung", "both"),
        ("PAROTIDL", "Parotid", "left"),
        ("Bronchus_L", "Bronchus", "left"),
    ] {
        let found = answer(knowledge, name);
        assert_eq!((found.0.as_str(), found.1), (organ, side), "{name}");
    }
    assert!(answer(knowledge, "SpinalCord (PRV05)").2, "a margin in brackets is one");
}
