//! Objects are found by what the index says of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use archive::{Archive, CaseId, IndexedInstance, IndexedSeries, Received, Scope, TransferEnd};
use support::{now, object_of, place, send};

async fn all_series(archive: &Archive, scope: &Scope, cases: Option<&BTreeSet<CaseId>>) -> Vec<IndexedSeries> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let next = archive.next_series(scope, cases, after.as_deref(), 1).await.unwrap();
        let Some(last) = next.last() else { return all };
        after = Some(last.study.clone());
        all.extend(next);
    }
}

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
    let n = |series: Vec<IndexedSeries>| series.iter().map(|series| series.n_instances).sum::<u64>();
    assert_eq!(n(all_series(&archive, &everywhere, None).await), 3);
    let of_one = Scope { patient_id: Some("ID1".to_owned()), ..Scope::default() };
    assert_eq!(n(all_series(&archive, &of_one, None).await), 2);
    let cases = BTreeSet::from([other.case.clone()]);
    assert_eq!(n(all_series(&archive, &everywhere, Some(&cases)).await), 1);
    assert_eq!(n(all_series(&archive, &of_one, Some(&cases)).await), 0);
    assert_eq!(n(all_series(&archive, &everywhere, Some(&BTreeSet::new())).await), 0);
    let instance = Scope { instance: Some("1.3".to_owned()), ..Scope::default() };
    let found = archive.indexed_instances(&instance, Some(&cases), 1).await.unwrap().unwrap();
    assert_eq!((found[0].patient.id.as_str(), &found[0].cases), ("ID2", &vec![other.case]));
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut archive.open_content(&found[0].sha256).await.unwrap(), &mut bytes).unwrap();
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

#[tokio::test]
async fn instances_come_page_by_page_each_once_in_a_fixed_order() {
    let place = place().await;
    let archive = place.open().await;
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    for number in [3, 1, 5, 2, 4] {
        send(&transfer, &object_of(&format!("1.{number}"), "ID1", "19600101")).await.unwrap();
    }
    // Two contents under one UID (H19) are two.
    send(&transfer, &object_of("1.3", "ID1", "19600102")).await.unwrap();
    transfer.end(TransferEnd::Whole).await.unwrap();
    for most in [1, 2, 4, 10] {
        let mut found: Vec<IndexedInstance> = Vec::new();
        loop {
            let next = archive.next_instances(&Scope::default(), None, found.last(), most).await.unwrap();
            assert!(next.len() <= most as usize);
            if next.is_empty() {
                break;
            }
            found.extend(next);
        }
        let uids: Vec<&str> = found.iter().map(|instance| instance.sop_instance.as_str()).collect();
        assert_eq!(uids, ["1.1", "1.2", "1.3", "1.3", "1.4", "1.5"], "{most} at a time");
        assert!(found.windows(2).all(|pair| pair[0].sha256 != pair[1].sha256));
    }
}
