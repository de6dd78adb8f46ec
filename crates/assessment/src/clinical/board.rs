//! Questions to the board that the assessment answers by itself, so that the board sees what is left for people.

use std::collections::BTreeMap;

use case::{Case, Settings};
use guidelines::judge::DAYS_PER_MONTH;

use crate::model::Assessment;
use crate::structures::shortest_interval;

/// Answers by the id of the question. A refused assessment answers nothing.
pub(super) fn answers(settings: &Settings, case: &Case, assessment: &Assessment) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    if assessment.refused || case.prior().next().is_none() {
        return answers;
    }
    let mut answer = |ids: &[&str], text: &str| {
        ids.iter().for_each(|id| {
            answers.insert((*id).to_owned(), text.to_owned());
        });
    };
    answer(
        &["appelt-3-convert-before-sum", "appelt-6-no-physical-sum"],
        "yes: each course is converted to EQD2 on its own grid before anything is added; absorbed doses of courses are never added",
    );
    answer(&["appelt-4-one-alpha-beta"], "yes: each limit is compared with one α/β in all courses");
    answer(
        &["rcr-equieffective", "rcr-documented-alpha-beta", "survey-report-together"],
        "yes: as EQD2, with α/β and recovery in the table of organs and in each limit",
    );
    answer(
        &["survey-origin-of-limits"],
        "each limit names its source, its evidence and the part of the body it is meant for, in the table of limits",
    );
    let recovery = if assessment.structures.iter().any(|structure| structure.recovery > 0.0) {
        "stated for the structures named in the table of organs; applied to the EQD2 of the prior courses and to nothing else"
    } else {
        "no recovery is assumed"
    };
    answer(&["appelt-5-recovery", "rcr-explicit-discount"], recovery);
    summation(case, assessment, &mut answer);
    if let Some(days) = shortest_interval(case) {
        let months = format!("the shortest interval is {:.1} months", days as f64 / DAYS_PER_MONTH);
        answer(&["glioma-trials-entry"], &months);
    }
    if !settings.questionnaires.is_empty() {
        let filled: Vec<String> = settings
            .questionnaires
            .iter()
            .map(|filled| format!("{} on {}", filled.instrument.to_uppercase(), filled.date))
            .collect();
        answer(
            &["quality-of-life-measured"],
            &format!("{}; what follows afterwards is for the board", filled.join(", ")),
        );
    }
    answers
}

/// How the courses were added, which depends on what is known of them.
fn summation(case: &Case, assessment: &Assessment, answer: &mut impl FnMut(&[&str], &str)) {
    let is_bounded = assessment.structures.iter().any(|structure| structure.cumulative_eqd2_at_most.is_some());
    if is_bounded || case.courses.iter().any(|course| course.incomplete.is_some()) {
        answer(
            &["appelt-2-manual-near-maximum", "appelt-7-unreliable-registration", "rcr-conservative-geometry"],
            "a course enters by its maxima or by its record: cumulative values are upper bounds, marked ≤",
        );
        return;
    }
    let maps: Vec<&str> = assessment.registrations.iter().map(|map| map.kind).collect();
    let told = format!("a three-dimensional sum of EQD2 after registration ({})", maps.join(", "));
    answer(&["appelt-1-spatial-sum", "appelt-8-volumetric", "recog-level"], &told);
}
