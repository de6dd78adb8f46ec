//! Deformable registration of the synthetic patient under a known deformation.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

use geometry::{Affine, DeformationField, Grid, Point, Vector, Volume};
use phantom::{Options, SyntheticPatient};
use registration::{DeformableOptions, DeformableRegistration, RegistrationError, Scan, Start};

const SIZE: [usize; 3] = [120, 75, 80];

/// Where a point of the fixed image lies in the moving one: bumps of up to 8 mm.
fn truth(fixed: &Point) -> Point {
    let bump = |centre: [f64; 3], sigma: f64, by: [f64; 3]| {
        let weight = (-(fixed - Point::from(centre)).norm_squared() / (2.0 * sigma * sigma)).exp();
        Vector::from(by) * weight
    };
    fixed + bump([20.0, 0.0, 10.0], 40.0, [3.0, -2.0, 7.0]) + bump([-40.0, 20.0, -50.0], 35.0, [-4.0, 3.0, -3.0])
}

fn image(map: impl Fn(&Point) -> Point) -> Volume<f32> {
    let grid = Grid::axial(Point::new(-180.0, -112.0, -118.0), [3.0; 3], SIZE).unwrap();
    let value = |offset: usize| {
        let index = [offset % SIZE[0], offset / SIZE[0] % SIZE[1], offset / SIZE[0] / SIZE[1]];
        let at = map(&grid.position_mm(index));
        phantom::hounsfield([at.x, at.y, at.z]) as f32
    };
    let values = (0..grid.len()).map(value).collect();
    Volume::new(grid, values).unwrap()
}

fn register_deformable(
    fixed: &Volume<f32>,
    moving: &Volume<f32>,
) -> Result<DeformableRegistration, RegistrationError> {
    let linear = Affine::identity();
    let (fixed, moving) = (Scan::ct(fixed), Scan::ct(moving));
    registration::register_deformable(&fixed, &moving, &Start::linear(&linear), &DeformableOptions::default())
}

fn registered() -> DeformationField {
    let (fixed, moving) = (image(truth), image(|point| *point));
    register_deformable(&fixed, &moving).unwrap().field
}

/// The level of TG-132 for a deformable phantom: 95 % of the points within 2 mm.
#[test]
fn organs_are_found_where_a_known_deformation_took_them() {
    let field = registered();
    let patient = SyntheticPatient::generate(&Options::tiny()).truth;
    let mut errors = Vec::new();
    for organ in patient.organs.iter().filter(|organ| organ.standard_name != "External") {
        for point in organ.points_mm(8.0) {
            let point = Point::from(point);
            errors.push((field.apply(&point).unwrap() - truth(&point)).norm());
        }
    }
    errors.sort_by(f64::total_cmp);
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let at_95 = errors[errors.len() * 95 / 100];
    assert!(mean < 1.0 && at_95 < 2.0, "mean {mean} mm, 95 % {at_95} mm of {}", errors.len());
    assert!(field.jacobian_range()[0] > 0.05);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(registered)
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(8));
}

#[test]
fn equal_images_are_not_deformed() {
    let image = image(|point| *point);
    let field = register_deformable(&image, &image).unwrap().field;
    let point = Point::new(5.0, 3.0, -7.0);
    assert!((field.apply(&point).unwrap() - point).norm() < 0.01);
}

#[test]
fn an_image_without_tissue_is_refused() {
    let air = image(|point| *point).map(|_| -1000.0_f32);
    assert!(register_deformable(&air, &air).is_err());
}

#[test]
fn planes_at_unequal_distances_are_not_taken_for_equal_ones() {
    let image = |offsets: &[f64], map: &dyn Fn(&Point) -> Point| {
        let origin = Point::new(-180.0, -112.0, -118.0);
        let (x, y) = (Vector::x(), Vector::y());
        let grid = Grid::new(origin, x, y, [4.0, 4.0], [90, 56], offsets).unwrap();
        let value = |offset: usize| {
            let at = map(&grid.position_mm([offset % 90, offset / 90 % 56, offset / 90 / 56]));
            phantom::hounsfield([at.x, at.y, at.z]) as f32
        };
        let values = (0..grid.len()).map(value).collect();
        Volume::new(grid, values).unwrap()
    };
    // The upper half stands half as dense as the lower one.
    let unequal: Vec<f64> =
        (0..60).map(|k| if k < 40 { 3.0 * f64::from(k) } else { 6.0 * f64::from(k) - 120.0 }).collect();
    let equal: Vec<f64> = (0..79).map(|k| 3.0 * f64::from(k)).collect();
    let moving = image(&equal, &|point| *point);
    let field = register_deformable(&image(&unequal, &|point| *point), &moving).unwrap().field;
    for z in [-80.0, -20.0, 40.0, 80.0] {
        let point = Point::new(5.0, 3.0, z);
        let error = (field.apply(&point).unwrap() - point).norm();
        assert!(error < 1.5, "{error} mm at {z}");
    }
}

#[test]
fn an_image_of_few_planes_is_refused() {
    let grid = Grid::axial(Point::new(-180.0, -112.0, 0.0), [4.0; 3], [90, 56, 2]).unwrap();
    let value = |offset: usize| {
        let at = grid.position_mm([offset % 90, offset / 90 % 56, offset / 90 / 56]);
        phantom::hounsfield([at.x, at.y, at.z]) as f32
    };
    let thin = Volume::new(grid.clone(), (0..grid.len()).map(value).collect()).unwrap();
    assert!(register_deformable(&thin, &image(|point| *point)).is_err());
    assert!(register_deformable(&image(|point| *point), &thin).is_err());
}
