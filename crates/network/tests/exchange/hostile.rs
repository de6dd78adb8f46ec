//! Bytes that no honest peer sends. An association may end with them; the node may not.

use std::sync::atomic::{AtomicUsize, Ordering};

use dicom_dictionary_std::uids;
use network::HowEnded;

use crate::support::{CALLER, NODE, Running};
use crate::wire::{Wire, bytes, data, request, store_command};

#[tokio::test(flavor = "multi_thread")]
async fn a_pdu_that_is_too_long_ends_its_association_alone() {
    let node = Running::start().await;
    let mut bystander = Wire::associated(node.address).await;
    for length in [(128 << 10) + 1, u32::MAX] {
        let mut hostile = Wire::associated(node.address).await;
        hostile.write(&[4, 0]).await;
        hostile.write(&length.to_be_bytes()).await;
        assert_eq!(hostile.pdu().await, Some(7), "an abort");
        let mut hostile = Wire::connect(node.address).await;
        hostile.write(&[1, 0]).await;
        hostile.write(&length.to_be_bytes()).await;
        assert!(hostile.is_ended().await);
    }
    bystander.send(&dicom_ul::pdu::Pdu::ReleaseRQ).await;
    assert_eq!(bystander.pdu().await, Some(6), "the other association goes on");
    assert!(node.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_protocols_are_turned_away() {
    let node = Running::start().await;
    let requests: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\nHost: rert\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\x00\x00\x00\x00\x00",
    ];
    for request in requests {
        let mut caller = Wire::connect(node.address).await;
        caller.write(request).await;
        assert!(caller.is_ended().await);
    }
    assert_eq!(node.recorder.turned_away.lock().expect("told").len(), requests.len());
    assert!(node.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn pdus_in_the_wrong_place_end_the_association() {
    let node = Running::start().await;
    let command = store_command(uids::CT_IMAGE_STORAGE, "2.25.1");
    let begun = [bytes(&data(3, true, true, &command)), bytes(&data(3, false, false, &[0; 100]))].concat();
    let release = bytes(&dicom_ul::pdu::Pdu::ReleaseRQ);
    let nonsense: [Vec<u8>; 10] = [
        bytes(&request(CALLER, NODE)),
        vec![2, 0, 0, 0, 0, 0],
        vec![6, 0, 0, 0, 0, 4, 0, 0, 0, 0],
        vec![4, 0, 0, 0, 0, 0],
        vec![4, 0, 0, 0, 0, 6, 0, 0, 0, 200, 3, 3],
        vec![4, 0, 0, 0, 0, 6, 0, 0, 0, 1, 3, 3],
        bytes(&data(5, true, true, &command)),
        bytes(&data(3, false, true, &command)),
        bytes(&data(3, true, true, &[1, 2, 3])),
        [begun, release].concat(),
    ];
    for (at, nonsense) in nonsense.iter().enumerate() {
        let mut hostile = Wire::associated(node.address).await;
        hostile.write(nonsense).await;
        assert!(hostile.is_ended().await, "nonsense {at}");
    }
    let ends = node.recorder.wait_for_ends(nonsense.len()).await;
    assert!(ends.iter().all(|end| end.how == HowEnded::Aborted && end.n_stored == 0), "{ends:?}");
    assert_eq!(node.n_arriving(), 0);
    assert!(node.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_empty_values_end_the_association() {
    let node = Running::start().await;
    let mut hostile = Wire::associated(node.address).await;
    let values = [0, 0, 0, 2, 3, 1].repeat(20_000);
    hostile.write(&[4, 0]).await;
    hostile.write(&(values.len() as u32).to_be_bytes()).await;
    hostile.write(&values).await;
    assert!(hostile.is_ended().await);
    assert!(node.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_without_end_ends_the_association() {
    let node = Running::start().await;
    let mut hostile = Wire::associated(node.address).await;
    for _ in 0..3 {
        hostile.send(&data(3, true, false, &[0; 8_000])).await;
    }
    assert!(hostile.is_ended().await);
    assert!(node.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_off_in_the_middle_leaves_nothing() {
    let node = Running::start().await;
    for is_polite in [true, false] {
        let mut caller = Wire::associated(node.address).await;
        caller.send(&data(3, true, true, &store_command(uids::CT_IMAGE_STORAGE, "2.25.1"))).await;
        caller.send(&data(3, false, false, &[0; 10_000])).await;
        for _ in 0..200 {
            if node.n_arriving() == 1 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(node.n_arriving(), 1, "it is arriving");
        if is_polite {
            let source = dicom_ul::pdu::AbortRQSource::ServiceUser;
            caller.send(&dicom_ul::pdu::Pdu::AbortRQ { source }).await;
        }
        drop(caller);
        let n = if is_polite { 1 } else { 2 };
        let ends = node.recorder.wait_for_ends(n).await;
        assert_eq!((ends[n - 1].how, ends[n - 1].n_stored), (HowEnded::Aborted, 0));
        assert_eq!(node.n_arriving(), 0, "nothing is left");
    }
    assert!(node.recorder.kept().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn h47_a_transfer_that_breaks_off_says_how_much_came() {
    let node = Running::start().await;
    let mut caller = Wire::associated(node.address).await;
    for instance in ["2.25.1", "2.25.2"] {
        caller.send(&data(3, true, true, &store_command(uids::CT_IMAGE_STORAGE, instance))).await;
        caller.send(&data(3, false, true, &[0; 1_000])).await;
        assert_eq!(caller.pdu().await, Some(4), "an answer");
    }
    caller.send(&data(3, true, true, &store_command(uids::CT_IMAGE_STORAGE, "2.25.3"))).await;
    drop(caller);
    let ends = node.recorder.wait_for_ends(1).await;
    assert_eq!((ends[0].how, ends[0].n_stored), (HowEnded::Aborted, 2));
    let kept = node.recorder.kept();
    assert!(kept.iter().all(|kept| kept.association == ends[0].number) && kept.len() == 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_that_are_paths_are_refused() {
    let node = Running::start().await;
    for instance in ["../../etc", "1.2/../../../x", "", "...", "1.2.3\n", "1.2.840.".repeat(12).as_str()] {
        let mut hostile = Wire::associated(node.address).await;
        hostile.send(&data(3, true, true, &store_command(uids::CT_IMAGE_STORAGE, instance))).await;
        hostile.send(&data(3, false, true, &[0; 64])).await;
        assert_eq!(hostile.pdu().await, Some(4), "an answer");
        hostile.send(&dicom_ul::pdu::Pdu::ReleaseRQ).await;
        assert_eq!(hostile.pdu().await, Some(6), "the association goes on");
    }
    let mut hostile = Wire::associated(node.address).await;
    hostile.send(&data(3, true, true, &store_command(uids::MR_IMAGE_STORAGE, "2.25.1"))).await;
    hostile.send(&data(3, false, true, &[0; 64])).await;
    assert_eq!(hostile.pdu().await, Some(4), "an answer about a class that was not agreed");
    drop(hostile);
    let ends = node.recorder.wait_for_ends(7).await;
    assert!(ends.iter().all(|end| end.n_stored == 0 && end.n_refused == 1), "{ends:?}");
    assert!(node.recorder.kept().is_empty());
    assert_eq!(node.n_arriving(), 0);
}

/// A small generator of the kind of xorshift, with a seed, so that a failure can be repeated.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    /// Noise, or good PDUs in some order, with some bytes changed and the end cut off.
    pub fn stream(&mut self, good: &[Vec<u8>]) -> Vec<u8> {
        let mut stream: Vec<u8> = match self.roll(4) {
            0 => (0..self.roll(600)).map(|_| self.roll(256) as u8).collect(),
            1 => good.concat(),
            _ => {
                let n = 1 + self.roll(good.len());
                let mut all = good[0].clone();
                (0..n).for_each(|_| all.extend(&good[self.roll(good.len())]));
                all
            }
        };
        for _ in 0..self.roll(6) {
            if !stream.is_empty() {
                let at = self.roll(stream.len());
                stream[at] = self.roll(256) as u8;
            }
        }
        stream.truncate(stream.len() - self.roll(stream.len() / 4 + 1));
        stream
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn arbitrary_bytes_never_end_the_node() {
    let node = Running::start_with(|configuration| {
        configuration.limits.negotiation = std::time::Duration::from_millis(500);
        configuration.limits.pdu = std::time::Duration::from_millis(500);
        configuration.limits.idle = std::time::Duration::from_millis(500);
    })
    .await;
    // A panic would end its association alone; it must not happen all the same.
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    std::panic::set_hook(Box::new(|_| {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }));
    let mut dice = Dice(0x5EED);
    let command = store_command(uids::CT_IMAGE_STORAGE, "2.25.1");
    let good = [
        bytes(&request(CALLER, NODE)),
        bytes(&data(3, true, true, &command)),
        bytes(&data(3, false, true, &[1; 300])),
        bytes(&data(1, true, true, &command)),
        bytes(&dicom_ul::pdu::Pdu::ReleaseRQ),
    ];
    for _ in 0..2_000 {
        let stream = dice.stream(&good);
        let mut hostile = Wire::connect(node.address).await;
        hostile.write(&stream).await;
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut hostile.0).await;
        assert!(hostile.is_ended().await);
    }
    assert!(node.is_alive().await);
    assert_eq!(node.n_arriving(), 0);
    drop(std::panic::take_hook());
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}
