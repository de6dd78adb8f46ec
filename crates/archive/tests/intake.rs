//! What comes in from strangers: archives, refused files, objects that are other files as well.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::io::{Cursor, Write};

use archive::{Archive, ArchiveError, Examiner};
use support::{hashes, imported, now, object, place};
use zip::write::{SimpleFileOptions, ZipWriter};

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn an_archive_is_taken_apart_and_what_is_not_dicom_is_counted() {
    let place = place().await;
    let archive = place.open().await;
    let (one, two) = (object("1.1"), object("1.2"));
    let inner = zipped(&[("inner", &two)]);
    let files: [(&str, &[u8]); 4] = [
        ("../../etc/one", &one),
        ("folder/two", &two),
        ("readme.txt", b"words"),
        ("archive in an archive", &inner),
    ];
    let case = imported(&archive, &[("export.zip", &zipped(&files))]).await;
    assert_eq!(hashes(&case).await.len(), 2);
    let left_aside = case.left_aside().await.unwrap();
    assert!(left_aside.refused.is_empty(), "{left_aside:?}");
    assert_eq!(left_aside.n_foreign, 2);
}

#[tokio::test]
async fn an_archive_that_cannot_be_meant_is_refused_and_the_other_files_are_kept() {
    let zeros = vec![0; 100 << 20];
    let bomb = zipped(&[("zeros", &zeros)]);
    let whole = zipped(&[("one", &object("1.1")), ("two", &object("1.2"))]);
    let cut_off = &whole[..whole.len() / 2];
    // The size of an entry stands in the list at the end of an archive.
    let mut lying = whole.clone();
    let listed = lying.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    lying[listed + 24..listed + 28].copy_from_slice(&7_u32.to_le_bytes());
    for (packed, reason) in
        [(&bomb[..], "packed too tightly"), (cut_off, "cannot be opened"), (&lying, "cannot be opened")]
    {
        let place = place().await;
        let archive = place.open().await;
        let kept = object("1.3");
        let case = imported(&archive, &[("a.zip", packed), ("b", &kept)]).await;
        assert_eq!(hashes(&case).await.len(), 1);
        let left_aside = case.left_aside().await.unwrap();
        let (sha256, refusal) = left_aside.refused.first_key_value().unwrap();
        assert!(refusal.reason.contains(reason), "{refusal:?}");
        assert_eq!((refusal.kind.as_str(), sha256), ("archive", &archive::sha256(packed)));
        // What was refused is kept apart, and read never again.
        let told = case.objects().await.unwrap().read(&|_, _| {}).objects.findings;
        assert!(told.as_slice().iter().any(|finding| finding.message.contains(reason)), "{told:?}");
    }
}

#[tokio::test]
async fn an_object_that_is_also_a_program_is_emptied_of_it() {
    let place = place().await;
    let archive = place.open().await;
    let mut program = vec![0; 128];
    program[..2].copy_from_slice(b"MZ");
    program.extend(b"DICM");
    program.extend(b"\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0");
    program.extend(object("1.1"));
    let case = imported(&archive, &[("program.exe", &program)]).await;
    program[..2].copy_from_slice(&[0, 0]);
    let objects = case.objects().await.unwrap();
    assert_eq!(objects.sources()[0].read().unwrap(), program);
    assert_eq!(hashes(&case).await, [archive::sha256(&program)]);
    assert_eq!(case.left_aside().await.unwrap().n_emptied, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn an_examiner_that_cannot_work_is_no_fault_of_the_file() {
    let place = place().await;
    let examiner = Examiner::in_children("/bin/false".into(), &[]);
    let archive = Archive::open(&place.place, examiner).await.unwrap();
    let import = archive.begin_import().unwrap();
    import.add("a", &mut &object("1.1")[..]).unwrap();
    let failed = archive.finish_import(import, None, ("first", now())).await;
    assert!(matches!(failed, Err(ArchiveError::File { .. })));
    assert!(archive.cases().await.unwrap().is_empty());
}
