//! What a source states, as words of fixed sets and numbers within bounds; anything else counts as not stated.

use std::ops::RangeInclusive;

use chrono::{NaiveDateTime, NaiveTime};
use dicom_core::Tag;
use dicom_object::InMemDicomObject;

use crate::access;

/// The word of a set that stands there. It comes from the set, not from the source.
pub(super) fn code(object: &InMemDicomObject, tag: Tag, set: &'static [&'static str]) -> Option<&'static str> {
    codes(object, tag, set).first().copied()
}

/// Those of several values that are words of a set.
pub(super) fn codes(object: &InMemDicomObject, tag: Tag, set: &'static [&'static str]) -> Vec<&'static str> {
    let written = access::text(object, tag).unwrap_or_default();
    let known = |value: &str| set.iter().copied().find(|word| *word == value.trim());
    written.split('\\').filter_map(known).collect()
}

/// A number, where it lies within what it can mean.
pub(super) fn number(object: &InMemDicomObject, tag: Tag, bounds: RangeInclusive<f64>) -> Option<f64> {
    access::number(object, tag, "").ok().flatten().filter(|value| bounds.contains(value))
}

/// A tag whose number is written back under it, with the least and the most that the number can mean.
pub(super) type Bounded = (Tag, f64, f64);

/// Those numbers of a list that are stated.
pub(super) fn numbers(object: &InMemDicomObject, list: &[Bounded]) -> Vec<(Tag, f64)> {
    list.iter().filter_map(|&(tag, low, high)| Some((tag, number(object, tag, low..=high)?))).collect()
}

/// A whole number, where it lies within what it can mean.
pub(super) fn integer(object: &InMemDicomObject, tag: Tag, bounds: RangeInclusive<i64>) -> Option<i64> {
    access::integer(object, tag, "").ok().flatten().filter(|value| bounds.contains(value))
}

/// A time of day: hours, and minutes, seconds and parts of them where they are written.
pub(super) fn time(object: &InMemDicomObject, tag: Tag) -> Option<NaiveTime> {
    clock_time(&access::text(object, tag)?)
}

/// A day and a time of day in two elements.
pub(super) fn instant(object: &InMemDicomObject, day: Tag, hour: Tag) -> Option<NaiveDateTime> {
    Some(access::date(object, day, "").ok()??.and_time(time(object, hour)?))
}

/// A day and a time of day in one element. One with a difference from UTC counts only without one of the object, since two may contradict.
pub(super) fn date_time(object: &InMemDicomObject, tag: Tag) -> Option<NaiveDateTime> {
    const TIMEZONE_OFFSET_FROM_UTC: Tag = Tag(0x0008, 0x0201);
    let written = access::text(object, tag)?;
    let (local, zone) = match written.find(['+', '-']) {
        Some(at) => (&written[..at], Some(&written[at..])),
        None => (written.as_str(), None),
    };
    let of_object = access::text(object, TIMEZONE_OFFSET_FROM_UTC);
    if zone.is_some_and(|zone| of_object.is_some_and(|own| own != zone)) {
        return None;
    }
    let day = case::read_date(local.get(..8)?).ok()??;
    Some(day.and_time(clock_time(local.get(8..)?)?))
}

fn clock_time(written: &str) -> Option<NaiveTime> {
    let (whole, part) = written.trim().split_once('.').unwrap_or((written.trim(), ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(whole.len(), 2 | 4 | 6) || !is_number(whole) || !is_number(part) || part.len() > 6 {
        return None;
    }
    let two = |at: usize| whole.get(at..at + 2).map_or(Some(0), |digits| digits.parse::<u32>().ok());
    let micros: u32 = format!("{part:0<6}").parse().ok()?;
    NaiveTime::from_hms_micro_opt(two(0)?, two(2)?, two(4)?.min(59), micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dicom_core::{DataElement, VR};
    use dicom_dictionary_std::tags;

    fn with(tag: Tag, vr: VR, value: &str) -> InMemDicomObject {
        InMemDicomObject::from_element_iter([DataElement::new(tag, vr, value)])
    }

    #[test]
    fn only_words_of_the_set_are_stated() {
        const SET: &[&str] = &["ORIGINAL", "DERIVED"];
        let read = |text| codes(&with(tags::IMAGE_TYPE, VR::CS, text), tags::IMAGE_TYPE, SET);
        assert_eq!(read("ORIGINAL\\DOE JANE\\DERIVED "), ["ORIGINAL", "DERIVED"]);
        assert!(read("JANE").is_empty());
    }

    #[test]
    fn numbers_out_of_bounds_are_not_stated() {
        let kvp = |text| number(&with(tags::KVP, VR::DS, text), tags::KVP, 10.0..=500.0);
        assert_eq!(kvp("120"), Some(120.0));
        assert_eq!(kvp("19500102"), None);
        assert_eq!(kvp("Doe"), None);
    }

    #[test]
    fn times_are_read_in_all_their_lengths() {
        let read = |text: &str| clock_time(text).map(|time| time.to_string());
        assert_eq!(read("07").as_deref(), Some("07:00:00"));
        assert_eq!(read("0731").as_deref(), Some("07:31:00"));
        assert_eq!(read("073105.5").as_deref(), Some("07:31:05.500"));
        for wrong in ["", "7", "07:31", "250000", "0731x5", "073105.1234567"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let injected = with(tags::RADIOPHARMACEUTICAL_START_DATE_TIME, VR::DT, "20240301231530.25+0100");
        let read = date_time(&injected, tags::RADIOPHARMACEUTICAL_START_DATE_TIME).unwrap();
        assert_eq!(read.to_string(), "2024-03-01 23:15:30.250");
    }
}
