//! Values as the DICOM JSON model tells them, and what it leaves out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use dicom_core::DataElement;
use dicom_core::value::DataSetSequence;

use super::*;
use crate::frames::{FrameError, Frames};

const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

fn object() -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    let contour: Vec<String> = (0..600).map(|at| at.to_string()).collect();
    item.put(DataElement::new(tags::CONTOUR_DATA, VR::DS, PrimitiveValue::Strs(contour.into())));
    let mut object = InMemDicomObject::new_empty();
    object.put(DataElement::new(tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 100"));
    object.put(DataElement::new(tags::SOP_CLASS_UID, VR::UI, "1.2"));
    object.put(DataElement::new(tags::PATIENT_NAME, VR::PN, "Müller^Anna=漢字"));
    object.put(DataElement::new(tags::PATIENT_ID, VR::LO, ""));
    object.put(DataElement::new(
        tags::PIXEL_SPACING,
        VR::DS,
        PrimitiveValue::Strs(["1.50", "abc"].map(str::to_owned).to_vec().into()),
    ));
    object.put(DataElement::new(tags::ROWS, VR::US, PrimitiveValue::from(2_u16)));
    object.put(DataElement::new(tags::COLUMNS, VR::US, PrimitiveValue::from(1_u16)));
    object.put(DataElement::new(tags::BITS_ALLOCATED, VR::US, PrimitiveValue::from(16_u16)));
    object.put(DataElement::new(tags::NUMBER_OF_FRAMES, VR::IS, "2"));
    object.put(DataElement::new(
        tags::FRAME_INCREMENT_POINTER,
        VR::AT,
        PrimitiveValue::Tags([tags::PATIENT_ID].to_vec().into()),
    ));
    object.put(DataElement::new(
        tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        VR::OW,
        PrimitiveValue::U16([1, 2].to_vec().into()),
    ));
    object.put(DataElement::new(tags::ROI_CONTOUR_SEQUENCE, VR::SQ, DataSetSequence::from(vec![item])));
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16([1, 2, 3, 4].to_vec().into())));
    object
}

fn parsed(transfer_syntax: &str) -> Parsed {
    use dicom_object::FileMetaTableBuilder;
    let meta = FileMetaTableBuilder::new()
        .media_storage_sop_class_uid("1.2")
        .media_storage_sop_instance_uid("1.3")
        .transfer_syntax(transfer_syntax);
    let mut object = object();
    if transfer_syntax != BIG_ENDIAN {
        object.put(DataElement::new(tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192"));
    } else {
        object.put(DataElement::new(tags::PATIENT_NAME, VR::PN, "Müller^Anna"));
    }
    let mut bytes = Vec::new();
    object.with_meta(meta).unwrap().write_all(&mut bytes).unwrap();
    Parsed::read(&bytes).unwrap()
}

#[test]
fn every_kind_of_value_is_told_as_the_standard_says() {
    let told = metadata(&parsed("1.2.840.10008.1.2.1"), "http://a/bulkdata");
    assert_eq!(told["00080005"]["Value"], json!(["ISO_IR 192"]));
    assert_eq!(told["00100010"]["Value"], json!([{ "Alphabetic": "Müller^Anna", "Ideographic": "漢字" }]));
    assert_eq!(told["00100020"], json!({ "vr": "LO" }));
    assert_eq!(told["00280030"]["Value"], json!([1.5, "abc"]));
    assert_eq!(told["00280010"], json!({ "vr": "US", "Value": [2] }));
    assert_eq!(told["00280009"]["Value"], json!(["00100020"]));
    assert_eq!(told["00281201"]["InlineBinary"], "AQACAA==");
    assert_eq!(told["7FE00010"], json!({ "vr": "OW", "BulkDataURI": "http://a/bulkdata/7FE00010" }));
    let contour = &told["30060039"]["Value"][0]["30060050"];
    assert_eq!(contour["BulkDataURI"], "http://a/bulkdata/30060039.0.30060050");
}

#[test]
fn what_is_left_out_is_found_by_its_address() {
    for syntax in ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", BIG_ENDIAN] {
        let parsed = parsed(syntax);
        assert_eq!(bulk::value(&parsed, "7FE00010").unwrap(), [1, 0, 2, 0, 3, 0, 4, 0], "{syntax}");
        assert!(bulk::value(&parsed, "30060039.0.30060050").unwrap().starts_with(b"0\\1\\2"));
        let frames = Frames::of(&parsed).unwrap();
        assert_eq!(frames.frame(2).unwrap(), [3, 0, 4, 0]);
        for number in [0, 3, usize::MAX] {
            assert_eq!(frames.frame(number).unwrap_err(), FrameError::Missing { number, n: 2 });
        }
    }
    for address in ["", ".", "30060039", "30060039.9.30060050", "30060039.x", "00990099", "PatientID.0.PatientID"]
    {
        assert_eq!(bulk::value(&parsed(BIG_ENDIAN), address), None, "{address}");
    }
}

#[test]
fn attributes_are_known_by_keyword_and_by_digits() {
    assert_eq!(tag_of("PatientName"), Some(tags::PATIENT_NAME));
    assert_eq!(tag_of("00100010"), Some(tags::PATIENT_NAME));
    assert_eq!(tag_of("0010001"), None);
    assert_eq!(tag_of("Patient'sName"), None);
}

#[test]
fn numbers_that_are_none_stay_text() {
    assert_eq!(decimal("nan"), json!("nan"));
    assert_eq!(decimal("1e3"), json!(1000.0));
    assert_eq!(values(VR::FL, &PrimitiveValue::F32([0.1_f32].to_vec().into())), [json!(0.1)]);
}
