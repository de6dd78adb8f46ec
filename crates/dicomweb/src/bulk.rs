//! What the DICOM JSON of an object leaves out, by its address.
//!
//! An address is the eight digits of a tag, and in a sequence those of the sequence, the number of the item from 0 and so on, with
//! points between: `30060039.0.30060040.1.30060050`.

use dicom::parse::Parsed;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::frames::little_endian;
use crate::json::tag_of;

/// The eight digits of a tag.
pub fn name(tag: Tag) -> String {
    format!("{:04X}{:04X}", tag.group(), tag.element())
}

/// Bytes by their address: numbers with their low byte first, text in UTF-8. Nothing where there is no such value, or only
/// compressed pixels.
pub fn value(parsed: &Parsed, address: &str) -> Option<Vec<u8>> {
    if tag_of(address) == Some(tags::PIXEL_DATA) {
        return little_endian(parsed).map(|pixels| pixels.into_owned());
    }
    let mut object: &InMemDicomObject = &parsed.object;
    let mut steps = address.split('.');
    loop {
        let element = object.element_opt(tag_of(steps.next()?)?).ok()??;
        match steps.next() {
            None => return Some(element.value().primitive()?.to_bytes().into_owned()),
            Some(item) => object = element.items()?.get(item.parse::<usize>().ok()?)?,
        }
    }
}
