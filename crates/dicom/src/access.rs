//! Attributes of a data set as checked Rust values.

use chrono::NaiveDate;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;
use geometry::{Point, Vector};

use crate::ReadError;

/// Text without padding and without what would change how it is read; nothing when absent or empty.
pub fn text(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    let value = written(object.element_opt(tag).ok()??)?;
    let trimmed = value.trim_matches(is_padding);
    (!trimmed.is_empty()).then(|| case::readable(trimmed))
}

fn is_padding(character: char) -> bool {
    character.is_whitespace() || character == '\0'
}

/// What stands in an element that holds text. Programs that do not know a representation write UN, and the bytes are still the text.
fn written(element: &InMemElement) -> Option<String> {
    if element.vr() == VR::UN {
        return Some(String::from_utf8_lossy(&element.to_bytes().ok()?).into_owned());
    }
    Some(element.to_str().ok()?.into_owned())
}

/// The representation of an element: that of the dictionary where the element says UN.
fn representation(element: &InMemElement) -> VR {
    let by_dictionary = |tag| StandardDataDictionary.by_tag(tag).map(|entry| entry.vr());
    match (element.vr(), by_dictionary(element.header().tag)) {
        (VR::UN, Some(VirtualVr::Exact(known))) => known,
        (stated, _) => stated,
    }
}

/// A UID: digits and dots, at most 64 of them.
pub fn uid(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    text(object, tag)
        .filter(|uid| uid.len() <= 64 && uid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// Items of a sequence; none when absent.
pub fn items(object: &InMemDicomObject, tag: Tag) -> &[InMemDicomObject] {
    object.element_opt(tag).ok().flatten().and_then(|element| element.items()).unwrap_or_default()
}

/// What stands in the place of a number, as far as it can be shown: words may be those of a patient.
fn shown(text: &str) -> String {
    const NO_NUMBERS: [&str; 5] = ["nan", "inf", "-inf", "infinity", "?"];
    let is_of_numbers =
        text.chars().all(|character| character.is_ascii_digit() || " +-.,eE\\".contains(character));
    if is_of_numbers || NO_NUMBERS.contains(&text.to_lowercase().as_str()) {
        text.chars().take(40).collect()
    } else {
        "letters".to_owned()
    }
}

/// All numbers of an attribute; nothing when it is absent or empty.
///
/// # Errors
/// When something there is not a finite number: a comma, `nan`, letters (H48).
pub fn numbers(
    object: &InMemDicomObject,
    tag: Tag,
    attribute: &'static str,
) -> Result<Option<Vec<f64>>, ReadError> {
    let Some(element) = object.element_opt(tag).ok().flatten() else { return Ok(None) };
    let unusable = |text: &str| ReadError::Number { attribute, text: shown(text) };
    let is_unknown = element.vr() == VR::UN;
    let values: Vec<f64> = match representation(element) {
        VR::DS | VR::IS => {
            let text = written(element).ok_or_else(|| unusable("?"))?;
            let parts: Vec<&str> = text.split('\\').map(|part| part.trim_matches(is_padding)).collect();
            if parts.iter().all(|part| part.is_empty()) {
                return Ok(None);
            }
            parts.iter().map(|part| part.parse::<f64>().map_err(|_| unusable(part))).collect::<Result<_, _>>()?
        }
        known if is_unknown => {
            let bytes = element.to_bytes().map_err(|_| unusable("?"))?;
            binary_numbers(known, &bytes).ok_or_else(|| unusable("?"))?
        }
        VR::US | VR::SS | VR::UL | VR::SL | VR::FL | VR::FD | VR::UV | VR::SV => {
            element.to_multi_float64().map_err(|_| unusable("?"))?
        }
        // Bytes and words would come out as numbers that nobody meant.
        _ => return Err(unusable("?")),
    };
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(unusable(&value.to_string())),
        None => Ok((!values.is_empty()).then_some(values)),
    }
}

/// Numbers of an element of unknown representation, which has its low byte first.
fn binary_numbers(representation: VR, bytes: &[u8]) -> Option<Vec<f64>> {
    fn all<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f64) -> Option<Vec<f64>> {
        let (words, rest) = bytes.as_chunks::<N>();
        rest.is_empty().then(|| words.iter().map(|word| number(*word)).collect())
    }
    match representation {
        VR::US => all(bytes, |word| f64::from(u16::from_le_bytes(word))),
        VR::SS => all(bytes, |word| f64::from(i16::from_le_bytes(word))),
        VR::UL => all(bytes, |word| f64::from(u32::from_le_bytes(word))),
        VR::SL => all(bytes, |word| f64::from(i32::from_le_bytes(word))),
        VR::FL => all(bytes, |word| f64::from(f32::from_le_bytes(word))),
        VR::FD => all(bytes, f64::from_le_bytes),
        _ => None,
    }
}

/// One number; nothing when absent.
///
/// # Errors
/// As [`numbers`].
pub fn number(object: &InMemDicomObject, tag: Tag, attribute: &'static str) -> Result<Option<f64>, ReadError> {
    Ok(numbers(object, tag, attribute)?.and_then(|values| values.first().copied()))
}

/// One whole number; nothing when absent.
///
/// # Errors
/// As [`numbers`], and for fractions.
pub fn integer(object: &InMemDicomObject, tag: Tag, attribute: &'static str) -> Result<Option<i64>, ReadError> {
    match number(object, tag, attribute)? {
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => Ok(Some(value as i64)),
        Some(value) => Err(ReadError::Number { attribute, text: value.to_string() }),
        None => Ok(None),
    }
}

/// A number that must be there.
///
/// # Errors
/// When it is absent or not a number.
pub fn required_number(object: &InMemDicomObject, tag: Tag, attribute: &'static str) -> Result<f64, ReadError> {
    number(object, tag, attribute)?.ok_or(ReadError::Missing(attribute))
}

/// Exactly `N` numbers that must be there.
///
/// # Errors
/// When they are absent, not numbers, or of another count.
pub fn required_numbers<const N: usize>(
    object: &InMemDicomObject,
    tag: Tag,
    attribute: &'static str,
) -> Result<[f64; N], ReadError> {
    let values = numbers(object, tag, attribute)?.ok_or(ReadError::Missing(attribute))?;
    let n = values.len();
    values.try_into().map_err(|_| ReadError::Number { attribute, text: format!("{n} values instead of {N}") })
}

/// A date; nothing when absent.
///
/// # Errors
/// When it is not a whole calendar date (H37).
pub fn date(object: &InMemDicomObject, tag: Tag, attribute: &'static str) -> Result<Option<NaiveDate>, ReadError> {
    let written = text(object, tag).unwrap_or_default();
    case::read_date(&written).map_err(|problem| ReadError::Date { attribute, problem })
}

/// Position of the first voxel and the row and column directions.
///
/// # Errors
/// When one is absent or not made of numbers.
pub fn placement(object: &InMemDicomObject) -> Result<(Point, Vector, Vector), ReadError> {
    use dicom_dictionary_std::tags::{IMAGE_ORIENTATION_PATIENT, IMAGE_POSITION_PATIENT};
    let position = required_numbers::<3>(object, IMAGE_POSITION_PATIENT, "Image Position (Patient)")?;
    let cosines = required_numbers::<6>(object, IMAGE_ORIENTATION_PATIENT, "Image Orientation (Patient)")?;
    let row = Vector::new(cosines[0], cosines[1], cosines[2]);
    let column = Vector::new(cosines[3], cosines[4], cosines[5]);
    Ok((Point::from(Vector::from(position)), row, column))
}
