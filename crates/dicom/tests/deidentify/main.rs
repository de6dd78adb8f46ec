//! Objects for research: no identifier comes along, and every number does.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod leaks;
mod numbers;
mod patient;
mod plant;
mod refusals;
mod scan;
