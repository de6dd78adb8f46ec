//! Writes what the fuzzer begins with: one folder of small inputs for each of its targets. `cargo xtask fuzz` runs it.

use std::io::Write;
use std::path::{Path, PathBuf};

use dicom_core::value::Value;
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use phantom::hostile::hostile_files;
use phantom::{ObjectKind, Options, SyntheticFile, SyntheticPatient};

/// Larger inputs slow the fuzzer down and show it nothing that smaller ones do not.
const LARGEST: usize = 32 << 10;
const SYNTAXES: [&str; 4] = [
    uids::EXPLICIT_VR_LITTLE_ENDIAN,
    uids::IMPLICIT_VR_LITTLE_ENDIAN,
    // Retired, and still found in old archives.
    "1.2.840.10008.1.2.2",
    uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
];

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Fallible<()> {
    let corpus = PathBuf::from(std::env::args().nth(1).ok_or("name the folder of the corpus")?);
    let patient = small_patient();
    let objects = objects(&patient)?;
    write(&corpus.join("examine"), objects.iter().cloned().chain(hostile(&patient)?))?;
    write(&corpus.join("unpack"), archives(&objects))?;
    write(&corpus.join("association"), conversations(&objects))?;
    write(&corpus.join("settings"), settings()?)
}

/// Writes inputs that are small enough under numbers, which the fuzzer replaces by hashes of its own.
fn write(folder: &Path, inputs: impl IntoIterator<Item = Vec<u8>>) -> Fallible<()> {
    std::fs::create_dir_all(folder)?;
    for (number, bytes) in inputs.into_iter().filter(|bytes| bytes.len() <= LARGEST).enumerate() {
        std::fs::write(folder.join(format!("seed-{number}")), bytes)?;
    }
    Ok(())
}

/// One object of each kind, and few contours and voxels in each.
fn small_patient() -> SyntheticPatient {
    let options = Options { dose_spacing_mm: Some([40.0; 3]), ..Options::tiny() };
    let mut patient = SyntheticPatient::generate(&options);
    let (record, pet) = (patient.treatment_record(1, 1), patient.pet_series(1).swap_remove(0));
    patient.files.extend([record, pet]);
    let mut known: Vec<ObjectKind> = Vec::new();
    patient.files.retain(|file| {
        let is_new = !known.contains(&file.kind);
        known.push(file.kind);
        is_new
    });
    for file in patient.files.iter_mut().filter(|file| file.kind == ObjectKind::StructureSet) {
        shorten(&mut file.object, tags::ROI_CONTOUR_SEQUENCE, 4);
        shorten(&mut file.object, tags::STRUCTURE_SET_ROI_SEQUENCE, 4);
        shorten(&mut file.object, tags::RTROI_OBSERVATIONS_SEQUENCE, 4);
        file.object.update_value(tags::ROI_CONTOUR_SEQUENCE, |rois| {
            for roi in rois.items_mut().into_iter().flatten() {
                shorten(roi, tags::CONTOUR_SEQUENCE, 3);
            }
        });
    }
    patient
}

fn shorten(object: &mut InMemDicomObject, sequence: Tag, n: usize) {
    let Ok(Value::Sequence(items)) = object.element(sequence).map(|element| element.value().clone()) else {
        return;
    };
    let few: Vec<_> = items.items().iter().take(n).cloned().collect();
    object.put(DataElement::new(sequence, VR::SQ, dicom_core::value::DataSetSequence::from(few)));
}

fn objects(patient: &SyntheticPatient) -> Fallible<Vec<Vec<u8>>> {
    let mut objects = Vec::new();
    for file in &patient.files {
        for transfer_syntax in SYNTAXES {
            objects.push(SyntheticFile { transfer_syntax, ..file.clone() }.bytes()?);
        }
    }
    Ok(objects)
}

/// Some of the hostile files: the fuzzer flips bits and cuts off by itself.
fn hostile(patient: &SyntheticPatient) -> Fallible<Vec<Vec<u8>>> {
    let files = hostile_files(patient)?;
    let is_wanted = |name: &str| !name.starts_with("cut off") && !name.starts_with("flipped");
    Ok(files.into_iter().filter(|file| is_wanted(&file.name)).map(|file| file.bytes).collect())
}

/// Zip archives: of an object, of several, stored, packed, and within each other.
fn archives(objects: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let one = zip(&[("CT.dcm", &objects[0], true)]);
    let small = objects.iter().filter(|object| object.len() < LARGEST / 4);
    let several: Vec<(&str, &[u8], bool)> =
        small.enumerate().map(|(n, object)| ("DIR/A.dcm", object.as_slice(), n % 2 == 0)).take(4).collect();
    let upwards =
        zip(&[("../../outside", b"words", false), ("/outside", b"words", true), ("folder/", b"", false)]);
    let nested = zip(&[("inner.zip", &one, true)]);
    let tight = zip(&[("zeros", &vec![0; 1 << 20], true)]);
    vec![zip(&[]), one, zip(&several), upwards, nested, tight]
}

/// A zip archive, by hand: local headers, central directory, its end.
fn zip(entries: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content, is_packed) in entries {
        let packed = if *is_packed { deflated(content) } else { content.to_vec() };
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut header = Vec::new();
        header.extend([20, 0, 0, 0, if *is_packed { 8 } else { 0 }, 0, 0, 0, 0x21, 0]);
        header.extend(crc.sum().to_le_bytes());
        header.extend((packed.len() as u32).to_le_bytes());
        header.extend((content.len() as u32).to_le_bytes());
        header.extend((name.len() as u16).to_le_bytes());
        header.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&header);
        directory.extend([0; 10]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(header);
        bytes.extend(name.as_bytes());
        bytes.extend(packed);
    }
    let n = (entries.len() as u16).to_le_bytes();
    let begin = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([n, n].concat());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(begin.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(content).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// What peers say: requests, an echo, an object, a commitment, releases, aborts; whole, in disorder and in pieces.
fn conversations(objects: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let asked = request();
    let release = pdu(5, &[0; 4]);
    let echo = data(1, 3, &command(0x0030, uids::VERIFICATION, None, false));
    let store = data(3, 3, &command(0x0001, uids::CT_IMAGE_STORAGE, Some("2.25.1"), true));
    // Behind the preamble and a meta group that states its length.
    let object = &objects[0];
    let meta = u32::from_le_bytes([object[140], object[141], object[142], object[143]]) as usize;
    let set = &object[144 + meta..];
    let pieces: Vec<Vec<u8>> = set
        .chunks(4_000)
        .map(|piece| data(3, u8::from(piece.as_ptr_range().end == set.as_ptr_range().end) * 2, piece))
        .collect();
    let action = data(5, 3, &action());
    let commitment = data(5, 2, &commitment());
    let abort = pdu(7, &[0, 0, 0, 0]);
    let whole = |parts: &[&[u8]]| [&[asked.as_slice()], parts, &[release.as_slice()]].concat().concat();
    vec![
        asked.clone(),
        whole(&[]),
        whole(&[&echo, &echo]),
        whole(&[&store, &data(3, 2, b"not an object")]),
        whole(&[&store, &pieces.concat(), &echo]),
        whole(&[&action, &commitment]),
        whole(&[&store, &abort]),
        whole(&[&pieces.concat(), &store]),
        [asked.as_slice(), &store].concat(),
        [asked.as_slice(), &abort].concat(),
        b"GET / HTTP/1.1\r\nHost: node\r\n\r\n".to_vec(),
    ]
}

fn pdu(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 0], &(body.len() as u32).to_be_bytes()[..], body].concat()
}

fn item(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 0], &(body.len() as u16).to_be_bytes()[..], body].concat()
}

/// A request for an association with three contexts (PS3.8 9.3.2).
fn request() -> Vec<u8> {
    let mut body = vec![0, 1, 0, 0];
    body.extend(b"RERT            FUZZER          ");
    body.extend([0; 32]);
    body.extend(item(0x10, b"1.2.840.10008.3.1.1.1"));
    for (id, class) in
        [(1, uids::VERIFICATION), (3, uids::CT_IMAGE_STORAGE), (5, uids::STORAGE_COMMITMENT_PUSH_MODEL)]
    {
        let context = [
            vec![id, 0, 0, 0],
            item(0x30, class.as_bytes()),
            item(0x40, uids::EXPLICIT_VR_LITTLE_ENDIAN.as_bytes()),
            item(0x40, uids::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()),
        ];
        body.extend(item(0x20, &context.concat()));
    }
    let user = [item(0x51, &16_384_u32.to_be_bytes()), item(0x52, b"2.25.1"), item(0x55, b"FUZZER")];
    body.extend(item(0x50, &user.concat()));
    pdu(1, &body)
}

/// A presentation data value: 1 in its flags for a command, 2 for the last piece.
fn data(context: u8, flags: u8, bytes: &[u8]) -> Vec<u8> {
    let length = (bytes.len() as u32 + 2).to_be_bytes();
    pdu(4, &[&length[..], &[context, flags], bytes].concat())
}

fn element(group: u16, tag: u16, value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    value.resize(value.len().next_multiple_of(2), 0);
    [&group.to_le_bytes()[..], &tag.to_le_bytes(), &(value.len() as u32).to_le_bytes(), &value].concat()
}

fn command(field: u16, class: &str, instance: Option<&str>, has_data: bool) -> Vec<u8> {
    let type_of_data = if has_data { 1_u16 } else { 0x0101 };
    let mut set = element(0, 0x0002, class.as_bytes());
    set.extend(element(0, 0x0100, &field.to_le_bytes()));
    set.extend(element(0, 0x0110, &7_u16.to_le_bytes()));
    set.extend(element(0, 0x0800, &type_of_data.to_le_bytes()));
    if let Some(instance) = instance {
        set.extend(element(0, 0x1000, instance.as_bytes()));
    }
    set
}

/// A request for a storage commitment (PS3.4 J.3.2).
fn action() -> Vec<u8> {
    let mut set = element(0, 0x0003, uids::STORAGE_COMMITMENT_PUSH_MODEL.as_bytes());
    set.extend(element(0, 0x0100, &0x0130_u16.to_le_bytes()));
    set.extend(element(0, 0x0110, &7_u16.to_le_bytes()));
    set.extend(element(0, 0x0800, &1_u16.to_le_bytes()));
    set.extend(element(0, 0x1001, b"1.2.840.10008.1.20.1.1"));
    set.extend(element(0, 0x1008, &1_u16.to_le_bytes()));
    set
}

fn commitment() -> Vec<u8> {
    // In explicit little endian: a transaction, and a sequence of one reference.
    let short = |tag: [u8; 4], value: &str| {
        let mut value = value.as_bytes().to_vec();
        value.resize(value.len().next_multiple_of(2), 0);
        [&tag[..], b"UI", &(value.len() as u16).to_le_bytes(), &value].concat()
    };
    let reference =
        [short([0x08, 0, 0x50, 0x11], uids::CT_IMAGE_STORAGE), short([0x08, 0, 0x55, 0x11], "2.25.1")].concat();
    let item = [&[0xFE, 0xFF, 0x00, 0xE0][..], &(reference.len() as u32).to_le_bytes(), &reference].concat();
    let sequence = [&[0x08, 0, 0x99, 0x11][..], b"SQ\0\0", &(item.len() as u32).to_le_bytes(), &item].concat();
    [short([0x08, 0, 0x95, 0x11], "2.25.2"), sequence].concat()
}

/// The settings of the synthetic patients and of the user guide, which names every field: part by part and as a whole.
fn settings() -> Fallible<Vec<Vec<u8>>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(own.join("cases"))?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    let guide = std::fs::read_to_string(own.join("../../docs/guide/user-guide.md"))?;
    let mut texts: Vec<String> =
        guide.split("```toml\n").skip(1).filter_map(|text| Some(text.split_once("```")?.0.to_owned())).collect();
    for path in paths {
        texts.push(std::fs::read_to_string(path)?);
    }
    let mut found = vec![Vec::new()];
    for text in texts {
        // What stands in comments of the guide are fields as well.
        let told = text.replace("\n# ", "\n");
        found.extend(
            [&text, &told].into_iter().flat_map(|text| text.split("\n\n")).map(|part| part.as_bytes().to_vec()),
        );
        found.push(text.into_bytes());
    }
    Ok(found)
}
