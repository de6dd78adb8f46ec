//! Objects come over a network, one by one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use archive::TransferEnd;
use support::{hashes, now, object_of, place, send};

#[tokio::test]
async fn objects_find_the_case_of_their_patient() {
    let place = place().await;
    let archive = place.open().await;
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    let first = send(&transfer, &object_of("1.1", "ID1", "19600101")).await.unwrap();
    let second = send(&transfer, &object_of("1.2", "ID1", "19600101")).await.unwrap();
    let born_otherwise = send(&transfer, &object_of("1.3", "ID1", "19610101")).await.unwrap();
    let other = send(&transfer, &object_of("1.4", "ID2", "19600101")).await.unwrap();
    assert_eq!(first.case, second.case);
    assert!(![&first.case, &other.case].contains(&&born_otherwise.case) && first.case != other.case);
    assert!(archive.is_arriving(&first.case).await.unwrap());
    let mut touched = transfer.end(TransferEnd::Whole).await.unwrap();
    touched.sort();
    assert_eq!(touched, archive.cases().await.unwrap());
    assert!(!archive.is_arriving(&first.case).await.unwrap());
    // What comes a year later joins it.
    let later = archive.begin_transfer("PACS", now()).unwrap();
    assert_eq!(send(&later, &object_of("1.5", "ID1", "19600101")).await.unwrap().case, first.case);
    later.end(TransferEnd::Whole).await.unwrap();
    let case = archive.case(&first.case).await.unwrap();
    assert_eq!(hashes(&case).await.len(), 3);
    assert_eq!(case.label().await.unwrap().label, "From PLANNING, 2027-01-15 08:00 UTC");
}

#[tokio::test]
async fn patients_without_an_identification_are_not_taken_for_one() {
    let place = place().await;
    let archive = place.open().await;
    let mut cases = Vec::new();
    for uid in ["1.1", "1.2"] {
        let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
        cases.push(send(&transfer, &object_of(uid, "", "19600101")).await.unwrap().case);
        transfer.end(TransferEnd::Whole).await.unwrap();
    }
    assert_ne!(cases[0], cases[1]);
}

#[tokio::test]
async fn h47_a_transfer_that_breaks_off_is_told_until_it_was_sent_again() {
    let place = place().await;
    let archive = place.open().await;
    let told = async |archive: &archive::Archive, case: &archive::CaseId| {
        let objects = archive.case(case).await.unwrap().objects().await.unwrap();
        let findings = objects.read(&|_, _| {}).objects.findings;
        let transfers = findings.as_slice().iter().filter(|finding| finding.subject == "transfer from PLANNING");
        transfers.map(|finding| (finding.code.to_owned(), finding.severity)).collect::<Vec<_>>()
    };
    let refusal = [("H47".to_owned(), case::Severity::Refuse)];
    let objects = [object_of("1.1", "ID1", "19600101"), object_of("1.2", "ID1", "19600101")];
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    let case = send(&transfer, &objects[0]).await.unwrap().case;
    transfer.end(TransferEnd::Early).await.unwrap();
    assert_eq!(told(&archive, &case).await, refusal);
    // Another sender does not make it good.
    let other = archive.begin_transfer("PACS", now()).unwrap();
    send(&other, &objects[0]).await.unwrap();
    other.end(TransferEnd::Whole).await.unwrap();
    assert_eq!(told(&archive, &case).await, refusal);
    let again = archive.begin_transfer("PLANNING", now()).unwrap();
    for object in &objects {
        send(&again, object).await.unwrap();
    }
    again.end(TransferEnd::Whole).await.unwrap();
    assert_eq!(told(&archive, &case).await, []);
    // One that was under way when the program ended did not come whole.
    let lost = archive.begin_transfer("PLANNING", now()).unwrap();
    send(&lost, &objects[0]).await.unwrap();
    // Each of them holds the archive.
    drop((lost, transfer, other, again, archive));
    let archive = place.open().await;
    assert_eq!(told(&archive, &case).await, refusal);
}

#[tokio::test]
async fn h19_another_content_under_the_same_uid_is_kept_and_told() {
    let place = place().await;
    let archive = place.open().await;
    let mut other = object_of("1.1", "ID1", "19600101");
    other.extend(b"\x10\0\x40\0CS\x02\0F ");
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    let case = send(&transfer, &object_of("1.1", "ID1", "19600101")).await.unwrap().case;
    assert_eq!(send(&transfer, &other).await.unwrap().case, case);
    transfer.end(TransferEnd::Whole).await.unwrap();
    let case = archive.case(&case).await.unwrap();
    assert_eq!(hashes(&case).await.len(), 2);
    let findings = case.objects().await.unwrap().read(&|_, _| {}).objects.findings;
    let refused =
        findings.as_slice().iter().any(|own| own.code == "H19" && own.severity == case::Severity::Refuse);
    assert!(refused, "{findings:?}");
}

#[tokio::test]
async fn what_is_refused_is_kept_apart_and_told_of_in_the_case_it_came_with() {
    let place = place().await;
    let archive = place.open().await;
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    let kept = send(&transfer, &object_of("1.1", "ID1", "19600101")).await.unwrap();
    let refused = send(&transfer, b"words").await.unwrap();
    assert_eq!((&refused.object, &refused.case), (&None, &kept.case));
    assert!(refused.refusal.unwrap().reason.contains("no DICOM object"));
    transfer.end(TransferEnd::Whole).await.unwrap();
    let case = archive.case(&kept.case).await.unwrap();
    assert_eq!(hashes(&case).await.len(), 1);
    assert!(case.left_aside().await.unwrap().refused.contains_key(&archive::sha256("words")));
    assert!(archive.check().await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_senders_at_once_lose_nothing() {
    const N_SENDERS: usize = 8;
    const N_OBJECTS: usize = 25;
    let place = place().await;
    let archive = place.open().await;
    let senders: Vec<_> = (0..N_SENDERS)
        .map(|sender| {
            let archive = archive.clone();
            tokio::spawn(async move {
                let transfer = Arc::new(archive.begin_transfer(&format!("AE{sender}"), now()).unwrap());
                for number in 0..N_OBJECTS {
                    let object = object_of(&format!("1.{sender}.{number}"), "ID1", "19600101");
                    send(&transfer, &object).await.unwrap();
                }
                transfer.end(TransferEnd::Whole).await.unwrap()
            })
        })
        .collect();
    let mut cases = Vec::new();
    for sender in senders {
        cases.extend(sender.await.unwrap());
    }
    cases.dedup();
    assert_eq!(cases.len(), 1);
    assert_eq!(hashes(&archive.case(&cases[0]).await.unwrap()).await.len(), N_SENDERS * N_OBJECTS);
    assert!(archive.check().await.unwrap().is_whole());
}

/// Sends an object that is another one than is said, which is refused although its patient can be read.
async fn send_as_another(transfer: &archive::Transfer, object: &[u8]) -> archive::Receipt {
    let path = transfer.folder().join(archive::CaseId::random().unwrap().as_str());
    std::fs::write(&path, object).unwrap();
    let receipt = transfer.receive(path, Some(("1.2.3", "1.2.3")), now()).await.unwrap();
    assert_eq!(receipt.refusal.as_ref().unwrap().code, archive::NOT_AS_STATED);
    receipt
}

/// What was refused in a case, in words.
async fn refused(archive: &archive::Archive, case: &archive::CaseId) -> Vec<String> {
    let left_aside = archive.case(case).await.unwrap().left_aside().await.unwrap();
    left_aside.refused.into_values().map(|refusal| refusal.reason).collect()
}

#[tokio::test]
async fn h03_what_is_refused_goes_to_the_case_of_its_patient_where_that_can_be_read() {
    let place = place().await;
    let archive = place.open().await;
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    // Before anything of its patient came, and after.
    let early = send_as_another(&transfer, &object_of("1.9", "ID2", "19600101")).await;
    let one = send(&transfer, &object_of("1.1", "ID1", "19600101")).await.unwrap().case;
    let two = send(&transfer, &object_of("1.2", "ID2", "19600101")).await.unwrap().case;
    let late = send_as_another(&transfer, &object_of("1.8", "ID2", "19600101")).await;
    assert_eq!(late.case, two);
    let touched = transfer.end(TransferEnd::Whole).await.unwrap();
    assert_eq!((refused(&archive, &one).await.len(), refused(&archive, &two).await.len()), (0, 2));
    assert!(refused(&archive, &two).await.iter().all(|reason| !reason.contains("not known")));
    // The case that was made for it alone is gone.
    assert!(early.is_new_case && !archive.cases().await.unwrap().contains(&early.case));
    assert_eq!(touched, archive.cases().await.unwrap());
    assert!(archive.check().await.unwrap().is_whole());
}

#[tokio::test]
async fn h03_what_is_refused_and_may_be_of_several_patients_is_told_to_each() {
    let place = place().await;
    let archive = place.open().await;
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    let one = send(&transfer, &object_of("1.1", "ID1", "19600101")).await.unwrap().case;
    send(&transfer, b"words").await.unwrap();
    let two = send(&transfer, &object_of("1.2", "ID2", "19600101")).await.unwrap().case;
    transfer.end(TransferEnd::Early).await.unwrap();
    for case in [&one, &two] {
        let told = refused(&archive, case).await;
        assert!(told.len() == 1 && told[0].contains("not known to which of them it belongs"), "{told:?}");
    }
    assert_eq!(archive.cases().await.unwrap().len(), 2);
    assert!(archive.check().await.unwrap().is_whole());
}

#[tokio::test]
async fn what_is_refused_before_its_only_patient_came_joins_that_patient() {
    let place = place().await;
    let archive = place.open().await;
    let transfer = archive.begin_transfer("PLANNING", now()).unwrap();
    send(&transfer, b"words").await.unwrap();
    let case = send(&transfer, &object_of("1.1", "ID1", "19600101")).await.unwrap().case;
    assert_eq!(transfer.end(TransferEnd::Whole).await.unwrap(), std::slice::from_ref(&case));
    assert_eq!(archive.cases().await.unwrap(), std::slice::from_ref(&case));
    assert_eq!(refused(&archive, &case).await, ["it is no DICOM object"]);
}
