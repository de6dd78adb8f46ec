//! Laws of accumulation, and every identity that must not be broken.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use case::PlannedDose;
use dose::{
    ConvertedCourse, ConvertedDose, CourseDoses, DoseError, DoseMoments, Eqd2Grid, Interpolation, MappedDose,
    MappedSamples, accumulate, convert,
};
use geometry::{
    Affine, FrameOfReference, FrameTransform, Grid, Matrix, Point, Samples, Transform, Vector, Volume,
};
use radiobiology::{AlphaBeta, NumberOfFractions, Recovery};

fn frame(name: &str) -> FrameOfReference {
    FrameOfReference::new(name)
}

fn uniform(frame_name: &str, total: f64, fractions: i64) -> PlannedDose {
    let grid = Grid::axial(Point::new(-20.0, -20.0, -20.0), [2.0; 3], [21, 21, 21]).unwrap();
    let values = vec![total; grid.len()];
    let fractions = NumberOfFractions::new(fractions).unwrap();
    PlannedDose::new(frame(frame_name), fractions, Volume::new(grid, values).unwrap())
}

fn shift(from: &str, to: &str, x: f64) -> FrameTransform {
    let affine = Affine::new(Matrix::identity(), Vector::new(x, 0.0, 0.0)).unwrap();
    FrameTransform { from: frame(from), to: frame(to), transform: Transform::Affine(affine) }
}

fn points(xs: &[f64]) -> Samples {
    Samples::of_points(xs.iter().map(|&x| Point::new(x, 0.0, 0.0)).collect(), vec![1.0; xs.len()])
}

fn two(gy: f64) -> AlphaBeta {
    AlphaBeta::new(gy).unwrap()
}

/// Cumulative EQD2 at points of the frame "now", from doses with maps.
fn cumulative(
    doses: &[(PlannedDose, FrameTransform)],
    samples: &Samples,
    recovery: f64,
) -> Result<dose::OrganDoses, DoseError> {
    let course = |(dose, map)| CourseDoses { doses: vec![MappedDose { dose, dose_from_current: map }] };
    let courses: Vec<CourseDoses<'_>> = doses.iter().map(|(dose, map)| course((dose, map))).collect();
    let mut recoveries = vec![Recovery::new(recovery).unwrap(); doses.len()];
    *recoveries.last_mut().unwrap() = Recovery::NONE;
    let mapped = MappedSamples::new(samples.clone(), doses.iter().map(|(_, map)| map));
    let moments = DoseMoments::of(&mapped, Interpolation::AsItIs, &frame("now"), &courses)?;
    Ok(moments.organ_doses(&two(2.0).into(), &recoveries))
}

fn converted<'a>(dose: &'a PlannedDose, eqd2: &'a Eqd2Grid, map: &'a FrameTransform) -> ConvertedCourse<'a> {
    let mapped = MappedDose { dose, dose_from_current: map };
    ConvertedCourse { doses: vec![ConvertedDose { mapped, eqd2 }], recovery: Recovery::NONE }
}

#[test]
fn h24_two_courses_are_converted_and_then_added() {
    let doses = [
        (uniform("then", 45.0, 25), shift("now", "then", 3.0)),
        (uniform("now", 30.0, 5), FrameTransform::identity(frame("now"))),
    ];
    let result = cumulative(&doses, &points(&[0.0, 1.0]), 0.0).unwrap();
    assert!((result.cumulative.values_gy[0] - 102.75).abs() < 1e-9);
    assert!(result.cumulative_recovered.is_none());
    assert!((result.max_gy_per_fraction - 6.0).abs() < 1e-12);
}

#[test]
fn h36_both_numbers_are_kept_when_a_recovery_is_used() {
    let doses = [
        (uniform("then", 45.0, 25), shift("now", "then", 0.0)),
        (uniform("now", 30.0, 5), FrameTransform::identity(frame("now"))),
    ];
    let result = cumulative(&doses, &points(&[0.0]), 0.25).unwrap();
    assert!((result.cumulative.values_gy[0] - 102.75).abs() < 1e-9);
    assert!((result.cumulative_recovered.unwrap().values_gy[0] - 92.0625).abs() < 1e-9);
}

#[test]
fn h40_a_map_of_other_frames_is_an_error_that_names_them() {
    let doses = [(uniform("then", 45.0, 25), shift("now", "elsewhere", 0.0))];
    match cumulative(&doses, &points(&[0.0]), 0.0) {
        Err(DoseError::Frames { map_to, dose, .. }) => {
            assert_eq!((map_to.as_str(), dose.as_str()), ("elsewhere", "then"))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn different_alpha_beta_do_not_add() {
    let dose = uniform("now", 45.0, 25);
    let (eqd2, map) = (convert(&dose, &two(3.0).into()), FrameTransform::identity(frame("now")));
    let course = converted(&dose, &eqd2, &map);
    let result = accumulate(dose.voxels.grid(), &frame("now"), &[course], &two(2.0).into());
    assert!(matches!(result, Err(DoseError::AlphaBeta(3.0, 2.0))));
}

#[test]
fn h29_outside_a_grid_nothing_is_added_and_that_is_counted() {
    let doses = [
        (uniform("then", 45.0, 25), shift("now", "then", 0.0)),
        (uniform("now", 30.0, 5), FrameTransform::identity(frame("now"))),
    ];
    let result = cumulative(&doses, &points(&[0.0, 21.5, 60.0]), 0.0).unwrap();
    assert!((result.covered_by_all.percent - 200.0 / 3.0).abs() < 1e-9);
    assert!((result.covered_by_all.continued_percent - 100.0 / 3.0).abs() < 1e-9);
    assert_eq!(result.cumulative.values_gy[2], 0.0);
    assert!(!result.covered_by_all.is_whole());
}

#[test]
fn adding_a_course_of_no_dose_changes_no_bit() {
    let prior = (uniform("then", 45.0, 25), shift("now", "then", 0.7));
    let current = (uniform("now", 30.0, 5), FrameTransform::identity(frame("now")));
    let nothing = (uniform("then", 0.0, 1), shift("now", "then", 0.7));
    let without = cumulative(&[prior.clone(), current.clone()], &points(&[0.0, 5.0]), 0.0).unwrap();
    let with = cumulative(&[prior, nothing, current], &points(&[0.0, 5.0]), 0.0).unwrap();
    assert_eq!(without.cumulative, with.cumulative);
}

#[test]
fn the_identity_returns_the_native_eqd2_bit_for_bit() {
    let dose = uniform("now", 45.0, 25);
    let (eqd2, map) = (convert(&dose, &two(2.0).into()), FrameTransform::identity(frame("now")));
    let course = converted(&dose, &eqd2, &map);
    let sum = accumulate(dose.voxels.grid(), &frame("now"), &[course], &two(2.0).into()).unwrap();
    assert_eq!(sum.voxels, eqd2.voxels);
    assert_eq!(sum.n_uncovered, 0);
}
