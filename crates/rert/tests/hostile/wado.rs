//! Many clients ask WADO-RS of the program for much, and take nothing of it.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use phantom::{ObjectKind, Options, SyntheticPatient};

use crate::stow::body_of;
use crate::workbench::Workbench;

/// Rows and columns of an image of 32 MB.
const N_ROWS: u16 = 4096;
const N_CLIENTS: usize = 60;

#[test]
fn clients_that_take_nothing_of_what_they_ask_for_do_not_fill_the_memory() {
    let workbench = Workbench::start();
    let mut patient = SyntheticPatient::generate(&Options::tiny());
    let file = patient.file(ObjectKind::Ct, 1);
    let small = file.bytes().unwrap();
    file.object.put(DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, "2.25.4096"));
    let voxels: Vec<u16> = (0..usize::from(N_ROWS) * usize::from(N_ROWS)).map(|at| (at % 2000) as u16).collect();
    file.object.put(DataElement::new(tags::ROWS, VR::US, PrimitiveValue::from(N_ROWS)));
    file.object.put(DataElement::new(tags::COLUMNS, VR::US, PrimitiveValue::from(N_ROWS)));
    file.object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(voxels.into())));
    let large = file.bytes().unwrap();
    let addresses = workbench.store_and_locate(&body_of([small.as_slice(), large.as_slice()]));
    let before = workbench.peak_memory_mib();
    let mut clients: Vec<TcpStream> = Vec::new();
    for number in 0..N_CLIENTS {
        let value = if number % 2 == 0 { "frames/1" } else { "bulkdata/7FE00010" };
        let mut client = workbench.connect();
        write!(client, "{}", workbench.head(&format!("GET {}/{value}", addresses[1]), "")).unwrap();
        clients.push(client);
    }
    std::thread::sleep(Duration::from_secs(4));
    // Small objects are given beside them.
    let began = Instant::now();
    let (head, _) = workbench.ask("GET", &format!("{}/metadata", addresses[0]), b"");
    let took = began.elapsed();
    let memory = workbench.peak_memory_mib();
    println!(
        "{N_CLIENTS} clients that ask for 32 MB each and take nothing: {before} MiB before, {memory} MiB at most; \
         metadata of a small object beside them in {took:?}"
    );
    drop(clients);
    assert!(memory < 1024, "{memory} MiB");
    // What was held for who hung up is free again.
    let (head_of_large, body) = workbench.ask("GET", &format!("{}/frames/1", addresses[1]), b"");
    assert!(head_of_large.starts_with("HTTP/1.1 200") && body.len() > 32 << 20, "{head_of_large}");
    assert!(head.starts_with("HTTP/1.1 ") && took < Duration::from_secs(25), "{head}");
}
