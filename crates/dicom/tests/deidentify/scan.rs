//! Looks for texts in bytes and in decoded values, in all the forms that a leak could take.

use std::collections::BTreeMap;

use dicom_object::InMemDicomObject;

/// A pattern with the text it stands for.
struct Pattern {
    bytes: Vec<u8>,
    text: usize,
}

/// Many texts at once, found by the first bytes of their forms.
pub struct Scan {
    texts: Vec<String>,
    patterns: BTreeMap<[u8; 4], Vec<Pattern>>,
}

impl Scan {
    /// Every text as it is, in UTF-16 of both orders, and in hexadecimal digits; upper and lower case count as one.
    pub fn of(texts: impl IntoIterator<Item = String>) -> Self {
        let mut scan = Self { texts: texts.into_iter().collect(), patterns: BTreeMap::new() };
        for text in 0..scan.texts.len() {
            let low = scan.texts[text].to_lowercase();
            let wide = |order: fn(u16) -> [u8; 2]| low.encode_utf16().flat_map(order).collect::<Vec<u8>>();
            let digits: String = low.bytes().map(|byte| format!("{byte:02x}")).collect();
            let high: String = scan.texts[text].bytes().map(|byte| format!("{byte:02x}")).collect();
            let forms = [
                low.clone().into_bytes(),
                wide(u16::to_le_bytes),
                wide(u16::to_be_bytes),
                digits.into(),
                high.into(),
            ];
            for bytes in forms.into_iter().filter(|bytes| bytes.len() >= 4) {
                let first = [bytes[0], bytes[1], bytes[2], bytes[3]];
                scan.patterns.entry(first).or_default().push(Pattern { bytes, text });
            }
        }
        scan
    }

    /// The texts that stand in some bytes.
    pub fn found(&self, bytes: &[u8]) -> Vec<&str> {
        let low = bytes.to_ascii_lowercase();
        let mut found = Vec::new();
        for at in 0..low.len().saturating_sub(3) {
            let first = [low[at], low[at + 1], low[at + 2], low[at + 3]];
            let candidates = self.patterns.get(&first).map(Vec::as_slice).unwrap_or_default();
            for pattern in candidates.iter().filter(|pattern| low[at..].starts_with(&pattern.bytes)) {
                found.push(self.texts[pattern.text].as_str());
            }
        }
        found
    }
}

/// All values of a data set as text, at every depth.
pub fn values(object: &InMemDicomObject) -> Vec<String> {
    let mut all = Vec::new();
    for element in object.iter() {
        match element.items() {
            Some(items) => items.iter().for_each(|item| all.extend(values(item))),
            None => all.extend(element.to_str().map(|text| text.into_owned())),
        }
    }
    all
}

/// All tags of a data set, at every depth.
pub fn all_tags(object: &InMemDicomObject) -> Vec<dicom_core::Tag> {
    let mut all = Vec::new();
    for element in object.iter() {
        all.push(element.header().tag);
        element.items().into_iter().flatten().for_each(|item| all.extend(all_tags(item)));
    }
    all
}
