//! The band of the cumulative dose, voxel by voxel.

use dose::uncertainty::band::quantile;
use dose::uncertainty::{Biology, DoubtedCourse, DoubtedDose, Ensemble, Parts, Summed};
use geometry::{Grid, Point, Samples};
use radiobiology::{AlphaBeta, Distribution};
use rayon::prelude::*;

use super::Part;
use crate::doubt::radii_mm;
use crate::review::Review;
use crate::uncertainty::CORRELATION_MM;

/// Draws of each voxel: enough for the ends of a 90 % band in a picture.
const DRAWS: u32 = 64;
/// The band leaves this out at either end.
const TAIL: f64 = 0.05;
/// Planes that are drawn before somebody else is answered.
const PLANES_AT_ONCE: usize = 4;

/// The name of a layer of the band.
pub(super) fn layer_id(alpha_beta: AlphaBeta, part: Part) -> String {
    let end = if part == Part::BandLow { "low" } else { "high" };
    format!("eqd2-ab{}-band-{end}", alpha_beta.gy())
}

/// A band of which some planes are drawn. Both ends are of the same draws.
pub(in crate::review) struct BandUnderWay {
    alpha_beta: AlphaBeta,
    grid: Grid,
    low: Vec<f32>,
    high: Vec<f32>,
}

impl BandUnderWay {
    /// Planes that are drawn.
    fn n_planes(&self) -> usize {
        let [columns, rows, _] = self.grid.size();
        self.low.len() / (columns * rows)
    }
}

impl Review<'_> {
    /// Draws some planes more of the band of the cumulative EQD2, and tells what part of it is drawn; nothing where the doses are
    /// not known.
    ///
    /// Each plane is drawn by itself, which changes nothing for single voxels.
    pub(super) fn draw_band(&mut self, alpha_beta: AlphaBeta, grid: &Grid) -> Option<f64> {
        let index = match self.bands.iter().position(|band| band.alpha_beta == alpha_beta && band.grid == *grid) {
            Some(index) => index,
            None => {
                let (low, high) = (Vec::with_capacity(grid.len()), Vec::with_capacity(grid.len()));
                self.bands.push(BandUnderWay { alpha_beta, grid: grid.clone(), low, high });
                self.bands.len() - 1
            }
        };
        let [columns, rows, planes] = grid.size();
        let from = self.bands[index].n_planes();
        let to = (from + PLANES_AT_ONCE).min(planes);
        let of_plane = |k: usize| {
            let places = (0..rows).flat_map(|j| (0..columns).map(move |i| grid.position_mm([i, j, k])));
            self.band_at(alpha_beta, &places.collect::<Vec<_>>())
        };
        let drawn: Option<Vec<Vec<[f32; 2]>>> = (from..to).into_par_iter().map(of_plane).collect();
        let Some(drawn) = drawn else {
            self.bands.remove(index);
            return None;
        };
        let band = &mut self.bands[index];
        for [low, high] in drawn.into_iter().flatten() {
            band.low.push(low);
            band.high.push(high);
        }
        if to == planes {
            let band = self.bands.remove(index);
            for (part, values) in [(Part::BandLow, band.low), (Part::BandHigh, band.high)] {
                self.kept.insert(layer_id(alpha_beta, part), values.into());
            }
        }
        Some(to as f64 / planes.max(1) as f64)
    }

    /// Both ends at each place.
    fn band_at(&self, alpha_beta: AlphaBeta, places: &[Point]) -> Option<Vec<[f32; 2]>> {
        let mut values = vec![[f32::NAN; 2]; places.len()];
        let inside: Vec<usize> = (0..places.len()).filter(|&index| self.is_covered(&places[index])).collect();
        if inside.is_empty() {
            return Some(values);
        }
        let positions_mm: Vec<Point> = inside.iter().map(|&index| places[index]).collect();
        let volumes_cc = vec![1.0; positions_mm.len()];
        let samples = Samples::of_points(positions_mm, volumes_cc);
        let settings = &self.context.settings.uncertainty;
        let courses: Vec<DoubtedCourse<'_>> = self
            .context
            .case
            .courses
            .iter()
            .map(|course| self.doubted(course, &samples))
            .collect::<Option<_>>()?;
        let correlation_mm = settings.correlation_mm.unwrap_or(CORRELATION_MM);
        let ensemble = Ensemble::new(&samples, &courses, DRAWS, correlation_mm)?;
        let biology = Biology {
            alpha_beta,
            range: Distribution::Exact(alpha_beta.gy()),
            repair: None,
            with_recovery: false,
        };
        let draws: Vec<Vec<f64>> =
            (0..DRAWS).map(|draw| ensemble.sum(&biology, Summed::Cumulative, Parts::ALL, Some(draw))).collect();
        let mut of_voxel = vec![0.0; DRAWS as usize];
        for (place, index) in inside.into_iter().enumerate() {
            of_voxel.iter_mut().zip(&draws).for_each(|(value, draw)| *value = draw[place]);
            of_voxel.sort_by(f64::total_cmp);
            values[index] = [TAIL, 1.0 - TAIL].map(|probability| quantile(&of_voxel, probability) as f32);
        }
        Some(values)
    }

    fn doubted<'r>(&'r self, course: &'r case::Course, samples: &Samples) -> Option<DoubtedCourse<'r>> {
        let current = &self.context.case.current()?.frame;
        let of_dose = |dose: &'r case::PlannedDose| {
            let is_mapped = dose.frame != *current;
            Some(DoubtedDose {
                dose,
                dose_from_current: &self.context.alignment.to_frame.get(&dose.frame)?.transform,
                radius_mm: is_mapped.then(|| radii_mm(&self.context, &dose.frame, &samples.positions_mm)),
            })
        };
        Some(DoubtedCourse {
            doses: course.doses().map(of_dose).collect::<Option<_>>()?,
            recovery: Distribution::Exact(0.0),
            calculation_percent: self.context.settings.uncertainty.dose_calculation_percent.unwrap_or(0.0),
        })
    }

    /// Whether every dose is known at a place.
    fn is_covered(&self, place: &Point) -> bool {
        let is_known = |dose: &case::PlannedDose| {
            let map = self.context.alignment.to_frame.get(&dose.frame);
            let there = map.and_then(|map| map.transform.apply(place));
            there.is_some_and(|there| dose.voxels.trilinear(&there).is_some())
        };
        self.context.case.courses.iter().flat_map(case::Course::doses).all(is_known)
    }
}
