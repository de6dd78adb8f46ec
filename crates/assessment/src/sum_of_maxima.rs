//! Courses that no map leads to: each organ is charged with the largest dose that the course gave to it.

use std::collections::BTreeMap;

use case::{Course, Findings, PlannedDose};
use dose::{OrganBody, histogram};
use geometry::{Grid, Point, Solid, SolidOptions, Volume};
use guidelines::Match;
use serde_json::{Map, Value, json};

use crate::structures::{Context, Measured};

/// Half the edge of the box in which the largest dose stands everywhere; larger than any patient.
const REACH_MM: f64 = 2500.0;

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
        let bounded = |course: &&Course| context.alignment.bounded.contains(&course.frame);
        let mut maxima = Self::default();
        for course in context.case.courses.iter().filter(bounded) {
            let organ = same_organ(context, course, measured);
            let mut told = Vec::new();
            for (index, dose) in course.doses().enumerate() {
                let of_organ = organ.as_ref().and_then(|organ| largest_in(organ, dose));
                let everywhere = || dose.voxels.values().iter().copied().fold(0.0, f64::max);
                let gy = of_organ.unwrap_or_else(everywhere);
                let Some(voxels) = everywhere_the_same(gy) else { continue };
                let uniform = PlannedDose {
                    frame: current.frame.clone(),
                    fractions: dose.fractions,
                    voxels,
                    sources: dose.sources.clone(),
                };
                maxima.doses.insert((course.id.clone(), index), uniform);
                told.push(json!({
                    "absorbed_maximum_gy": gy,
                    "of": if of_organ.is_some() { "the organ as drawn in the course" } else { "the whole dose of the course" },
                }));
            }
            maxima.told.insert(course.id.clone(), Value::Array(told));
        }
        maxima
    }

    /// Whether every course is mapped.
    pub fn is_empty(&self) -> bool {
        self.doses.is_empty()
    }

    /// The dose in the current frame that stands for the n-th dose of a course.
    pub fn dose(&self, course: &str, index: usize) -> Option<&PlannedDose> {
        self.doses.get(&(course.to_owned(), index))
    }

    /// Where the maxima are from, by course.
    pub fn told(&self) -> Value {
        Value::Object(self.told.clone())
    }
}

/// The same organ in the structure set of another course: of the same standard name, else of the same name.
fn same_organ(context: &Context<'_>, course: &Course, measured: &Measured<'_>) -> Option<Solid> {
    let set = &context.objects.structure_sets[course.structure_set?];
    let standard = |name: &str| match context.knowledge.match_name(name) {
        Match::Found { standard_name, .. } => Some(standard_name),
        _ => None,
    };
    let own = measured.summary.standard_name.clone();
    let by_standard = set.rois.iter().filter(|roi| own.is_some() && standard(&roi.name) == own).collect::<Vec<_>>();
    // Two structures that may both be meant are none that can be relied on.
    let roi = match by_standard.as_slice() {
        [] => set.rois.iter().find(|roi| roi.name == measured.roi.name)?,
        [only] => only,
        _ => return None,
    };
    let image = course.image.and_then(|image| context.objects.images[image].grid.as_ref().ok());
    let options = SolidOptions {
        slice_thickness_mm: image.map(|grid| grid.spacing_mm()[2]),
        ..context.settings.solid_options(&roi.name)
    };
    crate::body::solid(roi, options, &mut Findings::new())
}

/// The largest dose in a drawn organ with its error; nothing where the grid does not hold the whole organ.
fn largest_in(organ: &Solid, dose: &PlannedDose) -> Option<f64> {
    let found = histogram(&OrganBody::of(organ), &dose.voxels, &[])?;
    let metrics = found.estimated.metrics();
    let error = found.estimated.metric_errors().max_gy.unwrap_or(0.0);
    metrics.max_gy.filter(|_| found.covered.is_whole()).map(|gy| gy + error)
}

fn everywhere_the_same(gy: f64) -> Option<Volume<f64>> {
    let grid = Grid::axial(Point::new(-REACH_MM, -REACH_MM, -REACH_MM), [REACH_MM; 3], [3, 3, 3]).ok()?;
    let n = grid.len();
    Volume::new(grid, vec![gy; n])
}
