//! The doses of all courses at the points of an organ, for any α/β.

use geometry::{FrameOfReference, Point, Samples, Volume};
use radiobiology::{Eqd2Terms, Fractionation, Recovery, Tissue};
use rayon::prelude::*;

use crate::lookup::{CHUNK, Found, Interpolation, Lookup, Place, SampledDose};
use crate::organ::{Mapped, share};
use crate::{CourseDoses, Covered, DoseError, MappedDose, MappedSamples};

/// Every dose and its square at the samples of an organ.
///
/// EQD2 is linear in the dose and in its square. So both are looked up once, and any α/β follows without the grids, as
/// from voxels that were converted before the interpolation. Where the dose bends abruptly, the two are limited each by
/// itself, so that the result differs from such a conversion within the doubt of the interpolation; the square is never
/// less than that of the dose. Where the RBE follows the LETd, the products of both with it are looked up too.
#[derive(Clone, Debug)]
pub struct DoseMoments {
    courses: Vec<Vec<Moments>>,
    covered: Vec<Covered>,
    covered_by_all: Covered,
    max_gy_per_fraction: f64,
}

/// One dose.
#[derive(Clone, Debug)]
struct Moments {
    given: Fractionation,
    dose: SampledDose,
    square: SampledDose,
    /// The products of [`case::LetWeighted::moments`].
    with_let: Option<[SampledDose; 3]>,
}

/// The doses of one organ, sample by sample.
#[derive(Clone, Debug)]
pub struct OrganDoses {
    /// What the organ is taken for.
    pub tissue: Tissue,
    /// Absorbed dose of each course.
    pub absorbed: Vec<SampledDose>,
    /// EQD2 of each course, without recovery.
    pub eqd2: Vec<SampledDose>,
    /// Sum of EQD2 without recovery.
    pub cumulative: SampledDose,
    /// Sum of EQD2 with recovery, when any course has one.
    pub cumulative_recovered: Option<SampledDose>,
    /// Sum of EQD2 of all courses but the last, the current one; with recovery when any course has one.
    pub prior: SampledDose,
    /// Coverage by each course.
    pub covered: Vec<Covered>,
    /// Coverage by all courses together.
    pub covered_by_all: Covered,
    /// Highest dose per fraction of any plan at any sample.
    pub max_gy_per_fraction: f64,
}

impl OrganDoses {
    /// The sum that counts: with recovery where there is one.
    pub fn counted(&self) -> &SampledDose {
        self.cumulative_recovered.as_ref().unwrap_or(&self.cumulative)
    }
}

impl DoseMoments {
    /// Looks every dose up at every sample.
    ///
    /// Where a sample lies outside a grid, or where the map is not defined, that course contributes nothing and the
    /// sample counts as not covered: the values are then lower bounds, never doses (H29).
    ///
    /// # Errors
    /// When a map does not fit the frames.
    pub fn of(
        mapped_samples: &MappedSamples,
        interpolation: Interpolation,
        current: &FrameOfReference,
        courses: &[CourseDoses<'_>],
    ) -> Result<Self, DoseError> {
        let samples = mapped_samples.samples();
        let mut everywhere = vec![Place::Inside; samples.len()];
        let mut moments = Self {
            courses: Vec::new(),
            covered: Vec::new(),
            covered_by_all: share(&everywhere, samples),
            max_gy_per_fraction: 0.0,
        };
        for course in courses {
            let mut places = vec![Place::Inside; samples.len()];
            let mut of_course = Vec::new();
            for dose in &course.doses {
                dose.check(current)?;
                let mapped = mapped_samples.by_frame.get(&dose.dose.frame).ok_or(DoseError::NotMapped)?;
                let found = Moments::of(samples, mapped, dose, interpolation, &mut places);
                moments.max_gy_per_fraction = moments.max_gy_per_fraction.max(found.max_gy_per_fraction());
                of_course.push(found);
            }
            let covered = share(&places, samples);
            of_course.iter_mut().for_each(|found| found.bound_surface(covered, &places, samples));
            moments.covered.push(covered);
            everywhere.iter_mut().zip(&places).for_each(|(all, one)| *all = (*all).max(*one));
            moments.courses.push(of_course);
        }
        moments.covered_by_all = share(&everywhere, samples);
        Ok(moments)
    }

    /// Absorbed dose and EQD2 of each course and their sums, in a tissue and for what recovers of each course; of a course for
    /// which no recovery is given, nothing does.
    pub fn organ_doses(&self, tissue: &Tissue, recoveries: &[Recovery]) -> OrganDoses {
        let n = self.courses.iter().flatten().map(|moments| moments.dose.values_gy.len()).next().unwrap_or(0);
        let sum_of = |course: &Vec<Moments>, of: &dyn Fn(&Moments) -> SampledDose| {
            let mut doses = course.iter().map(of);
            let mut sum = doses.next().unwrap_or_else(|| SampledDose::zero(n));
            doses.for_each(|dose| sum.add(1.0, &dose));
            sum
        };
        let each = |of: &dyn Fn(&Moments) -> SampledDose| -> Vec<SampledDose> {
            self.courses.iter().map(|course| sum_of(course, of)).collect()
        };
        let eqd2 = each(&|moments| moments.eqd2(tissue));
        let recovered = recoveries.iter().any(|recovery| !recovery.is_none());
        OrganDoses {
            tissue: *tissue,
            absorbed: each(&|moments| moments.dose.clone()),
            cumulative: sum(&eqd2, &[], n),
            cumulative_recovered: recovered.then(|| sum(&eqd2, recoveries, n)),
            prior: sum(&eqd2[..eqd2.len().saturating_sub(1)], recoveries, n),
            eqd2,
            covered: self.covered.clone(),
            covered_by_all: self.covered_by_all,
            max_gy_per_fraction: self.max_gy_per_fraction,
        }
    }
}

/// A chunk of a dose that is filled in.
type DoseChunk<'a> = (&'a mut [f64], &'a mut [[f32; 3]]);
/// The dose, its square and the places of a chunk, and the positions that it stands for.
type Chunk<'a> = (((DoseChunk<'a>, DoseChunk<'a>), &'a mut [Place]), &'a [Point]);

impl Moments {
    fn of(
        samples: &Samples,
        mapped: &Mapped,
        dose: &MappedDose<'_>,
        interpolation: Interpolation,
        places: &mut [Place],
    ) -> Self {
        let n = samples.len();
        let mut moments = Self {
            given: dose.dose.fractionation(),
            dose: SampledDose::zero(n),
            square: SampledDose::zero(n),
            with_let: None,
        };
        let voxels = &dose.dose.voxels;
        let of_chunk = |(chunk, (((dose, square), places), positions)): (usize, Chunk<'_>)| {
            let ((values, changes), (squares, square_changes)) = (dose, square);
            let mut lookup = Lookup::dose_and_square(voxels, &mapped.axes, interpolation);
            for (index, position) in positions.iter().enumerate() {
                let ([gray, square], place) = lookup.at(position, samples, chunk * CHUNK + index);
                let square = Found { value: square.value.max(gray.value * gray.value), ..square };
                put(&mut values[index], &mut changes[index], gray);
                put(&mut squares[index], &mut square_changes[index], square);
                places[index] = places[index].max(place);
            }
        };
        chunks(&mut moments.dose)
            .zip(chunks(&mut moments.square))
            .zip(places.par_chunks_mut(CHUNK))
            .zip(mapped.positions_mm.par_chunks(CHUNK))
            .enumerate()
            .for_each(of_chunk);
        moments.with_let = dose.dose.let_weighted.as_ref().map(|weighted| {
            weighted.moments.each_ref().map(|product| looked_up(samples, mapped, product, interpolation))
        });
        moments
    }

    fn bound_surface(&mut self, covered: Covered, places: &[Place], samples: &Samples) {
        self.dose.bound_surface(covered, places, samples);
        self.square.bound_surface(covered, places, samples);
        for product in self.with_let.iter_mut().flatten() {
            product.bound_surface(covered, places, samples);
        }
    }

    fn max_gy_per_fraction(&self) -> f64 {
        self.dose.values_gy.iter().copied().fold(0.0, f64::max) / self.given.fractions.as_f64()
    }

    fn eqd2(&self, tissue: &Tissue) -> SampledDose {
        let terms = self.given.eqd2_terms(tissue);
        let of = |dose: f64, square: f64| terms.of_moments_gy(dose, square);
        let values = self.dose.values_gy.iter().zip(&self.square.values_gy);
        let changes = self.dose.changes_gy.iter().zip(&self.square.changes_gy);
        let change = |(dose, square): (&[f32; 3], &[f32; 3])| {
            std::array::from_fn(|edge| of(f64::from(dose[edge]), f64::from(square[edge])) as f32)
        };
        let mut eqd2 = SampledDose {
            values_gy: values.map(|(dose, square)| of(*dose, *square)).collect(),
            changes_gy: changes.map(change).collect(),
        };
        if let Some(products) = &self.with_let {
            add_let(&mut eqd2, &terms, products);
        }
        eqd2
    }
}

/// Adds what the LETd makes of a dose. A falling RBEmin may take some of it away, never all.
fn add_let(eqd2: &mut SampledDose, terms: &Eqd2Terms, products: &[SampledDose; 3]) {
    for (index, value) in eqd2.values_gy.iter_mut().enumerate() {
        *value = (*value + terms.of_let_moments_gy(products.each_ref().map(|of| of.values_gy[index]))).max(0.0);
    }
    for (index, changes) in eqd2.changes_gy.iter_mut().enumerate() {
        for (edge, change) in changes.iter_mut().enumerate() {
            let of_edge = products.each_ref().map(|of| f64::from(of.changes_gy[index][edge]));
            *change += terms.of_let_moments_gy(of_edge) as f32;
        }
    }
}

/// Something else on the grid of a dose, at the samples.
fn looked_up(
    samples: &Samples,
    mapped: &Mapped,
    voxels: &Volume<f64>,
    interpolation: Interpolation,
) -> SampledDose {
    let mut found = SampledDose::zero(samples.len());
    let of_chunk = |(chunk, ((values, changes), positions)): (usize, (DoseChunk<'_>, &[Point]))| {
        let mut lookup = Lookup::dose(voxels, &mapped.axes, interpolation);
        for (index, position) in positions.iter().enumerate() {
            let ([value], _) = lookup.at(position, samples, chunk * CHUNK + index);
            put(&mut values[index], &mut changes[index], value);
        }
    };
    chunks(&mut found).zip(mapped.positions_mm.par_chunks(CHUNK)).enumerate().for_each(of_chunk);
    found
}

fn chunks(dose: &mut SampledDose) -> impl IndexedParallelIterator<Item = DoseChunk<'_>> {
    dose.values_gy.par_chunks_mut(CHUNK).zip(dose.changes_gy.par_chunks_mut(CHUNK))
}

fn put(value: &mut f64, changes: &mut [f32; 3], found: Found) {
    (*value, *changes) = (found.value, found.changes);
}

fn sum(eqd2: &[SampledDose], recoveries: &[Recovery], n: usize) -> SampledDose {
    let mut total = SampledDose::zero(n);
    for (index, course) in eqd2.iter().enumerate() {
        total.add(recoveries.get(index).unwrap_or(&Recovery::NONE).remaining(), course);
    }
    total
}
