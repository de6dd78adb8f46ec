//! Registrations of the breathing trunk that are told more than the images, or shown other kinds of images.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

use geometry::{Affine, Contour, Grid, Matrix, Point, Solid, SolidOptions, Transform, Vector, Volume};
use phantom::trunk::{Region, Trunk};
use rayon::prelude::*;
use registration::measure::{Verdict, verdict};
use registration::{
    DeformableOptions, LandmarkPair, Modality, OrganPair, OrganShape, RegistrationError, RigidOptions, Scan,
    Start, quality, register_deformable, register_rigid,
};

const SPACING_MM: f64 = 4.0;

/// An image of the trunk that lies elsewhere by a rigid map, with values made of the Hounsfield units.
fn image(state: &Trunk, table: &Affine, value: impl Fn(f64, [f64; 3]) -> f64 + Sync) -> Volume<f32> {
    let size = [124, 76, 96];
    let grid = Grid::axial(Point::new(-246.0, -150.0, -190.0), [SPACING_MM; 3], size).unwrap();
    let back = table.inverse();
    let of = |at: usize| {
        let position = grid.position_mm([at % size[0], at / size[0] % size[1], at / size[0] / size[1]]);
        let in_trunk = back.apply(&position);
        let point = [in_trunk.x, in_trunk.y, in_trunk.z];
        let noise = 10.0 * phantom::white_noise([position.x, position.y, position.z], 5);
        (value(state.hounsfield(point) + noise, point)) as f32
    };
    let values = (0..grid.len()).into_par_iter().map(of).collect();
    Volume::new(grid.clone(), values).unwrap()
}

fn ct(state: &Trunk, table: &Affine) -> Volume<f32> {
    image(state, table, |hounsfield, _| hounsfield)
}

/// Bone and air dark, fat bright, muscle between, and brighter on one side of the coil.
fn mr_value(hounsfield: f64, point: [f64; 3]) -> f64 {
    let tissue = match hounsfield {
        hounsfield if hounsfield < -250.0 => 20.0,
        hounsfield if hounsfield < -20.0 => 900.0,
        hounsfield if hounsfield < 75.0 => 420.0,
        hounsfield if hounsfield < 200.0 => 600.0,
        _ => 120.0,
    };
    tissue * (1.0 + 0.0012 * point[0])
}

/// Uptake of the heart, the liver and the marrow, little elsewhere.
fn pet_value(hounsfield: f64, _: [f64; 3]) -> f64 {
    match hounsfield {
        hounsfield if hounsfield < -250.0 => 0.3,
        hounsfield if hounsfield < 60.0 => 0.9,
        hounsfield if hounsfield < 200.0 => 2.4,
        _ => 1.6,
    }
}

/// Means over neighbours, as PET blurs.
fn blurred(image: &Volume<f32>) -> Volume<f32> {
    let grid = image.grid();
    let size = grid.size();
    let near = |index: usize, n: usize| index.saturating_sub(1)..(index + 2).min(n);
    let mean = |at: usize| {
        let index = [at % size[0], at / size[0] % size[1], at / size[0] / size[1]];
        let (mut sum, mut n) = (0.0, 0.0);
        for k in near(index[2], size[2]) {
            for j in near(index[1], size[1]) {
                for i in near(index[0], size[0]) {
                    sum += image.values()[grid.offset([i, j, k])];
                    n += 1.0;
                }
            }
        }
        sum / n
    };
    Volume::new(grid.clone(), (0..grid.len()).map(mean).collect()).unwrap()
}

fn offset(shift: [f64; 3], degrees: f64) -> Affine {
    let angle = degrees.to_radians();
    let (sine, cosine) = angle.sin_cos();
    let turn = Matrix::new(cosine, -sine, 0.0, sine, cosine, 0.0, 0.0, 0.0, 1.0);
    Affine::new(turn, Vector::from(shift)).unwrap()
}

/// Mean distance from the truth over the landmarks of some regions.
fn error_mm(map: impl Fn(&Point) -> Option<Point>, truth: &dyn Fn(&Point) -> Point, regions: &[Region]) -> f64 {
    let landmarks = Trunk::default().landmarks(16.0);
    let own =
        landmarks.iter().filter(|(_, region)| regions.contains(region)).map(|(point, _)| Point::from(*point));
    let errors: Vec<f64> = own.map(|point| (map(&point).unwrap() - truth(&point)).norm()).collect();
    errors.iter().sum::<f64>() / errors.len() as f64
}

/// A ball as it would be contoured.
fn ball(centre: [f64; 3], radius: f64) -> OrganShape {
    let contour = |k: i32| {
        let height = f64::from(k) * 3.0;
        let across = (radius * radius - height * height).sqrt();
        let corner = |n: i32| {
            let (sine, cosine) = (f64::from(n) * std::f64::consts::TAU / 40.0).sin_cos();
            Point::new(centre[0] + across * cosine, centre[1] + across * sine, centre[2] + height)
        };
        Contour::new((0..40).map(corner).collect()).unwrap()
    };
    let n = (radius / 3.0) as i32 - i32::from(radius % 3.0 == 0.0);
    let contours: Vec<Contour> = (-n..=n).map(contour).collect();
    OrganShape::of(&Solid::from_contours(&contours, SolidOptions::default()).unwrap()).unwrap()
}

#[test]
fn images_of_other_kinds_are_aligned_by_what_they_tell_about_each_other() {
    let rest = Trunk::default();
    let table = offset([22.0, -14.0, 38.0], 7.0);
    let fixed = ct(&rest, &Affine::identity());
    let mr = image(&rest, &table, mr_value);
    let pet = blurred(&image(&rest, &table, pet_value));
    for (voxels, modality, most_mm) in [(&mr, Modality::Mr, 1.5), (&pet, Modality::Pet, 2.5)] {
        let moving = Scan { voxels, modality };
        let found = register_rigid(&Scan::ct(&fixed), &moving, &RigidOptions::default()).unwrap();
        let all = [Region::Lung, Region::Belly, Region::Wall, Region::Fat];
        let map = |point: &Point| Some(found.moving_from_fixed.apply(point));
        let error = error_mm(map, &|point| table.apply(point), &all);
        assert!(error < most_mm, "{modality:?}: {error} mm");
        assert!(verdict(&found.measures()) < Verdict::Unusable, "{:?}", found.measures());
        assert_eq!(found.quality.normalized_cross_correlation, None);
        let start = Start::linear(&found.moving_from_fixed);
        let deformed = register_deformable(&Scan::ct(&fixed), &moving, &start, &DeformableOptions::default());
        assert_eq!(deformed.unwrap_err(), RegistrationError::NotCt);
    }
}

#[test]
fn a_shift_of_150_mm_and_a_turn_of_20_degrees_are_found_also_for_a_part_of_the_body() {
    let rest = Trunk::default();
    let fixed = ct(&rest, &Affine::identity());
    // A turn about the middle of the body, then a table far away; the picture follows the body.
    let table = offset([150.0, -150.0, 150.0], 20.0);
    let moved = |image: &Volume<f32>, planes: std::ops::Range<usize>| {
        let grid = image.grid();
        let size = grid.size();
        let axis = |axis: usize| table.linear() * grid.direction().column(axis);
        let offsets: Vec<f64> = planes.clone().map(|k| SPACING_MM * (k - planes.start) as f64).collect();
        let origin = table.apply(&grid.position_mm([0, 0, planes.start]));
        let grid = Grid::new(origin, axis(0), axis(1), [SPACING_MM; 2], [size[0], size[1]], &offsets).unwrap();
        let layer = size[0] * size[1];
        Volume::new(grid, image.values()[planes.start * layer..planes.end * layer].to_vec()).unwrap()
    };
    for planes in [0..96, 0..50, 44..96] {
        let moving = moved(&fixed, planes);
        let found = register_rigid(&Scan::ct(&fixed), &Scan::ct(&moving), &RigidOptions::default()).unwrap();
        let map = |point: &Point| Some(found.moving_from_fixed.apply(point));
        let error = error_mm(map, &|point| table.apply(point), &[Region::Wall]);
        assert!(error < 1.0, "{error} mm");
    }
}

#[test]
fn landmarks_begin_the_search_and_too_few_of_them_are_refused() {
    let fixed = ct(&Trunk::default(), &Affine::identity());
    let table = offset([5.0, 3.0, -9.0], 4.0);
    let moving = ct(&Trunk::default(), &table);
    let pair = |point: [f64; 3]| {
        let fixed_mm = Point::from(point);
        LandmarkPair { fixed_mm, moving_mm: table.apply(&fixed_mm) + Vector::new(3.0, -2.0, 4.0) }
    };
    let landmarks = [[0.0, 90.0, 0.0], [60.0, -40.0, 90.0], [-70.0, 10.0, -80.0]].map(pair);
    let options = RigidOptions { landmarks: &landmarks, bone_leads: true, ..RigidOptions::default() };
    let found = register_rigid(&Scan::ct(&fixed), &Scan::ct(&moving), &options).unwrap();
    let map = |point: &Point| Some(found.moving_from_fixed.apply(point));
    assert!(error_mm(map, &|point| table.apply(point), &[Region::Wall]) < 0.6);
    let few = RigidOptions { landmarks: &landmarks[..2], ..RigidOptions::default() };
    let refused = register_rigid(&Scan::ct(&fixed), &Scan::ct(&moving), &few);
    assert_eq!(refused.unwrap_err(), RegistrationError::Landmarks(2));
}

#[test]
fn a_region_follows_its_own_surroundings() {
    // The belly has sunk with the breath; the spine has not.
    let (rest, inhaled) = (Trunk::default(), Trunk { breath: 0.6, ..Trunk::default() });
    let (fixed, moving) = (ct(&rest, &Affine::identity()), ct(&inhaled, &Affine::identity()));
    let truth =
        |point: &Point| Point::from(inhaled.from_reference(rest.to_reference([point.x, point.y, point.z])));
    let liver = ball([-45.0, -8.0, -95.0], 30.0);
    let near = |point: &Point| liver.distance_mm(point) < 10.0;
    let start = Affine::identity();
    let options = RigidOptions { within: Some(&near), start: Some(&start), ..RigidOptions::default() };
    let found = register_rigid(&Scan::ct(&fixed), &Scan::ct(&moving), &options).unwrap();
    for point in [[-45.0, -8.0, -95.0], [-30.0, 5.0, -85.0], [-60.0, -20.0, -105.0]] {
        let point = Point::from(point);
        let error = (found.moving_from_fixed.apply(&point) - truth(&point)).norm();
        assert!(error < 1.5, "{error} mm");
    }
}

#[test]
fn drawn_organs_and_landmarks_steer_where_the_images_do_not_tell() {
    // Two bodies of even tissue: the images say nothing of what lies within.
    let grid = Grid::axial(Point::new(-120.0, -120.0, -100.0), [SPACING_MM; 3], [61, 61, 51]).unwrap();
    let even = |at: usize| {
        let position = grid.position_mm([at % 61, at / 61 % 61, at / 3721]);
        if position.x.hypot(position.y) < 100.0 { 40.0 } else { -1000.0 }
    };
    let body = Volume::new(grid.clone(), (0..grid.len()).map(even).collect()).unwrap();
    let scan = Scan::ct(&body);
    let (fixed, moving) = (ball([0.0, 0.0, 0.0], 24.0), ball([9.0, -6.0, 5.0], 24.0));
    let organs = [OrganPair { fixed: &fixed, moving: &moving }];
    let shift = Vector::new(9.0, -6.0, 5.0);
    let landmarks =
        [LandmarkPair { fixed_mm: Point::new(50.0, 40.0, 20.0), moving_mm: Point::new(55.0, 40.0, 20.0) }];
    let identity = Affine::identity();
    let registered = |options: &DeformableOptions<'_>| {
        register_deformable(&scan, &scan, &Start::linear(&identity), options).unwrap().field
    };
    let guided = registered(&DeformableOptions { organs: &organs, landmarks: &landmarks, ..Default::default() });
    let map = Transform::Deformation(std::sync::Arc::new(guided.clone()));
    let surface_off = |map: &Transform| {
        let off = |point: &Point| moving.distance_mm(&map.apply(point).unwrap()).abs();
        fixed.surface_mm().iter().map(off).sum::<f64>() / fixed.surface_mm().len() as f64
    };
    assert!(surface_off(&map) < 1.5, "{} mm", surface_off(&map));
    let middle = guided.apply(&Point::origin()).unwrap();
    assert!((middle - Point::origin() - shift).norm() < 4.0, "{middle}");
    let at_landmark = guided.apply(&landmarks[0].fixed_mm).unwrap();
    assert!((at_landmark - landmarks[0].moving_mm).norm() < 2.0, "{at_landmark}");
    assert!(guided.jacobian_range()[0] > 0.0);
    let alone = registered(&DeformableOptions::default());
    assert!((alone.apply(&Point::origin()).unwrap() - Point::origin()).norm() < 0.5);
    let measures = quality::of_organ(&map, "ball", &organs[0]);
    assert_eq!(verdict(&measures), Verdict::Usable, "{measures:?}");
    let before = quality::of_organ(&Transform::Affine(identity.clone()), "ball", &organs[0]);
    assert!(verdict(&before) > Verdict::Usable, "{before:?}");
    let errors = quality::of_landmarks(&map, &landmarks);
    assert_eq!(verdict(&errors), Verdict::Usable, "{errors:?}");
}

#[test]
fn what_one_image_alone_shows_does_not_pull() {
    let rest = Trunk::default();
    let fixed = ct(&rest, &Affine::identity());
    // A mass as large as an orange between the ribs and the lung.
    let mass = [-85.0, -20.0, 60.0];
    let in_mass =
        |point: [f64; 3]| point.iter().zip(mass).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt() < 28.0;
    let moving =
        image(&rest, &Affine::identity(), |hounsfield, point| if in_mass(point) { 60.0 } else { hounsfield });
    let shape = ball(mass, 32.0);
    let only = |point: &Point| shape.distance_mm(point) < 0.0;
    let identity = Affine::identity();
    let off = |options: &DeformableOptions<'_>| {
        let (fixed, moving) = (Scan::ct(&fixed), Scan::ct(&moving));
        let found = register_deformable(&fixed, &moving, &Start::linear(&identity), options).unwrap();
        let near = rest.landmarks(11.0).into_iter().map(|(point, _)| Point::from(point));
        let near = near.filter(|point| (4.0..25.0).contains(&shape.distance_mm(point)));
        near.map(|point| (found.field.apply(&point).unwrap() - point).norm()).fold(0.0, f64::max)
    };
    let masked = off(&DeformableOptions { only_in_moving: Some(&only), ..DeformableOptions::default() });
    let unmasked = off(&DeformableOptions::default());
    assert!(masked < 1.5 && masked < unmasked, "masked {masked} mm, unmasked {unmasked} mm");
}

/// Sliding, pressed lungs and a far table together.
#[test]
fn a_deep_breath_on_a_table_that_lies_elsewhere_is_followed() {
    let (rest, inhaled) = (Trunk::default(), Trunk { breath: 0.8, ..Trunk::default() });
    let table = offset([12.0, -9.0, 34.0], 4.0);
    let (fixed, moving) = (ct(&rest, &Affine::identity()), ct(&inhaled, &table));
    let truth = |point: &Point| {
        table.apply(&Point::from(inhaled.from_reference(rest.to_reference([point.x, point.y, point.z]))))
    };
    let (fixed, moving) = (Scan::ct(&fixed), Scan::ct(&moving));
    let rigid = register_rigid(&fixed, &moving, &RigidOptions::default()).unwrap();
    let found = register_deformable(&fixed, &moving, &rigid.start(), &DeformableOptions::default()).unwrap();
    for (region, most_mm) in [(Region::Lung, 2.5), (Region::Belly, 1.5), (Region::Wall, 1.5)] {
        let before = error_mm(|point| Some(rigid.moving_from_fixed.apply(point)), &truth, &[region]);
        let after = error_mm(|point| found.field.apply(point), &truth, &[region]);
        assert!(after < most_mm && after < before.max(1.0), "{region:?}: {before} mm before, {after} mm after");
    }
    let [least, _] = found.field.jacobian_range();
    assert!(least > 0.0, "{least}");
    let back = Transform::Deformation(std::sync::Arc::new(found.field.clone())).inverse();
    for (point, _) in rest.landmarks(29.0) {
        let point = Point::from(point);
        let there = found.field.apply(&point).unwrap();
        let returned = back.apply(&there).unwrap();
        assert!((returned - point).norm() < 1e-3, "{}", (returned - point).norm());
    }
}
