//! Accuracy and time of every row of the published set, and a summary: the figures of `docs/validation.md`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use benches::nelms::{self, COMPARED, Row};
use benches::organs;

/// Runs of each row; the fastest one counts.
const RUNS: usize = 20;

fn main() {
    let times = organs::measure(RUNS);
    println!(
        "30 organs, two threads or more: {:.0} ms from contours to measures, {:.0} ms after another α/β, {:.2} s for bands of 200 draws\n",
        1e3 * times.cold_seconds,
        1e3 * times.alpha_beta_seconds,
        times.band_seconds
    );
    let Some(folder) = nelms::folder() else {
        println!("SKIPPED: the published structures and doses are not here");
        return;
    };
    let rows = nelms::measure(&folder, RUNS);
    println!("| structure | dose | {} | ms |", COMPARED.join(" | "));
    println!("|---|---|{}---|", "---|".repeat(COMPARED.len()));
    for row in &rows {
        let percents: Vec<String> = row.percent.iter().map(|percent| format!("{percent:+.2}")).collect();
        println!("| {} | {} | {} | {:.2} |", row.structure, row.dose, percents.join(" | "), 1e3 * row.seconds);
    }
    summarise(&rows);
}

fn summarise(rows: &[Row]) {
    let percents: Vec<f64> = rows.iter().flat_map(|row| row.percent).map(f64::abs).collect();
    let n_within = percents.iter().filter(|percent| **percent <= 1.0).count();
    let largest = percents.iter().copied().fold(0.0, f64::max);
    let n_covered = rows.iter().flat_map(|row| row.within_error).filter(|within| *within).count();
    let seconds: f64 = rows.iter().map(|row| row.seconds).sum();
    println!(
        "\n{n_within} of {} figures within 1 %, the largest deviation {largest:.2} %; {n_covered} within their own error; \
         {:.2} ms per structure",
        percents.len(),
        1e3 * seconds / rows.len() as f64
    );
}
