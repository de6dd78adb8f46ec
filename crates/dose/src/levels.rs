//! The doses of all courses to an organ, measured so often that the error of every measure is known.

use std::collections::BTreeMap;

use geometry::{Body, FrameOfReference, FrameTransform, Point, body};
use radiobiology::{Recovery, Tissue};

use crate::sampling::{sampling_steps, settled, volume_cc};
use crate::{
    CourseDoses, DoseError, DoseMoments, Dvh, Estimated, Interpolation, MappedSamples, Metric, OrganBody,
    OrganDoses, SampledDose,
};

/// Measures that must settle before the samples are fine enough.
const WATCHED: [Metric; 11] = [
    Metric::Mean,
    Metric::Max,
    Metric::Min,
    Metric::DoseAtPercent(98.0),
    Metric::DoseAtPercent(95.0),
    Metric::DoseAtPercent(50.0),
    Metric::DoseAtPercent(2.0),
    Metric::DoseAtCc(0.03),
    Metric::DoseAtCc(0.1),
    Metric::DoseAtCc(0.5),
    Metric::DoseAtCc(1.0),
];

/// The doses at the samples of an organ: at two steps of refinement, at the coarsest step, and in the bodies that the
/// contours could also mean.
///
/// They depend on contours, maps and absorbed doses alone, so another α/β or recovery is measured without looking
/// anything up again.
#[derive(Clone, Debug)]
pub struct OrganSamples {
    fine: Sampled,
    previous: Sampled,
    coarsest: Sampled,
    raised: DoseMoments,
    alternatives: Vec<Sampled>,
    positions_mm: Vec<Point>,
    is_settled: bool,
}

/// One set of samples: the doses there, and the volumes in cc that they stand for.
#[derive(Clone, Debug)]
struct Sampled {
    moments: DoseMoments,
    volumes_cc: Vec<f64>,
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
    /// Maps from there to the frames of all doses.
    pub maps: &'a BTreeMap<FrameOfReference, FrameTransform>,
    /// Doses of all courses.
    pub courses: &'a [CourseDoses<'a>],
}

impl Setting<'_> {
    fn mapped(&self, body: &dyn Body, step_mm: f64) -> MappedSamples {
        MappedSamples::new(body::samples(body, step_mm), self.maps.values())
    }

    fn moments(&self, samples: &MappedSamples, interpolation: Interpolation) -> Result<DoseMoments, DoseError> {
        DoseMoments::of(samples, interpolation, self.current, self.courses)
    }

    fn sampled(&self, samples: &MappedSamples) -> Result<Sampled, DoseError> {
        let moments = self.moments(samples, Interpolation::AsItIs)?;
        Ok(Sampled { moments, volumes_cc: samples.samples().volumes_cc.clone() })
    }
}

impl OrganSamples {
    /// Samples an organ ever more finely until its measures settle in a tissue; nothing for a body without volume.
    ///
    /// # Errors
    /// As [`DoseMoments::of`].
    pub fn settle(organ: &OrganBody, setting: &Setting<'_>, tissue: &Tissue) -> Result<Option<Self>, DoseError> {
        let body = organ.body.as_ref();
        let steps = sampling_steps(volume_cc(body));
        let Some((coarsest_step, finer)) = steps.split_first() else { return Ok(None) };
        let mut samples = setting.mapped(body, *coarsest_step);
        if samples.samples().is_empty() {
            return Ok(None);
        }
        let raised = setting.moments(&samples, Interpolation::WithDoubt)?;
        let coarsest = setting.sampled(&samples)?;
        let (mut previous, mut fine) = (coarsest.clone(), coarsest.clone());
        let mut before = watched(&fine, tissue);
        let mut is_settled = false;
        for step in finer {
            samples = setting.mapped(body, *step);
            previous = std::mem::replace(&mut fine, setting.sampled(&samples)?);
            let now = watched(&fine, tissue);
            let volume_cc = samples.samples().volume_cc();
            let mut pairs = WATCHED.iter().cycle().zip(before.iter().zip(&now));
            is_settled = pairs.all(|(metric, (coarse, fine))| settled(metric, volume_cc, *coarse, *fine));
            before = now;
            if is_settled {
                break;
            }
        }
        let others = organ.alternatives.iter();
        let alternatives = others
            .map(|body| setting.sampled(&setting.mapped(body.as_ref(), *coarsest_step)))
            .collect::<Result<_, _>>()?;
        let positions_mm = samples.samples().positions_mm.clone();
        Ok(Some(Self { fine, previous, coarsest, raised, alternatives, positions_mm, is_settled }))
    }

    /// Whether the measures had settled before the finest samples were reached.
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Positions of the finest samples in the current frame.
    pub fn positions_mm(&self) -> &[Point] {
        &self.positions_mm
    }

    /// The volumes in cc that they stand for, zero on the surface.
    pub fn volumes_cc(&self) -> &[f64] {
        &self.fine.volumes_cc
    }

    /// The doses in a tissue and what recovers of each course.
    pub fn measure(&self, tissue: &Tissue, recoveries: &[Recovery]) -> MeasuredOrgan {
        let doses = |moments: &DoseMoments| moments.organ_doses(tissue, recoveries);
        let with_volumes = |sampled: &Sampled| (doses(&sampled.moments), sampled.volumes_cc.clone());
        let (fine, volumes_cc) = with_volumes(&self.fine);
        MeasuredOrgan {
            doses: fine,
            volumes_cc,
            previous: with_volumes(&self.previous),
            coarsest: with_volumes(&self.coarsest),
            raised: doses(&self.raised),
            alternatives: self.alternatives.iter().map(with_volumes).collect(),
        }
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
fn watched(sampled: &Sampled, tissue: &Tissue) -> Vec<f64> {
    let doses = sampled.moments.organ_doses(tissue, &[]);
    let all = doses.absorbed.iter().chain([&doses.cumulative]);
    all.filter_map(|values| Dvh::of(values, &sampled.volumes_cc))
        .flat_map(|dvh| WATCHED.map(|metric| metric.of(&dvh).unwrap_or(0.0)))
        .collect()
}
