//! Files that the fuzzer invented (`fuzz/regressions/examine`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use dicom::What;

#[test]
fn invented_files_are_examined_to_an_end() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/regressions/examine");
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        n_files += 1;
        let path = entry.unwrap().path();
        let examined = dicom::examine(&path).unwrap();
        assert_eq!(examined.n_bytes, path.metadata().unwrap().len());
    }
    assert!(n_files > 0);
}

/// The parser asked for 1.2 GB here: it reads whole values and took what was left of one for the next element.
#[test]
fn a_file_with_an_element_that_ends_within_a_value_is_refused() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/regressions/examine/ends-within-a-value");
    let What::Refused(refusal) = dicom::examine(file.as_ref()).unwrap().what else { panic!("it was taken") };
    assert!(refusal.reason.contains("ends within a value"), "{}", refusal.reason);
}
