//! Volumes and insides of drawn structures.

use super::*;

fn square(z: f64, half: f64) -> Contour {
    let corners = [(-half, -half), (half, -half), (half, half), (-half, half)];
    Contour::new(corners.map(|(x, y)| Point::new(x, y, z)).to_vec()).unwrap()
}

fn cuboid(offsets: &[f64]) -> Vec<Contour> {
    offsets.iter().map(|&z| square(z, 10.0)).collect()
}

fn made(contours: &[Contour], end_cap: EndCap) -> Solid {
    Solid::from_contours(contours, SolidOptions { end_cap, ..SolidOptions::default() }).unwrap()
}

#[test]
fn a_cuboid_has_its_volume_with_every_cap() {
    let contours = cuboid(&[0.0, 2.0, 4.0, 6.0]);
    for (end_cap, volume_cc) in [(EndCap::None, 2.4), (EndCap::HalfSlice, 3.2), (EndCap::Rounded, 3.2)] {
        let solid = made(&contours, end_cap);
        assert!((solid.volume_cc() / volume_cc - 1.0).abs() < 1e-3, "{end_cap:?} {}", solid.volume_cc());
        assert_eq!(solid.contains(&Point::new(0.0, 0.0, 6.9)), end_cap != EndCap::None);
        assert!(!solid.contains(&Point::new(0.0, 0.0, 7.1)));
    }
}

#[test]
fn samples_carry_the_whole_volume_and_stay_inside() {
    let solid = made(&cuboid(&[0.0, 3.0, 6.0]), EndCap::HalfSlice);
    let samples = solid.samples(1.7);
    assert!((samples.volume_cc() - solid.volume_cc()).abs() < 1e-9);
    let mut inside = samples.positions_mm.iter().zip(&samples.volumes_cc).filter(|(_, volume)| **volume > 0.0);
    assert!(inside.all(|(position, _)| solid.contains(position)));
}

#[test]
fn h27_a_missing_cut_is_a_gap_that_is_filled_by_choice_alone() {
    let contours = cuboid(&[0.0, 2.0, 4.0, 8.0, 10.0]);
    let left = made(&contours, EndCap::HalfSlice);
    assert_eq!(left.gaps_mm(), vec![[4.0, 8.0]]);
    assert!(!left.contains(&Point::new(0.0, 0.0, 6.0)));
    assert!((left.volume_cc() / 4.0 - 1.0).abs() < 1e-3);
    let options = SolidOptions { end_cap: EndCap::HalfSlice, gaps: GapRule::Interpolate, ..Default::default() };
    let filled = Solid::from_contours(&contours, options).unwrap();
    assert_eq!(filled.gaps_mm(), vec![[4.0, 8.0]]);
    assert!(filled.contains(&Point::new(0.0, 0.0, 6.0)));
    assert!((filled.volume_cc() / 4.8 - 1.0).abs() < 1e-3);
}

#[test]
fn h27_contours_far_apart_are_not_joined_by_guess() {
    let volume = |offsets: &[f64], slice: Option<f64>| {
        let options = SolidOptions { end_cap: EndCap::HalfSlice, slice_thickness_mm: slice, ..Default::default() };
        let solid = Solid::from_contours(&cuboid(offsets), options).unwrap();
        (solid.volume_cc(), solid.gaps_mm().len(), solid.slices_apart())
    };
    // A stray contour far away leaves a gap, whatever the image.
    assert_eq!(volume(&[0.0, 2.0, 62.0], None), (2.4, 1, None));
    // Two contours alone say nothing of what lies between them, but the image does.
    let (far, n_gaps, _) = volume(&[0.0, 60.0], Some(2.5));
    assert!((far - 2.0).abs() < 1e-3 && n_gaps == 1);
    // Every second slice is drawn: one body, and it is said.
    let (every_second, n_gaps, slices) = volume(&[0.0, 5.0, 10.0], Some(2.5));
    assert!((every_second - 6.0).abs() < 0.01 && n_gaps == 0 && slices == Some(2.0));
}

#[test]
fn unequal_distances_and_branches_keep_their_volumes() {
    let uneven = made(&cuboid(&[0.0, 1.0, 2.5, 4.0, 5.0, 6.5]), EndCap::None);
    assert!((uneven.volume_cc() / 2.6 - 1.0).abs() < 1e-3);
    // A trunk of 20 × 20 mm that splits into two branches of 6 × 20 mm at the middle.
    let branch = |z: f64, x: f64| {
        let corners = [(x, -10.0), (x + 6.0, -10.0), (x + 6.0, 10.0), (x, 10.0)];
        Contour::new(corners.map(|(x, y)| Point::new(x, y, z)).to_vec()).unwrap()
    };
    let mut forked = cuboid(&[0.0, 1.0, 2.0, 3.0, 4.0]);
    for z in [5.0, 6.0, 7.0, 8.0, 9.0] {
        forked.extend([branch(z, -10.0), branch(z, 4.0)]);
    }
    let forked = made(&forked, EndCap::HalfSlice);
    let expected = 5.0 * 0.4 + 5.0 * 0.24;
    assert!((forked.volume_cc() / expected - 1.0).abs() < 0.02, "{}", forked.volume_cc());
    assert!(!forked.contains(&Point::new(0.0, 0.0, 7.0)) && forked.contains(&Point::new(7.0, 0.0, 7.0)));
}

#[test]
fn h26_a_tube_is_the_same_as_keyholes_or_as_two_loops() {
    let at = |z: f64, corners: &[[f64; 2]]| {
        Contour::new(corners.iter().map(|[x, y]| Point::new(*x, *y, z)).collect()).unwrap()
    };
    let outer = [[-10.0, -10.0], [10.0, -10.0], [10.0, 10.0], [-10.0, 10.0]];
    let inner = [[-4.0, -4.0], [-4.0, 4.0], [4.0, 4.0], [4.0, -4.0]];
    let keyhole: Vec<[f64; 2]> =
        outer.iter().chain([&[-10.0, -4.0]]).chain(&inner).chain([&inner[0], &[-10.0, -4.0]]).copied().collect();
    let planes = [0.0, 2.5, 5.0, 7.5];
    let two_loops = planes.iter().flat_map(|z| [at(*z, &outer), at(*z, &inner)]).collect::<Vec<_>>();
    let keyholes = planes.iter().map(|z| at(*z, &keyhole)).collect::<Vec<_>>();
    for contours in [&two_loops, &keyholes] {
        let solid = made(contours, EndCap::HalfSlice);
        assert!((solid.volume_cc() / 3.36 - 1.0).abs() < 0.005, "{}", solid.volume_cc());
        assert_eq!(solid.crossing_cuts(), 0);
        let sampled = solid.samples(0.8);
        let within = |position: &Point| position.x.abs() < 3.9 && position.y.abs() < 3.9;
        let pairs = sampled.positions_mm.iter().zip(&sampled.volumes_cc);
        let in_the_hole: f64 = pairs.filter(|(position, _)| within(position)).map(|(_, volume)| volume).sum();
        assert!(in_the_hole < 1e-6);
    }
}

#[test]
fn a_single_cut_takes_the_thickness_of_its_slice() {
    let options = SolidOptions { slice_thickness_mm: Some(2.5), ..SolidOptions::default() };
    let solid = Solid::from_contours(&cuboid(&[5.0]), options).unwrap();
    assert!((solid.volume_cc() - 1.0).abs() < 1e-3);
}

#[test]
fn contours_in_different_directions_are_refused() {
    let mut contours = cuboid(&[0.0, 2.0]);
    let upright = [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)].map(|(y, z)| Point::new(0.0, y, z)).to_vec();
    contours.push(Contour::new(upright).unwrap());
    let result = Solid::from_contours(&contours, SolidOptions::default());
    assert!(matches!(result, Err(SolidError::NotParallel { .. })));
}

#[test]
fn the_order_of_contours_changes_nothing() {
    let mut contours = cuboid(&[0.0, 2.0, 4.0]);
    contours.push(square(2.0, 4.0));
    let forth = made(&contours, EndCap::Rounded);
    contours.reverse();
    let back = made(&contours, EndCap::Rounded);
    assert_eq!(forth.volume_cc(), back.volume_cc());
}
