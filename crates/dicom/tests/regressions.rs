//! Files that the fuzzer invented (`fuzz/regressions/examine`).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

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
