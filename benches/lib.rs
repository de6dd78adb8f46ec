//! Benchmarks of the steps a user waits for; run `cargo bench --package benches`.
//!
//! Times mean something only as ratios within one run on one machine.
