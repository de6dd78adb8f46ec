//! What is known of one place.

use geometry::{Body, Point};
use serde::Serialize;

use dose::budget::Allowance;

use super::Review;
use crate::budget::Budget;
use crate::conversion::courses;
use crate::export::bases;
use radiobiology::{AlphaBeta, Tissue};

/// Everything at one place of the current frame. What is not known there is nothing, never zero.
#[derive(Clone, Debug, Serialize)]
pub struct Probe {
    /// The place.
    pub position_mm: [f64; 3],
    /// Indices of the structures that hold it.
    pub structures: Vec<usize>,
    /// What each course gave, and where.
    pub courses: Vec<ProbedCourse>,
    /// The same as EQD2, for every α/β of the case, without recovery.
    pub bases: Vec<ProbedBasis>,
    /// What may still be given with the settings that are followed, for each number of fractions of which that was asked; for
    /// those of the assessment until other settings are followed.
    pub allowances: Vec<ProbedAllowance>,
    /// Value of the image of the current course.
    pub image_value: Option<f64>,
}

/// One course at one place.
#[derive(Clone, Debug, Serialize)]
pub struct ProbedCourse {
    /// Course.
    pub id: String,
    /// Absorbed dose (Gy(RBE) for particles).
    pub absorbed_gy: Option<f64>,
    /// The place in the frame of its first dose.
    pub mapped_mm: Option<[f64; 3]>,
}

/// EQD2 of one basis at one place.
#[derive(Clone, Debug, Serialize)]
pub struct ProbedBasis {
    /// α/β.
    pub alpha_beta_gy: f64,
    /// EQD2 of each course, in their order.
    pub courses_gy: Vec<Option<f64>>,
    /// Their sum.
    pub cumulative_gy: Option<f64>,
}

/// What may still be given at one place.
#[derive(Clone, Debug, Serialize)]
pub struct ProbedAllowance {
    /// In this number of fractions.
    pub fractions: u32,
    /// Largest total physical dose of the voxel about the place; nothing where no limit holds.
    pub total_gy: Option<f64>,
    /// The limit that is reached first there.
    pub limited_by: Option<String>,
}

impl Review<'_> {
    /// What is known of a place of the current frame.
    ///
    /// # Errors
    /// When doses of different basis were about to be added.
    pub fn probe(&mut self, position: &Point) -> Result<Probe, dose::DoseError> {
        let holds = |measured: &crate::structures::Measured<'_>| {
            measured.solid.as_ref().is_some_and(|solid| solid.contains(position))
        };
        let structures = self.structures.iter().enumerate().filter(|(_, measured)| holds(measured));
        let structures = structures.map(|(index, _)| index).collect();
        let courses = self.probed_courses(position)?;
        let bases = bases(&self.structures).into_iter().map(|basis| self.probed_basis(position, basis));
        let bases = bases.collect::<Result<_, _>>()?;
        let image = self.context.case.current().and_then(|current| current.image);
        let image = image.and_then(|index| self.context.objects.images[index].voxels.as_ref());
        Ok(Probe {
            position_mm: (*position).into(),
            structures,
            courses,
            bases,
            allowances: self.probed_allowances(position),
            image_value: image.and_then(|image| image.trilinear(position)),
        })
    }

    fn probed_courses(&self, position: &Point) -> Result<Vec<ProbedCourse>, dose::DoseError> {
        let maps = &self.context.alignment.to_frame;
        let Some(current) = self.context.case.current() else { return Ok(Vec::new()) };
        let of_course = |(index, course): (usize, &case::Course)| {
            let mapped = courses(self.context.case, maps).and_then(|mut all| {
                // A course without a plan has no dose, which is not a dose of zero.
                (!all[index].doses.is_empty() && course.incomplete.is_none()).then(|| all.swap_remove(index))
            });
            let absorbed = mapped.as_ref().map(|mapped| dose::absorbed_at(&[*position], &current.frame, mapped));
            let frame = course.doses().next().map(|dose| &dose.frame);
            let map = frame.and_then(|frame| maps.get(frame));
            Ok(ProbedCourse {
                id: course.id.clone(),
                absorbed_gy: absorbed.transpose()?.and_then(|found| found.into_iter().flatten().next()),
                mapped_mm: map.and_then(|map| map.transform.apply(position)).map(Into::into),
            })
        };
        self.context.case.courses.iter().enumerate().map(of_course).collect()
    }

    fn probed_basis(&mut self, position: &Point, alpha_beta: AlphaBeta) -> Result<ProbedBasis, dose::DoseError> {
        let tissue = Tissue::from(alpha_beta);
        self.conversions.prepare(self.context.case, &tissue);
        let n_courses = self.context.case.courses.len();
        let unknown =
            ProbedBasis { alpha_beta_gy: alpha_beta.gy(), courses_gy: vec![None; n_courses], cumulative_gy: None };
        let maps = &self.context.alignment.to_frame;
        let converted = self.conversions.courses(self.context.case, maps, &tissue);
        let (Some(converted), Some(current)) = (converted, self.context.case.current()) else {
            return Ok(unknown);
        };
        let at = |courses: &[dose::ConvertedCourse<'_>]| -> Result<Option<f64>, dose::DoseError> {
            if courses.iter().any(|course| course.doses.is_empty()) {
                return Ok(None);
            }
            let found = dose::accumulate_at(&[*position], &current.frame, courses, &tissue)?;
            Ok(found.into_iter().flatten().next())
        };
        let courses_gy = (0..n_courses).map(|index| at(&converted[index..=index])).collect::<Result<_, _>>()?;
        Ok(ProbedBasis { courses_gy, cumulative_gy: at(&converted)?, ..unknown })
    }

    fn probed_allowances(&self, position: &Point) -> Vec<ProbedAllowance> {
        // The budget of the assessment is that of its settings.
        let is_as_assessed = self.different(&self.context.settings, &self.assessed).is_empty();
        let of_assessment = self.assessment.budget.as_ref().filter(|_| is_as_assessed);
        let budgets = of_assessment.into_iter().chain(self.budgets.values().flatten());
        let mut told: Vec<ProbedAllowance> = Vec::new();
        for (budget, allowance) in
            budgets.flat_map(|own| own.allowances.iter().map(move |allowance| (own, allowance)))
        {
            if !told.iter().any(|known| known.fractions == allowance.fractions().get()) {
                told.extend(probed_allowance(budget, allowance, position));
            }
        }
        told
    }
}

/// What is allowed in the voxel about a place; nothing outside the grid.
fn probed_allowance(budget: &Budget, allowance: &Allowance, position: &Point) -> Option<ProbedAllowance> {
    let between = geometry::Between::of(allowance.grid(), position, geometry::volume::CELL)?;
    let size = allowance.grid().size();
    let nearest = std::array::from_fn(|axis| {
        let up = usize::from(between.fractions[axis] >= 0.5);
        (between.voxel[axis] + up).min(size[axis] - 1)
    });
    let voxel = allowance.grid().offset(nearest);
    let limit = allowance.limiting(voxel).and_then(|limit| budget.limits.get(limit as usize));
    Some(ProbedAllowance {
        fractions: allowance.fractions().get(),
        total_gy: allowance.total_gy(voxel),
        limited_by: limit.map(|limit| format!("{} ({})", limit.title, limit.structure)),
    })
}
