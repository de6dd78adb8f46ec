//! What was drawn of an organ, kept while a person tries other settings.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dose::uncertainty::{Biology, Summed};

use crate::model::DvhBand;

/// Limits of an organ have a few bases each, and whoever moves a slider leaves one more at every step.
const MOST_KEPT: usize = 24;

/// The measures that are given a band, in every draw and with everything at what is most plausible.
pub(crate) struct Drawn {
    pub(crate) values: Vec<Option<Vec<f64>>>,
    pub(crate) nominal: Vec<Option<f64>>,
    /// The band of the curve, where it was asked for.
    pub(crate) curve: Option<DvhBand>,
    /// The dose up to which it was asked for.
    pub(crate) curve_to: Option<f64>,
}

/// Draws by all that they depend on, but for the recovery of the courses: with another one they must be made anew.
#[derive(Default)]
pub(crate) struct KnownDraws {
    longest_unused_first: Mutex<VecDeque<(Biology, Summed, Arc<Drawn>)>>,
}

impl KnownDraws {
    /// Draws that are known already and fit.
    pub(crate) fn find(
        &self,
        biology: &Biology,
        summed: Summed,
        fits: impl Fn(&Drawn) -> bool,
    ) -> Option<Arc<Drawn>> {
        let mut known = self.lock();
        let at =
            known.iter().position(|(own, courses, drawn)| own == biology && *courses == summed && fits(drawn))?;
        // What is asked for again and again stays.
        let found = known.remove(at)?;
        let drawn = found.2.clone();
        known.push_back(found);
        Some(drawn)
    }

    /// Keeps draws in the place of those of the same biology and courses. They are made before, since drawing runs on all threads and one
    /// of them might come by here.
    pub(crate) fn keep(&self, biology: &Biology, summed: Summed, drawn: Drawn) -> Arc<Drawn> {
        let drawn = Arc::new(drawn);
        let mut known = self.lock();
        known.retain(|(own, courses, _)| own != biology || *courses != summed);
        if known.len() >= MOST_KEPT {
            known.pop_front();
        }
        known.push_back((*biology, summed, drawn.clone()));
        drawn
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Biology, Summed, Arc<Drawn>)>> {
        self.longest_unused_first.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
