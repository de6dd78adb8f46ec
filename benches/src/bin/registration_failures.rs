//! How many spoilt pairs the gate of registrations catches, and how many good ones it stops: the table of
//! `docs/methods/registration-quality.md`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use benches::failures::{Bodies, Fault, judge};
use benches::pairs;
use registration::Verdict;

/// Pairs of each kind.
const N: u64 = 40;

fn main() {
    let folder = pairs::folder();
    if folder.is_none() {
        println!("SKIPPED: the pairs of CTs are not here; synthetic bodies alone are used");
    }
    let bodies = Bodies::read(folder.as_deref());
    println!("| pairs | n | unusable | usable with care | usable |");
    println!("|---|---|---|---|---|");
    let mut missed = Vec::new();
    for fault in Fault::ALL {
        let mut counts = [0; 3];
        for n in 0..N {
            let (fixed, moving, given) = bodies.pair(fault, n);
            let judged = judge(&fixed, &moving, given.as_ref());
            counts[judged.verdict as usize] += 1;
            let is_right = (judged.verdict == Verdict::Usable) == (fault == Fault::None);
            if !is_right {
                missed.push(format!("{fault:?} {n}: {}", judged.objections.unwrap_or_default()));
            }
        }
        println!("| {fault:?} | {N} | {} | {} | {} |", counts[2], counts[1], counts[0]);
    }
    missed.iter().for_each(|missed| println!("judged otherwise: {missed}"));
}
