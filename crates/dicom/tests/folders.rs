//! Folders as clinics hand them over: nested, zipped, mixed with other files, damaged.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use std::io::Write;

use phantom::{Options, SyntheticPatient};

fn patient() -> SyntheticPatient {
    SyntheticPatient::generate(&Options::tiny())
}

fn read(folder: &std::path::Path) -> case::Objects {
    dicom::read_folder(folder, &|_, _| {}).unwrap().objects
}

fn counts(objects: &case::Objects) -> [usize; 5] {
    [
        objects.images.len(),
        objects.structure_sets.len(),
        objects.plans.len(),
        objects.doses.len(),
        objects.registrations.len(),
    ]
}

#[test]
fn files_are_recognised_by_content_in_folders_and_archives() {
    let folder = tempfile::tempdir().unwrap();
    patient().write(folder.path()).unwrap();
    let plain = read(folder.path());
    assert_eq!(counts(&plain), [2, 2, 2, 2, 1]);

    let zipped = tempfile::tempdir().unwrap();
    let mut archive = zip::ZipWriter::new(std::fs::File::create(zipped.path().join("export.bin")).unwrap());
    for (index, file) in patient().files.iter().enumerate() {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(format!("a/b{}/no-ending-{index}", index % 3), options).unwrap();
        archive.write_all(&file.bytes().unwrap()).unwrap();
    }
    archive.finish().unwrap();
    std::fs::write(zipped.path().join("readme.dcm"), "this is no DICOM file at all").unwrap();
    let from_archive = read(zipped.path());
    assert_eq!(counts(&from_archive), [2, 2, 2, 2, 1]);
    let hashes =
        |objects: &case::Objects| objects.inputs.iter().map(|input| input.sha256.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&plain), hashes(&from_archive));
    assert!(from_archive.findings.as_slice().iter().any(|finding| finding.message.contains("not DICOM")));
}

#[test]
fn exact_copies_are_read_once() {
    let folder = tempfile::tempdir().unwrap();
    patient().write(folder.path()).unwrap();
    patient().write(&folder.path().join("copy")).unwrap();
    assert_eq!(counts(&read(folder.path())), [2, 2, 2, 2, 1]);
}

#[test]
fn voxels_of_an_image_are_hounsfield_units_at_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let patient = patient();
    patient.write(folder.path()).unwrap();
    let mut read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
    let current = read.objects.plans.iter().max_by_key(|plan| plan.date).unwrap().header.frame.clone();
    let index = read.objects.images.iter().position(|image| Some(&image.frame) == current.as_ref()).unwrap();
    read.load_voxels(index).unwrap();
    let voxels = read.objects.images[index].voxels.as_ref().unwrap();
    let size = voxels.grid().size();
    for index in [[10, 10, 10], [33, 20, 22], [40, 25, 30]] {
        assert!((0..3).all(|axis| index[axis] < size[axis]));
        let at = voxels.grid().position_mm(index);
        let expected = patient.truth.hounsfield([at.x, at.y, at.z]);
        let found = f64::from(voxels.values()[voxels.grid().offset(index)]);
        assert!((found - expected).abs() <= 1.0, "{found} and {expected}");
    }
}

/// Bytes changed, cut and repeated at random places never crash the reader.
#[test]
fn damaged_bytes_are_errors_or_other_values_but_never_a_crash() {
    use proptest::prelude::*;
    let file = patient().files.iter().find(|file| file.path.ends_with("RP.dcm")).unwrap().bytes().unwrap();
    let changes = proptest::collection::vec((0..file.len(), any::<u8>()), 1..20);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
    runner
        .run(&(changes, 0..file.len()), |(changes, end)| {
            let mut damaged = file.clone();
            changes.iter().for_each(|(at, byte)| damaged[*at] = *byte);
            let _ = dicom::parse::Parsed::read(&damaged);
            let _ = dicom::parse::Parsed::read(&damaged[..end]);
            Ok(())
        })
        .unwrap();
}

/// A slice of 16-bit pixels in DICOM RLE: the high bytes, then the low bytes, in literal runs.
fn run_length_encoded(pixels: &[u8]) -> Vec<u8> {
    let segment = |first: usize| -> Vec<u8> {
        let bytes: Vec<u8> = pixels.iter().skip(first).step_by(2).copied().collect();
        let mut packed: Vec<u8> = bytes
            .chunks(128)
            .flat_map(|run| std::iter::once(run.len() as u8 - 1).chain(run.iter().copied()))
            .collect();
        packed.resize(packed.len().next_multiple_of(2), 128);
        packed
    };
    let (high, low) = (segment(1), segment(0));
    let mut header = vec![2_u32, 64, 64 + high.len() as u32];
    header.resize(16, 0);
    [header.iter().flat_map(|word| word.to_le_bytes()).collect(), high, low].concat()
}

#[test]
fn run_length_encoded_slices_give_the_same_voxels() {
    use dicom_core::value::{PixelFragmentSequence, Value};
    use dicom_dictionary_std::tags;
    let voxels = |patient: &SyntheticPatient| {
        let folder = tempfile::tempdir().unwrap();
        patient.write(folder.path()).unwrap();
        let mut read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
        (0..2).for_each(|index| read.load_voxels(index).unwrap());
        read.objects.images.iter().map(|image| image.voxels.clone().unwrap()).collect::<Vec<_>>()
    };
    let native = patient();
    let mut compressed = native.clone();
    for file in compressed.files.iter_mut().filter(|file| file.kind == phantom::ObjectKind::Ct) {
        let pixels = file.object.element(tags::PIXEL_DATA).unwrap().to_bytes().unwrap().into_owned();
        let fragments: PixelFragmentSequence<Vec<u8>> =
            PixelFragmentSequence::new(vec![0_u32], vec![run_length_encoded(&pixels)]);
        let value = Value::PixelSequence(fragments);
        file.object.put(dicom_core::DataElement::new(tags::PIXEL_DATA, dicom_core::VR::OB, value));
        file.transfer_syntax = "1.2.840.10008.1.2.5";
    }
    assert_eq!(voxels(&native), voxels(&compressed));
}

#[test]
fn a_program_that_knew_no_representations_changed_no_value() {
    use dicom_core::{DataElement, PrimitiveValue, VR};
    let read = |patient: &SyntheticPatient| {
        let folder = tempfile::tempdir().unwrap();
        patient.write(folder.path()).unwrap();
        dicom::read_folder(folder.path(), &|_, _| {}).unwrap().objects
    };
    let known = patient();
    let mut unknown = patient();
    for file in &mut unknown.files {
        let elements: Vec<_> = file.object.iter().cloned().collect();
        for element in elements {
            // Pixel data and sequences keep theirs, as in files that were compressed by another program.
            if element.value().primitive().is_none() || matches!(element.vr(), VR::OW | VR::OB | VR::SQ) {
                continue;
            }
            let bytes = element.to_bytes().unwrap().into_owned();
            let tag = element.header().tag;
            file.object.put(DataElement::new(tag, VR::UN, PrimitiveValue::U8(bytes.into())));
        }
    }
    let (known, unknown) = (read(&known), read(&unknown));
    assert_eq!(known.doses.len(), unknown.doses.len());
    for (known, unknown) in known.doses.iter().zip(&unknown.doses) {
        assert_eq!(known.header.uid, unknown.header.uid);
        assert_eq!(known.header.patient, unknown.header.patient);
        assert_eq!(known.content, unknown.content);
        assert_eq!((&known.units, known.quantum), (&unknown.units, unknown.quantum));
    }
    assert_eq!(known.images.len(), unknown.images.len());
    for (known, unknown) in known.images.iter().zip(&unknown.images) {
        assert_eq!(known.grid, unknown.grid);
    }
}
