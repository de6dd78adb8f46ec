//! Thirty organs of a body on a dose of 180 × 120 × 160 voxels: from contours to measures, and again after another α/β.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::time::{Duration, Instant};

use case::PlannedDose;
use dose::levels::Setting;
use dose::uncertainty::{Band, Biology, DoubtedCourse, DoubtedDose, Ensemble, Parts, Summed};
use dose::{CourseDoses, MappedDose, Metric, OrganBody, OrganSamples, histogram};
use geometry::{Contour, FrameOfReference, FrameTransform, Grid, Point, Solid, SolidOptions, Volume};
use radiobiology::{AlphaBeta, Distribution, NumberOfFractions, Recovery};
use rayon::prelude::*;

const ORGANS: usize = 30;
const SLICE_MM: f64 = 2.5;

/// Seconds of the two tasks, the fastest of several runs.
pub struct Times {
    /// From contours and dose to twelve measures with their errors of every organ.
    pub cold_seconds: f64,
    /// 200 draws of map, α/β, recovery and calculated doses: the band of eleven measures of the sum of two courses, of every organ.
    pub band_seconds: f64,
    /// All measures with their errors of the EQD2 of two courses and of their sum, of every organ, after the α/β of all
    /// organs changed.
    pub alpha_beta_seconds: f64,
}

/// Runs both tasks.
pub fn measure(n_runs: usize) -> Times {
    let organs: Vec<Vec<Contour>> = (0..ORGANS).map(contours).collect();
    let dose = dose();
    let cold = (0..n_runs).map(|_| cold(&organs, &dose.voxels)).min().unwrap();
    Times {
        cold_seconds: cold.as_secs_f64(),
        band_seconds: bands(&organs, &dose).as_secs_f64(),
        alpha_beta_seconds: alpha_beta(&organs, &dose, n_runs).as_secs_f64(),
    }
}

/// Ellipsoids from a lens to a lung, spread through the grid.
fn contours(organ: usize) -> Vec<Contour> {
    let share = |factor: f64| ((organ + 1) as f64 * factor).fract();
    let size = 4.0 * 1.1_f64.powi(organ as i32);
    let radii = [size, size * (0.6 + 0.6 * share(0.618)), size * (0.8 + share(0.414))];
    let middle = [0.819, 0.671, 0.5497].map(|factor| 120.0 * (share(factor) - 0.5));
    let planes = ((radii[2] - 0.01) / SLICE_MM).floor() as i32;
    let contour = |plane: i32| {
        let z = f64::from(plane) * SLICE_MM;
        let scale = (1.0 - (z / radii[2]).powi(2)).sqrt();
        let corner = |index: usize| {
            let angle = index as f64 / 160.0 * TAU;
            Point::new(
                middle[0] + scale * radii[0] * angle.cos(),
                middle[1] + scale * radii[1] * angle.sin(),
                middle[2] + z,
            )
        };
        Contour::new((0..160).map(corner).collect()).unwrap()
    };
    (-planes..=planes).map(contour).collect()
}

fn dose() -> PlannedDose {
    let size = [180, 120, 160];
    let grid = Grid::axial(Point::new(-225.0, -150.0, -200.0), [2.5; 3], size).unwrap();
    let value = |offset: usize| {
        let at = grid.position_mm([offset % size[0], offset / size[0] % size[1], offset / size[0] / size[1]]);
        let target = 60.0 * (-(at.x * at.x + at.y * at.y + at.z * at.z) / 5_000.0).exp();
        target + 4.0 * (1.0 + (at.x / 30.0).sin() * (at.y / 20.0).cos())
    };
    let values = (0..grid.len()).map(value).collect();
    PlannedDose::new(
        FrameOfReference::new("now"),
        NumberOfFractions::new(30).unwrap(),
        Volume::new(grid, values).unwrap(),
    )
}

fn metrics() -> Vec<Metric> {
    let names =
        ["Dmean", "Dmin", "Dmax", "D98%", "D95%", "D50%", "D2%", "D0.03cc", "D0.1cc", "D0.5cc", "D1cc", "V20Gy"];
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn cold(organs: &[Vec<Contour>], dose: &Volume<f64>) -> Duration {
    let metrics = metrics();
    let start = Instant::now();
    let one = |contours: &Vec<Contour>| {
        let solid = Solid::from_contours(contours, SolidOptions::default()).unwrap();
        let found = histogram(&OrganBody::of(&solid), dose, &metrics).unwrap();
        metrics.iter().filter_map(|metric| found.estimated.estimate(metric)).count()
    };
    let n_known: usize = organs.par_iter().map(one).sum();
    assert!(n_known > 11 * ORGANS);
    start.elapsed()
}

fn alpha_beta(organs: &[Vec<Contour>], dose: &PlannedDose, n_runs: usize) -> Duration {
    let current = FrameOfReference::new("now");
    let map = FrameTransform::identity(current.clone());
    let maps = BTreeMap::from([(current.clone(), map.clone())]);
    let courses = courses(dose, &map);
    let setting = Setting { current: &current, maps: &maps, courses: &courses };
    let sampled = |contours: &Vec<Contour>| {
        let solid = Solid::from_contours(contours, SolidOptions::default()).unwrap();
        OrganSamples::settle(&OrganBody::of(&solid), &setting, &AlphaBeta::new(3.0).unwrap().into())
            .unwrap()
            .unwrap()
    };
    let samples: Vec<OrganSamples> = organs.iter().map(sampled).collect();
    let run = || {
        let start = Instant::now();
        let alpha_beta = AlphaBeta::new(2.0).unwrap();
        let means = samples.par_iter().map(|samples| {
            let organ = samples.measure(&alpha_beta.into(), &[Recovery::NONE; 2]);
            let of_course = |course: usize| organ.estimated(|doses| doses.eqd2.get(course)).unwrap();
            let sum = organ.estimated(|doses| Some(&doses.cumulative)).unwrap();
            let all = [of_course(0), of_course(1), sum];
            all.map(|estimated| estimated.metric_errors().mean_gy.unwrap() + estimated.metrics().mean_gy.unwrap())
                .iter()
                .sum::<f64>()
        });
        assert!(means.sum::<f64>() > 0.0);
        start.elapsed()
    };
    (0..n_runs).map(|_| run()).min().unwrap()
}

fn bands(organs: &[Vec<Contour>], dose: &PlannedDose) -> Duration {
    let map = FrameTransform::identity(FrameOfReference::new("now"));
    let metrics = &metrics()[..11];
    let start = Instant::now();
    let one = |contours: &Vec<Contour>| {
        let solid = Solid::from_contours(contours, SolidOptions::default()).unwrap();
        let samples = solid.samples((solid.volume_cc() * 1000.0 / 1500.0).cbrt());
        let course = |radius_mm: Option<Vec<f32>>| DoubtedCourse {
            doses: vec![DoubtedDose { dose, dose_from_current: &map.transform, radius_mm }],
            recovery: Distribution::Uniform { low: 0.1, high: 0.4 },
            calculation_percent: 2.0,
        };
        let courses = [course(Some(vec![3.0; samples.len()])), course(None)];
        let ensemble = Ensemble::new(&samples, &courses, 200, 25.0).unwrap();
        let alpha_beta = AlphaBeta::new(2.0).unwrap();
        let range = Distribution::Triangular { low: 1.0, nominal: 2.0, high: 4.0 };
        let biology = Biology { alpha_beta, range, repair: None, with_recovery: true };
        let values = ensemble.values(&biology, Summed::Cumulative, Parts::ALL, metrics);
        values
            .into_iter()
            .flatten()
            .filter_map(|values| Band::of(0.0, values))
            .map(|band| band.half_width())
            .sum::<f64>()
    };
    let widths: f64 = organs.par_iter().map(one).sum();
    assert!(widths > 0.0);
    start.elapsed()
}

/// The same dose as a prior and as the current course.
fn courses<'a>(dose: &'a PlannedDose, map: &'a FrameTransform) -> Vec<CourseDoses<'a>> {
    let course = || CourseDoses { doses: vec![MappedDose { dose, dose_from_current: map }] };
    vec![course(), course()]
}
