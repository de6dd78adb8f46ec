//! Accuracy and time of registrations, on the pairs beside the repository: the figures of `docs/validation.md`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use benches::pairs::{self, PAIRS, figures};

fn main() {
    let Some(folder) = pairs::folder() else {
        println!("SKIPPED: the pairs of CTs are not here");
        return;
    };
    println!("| pair | map | mean mm | median mm | 95 % mm | largest mm | Jacobian | s |");
    println!("|---|---|---|---|---|---|---|---|");
    for pair in PAIRS {
        let found = pairs::register(&folder, pair);
        let cells = |distances: &[f64]| {
            let figures = figures(distances).map(|figures| figures.map(|mm| format!("{mm:.2}")));
            figures.unwrap_or([const { String::new() }; 4]).join(" | ")
        };
        println!("| {} | rigid | {} | | {:.1} |", found.name, cells(&found.rigid_mm), found.rigid_seconds);
        let [least, largest] = found.determinants;
        println!(
            "| {} | deformable | {} | {least:.2} to {largest:.2} | {:.1} |",
            found.name,
            cells(&found.deformable_mm),
            found.seconds
        );
    }
}
