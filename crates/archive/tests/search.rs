//! Objects are found by what the index says of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use archive::{Received, Scope, TransferEnd};
use support::{now, object_of, place, send};

#[tokio::test]
async fn series_and_instances_are_found_within_a_scope_and_within_cases() {
    let place = place().await;
    let archive = place.open().await;
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    let first = send(&transfer, &object_of("1.1", "ID1", "19600101")).await.unwrap();
    send(&transfer, &object_of("1.2", "ID1", "19600101")).await.unwrap();
    let other = send(&transfer, &object_of("1.3", "ID2", "19600101")).await.unwrap();
    assert!(first.is_new_case && other.is_new_case);
    transfer.end(TransferEnd::Whole).await.unwrap();
    let everywhere = Scope::default();
    let n = |series: Vec<archive::IndexedSeries>| series.iter().map(|series| series.n_instances).sum::<u64>();
    assert_eq!(n(archive.indexed_series(&everywhere, None).await.unwrap()), 3);
    let of_one = Scope { patient_id: Some("ID1".to_owned()), ..Scope::default() };
    assert_eq!(n(archive.indexed_series(&of_one, None).await.unwrap()), 2);
    let cases = BTreeSet::from([other.case.clone()]);
    assert_eq!(n(archive.indexed_series(&everywhere, Some(&cases)).await.unwrap()), 1);
    assert_eq!(n(archive.indexed_series(&of_one, Some(&cases)).await.unwrap()), 0);
    assert_eq!(n(archive.indexed_series(&everywhere, Some(&BTreeSet::new())).await.unwrap()), 0);
    let instance = Scope { instance: Some("1.3".to_owned()), ..Scope::default() };
    let found = archive.indexed_instances(&instance, Some(&cases), 1).await.unwrap().unwrap();
    assert_eq!((found[0].patient.id.as_str(), &found[0].cases), ("ID2", &vec![other.case]));
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut archive.open_content(&found[0].sha256).unwrap(), &mut bytes).unwrap();
    assert_eq!(bytes, object_of("1.3", "ID2", "19600101"));
    assert!(archive.indexed_instances(&everywhere, None, 2).await.unwrap().is_none());
    let hostile = Scope { study: Some("' OR 1=1 --".to_owned()), ..Scope::default() };
    assert!(archive.indexed_instances(&hostile, None, 10).await.unwrap().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_of_another_study_is_not_kept() {
    let place = place().await;
    let archive = place.open().await;
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    let path = transfer.folder().join("object");
    std::fs::write(&path, object_of("1.1", "ID1", "19600101")).unwrap();
    let received = transfer.receive_of_study(path.clone(), "9.9", now()).await.unwrap();
    assert!(matches!(received, Received::OfOtherStudy(_)) && !path.exists());
    assert!(transfer.end(TransferEnd::Whole).await.unwrap().is_empty());
    assert!(archive.cases().await.unwrap().is_empty());
}
