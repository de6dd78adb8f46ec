//! An exported data set while it is filled.

use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_object::InMemDicomObject;

use super::allowed;
use super::pseudonym::{NewDate, NewInstant, NewTime, NewUid, Word};
use crate::write::decimal_string;

/// A data set that takes numbers, words of this program, new UIDs and moved dates, under the tags of the allow-list, and nothing else.
#[derive(Debug)]
pub(super) struct Sheet {
    object: InMemDicomObject,
    unlisted: Option<Tag>,
}

impl Sheet {
    pub(super) fn new() -> Self {
        Self { object: InMemDicomObject::new_empty(), unlisted: None }
    }

    fn put(&mut self, tag: Tag, value: PrimitiveValue) {
        match allowed::representation(tag) {
            Some(representation) => {
                self.object.put(DataElement::new(tag, representation, value));
            }
            None => self.unlisted = self.unlisted.or(Some(tag)),
        }
    }

    /// A word that stands in this program.
    pub(super) fn code(&mut self, tag: Tag, code: &'static str) {
        self.put(tag, PrimitiveValue::from(code));
    }

    /// Several of them.
    pub(super) fn codes(&mut self, tag: Tag, codes: &[&'static str]) {
        self.put(tag, PrimitiveValue::Strs(codes.iter().map(|code| (*code).to_owned()).collect()));
    }

    /// A word that stands in this program, or an element without a value.
    pub(super) fn code_or_empty(&mut self, tag: Tag, code: Option<&'static str>) {
        self.code(tag, code.unwrap_or_default());
    }

    /// Elements without a value.
    pub(super) fn empty(&mut self, tags: &[Tag]) {
        tags.iter().for_each(|&tag| self.put(tag, PrimitiveValue::Empty));
    }

    pub(super) fn word(&mut self, tag: Tag, word: &Word) {
        self.put(tag, PrimitiveValue::from(word.as_str()));
    }

    pub(super) fn uid(&mut self, tag: Tag, uid: &NewUid) {
        self.put(tag, PrimitiveValue::from(uid.as_str()));
    }

    pub(super) fn date(&mut self, tag: Tag, date: Option<NewDate>) {
        self.put(tag, PrimitiveValue::from(date.map(NewDate::written).unwrap_or_default()));
    }

    pub(super) fn time(&mut self, tag: Tag, time: Option<NewTime>) {
        self.put(tag, PrimitiveValue::from(time.map(NewTime::written).unwrap_or_default()));
    }

    pub(super) fn instant(&mut self, tag: Tag, instant: NewInstant) {
        self.put(tag, PrimitiveValue::from(instant.written()));
    }

    pub(super) fn integer(&mut self, tag: Tag, value: impl Into<i64>) {
        self.put(tag, PrimitiveValue::from(value.into().to_string()));
    }

    pub(super) fn decimals(&mut self, tag: Tag, values: &[f64]) {
        self.put(tag, PrimitiveValue::Strs(values.iter().map(|&value| decimal_string(value)).collect()));
    }

    /// A decimal number; nothing where there is none.
    pub(super) fn decimal(&mut self, tag: Tag, value: Option<f64>) {
        if let Some(value) = value {
            self.decimals(tag, &[value]);
        }
    }

    /// A decimal number, or an element without a value.
    pub(super) fn decimal_or_empty(&mut self, tag: Tag, value: Option<f64>) {
        match value {
            Some(value) => self.decimals(tag, &[value]),
            None => self.empty(&[tag]),
        }
    }

    pub(super) fn short(&mut self, tag: Tag, value: u16) {
        self.put(tag, PrimitiveValue::from(value));
    }

    pub(super) fn longs(&mut self, tag: Tag, values: &[u32]) {
        self.put(tag, PrimitiveValue::U32(values.into()));
    }

    pub(super) fn doubles(&mut self, tag: Tag, values: &[f64]) {
        self.put(tag, PrimitiveValue::F64(values.into()));
    }

    pub(super) fn floats(&mut self, tag: Tag, values: Vec<f32>) {
        self.put(tag, PrimitiveValue::F32(values.into()));
    }

    pub(super) fn tag(&mut self, tag: Tag, value: Tag) {
        self.put(tag, PrimitiveValue::Tags(vec![value].into()));
    }

    /// Values of pixels, each as its bytes with the low one first.
    pub(super) fn pixels(&mut self, tag: Tag, bytes: Vec<u8>) {
        self.put(tag, PrimitiveValue::U8(bytes.into()));
    }

    pub(super) fn items(&mut self, tag: Tag, items: Vec<Self>) {
        let mut objects = Vec::with_capacity(items.len());
        for item in items {
            self.unlisted = self.unlisted.or(item.unlisted);
            objects.push(item.object);
        }
        match allowed::representation(tag) {
            Some(VR::SQ) => {
                self.object.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(objects)));
            }
            _ => self.unlisted = self.unlisted.or(Some(tag)),
        }
    }

    /// The finished data set, or the first tag that the allow-list lacks.
    pub(super) fn finish(self) -> Result<InMemDicomObject, Tag> {
        match self.unlisted {
            Some(tag) => Err(tag),
            None => Ok(self.object),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dicom_dictionary_std::tags;

    #[test]
    fn a_tag_that_is_not_listed_stops_the_object_also_in_a_sequence() {
        let mut item = Sheet::new();
        item.code(tags::PATIENT_COMMENTS, "x");
        let mut object = Sheet::new();
        object.code(tags::MODALITY, "CT");
        object.items(tags::BEAM_SEQUENCE, vec![item]);
        assert_eq!(object.finish().unwrap_err(), tags::PATIENT_COMMENTS);
    }
}
