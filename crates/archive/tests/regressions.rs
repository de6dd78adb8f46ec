//! Archives that the fuzzer invented (`fuzz/regressions/unpack`).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[test]
fn invented_archives_leave_files_where_they_belong_or_none() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/regressions/unpack");
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        n_files += 1;
        let place = tempfile::tempdir().unwrap();
        let Ok(files) = archive::unpack(&entry.unwrap().path(), place.path()) else { continue };
        assert!(files.iter().all(|file| file.parent() == Some(place.path()) && file.is_file()));
    }
    assert!(n_files > 0);
}
