//! Settings that the fuzzer invented (`fuzz/regressions/settings`).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use case::Settings;

#[test]
fn invented_settings_are_refused_or_read_back_to_the_same() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/regressions/settings");
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        n_files += 1;
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let Ok(Ok(settings)) = std::str::from_utf8(&bytes).map(Settings::from_toml) else { continue };
        let again = Settings::from_toml(&settings.to_toml()).unwrap();
        assert_eq!(again, settings, "{}", path.display());
    }
    assert!(n_files > 0);
}
