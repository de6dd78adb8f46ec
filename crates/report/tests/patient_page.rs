//! The page for the patient: readable, honest about numbers, and without doses.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod common;

use case::Settings;
use case::settings::PatientPageSettings;
use common::assessment;
use guidelines::{Knowledge, OrganKind};
use report::{PatientWords, patient_page};

fn stated(more: &str) -> PatientPageSettings {
    let text = format!(
        "[patient_page]\npart = \"neck\"\naim = \"control\"\ncontact = \"the clinic\"\nphone = \"1\"\nurgent_phone = \"2\"\n{more}"
    );
    Settings::from_toml(&text).unwrap().patient_page.unwrap()
}

/// Groups of vowels, without an `e` that is not spoken at the end.
fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let letters: Vec<char> = word.chars().filter(char::is_ascii_alphabetic).collect();
    let is_vowel = |letter: &char| "aeiouy".contains(*letter);
    let groups = (0..letters.len())
        .filter(|&at| is_vowel(&letters[at]) && (at == 0 || !is_vowel(&letters[at - 1])))
        .count();
    let silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(silent)).max(1)
}

#[test]
fn flesch_the_text_is_easy_to_read() {
    let (mut words, mut sentences, mut all_syllables) = (0, 0, 0);
    for text in PatientWords::english().unwrap().running_text() {
        sentences += text.matches(['.', '?', '!']).count().max(1);
        for word in text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)) {
            words += 1;
            all_syllables += syllables(word);
        }
    }
    let (per_sentence, per_word) = (words as f64 / sentences as f64, all_syllables as f64 / words as f64);
    let ease = 206.835 - 1.015 * per_sentence - 84.6 * per_word;
    let grade = 0.39 * per_sentence + 11.8 * per_word - 15.59;
    println!("Flesch reading ease {ease:.1}, Flesch-Kincaid grade {grade:.1}, {words} words");
    assert!(ease >= 70.0 && grade <= 7.0, "{ease} {grade}");
}

#[test]
fn every_organ_and_every_harm_has_plain_words() {
    let (knowledge, words) = (Knowledge::builtin().unwrap(), PatientWords::english().unwrap());
    for organ in knowledge.organs.iter().filter(|organ| organ.kind == OrganKind::Oar) {
        let name = organ.standard_name.as_str();
        assert!(words.entry("organ_words", name) != name || name.to_lowercase() == name, "{name}");
    }
    for term in &knowledge.outcomes.terms {
        assert_ne!(words.entry("harm_words", &term.id), term.id, "{}", term.id);
    }
}

#[test]
fn a_number_is_told_with_both_sides_its_time_and_its_source_or_not_at_all() {
    let harm = "[[patient_page.harm]]\norgan = \"Larynx\"\nharm = \"dysphagia\"\n";
    let known = "[patient_page.harm.how_often]\nof_100 = 7\nyears = 2.0\nsource = \"a study of 100 people\"\nevidence = \"primary\"\n";
    let page = patient_page(&assessment(), &stated(&format!("{harm}{known}"))).unwrap();
    assert!(page.contains("7 of 100 people") && page.contains("93 of 100") && page.contains("2 years"), "{page}");
    assert!(page.contains("a study of 100 people") && page.contains("aria-label=\"7 of 100\""));
    for missing in [
        "of_100 = 7\nyears = 2.0\n",
        "of_100 = 7\nsource = \"s\"\n",
        "of_100 = 101\nyears = 1.0\nsource = \"s\"\n",
    ] {
        let page =
            patient_page(&assessment(), &stated(&format!("{harm}[patient_page.harm.how_often]\n{missing}")))
                .unwrap();
        assert!(
            page.contains("Your team has not written a number here") && !page.contains("aria-label=\"7 of 100\""),
            "{missing}"
        );
    }
}

#[test]
fn no_dose_no_probability_of_a_model_and_no_gap_reaches_the_page() {
    let page = patient_page(&assessment(), &stated("")).unwrap();
    let text: String = page.split("</style>").nth(1).unwrap().to_owned();
    for forbidden in ["Gy", "EQD2", "NTCP", "{", "}", "<b>"] {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
    assert!(text.contains("not a medical device") && text.contains("No patients have read this page"));
    assert!(
        text.contains("Made for you on 2 May 2023") && text.contains("from 4 March 2019 to 16 April 2019"),
        "{text}"
    );
    assert!(!text.contains("2019-"), "a day is told as people say it");
    let dangerous = PatientPageSettings { contact: "<script>".to_owned(), ..stated("") };
    assert!(!patient_page(&assessment(), &dangerous).unwrap().contains("<script>"));
}
