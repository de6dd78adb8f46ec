//! Cases come in, are found again, change and go.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Cursor, Write};
use std::path::Path;

use archive::{ArchiveError, Bound, CaseId, Examiner, Library, Signature};
use case::Settings;
use chrono::{DateTime, Utc};
use zip::write::{SimpleFileOptions, ZipWriter};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn open(root: &Path) -> Result<Library, ArchiveError> {
    Library::open(root, Examiner::in_this_process())
}

/// A data set that has nothing but its class and its name.
fn object(uid: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (element, value) in [(0x16_u8, "1.2.840.10008.5.1.4.1.1.481.99"), (0x18, uid)] {
        let padded = format!("{value}{}", if value.len() % 2 == 1 { "\0" } else { "" });
        bytes.extend([8, 0, element, 0, b'U', b'I', padded.len() as u8, 0]);
        bytes.extend(padded.as_bytes());
    }
    bytes
}

fn imported(library: &Library, files: &[(&str, &[u8])]) -> CaseId {
    let import = library.begin_import().unwrap();
    for (name, content) in files {
        import.add(name, &mut &content[..]).unwrap();
    }
    library.finish_import(import, None, ("first", now())).unwrap().id().clone()
}

#[test]
fn an_object_is_kept_once_by_what_it_holds_and_its_name_is_forgotten() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let (one, two) = (object("1.1"), object("1.2"));
    let id = imported(&library, &[("DOE^JOHN/CT1.dcm", &one), ("../../copy.dcm", &one), ("b", &two)]);
    let names: Vec<String> = std::fs::read_dir(library.case(&id).unwrap().objects())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names.iter().all(|name| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())));
}

#[test]
fn a_case_is_there_after_the_library_was_closed() {
    let root = tempfile::tempdir().unwrap();
    let id = imported(&open(root.path()).unwrap(), &[("a", b"one")]);
    let library = open(root.path()).unwrap();
    assert_eq!(library.cases().unwrap(), std::slice::from_ref(&id));
    let case = library.case(&id).unwrap();
    assert_eq!((case.label().unwrap().label.as_str(), case.label().unwrap().created), ("first", now()));
    case.rename("sec\u{202e}ond").unwrap();
    assert_eq!(case.label().unwrap().label, "sec\u{fffd}ond");
    case.rename("second").unwrap();
    assert_eq!(case.label().unwrap().label, "second");
    library.delete(case.id()).unwrap();
    assert!(library.cases().unwrap().is_empty());
    assert!(matches!(library.case(&id), Err(ArchiveError::NotFound { .. })));
}

#[test]
fn two_programs_do_not_work_on_one_folder() {
    let root = tempfile::tempdir().unwrap();
    let _first = open(root.path()).unwrap();
    assert!(matches!(open(root.path()), Err(ArchiveError::InUse)));
}

#[test]
fn an_import_that_was_not_finished_is_no_case() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let import = library.begin_import().unwrap();
    import.add("a", &mut &b"one"[..]).unwrap();
    let id = import.id().clone();
    drop((import, library));
    let library = open(root.path()).unwrap();
    assert!(library.cases().unwrap().is_empty());
    assert!(matches!(library.import(&id), Err(ArchiveError::NotFound { .. })));
}

#[test]
fn settings_come_along_and_a_change_by_somebody_else_is_noticed() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let id = imported(&library, &[("folder/case.toml", b"[case]\nsite = \"spine\"\n"), ("a", b"one")]);
    let case = library.case(&id).unwrap();
    let stored = case.settings().unwrap();
    assert_eq!(stored.settings.case.site.map(case::Site::as_str), Some("spine"));
    let other = Settings::default();
    let saved = case.save_settings(&other, &stored.etag).unwrap();
    assert_ne!(saved.etag, stored.etag);
    assert!(matches!(case.save_settings(&stored.settings, &stored.etag), Err(ArchiveError::Changed)));
    assert_eq!(case.settings().unwrap().settings, other);
}

#[test]
fn settings_that_cannot_be_meant_make_no_case() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let import = library.begin_import().unwrap();
    import.add("case.toml", &mut &b"[kase]\n"[..]).unwrap();
    let id = import.id().clone();
    assert!(matches!(library.finish_import(import, None, ("first", now())), Err(ArchiveError::Settings(_))));
    assert!(library.cases().unwrap().is_empty());
    // The import is still there, and can be finished once it is mended.
    library.import(&id).unwrap().add("case.toml", &mut &b"[case]\n"[..]).unwrap();
    library.finish_import(library.import(&id).unwrap(), None, ("first", now())).unwrap();
}

#[test]
fn results_take_the_place_of_the_former_ones_as_a_whole() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let case = library.case(&imported(&library, &[("a", b"one")])).unwrap();
    for (name, content) in [("old.txt", "old"), ("new.txt", "new")] {
        let results = case.begin_results().unwrap();
        std::fs::write(results.path().join(name), content).unwrap();
        results.finish().unwrap();
    }
    assert_eq!(case.result("old.txt").unwrap(), None);
    assert_eq!(case.result("new.txt").unwrap().unwrap(), b"new");
    // Results that were begun and not finished leave the former ones alone.
    let results = case.begin_results().unwrap();
    std::fs::write(results.path().join("new.txt"), "half").unwrap();
    drop(results);
    assert_eq!(case.result("new.txt").unwrap().unwrap(), b"new");
}

#[test]
fn a_signature_is_kept_and_taken_back() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let case = library.case(&imported(&library, &[("a", b"one")])).unwrap();
    assert_eq!(case.signature().unwrap(), None);
    let text = |text: &str| text.to_owned();
    let bound_to = Bound {
        inputs_sha256: text("a"),
        settings_sha256: text("b"),
        knowledge_sha256: text("c"),
        rert: text("1"),
    };
    let signature = Signature {
        name: text("physicist on duty"),
        role: text("physicist"),
        meaning: text("checked"),
        signed_at: now(),
        bound_to,
    };
    case.sign(&signature).unwrap();
    assert_eq!(case.signature().unwrap(), Some(signature));
    case.unsign().unwrap();
    assert_eq!(case.signature().unwrap(), None);
}

#[test]
fn a_case_that_did_not_come_in_whole_is_told_and_can_be_deleted() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let id = imported(&library, &[("a", b"one")]);
    std::fs::remove_file(root.path().join("cases").join(id.as_str()).join("case.json")).unwrap();
    assert!(matches!(library.case(&id), Err(ArchiveError::Unfinished { .. })));
    library.delete(&id).unwrap();
    assert!(library.cases().unwrap().is_empty());
    assert!(matches!(library.delete(&id), Err(ArchiveError::NotFound { .. })));
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_archive_is_taken_apart_and_what_is_not_dicom_is_counted() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let (one, two) = (object("1.1"), object("1.2"));
    let inner = zipped(&[("inner", &two)]);
    let files: [(&str, &[u8]); 4] = [
        ("../../etc/one", &one),
        ("folder/two", &two),
        ("readme.txt", b"words"),
        ("archive in an archive", &inner),
    ];
    let case = library.case(&imported(&library, &[("export.zip", &zipped(&files))])).unwrap();
    assert_eq!(std::fs::read_dir(case.objects()).unwrap().count(), 2);
    let left_aside = case.left_aside().unwrap();
    assert!(left_aside.refused.is_empty(), "{left_aside:?}");
    assert_eq!(left_aside.n_foreign, 2);
}

#[test]
fn an_archive_that_cannot_be_meant_is_refused_and_the_other_files_are_kept() {
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
        let root = tempfile::tempdir().unwrap();
        let library = open(root.path()).unwrap();
        let kept = object("1.3");
        let case = library.case(&imported(&library, &[("a.zip", packed), ("b", &kept)])).unwrap();
        assert_eq!(std::fs::read_dir(case.objects()).unwrap().count(), 1);
        let left_aside = case.left_aside().unwrap();
        let (sha256, refusal) = left_aside.refused.first_key_value().unwrap();
        assert!(refusal.reason.contains(reason), "{refusal:?}");
        assert_eq!((refusal.kind.as_str(), sha256), ("archive", &archive::sha256(packed)));
        // What was refused is kept apart, and read never again.
        let told = case.read(&|_, _| {}).unwrap().objects.findings;
        assert!(told.as_slice().iter().any(|finding| finding.message.contains(reason)), "{told:?}");
    }
}

#[test]
fn an_object_that_is_also_a_program_is_emptied_of_it() {
    let root = tempfile::tempdir().unwrap();
    let library = open(root.path()).unwrap();
    let mut program = vec![0; 128];
    program[..2].copy_from_slice(b"MZ");
    program.extend(b"DICM");
    program.extend(b"\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0");
    program.extend(object("1.1"));
    let case = library.case(&imported(&library, &[("program.exe", &program)])).unwrap();
    let kept = std::fs::read_dir(case.objects()).unwrap().next().unwrap().unwrap();
    let bytes = std::fs::read(kept.path()).unwrap();
    assert_eq!(bytes[..128], [0; 128]);
    assert_eq!(bytes[128..], program[128..]);
    assert_eq!(kept.file_name().into_string().unwrap(), archive::sha256(&bytes));
    assert_eq!(case.left_aside().unwrap().n_emptied, 1);
}

#[cfg(unix)]
#[test]
fn an_examiner_that_cannot_work_is_no_fault_of_the_file() {
    let root = tempfile::tempdir().unwrap();
    let examiner = Examiner::in_children("/bin/false".into(), &[]);
    let library = Library::open(root.path(), examiner).unwrap();
    let import = library.begin_import().unwrap();
    import.add("a", &mut &object("1.1")[..]).unwrap();
    assert!(matches!(library.finish_import(import, None, ("first", now())), Err(ArchiveError::File { .. })));
    assert!(library.cases().unwrap().is_empty());
}
