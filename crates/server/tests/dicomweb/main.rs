//! DICOMweb: what other systems store, find and fetch.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../../network/tests/support/objects.rs"]
#[allow(dead_code, reason = "the tests of the node use more of it")]
mod objects;
#[path = "../support/mod.rs"]
mod support;

mod access;
mod client;
mod program;
mod retrieve;
mod search;
mod store;
