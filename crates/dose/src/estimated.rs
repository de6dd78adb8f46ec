//! A histogram that knows its own error.

use crate::sampling::settled;
use crate::{Dvh, Metric, Metrics};

/// A volume is known to this share of itself at best.
const VOLUME_SHARE: f64 = 0.001;

/// A dose is known to half a bin of the histogram at best.
const RESOLUTION_GY: f64 = 0.005;

/// A value and its own error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// How far it may be off for reasons of geometry, interpolation and sampling.
    pub error: f64,
}

/// The histogram of an organ, and the same measured in the other ways that tell how far it may be off.
///
/// The error of a measure is the root of the sum of squares of four parts: half a bin of the histogram, what the last refinement of the samples
/// moved, half the largest change that another reading of the contours makes (between and beyond the slices), and what
/// the course of the dose between its voxels leaves open.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimated {
    /// The histogram itself.
    pub dvh: Dvh,
    /// With the samples of the step before.
    pub previous: Dvh,
    /// With the coarsest samples, to which the others are compared.
    pub coarsest: Dvh,
    /// With every dose raised by the doubt of its interpolation.
    pub raised: Dvh,
    /// With other ends of the body and straight walls.
    pub alternatives: Vec<Dvh>,
}

impl Estimated {
    /// A measure with its error; nothing when the organ is too small for it.
    pub fn estimate(&self, metric: &Metric) -> Option<Estimate> {
        let resolution = if matches!(metric, Metric::VolumeAtGy(_)) { 0.0 } else { RESOLUTION_GY };
        let error = self.error(|dvh| metric.of(dvh))?.hypot(resolution);
        Some(Estimate { value: metric.of(&self.dvh)?, error })
    }

    /// The volume with its error.
    pub fn volume_cc(&self) -> Estimate {
        let value = self.dvh.volume_cc();
        let error = self.error(|dvh| Some(dvh.volume_cc())).unwrap_or(0.0);
        Estimate { value, error: error.hypot(VOLUME_SHARE * value) }
    }

    /// The measures that every organ is given.
    pub fn metrics(&self) -> Metrics {
        Metrics::of(&self.dvh)
    }

    /// Their errors.
    pub fn metric_errors(&self) -> Metrics {
        let coarsest = Metrics::of(&self.coarsest);
        let distance = |a: f64, b: f64| (a - b).abs();
        let convergence = self.metrics().with(&Metrics::of(&self.previous), distance);
        let interpolation = Metrics::of(&self.raised).with(&coarsest, distance);
        let changes = self.alternatives.iter().map(|dvh| Metrics::of(dvh).with(&coarsest, distance));
        let shape = changes.reduce(|a, b| a.or_with(&b, f64::max));
        let errors = convergence.with(&interpolation, f64::hypot);
        let errors =
            shape.map_or(errors.clone(), |shape| errors.or_with(&shape, |error, shape| error.hypot(shape / 2.0)));
        let errors = errors.with(&errors, |error, _| error.hypot(RESOLUTION_GY));
        Metrics { volume_cc: Some(self.volume_cc().error), ..errors }
    }

    /// Whether the measures have stopped to move.
    pub fn is_settled(&self, metrics: &[Metric]) -> bool {
        let volume_cc = self.dvh.volume_cc();
        let is_settled = |metric: &Metric| match (metric.of(&self.previous), metric.of(&self.dvh)) {
            (Some(coarse), Some(fine)) => settled(metric, volume_cc, coarse, fine),
            _ => true,
        };
        metrics.iter().all(is_settled)
    }

    fn error(&self, of: impl Fn(&Dvh) -> Option<f64>) -> Option<f64> {
        let (value, base) = (of(&self.dvh)?, of(&self.coarsest)?);
        let away = |dvh: &Dvh| of(dvh).map_or(0.0, |other| (other - base).abs());
        let convergence = of(&self.previous).map_or(0.0, |other| (other - value).abs());
        let shape = self.alternatives.iter().map(&away).fold(0.0, f64::max) / 2.0;
        Some(convergence.hypot(shape).hypot(away(&self.raised)))
    }
}
