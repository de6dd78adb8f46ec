//! From how far away two images are still brought together: pairs moved by random rotations and shifts, and cut.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "printing is what it is for")]

use benches::moved::{Moved, cropped};
use benches::pairs::{self, PAIRS};
use geometry::{Affine, Point, Volume};
use registration::{RegistrationError, RigidOptions, RigidRegistration, Scan, register_rigid};

const TRIALS: u64 = 20;

fn main() {
    let Some(folder) = pairs::folder() else {
        println!("SKIPPED: the pairs of CTs are not here");
        return;
    };
    println!("| pair | cut | caught of {TRIALS} | median mm | largest caught mm | closest rival | s each |");
    println!("|---|---|---|---|---|---|---|");
    for pair in PAIRS {
        let [fixed, moving] = pairs::images(&folder, pair);
        let truth = register(&fixed, &moving).unwrap().moving_from_fixed;
        for (cut, keep) in [("none", [0.0, 1.0]), ("lower 60 %", [0.0, 0.6]), ("upper 45 %", [0.55, 1.0])] {
            trials(pair.0, cut, &fixed, &cropped(&moving, keep), &truth);
        }
    }
}

fn trials(name: &str, cut: &str, fixed: &Volume<f32>, moving: &Volume<f32>, truth: &Affine) {
    let start = std::time::Instant::now();
    let mut closest = 0.0;
    let mut errors: Vec<f64> = (0..TRIALS)
        .map(|seed| {
            let moved = Moved::random(seed, moving, 150.0, 20.0);
            let Ok(found) = register(fixed, &moved.image) else { return f64::INFINITY };
            if let Some(rival) = &found.rival {
                closest = f64::max(closest, rival.closeness);
            }
            let wanted = truth.then(&moved.map);
            let corners = corners(moving).map(|corner| truth.inverse().apply(&corner));
            let distance = |point: &Point| (found.moving_from_fixed.apply(point) - wanted.apply(point)).norm();
            corners.iter().map(distance).sum::<f64>() / 8.0
        })
        .collect();
    let seconds = start.elapsed().as_secs_f64() / TRIALS as f64;
    errors.sort_by(f64::total_cmp);
    let caught = errors.iter().filter(|error| **error < 5.0).count();
    let largest = errors[..caught].last().copied().unwrap_or(f64::NAN);
    println!(
        "| {name} | {cut} | {caught} | {:.2} | {largest:.2} | {closest:.2} | {seconds:.1} |",
        errors[TRIALS as usize / 2]
    );
}

fn register(fixed: &Volume<f32>, moving: &Volume<f32>) -> Result<RigidRegistration, RegistrationError> {
    register_rigid(&Scan::ct(fixed), &Scan::ct(moving), &RigidOptions::default())
}

fn corners(image: &Volume<f32>) -> [Point; 8] {
    let size = image.grid().size();
    std::array::from_fn(|corner| {
        let at = |axis: usize| if corner >> axis & 1 == 1 { size[axis] - 1 } else { 0 };
        image.grid().position_mm([at(0), at(1), at(2)])
    })
}
