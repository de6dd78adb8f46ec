//! Hundreds of identifiers are planted; none may be found again.

use std::path::Path;

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::patient::{Exported, whole};
use crate::plant::{Planted, plant, write};
use crate::scan::{Scan, all_tags, values};

fn planted() -> (Exported, Planted) {
    let mut patient = whole();
    let mut planted = plant(&mut patient);
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(&patient, input.path(), &mut planted);
    (Exported::of_folder(input, out), planted)
}

/// What must not be found: dates also as people write them.
fn scan_for(planted: &Planted) -> Scan {
    let as_written = |date: &String| {
        let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
        [date.clone(), format!("{year}-{month}-{day}"), format!("{day}.{month}.{year}")]
    };
    let dates = planted.dates.iter().flat_map(as_written);
    let others = [&planted.texts, &planted.uids, &planted.times].into_iter().flatten().cloned();
    Scan::of(others.chain(dates))
}

fn files(place: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = std::fs::read_dir(place)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    all.sort();
    all
}

fn decoded(bytes: &[u8]) -> InMemDicomObject {
    dicom_object::from_reader(bytes).unwrap().into_inner()
}

#[test]
fn deidentified_objects_hold_none_of_the_planted_identifiers() {
    let (exported, planted) = planted();
    let kinds = ["CT", "MR", "PT", "RTSTRUCT", "RTPLAN", "RTDOSE", "REG", "RTRECORD"];
    for kind in kinds {
        assert!(exported.export.manifest.files.iter().any(|file| file.kind == kind), "no {kind} was exported");
    }
    assert!(exported.export.manifest.left_out.is_empty(), "{:?}", exported.export.manifest.left_out);
    assert!(planted.texts.len() >= 300 && planted.len() >= 1500, "{} and {}", planted.texts.len(), planted.len());
    let scan = scan_for(&planted);
    for (name, bytes) in files(exported.out.path()) {
        assert_eq!(scan.found(name.as_bytes()), Vec::<&str>::new());
        assert_eq!(scan.found(&bytes), Vec::<&str>::new(), "bytes of {name}");
        assert!(bytes[..128].iter().all(|byte| *byte == 0));
        let object = decoded(&bytes);
        let text = values(&object).join("\n");
        assert_eq!(scan.found(text.as_bytes()), Vec::<&str>::new(), "values of {name}");
        assert!(all_tags(&object).iter().all(|tag| tag.group() % 2 == 0), "a private element in {name}");
    }
    let manifest = format!("{:?}", exported.export.manifest);
    assert_eq!(scan.found(manifest.as_bytes()), Vec::<&str>::new());
    let n_bytes: usize = files(exported.out.path()).iter().map(|(_, bytes)| bytes.len()).sum();
    println!(
        "planted {} texts, {} UIDs, {} dates, {} times; searched {} files of {n_bytes} bytes; found 0",
        planted.texts.len(),
        planted.uids.len(),
        planted.dates.len(),
        planted.times.len(),
        exported.export.manifest.files.len()
    );
}

/// The search is worth nothing unless it finds what is there.
#[test]
fn the_search_finds_one_identifier_that_was_let_through_in_any_form() {
    let (exported, planted) = planted();
    let scan = scan_for(&planted);
    let (_, bytes) = files(exported.out.path()).remove(0);
    let with = |tag, vr, value: PrimitiveValue| {
        let mut file = dicom_object::from_reader(&bytes[..]).unwrap();
        file.put(DataElement::new(tag, vr, value));
        let mut bytes = Vec::new();
        file.write_all(&mut bytes).unwrap();
        bytes
    };
    let text = planted.texts[5].as_str();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let digits: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
    for (vr, value) in [
        (VR::LO, PrimitiveValue::from(text)),
        (VR::LO, PrimitiveValue::from(text.to_lowercase())),
        (VR::OB, PrimitiveValue::U8(wide.into())),
        (VR::LO, PrimitiveValue::from(digits)),
        (VR::UI, PrimitiveValue::from(planted.uids[7].as_str())),
        (VR::DA, PrimitiveValue::from(planted.dates[3].as_str())),
    ] {
        assert_eq!(scan.found(&with(tags::PATIENT_COMMENTS, vr, value)).len(), 1, "{vr}");
    }
}

/// What was planted stands in the sources, or nothing is shown by not finding it.
#[test]
fn all_that_was_planted_is_found_in_the_sources() {
    let (exported, planted) = planted();
    let texts =
        Scan::of(planted.texts.iter().chain(&planted.uids).chain(&planted.dates).chain(&planted.times).cloned());
    let mut found = std::collections::BTreeSet::new();
    let folder = std::fs::read_dir(exported.input.path()).unwrap().map(|entry| entry.unwrap());
    for folder in folder.filter(|entry| entry.path().is_dir()) {
        found.extend(texts.found(folder.file_name().as_encoded_bytes()).into_iter().map(str::to_owned));
        for (name, bytes) in files(&folder.path()) {
            found.extend(texts.found(name.as_bytes()).into_iter().map(str::to_owned));
            found.extend(texts.found(&bytes).into_iter().map(str::to_owned));
        }
    }
    let all = planted.texts.iter().chain(&planted.uids).chain(&planted.dates).chain(&planted.times);
    let lost: Vec<&String> = all.filter(|text| !found.contains(*text)).collect();
    assert!(lost.is_empty(), "{} of {}: {:?}", lost.len(), planted.len(), &lost[..lost.len().min(9)]);
}

/// Some scanners of old kept drawings in the bits above the values.
#[test]
fn bits_that_belong_to_no_value_are_gone() {
    let mut patient = whole();
    let slice = patient.files.iter_mut().find(|file| file.path.ends_with("course1/CT/0005.dcm")).unwrap();
    let bits = |object: &InMemDicomObject, tag| object.element(tag).unwrap().to_int::<u16>().unwrap();
    let (stored, is_signed) =
        (bits(&slice.object, tags::BITS_STORED), bits(&slice.object, tags::PIXEL_REPRESENTATION));
    assert!(stored == 12 && is_signed == 0, "this course is stored in 12 bits");
    let mut values = slice.object.element(tags::PIXEL_DATA).unwrap().to_multi_int::<u16>().unwrap();
    values.iter_mut().for_each(|value| *value |= 0xA000);
    slice.object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(values.into())));
    let uid = slice.object.element(tags::SOP_INSTANCE_UID).unwrap().to_str().unwrap().into_owned();
    let exported = Exported::of(&patient);
    let new = exported.new_uid(&uid);
    let file = exported.export.manifest.files.iter().find(|file| file.sop_instance == new).unwrap();
    let object = decoded(&std::fs::read(exported.out.path().join(&file.file)).unwrap());
    let values = object.element(tags::PIXEL_DATA).unwrap().to_multi_int::<u16>().unwrap();
    assert!(values.iter().all(|value| *value < 4096));
}
