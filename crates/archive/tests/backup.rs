//! An archive is copied, and made anew from the copy; a case is written as files.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use archive::audit::{Deed, Outcome};
use archive::people::{NewAccount, Role};
use archive::{Archive, ArchiveError, CentreName, Signature};
use sqlx::{Connection, Executor};
use support::{Place, hashes, imported, now, object, place};

/// Everything that an archive says of a case.
async fn told(archive: &Archive, id: &archive::CaseId) -> impl PartialEq + std::fmt::Debug {
    let case = archive.case(id).await.unwrap();
    (
        case.label().await.unwrap(),
        case.settings().await.unwrap(),
        hashes(&case).await,
        case.left_aside().await.unwrap(),
        case.signature().await.unwrap(),
        case.result("dose.txt").await.unwrap(),
        case.document::<Vec<u8>>("contents.json").await.unwrap(),
    )
}

async fn filled(archive: &Archive) -> archive::StoredCase {
    let settings: &[u8] = b"[case]\nsite = \"spine\"\n";
    let broken = b"\0".repeat(128).into_iter().chain(*b"DICM\x02\0\x10\0UI\xff\xff").collect::<Vec<_>>();
    let case = imported(
        archive,
        &[("case.toml", settings), ("a", &object("1.1")), ("b", &object("1.2")), ("c", &broken), ("d", b"words")],
    )
    .await;
    assert_eq!(case.left_aside().await.unwrap().refused.len(), 1);
    case.add_results(&[("dose.txt", b"60 Gy")]).await.unwrap();
    let state = case.objects().await.unwrap().state().clone();
    case.keep_document("contents.json", &vec![1_u8, 2], &state).await.unwrap();
    let bound =
        serde_json::json!({ "inputs_sha256": "a", "settings_sha256": "b", "knowledge_sha256": "c", "rert": "1" });
    let signature = Signature {
        name: "physicist on duty".to_owned(),
        role: "physicist".to_owned(),
        meaning: "checked".to_owned(),
        signed_at: now(),
        bound_to: serde_json::from_value(bound).unwrap(),
    };
    case.sign(&signature).await.unwrap();
    archive.confirm_centre_names(&[confirmed("SpinalCord")]).await.unwrap();
    case
}

/// What a name means at a centre.
fn confirmed(standard_name: &str) -> CentreName {
    let [centre, drawn, by] = ["Example Hospital", "Struktur 7", "J. Doe"].map(str::to_owned);
    CentreName { centre, drawn, standard_name: standard_name.to_owned(), by, at: now() }
}

#[tokio::test]
async fn what_was_confirmed_last_holds_until_it_is_withdrawn() {
    let place = place().await;
    let archive = place.open().await;
    archive.confirm_centre_names(&[confirmed("SpinalCord")]).await.unwrap();
    let other = CentreName { centre: "Another Hospital".to_owned(), ..confirmed("Brainstem") };
    archive.confirm_centre_names(&[other.clone(), confirmed("Brainstem")]).await.unwrap();
    assert_eq!(archive.centre_names().await.unwrap(), [other.clone(), confirmed("Brainstem")]);
    archive.withdraw_centre_name("Example Hospital", "Struktur 7").await.unwrap();
    assert_eq!(archive.centre_names().await.unwrap(), [other]);
    let again = archive.withdraw_centre_name("Example Hospital", "Struktur 7").await.unwrap_err();
    assert!(matches!(again, ArchiveError::NotFound { .. }), "{again}");
}

#[tokio::test]
async fn a_backup_restores_everything_and_grows_by_what_is_new() {
    let first = place().await;
    let archive = first.open().await;
    let case = filled(&archive).await;
    let backup = first.folder.path().join("backup");
    archive.back_up(&backup).await.unwrap();
    let later = imported(&archive, &[("e", &object("1.3"))]).await;
    let new =
        NewAccount { name: "doe".to_owned(), printed_name: String::new(), role: Role::Viewer, sees_all: false };
    archive.add_account(&new, now()).await.unwrap();
    archive.set_password("doe", "correct horse battery").await.unwrap().unwrap();
    archive.grant("doe", later.id(), true).await.unwrap();
    let deed = Deed {
        actor: "doe".to_owned(),
        role: "viewer".to_owned(),
        address: "127.0.0.1".to_owned(),
        action: "sign-in".to_owned(),
        case: None,
        outcome: Outcome::Done,
        detail: String::new(),
    };
    archive.record(&deed, now()).await.unwrap();
    archive.back_up(&backup).await.unwrap();
    let second = place().await;
    let restored = second.open().await;
    let report = restored.restore(&backup).await.unwrap();
    assert!(report.is_whole() && report.n_cases == 2 && report.unlisted.is_empty(), "{report:?}");
    for id in [case.id(), later.id()] {
        assert_eq!(told(&archive, id).await, told(&restored, id).await);
    }
    let doe = restored.check_password("doe", "correct horse battery", now()).await.unwrap().unwrap();
    assert!(
        restored.may_see(&doe, later.id()).await.unwrap() && !restored.may_see(&doe, case.id()).await.unwrap()
    );
    assert_eq!(restored.verify_audit().await.unwrap(), archive.verify_audit().await.unwrap());
    assert_eq!(restored.centre_names().await.unwrap(), [confirmed("SpinalCord")]);
    // Restoring over cases would mix two archives.
    assert!(matches!(restored.restore(&backup).await, Err(ArchiveError::NotEmpty)));
}

#[tokio::test]
async fn damage_is_not_backed_up_and_not_restored() {
    let first = place().await;
    let archive = first.open().await;
    imported(&archive, &[("a", &object("1.1"))]).await;
    let sha256 = archive::sha256(object("1.1"));
    let below = format!("blobs/{}/{}/{sha256}", &sha256[..2], &sha256[2..4]);
    let backup = first.folder.path().join("backup");
    archive.back_up(&backup).await.unwrap();
    first.write_content(&sha256, b"else").await;
    let other = first.folder.path().join("other");
    assert!(matches!(archive.back_up(&other).await, Err(ArchiveError::DamagedContent { .. })));
    std::fs::remove_file(backup.join(&below)).unwrap();
    let second = place().await;
    let restored = second.open().await;
    assert!(matches!(restored.restore(&backup).await, Err(ArchiveError::DamagedContent { .. })));
    assert!(restored.cases().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_case_is_written_as_files() {
    let place = place().await;
    let archive = place.open().await;
    let case = filled(&archive).await;
    let out = place.folder.path().join("out");
    assert_eq!(case.export(&out).await.unwrap(), 2);
    let mut hashes_of_files: Vec<String> = std::fs::read_dir(out.join("objects"))
        .unwrap()
        .map(|entry| archive::sha256(std::fs::read(entry.unwrap().path()).unwrap()))
        .collect();
    hashes_of_files.sort();
    assert_eq!(hashes_of_files, hashes(&case).await);
    assert!(std::fs::read_to_string(out.join("case.toml")).unwrap().contains("spine"));
    assert_eq!(std::fs::read(out.join("results/dose.txt")).unwrap(), b"60 Gy");
    assert!(matches!(case.export(&out).await, Err(ArchiveError::File { .. })));
}

/// Says in the index that all contents are to go, as after a restore whose first attempt failed.
async fn list_all_as_to_go(place: &Place) {
    sqlx::any::install_default_drivers();
    let file = format!("sqlite://{}", place.root().join("index.sqlite").display());
    let mut index = sqlx::AnyConnection::connect(place.place.postgres.as_deref().unwrap_or(&file)).await.unwrap();
    index.execute("DELETE FROM removals").await.unwrap();
    index.execute("INSERT INTO removals (sha256) SELECT DISTINCT sha256 FROM case_objects").await.unwrap();
    index.close().await.unwrap();
}

#[tokio::test]
async fn what_a_case_needs_never_goes_whatever_the_list_says() {
    let place = place().await;
    let archive = place.open().await;
    let case = imported(&archive, &[("a", &object("1.1")), ("b", &object("1.2"))]).await;
    let id = case.id().clone();
    drop(case);
    archive.close().await;
    list_all_as_to_go(&place).await;
    let archive = place.open().await;
    assert!(archive.check().await.unwrap().is_whole());
    let other = imported(&archive, &[("c", &object("1.3"))]).await;
    archive.delete(other.id()).await.unwrap();
    assert!(archive.check().await.unwrap().is_whole());
    assert_eq!(hashes(&archive.case(&id).await.unwrap()).await.len(), 2);
}
