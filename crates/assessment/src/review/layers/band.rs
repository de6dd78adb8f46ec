//! The band of the cumulative dose, voxel by voxel.

use dose::uncertainty::band::quantile;
use dose::uncertainty::{Biology, DoubtedCourse, DoubtedDose, Ensemble, Parts, Summed};
use geometry::{Grid, Point, Samples};
use radiobiology::{AlphaBeta, Distribution};
use rayon::prelude::*;

use super::{LayerValues, Part};
use crate::doubt::radii_mm;
use crate::review::Review;
use crate::uncertainty::CORRELATION_MM;

/// Draws of each voxel: enough for the ends of a 90 % band in a picture.
const DRAWS: u32 = 64;
/// The band leaves this out at either end.
const TAIL: f64 = 0.05;

impl Review<'_> {
    /// One end of the 90 % band of the cumulative EQD2 in every voxel; nothing where the doses are not known.
    ///
    /// Each plane is drawn by itself, which changes nothing for single voxels.
    pub(super) fn band_of(&self, alpha_beta: AlphaBeta, part: Part, grid: &Grid) -> Option<LayerValues<'static>> {
        let probability = if part == Part::BandLow { TAIL } else { 1.0 - TAIL };
        let [columns, rows, planes] = grid.size();
        let of_plane = |k: usize| {
            let places = (0..rows).flat_map(|j| (0..columns).map(move |i| grid.position_mm([i, j, k])));
            self.band_at(alpha_beta, probability, &places.collect::<Vec<_>>())
        };
        let found: Option<Vec<Vec<f64>>> = (0..planes).into_par_iter().map(of_plane).collect();
        Some(LayerValues::Numbers(found?.concat()))
    }

    fn band_at(&self, alpha_beta: AlphaBeta, probability: f64, places: &[Point]) -> Option<Vec<f64>> {
        let mut values = vec![f64::NAN; places.len()];
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
            values[index] = quantile(&of_voxel, probability);
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
