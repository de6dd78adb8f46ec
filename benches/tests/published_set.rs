//! The goal of the published structures and doses with closed-form answers \[nelms2015\], where they are there.

#![allow(clippy::print_stderr, reason = "a test that is skipped must say so")]

use benches::nelms;

/// No figure is off by more than this ...
const FARTHEST_PERCENT: f64 = 3.0;
/// ... and this share of them ...
const LEAST_SHARE: f64 = 0.95;
/// ... by no more than this.
const USUAL_PERCENT: f64 = 1.0;

#[test]
fn every_figure_is_within_the_goal() {
    let Some(folder) = nelms::folder() else {
        eprintln!("SKIPPED: the published structures and doses are not here");
        return;
    };
    let rows = nelms::measure(&folder, 1);
    let percents: Vec<f64> = rows.iter().flat_map(|row| row.percent).map(f64::abs).collect();
    assert!(percents.len() >= 9, "no row was measured");
    for row in &rows {
        let farthest = row.percent.iter().fold(0.0, |farthest: f64, percent| farthest.max(percent.abs()));
        assert!(farthest <= FARTHEST_PERCENT, "{} on {}: {farthest:.2} %", row.structure, row.dose);
    }
    let n_usual = percents.iter().filter(|percent| **percent <= USUAL_PERCENT).count();
    assert!(n_usual as f64 >= LEAST_SHARE * percents.len() as f64, "{n_usual} of {}", percents.len());
}
