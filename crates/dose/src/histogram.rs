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
    let level = |step: f64| Level::of(organ.body.as_ref(), step, dose, Interpolation::AsItIs);
    let coarsest = level(steps[0])?;
    let raised = Level::of(organ.body.as_ref(), steps[0], dose, Interpolation::WithDoubt)?;
    let at_the_coarsest = |body: &Arc<dyn Body>| Level::of(body.as_ref(), steps[0], dose, Interpolation::AsItIs);
    let others: Vec<Level> = organ.alternatives.iter().filter_map(at_the_coarsest).collect();
    let mut found = Histogram {
        covered: coarsest.covered,
        n_samples: coarsest.n_samples,
        settled: false,
        estimated: Estimated {
            dvh: coarsest.dvh.clone(),
            previous: coarsest.dvh.clone(),
            coarsest: coarsest.dvh,
            raised: raised.dvh,
            alternatives: others.into_iter().map(|level| level.dvh).collect(),
        },
    };
    for step in &steps[1..] {
        let next = level(*step)?;
        found.estimated.previous = std::mem::replace(&mut found.estimated.dvh, next.dvh);
        (found.covered, found.n_samples) = (next.covered, next.n_samples);
        found.settled = found.estimated.is_settled(metrics);
        if found.settled {
            break;
        }
    }
    Some(found)
}

/// An organ measured at one step.
struct Level {
    dvh: Dvh,
    covered: Covered,
    n_samples: usize,
}

impl Level {
    fn of(body: &dyn Body, step_mm: f64, dose: &Volume<f64>, interpolation: Interpolation) -> Option<Self> {
        let samples = body::samples(body, step_mm);
        let (doses, places) = doses_at(&samples, dose, interpolation);
        let dvh = Dvh::of(&doses, &samples.volumes_cc)?;
        Some(Self { dvh, covered: share(&places, &samples), n_samples: samples.len() })
    }
}

fn doses_at(samples: &Samples, dose: &Volume<f64>, interpolation: Interpolation) -> (SampledDose, Vec<Place>) {
    let mut doses = SampledDose::zero(samples.len());
    let mut places = vec![Place::Inside; samples.len()];
    let chunks = doses.values_gy.par_chunks_mut(CHUNK).zip(doses.changes_gy.par_chunks_mut(CHUNK));
    chunks.zip(places.par_chunks_mut(CHUNK)).enumerate().for_each(|(chunk, ((values, changes), places))| {
        let mut lookup = Lookup::new([dose], &samples.axes, interpolation);
        for (offset, value) in values.iter_mut().enumerate() {
            let index = chunk * CHUNK + offset;
            let ([found], place) = lookup.at(&samples.positions_mm[index], samples, index);
            (*value, changes[offset], places[offset]) = (found.value, found.changes, place);
        }
    });
    (doses, places)
}
