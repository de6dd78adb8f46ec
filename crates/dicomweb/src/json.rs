//! A data set in the DICOM JSON model (PS3.18 F.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dicom::parse::Parsed;
use dicom_core::header::Header;
use dicom_core::value::PrimitiveValue;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;
use serde_json::{Map, Number, Value, json};

use crate::bulk;

/// Values longer than this are left out and told by their address.
const LONGEST: usize = 1024;

/// A data set without its pixels and what else is long, which are told by their addresses below `bulk_address`.
pub fn metadata(parsed: &Parsed, bulk_address: &str) -> Value {
    let mut told = data_set(&parsed.object, &format!("{bulk_address}/"));
    if parsed.has_pixels() {
        let pixel_data = bulk::name(tags::PIXEL_DATA);
        let representation = if parsed.native_pixels().is_some() { "OW" } else { "OB" };
        let address = format!("{bulk_address}/{pixel_data}");
        told.insert(pixel_data, json!({ "vr": representation, "BulkDataURI": address }));
    }
    Value::Object(told)
}

/// An attribute with a text; one of no value where it is empty.
pub fn text(representation: &str, text: &str) -> Value {
    match (representation, text) {
        (_, "") => json!({ "vr": representation }),
        ("PN", name) => json!({ "vr": "PN", "Value": [person_name(name)] }),
        (_, text) => json!({ "vr": representation, "Value": [text] }),
    }
}

fn data_set(object: &InMemDicomObject, below: &str) -> Map<String, Value> {
    let mut told = Map::new();
    for element in object {
        let tag = element.tag();
        // Lengths of groups and what belongs to the file are no attributes of an object.
        if tag.element() == 0 || tag.group() < 0x0008 {
            continue;
        }
        let name = bulk::name(tag);
        let value = attribute(element, &format!("{below}{name}"));
        told.insert(name, value);
    }
    told
}

fn attribute(element: &InMemElement, address: &str) -> Value {
    let representation = element.vr().to_string();
    if let Some(items) = element.items() {
        let told = |(index, item): (usize, &InMemDicomObject)| {
            Value::Object(data_set(item, &format!("{address}.{index}.")))
        };
        let items: Vec<Value> = items.iter().enumerate().map(told).collect();
        return with_values(representation, items);
    }
    let Some(value) = element.value().primitive() else {
        return json!({ "vr": representation, "BulkDataURI": address });
    };
    if element.tag() == tags::SPECIFIC_CHARACTER_SET {
        // JSON is written in UTF-8, whatever the object was.
        return with_values(representation, vec!["ISO_IR 192".into()]);
    }
    if value.calculate_byte_len() > LONGEST && may_be_long(element.vr()) {
        return json!({ "vr": representation, "BulkDataURI": address });
    }
    if is_binary(element.vr()) {
        return match value.to_bytes() {
            bytes if bytes.is_empty() => json!({ "vr": representation }),
            bytes => json!({ "vr": representation, "InlineBinary": STANDARD.encode(&bytes) }),
        };
    }
    with_values(representation, values(element.vr(), value))
}

fn with_values(representation: &str, values: Vec<Value>) -> Value {
    if values.is_empty() {
        return json!({ "vr": representation });
    }
    json!({ "vr": representation, "Value": values })
}

fn is_binary(representation: VR) -> bool {
    matches!(representation, VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW | VR::UN)
}

/// Representations whose values may be told by an address (PS3.18 F.2.6).
fn may_be_long(representation: VR) -> bool {
    use VR::{DS, FD, FL, IS, LT, SL, SS, ST, SV, UC, UL, US, UT, UV};
    is_binary(representation)
        || matches!(representation, DS | FD | FL | IS | LT | SL | SS | ST | SV | UC | UL | US | UT | UV)
}

fn values(representation: VR, value: &PrimitiveValue) -> Vec<Value> {
    match value {
        PrimitiveValue::Empty => Vec::new(),
        PrimitiveValue::Tags(all) => all.iter().map(|tag| Value::String(bulk::name(*tag))).collect(),
        PrimitiveValue::U8(all) => all.iter().map(|number| json!(number)).collect(),
        PrimitiveValue::I16(all) => all.iter().map(|number| json!(number)).collect(),
        PrimitiveValue::U16(all) => all.iter().map(|number| json!(number)).collect(),
        PrimitiveValue::I32(all) => all.iter().map(|number| json!(number)).collect(),
        PrimitiveValue::U32(all) => all.iter().map(|number| json!(number)).collect(),
        PrimitiveValue::I64(all) => all.iter().map(|number| json!(number)).collect(),
        PrimitiveValue::U64(all) => all.iter().map(|number| json!(number)).collect(),
        // The shortest decimal that is the same number in 32 bits, not its 64 bits spelled out.
        PrimitiveValue::F32(all) => all.iter().map(|number| decimal(&number.to_string())).collect(),
        PrimitiveValue::F64(all) => all.iter().map(|number| decimal(&number.to_string())).collect(),
        other => texts(representation, &other.to_multi_str()),
    }
}

fn texts(representation: VR, all: &[String]) -> Vec<Value> {
    let padding = |letter: char| letter == ' ' || letter == '\0';
    let told = |text: &String| match representation {
        // Spaces at the beginning of a text that is read by people mean something.
        VR::LT | VR::ST | VR::UT | VR::UC | VR::UR => text.trim_end_matches(padding).into(),
        VR::DS | VR::IS => decimal(text.trim_matches(padding)),
        VR::PN => person_name(text.trim_matches(padding)),
        _ => text.trim_matches(padding).into(),
    };
    let told: Vec<Value> = all.iter().map(told).collect();
    let is_empty = |value: &Value| value.is_null() || value == "";
    if told.iter().all(is_empty) {
        return Vec::new();
    }
    // One of several values that is empty keeps its place.
    told.into_iter().map(|value| if is_empty(&value) { Value::Null } else { value }).collect()
}

/// A number; what is none stays the text that it is.
fn decimal(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    let number = text.parse::<f64>().ok().and_then(Number::from_f64);
    number.map_or_else(|| text.into(), Value::Number)
}

/// A name in its up to three ways to write it.
fn person_name(name: &str) -> Value {
    let ways = ["Alphabetic", "Ideographic", "Phonetic"].into_iter().zip(name.split('='));
    let told: Map<String, Value> = ways
        .filter(|(_, text)| !text.is_empty())
        .map(|(way, text)| (way.to_owned(), text.trim_end().into()))
        .collect();
    if told.is_empty() { Value::Null } else { Value::Object(told) }
}

/// The name of an attribute by its keyword or its eight digits, as either stands in an address.
pub fn tag_of(name: &str) -> Option<Tag> {
    use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
    let is_digits = name.len() == 8 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digits {
        let number = u32::from_str_radix(name, 16).ok()?;
        return Some(Tag((number >> 16) as u16, number as u16));
    }
    dicom_dictionary_std::StandardDataDictionary.by_name(name).map(|entry| entry.tag())
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
