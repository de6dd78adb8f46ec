//! The doses of all courses to an organ, measured so often that the error of every measure is known.

use std::collections::BTreeMap;

use geometry::{FrameOfReference, FrameTransform, body};
use radiobiology::AlphaBeta;

use crate::sampling::{sampling_steps, settled, volume_cc};
use crate::{
    CourseDoses, DoseError, Dvh, Estimated, Interpolation, MappedSamples, Metric, OrganBody, OrganDoses,
    SampledDose, measure,
};

/// Measures that must settle before the samples are fine enough.
const WATCHED: [Metric; 8] = [
    Metric::Mean,
    Metric::Max,
    Metric::Min,
    Metric::DoseAtPercent(98.0),
    Metric::DoseAtPercent(50.0),
    Metric::DoseAtPercent(2.0),
    Metric::DoseAtCc(0.03),
    Metric::DoseAtCc(0.1),
];

/// The samples of an organ, mapped once into the frames of all doses: two steps of refinement, the coarsest step, and
/// the bodies that the contours could also mean.
///
/// They depend on the contours and the maps alone, so another α/β, recovery or dose on the same grid is measured with
/// the same samples.
#[derive(Clone, Debug)]
pub struct OrganSamples {
    fine: MappedSamples,
    previous: MappedSamples,
    coarsest: MappedSamples,
    alternatives: Vec<MappedSamples>,
}

/// The doses of an organ by every set of its samples.
#[derive(Clone, Debug)]
pub struct MeasuredOrgan {
    /// The doses themselves.
    pub doses: OrganDoses,
    /// The volumes in cc that they belong to.
    pub volumes_cc: Vec<f64>,
    previous: (OrganDoses, Vec<f64>),
    coarsest: (OrganDoses, Vec<f64>),
    raised: OrganDoses,
    alternatives: Vec<(OrganDoses, Vec<f64>)>,
}

/// What an organ is measured against.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Frame in which the organ is drawn.
    pub current: &'a FrameOfReference,
    /// Doses of all courses.
    pub courses: &'a [CourseDoses<'a>],
    /// α/β of their EQD2.
    pub alpha_beta: AlphaBeta,
}

impl Setting<'_> {
    fn measure(&self, samples: &MappedSamples, interpolation: Interpolation) -> Result<OrganDoses, DoseError> {
        measure(samples, interpolation, self.current, self.courses, self.alpha_beta)
    }
}

impl OrganSamples {
    /// Samples an organ ever more finely until its measures settle; nothing for a body without volume.
    ///
    /// # Errors
    /// As [`measure`].
    pub fn settle(
        organ: &OrganBody,
        maps: &BTreeMap<FrameOfReference, FrameTransform>,
        setting: &Setting<'_>,
    ) -> Result<Option<Self>, DoseError> {
        let steps = sampling_steps(volume_cc(organ.body.as_ref()));
        let mapped =
            |body: &dyn body::Body, step: f64| MappedSamples::new(body::samples(body, step), maps.values());
        let coarsest = mapped(organ.body.as_ref(), steps[0]);
        if coarsest.samples().is_empty() {
            return Ok(None);
        }
        let (mut previous, mut fine) = (coarsest.clone(), coarsest.clone());
        let mut before = watched(&setting.measure(&coarsest, Interpolation::AsItIs)?, &coarsest);
        for step in &steps[1..] {
            previous = std::mem::replace(&mut fine, mapped(organ.body.as_ref(), *step));
            let now = watched(&setting.measure(&fine, Interpolation::AsItIs)?, &fine);
            let volume_cc = fine.samples().volume_cc();
            let mut pairs = WATCHED.iter().cycle().zip(before.iter().zip(&now));
            let is_settled = pairs.all(|(metric, (coarse, fine))| settled(metric, volume_cc, *coarse, *fine));
            before = now;
            if is_settled {
                break;
            }
        }
        let alternatives = organ.alternatives.iter().map(|body| mapped(body.as_ref(), steps[0])).collect();
        Ok(Some(Self { fine, previous, coarsest, alternatives }))
    }

    /// The finest samples.
    pub fn fine(&self) -> &MappedSamples {
        &self.fine
    }

    /// Measures doses by every set of samples.
    ///
    /// # Errors
    /// As [`measure`].
    pub fn measure(&self, setting: &Setting<'_>) -> Result<MeasuredOrgan, DoseError> {
        let with_volumes = |samples: &MappedSamples| {
            let doses = setting.measure(samples, Interpolation::AsItIs)?;
            Ok((doses, samples.samples().volumes_cc.clone()))
        };
        let (doses, volumes_cc) = with_volumes(&self.fine)?;
        Ok(MeasuredOrgan {
            doses,
            volumes_cc,
            previous: with_volumes(&self.previous)?,
            coarsest: with_volumes(&self.coarsest)?,
            raised: setting.measure(&self.coarsest, Interpolation::WithDoubt)?,
            alternatives: self.alternatives.iter().map(with_volumes).collect::<Result<_, _>>()?,
        })
    }
}

impl MeasuredOrgan {
    /// The histogram of some of the doses, with its error; nothing where they are not there.
    pub fn estimated<'a>(&'a self, pick: impl Fn(&'a OrganDoses) -> Option<&'a SampledDose>) -> Option<Estimated> {
        let dvh = |doses: &'a OrganDoses, volumes: &[f64]| Dvh::of(pick(doses)?, volumes);
        let others = self.alternatives.iter().filter_map(|(doses, volumes)| dvh(doses, volumes));
        Some(Estimated {
            dvh: dvh(&self.doses, &self.volumes_cc)?,
            previous: dvh(&self.previous.0, &self.previous.1)?,
            coarsest: dvh(&self.coarsest.0, &self.coarsest.1)?,
            raised: dvh(&self.raised, &self.coarsest.1)?,
            alternatives: others.collect(),
        })
    }
}

/// The measures that are watched, of the sum and of every course.
fn watched(doses: &OrganDoses, samples: &MappedSamples) -> Vec<f64> {
    let volumes = &samples.samples().volumes_cc;
    let all = doses.absorbed.iter().chain([&doses.cumulative]);
    all.filter_map(|values| Dvh::of(values, volumes))
        .flat_map(|dvh| WATCHED.map(|metric| metric.of(&dvh).unwrap_or(0.0)))
        .collect()
}
