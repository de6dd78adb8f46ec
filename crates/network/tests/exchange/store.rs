//! C-ECHO and C-STORE.

use dicom_dictionary_std::uids;
use network::{AssociationEnd, HowEnded, SendOutcome, StoreStatus};

use crate::support::objects::{self, ALL, ANNA, EXPLICIT};
use crate::support::{CALLER, Running, requestor, title};

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_is_answered() {
    let mut node = Running::start().await;
    requestor().echo(&node.remote()).await.expect("an answer");
    node.stop().await;
    requestor().echo(&node.remote()).await.expect_err("nobody is there any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_arrive_byte_for_byte_in_every_transfer_syntax() {
    let node = Running::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<_> =
        (0..).zip(ALL).map(|(number, syntax)| objects::write(folder.path(), &ANNA, number, syntax, 256)).collect();
    let sent = requestor().send(&node.remote(), &files).await.expect("an association");
    assert!(sent.iter().all(|sent| sent.outcome == SendOutcome::Stored), "{sent:?}");
    let kept = node.recorder.kept();
    assert_eq!(kept.len(), ALL.len());
    for (number, (file, syntax)) in files.iter().zip(ALL).enumerate() {
        let kept = kept.iter().find(|kept| kept.transfer_syntax == syntax).expect(syntax);
        assert_eq!(kept.object.class.as_str(), uids::CT_IMAGE_STORAGE);
        assert_eq!(kept.object.instance.as_str(), format!("2.25.1000.4711.1.{number}"));
        assert_eq!(kept.calling_ae, title(CALLER));
        let original = objects::data_set_of(&std::fs::read(file).expect("a file"));
        assert!(kept.data_set() == original, "the data set in {syntax} is the same");
        dicom_object::FileMetaTable::from_reader(&std::fs::read(&kept.file).expect("a file")[128..])
            .expect("meta");
    }
    let ends = node.recorder.wait_for_ends(1).await;
    let AssociationEnd { n_stored, n_refused, how, .. } = ends[0];
    assert_eq!((n_stored, n_refused, how), (5, 0, HowEnded::Released));
    assert_eq!(node.n_arriving(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_receiver_answers_reaches_the_sender() {
    let node = Running::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = objects::write(folder.path(), &ANNA, 1, EXPLICIT, 64);
    for status in [
        StoreStatus::OutOfResources,
        StoreStatus::CannotUnderstand,
        StoreStatus::DoesNotMatchClass,
        StoreStatus::OtherContentHere,
    ] {
        *node.recorder.answer.lock().expect("answer") = status;
        let sent = requestor().send(&node.remote(), std::slice::from_ref(&file)).await.expect("an association");
        assert_eq!(sent[0].outcome, SendOutcome::Refused(status.code()));
    }
    let ends = node.recorder.wait_for_ends(4).await;
    assert!(ends.iter().all(|end| end.n_refused == 1 && end.n_stored == 0));
    assert_eq!(node.n_arriving(), 0, "what was refused is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_cannot_be_written_is_out_of_resources() {
    let node = Running::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = objects::write(folder.path(), &ANNA, 1, EXPLICIT, 64);
    std::fs::remove_dir(node.folder.path().join("incoming")).expect("an empty folder");
    let sent = requestor().send(&node.remote(), &[file]).await.expect("an association");
    assert_eq!(sent[0].outcome, SendOutcome::Refused(0xA700));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_has_its_outcome() {
    let node = Running::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let good = objects::write(folder.path(), &ANNA, 1, EXPLICIT, 8);
    let text = folder.path().join("text");
    std::fs::write(&text, "no object").expect("a file");
    let mut other = objects::ct(&ANNA, 1, 2, 8);
    let class = dicom_core::PrimitiveValue::from(uids::ULTRASOUND_IMAGE_STORAGE);
    other.put(dicom_core::DataElement::new(dicom_dictionary_std::tags::SOP_CLASS_UID, dicom_core::VR::UI, class));
    let unknown = folder.path().join("unknown");
    std::fs::write(&unknown, objects::file(&other, EXPLICIT)).expect("a file");
    let files = [text, unknown, folder.path().join("missing"), good];
    let sent = requestor().send(&node.remote(), &files).await.expect("an association");
    let outcomes: Vec<_> = sent.into_iter().map(|sent| sent.outcome).collect();
    use SendOutcome::{NotOffered, Stored, Unreadable};
    assert_eq!(outcomes, [Unreadable, NotOffered, Unreadable, Stored]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_run_left_behind_is_swept() {
    let folder = tempfile::tempdir().expect("a folder");
    let incoming = folder.path().join("incoming");
    std::fs::create_dir(&incoming).expect("a folder");
    std::fs::write(incoming.join("arriving-x.part"), "half").expect("a file");
    std::fs::write(incoming.join("other"), "of somebody else").expect("a file");
    let _node = Running::start_with(|configuration| configuration.incoming = incoming.clone()).await;
    assert!(!incoming.join("arriving-x.part").exists());
    assert!(incoming.join("other").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_cut_off_by_one_byte_is_not_mended_on_its_way() {
    let node = Running::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = objects::write(folder.path(), &ANNA, 1, EXPLICIT, 64);
    let mut bytes = std::fs::read(&file).expect("a file");
    bytes.pop();
    std::fs::write(&file, bytes).expect("a file");
    let sent = requestor().send(&node.remote(), &[file]).await.expect("an association");
    assert_eq!(sent[0].outcome, SendOutcome::Unreadable);
    assert!(node.recorder.kept().is_empty());
}
