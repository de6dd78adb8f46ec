//! What stands beyond doses, through the whole pipeline.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod support;

use case::Severity;
use guidelines::selection::ScoreState;
use guidelines::systemic::Kept;
use support::*;

const STATED: &str = r#"
[case]
site = "head-and-neck"
technique = "stereotactic"
[answers]
salvage_surgery = "yes"
feeding_tube_or_tracheostomy = false
no_such_question = 1
[[drug]]
drug = "cetuximab"
start = "2018-01-01"
end = "2018-02-01"
[[drug]]
drug = "nosuchmab"
start = "2018-01-01"
[[toxicity]]
term = "dry-mouth"
grade = 2
date = "2026-01-01"
[reporting]
organ-function = "swallowing normal"
[board.rcr-independent-check]
answer = "yes, by a second physicist"
by = "tumour board"
[board.no-such-statement]
answer = "yes"
by = "tumour board"
"#;

#[test]
fn scores_drugs_and_completeness_follow_from_the_case_and_what_was_stated() {
    let result = assess(&patient(), STATED);
    let clinical = result.clinical.as_ref().unwrap();
    assert_eq!(clinical.site, Some("head-and-neck"));
    // The interval is known from the dates of the courses, and from nothing else.
    let interval = clinical.answers.iter().find(|used| used.id == "interval_months").unwrap();
    assert_ne!(interval.from, "case.toml");
    let rpa = clinical.scores.iter().find(|score| score.id == "miri-rpa").unwrap();
    let ScoreState::Computed { class, outcomes, .. } = &rpa.state else { panic!("{:?}", rpa.state) };
    let months = interval.answer.words().parse::<f64>().unwrap();
    assert_eq!(class.as_deref(), Some(if months > 24.0 { "I" } else { "II" }));
    assert!(!outcomes.is_empty() && rpa.validations.len() > 1);
    assert!(clinical.scores.iter().any(|score| matches!(score.state, ScoreState::NotComputable { .. })));
    assert!(clinical.scores.iter().all(|score| score.id != "nih-recurrent-gbm"), "a score of another site");
    // Eight years before the course a pause of a week is kept.
    let cetuximab = &clinical.systemic_therapy[0];
    let rule = cetuximab.rules.iter().find(|rule| rule.id == "oligocare-anti-egfr-antibody").unwrap();
    assert_eq!(rule.kept, Kept::Kept);
    let item = |id: &str| clinical.reporting.adherence.iter().find(|item| item.id == id).unwrap();
    assert_eq!(item("organ-function").value.as_deref(), Some("swallowing normal"));
    assert!(item("performance-status").value.is_none());
    assert!(item("ctcae-toxicity").value.as_deref().unwrap().contains("grade 2"));
    for id in ["target-volume", "technique-and-dose", "interval", "cumulative-oar-dose", "summation-method"] {
        assert!(item(id).value.is_some(), "{id}");
    }
    let stated: Vec<&str> = clinical
        .reporting
        .statements
        .iter()
        .filter(|statement| statement.stated.as_ref().is_some_and(|stated| stated.by == "tumour board"))
        .map(|statement| statement.id.as_str())
        .collect();
    assert_eq!(stated, ["rcr-independent-check"]);
    // What has no effect is said.
    let subjects: Vec<&str> = result
        .findings
        .iter()
        .filter(|finding| finding.code == "H48" && finding.severity == Severity::Warn)
        .map(|finding| finding.subject.as_str())
        .collect();
    assert!(subjects.contains(&"no_such_question") && subjects.contains(&"nosuchmab"), "{subjects:?}");
    assert!(subjects.contains(&"no-such-statement"), "{subjects:?}");
}

#[test]
fn without_a_site_no_score_is_shown_and_nothing_more_is_asked() {
    let result = assess(&patient(), "[answers]\nkps_percent = 80");
    let clinical = result.clinical.as_ref().unwrap();
    assert!(clinical.scores.is_empty() && clinical.eligibility.is_empty());
    assert_eq!(clinical.answers.len(), 1);
    assert!(clinical.reporting.statements.iter().all(|statement| statement.site.is_none()));
}

#[test]
fn settings_with_clinical_facts_survive_being_written_and_read() {
    let settings = case::Settings::from_toml(STATED).unwrap();
    assert_eq!(case::Settings::from_toml(&settings.to_toml()).unwrap(), settings);
}

#[test]
fn letters_that_turn_others_around_are_replaced_in_settings() {
    let settings = case::Settings::from_toml(
        "[reporting]\nintent = \"cure \u{202e}43.5 Gy\"\n[[structure]]\nname = \"a\\u001bb\"",
    )
    .unwrap();
    assert_eq!(settings.reporting["intent"], "cure \u{fffd}43.5 Gy");
    assert_eq!(settings.structures[0].name, "a\u{fffd}b");
}

#[test]
fn an_answer_of_the_board_without_words_or_without_a_name_is_refused() {
    for (stated, what) in [
        ("answer = \" \"\nby = \"tumour board\"", "answer of the board"),
        ("answer = \"yes\"\nby = \"\"", "by of the board"),
        ("answer = \"yes\"", "missing field `by`"),
    ] {
        let error = case::Settings::from_toml(&format!("[board.rcr-independent-check]\n{stated}\n")).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
}
