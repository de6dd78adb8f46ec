//! Short ways to write DICOM data elements.
//!
//! The value representation comes from the standard dictionary, so that a tag cannot be given a
//! wrong one by mistake.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::value::{C, DataSetSequence};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

/// Longest decimal string (DS).
const DECIMAL_LENGTH: usize = 16;

/// An element with this value.
pub(crate) fn element(tag: Tag, value: PrimitiveValue) -> InMemElement {
    DataElement::new(tag, representation(tag), value)
}

/// An element without a value.
pub(crate) fn empty(tag: Tag) -> InMemElement {
    DataElement::empty(tag, representation(tag))
}

/// A text element; an empty text is no value.
pub(crate) fn text(tag: Tag, value: impl Into<String>) -> InMemElement {
    element(tag, PrimitiveValue::Str(value.into()))
}

/// A text element of several values.
pub(crate) fn texts(tag: Tag, values: &[&str]) -> InMemElement {
    strings(tag, values.iter().map(|value| (*value).to_owned()))
}

/// An integer string (IS).
pub(crate) fn integer(tag: Tag, value: impl Into<i64>) -> InMemElement {
    let value: i64 = value.into();
    text(tag, value.to_string())
}

/// A decimal string (DS).
pub(crate) fn number(tag: Tag, value: f64) -> InMemElement {
    text(tag, decimal(value))
}

/// A decimal string of several values.
pub(crate) fn numbers(tag: Tag, values: impl IntoIterator<Item = f64>) -> InMemElement {
    strings(tag, values.into_iter().map(decimal))
}

/// An unsigned short (US).
pub(crate) fn short(tag: Tag, value: u16) -> InMemElement {
    element(tag, PrimitiveValue::U16(C::from_elem(value, 1)))
}

/// A sequence of items.
pub(crate) fn sequence(tag: Tag, items: Vec<InMemDicomObject>) -> InMemElement {
    DataElement::new(tag, VR::SQ, DataSetSequence::from(items))
}

/// A data set: an item of a sequence or a whole object.
pub(crate) fn item(elements: impl IntoIterator<Item = InMemElement>) -> InMemDicomObject {
    InMemDicomObject::from_element_iter(elements)
}

/// A sequence of one item that refers to one object.
pub(crate) fn reference(tag: Tag, sop_class_uid: &str, sop_instance_uid: &str) -> InMemElement {
    sequence(tag, vec![reference_item(sop_class_uid, sop_instance_uid)])
}

/// An item that refers to one object.
pub(crate) fn reference_item(sop_class_uid: &str, sop_instance_uid: &str) -> InMemDicomObject {
    item([
        text(tags::REFERENCED_SOP_CLASS_UID, sop_class_uid),
        text(tags::REFERENCED_SOP_INSTANCE_UID, sop_instance_uid),
    ])
}

/// The number in at most 16 characters: exact where that is enough, else rounded to as many
/// decimals as fit.
pub(crate) fn decimal(value: f64) -> String {
    let shortest = shorten(format!("{value}"));
    if shortest.len() <= DECIMAL_LENGTH {
        return shortest;
    }
    (0..=14)
        .rev()
        .map(|places| shorten(format!("{value:.places$}")))
        .find(|rounded| rounded.len() <= DECIMAL_LENGTH)
        .unwrap_or_else(|| format!("{value:.8e}"))
}

/// Without trailing zeros and without a negative zero.
fn shorten(number: String) -> String {
    if !number.contains('.') {
        return if number == "-0" { "0".to_owned() } else { number };
    }
    match number.trim_end_matches('0').trim_end_matches('.') {
        "-0" => "0".to_owned(),
        kept => kept.to_owned(),
    }
}

fn strings(tag: Tag, values: impl Iterator<Item = String>) -> InMemElement {
    element(tag, PrimitiveValue::Strs(values.collect()))
}

fn representation(tag: Tag) -> VR {
    StandardDataDictionary.by_tag(tag).map_or(VR::UN, |entry| entry.vr().relaxed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_fit_and_keep_what_they_can() {
        for (value, written) in [
            (0.0, "0"),
            (-0.0, "0"),
            (2.5, "2.5"),
            (-136.25, "-136.25"),
            (1e-6, "0.000001"),
            (100.0, "100"),
            (-1e-17, "0"),
            (0.123_456_789_012_345_68, "0.12345678901235"),
            (-0.123_456_789_012_345_68, "-0.1234567890123"),
        ] {
            assert_eq!(decimal(value), written);
        }
        assert!(decimal(-1.0 / 3.0 * 1e7).len() <= 16);
    }

    #[test]
    fn the_dictionary_gives_the_representation() {
        assert_eq!(number(tags::DOSE_GRID_SCALING, 0.5).vr(), VR::DS);
        assert_eq!(text(tags::SOP_INSTANCE_UID, "1.2").vr(), VR::UI);
        assert_eq!(short(tags::ROWS, 3).vr(), VR::US);
        assert_eq!(element(tags::PIXEL_DATA, PrimitiveValue::Empty).vr(), VR::OW);
    }
}
