//! Numbers, dates and names as people read them.
//!
//! A number and its unit are joined by a blank that does not break, so that no line begins with a unit.

use case::PatientIdentity;
use chrono::{Days, Months, NaiveDate};

/// The blank between a number and its unit.
pub(crate) const NO_BREAK: char = '\u{a0}';
/// Stands where a value is not known; never a zero.
pub(crate) const UNKNOWN: &str = "—";

/// A dose without its unit: two decimals below 100 Gy, one above.
pub(crate) fn dose_number(gray: f64) -> String {
    // Values that round to zero are shown without a sign.
    let gray = if gray.abs() < 0.005 { 0.0 } else { gray };
    if gray.abs() < 99.995 { format!("{gray:.2}") } else { format!("{gray:.1}") }
}

/// The error of a dose or a volume, never shown smaller than it can be read.
pub(crate) fn plus_minus(error: f64) -> String {
    if error < 0.01 { format!("±{NO_BREAK}<0.01") } else { format!("±{NO_BREAK}{}", dose_number(error)) }
}

/// A dose in gray.
pub(crate) fn dose(gray: f64) -> String {
    with_unit(&dose_number(gray), "Gy")
}

/// A volume without its unit, with at least two digits that count.
pub(crate) fn volume_number(cc: f64) -> String {
    let decimals = match cc.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.0995 => 2,
        _ => 3,
    };
    format!("{cc:.decimals$}")
}

/// A number as it was entered: as many decimals as it has.
pub(crate) fn plain(value: f64) -> String {
    format!("{value}")
}

/// A share from 0 to 1 as percent.
pub(crate) fn share(value: f64) -> String {
    with_unit(&format!("{:.0}", value * 100.0), "%")
}

/// A part of a whole in percent, rounded down so that 100 % means all of it.
pub(crate) fn part_percent(percent: f64) -> String {
    let tenths = (percent * 10.0).floor() / 10.0;
    with_unit(&plain(tenths), "%")
}

/// A place along an axis of the patient.
pub(crate) fn position(axis: &str, mm: f64) -> String {
    let number = format!("{mm:.1}").replace('-', "−");
    format!("{axis} = {}", with_unit(&number, "mm"))
}

/// A number with its unit.
pub(crate) fn with_unit(number: &str, unit: &str) -> String {
    format!("{number}{NO_BREAK}{unit}")
}

/// A number with at most two decimals.
pub(crate) fn rounded(value: f64) -> String {
    plain((100.0 * value).round() / 100.0)
}

/// A value of a question or a measure in its unit: a pure number has none.
pub(crate) fn measured(value: f64, unit: &str) -> String {
    match unit {
        "" | "1" => rounded(value),
        "percent" => with_unit(&rounded(value), "%"),
        unit => with_unit(&rounded(value), unit),
    }
}

/// The basis of an EQD2, as the house prints it.
pub(crate) fn basis(alpha_beta_gy: f64) -> String {
    format!("EQD2 (α/β = {})", with_unit(&plain(alpha_beta_gy), "Gy"))
}

/// A date of the calendar.
pub(crate) fn date(date: Option<NaiveDate>) -> String {
    date.map_or_else(|| "not known".to_owned(), |date| date.format("%Y-%m-%d").to_string())
}

/// An interval that ends on a day, in months and days of the calendar, with its number of days.
pub(crate) fn interval(days: i64, until: Option<NaiveDate>) -> String {
    let in_days = counted(days, "day");
    let start =
        u64::try_from(days).ok().zip(until).and_then(|(days, until)| until.checked_sub_days(Days::new(days)));
    let Some((start, until)) = start.zip(until) else { return in_days };
    let (months, rest) = months_and_days(start, until);
    match months {
        0 => in_days,
        _ => format!("{} {} ({days}{NO_BREAK}d)", counted(i64::from(months), "month"), counted(rest, "day")),
    }
}

fn months_and_days(start: NaiveDate, until: NaiveDate) -> (u32, i64) {
    let after = |months: u32| start.checked_add_months(Months::new(months));
    let mut months = 0;
    while after(months + 1).is_some_and(|day| day <= until) {
        months += 1;
    }
    let whole = after(months).unwrap_or(until);
    (months, (until - whole).num_days())
}

/// A number with a noun in the singular or the plural.
pub(crate) fn counted(number: i64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number}{NO_BREAK}{noun}{ending}")
}

/// A name of DICOM components as `Family, Given Middle`, with other scripts behind it.
pub(crate) fn patient_name(patient: &PatientIdentity) -> String {
    let groups: Vec<String> = patient.name.split('=').map(group_of_name).filter(|name| !name.is_empty()).collect();
    match groups.as_slice() {
        [] => "Name not known".to_owned(),
        [only] => only.clone(),
        [first, others @ ..] => format!("{first} ({})", others.join(", ")),
    }
}

fn group_of_name(group: &str) -> String {
    let components: Vec<&str> = group.split('^').map(str::trim).collect();
    let family = components.first().copied().unwrap_or_default();
    let others: Vec<&str> = components.iter().skip(1).copied().filter(|part| !part.is_empty()).collect();
    match (family.is_empty(), others.is_empty()) {
        (_, true) => family.to_owned(),
        (true, false) => others.join(" "),
        (false, false) => format!("{family}, {}", others.join(" ")),
    }
}

/// The sex as a word.
pub(crate) fn sex(code: &str) -> String {
    match code {
        "M" => "male".to_owned(),
        "F" => "female".to_owned(),
        "O" => "other".to_owned(),
        "" => "not known".to_owned(),
        other => other.to_owned(),
    }
}

/// The end of a long identifier, enough to tell it from others of the case.
pub(crate) fn short_uid(uid: &str) -> String {
    const KEPT: usize = 14;
    let n_characters = uid.chars().count();
    if n_characters <= KEPT + 1 {
        return uid.to_owned();
    }
    let end: String = uid.chars().skip(n_characters - KEPT).collect();
    format!("…{end}")
}

/// The beginning of a hash.
pub(crate) fn short_hash(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// The sentence with a capital letter at its beginning.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doses_have_two_decimals_below_a_hundred() {
        assert_eq!(dose_number(61.204), "61.20");
        assert_eq!(dose_number(100.04), "100.0");
        assert_eq!(dose_number(99.999), "100.0");
        assert_eq!(dose_number(-0.001), "0.00");
    }

    #[test]
    fn volumes_keep_two_digits() {
        let texts: Vec<String> = [1480.4, 31.44, 5.106, 0.43, 0.034].map(volume_number).to_vec();
        assert_eq!(texts, ["1480", "31.4", "5.11", "0.43", "0.034"]);
    }

    #[test]
    fn almost_all_is_not_all() {
        assert_eq!(part_percent(99.97), "99.9\u{a0}%");
        assert_eq!(part_percent(100.0), "100\u{a0}%");
    }

    #[test]
    fn intervals_follow_the_calendar() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
        let days = |from: Option<NaiveDate>, to: Option<NaiveDate>| (to.unwrap() - from.unwrap()).num_days();
        let (from, to) = (day(2019, 4, 16), day(2023, 5, 20));
        assert_eq!(interval(days(from, to), to), "49\u{a0}months 4\u{a0}days (1495\u{a0}d)");
        assert_eq!(interval(1, to), "1\u{a0}day");
        assert_eq!(interval(40, None), "40\u{a0}days");
        assert_eq!(interval(-3, to), "-3\u{a0}days");
    }

    #[test]
    fn names_of_several_scripts_are_readable() {
        let name = |name: &str| patient_name(&PatientIdentity { name: name.to_owned(), ..Default::default() });
        assert_eq!(name("Doe^Jane"), "Doe, Jane");
        assert_eq!(name("Yamada^Tarou=山田^太郎"), "Yamada, Tarou (山田, 太郎)");
        assert_eq!(name(""), "Name not known");
    }
}
