//! The goal of deformable registration on the pair with a known map, where it is there.

#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "a test that is skipped must say so")]

use benches::pairs::{self, PAIRS, figures};

/// Mean, median, 95th percentile and largest distance from the landmarks.
const GOAL_MM: [f64; 4] = [0.30, 0.25, 0.65, 1.5];

#[test]
fn the_landmarks_are_met_and_nothing_folds() {
    let Some(folder) = pairs::folder() else {
        eprintln!("SKIPPED: the pairs of CTs are not here");
        return;
    };
    let found = pairs::register(&folder, PAIRS[0]);
    let figures = figures(&found.deformable_mm).unwrap();
    assert!(figures.iter().zip(GOAL_MM).all(|(found, goal)| *found <= goal), "{figures:?}");
    assert!(found.determinants[0] > 0.0, "{:?}", found.determinants);
}
