//! Calendar dates as the objects write them.

use chrono::{Datelike, NaiveDate};

/// Treatments before this year are not credible.
const FIRST_CREDIBLE_YEAR: i32 = 1900;
/// Nor are those after this one.
const LAST_CREDIBLE_YEAR: i32 = 2100;

/// Why a text is not a date (H37).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateProblem {
    /// Two digits of year, or some other length.
    #[error("is not written as year, month and day (YYYYMMDD)")]
    Form,
    /// A range of dates stands where one date belongs.
    #[error("is a range of dates")]
    Range,
    /// There is no such day.
    #[error("is not a day of the calendar")]
    NoSuchDay,
    /// The year cannot be meant.
    #[error("lies outside the years {FIRST_CREDIBLE_YEAR} to {LAST_CREDIBLE_YEAR}")]
    Year,
}

/// Reads `YYYYMMDD` (also the old form `YYYY.MM.DD`, and `YYYY-MM-DD`); an empty text is no date.
///
/// A time or time zone is not part of a DICOM date, so daylight saving never shifts a day.
///
/// # Errors
/// For two-digit years, ranges, days that do not exist and years that cannot be meant.
pub fn read_date(text: &str) -> Result<Option<NaiveDate>, DateProblem> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if text.is_empty() {
        return Ok(None);
    }
    let digits: String = match text.len() {
        8 if !text.contains(['-', '.']) => text.to_owned(),
        10 if text.as_bytes()[4] == text.as_bytes()[7] && matches!(text.as_bytes()[4], b'.' | b'-') => {
            text.split(['.', '-']).collect()
        }
        _ if text.contains('-') => return Err(DateProblem::Range),
        _ => return Err(DateProblem::Form),
    };
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DateProblem::Form);
    }
    let date = NaiveDate::parse_from_str(&digits, "%Y%m%d").map_err(|_| DateProblem::NoSuchDay)?;
    if (FIRST_CREDIBLE_YEAR..=LAST_CREDIBLE_YEAR).contains(&date.year()) {
        Ok(Some(date))
    } else {
        Err(DateProblem::Year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h37_only_whole_dates_are_read() {
        let day = NaiveDate::from_ymd_opt(2021, 3, 28);
        assert_eq!(read_date("20210328"), Ok(day));
        assert_eq!(read_date("2021.03.28"), Ok(day));
        assert_eq!(read_date("2021-03-28 "), Ok(day));
        assert_eq!(read_date(""), Ok(None));
        assert_eq!(read_date("210328"), Err(DateProblem::Form));
        assert_eq!(read_date("20210301-20210401"), Err(DateProblem::Range));
        assert_eq!(read_date("20210231"), Err(DateProblem::NoSuchDay));
        assert_eq!(read_date("30210228"), Err(DateProblem::Year));
        assert_eq!(read_date("2021O328"), Err(DateProblem::Form));
    }
}
