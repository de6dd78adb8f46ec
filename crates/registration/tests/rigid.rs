//! Rigid registration of the synthetic patient, whose motion is known.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use geometry::{Grid, Point, Volume};
use phantom::{Options, Truth};
use registration::measure::{objections, verdict};
use registration::{RegistrationError, RigidOptions, RigidRegistration, Scan, Verdict};

/// The CT of one course, sampled from the formulas of the phantom.
fn image(truth: &Truth, fixed: bool, origin: [f64; 3]) -> Volume<f32> {
    let grid = Grid::axial(Point::from(origin), [4.0, 4.0, 4.0], [90, 56, 60]).unwrap();
    let values = (0..grid.len())
        .map(|offset| {
            let position = grid.position_mm([offset % 90, offset / 90 % 56, offset / (90 * 56)]);
            let at = [position.x, position.y, position.z];
            let hounsfield = if fixed { truth.hounsfield(at) } else { phantom::hounsfield(at) };
            hounsfield as f32
        })
        .collect();
    Volume::new(grid, values).unwrap()
}

fn register_rigid(fixed: &Volume<f32>, moving: &Volume<f32>) -> Result<RigidRegistration, RegistrationError> {
    registration::register_rigid(&Scan::ct(fixed), &Scan::ct(moving), &RigidOptions::default())
}

fn truth() -> Truth {
    phantom::SyntheticPatient::generate(&Options::tiny()).truth
}

/// A box around the anatomy in the frame of the prior course, and its image in that of the current one.
fn pair() -> (Volume<f32>, Volume<f32>, Truth) {
    let truth = truth();
    let moving_origin = [-180.0, -112.0, -118.0];
    let moving = image(&truth, false, moving_origin);
    let centre = truth.fixed_point([0.0, 0.0, 0.0]);
    let fixed = image(&truth, true, [centre[0] - 178.0, centre[1] - 111.0, centre[2] - 117.0]);
    (fixed, moving, truth)
}

#[test]
fn a_known_motion_is_found_to_a_tenth_of_a_voxel() {
    let (fixed, moving, truth) = pair();
    let result = register_rigid(&fixed, &moving).unwrap();
    assert_eq!(objections(&result.measures()), None);
    let mut largest: f64 = 0.0;
    for organ in truth.organs.iter().filter(|organ| organ.standard_name != "External") {
        for point in organ.points_mm(8.0) {
            let fixed_point = truth.fixed_point(point);
            let found = result.moving_from_fixed.apply(&Point::from(fixed_point));
            largest = largest.max((found - Point::from(point)).norm());
        }
    }
    assert!(largest < 0.4, "largest error {largest} mm on voxels of 4 mm");
}

#[test]
fn the_same_images_give_the_same_bits() {
    let (fixed, moving, _) = pair();
    assert_eq!(register_rigid(&fixed, &moving), register_rigid(&fixed, &moving));
}

#[test]
fn h39_another_body_is_not_trusted() {
    let (fixed, _, _) = pair();
    let grid = fixed.grid().clone();
    let block = (0..grid.len())
        .map(|offset| {
            let (i, k) = (offset % 90, offset / (90 * 56));
            if (20..70).contains(&i) && (i / 7 + k / 5) % 2 == 0 { 200.0 } else { -900.0 }
        })
        .collect();
    let other = Volume::new(grid, block).unwrap();
    let result = register_rigid(&fixed, &other);
    assert!(result.is_err() || verdict(&result.unwrap().measures()) == Verdict::Unusable);
}

#[test]
fn an_image_without_tissue_is_refused() {
    let (fixed, _, _) = pair();
    let air = fixed.map(|_| -1000.0_f32);
    assert!(register_rigid(&fixed, &air).is_err());
}
