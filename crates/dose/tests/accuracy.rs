//! Measures against closed forms: small spheres, a hot spot, a cord in a gradient, and laws of histograms.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test stops where something is not as it must be")]

use std::f64::consts::{PI, TAU};

use dose::{Histogram, Metric, OrganBody, histogram};
use geometry::{Contour, Grid, Point, Solid, SolidOptions, Vector, Volume};
use proptest::prelude::*;

const EDGES: usize = 240;

fn circle(centre: &Point, radius: f64, z: f64) -> Contour {
    let corner = |index: usize| {
        let angle = index as f64 / EDGES as f64 * TAU;
        Point::new(centre.x + radius * angle.cos(), centre.y + radius * angle.sin(), z)
    };
    Contour::new((0..EDGES).map(corner).collect()).unwrap()
}

/// A ball as it is drawn on planes at whole multiples of a spacing.
fn ball(centre: &Point, radius: f64, spacing_mm: f64) -> Vec<Contour> {
    let first = ((centre.z - radius) / spacing_mm).ceil() as i32;
    let last = ((centre.z + radius) / spacing_mm).floor() as i32;
    (first..=last)
        .filter_map(|index| {
            let z = f64::from(index) * spacing_mm;
            let squared = radius * radius - (z - centre.z).powi(2);
            (squared > 1e-4).then(|| circle(centre, squared.sqrt(), z))
        })
        .collect()
}

fn solid(contours: &[Contour]) -> Solid {
    Solid::from_contours(contours, SolidOptions::default()).unwrap()
}

fn filled(half_mm: f64, spacing_mm: f64, field: impl Fn(&Point) -> f64) -> Volume<f64> {
    let n = (2.0 * half_mm / spacing_mm).ceil() as usize + 1;
    let grid = Grid::axial(Point::new(-half_mm, -half_mm, -half_mm), [spacing_mm; 3], [n; 3]).unwrap();
    let at = |offset: usize| grid.position_mm([offset % n, offset / n % n, offset / n / n]);
    let values = (0..grid.len()).map(|offset| field(&at(offset))).collect();
    Volume::new(grid, values).unwrap()
}

fn measured(contours: &[Contour], dose: &Volume<f64>, metrics: &[Metric]) -> Histogram {
    histogram(&OrganBody::of(&solid(contours)), dose, metrics).unwrap()
}

/// Positions that fill a voxel of 1 mm evenly.
fn places(n: usize) -> Vec<Point> {
    let share = |index: usize, factor: f64| (index as f64 * factor).fract() - 0.5;
    (0..n).map(|n| Point::new(share(n, 0.819_172_5), share(n, 0.671_043_6), share(n, 0.549_700_5))).collect()
}

/// Largest deviations in percent, below and above.
struct Range(f64, f64);

impl Range {
    const NONE: Self = Self(f64::INFINITY, f64::NEG_INFINITY);

    fn add(&mut self, found: f64, truth: f64) {
        let percent = 100.0 * (found / truth - 1.0);
        (self.0, self.1) = (self.0.min(percent), self.1.max(percent));
    }

    fn is_within(&self, percent: f64) -> bool {
        self.0 >= -percent && self.1 <= percent
    }
}

/// Half the dose of the surface encloses five times the volume (a gradient index of 5).
const WIDER: f64 = 1.71;
/// Spheres as radiosurgery targets: 20 Gy on their surface, 10 Gy at [`WIDER`] times their radius, a Gaussian in between,
/// on a grid and planes of 1 mm. V20Gy and V10Gy are measured in a ball twice as wide. After \[stanley2021\], whose own
/// course of the dose is not known.
#[test]
fn h31_small_spheres_keep_their_volumes_in_ranges_not_in_means() {
    for (diameter, volume_limit) in [(3.0, 5.0), (5.0, 2.0), (7.0, 2.0), (10.0, 2.0), (15.0, 2.0), (20.0, 2.0)] {
        let radius = diameter / 2.0;
        let (mut volume, mut v100, mut v50) = (Range::NONE, Range::NONE, Range::NONE);
        for centre in places(50) {
            let falls = std::f64::consts::LN_2 / (WIDER.powi(2) - 1.0) / (radius * radius);
            let field = |p: &Point| 20.0 * (-falls * ((p - centre).norm_squared() - radius * radius)).exp();
            let dose = filled((2.0 * radius + 3.0).ceil(), 1.0, field);
            let truth = 4.0 / 3.0 * PI * radius.powi(3) / 1000.0;
            let v20 = Metric::VolumeAtGy(20.0);
            let target = measured(&ball(&centre, radius, 1.0), &dose, &[v20]);
            volume.add(target.estimated.dvh.volume_cc(), truth);
            let wide = measured(&ball(&centre, 2.0 * radius, 1.0), &dose, &[v20, Metric::VolumeAtGy(10.0)]);
            v100.add(wide.estimated.dvh.v_gy(20.0), truth);
            v50.add(wide.estimated.dvh.v_gy(10.0), truth * WIDER.powi(3));
        }
        println!(
            "{diameter:4} mm: volume {:+.2} to {:+.2} %, V100 {:+.2} to {:+.2} %, V50 {:+.2} to {:+.2} %",
            volume.0, volume.1, v100.0, v100.1, v50.0, v50.1
        );
        assert!(volume.is_within(volume_limit), "{diameter} mm: volume");
        assert!(v100.is_within(3.0), "{diameter} mm: V100");
        // On a grid of 1 mm the flank of the 3 mm sphere changes as abruptly as a kink.
        assert!(v50.is_within(if diameter > 3.0 { 0.5 } else { 1.0 }), "{diameter} mm: V50");
    }
}

#[test]
fn a_hot_spot_between_the_voxels_is_read_within_a_tenth_of_a_gray() {
    for centre in places(20) {
        let centre = centre * 2.5;
        let dose = filled(30.0, 2.5, |p| 60.0 * (-(p - centre).norm_squared() / 128.0).exp());
        let found = measured(&ball(&centre, 2.5, 1.0), &dose, &[Metric::Max]).estimated.dvh.max_gy();
        assert!((found - 60.0).abs() < 0.1, "{found} at {centre}");
    }
}

/// Dose above which a share of a disc of radius `r` lies in a gradient of 1 Gy/mm, relative to its middle.
fn chord_of_share(radius: f64, share: f64) -> f64 {
    let part = |x: f64| {
        (radius * radius * (x / radius).acos() - x * (radius * radius - x * x).sqrt()) / (PI * radius * radius)
    };
    let (mut low, mut high) = (-radius, radius);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if part(middle) > share { low = middle } else { high = middle }
    }
    low
}

#[test]
fn a_cord_in_a_steep_gradient_is_read_within_0_15_gray() {
    for (place, spacing) in places(10).into_iter().zip([2.0, 2.5, 3.0].into_iter().cycle()) {
        let contours: Vec<Contour> =
            (-6..6).map(|index| circle(&place, 6.0, (f64::from(index) + 0.5) * spacing)).collect();
        let dose = filled(27.5, 2.5, |p| 30.0 + (p.y - place.y));
        let volume_cc = PI * 36.0 * 12.0 * spacing / 1000.0;
        for (name, share) in [("D0.03cc", 0.03 / volume_cc), ("D1%", 0.01), ("D99%", 0.99)] {
            let metric: Metric = name.parse().unwrap();
            let found = measured(&contours, &dose, &[metric]).estimated.estimate(&metric).unwrap();
            let truth = 30.0 + chord_of_share(6.0, share);
            assert!((found.value - truth).abs() < 0.15, "{name}: {} instead of {truth}", found.value);
        }
    }
}

fn cuboid(low: [f64; 3], size: [f64; 3], spacing: f64) -> Vec<Contour> {
    let n = (size[2] / spacing).round() as i32;
    let plane = |index: i32| {
        let z = low[2] + (f64::from(index) + 0.5) * spacing;
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        Contour::new(
            corners.iter().map(|(x, y)| Point::new(low[0] + x * size[0], low[1] + y * size[1], z)).collect(),
        )
        .unwrap()
    };
    (0..n).map(plane).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn disjoint_parts_add_and_the_mean_is_the_integral(x in -8.0..-2.0_f64, g in prop::array::uniform3(-0.8..0.8_f64)) {
        let dose = filled(20.0, 2.5, |p| 40.0 + Vector::from(g).dot(&p.coords));
        let (left, right) = (cuboid([x - 5.0, -6.0, -5.0], [5.0, 12.0, 10.0], 2.5), cuboid([x + 6.0, -6.0, -5.0], [4.0, 12.0, 10.0], 2.5));
        let both: Vec<Contour> = left.iter().chain(&right).cloned().collect();
        let of = |contours: &[Contour]| measured(contours, &dose, &[Metric::Mean]).estimated.dvh;
        let (left, right, both) = (of(&left), of(&right), of(&both));
        prop_assert!((left.volume_cc() + right.volume_cc() - both.volume_cc()).abs() < 0.01 * both.volume_cc());
        for gray in [30.0, 35.0, 40.0, 45.0, 50.0] {
            prop_assert!((left.v_gy(gray) + right.v_gy(gray) - both.v_gy(gray)).abs() < 0.02 * both.volume_cc());
        }
        let integral: f64 = both.differential(0.01).iter().map(|[from, volume]| (from + 0.005) * volume).sum();
        prop_assert!((integral / both.volume_cc() - both.mean_gy()).abs() < 0.02);
    }

    #[test]
    fn the_order_and_start_of_contours_change_nothing(start in 0..EDGES, x in -3.0..3.0_f64) {
        let dose = filled(20.0, 2.5, |p| 40.0 + p.x - 0.3 * p.y + 0.01 * p.z * p.z);
        let drawn = ball(&Point::new(x, 0.4, -0.2), 7.0, 2.0);
        let mut turned = drawn.clone();
        turned.reverse();
        turned.rotate_left(1);
        let metrics = [Metric::Mean, Metric::DoseAtPercent(2.0)];
        let (a, b) = (measured(&drawn, &dose, &metrics), measured(&turned, &dose, &metrics));
        prop_assert_eq!(a, b);
        let restarted: Vec<Contour> = drawn.iter().map(|contour| {
            let mut points = contour.points_mm().to_vec();
            points.rotate_left(start);
            Contour::new(points).unwrap()
        }).collect();
        let c = measured(&restarted, &dose, &metrics).estimated.dvh;
        let a = measured(&drawn, &dose, &metrics).estimated.dvh;
        prop_assert!((a.mean_gy() - c.mean_gy()).abs() < 1e-3);
        prop_assert!((a.d_percent(2.0).unwrap() - c.d_percent(2.0).unwrap()).abs() < 0.02);
    }

    #[test]
    fn a_quarter_turn_and_a_shift_of_the_patient_change_nothing(shift in prop::array::uniform3(-4.0..4.0_f64)) {
        let field = |p: &Point| 40.0 + p.x - 0.3 * p.y;
        let turn = |p: &Point| Point::new(-p.y, p.x, p.z);
        let back = |p: &Point| Point::new(p.y, -p.x, p.z);
        let shift = Vector::from(shift);
        let here = ball(&Point::new(1.0, 0.4, 0.0), 7.0, 2.0);
        let there: Vec<Contour> = here.iter().map(|contour| {
            Contour::new(contour.points_mm().iter().map(|p| turn(p) + shift).collect()).unwrap()
        }).collect();
        let metrics = [Metric::Mean, Metric::DoseAtPercent(2.0), Metric::DoseAtCc(0.1)];
        let a = measured(&here, &filled(20.0, 2.0, field), &metrics);
        let b = measured(&there, &filled(24.0, 2.0, |p| field(&back(&(p - shift)))), &metrics);
        for metric in metrics {
            let (a, b) = (metric.of(&a.estimated.dvh).unwrap(), metric.of(&b.estimated.dvh).unwrap());
            prop_assert!((a - b).abs() < 0.03, "{metric}: {a} {b}");
        }
    }
}

/// Halving the step at least halves the error, up to what the drawing itself leaves open.
#[test]
fn a_finer_grid_comes_closer() {
    let centre = Point::new(0.3, -0.2, 0.1);
    let field = |p: &Point| 60.0 * (-(p - centre).norm_squared() / 128.0).exp();
    let error = |spacing: f64| {
        let dose = filled(24.0, spacing, field);
        let found = measured(&ball(&centre, 8.0, 1.0), &dose, &[Metric::Mean]).estimated.dvh.mean_gy();
        // The mean of a Gaussian of σ 8 mm in a ball of radius 8 mm, integrated in shells.
        let shells = 20_000;
        let radius = |shell: usize| (shell as f64 + 0.5) / f64::from(shells) * 8.0;
        let weight: f64 = (0..shells as usize).map(|n| radius(n).powi(2)).sum();
        let truth: f64 =
            (0..shells as usize).map(|n| radius(n).powi(2) * 60.0 * (-radius(n).powi(2) / 128.0).exp()).sum();
        (found - truth / weight).abs()
    };
    let (coarse, fine) = (error(6.0), error(3.0));
    println!("mean off by {coarse:.4} Gy on 6 mm and {fine:.4} Gy on 3 mm");
    assert!(fine < coarse / 2.0 + 0.01, "{coarse} {fine}");
}
