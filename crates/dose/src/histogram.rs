//! The histogram of one organ on one dose, with the error of every measure.

use std::sync::Arc;

use geometry::{Body, Samples, Volume, body};
use rayon::prelude::*;

use crate::lookup::{CHUNK, Interpolation, Lookup, Place, SampledDose};
use crate::organ::{Covered, share};
use crate::sampling::{sampling_steps, volume_cc};
use crate::{Dvh, Estimated, Metric};

/// An organ, and the bodies that the same contours could also mean.
#[derive(Clone)]
pub struct OrganBody {
    /// The body that is measured.
    pub body: Arc<dyn Body>,
    /// The same contours with other ends and straight walls between them.
    pub alternatives: Vec<Arc<dyn Body>>,
}

/// A histogram and how it was won.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// All doses, with what their errors need.
    pub estimated: Estimated,
    /// How much of the organ the dose grid covers.
    pub covered: Covered,
    /// Number of samples at which the measures had settled, or at which the search was given up.
    pub n_samples: usize,
    /// Whether they had.
    pub settled: bool,
}

/// Measures an organ on a dose in the same frame, refining the samples until every measure settles; nothing for a
/// body without volume.
///
/// The volume outside the grid counts with zero dose, so where [`Covered::is_whole`] is false the values are lower
/// bounds.
pub fn histogram(organ: &OrganBody, dose: &Volume<f64>, metrics: &[Metric]) -> Option<Histogram> {
    let steps = sampling_steps(volume_cc(organ.body.as_ref()));
    let level = |step: f64| Level::of(organ.body.as_ref(), step, dose);
    let [coarse, fine, finer @ ..] = steps.as_slice() else { return None };
    // The second step is nearly always needed, so it does not wait for the first.
    let (first, second) = rayon::join(|| Coarsest::of(organ, *coarse, dose), || level(*fine));
    let mut found = first?.histogram();
    found.refine(second?, metrics);
    for step in finer {
        if found.settled {
            break;
        }
        found.refine(level(*step)?, metrics);
    }
    Some(found)
}

impl Histogram {
    fn refine(&mut self, next: Level, metrics: &[Metric]) {
        self.estimated.previous = std::mem::replace(&mut self.estimated.dvh, next.dvh);
        (self.covered, self.n_samples) = (next.covered, next.n_samples);
        self.settled = self.estimated.is_settled(metrics);
    }
}

/// An organ at the coarsest step, in all the ways that tell how far a measure may be off.
struct Coarsest {
    level: Level,
    raised: Dvh,
    alternatives: Vec<Dvh>,
}

impl Coarsest {
    fn of(organ: &OrganBody, step_mm: f64, dose: &Volume<f64>) -> Option<Self> {
        let samples = body::samples(organ.body.as_ref(), step_mm);
        let (doses, _) = doses_at(&samples, dose, Interpolation::WithDoubt);
        let others = organ.alternatives.par_iter();
        Some(Self {
            raised: Dvh::of(&doses, &samples.volumes_cc)?,
            alternatives: others.filter_map(|body| Some(Level::of(body.as_ref(), step_mm, dose)?.dvh)).collect(),
            level: Level::of_samples(&samples, dose)?,
        })
    }

    fn histogram(self) -> Histogram {
        let Level { dvh, covered, n_samples } = self.level;
        let estimated = Estimated {
            dvh: dvh.clone(),
            previous: dvh.clone(),
            coarsest: dvh,
            raised: self.raised,
            alternatives: self.alternatives,
        };
        Histogram { estimated, covered, n_samples, settled: false }
    }
}

/// An organ measured at one step.
struct Level {
    dvh: Dvh,
    covered: Covered,
    n_samples: usize,
}

impl Level {
    fn of(body: &dyn Body, step_mm: f64, dose: &Volume<f64>) -> Option<Self> {
        Self::of_samples(&body::samples(body, step_mm), dose)
    }

    fn of_samples(samples: &Samples, dose: &Volume<f64>) -> Option<Self> {
        let (doses, covered) = doses_at(samples, dose, Interpolation::AsItIs);
        let dvh = Dvh::of(&doses, &samples.volumes_cc)?;
        Some(Self { dvh, covered, n_samples: samples.len() })
    }
}

fn doses_at(samples: &Samples, dose: &Volume<f64>, interpolation: Interpolation) -> (SampledDose, Covered) {
    let mut doses = SampledDose::zero(samples.len());
    let mut places = vec![Place::Inside; samples.len()];
    let chunks = doses.values_gy.par_chunks_mut(CHUNK).zip(doses.changes_gy.par_chunks_mut(CHUNK));
    chunks.zip(places.par_chunks_mut(CHUNK)).enumerate().for_each(|(chunk, ((values, changes), places))| {
        let mut lookup = Lookup::dose(dose, &samples.axes, interpolation);
        for (offset, value) in values.iter_mut().enumerate() {
            let index = chunk * CHUNK + offset;
            let ([found], place) = lookup.at(&samples.positions_mm[index], samples, index);
            (*value, changes[offset], places[offset]) = (found.value, found.changes, place);
        }
    });
    let covered = share(&places, samples);
    doses.bound_surface(covered, &places, samples);
    (doses, covered)
}
