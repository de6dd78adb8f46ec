//! Whether a target is treated now or was drawn for an earlier course.

use case::Roi;
use chrono::{Datelike, NaiveDate};
use guidelines::OrganKind;
use serde::Serialize;

use crate::structures::Context;

/// What is known of a target volume of the current course's structure set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetState {
    /// The prescription of the current plan refers to it, or a person named it as the target.
    Treated,
    /// Its name says that it belongs to an earlier course.
    Earlier,
    /// Nothing tells.
    NotTold,
}

/// The state of a structure, where it is a target.
pub(crate) fn target_state(context: &Context<'_>, roi: &Roi, kind: Option<OrganKind>) -> Option<TargetState> {
    (kind == Some(OrganKind::Target)).then(|| {
        if is_treated(context, roi) {
            TargetState::Treated
        } else if is_earlier(context, roi) {
            TargetState::Earlier
        } else {
            TargetState::NotTold
        }
    })
}

fn is_treated(context: &Context<'_>, roi: &Roi) -> bool {
    let Some(course) = context.case.current() else { return false };
    let drawn_in = course.structure_set.map(|index| &context.objects.structure_sets[index].header.uid);
    let of_plan = |plan: &case::CoursePlan| {
        let object = context.objects.plans.iter().find(|object| object.header.uid == plan.uid);
        object.is_some_and(|object| {
            object.structure_set.as_ref() == drawn_in && object.prescribed_rois.contains(&roi.number)
        })
    };
    context.settings.budget.target.as_ref() == Some(&roi.name) || course.plans.iter().any(of_plan)
}

fn is_earlier(context: &Context<'_>, roi: &Roi) -> bool {
    let start = context.case.current().and_then(|course| course.start_date);
    let prescribed_gy: Vec<f64> = context.case.courses.iter().filter_map(case::Course::prescription_gy).collect();
    words(&roi.name).iter().any(|word| {
        context.knowledge.earlier_words.iter().any(|earlier| earlier == word)
            || is_earlier_year(word, start, &prescribed_gy)
    })
}

/// A year of four digits before that of the current course.
///
/// TG-263 writes doses in centigray: 2000 is 20 Gy before it is a year, and so is every number that is a round dose or a prescription
/// of the case. A year that is missed leaves the target untold; a dose taken for one would call the target of today an old one.
fn is_earlier_year(word: &str, start: Option<NaiveDate>, prescribed_gy: &[f64]) -> bool {
    const FIRST_YEAR: i32 = 1980;
    /// Multiples of usual doses per fraction, in centigray.
    const ROUND_CGY: [i32; 2] = [50, 180];
    let Some(number) = word.parse::<i32>().ok().filter(|_| word.len() == 4) else { return false };
    let is_dose = ROUND_CGY.iter().any(|round| number % round == 0)
        || prescribed_gy.iter().any(|gy| (100.0 * gy).round() as i32 == number);
    !is_dose && start.is_some_and(|start| (FIRST_YEAR..start.year()).contains(&number))
}

/// Words of letters and numbers, small.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for letter in name.to_lowercase().chars() {
        let is_same_kind = letter.is_alphabetic() && previous.is_alphabetic()
            || letter.is_ascii_digit() && previous.is_ascii_digit();
        match words.last_mut().filter(|_| is_same_kind) {
            Some(word) => word.push(letter),
            None if letter.is_alphanumeric() => words.push(letter.to_string()),
            None => {}
        }
        previous = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_before_the_course_is_told_from_a_dose() {
        let start = NaiveDate::from_ymd_opt(2024, 11, 18);
        assert_eq!(words("PTV60 2023_old"), ["ptv", "60", "2023", "old"]);
        let is_earlier = |word: &str| is_earlier_year(word, start, &[60.0, 20.1]);
        assert!(is_earlier("2023") && !is_earlier("2024") && !is_earlier_year("2023", None, &[]));
        // 20 Gy and 19.8 Gy in centigray, and the 20.1 Gy of a plan of the case.
        assert!(["2000", "1980", "2010", "6000", "60"].iter().all(|word| !is_earlier(word)));
        assert!(is_earlier_year("2010", start, &[]));
    }
}
