//! Time of both registrations of a pair as large as clinical ones; memory is told by the system (`/usr/bin/time`).

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "printing is what it is for")]

use std::time::Instant;

use geometry::{Grid, Point, Volume};
use phantom::trunk::Trunk;
use rayon::prelude::*;
use registration::{DeformableOptions, RigidOptions, Scan, register_deformable, register_rigid};

const SIZE: [usize; 3] = [512, 512, 134];
const SPACING_MM: [f64; 3] = [1.0, 1.0, 3.0];

fn main() {
    let rest = Trunk::default();
    let inhaled = Trunk { breath: 0.6, ..rest };
    let (fixed, moving) = (image(&rest, 1), image(&inhaled, 2));
    let (fixed, moving) = (Scan::ct(&fixed), Scan::ct(&moving));
    let start = Instant::now();
    let rigid = register_rigid(&fixed, &moving, &RigidOptions::default()).unwrap();
    let rigid_seconds = start.elapsed().as_secs_f64();
    let found = register_deformable(&fixed, &moving, &rigid.start(), &DeformableOptions::default()).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let mut errors: Vec<f64> = rest
        .landmarks(17.0)
        .into_iter()
        .map(|(point, _)| {
            let truth = Point::from(inhaled.from_reference(rest.to_reference(point)));
            found.field.apply(&Point::from(point)).map_or(f64::INFINITY, |found| (found - truth).norm())
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    let [mean, median, at_95, _] = benches::pairs::figures(&errors).unwrap();
    println!(
        "{SIZE:?}: rigid {rigid_seconds:.1} s, rigid and deformable {seconds:.1} s, {mean:.2} / {median:.2} / {at_95:.2} mm"
    );
}

fn image(trunk: &Trunk, stream: u32) -> Volume<f32> {
    let grid = Grid::axial(Point::new(-256.0, -256.0, -200.0), SPACING_MM, SIZE).unwrap();
    let plane = |k: usize| {
        let mut values = Vec::with_capacity(SIZE[0] * SIZE[1]);
        for j in 0..SIZE[1] {
            for i in 0..SIZE[0] {
                let at = grid.position_mm([i, j, k]);
                let place = [at.x, at.y, at.z];
                let hu = trunk.hounsfield(place) + 20.0 * phantom::white_noise(place, stream);
                values.push(hu as f32);
            }
        }
        values
    };
    let values = (0..SIZE[2]).into_par_iter().flat_map_iter(plane).collect();
    Volume::new(grid.clone(), values).unwrap()
}
