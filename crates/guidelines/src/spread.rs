//! How far the sources of an organ agree.

use serde::Serialize;

use crate::constraint::DoseScope;
use crate::judge::{JudgedConstraint, Verdict};

/// The verdicts of all limits on the sum of all courses in one structure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VerdictSpread {
    /// Structure as drawn.
    pub structure: String,
    /// Limits that are met.
    pub n_met: usize,
    /// Limits that are exceeded.
    pub n_exceeded: usize,
    /// Limits of which the verdict is uncertain.
    pub n_uncertain: usize,
    /// Limits that cannot be evaluated.
    pub n_not_evaluable: usize,
    /// The lowest value as a share of its limit, each on its own measure and basis; nothing where no value is known.
    pub lowest_share: Option<f64>,
    /// The highest one.
    pub highest_share: Option<f64>,
}

impl VerdictSpread {
    /// Whether one source is satisfied and another one is not.
    pub fn is_split(&self) -> bool {
        self.n_met > 0 && self.n_exceeded > 0
    }
}

/// One for each structure, in the order of the limits.
pub fn spread(judged: &[JudgedConstraint]) -> Vec<VerdictSpread> {
    let mut spreads: Vec<VerdictSpread> = Vec::new();
    for found in judged.iter().filter(|found| found.scope == DoseScope::Cumulative && !found.is_landmark) {
        let place = spreads.iter().position(|own| own.structure == found.structure).unwrap_or_else(|| {
            spreads.push(empty(&found.structure));
            spreads.len() - 1
        });
        add(&mut spreads[place], found);
    }
    spreads
}

fn empty(structure: &str) -> VerdictSpread {
    VerdictSpread {
        structure: structure.to_owned(),
        n_met: 0,
        n_exceeded: 0,
        n_uncertain: 0,
        n_not_evaluable: 0,
        lowest_share: None,
        highest_share: None,
    }
}

fn add(spread: &mut VerdictSpread, found: &JudgedConstraint) {
    *match found.verdict {
        Verdict::Met => &mut spread.n_met,
        Verdict::Exceeded => &mut spread.n_exceeded,
        Verdict::Uncertain => &mut spread.n_uncertain,
        Verdict::NotEvaluable => &mut spread.n_not_evaluable,
    } += 1;
    let Some(share) = found.value_gy.zip(found.limit_gy).map(|(value, limit)| value / limit) else { return };
    let lowest = spread.lowest_share.map_or(share, |own| own.min(share));
    let highest = spread.highest_share.map_or(share, |own| own.max(share));
    (spread.lowest_share, spread.highest_share) = (Some(lowest), Some(highest));
}
