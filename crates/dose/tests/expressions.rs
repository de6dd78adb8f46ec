//! Structures made of structures against closed forms of two balls.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

use std::f64::consts::{PI, TAU};

use dose::{Expression, ExpressionError, Histogram, Metric, histogram};
use geometry::{Contour, Grid, Point, Solid, SolidOptions, Volume};

const RADIUS: f64 = 10.0;
/// Distance of the middles of the two balls along x.
const APART: f64 = 12.0;

fn ball(x: f64) -> Solid {
    let contour = |z: i32| {
        let z = f64::from(z) * 2.0;
        let radius = (RADIUS * RADIUS - z * z).sqrt();
        let angle = |index: usize| index as f64 / 240.0 * TAU;
        let corner =
            |index: usize| Point::new(x + radius * angle(index).cos(), radius * angle(index).sin(), z + 0.3);
        Contour::new((0..240).map(corner).collect()).unwrap()
    };
    let contours: Vec<Contour> = (-4..=4).map(contour).collect();
    Solid::from_contours(&contours, SolidOptions::default()).unwrap()
}

/// A dose that rises by 1 Gy per mm along x.
fn ramp() -> Volume<f64> {
    let grid = Grid::axial(Point::new(-50.0, -50.0, -50.0), [2.0; 3], [51; 3]).unwrap();
    let values = (0..grid.len()).map(|offset| 50.0 + grid.position_mm([offset % 51, 0, 0]).x).collect();
    Volume::new(grid, values).unwrap()
}

/// Balls A at 0, B at [`APART`] and the distant C.
fn measured(text: &str) -> Option<Histogram> {
    let balls = [("A", ball(0.0)), ("B", ball(APART)), ("C", ball(-35.0))];
    let named = |name: &str| balls.iter().find(|(known, _)| *known == name).map(|(_, ball)| ball);
    let organ = text.parse::<Expression>().unwrap().build(&named).unwrap();
    histogram(&organ, &ramp(), &[Metric::Mean, Metric::Max, Metric::Min])
}

fn ball_cc(radius: f64) -> f64 {
    4.0 / 3.0 * PI * radius.powi(3) / 1e3
}

/// Two equal balls at a distance share two caps.
fn shared_cc() -> f64 {
    PI * (4.0 * RADIUS + APART) * (2.0 * RADIUS - APART).powi(2) / 12.0 / 1e3
}

#[test]
fn volumes_and_extremes_of_two_balls_are_those_of_the_closed_forms() {
    let (one, shared) = (ball_cc(RADIUS), shared_cc());
    for (text, volume_cc, [min_gy, max_gy]) in [
        ("union(A, B)", 2.0 * one - shared, [40.0, 72.0]),
        ("intersection(A, B)", shared, [52.0, 60.0]),
        ("minus(A, B)", one - shared, [40.0, 56.0]),
        ("minus(B, A)", one - shared, [56.0, 72.0]),
        ("union(A, C)", 2.0 * one, [5.0, 60.0]),
        ("minus(A, C)", one, [40.0, 60.0]),
        ("margin(A, 5)", ball_cc(RADIUS + 5.0), [35.0, 65.0]),
        ("minus(margin(A, 5), A)", ball_cc(RADIUS + 5.0) - one, [35.0, 65.0]),
    ] {
        let found = measured(text).unwrap().estimated;
        let (volume, dvh) = (found.volume_cc(), &found.dvh);
        assert!((volume.value / volume_cc - 1.0).abs() < 0.01, "{text}: {} cc, not {volume_cc}", volume.value);
        assert!((volume.value - volume_cc).abs() <= volume.error, "{text}: error {}", volume.error);
        assert!((dvh.min_gy() - min_gy).abs() < 0.4, "{text}: {} Gy, not {min_gy}", dvh.min_gy());
        assert!((dvh.max_gy() - max_gy).abs() < 0.4, "{text}: {} Gy, not {max_gy}", dvh.max_gy());
    }
}

#[test]
fn parts_add_up() {
    let volume = |text: &str| measured(text).unwrap().estimated.dvh.volume_cc();
    let integral = |text: &str| {
        let dvh = measured(text).unwrap().estimated.dvh;
        dvh.volume_cc() * dvh.mean_gy()
    };
    let parts = ["minus(A, B)", "intersection(A, B)", "minus(B, A)"];
    let union = volume("union(A, B)");
    assert!((parts.map(volume).iter().sum::<f64>() / union - 1.0).abs() < 2e-3);
    assert!((parts.map(integral).iter().sum::<f64>() / integral("union(A, B)") - 1.0).abs() < 2e-3);
}

#[test]
fn what_encloses_nothing_has_no_histogram() {
    assert!(measured("intersection(A, C)").is_none());
    assert!(measured("minus(A, A)").is_none());
}

#[test]
fn what_cannot_be_built_is_refused() {
    let build = |text: &str| {
        let ball = ball(0.0);
        let built = text.parse::<Expression>().unwrap().build(&|name| (name == "A").then_some(&ball));
        built.err()
    };
    assert_eq!(build("margin(A, 3)"), None);
    assert_eq!(build("union(A, D)"), Some(ExpressionError::Unknown("D".to_owned())));
    assert_eq!(build("margin(margin(A, 60), 60)"), Some(ExpressionError::LargeMargin(120.0)));
    assert!(matches!(build("margin(minus(A, A), 3)"), Some(ExpressionError::MarginOf(_))));
}
