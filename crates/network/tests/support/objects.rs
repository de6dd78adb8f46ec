//! Objects to send.

use std::io::Write;
use std::path::{Path, PathBuf};

use dicom_core::value::PixelFragmentSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use dicom_transfer_syntax_registry::{TransferSyntaxIndex, TransferSyntaxRegistry};

pub const IMPLICIT: &str = uids::IMPLICIT_VR_LITTLE_ENDIAN;
pub const EXPLICIT: &str = uids::EXPLICIT_VR_LITTLE_ENDIAN;
pub const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
pub const DEFLATED: &str = uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
pub const RLE: &str = uids::RLE_LOSSLESS;

pub const ALL: [&str; 5] = [IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED, RLE];

/// Whose an object is.
#[derive(Clone, Debug)]
pub struct Patient {
    pub id: &'static str,
    pub name: &'static str,
    pub birth_date: &'static str,
}

pub const ANNA: Patient = Patient { id: "4711", name: "Mueller^Anna", birth_date: "19600304" };

/// A CT image of a given size. UIDs follow from the numbers.
pub fn ct(patient: &Patient, series: u32, number: u32, side: u16) -> InMemDicomObject {
    let mut object = InMemDicomObject::new_empty();
    let study = format!("2.25.1000.{}", patient.id);
    let texts: [(Tag, VR, &str); 24] = [
        (tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 100"),
        (tags::SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE),
        (tags::SOP_INSTANCE_UID, VR::UI, &format!("2.25.1000.{}.{series}.{number}", patient.id)),
        (tags::STUDY_DATE, VR::DA, "20200102"),
        (tags::SERIES_DATE, VR::DA, "20200102"),
        (tags::STUDY_TIME, VR::TM, "120000"),
        (tags::ACCESSION_NUMBER, VR::SH, "A1"),
        (tags::MODALITY, VR::CS, "CT"),
        (tags::STUDY_DESCRIPTION, VR::LO, "planning"),
        (tags::SERIES_DESCRIPTION, VR::LO, "thorax"),
        (tags::PATIENT_NAME, VR::PN, patient.name),
        (tags::PATIENT_ID, VR::LO, patient.id),
        (tags::PATIENT_BIRTH_DATE, VR::DA, patient.birth_date),
        (tags::PATIENT_SEX, VR::CS, "F"),
        (tags::STUDY_INSTANCE_UID, VR::UI, &study),
        (tags::SERIES_INSTANCE_UID, VR::UI, &format!("{study}.{series}")),
        (tags::STUDY_ID, VR::SH, "1"),
        (tags::SERIES_NUMBER, VR::IS, &series.to_string()),
        (tags::INSTANCE_NUMBER, VR::IS, &number.to_string()),
        (tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2"),
        (tags::PIXEL_SPACING, VR::DS, "1\\1"),
        (tags::IMAGE_POSITION_PATIENT, VR::DS, &format!("0\\0\\{number}")),
        (tags::IMAGE_ORIENTATION_PATIENT, VR::DS, "1\\0\\0\\0\\1\\0"),
        (tags::FRAME_OF_REFERENCE_UID, VR::UI, "2.25.3"),
    ];
    for (tag, representation, text) in texts {
        object.put(DataElement::new(tag, representation, text));
    }
    let numbers: [(Tag, u16); 7] = [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, side),
        (tags::COLUMNS, side),
        (tags::BITS_ALLOCATED, 16),
        (tags::BITS_STORED, 16),
        (tags::HIGH_BIT, 15),
        (tags::PIXEL_REPRESENTATION, 0),
    ];
    for (tag, number) in numbers {
        object.put(DataElement::new(tag, VR::US, PrimitiveValue::from(number)));
    }
    let n = usize::from(side) * usize::from(side);
    let pixels: Vec<u16> = (0..n).map(|at| (at as u32 ^ number) as u16).collect();
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(pixels.into())));
    object
}

/// The same with pixels in fragments, as compressed ones are; nobody here looks into them.
pub fn encapsulated(mut object: InMemDicomObject) -> InMemDicomObject {
    // One frame of one segment for each byte of a pixel, each a run of equal bytes.
    let mut frame = vec![0_u8; 64];
    frame[0] = 2;
    frame[4] = 64;
    frame[8] = 66;
    frame.extend([0x81, 7, 0x81, 7]);
    object.put(DataElement::new(tags::ROWS, VR::US, PrimitiveValue::from(16_u16)));
    object.put(DataElement::new(tags::COLUMNS, VR::US, PrimitiveValue::from(8_u16)));
    let fragments = PixelFragmentSequence::new(vec![0_u32], vec![frame]);
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OB, fragments));
    object
}

/// The bytes of a data set in a transfer syntax.
pub fn encode(object: &InMemDicomObject, transfer_syntax: &str) -> Vec<u8> {
    let plain = match transfer_syntax {
        DEFLATED | RLE => EXPLICIT,
        other => other,
    };
    let syntax = TransferSyntaxRegistry.get(plain).expect("a syntax");
    let mut bytes = Vec::new();
    object.write_dataset_with_ts(&mut bytes, syntax).expect("a data set");
    if transfer_syntax != DEFLATED {
        return bytes;
    }
    let mut deflater = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    deflater.write_all(&bytes).expect("deflated");
    let mut deflated = deflater.finish().expect("deflated");
    if deflated.len() % 2 == 1 {
        deflated.push(0);
    }
    deflated
}

/// A whole file.
pub fn file(object: &InMemDicomObject, transfer_syntax: &str) -> Vec<u8> {
    let of = |tag| object.element(tag).expect("an element").to_str().expect("text").into_owned();
    let meta = FileMetaTableBuilder::new()
        .media_storage_sop_class_uid(of(tags::SOP_CLASS_UID))
        .media_storage_sop_instance_uid(of(tags::SOP_INSTANCE_UID))
        .transfer_syntax(transfer_syntax)
        .build()
        .expect("a meta group");
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    meta.write(&mut bytes).expect("a meta group");
    bytes.extend(encode(object, transfer_syntax));
    bytes
}

/// What follows the meta group of a file.
pub fn data_set_of(file: &[u8]) -> Vec<u8> {
    assert_eq!(&file[..128], [0; 128], "an empty preamble");
    assert_eq!(&file[128..132], b"DICM");
    let length = u32::from_le_bytes(file[140..144].try_into().expect("a length")) as usize;
    file[144 + length..].to_vec()
}

/// An image in a transfer syntax, as a file in a folder.
pub fn write(folder: &Path, patient: &Patient, number: u32, transfer_syntax: &str, side: u16) -> PathBuf {
    let object = ct(patient, 1, number, side);
    let object = if transfer_syntax == RLE { encapsulated(object) } else { object };
    let path = folder.join(format!("{}-{number}.dcm", patient.id));
    std::fs::write(&path, file(&object, transfer_syntax)).expect("a file");
    path
}
