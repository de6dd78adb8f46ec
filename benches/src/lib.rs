//! Figures of accuracy and speed, and benchmarks of the steps a user waits for.
//!
//! `cargo xtask bench-dvh` and `cargo xtask bench-registration` print the figures, `cargo bench --package benches` the times of the pipeline. Times mean
//! something only as ratios within one run on one machine.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot be made must stop")]

pub mod failures;
pub mod hard;
pub mod moved;
pub mod nelms;
pub mod organs;
pub mod pairs;
