//! The answers to the questions of scores and trials: stated, or known from the objects.

use case::{Answer, Case, Settings};
use chrono::{Datelike, NaiveDate};
use guidelines::judge::DAYS_PER_MONTH;
use serde::Serialize;

use crate::TargetState;
use crate::model::Assessment;
use crate::structures::shortest_interval;

/// An answer with where it is from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UsedAnswer {
    /// Id of the question.
    pub id: String,
    /// The answer.
    pub answer: Answer,
    /// `case.toml`, or what it was computed from.
    pub from: &'static str,
}

/// What a person stated, and beside it what the objects tell.
pub(super) fn used(settings: &Settings, case: &Case, assessment: &Assessment) -> Vec<UsedAnswer> {
    let stated = settings.answers.iter().map(|(id, answer)| UsedAnswer {
        id: id.clone(),
        answer: answer.clone(),
        from: "case.toml",
    });
    let mut used: Vec<UsedAnswer> = stated.collect();
    let day = assessment.date.or_else(|| case.current()?.start_date);
    let age = case.patient.birth_date.zip(day).and_then(|(birth, day)| age_years(birth, day));
    // Of several prior courses nobody but a person knows which one was at this site.
    let is_only = case.prior().count() == 1;
    let interval = shortest_interval(case).filter(|_| is_only).map(|days| days as f64 / DAYS_PER_MONTH);
    let prior: Vec<f64> = case.prior().filter_map(case::Course::prescription_gy).collect();
    let only_prior = is_only.then(|| prior.first().copied()).flatten();
    let treated = assessment.structures.iter().filter(|own| own.target_state == Some(TargetState::Treated));
    let treated: Vec<f64> = treated
        .filter(|own| own.standard_name.as_deref() == Some("PTV"))
        .filter_map(|own| own.volume_cc)
        .collect();
    let only_ptv = if let [only] = treated.as_slice() { Some(*only) } else { None };
    let planned = case.current().and_then(case::Course::prescription_gy);
    let known = [
        ("planned_dose_gy", planned, "prescription of the current course"),
        ("ptv_volume_cc", only_ptv, "volume of the only planning target that is treated"),
        ("age_years", age, "date of birth and day of the assessment"),
        ("interval_months", interval, "interval from the only prior course"),
        ("prior_prescribed_dose_gy", only_prior, "prescription of the prior course"),
    ];
    for (id, value, from) in known {
        if let Some(value) = value.filter(|_| !settings.answers.contains_key(id)) {
            used.push(UsedAnswer { id: id.to_owned(), answer: Answer::Number(value), from });
        }
    }
    used
}

/// Whole years.
fn age_years(birth: NaiveDate, day: NaiveDate) -> Option<f64> {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    let years = day.year() - birth.year() - i32::from(!had_birthday);
    (years >= 0).then(|| f64::from(years))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_counts_birthdays() {
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(age_years(day("1960-05-20"), day("2026-05-19")), Some(65.0));
        assert_eq!(age_years(day("1960-05-20"), day("2026-05-20")), Some(66.0));
        assert_eq!(age_years(day("2030-01-01"), day("2026-01-01")), None);
    }
}
