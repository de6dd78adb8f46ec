//! Bytes to a data set.

use std::io::Read;

use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::{TransferSyntaxIndex, TransferSyntaxRegistry};

use crate::ReadError;
use crate::guard::{self, Encoding, PixelData};

const IMPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2";
const EXPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2.1";
const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
const EXPLICIT_BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// A deflated data set may not grow beyond these.
const MAX_INFLATED: u64 = 2 << 30;
const MAX_INFLATION: u64 = 1032;

/// A data set without its pixel data, which stay as bytes beside it.
pub struct Parsed {
    /// Every element before the pixel data.
    pub object: InMemDicomObject,
    /// Transfer syntax of the file.
    pub transfer_syntax: String,
    /// How its numbers are encoded.
    pub encoding: Encoding,
    bytes: Vec<u8>,
    pixels: Option<PixelData>,
}

impl Parsed {
    /// Reads a file with or without preamble and meta group.
    ///
    /// # Errors
    /// When the bytes are damaged. A syntax that is not known counts as explicit little endian, as all compressed ones
    /// are; only its pixels are then refused.
    pub fn read(file: &[u8]) -> Result<Self, ReadError> {
        let (transfer_syntax, begin) = meta_group(file)?;
        let rest = file.get(begin..).unwrap_or_default();
        let bytes = if transfer_syntax == DEFLATED { inflate(rest)? } else { rest.to_vec() };
        let encoding = Encoding {
            explicit: transfer_syntax != IMPLICIT_LITTLE_ENDIAN,
            big_endian: transfer_syntax == EXPLICIT_BIG_ENDIAN,
        };
        let pixels = guard::inspect(&bytes, encoding)?;
        let elements = &bytes[..pixels.map_or(bytes.len(), |pixels| pixels.element)];
        let syntax = TransferSyntaxRegistry
            .get(plain_syntax(&transfer_syntax, encoding))
            .ok_or_else(|| ReadError::TransferSyntax(transfer_syntax.clone()))?;
        let object = InMemDicomObject::read_dataset_with_ts(elements, syntax)
            .map_err(|error| ReadError::Damaged(error.to_string()))?;
        Ok(Self { object, transfer_syntax, encoding, bytes, pixels })
    }

    /// The pixel bytes as they stand, when they are not compressed.
    pub fn native_pixels(&self) -> Option<&[u8]> {
        let pixels = self.pixels?;
        self.bytes.get(pixels.value..pixels.value + pixels.length?)
    }

    /// Whether there are pixel data at all.
    pub fn has_pixels(&self) -> bool {
        self.pixels.is_some()
    }
}

/// The encoding of the elements: compressed syntaxes differ from explicit little endian in the pixels only.
fn plain_syntax(transfer_syntax: &str, encoding: Encoding) -> &str {
    match transfer_syntax {
        IMPLICIT_LITTLE_ENDIAN | EXPLICIT_BIG_ENDIAN => transfer_syntax,
        _ => {
            debug_assert!(encoding.explicit);
            EXPLICIT_LITTLE_ENDIAN
        }
    }
}

/// Transfer syntax and the offset at which the data set begins.
fn meta_group(file: &[u8]) -> Result<(String, usize), ReadError> {
    if file.get(128..132) != Some(b"DICM") {
        return bare_data_set(file);
    }
    let mut at = 132;
    let mut transfer_syntax = None;
    while file.get(at..at + 2) == Some(&[0x02, 0x00]) {
        let header = file.get(at..at + 12).ok_or_else(cut_off)?;
        let long = matches!(&header[4..6], b"OB" | b"UN" | b"UT" | b"OW" | b"SQ");
        let (value, length) = if long {
            (at + 12, u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize)
        } else {
            (at + 8, usize::from(u16::from_le_bytes([header[6], header[7]])))
        };
        let end = value.checked_add(length).filter(|&end| end <= file.len()).ok_or_else(cut_off)?;
        if header[2..4] == [0x10, 0x00] {
            let text = String::from_utf8_lossy(&file[value..end]);
            transfer_syntax = Some(text.trim_end_matches(['\0', ' ']).to_owned());
        }
        at = end;
    }
    Ok((transfer_syntax.unwrap_or_else(|| IMPLICIT_LITTLE_ENDIAN.to_owned()), at))
}

/// A data set without a preamble begins with group 0008 (or 0002 without the preamble).
fn bare_data_set(file: &[u8]) -> Result<(String, usize), ReadError> {
    match file.get(0..8) {
        Some([0x08, 0x00, _, _, a, b, ..]) => {
            let explicit = a.is_ascii_uppercase() && b.is_ascii_uppercase();
            let syntax = if explicit { EXPLICIT_LITTLE_ENDIAN } else { IMPLICIT_LITTLE_ENDIAN };
            Ok((syntax.to_owned(), 0))
        }
        _ => Err(ReadError::Damaged("it does not begin like a DICOM file".to_owned())),
    }
}

/// Whether the bytes look like DICOM, by content alone.
pub fn looks_like_dicom(beginning: &[u8]) -> bool {
    beginning.get(128..132) == Some(b"DICM") || {
        // Without a preamble: group 0008 with one of its first elements.
        let tag = beginning.get(0..4);
        matches!(tag, Some([0x08, 0x00, 0x00 | 0x05 | 0x08 | 0x12 | 0x16 | 0x18, 0x00])) && beginning.len() > 8
    }
}

fn inflate(compressed: &[u8]) -> Result<Vec<u8>, ReadError> {
    let limit = MAX_INFLATED.min(MAX_INFLATION * compressed.len() as u64);
    let mut bytes = Vec::new();
    let mut reader = flate2::read::DeflateDecoder::new(compressed).take(limit + 1);
    reader.read_to_end(&mut bytes).map_err(|error| ReadError::Damaged(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(ReadError::Damaged("the deflated data set grows beyond its limit".to_owned()));
    }
    Ok(bytes)
}

fn cut_off() -> ReadError {
    ReadError::Damaged("it ends within its meta information".to_owned())
}
