//! Numbers in binary: a header in JSON, then arrays one after the other.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// The content type.
pub const CONTENT_TYPE: &str = "application/vnd.rert.arrays";
const MAGIC: &[u8; 8] = b"RERTARR1";
/// Arrays begin at multiples of this.
const ALIGNED: usize = 8;

/// Arrays with a header, ready to be sent.
#[derive(Clone, Debug, Default)]
pub struct Arrays {
    header: Map<String, Value>,
    listed: Vec<Value>,
    data: Vec<u8>,
}

impl Arrays {
    /// Arrays whose header begins with the fields of a document.
    pub fn with_header(document: Value) -> Self {
        let header = match document {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Self { header, ..Self::default() }
    }

    /// Adds an array of 32-bit floating point numbers.
    pub fn push_f32(&mut self, name: &str, shape: &[usize], values: impl IntoIterator<Item = f32>) {
        self.push(name, "f32", shape, values.into_iter().flat_map(f32::to_le_bytes));
    }

    /// Adds an array of 16-bit signed integers.
    pub fn push_i16(&mut self, name: &str, shape: &[usize], values: impl IntoIterator<Item = i16>) {
        self.push(name, "i16", shape, values.into_iter().flat_map(i16::to_le_bytes));
    }

    /// Adds an array of 32-bit unsigned integers.
    pub fn push_u32(&mut self, name: &str, shape: &[usize], values: impl IntoIterator<Item = u32>) {
        self.push(name, "u32", shape, values.into_iter().flat_map(u32::to_le_bytes));
    }

    fn push(&mut self, name: &str, kind: &str, shape: &[usize], bytes: impl Iterator<Item = u8>) {
        self.data.resize(self.data.len().next_multiple_of(ALIGNED), 0);
        self.listed.push(json!({ "name": name, "type": kind, "shape": shape, "offset": self.data.len() }));
        self.data.extend(bytes);
    }

    /// All bytes.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.header.insert("arrays".to_owned(), Value::Array(self.listed));
        let mut header = Value::Object(self.header).to_string().into_bytes();
        let before = MAGIC.len() + size_of::<u32>();
        let padded = (before + header.len()).next_multiple_of(ALIGNED) - before;
        header.resize(padded, b' ');
        let mut bytes = Vec::with_capacity(before + header.len() + self.data.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(&self.data);
        bytes
    }
}

impl IntoResponse for Arrays {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, CONTENT_TYPE)], self.into_bytes()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_found_where_the_header_says() {
        let mut arrays = Arrays::with_header(json!({ "about": "ünits" }));
        arrays.push_i16("odd", &[3], [1, -2, 3]);
        arrays.push_f32("values", &[2], [1.5, f32::NAN]);
        let bytes = arrays.into_bytes();
        assert_eq!(&bytes[..8], MAGIC);
        let length = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
        let start = 12 + length;
        assert_eq!(start % ALIGNED, 0);
        let header: Value = serde_json::from_slice(&bytes[12..start]).unwrap();
        assert_eq!(header["about"], "ünits");
        let offset = header["arrays"][1]["offset"].as_u64().unwrap() as usize;
        assert_eq!(offset, 8);
        let at = start + offset;
        assert_eq!(f32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()), 1.5);
        assert_eq!(bytes.len(), at + 8);
    }
}
