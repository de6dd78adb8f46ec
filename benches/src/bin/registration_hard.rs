//! Errors of registrations in hard cases with known truth: the table of `docs/methods/deformable-registration.md`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use benches::hard::cases;
use benches::pairs::figures;

/// Spacing of the images.
const SPACING_MM: f64 = 2.5;

fn main() {
    println!(
        "| case | region | rigid mean / 95 % mm | deformable mean / 95 % / largest mm | Jacobian | what the gate says | s |"
    );
    println!("|---|---|---|---|---|---|---|");
    let wanted = std::env::args().nth(1).unwrap_or_default();
    for case in cases().into_iter().filter(|case| case.name.contains(&wanted)) {
        let outcome = case.run(SPACING_MM);
        for errors in &outcome.errors {
            let (Some(rigid), Some(deformed)) = (figures(&errors.rigid_mm), figures(&errors.deformable_mm)) else {
                continue;
            };
            let [least, largest] = outcome.determinants;
            println!(
                "| {} | {:?} | {:.1} / {:.1} | {:.2} / {:.2} / {:.1} | {least:.2} to {largest:.2} | {} | {:.1} |",
                case.name,
                errors.region,
                rigid[0],
                rigid[2],
                deformed[0],
                deformed[2],
                deformed[3],
                outcome.objections.as_deref().unwrap_or("usable"),
                outcome.seconds
            );
        }
    }
}
