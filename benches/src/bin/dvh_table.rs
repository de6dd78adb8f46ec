//! Prints the figures of `docs/dvh-accuracy.md`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use benches::nelms;

fn main() {
    if let Some(folder) = nelms::folder() {
        let mut total = 0.0;
        for row in nelms::measure(&folder, 20) {
            total += row.seconds;
            println!("{:20} {:18} {:8.3} ms", row.structure, row.dose, 1e3 * row.seconds);
        }
        println!("{:.3} ms", 1e3 * total);
    }
}
