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
/// The error of a measure is the root of the sum of squares of four parts: half a bin of the histogram, what the last
/// refinement of the samples moved, half the largest change that another reading of the contours makes (between and beyond
/// the slices), and what the course of the dose between its voxels leaves open. Where a body is too small for a measure, the
/// lowest dose of that body stands for it.
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
        let resolution = match metric {
            Metric::VolumeAtGy(dose) => self.dvh.v_resolution_cc(*dose),
            Metric::PercentAtGy(dose) => 100.0 * self.dvh.v_resolution_cc(*dose) / self.dvh.volume_cc(),
            _ => RESOLUTION_GY,
        };
        let value = metric.of(&self.dvh)?;
        Some(Estimate { value, error: self.error(|dvh| metric.of(dvh).unwrap_or(dvh.min_gy())).hypot(resolution) })
    }

    /// The volume with its error.
    pub fn volume_cc(&self) -> Estimate {
        let value = self.dvh.volume_cc();
        Estimate { value, error: self.error(Dvh::volume_cc).hypot(VOLUME_SHARE * value) }
    }

    /// The measures that every organ is given.
    pub fn metrics(&self) -> Metrics {
        Metrics::of(&self.dvh)
    }

    /// Their errors; absent where the measure is.
    pub fn metric_errors(&self) -> Metrics {
        let error = |metric: Metric| self.estimate(&metric).map(|estimate| estimate.error);
        Metrics {
            volume_cc: Some(self.volume_cc().error),
            min_gy: error(Metric::Min),
            max_gy: error(Metric::Max),
            mean_gy: error(Metric::Mean),
            d98_percent_gy: error(Metric::DoseAtPercent(98.0)),
            d95_percent_gy: error(Metric::DoseAtPercent(95.0)),
            d50_percent_gy: error(Metric::DoseAtPercent(50.0)),
            d2_percent_gy: error(Metric::DoseAtPercent(2.0)),
            d0_03cc_gy: error(Metric::DoseAtCc(0.03)),
            d0_1cc_gy: error(Metric::DoseAtCc(0.1)),
            d0_5cc_gy: error(Metric::DoseAtCc(0.5)),
            d1cc_gy: error(Metric::DoseAtCc(1.0)),
        }
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

    fn error(&self, of: impl Fn(&Dvh) -> f64) -> f64 {
        let (value, base) = (of(&self.dvh), of(&self.coarsest));
        let away = |dvh: &Dvh| (of(dvh) - base).abs();
        let convergence = (of(&self.previous) - value).abs();
        let shape = self.alternatives.iter().map(away).fold(0.0, f64::max) / 2.0;
        convergence.hypot(shape).hypot(away(&self.raised))
    }
}
