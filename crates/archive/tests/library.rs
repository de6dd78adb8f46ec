//! Cases come in, are found again, change and go.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use archive::{ArchiveError, Bound, CaseId, Library, Signature};
use case::Settings;
use chrono::{DateTime, Utc};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
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
    let library = Library::open(root.path()).unwrap();
    let id = imported(&library, &[("DOE^JOHN/CT1.dcm", b"one"), ("../../copy.dcm", b"one"), ("b", b"two")]);
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
    let id = imported(&Library::open(root.path()).unwrap(), &[("a", b"one")]);
    let library = Library::open(root.path()).unwrap();
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
    let _first = Library::open(root.path()).unwrap();
    assert!(matches!(Library::open(root.path()), Err(ArchiveError::InUse)));
}

#[test]
fn an_import_that_was_not_finished_is_no_case() {
    let root = tempfile::tempdir().unwrap();
    let library = Library::open(root.path()).unwrap();
    let import = library.begin_import().unwrap();
    import.add("a", &mut &b"one"[..]).unwrap();
    let id = import.id().clone();
    drop((import, library));
    let library = Library::open(root.path()).unwrap();
    assert!(library.cases().unwrap().is_empty());
    assert!(matches!(library.import(&id), Err(ArchiveError::NotFound { .. })));
}

#[test]
fn settings_come_along_and_a_change_by_somebody_else_is_noticed() {
    let root = tempfile::tempdir().unwrap();
    let library = Library::open(root.path()).unwrap();
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
    let library = Library::open(root.path()).unwrap();
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
    let library = Library::open(root.path()).unwrap();
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
    let library = Library::open(root.path()).unwrap();
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
    let library = Library::open(root.path()).unwrap();
    let id = imported(&library, &[("a", b"one")]);
    std::fs::remove_file(root.path().join("cases").join(id.as_str()).join("case.json")).unwrap();
    assert!(matches!(library.case(&id), Err(ArchiveError::Unfinished { .. })));
    library.delete(&id).unwrap();
    assert!(library.cases().unwrap().is_empty());
    assert!(matches!(library.delete(&id), Err(ArchiveError::NotFound { .. })));
}
