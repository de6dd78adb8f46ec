//! The doses to an organ under many plausible maps and parameters.

use case::PlannedDose;
use geometry::{FrameOfReference, Point, Samples, Transform};
use radiobiology::{AlphaBeta, Distribution, Fractionation, Repair, Tissue, normal};
use rayon::prelude::*;

use super::displacement::Displacements;
use super::sequence::coordinate;
use crate::{Dvh, Metric};

/// Bins of the histogram of a draw.
const BINS: usize = 2000;
/// A displaced point may leave its grid by this many voxels; the outermost value holds there.
const CONTINUED: f64 = 4.0;

/// A dose and how far the map to it may be off.
#[derive(Clone, Debug)]
pub struct DoubtedDose<'a> {
    /// The dose as planned.
    pub dose: &'a PlannedDose,
    /// Takes points of the current frame to the frame of the dose.
    pub dose_from_current: &'a Transform,
    /// Within how many millimetres the true place of each sample lies in 95 % of cases; nothing where the dose needs no map.
    pub radius_mm: Option<Vec<f32>>,
}

/// The doses of one course.
#[derive(Clone, Debug)]
pub struct DoubtedCourse<'a> {
    /// All doses of the course.
    pub doses: Vec<DoubtedDose<'a>>,
    /// What recovers of it.
    pub recovery: Distribution,
    /// Standard deviation of the calculated dose, in percent of it.
    pub calculation_percent: f64,
}

/// What is taken of an organ, with α/β as a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Biology {
    /// Most plausible value, with which the organ is measured.
    pub alpha_beta: AlphaBeta,
    /// What it may be.
    pub range: Distribution,
    /// How fast the organ repairs, where that is known and counts.
    pub repair: Option<Repair>,
    /// Whether recovery takes part.
    pub with_recovery: bool,
}

/// Which doubts take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// That of the maps.
    pub registration: bool,
    /// That of α/β.
    pub alpha_beta: bool,
    /// That of the recovery.
    pub recovery: bool,
    /// That of the calculated doses.
    pub calculation: bool,
}

impl Parts {
    /// All of them.
    pub const ALL: Self = Self { registration: true, alpha_beta: true, recovery: true, calculation: true };
    /// None of them.
    pub const NONE: Self = Self { registration: false, alpha_beta: false, recovery: false, calculation: false };
}

/// Which courses are summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Summed {
    /// All.
    Cumulative,
    /// The last one alone.
    Current,
    /// All but the last one.
    Prior,
}

/// The absorbed doses at the samples of an organ, for every draw.
#[derive(Clone, Debug)]
pub struct Ensemble {
    volumes_cc: Vec<f64>,
    courses: Vec<Course>,
    n_draws: u32,
    /// The first dimension that no displacement uses.
    first_dimension: u32,
}

#[derive(Clone, Debug)]
struct Course {
    doses: Vec<Dose>,
    recovery: Distribution,
    calculation_percent: f64,
}

#[derive(Clone, Debug)]
struct Dose {
    given: Fractionation,
    nominal: Row,
    /// One row per draw; none for a dose that needs no map.
    displaced: Vec<Row>,
}

/// What one dose gives to every sample.
#[derive(Clone, Debug, Default)]
struct Row {
    gy: Vec<f32>,
    /// Its LETd, where the RBE follows it.
    let_d: Vec<f32>,
}

impl Ensemble {
    /// Looks every dose up at every sample of every draw; nothing where a dose or a map does not reach a sample.
    ///
    /// Doses of one frame are displaced together, those of different frames independently. Doses are looked up at the middle of
    /// each sample: enough to tell how much a measure moves, not to state it.
    pub fn new(
        samples: &Samples,
        courses: &[DoubtedCourse<'_>],
        n_draws: u32,
        correlation_mm: f64,
    ) -> Option<Self> {
        let mut fields: Vec<(FrameOfReference, Displacements, u32)> = Vec::new();
        let mut first_dimension = 0;
        let mut found = Vec::new();
        for course in courses {
            let mut doses = Vec::new();
            for doubted in &course.doses {
                let frame = &doubted.dose.frame;
                if let Some(radius) = &doubted.radius_mm
                    && !fields.iter().any(|(own, ..)| own == frame)
                {
                    let field = Displacements::new(&samples.positions_mm, radius, correlation_mm);
                    let n_weights = field.n_weights() as u32;
                    fields.push((frame.clone(), field, first_dimension));
                    first_dimension += n_weights;
                }
                let field = fields.iter().find(|(own, ..)| own == frame && doubted.radius_mm.is_some());
                doses.push(Dose::of(samples, doubted, field.map(|(_, field, from)| (field, *from)), n_draws)?);
            }
            let (recovery, calculation_percent) = (course.recovery, course.calculation_percent);
            found.push(Course { doses, recovery, calculation_percent });
        }
        Some(Self { volumes_cc: samples.volumes_cc.clone(), courses: found, n_draws, first_dimension })
    }

    /// Takes other ranges of recovery for the courses, in their order; no dose has to be looked up again. False where they are the same.
    pub fn set_recoveries(&mut self, recoveries: &[Distribution]) -> bool {
        let mut is_other = false;
        for (course, recovery) in self.courses.iter_mut().zip(recoveries) {
            is_other |= course.recovery != *recovery;
            course.recovery = *recovery;
        }
        is_other
    }

    /// Number of draws.
    pub fn n_draws(&self) -> u32 {
        self.n_draws
    }

    /// A standard normal number of a draw that nothing else uses: for the own error of a measure.
    pub fn deviate(&self, draw: u32) -> f64 {
        normal::quantile(Drawn { draw, first_dimension: self.first_dimension }.probability(OWN_ERROR))
    }

    /// Whether some doubts can change anything.
    pub fn can_vary(&self, biology: &Biology, parts: Parts) -> bool {
        let doses = || self.courses.iter().flat_map(|course| &course.doses);
        let any = |of: &dyn Fn(&Course) -> bool| self.courses.iter().any(of);
        (parts.registration && doses().any(|dose| !dose.displaced.is_empty()))
            || (parts.alpha_beta && !biology.range.is_exact())
            || (parts.recovery && biology.with_recovery && any(&|course| !course.recovery.is_exact()))
            || (parts.calculation && any(&|course| course.calculation_percent > 0.0))
    }

    /// What some measures of a sum come to in every draw, measure by measure; a measure that the organ is too small for is absent.
    pub fn values(
        &self,
        biology: &Biology,
        summed: Summed,
        parts: Parts,
        metrics: &[Metric],
    ) -> Vec<Option<Vec<f64>>> {
        let of_draw = |draw: u32| {
            let dvh = self.histogram(biology, summed, parts, Some(draw));
            metrics.iter().map(|metric| dvh.as_ref().and_then(|dvh| metric.of(dvh))).collect::<Vec<_>>()
        };
        let rows: Vec<Vec<Option<f64>>> = (0..self.n_draws).into_par_iter().map(of_draw).collect();
        (0..metrics.len()).map(|metric| rows.iter().map(|row| row[metric]).collect()).collect()
    }

    /// The histogram of one draw, or of what is most plausible.
    pub fn histogram(&self, biology: &Biology, summed: Summed, parts: Parts, draw: Option<u32>) -> Option<Dvh> {
        Dvh::coarse(&self.sum(biology, summed, parts, draw), &self.volumes_cc, BINS)
    }

    /// EQD2 at every sample in one draw, or in what is most plausible.
    pub fn sum(&self, biology: &Biology, summed: Summed, parts: Parts, draw: Option<u32>) -> Vec<f64> {
        let parts = if draw.is_some() { parts } else { Parts::NONE };
        let drawn = Drawn { draw: draw.unwrap_or(0), first_dimension: self.first_dimension };
        let alpha_beta = if parts.alpha_beta { drawn.alpha_beta(biology) } else { biology.alpha_beta };
        let tissue = Tissue { alpha_beta, repair: biology.repair };
        let last = self.courses.len().saturating_sub(1);
        let counts = |index: usize| match summed {
            Summed::Cumulative => true,
            Summed::Current => index == last,
            Summed::Prior => index != last,
        };
        let mut sum = vec![0.0; self.volumes_cc.len()];
        for (index, course) in self.courses.iter().enumerate().filter(|(index, _)| counts(*index)) {
            let share = if biology.with_recovery { drawn.remaining(course, parts) } else { 1.0 };
            let scale = drawn.scale(course, index, parts);
            for dose in &course.doses {
                dose.add(&mut sum, &tissue, share, scale, draw.filter(|_| parts.registration));
            }
        }
        sum
    }
}

impl Dose {
    fn of(
        samples: &Samples,
        doubted: &DoubtedDose<'_>,
        field: Option<(&Displacements, u32)>,
        n_draws: u32,
    ) -> Option<Self> {
        let voxels = &doubted.dose.voxels;
        let let_d = doubted.dose.let_weighted.as_ref().map(|weighted| &weighted.let_d);
        let at = |position: &Point| -> Option<[f32; 2]> {
            let mapped = doubted.dose_from_current.apply(position)?;
            let gy = voxels.trilinear_within(&mapped, CONTINUED)?;
            let let_d = let_d.map_or(Some(0.0), |let_d| let_d.trilinear_within(&mapped, CONTINUED))?;
            Some([gy as f32, let_d as f32])
        };
        let nominal: Vec<[f32; 2]> = samples.positions_mm.iter().map(at).collect::<Option<_>>()?;
        let displaced = |draw: u32| {
            let Some((field, from)) = field else { return Row::default() };
            let weight = |index: usize| normal::quantile(coordinate(draw, from + index as u32));
            let weights: Vec<f64> = (0..field.n_weights()).map(weight).collect();
            let moved = |(index, position)| {
                let place = position + field.at(index, &weights);
                // Where a displacement leads out of a map or a grid, the dose that was found stands.
                at(&place).unwrap_or(nominal[index])
            };
            Row::of(samples.positions_mm.iter().enumerate().map(moved), let_d.is_some())
        };
        let displaced = match field {
            Some(_) => (0..n_draws).into_par_iter().map(displaced).collect(),
            None => Vec::new(),
        };
        let nominal = Row::of(nominal.iter().copied(), let_d.is_some());
        Some(Self { given: doubted.dose.fractionation(), nominal, displaced })
    }

    /// Adds a share of the EQD2 of the dose times a scale.
    fn add(&self, sum: &mut [f64], tissue: &Tissue, share: f64, scale: f64, draw: Option<u32>) {
        let row = draw.and_then(|draw| self.displaced.get(draw as usize)).unwrap_or(&self.nominal);
        let terms = self.given.eqd2_terms(tissue);
        if row.let_d.is_empty() {
            let (linear, quadratic) = (share * scale * terms.dose[0], share * scale * scale * terms.square[0]);
            for (sum, gy) in sum.iter_mut().zip(&row.gy) {
                let gy = f64::from(*gy);
                *sum += gy * (linear + quadratic * gy);
            }
            return;
        }
        for (sum, (gy, let_d)) in sum.iter_mut().zip(row.gy.iter().zip(&row.let_d)) {
            *sum += share * terms.eqd2_with_let_gy(scale * f64::from(*gy), f64::from(*let_d));
        }
    }
}

impl Row {
    fn of(found: impl Iterator<Item = [f32; 2]>, with_let: bool) -> Self {
        if with_let {
            let (gy, let_d) = found.map(|[gy, let_d]| (gy, let_d)).unzip();
            return Self { gy, let_d };
        }
        Self { gy: found.map(|[gy, _]| gy).collect(), let_d: Vec::new() }
    }
}

/// Which dimension after those of the displacements belongs to a parameter.
const ALPHA_BETA: u32 = 0;
const RECOVERY: u32 = 1;
const OWN_ERROR: u32 = 2;
/// The first of those of the calculated doses, one for each course.
const CALCULATION: u32 = 3;

/// The parameters of one draw.
struct Drawn {
    draw: u32,
    first_dimension: u32,
}

impl Drawn {
    fn probability(&self, parameter: u32) -> f64 {
        coordinate(self.draw, self.first_dimension + parameter)
    }

    fn alpha_beta(&self, biology: &Biology) -> AlphaBeta {
        AlphaBeta::new(biology.range.quantile(self.probability(ALPHA_BETA))).unwrap_or(biology.alpha_beta)
    }

    /// Courses recover alike: their probabilities are the same, since the tissue is.
    fn remaining(&self, course: &Course, parts: Parts) -> f64 {
        let recovery = &course.recovery;
        let recovered =
            if parts.recovery { recovery.quantile(self.probability(RECOVERY)) } else { recovery.most_plausible() };
        1.0 - recovered.clamp(0.0, 1.0)
    }

    fn scale(&self, course: &Course, index: usize, parts: Parts) -> f64 {
        if !parts.calculation || course.calculation_percent == 0.0 {
            return 1.0;
        }
        let z = normal::quantile(self.probability(CALCULATION + index as u32));
        (1.0 + course.calculation_percent / 100.0 * z).max(0.0)
    }
}
