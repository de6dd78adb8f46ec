//! Contents in an object store that speaks S3: the one that RERT_TEST_S3 names, such as `http://127.0.0.1:5000`.
//!
//! RERT_OBJECTS says how many objects are imported to measure the time (40 where nothing is said).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says when it skips and what it measured"
)]

mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use archive::{Archive, ArchiveError, ArchivePlace, Examiner, StoredCase, TransferEnd};
use support::bucket::Stranger;
use support::proxy::{Proxy, TlsProxy};
use support::{Place, hashes, imported, now, object, object_of, padding, place, send};

/// An archive in the object store; nothing where none is named, which is said.
async fn in_store() -> Option<Place> {
    let place = place().await;
    if place.place.objects.is_none() {
        eprintln!("SKIPPED: RERT_TEST_S3 names no object store");
        return None;
    }
    Some(place)
}

/// An object of about so many bytes.
fn large(uid: &str, n_bytes: usize) -> Vec<u8> {
    let mut bytes = object(uid);
    bytes.extend(padding(n_bytes));
    bytes
}

fn forget_copies(place: &Place) {
    std::fs::remove_dir_all(place.root().join("blobs")).unwrap();
    std::fs::create_dir(place.root().join("blobs")).unwrap();
}

fn bytes_of_copies(place: &Place) -> u64 {
    let files = dicom::source::walk(&place.root().join("blobs")).unwrap();
    let bytes = |source: &dicom::Source| match source {
        dicom::Source::File(path) => path.metadata().unwrap().len(),
        dicom::Source::Entry { .. } => unreachable!(),
    };
    files.iter().map(bytes).sum()
}

async fn bytes_of(case: &StoredCase) -> BTreeSet<Vec<u8>> {
    case.objects().await.unwrap().sources().iter().map(|source| source.read().unwrap()).collect()
}

#[tokio::test]
async fn without_its_copies_an_archive_gives_the_same_bytes() {
    let Some(place) = in_store().await else { return };
    let archive = place.open().await;
    // One of several pieces, one that is exactly one, and small ones.
    let exact = large("1.2", (8 << 20) - object("1.2").len() - 12);
    assert_eq!(exact.len(), 8 << 20);
    let objects = [large("1.1", 20 << 20), exact, object("1.3"), object("1.4")];
    let files: Vec<(&str, &[u8])> = objects.iter().map(|object| ("a", object.as_slice())).collect();
    let case = imported(&archive, &files).await;
    case.add_results(&[("dose.txt", b"60 Gy"), ("empty.txt", b"")]).await.unwrap();
    let id = case.id().clone();
    archive.close().await;
    drop(case);
    forget_copies(&place);
    let archive = place.open().await;
    assert_eq!(bytes_of_copies(&place), 0);
    let case = archive.case(&id).await.unwrap();
    assert_eq!(case.n_objects().await.unwrap(), 4);
    assert_eq!(bytes_of(&case).await, BTreeSet::from(objects.clone()));
    assert_eq!(case.result("dose.txt").await.unwrap().unwrap(), b"60 Gy");
    assert_eq!(case.result("empty.txt").await.unwrap().unwrap(), b"");
    forget_copies(&place);
    let mut read = Vec::new();
    let mut file = archive.open_content(&archive::sha256(&objects[0])).await.unwrap();
    std::io::Read::read_to_end(&mut file, &mut read).unwrap();
    assert!(read == objects[0]);
    let report = archive.check().await.unwrap();
    assert!(report.is_whole() && report.unlisted.is_empty() && report.n_contents == 6, "{report:?}");
}

#[tokio::test]
async fn an_import_is_the_same_case_in_a_folder_and_in_a_store() {
    const N_BYTES: usize = 500_000;
    let Some(store) = in_store().await else { return };
    let n_objects: usize = std::env::var("RERT_OBJECTS").map_or(40, |n| n.parse().unwrap());
    let objects: Vec<Vec<u8>> = (0..n_objects).map(|number| large(&format!("1.{number}"), N_BYTES)).collect();
    let files: Vec<(&str, &[u8])> = objects.iter().map(|object| ("a", object.as_slice())).collect();
    let mut folder = place().await;
    folder.place.objects = None;
    let mut found = Vec::new();
    for (what, place) in [("a folder", &folder), ("an object store", &store)] {
        let archive = place.open().await;
        let began = Instant::now();
        let case = imported(&archive, &files).await;
        let imported = began.elapsed();
        forget_what_is_only_a_copy(place);
        let began = Instant::now();
        found.push(hashes(&case).await);
        println!(
            "{n_objects} objects in {what}: imported in {imported:.1?}, found again in {:.1?}",
            began.elapsed()
        );
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0].len(), n_objects);
}

fn forget_what_is_only_a_copy(place: &Place) {
    if place.place.objects.is_some() {
        forget_copies(place);
    }
}

#[tokio::test]
async fn what_was_damaged_in_the_store_is_found_and_never_given() {
    let Some(place) = in_store().await else { return };
    let archive = place.open().await;
    let (one, two) = (object("1.1"), object("1.2"));
    let (damaged, missing) = (archive::sha256(&one), archive::sha256(&two));
    let case = imported(&archive, &[("a", &one), ("b", &two)]).await;
    let mut changed = one.clone();
    changed[20] ^= 1;
    place.write_content(&damaged, &changed).await;
    place.remove_content(&missing).await;
    let report = archive.check().await.unwrap();
    assert_eq!((&report.damaged, &report.missing), (&vec![damaged.clone()], &vec![missing.clone()]));
    // The copies are whole, and may be read as long as they are here.
    assert_eq!(bytes_of(&case).await.len(), 2);
    forget_copies(&place);
    for (sha256, how) in [(&damaged, "damaged"), (&missing, "missing")] {
        let refused = archive.open_content(sha256).await;
        assert!(
            matches!(&refused, Err(ArchiveError::DamagedContent { how: told, .. }) if *told == how),
            "{refused:?}"
        );
    }
    assert!(matches!(case.objects().await, Err(ArchiveError::DamagedContent { .. })));
    assert_eq!(bytes_of_copies(&place), 0);
    let backup = place.folder.path().join("backup");
    assert!(matches!(archive.back_up(&backup).await, Err(ArchiveError::DamagedContent { .. })));
    // The same objects once more mend it.
    imported(&archive, &[("a", &one), ("b", &two)]).await;
    assert!(archive.check().await.unwrap().is_whole());
    assert_eq!(bytes_of(&case).await, BTreeSet::from([one, two]));
}

#[tokio::test]
async fn a_damaged_copy_is_thrown_away_and_fetched_again() {
    let Some(place) = in_store().await else { return };
    let archive = place.open().await;
    let one = object("1.1");
    let sha256 = archive::sha256(&one);
    let case = imported(&archive, &[("a", &one)]).await;
    std::fs::write(place.path(&sha256), "else").unwrap();
    let report = archive.check().await.unwrap();
    assert!(report.is_whole());
    assert_eq!(report.thrown_away, [sha256]);
    assert_eq!(bytes_of(&case).await, BTreeSet::from([one]));
    assert!(archive.check().await.unwrap().thrown_away.is_empty());
}

/// An archive whose way to the store can be cut.
async fn behind_a_proxy() -> Option<(Place, Proxy)> {
    let mut place = in_store().await?;
    let proxy = Proxy::to(&support::bucket::endpoint().unwrap()).await;
    place.place.objects.as_mut().unwrap().endpoint = Some(proxy.endpoint.clone());
    Some((place, proxy))
}

#[tokio::test]
async fn a_store_that_goes_away_in_the_midst_of_an_import_leaves_nothing_of_it() {
    let Some((place, proxy)) = behind_a_proxy().await else { return };
    let archive = place.open().await;
    let kept = imported(&archive, &[("a", &object("1.1"))]).await;
    for n_bytes in [1, 20_000, 400_000, 3_000_000] {
        let import = archive.begin_import().unwrap();
        // Two of them are here already, and must outlive the failure.
        import.add("a", &mut &object("1.1")[..]).unwrap();
        for number in 0..8 {
            import.add("", &mut &large(&format!("1.2.{n_bytes}.{number}"), 500_000)[..]).unwrap();
        }
        let id = import.id().clone();
        proxy.cut_after(n_bytes);
        let began = Instant::now();
        let refused = archive.finish_import(import, None, ("first", now())).await;
        assert!(matches!(refused, Err(ArchiveError::ObjectStore { .. })), "{refused:?}");
        assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
        assert!(proxy.is_cut());
        assert_eq!(archive.cases().await.unwrap(), std::slice::from_ref(kept.id()));
        // What has a copy can be read and changed all the same; what would need the store is refused.
        assert_eq!(hashes(&kept).await.len(), 1);
        kept.rename("still here").await.unwrap();
        let transfer = archive.begin_transfer("AE", now()).unwrap();
        let answer = send(&transfer, &object_of("1.3", "ID1", "19600101")).await;
        assert!(matches!(answer, Err(ArchiveError::ObjectStore { .. })), "{answer:?}");
        transfer.end(TransferEnd::Early).await.unwrap();
        assert!(matches!(archive.delete(kept.id()).await, Err(ArchiveError::ObjectStore { .. })));
        let health = archive.health().await;
        assert!(health.index_answers && health.store_answers == Some(false) && !health.is_good(), "{health:?}");
        proxy.mend();
        assert!(archive.health().await.is_good());
        // The same import goes through now, without a new start; then it goes again.
        let case = archive.finish_import(archive.import(&id).unwrap(), None, ("again", now())).await.unwrap();
        assert_eq!(hashes(&case).await.len(), 9);
        archive.delete(case.id()).await.unwrap();
        assert_eq!(place.contents().await, BTreeSet::from([archive::sha256(object("1.1"))]), "{n_bytes}");
        let report = archive.check().await.unwrap();
        assert!(report.is_whole() && report.unlisted.is_empty(), "{report:?}");
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_reached_is_told_when_the_archive_is_opened() {
    let Some((mut place, proxy)) = behind_a_proxy().await else { return };
    proxy.cut_after(1);
    let refused = place.try_open().await.unwrap_err();
    assert!(refused.to_string().contains("cannot be reached"), "{refused}");
    proxy.mend();
    place.place.objects.as_mut().unwrap().bucket = "there-is-none".to_owned();
    let refused = place.try_open().await.unwrap_err();
    assert!(refused.to_string().contains("no such bucket"), "{refused}");
    place.place.objects.as_mut().unwrap().endpoint = Some("http://192.0.2.1:9000".to_owned());
    assert!(matches!(place.try_open().await, Err(ArchiveError::PlainObjectStore)));
}

#[tokio::test]
async fn a_store_is_reached_over_tls_and_only_where_its_authority_is_trusted() {
    let Some(mut place) = in_store().await else { return };
    let proxy = TlsProxy::to(&support::bucket::endpoint().unwrap()).await;
    let objects = place.place.objects.as_mut().unwrap();
    objects.endpoint = Some(proxy.endpoint.clone());
    let refused = place.try_open().await.unwrap_err();
    assert!(refused.to_string().contains("cannot be reached"), "{refused}");
    let objects = place.place.objects.as_mut().unwrap();
    objects.authorities = Some(proxy.authority.into_bytes());
    let archive = place.open().await;
    let case = imported(&archive, &[("a", &object("1.1"))]).await;
    forget_copies(&place);
    assert_eq!(bytes_of(&case).await, BTreeSet::from([object("1.1")]));
    // Another name than that of the certificate is not its own.
    drop((archive, case));
    let objects = place.place.objects.as_mut().unwrap();
    objects.endpoint = Some(proxy.endpoint.replace("localhost", "127.0.0.1"));
    assert!(matches!(place.try_open().await, Err(ArchiveError::ObjectStore { .. })));
}

#[tokio::test]
async fn copies_make_room_for_others_but_not_while_they_are_read() {
    const MIB: usize = 1 << 20;
    let Some(mut place) = in_store().await else { return };
    place.place.objects.as_mut().unwrap().cache_bytes = 3 * MIB as u64;
    let archive = place.open().await;
    let objects: Vec<Vec<u8>> = (0..8).map(|number| large(&format!("1.{number}"), MIB)).collect();
    let mut cases = Vec::new();
    for pair in objects.chunks(2) {
        cases.push(imported(&archive, &[("a", &pair[0]), ("b", &pair[1])]).await);
        assert!(bytes_of_copies(&place) <= 3 * MIB as u64);
    }
    let held = cases[0].objects().await.unwrap();
    for case in &cases {
        bytes_of(case).await;
    }
    assert!(held.sources().iter().all(|source| source.read().is_ok()));
    // Pixels are read later, from what the objects were read into.
    let folder = held.read(&|_, _| {});
    let all = imported(&archive, &objects.iter().map(|object| ("a", object.as_slice())).collect::<Vec<_>>()).await;
    assert_eq!(bytes_of(&all).await, objects.iter().cloned().collect());
    assert!(objects[..2].iter().all(|object| place.path(&archive::sha256(object)).is_file()));
    drop(folder);
    for case in &cases[1..] {
        bytes_of(case).await;
    }
    assert!(objects[..2].iter().all(|object| !place.path(&archive::sha256(object)).is_file()));
    assert!(bytes_of_copies(&place) <= 3 * MIB as u64);
    assert!(archive.check().await.unwrap().is_whole());
}

#[tokio::test]
async fn two_archives_do_not_share_a_prefix() {
    let Some(first) = in_store().await else { return };
    let archive = first.open().await;
    imported(&archive, &[("a", &object("1.1"))]).await;
    let mut second = in_store().await.unwrap();
    let own = second.place.objects.clone();
    second.place.objects.clone_from(&first.place.objects);
    assert!(matches!(second.try_open().await, Err(ArchiveError::ObjectsOfOther)));
    assert_eq!(first.contents().await.len(), 1);
    // Nothing of the attempt is left: the second gets a prefix of its own.
    second.place.objects = own;
    let other = second.open().await;
    imported(&other, &[("a", &object("1.2"))]).await;
    drop(other);
    // It does not forget which one: another prefix is not its own, although it is nobody's.
    let mut elsewhere = ArchivePlace { ..second.place.clone() };
    elsewhere.objects.as_mut().unwrap().prefix.push_str("-other");
    let refused = Archive::open(&elsewhere, Examiner::in_this_process()).await;
    assert!(matches!(refused, Err(ArchiveError::OtherObjectStore)));
    // Neither is one whose mark was lost.
    Stranger::of(second.place.objects.as_ref().unwrap()).remove_mark().await;
    assert!(matches!(second.try_open().await, Err(ArchiveError::OtherObjectStore)));
}

#[tokio::test]
async fn an_archive_in_a_folder_is_not_taken_for_copies_and_the_other_way_round() {
    let Some(place) = in_store().await else { return };
    let folder = ArchivePlace { objects: None, ..place.place.clone() };
    let open = async |place: &ArchivePlace| Archive::open(place, Examiner::in_this_process()).await;
    let archive = open(&folder).await.unwrap();
    let case = imported(&archive, &[("a", &object("1.1"))]).await;
    let id = case.id().clone();
    archive.close().await;
    drop(case);
    assert!(matches!(place.try_open().await, Err(ArchiveError::OtherKind(_))));
    // Also where its index was lost: its contents are all there is.
    let archive = open(&folder).await.unwrap();
    archive.delete(&id).await.unwrap();
    let stray = place.path(&archive::sha256("stray"));
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(&stray, "stray").unwrap();
    archive.close().await;
    assert!(matches!(place.try_open().await, Err(ArchiveError::OtherKind(_))));
    std::fs::remove_file(stray).unwrap();
    place.open().await.close().await;
    assert!(matches!(open(&folder).await, Err(ArchiveError::OtherKind(_))));
}

#[tokio::test]
async fn a_backup_leads_from_a_folder_into_a_store_and_back() {
    let Some(store) = in_store().await else { return };
    let mut folders = [place().await, place().await];
    folders.iter_mut().for_each(|place| place.place.objects = None);
    let objects = [large("1.1", 9 << 20), object("1.2")];
    let archive = folders[0].open().await;
    let case = imported(&archive, &[("a", &objects[0]), ("b", &objects[1])]).await;
    case.add_results(&[("dose.txt", b"60 Gy")]).await.unwrap();
    let id = case.id().clone();
    let mut from = archive;
    for (number, to) in [&store, &folders[1]].into_iter().enumerate() {
        let backup = store.folder.path().join(format!("backup-{number}"));
        from.back_up(&backup).await.unwrap();
        // A second backup copies nothing again, and is whole.
        from.back_up(&backup).await.unwrap();
        let archive = to.open().await;
        let report = archive.restore(&backup).await.unwrap();
        assert!(report.is_whole() && report.unlisted.is_empty() && report.n_contents == 3, "{report:?}");
        let case = archive.case(&id).await.unwrap();
        assert_eq!(bytes_of(&case).await, BTreeSet::from(objects.clone()));
        assert_eq!(case.result("dose.txt").await.unwrap().unwrap(), b"60 Gy");
        from = archive;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_and_comes_at_once_is_not_lost() {
    let Some(place) = in_store().await else { return };
    let archive = place.open().await;
    let rounds: Vec<_> = (0..4)
        .map(|_| {
            let archive = archive.clone();
            tokio::spawn(async move {
                for _ in 0..15 {
                    let case = imported(&archive, &[("a", &object("1.1")), ("b", &object("1.2"))]).await;
                    assert_eq!(bytes_of(&case).await.len(), 2);
                    archive.delete(case.id()).await.unwrap();
                }
                imported(&archive, &[("a", &object("1.1"))]).await.id().clone()
            })
        })
        .collect();
    for round in rounds {
        round.await.unwrap();
    }
    forget_copies(&place);
    let report = archive.check().await.unwrap();
    assert!(report.is_whole() && report.n_cases == 4 && report.n_contents == 1, "{report:?}");
}

#[tokio::test]
async fn what_comes_in_again_while_it_is_removed_is_not_lost() {
    let Some((place, proxy)) = behind_a_proxy().await else { return };
    let archive = place.open().await;
    let case = imported(&archive, &[("a", &object("1.1"))]).await;
    // Whoever deletes gives up when the store was told to remove the content and has not heard it yet.
    proxy.delay(Duration::from_secs(1));
    let deleting = tokio::time::timeout(Duration::from_millis(1500), archive.delete(case.id())).await;
    assert!(deleting.is_err());
    assert!(archive.cases().await.unwrap().is_empty());
    proxy.delay(Duration::ZERO);
    let again = imported(&archive, &[("a", &object("1.1"))]).await;
    // By now the store has heard of it in any case.
    tokio::time::sleep(Duration::from_secs(2)).await;
    forget_copies(&place);
    assert_eq!(bytes_of(&again).await, BTreeSet::from([object("1.1")]));
    assert!(archive.check().await.unwrap().is_whole());
}
