//! Cases come in, are found again, change and go.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use archive::{Archive, ArchiveError, Bound, CheckReport, Signature};
use case::Settings;
use support::{hashes, imported, now, object, place};

async fn settings_of(archive: &Archive) -> archive::StoredCase {
    let text: &[u8] = b"[case]\nsite = \"spine\"\n";
    imported(archive, &[("folder/case.toml", text), ("a", b"one")]).await
}

#[tokio::test]
async fn an_object_is_kept_once_by_what_it_holds_and_its_name_is_forgotten() {
    let place = place().await;
    let archive = place.open().await;
    let (one, two) = (object("1.1"), object("1.2"));
    let case = imported(&archive, &[("DOE^JOHN/CT1.dcm", &one), ("../../copy.dcm", &one), ("b", &two)]).await;
    let mut expected = [archive::sha256(&one), archive::sha256(&two)];
    expected.sort();
    assert_eq!(hashes(&case).await, expected);
    // Another case with the same object needs no more room, and goes without taking it along.
    let other = imported(&archive, &[("c", &one)]).await;
    assert_eq!(place.contents().await, BTreeSet::from(expected));
    archive.delete(case.id()).await.unwrap();
    assert_eq!(place.contents().await, BTreeSet::from([archive::sha256(&one)]));
    assert_eq!(hashes(&other).await, [archive::sha256(&one)]);
    archive.delete(other.id()).await.unwrap();
    assert_eq!(place.contents().await, BTreeSet::new());
}

#[tokio::test]
async fn a_case_is_there_after_the_archive_was_closed() {
    let place = place().await;
    let archive = place.open().await;
    let id = imported(&archive, &[("a", b"one")]).await.id().clone();
    drop(archive);
    let archive = place.open().await;
    assert_eq!(archive.cases().await.unwrap(), std::slice::from_ref(&id));
    let case = archive.case(&id).await.unwrap();
    let label = case.label().await.unwrap();
    assert_eq!((label.label.as_str(), label.created), ("first", now()));
    case.rename("sec\u{202e}ond").await.unwrap();
    assert_eq!(case.label().await.unwrap().label, "sec\u{fffd}ond");
    archive.delete(&id).await.unwrap();
    assert!(archive.cases().await.unwrap().is_empty());
    assert!(matches!(archive.case(&id).await, Err(ArchiveError::NotFound { .. })));
    assert!(matches!(archive.delete(&id).await, Err(ArchiveError::NotFound { .. })));
    assert!(matches!(case.rename("gone").await, Err(ArchiveError::NotFound { .. })));
}

#[tokio::test]
async fn two_programs_do_not_work_on_one_archive() {
    let place = place().await;
    let first = place.open().await;
    assert!(matches!(place.try_open().await, Err(ArchiveError::InUse)));
    if let Some(postgres) = &place.place.postgres {
        // Neither do two with different folders and one index.
        let folder = place.folder.path().join("other");
        let other =
            archive::ArchivePlace { postgres: Some(postgres.clone()), ..archive::ArchivePlace::folder(folder) };
        let opened = Archive::open(&other, archive::Examiner::in_this_process()).await;
        assert!(matches!(opened, Err(ArchiveError::InUse)));
    }
    drop(first);
}

#[tokio::test]
async fn an_import_that_was_not_finished_is_no_case() {
    let place = place().await;
    let archive = place.open().await;
    let import = archive.begin_import().unwrap();
    import.add("a", &mut &b"one"[..]).unwrap();
    let id = import.id().clone();
    drop((import, archive));
    let archive = place.open().await;
    assert!(archive.cases().await.unwrap().is_empty());
    assert!(matches!(archive.import(&id), Err(ArchiveError::NotFound { .. })));
}

#[tokio::test]
async fn settings_come_along_and_a_change_by_somebody_else_is_noticed() {
    let place = place().await;
    let archive = place.open().await;
    let case = settings_of(&archive).await;
    let stored = case.settings().await.unwrap();
    assert_eq!(stored.settings.case.site.map(case::Site::as_str), Some("spine"));
    let other = Settings::default();
    let saved = case.save_settings(&other, &stored.etag).await.unwrap();
    assert_ne!(saved.etag, stored.etag);
    assert!(matches!(case.save_settings(&stored.settings, &stored.etag).await, Err(ArchiveError::Changed)));
    assert_eq!(case.settings().await.unwrap().settings, other);
}

#[tokio::test]
async fn settings_that_cannot_be_meant_make_no_case() {
    let place = place().await;
    let archive = place.open().await;
    let import = archive.begin_import().unwrap();
    import.add("case.toml", &mut &b"[kase]\n"[..]).unwrap();
    let id = import.id().clone();
    let refused = archive.finish_import(import, None, ("first", now())).await;
    assert!(matches!(refused, Err(ArchiveError::Settings(_))));
    assert!(archive.cases().await.unwrap().is_empty());
    // The import is still there, and can be finished once it is mended.
    archive.import(&id).unwrap().add("case.toml", &mut &b"[case]\n"[..]).unwrap();
    archive.finish_import(archive.import(&id).unwrap(), None, ("first", now())).await.unwrap();
}

#[tokio::test]
async fn results_take_the_place_of_the_former_ones_as_a_whole() {
    let place = place().await;
    let archive = place.open().await;
    let case = imported(&archive, &[("a", b"one")]).await;
    for (name, content) in [("old.txt", "old"), ("new.txt", "new")] {
        let results = case.begin_results().unwrap();
        std::fs::write(results.path().join(name), content).unwrap();
        std::fs::create_dir(results.path().join("dose")).unwrap();
        std::fs::write(results.path().join("dose/sum.dcm"), content).unwrap();
        {
            let state = case.objects().await.unwrap().state().clone();
            results.finish(&state, &["signed.txt"]).await.unwrap()
        };
    }
    assert_eq!(case.result("old.txt").await.unwrap(), None);
    assert_eq!(case.result("new.txt").await.unwrap().unwrap(), b"new");
    assert_eq!(case.result_names().await.unwrap(), ["dose/sum.dcm", "new.txt"]);
    // What no case needs any longer is gone from the disk as well.
    assert_eq!(place.contents().await, BTreeSet::from([archive::sha256("new")]));
    case.add_results(&[("signed.txt", b"signed")]).await.unwrap();
    assert_eq!(case.result_names().await.unwrap(), ["dose/sum.dcm", "new.txt", "signed.txt"]);
    // Results that were begun and not finished leave the former ones alone.
    let results = case.begin_results().unwrap();
    std::fs::write(results.path().join("new.txt"), "half").unwrap();
    drop(results);
    assert_eq!(case.result("new.txt").await.unwrap().unwrap(), b"new");
}

#[tokio::test]
async fn a_signature_is_kept_and_taken_back() {
    let place = place().await;
    let archive = place.open().await;
    let case = imported(&archive, &[("a", b"one")]).await;
    assert_eq!(case.signature().await.unwrap(), None);
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
    case.sign(&signature).await.unwrap();
    assert_eq!(case.signature().await.unwrap(), Some(signature));
    case.unsign().await.unwrap();
    assert_eq!(case.signature().await.unwrap(), None);
}

#[tokio::test]
async fn a_check_finds_what_is_missing_damaged_or_not_listed() {
    let place = place().await;
    let archive = place.open().await;
    let (one, two) = (object("1.1"), object("1.2"));
    let (first, second) = (archive::sha256(&one), archive::sha256(&two));
    let case = imported(&archive, &[("a", &one), ("b", &two)]).await;
    let whole = CheckReport { n_cases: 1, n_contents: 2, ..CheckReport::default() };
    assert_eq!(archive.check().await.unwrap(), whole);
    place.write_content(&first, b"else").await;
    place.remove_content(&second).await;
    let stray = archive::sha256("stray");
    place.write_content(&stray, b"stray").await;
    let found = archive.check().await.unwrap();
    assert!(!found.is_whole());
    assert_eq!((found.damaged, found.missing, found.unlisted), (vec![first], vec![second], vec![stray.clone()]));
    // The same objects once more mend it.
    let import = archive.begin_import().unwrap();
    import.add("a", &mut &one[..]).unwrap();
    import.add("b", &mut &two[..]).unwrap();
    archive.finish_import(import, Some(case.id()), ("", now())).await.unwrap();
    assert_eq!(archive.check().await.unwrap(), CheckReport { unlisted: vec![stray.clone()], ..whole.clone() });
    // What belongs to no case becomes one of its own; what is no object is told of there.
    let three = object("1.3");
    place.write_content(&archive::sha256(&three), &three).await;
    let recovered = archive.recover(now()).await.unwrap().unwrap();
    assert_eq!(hashes(&recovered).await, [archive::sha256(&three)]);
    assert_eq!(recovered.left_aside().await.unwrap().n_foreign, 1);
    // What is no object may be somebody's result: it is left where it is.
    assert_eq!(
        archive.check().await.unwrap(),
        CheckReport { n_cases: 2, n_contents: 3, unlisted: vec![stray], ..whole }
    );
}

#[tokio::test]
async fn cases_of_an_earlier_program_are_taken_in() {
    let place = place().await;
    let folder = place.root().join("cases/0123456789abcdef");
    let kept = object("1.1");
    std::fs::create_dir_all(folder.join("objects")).unwrap();
    std::fs::create_dir_all(folder.join("quarantine")).unwrap();
    let refused = archive::sha256("refused");
    for (name, content) in [
        (format!("objects/{}", archive::sha256(&kept)), kept.as_slice()),
        (format!("quarantine/{refused}"), b"refused"),
        ("case.json".to_owned(), br#"{"label": "old", "created": "2026-11-01T10:00:00Z"}"#),
        ("case.toml".to_owned(), b"[case]\nsite = \"spine\"\n"),
        (
            "left-aside.json".to_owned(),
            format!(r#"{{"refused": {{"{refused}": {{"kind": "CT", "code": "H48", "reason": "NaN"}}}}, "n_foreign": 3}}"#)
                .as_bytes(),
        ),
    ] {
        std::fs::write(folder.join(name), content).unwrap();
    }
    let archive = place.open().await;
    let ids = archive.cases().await.unwrap();
    assert_eq!(ids[0].as_str(), "0123456789abcdef");
    let case = archive.case(&ids[0]).await.unwrap();
    assert_eq!(case.label().await.unwrap().label, "old");
    assert!(case.settings().await.unwrap().settings.case.site.is_some());
    assert_eq!(hashes(&case).await, [archive::sha256(&kept)]);
    let left_aside = case.left_aside().await.unwrap();
    assert_eq!((left_aside.n_foreign, &left_aside.refused[&refused].reason[..]), (3, "NaN"));
    assert!(!place.root().join("cases").exists());
    assert!(archive.check().await.unwrap().is_whole());
}
