//! A zip archive from a stranger, taken apart.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| rert_fuzz::unpack(bytes));
