//! What stands in an exported object instead of what identifies a person: new UIDs, shifted dates, words of our own.
//!
//! The types of this module can be made here only, and an exported object takes nothing else. So a text of a source has no way into one.

use std::cell::RefCell;
use std::collections::BTreeMap;

use case::PatientIdentity;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::SecretKey;

/// The furthest that dates are moved back: ten years.
const MOST_WEEKS: u128 = 521;
/// Dates before this year are no dates for a reader; those of objects whose real dates were taken away stand near it.
const FIRST_YEAR: i32 = 1900;
/// Ages from here on are rare enough to identify, and become one.
const OLDEST_AGE: u32 = 90;
/// Longest name of a structure; the standard list needs 16 characters, a margin and a number some more.
const LONGEST_NAME: usize = 32;

/// A UID of an exported object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NewUid(String);

impl NewUid {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text of an exported object that this program made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word(String);

impl Word {
    /// As `Plan 2`.
    pub(super) fn numbered(word: &'static str, number: impl Into<i64>) -> Self {
        Self(format!("{word}{}", number.into()))
    }

    /// A name of the standard list; nothing for what does not look like one.
    pub(super) fn structure(name: &str) -> Option<Self> {
        let is_of_list = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '~' | '+' | '-');
        let fits = !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(is_of_list);
        fits.then(|| Self(name.to_owned()))
    }

    /// The same name for a further structure: the standard list leaves what follows a caret to its user.
    pub(super) fn again(&self, number: usize) -> Self {
        Self(format!("{}^{number}", self.0))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A calendar date that was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NewDate(NaiveDate);

impl NewDate {
    pub(super) fn written(self) -> String {
        self.0.format("%Y%m%d").to_string()
    }
}

/// A date with a time of day that was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NewInstant(NaiveDateTime);

impl NewInstant {
    pub(super) fn date(self) -> NewDate {
        NewDate(self.0.date())
    }

    pub(super) fn time(self) -> NewTime {
        NewTime(self.0.time())
    }

    pub(super) fn written(self) -> String {
        format!("{}{}", self.date().written(), self.time().written())
    }
}

/// A time of day that was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NewTime(NaiveTime);

impl NewTime {
    pub(super) fn written(self) -> String {
        self.0.format("%H%M%S%.6f").to_string()
    }
}

/// How far the times of day of a study are moved: the same for all of them, so that intervals stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(TimeDelta);

impl Clock {
    pub(super) fn instant(self, original: NaiveDateTime) -> Option<NewInstant> {
        original.checked_add_signed(self.0).map(NewInstant)
    }

    pub(super) fn time(self, original: NaiveTime) -> NewTime {
        NewTime(original.overflowing_add_signed(self.0).0)
    }
}

/// Gives one patient's objects their pseudonyms, the same for the same key and patient.
pub(super) struct Pseudonyms<'a> {
    key: &'a SecretKey,
    subject: Vec<String>,
    birth_date: Option<NaiveDate>,
    /// Whether the patient has reached the oldest age by the last of the dates.
    is_old: bool,
    sex: Option<&'static str>,
    days: TimeDelta,
    uids: RefCell<BTreeMap<String, NewUid>>,
}

impl<'a> Pseudonyms<'a> {
    /// For a patient whose first and last dates are known; `otherwise` stands for one whose objects say nothing of whose they are.
    pub(super) fn new(
        key: &'a SecretKey,
        identities: &[&PatientIdentity],
        (dates, otherwise): (Option<[NaiveDate; 2]>, &str),
    ) -> Self {
        let first = |of: fn(&PatientIdentity) -> &str| {
            identities.iter().map(|identity| of(identity).trim()).find(|text| !text.is_empty()).unwrap_or_default()
        };
        let (id, issuer, name) = (first(|one| &one.id), first(|one| &one.issuer), first(|one| &one.name));
        let birth_date = identities.iter().find_map(|identity| identity.birth_date);
        let born = birth_date.map(|date| date.to_string()).unwrap_or_default();
        let subject = match (id.is_empty(), name.is_empty() && born.is_empty()) {
            (false, _) => ["id", issuer, id],
            (true, false) => ["name", name, &born],
            (true, true) => ["study", otherwise, ""],
        };
        let sex = ["M", "F", "O"].into_iter().find(|known| *known == first(|one| &one.sex));
        let subject = subject.map(str::to_owned).to_vec();
        let is_old = dates
            .zip(birth_date)
            .and_then(|([_, last], born)| last.years_since(born))
            .is_some_and(|age| age >= OLDEST_AGE);
        let names =
            Self { key, subject, birth_date, is_old, sex, days: TimeDelta::zero(), uids: RefCell::default() };
        let back = TimeDelta::weeks(-1 - (names.number("days") % MOST_WEEKS) as i64);
        let is_credible =
            |date: NaiveDate| date.checked_add_signed(back).is_some_and(|day| day.year() >= FIRST_YEAR);
        let days = if dates.is_none_or(|[first, _]| is_credible(first)) { back } else { -back };
        Self { days, ..names }
    }

    fn number(&self, purpose: &str) -> u128 {
        let parts: Vec<&str> = self.subject.iter().map(String::as_str).collect();
        self.key.number(purpose, &parts)
    }

    /// Name and ID of the patient.
    pub(super) fn patient(&self) -> Word {
        Word(format!("RERT-{:016X}", self.number("patient") >> 64))
    }

    /// A UID under `2.25`, whose number is a UUID of version 8 (free content).
    pub(super) fn uid(&self, original: &str) -> NewUid {
        let mut uids = self.uids.borrow_mut();
        let number = || {
            let (version, variant) = (0xF_u128 << 76, 0x3_u128 << 62);
            (self.key.number("uid", &[original]) & !version & !variant) | (0x8 << 76) | (0x2 << 62)
        };
        uids.entry(original.to_owned()).or_insert_with(|| NewUid(format!("2.25.{}", number()))).clone()
    }

    /// By how many days dates are moved, mostly back: whole weeks, so that a Monday stays one.
    pub(super) fn days(&self) -> i64 {
        self.days.num_days()
    }

    /// A date moved by the days of the patient.
    pub(super) fn date(&self, original: Option<NaiveDate>) -> Option<NewDate> {
        original?.checked_add_signed(self.days).map(NewDate)
    }

    /// The clock of a study whose earliest time is known: that time falls on some whole second from 8 to 16 o'clock of its moved day.
    pub(super) fn clock(&self, study: &str, earliest: NaiveDateTime) -> Option<Clock> {
        let seconds = 8 * 3600 + (self.key.number("clock", &[study]) % (8 * 3600)) as u32;
        let day = earliest.date().checked_add_signed(self.days)?;
        let noon = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?;
        Some(Clock(day.and_time(noon) - earliest))
    }

    /// `M`, `F` or `O`.
    pub(super) fn sex(&self) -> Option<&'static str> {
        self.sex
    }

    /// Whole years on a day; 90 stands for 90 and more. Of one who reaches that age, an earlier age is not told: with the interval, it would tell
    /// the later one.
    pub(super) fn age(&self, on: Option<NaiveDate>) -> Option<Word> {
        let years = on?.years_since(self.birth_date?)?;
        let is_told = !self.is_old || years >= OLDEST_AGE;
        is_told.then(|| Word(format!("{:03}Y", years.min(OLDEST_AGE))))
    }

    /// Every UID that was replaced, with the new one.
    pub(super) fn replaced(self) -> BTreeMap<String, String> {
        self.uids.into_inner().into_iter().map(|(original, new)| (original, new.0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SecretKey {
        SecretKey::new(b"0123456789abcdef0123456789abcdef").unwrap()
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn person(id: &str) -> PatientIdentity {
        PatientIdentity { id: id.to_owned(), birth_date: Some(day(1930, 5, 17)), ..PatientIdentity::default() }
    }

    #[test]
    fn dates_move_by_whole_weeks_and_keep_their_intervals() {
        let key = key();
        for id in ["1", "2", "3", "4", "5"] {
            let person = person(id);
            let names = Pseudonyms::new(&key, &[&person], (None, ""));
            assert!((-3647..=-7).contains(&names.days()) && names.days() % 7 == 0);
            let moved = |date| names.date(Some(date)).unwrap().0;
            let (first, last) = (day(2020, 2, 28), day(2024, 3, 1));
            assert_eq!(moved(last) - moved(first), last - first);
            assert_eq!(moved(first).weekday(), first.weekday());
        }
        let days = |id: &str| Pseudonyms::new(&key, &[&person(id)], (None, "")).days();
        assert!(days("1") != days("2") || days("2") != days("3"), "the move belongs to the patient");
    }

    /// Objects that were anonymised before often bear the first day of the century.
    #[test]
    fn dates_that_would_become_incredible_move_the_other_way() {
        let (key, person) = (key(), person("1"));
        let first = day(1900, 1, 1);
        let back = Pseudonyms::new(&key, &[&person], (Some([day(2020, 1, 1); 2]), ""));
        let forth = Pseudonyms::new(&key, &[&person], (Some([first; 2]), ""));
        assert!(back.days() < 0 && forth.days() == -back.days());
        assert!(forth.date(Some(first)).unwrap().0 > first);
    }

    #[test]
    fn times_of_day_move_with_their_intervals_also_across_midnight() {
        let (key, person) = (key(), person("1"));
        let names = Pseudonyms::new(&key, &[&person], (None, ""));
        let scan = day(2024, 3, 2).and_hms_opt(0, 20, 0).unwrap();
        let injection = day(2024, 3, 1).and_hms_opt(23, 15, 30).unwrap();
        let clock = names.clock("1.2", scan).unwrap();
        let (moved_scan, moved_injection) = (clock.instant(scan).unwrap(), clock.instant(injection).unwrap());
        assert_eq!(moved_scan.0 - moved_injection.0, scan - injection);
        assert_eq!(moved_scan.0.date(), names.date(Some(scan.date())).unwrap().0);
        assert_eq!(clock.time(injection.time()), moved_injection.time());
    }

    #[test]
    fn the_very_old_are_of_one_age_and_were_of_none_before() {
        let (key, person) = (key(), person("1"));
        let age = |date, last| {
            Pseudonyms::new(&key, &[&person], (Some([date, last]), "")).age(Some(date)).map(|word| word.0)
        };
        let (before, birthday, after) = (day(2019, 5, 17), day(2020, 5, 17), day(2028, 1, 1));
        assert_eq!(age(before, before).as_deref(), Some("089Y"));
        assert_eq!(age(birthday, after).as_deref(), Some("090Y"));
        assert_eq!(age(after, after).as_deref(), Some("090Y"));
        assert_eq!(age(before, after), None);
        assert_eq!(age(day(1929, 1, 1), before), None);
    }

    #[test]
    fn a_name_is_taken_only_in_the_form_of_the_standard_list() {
        assert!(Word::structure("OpticNrv_L_PRV").is_some());
        for other in ["", "Cord Mr. Doe", "Doe^Jane", "Rückenmark", "a\nb", &"x".repeat(33)] {
            assert!(Word::structure(other).is_none(), "{other}");
        }
    }
}
