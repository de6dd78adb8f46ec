//! A file from a stranger, as the process meets it that reads it first.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| rert_fuzz::examine(bytes));
