//! A look over the bytes before any parser meets them.
//!
//! The parser of the DICOM library recurses into nested sequences and believes declared lengths, so a small
//! hostile file could exhaust stack or memory. This walk uses neither recursion nor allocation beyond a stack of
//! bounded depth; what it lets pass has lengths that fit the bytes, bounded nesting and a bounded number of
//! elements. It also finds where the pixel data of the top level stand.

use std::collections::BTreeSet;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;

use crate::ReadError;

/// Sequences nested deeper than this do not occur in treatment data.
pub const MAX_DEPTH: usize = 32;
/// A structure set of a whole body has some hundred thousand elements.
pub const MAX_ELEMENTS: usize = 8_000_000;

/// The dictionary has some five thousand tags; those of manufacturers come on top.
const MAX_TAGS: usize = 100_000;

const PIXEL_DATA: Tag = Tag(0x7FE0, 0x0010);
const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);
const UNDEFINED: u32 = u32::MAX;

/// How the elements are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// Whether each element states its value representation.
    pub explicit: bool,
    /// Whether numbers have their high byte first.
    pub big_endian: bool,
}

/// Where the pixel data of the top level stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelData {
    /// Where the element begins.
    pub element: usize,
    /// Where its value begins.
    pub value: usize,
    /// Length of the value, or nothing when it is encapsulated in fragments.
    pub length: Option<usize>,
}

/// What encloses the bytes at hand.
enum Level {
    /// A sequence of items, up to an offset or to its delimiter.
    Sequence { end: Option<usize>, implicit: bool },
    /// A data set within an item, up to an offset or to its delimiter.
    Item { end: Option<usize>, implicit: bool },
}

impl Level {
    fn end(&self) -> Option<usize> {
        match self {
            Self::Sequence { end, .. } | Self::Item { end, .. } => *end,
        }
    }

    fn implicit(&self) -> bool {
        match self {
            Self::Sequence { implicit, .. } | Self::Item { implicit, .. } => *implicit,
        }
    }
}

struct Element {
    tag: Tag,
    is_sequence: bool,
    /// Items of a sequence of unknown representation are encoded without representations.
    implicit_inside: bool,
    length: u32,
    /// Bytes of each of its values.
    size: u32,
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    encoding: Encoding,
    levels: Vec<Level>,
    /// Tags of the top level, each of which stands once.
    tags: BTreeSet<Tag>,
    pixels: Option<PixelData>,
}

/// Walks over a data set and returns where its pixel data stand.
///
/// # Errors
/// When a length exceeds the bytes, nesting or the number of elements its limit, an element of the top level stands twice, or the
/// structure is broken.
pub fn inspect(bytes: &[u8], encoding: Encoding) -> Result<Option<PixelData>, ReadError> {
    let mut walk = Walk {
        bytes,
        at: 0,
        encoding,
        levels: Vec::with_capacity(MAX_DEPTH),
        tags: BTreeSet::new(),
        pixels: None,
    };
    let mut n_elements = 0;
    loop {
        walk.leave_finished_levels();
        if walk.at == bytes.len() {
            return if walk.levels.is_empty() {
                Ok(walk.pixels)
            } else {
                Err(damaged("it ends within a sequence"))
            };
        }
        n_elements += 1;
        if n_elements > MAX_ELEMENTS {
            return Err(damaged("it holds too many elements"));
        }
        walk.step()?;
    }
}

fn damaged(what: impl Into<String>) -> ReadError {
    ReadError::Damaged(what.into())
}

impl Walk<'_> {
    fn leave_finished_levels(&mut self) {
        while self.levels.last().and_then(Level::end).is_some_and(|end| end <= self.at) {
            self.levels.pop();
        }
    }

    fn step(&mut self) -> Result<(), ReadError> {
        let begin = self.at;
        let element = self.read_element()?;
        if self.levels.is_empty() && !self.tags.insert(element.tag) {
            // Which of the two holds would hang on the reader.
            return Err(damaged(format!("the element {} stands twice", element.tag)));
        }
        if self.tags.len() > MAX_TAGS {
            return Err(damaged("it holds too many elements"));
        }
        match element.tag {
            ITEM => self.enter_item(element.length),
            ITEM_END | SEQUENCE_END => self.leave(element.tag),
            tag if self.levels.is_empty() && tag == PIXEL_DATA => self.pass_pixel_data(begin, element.length),
            _ if element.is_sequence => self.enter_sequence(&element),
            _ if element.length % element.size != 0 => {
                Err(damaged(format!("the element {} ends within a value", element.tag)))
            }
            _ => self.skip(element.length),
        }
    }

    fn enter_item(&mut self, length: u32) -> Result<(), ReadError> {
        let Some(Level::Sequence { implicit, .. }) = self.levels.last() else {
            return Err(damaged("an item stands outside a sequence"));
        };
        let implicit = *implicit;
        let end = self.end_of(length)?;
        self.push(Level::Item { end, implicit })
    }

    fn enter_sequence(&mut self, element: &Element) -> Result<(), ReadError> {
        let end = self.end_of(element.length)?;
        let implicit = element.implicit_inside || self.levels.last().is_some_and(Level::implicit);
        self.push(Level::Sequence { end, implicit })
    }

    fn leave(&mut self, tag: Tag) -> Result<(), ReadError> {
        match (self.levels.pop(), tag) {
            (Some(Level::Item { end: None, .. }), ITEM_END) => Ok(()),
            (Some(Level::Sequence { end: None, .. }), SEQUENCE_END) => Ok(()),
            _ => Err(damaged("a delimiter stands where nothing ends")),
        }
    }

    fn push(&mut self, level: Level) -> Result<(), ReadError> {
        if self.levels.len() >= 2 * MAX_DEPTH {
            return Err(damaged(format!("sequences are nested more than {MAX_DEPTH} deep")));
        }
        self.levels.push(level);
        Ok(())
    }

    fn pass_pixel_data(&mut self, begin: usize, length: u32) -> Result<(), ReadError> {
        let value = self.at;
        if length != UNDEFINED {
            self.pixels = Some(PixelData { element: begin, value, length: Some(length as usize) });
            return self.skip(length);
        }
        self.pixels = Some(PixelData { element: begin, value, length: None });
        loop {
            let tag = self.read_tag()?;
            let fragment = self.read_u32()?;
            match tag {
                ITEM if fragment != UNDEFINED => self.skip(fragment)?,
                SEQUENCE_END => return Ok(()),
                _ => return Err(damaged("the fragments of the pixel data are broken")),
            }
        }
    }

    fn skip(&mut self, length: u32) -> Result<(), ReadError> {
        let end = self.end_of(length)?.ok_or_else(|| damaged("an element has no defined length"))?;
        self.at = end;
        Ok(())
    }

    fn end_of(&self, length: u32) -> Result<Option<usize>, ReadError> {
        if length == UNDEFINED {
            return Ok(None);
        }
        let limit = self.levels.iter().rev().find_map(Level::end).unwrap_or(self.bytes.len());
        match self.at.checked_add(length as usize) {
            Some(end) if end <= limit => Ok(Some(end)),
            _ => Err(damaged("an element is longer than the bytes that are left")),
        }
    }

    fn read_element(&mut self) -> Result<Element, ReadError> {
        let tag = self.read_tag()?;
        if tag.group() == 0xFFFE {
            let length = self.read_u32()?;
            return Ok(Element { tag, is_sequence: false, implicit_inside: false, length, size: 1 });
        }
        let implicit = !self.encoding.explicit || self.levels.last().is_some_and(Level::implicit);
        if implicit {
            let length = self.read_u32()?;
            let representation = match StandardDataDictionary.by_tag(tag).map(DataDictionaryEntry::vr) {
                Some(VirtualVr::Exact(representation)) => representation,
                Some(VirtualVr::Xs) => VR::US,
                _ => VR::UN,
            };
            let is_sequence = representation == VR::SQ || (length == UNDEFINED && tag != PIXEL_DATA);
            return Ok(Element { tag, is_sequence, implicit_inside: true, length, size: size_of(representation) });
        }
        let representation = VR::from_binary(self.take::<2>()?).unwrap_or(VR::UN);
        let length = if has_short_length(representation) {
            u32::from(self.read_u16()?)
        } else {
            self.take::<2>()?;
            self.read_u32()?
        };
        let unknown = representation == VR::UN && length == UNDEFINED;
        let is_sequence = representation == VR::SQ || unknown;
        Ok(Element { tag, is_sequence, implicit_inside: unknown, length, size: size_of(representation) })
    }

    fn read_tag(&mut self) -> Result<Tag, ReadError> {
        let group = self.read_u16()?;
        Ok(Tag(group, self.read_u16()?))
    }

    fn read_u16(&mut self) -> Result<u16, ReadError> {
        let bytes = self.take::<2>()?;
        Ok(if self.encoding.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn read_u32(&mut self) -> Result<u32, ReadError> {
        let bytes = self.take::<4>()?;
        Ok(if self.encoding.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let slice = self.bytes.get(self.at..self.at + N).ok_or_else(|| damaged("it ends within an element"))?;
        self.at += N;
        slice.try_into().map_err(|_| damaged("it ends within an element"))
    }
}

/// Whether a length of 16 bits follows a representation. All others have one of 32, also those that nobody knows (PS3.5, 7.1.2): where this
/// walk and the parser read a length otherwise, the parser believes one that was never looked at.
fn has_short_length(representation: VR) -> bool {
    use VR::{AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, PN, SH, SL, SS, ST, TM, UI, UL, US};
    matches!(
        representation,
        AE | AS | AT | CS | DA | DS | DT | FD | FL | IS | LO | LT | PN | SH | SL | SS | ST | TM | UI | UL | US
    )
}

/// Bytes of each value of a representation. The parser reads whole values and goes on behind the last of them, not where the element
/// ends: what is left of one would be taken for the next element, with a length that was never looked at.
fn size_of(representation: VR) -> u32 {
    match representation {
        VR::US | VR::SS | VR::OW => 2,
        VR::UL | VR::SL | VR::FL | VR::AT | VR::OF | VR::OL => 4,
        VR::FD | VR::SV | VR::UV | VR::OD | VR::OV => 8,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPLICIT: Encoding = Encoding { explicit: true, big_endian: false };

    fn sequence_header(bytes: &mut Vec<u8>) {
        bytes.extend([0x0A, 0x30, 0x10, 0x00, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        bytes.extend([0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
    }

    #[test]
    fn deep_nesting_is_refused_without_recursion() {
        let mut bytes = Vec::new();
        (0..5_000).for_each(|_| sequence_header(&mut bytes));
        assert!(matches!(inspect(&bytes, EXPLICIT), Err(ReadError::Damaged(_))));
    }

    #[test]
    fn a_length_beyond_the_end_is_refused() {
        let claims_four_gigabytes = [0x10, 0x00, 0x10, 0x00, b'U', b'T', 0, 0, 0xF0, 0xFF, 0xFF, 0xFF, b'x'];
        assert!(matches!(inspect(&claims_four_gigabytes, EXPLICIT), Err(ReadError::Damaged(_))));
    }

    /// With a length of 16 bits the element would end where the bytes do, and the parser asked for 1.6 GB.
    #[test]
    fn a_representation_that_nobody_knows_has_a_length_of_32_bits() {
        let damaged = *b"\x08\x00\x05\x00\x00S\x0a\x00ISO_IR 192";
        assert!(matches!(inspect(&damaged, EXPLICIT), Err(ReadError::Damaged(_))));
        let whole = *b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 192";
        assert_eq!(inspect(&whole, EXPLICIT).unwrap(), None);
    }

    /// The parser read three values of eight bytes, took the last six bytes for the next element, and asked for 1.2 GB.
    #[test]
    fn an_element_that_ends_within_a_value_is_refused() {
        let explicit = *b"\x08\x00\x16\x00FD\x1e\x00123456781234567812345678123456";
        assert!(matches!(inspect(&explicit, EXPLICIT), Err(ReadError::Damaged(_))));
        let whole = *b"\x08\x00\x16\x00FD\x18\x00123456781234567812345678";
        assert_eq!(inspect(&whole, EXPLICIT).unwrap(), None);
        let implicit = Encoding { explicit: false, big_endian: false };
        let rows = *b"\x28\x00\x10\x00\x03\x00\x00\x00\x01\x00\x00";
        assert!(matches!(inspect(&rows, implicit), Err(ReadError::Damaged(_))));
    }

    #[test]
    fn pixel_data_are_found() {
        let mut bytes = vec![0x28, 0x00, 0x10, 0x00, b'U', b'S', 2, 0, 1, 0];
        bytes.extend([0xE0, 0x7F, 0x10, 0x00, b'O', b'W', 0, 0, 2, 0, 0, 0, 7, 7]);
        let found = inspect(&bytes, EXPLICIT).unwrap();
        assert_eq!(found, Some(PixelData { element: 10, value: 22, length: Some(2) }));
    }

    #[test]
    fn cut_off_anywhere_is_an_error_or_shorter_but_never_a_panic() {
        let mut bytes = Vec::new();
        sequence_header(&mut bytes);
        bytes.extend([0x28, 0x00, 0x10, 0x00, b'U', b'S', 2, 0, 1, 0]);
        for end in 0..bytes.len() {
            let _ = inspect(&bytes[..end], EXPLICIT);
        }
    }
}
