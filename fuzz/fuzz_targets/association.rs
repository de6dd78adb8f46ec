//! A peer that says anything to the node.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| rert_fuzz::association(bytes));
