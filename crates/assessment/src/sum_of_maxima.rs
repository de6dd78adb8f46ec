//! Courses that no map leads to, or of which no dose came: each organ is charged with the largest dose that the course gave to it.

use std::collections::BTreeMap;

use case::incomplete::everywhere_the_same;
use case::{Course, Findings, LetWeighted, PlannedDose, Roi};
use dose::{OrganBody, histogram};
use geometry::{GapRule, Solid, SolidOptions, Volume};
use serde_json::{Map, Value, json};

use crate::meaning::certain_meaning;
use crate::record;
use crate::structures::{Context, Measured};

/// The largest dose of each dose object of such courses to one organ, as a dose that is the same everywhere.
#[derive(Debug, Default)]
pub(crate) struct Maxima {
    doses: BTreeMap<(String, usize), PlannedDose>,
    told: Map<String, Value>,
}

impl Maxima {
    /// Of one structure; empty where every course is mapped.
    pub fn of(context: &Context<'_>, measured: &Measured<'_>) -> Self {
        let Some(current) = context.case.current() else { return Self::default() };
        let is_bounded = |dose: &PlannedDose| context.alignment.bounded.contains(&dose.frame);
        let bounded = |course: &&Course| course.doses().any(is_bounded);
        let mut maxima = Self::default();
        maxima.enter_records(context, measured);
        for course in context.case.courses.iter().filter(bounded) {
            let organ = same_organ(context, course, measured, Purpose::Bound);
            let mut told = Vec::new();
            for (index, dose) in course.doses().enumerate().filter(|(_, dose)| is_bounded(dose)) {
                let of_organ = organ.as_ref().and_then(|(_, organ)| largest_in(organ, dose));
                let everywhere = || dose.voxels.values().iter().copied().fold(0.0, f64::max);
                let gy = of_organ.unwrap_or_else(everywhere);
                let Some(voxels) = everywhere_the_same(gy) else { continue };
                let uniform = PlannedDose {
                    frame: current.frame.clone(),
                    let_weighted: highest_let(dose, &voxels),
                    voxels,
                    sources: dose.sources.clone(),
                    ..*dose
                };
                maxima.doses.insert((course.id.clone(), index), uniform);
                told.push(json!({
                    "absorbed_maximum_gy": gy,
                    "of": if of_organ.is_some() { "the organ as drawn in the course" } else { "the whole dose of the course" },
                    "drawn_as": organ.as_ref().filter(|_| of_organ.is_some()).map(|(name, _)| name),
                }));
            }
            maxima.told.insert(course.id.clone(), Value::Array(told));
        }
        maxima
    }

    /// Courses of which no dose came as DICOM.
    fn enter_records(&mut self, context: &Context<'_>, measured: &Measured<'_>) {
        for course in &context.case.courses {
            let Some(entered) = &course.incomplete else { continue };
            let bounds = record::upper_bounds(context, entered, &measured.roi.name);
            let mut told = Vec::new();
            for ((index, placeholder), bound) in course.doses().enumerate().zip(bounds) {
                let Some(bound) = bound else { continue };
                let (voxels, fractions) = (bound.voxels, bound.fractions);
                self.doses
                    .insert((course.id.clone(), index), PlannedDose { voxels, fractions, ..placeholder.clone() });
                told.push(bound.told);
            }
            self.told.insert(course.id.clone(), Value::Array(told));
        }
    }

    /// Whether every course is mapped.
    pub fn is_empty(&self) -> bool {
        self.doses.is_empty()
    }

    /// The dose in the current frame that stands for the n-th dose of a course.
    pub fn dose(&self, course: &str, index: usize) -> Option<&PlannedDose> {
        self.doses.get(&(course.to_owned(), index))
    }

    /// Whether any dose of a course enters by its maximum.
    pub fn holds(&self, course: &str) -> bool {
        self.doses.keys().any(|(own, _)| own == course)
    }

    /// Where the maxima are from, by course.
    pub fn told(&self) -> Value {
        Value::Object(self.told.clone())
    }
}

/// The highest LETd of a dose everywhere: with the largest dose it is an upper bound.
fn highest_let(dose: &PlannedDose, uniform: &Volume<f64>) -> Option<LetWeighted> {
    let weighted = dose.let_weighted.as_ref()?;
    let highest = weighted.let_d.values().iter().copied().fold(0.0, f64::max);
    LetWeighted::new(weighted.rbe, uniform, uniform.map(|_| highest))
}

/// What the same organ of another course is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An upper bound: whatever is doubtful about its contours makes it useless, since a part of an organ may miss the largest dose.
    Bound,
    /// The points among which a dose is searched: gaps are filled, and ends on the last plane of the image do no harm.
    Search,
}

/// The same organ in the structure set of another course with its name there: of the same standard name, or of the same name where
/// it has no standard one.
pub(crate) fn same_organ(
    context: &Context<'_>,
    course: &Course,
    measured: &Measured<'_>,
    purpose: Purpose,
) -> Option<(String, Solid)> {
    let set = &context.objects.structure_sets[course.structure_set?];
    let own = measured.summary.standard_name.clone();
    let is_same = |roi: &&Roi| match &own {
        Some(own) => certain_meaning(context, set, &roi.name).as_ref() == Some(own),
        None => roi.name == measured.roi.name,
    };
    let same: Vec<&Roi> = set.rois.iter().filter(is_same).collect();
    // Two structures that may both be meant are none that can be relied on.
    let [roi] = same.as_slice() else { return None };
    let image = course.image.and_then(|image| context.objects.images[image].grid.as_ref().ok());
    let stated = context.settings.solid_options(&roi.name);
    let options = SolidOptions {
        slice_thickness_mm: image.map(|grid| grid.spacing_mm()[2]),
        gaps: if purpose == Purpose::Search { GapRule::Interpolate } else { stated.gaps },
        ..stated
    };
    let mut doubts = Findings::new();
    let solid = crate::body::solid(roi, options, &mut doubts)?;
    if let Some(image) = image.filter(|_| purpose == Purpose::Bound) {
        crate::body::warn_of_image_ends(roi, &solid, image, &mut doubts);
    }
    let is_harmless = |code: &str| purpose == Purpose::Search && code == "H27";
    doubts.as_slice().iter().all(|doubt| is_harmless(&doubt.code)).then(|| (roi.name.clone(), solid))
}

/// The largest dose in a drawn organ with its error; nothing where the grid does not hold the whole organ.
fn largest_in(organ: &Solid, dose: &PlannedDose) -> Option<f64> {
    let found = histogram(&OrganBody::of(organ), &dose.voxels, &[])?;
    let metrics = found.estimated.metrics();
    let error = found.estimated.metric_errors().max_gy.unwrap_or(0.0);
    metrics.max_gy.filter(|_| found.covered.is_whole()).map(|gy| gy + error)
}
