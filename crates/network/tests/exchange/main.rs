//! Our own two sides against each other, and against a small archive, over the loopback.

#[path = "../support/mod.rs"]
mod support;

mod admission;
mod commitment;
mod encryption;
mod full_disk;
mod hostile;
mod hostile_provider;
mod limits;
mod query_retrieve;
mod regressions;
mod store;
mod wire;
