//! Bounds of the dose of a course of which no dose came as DICOM.

use case::incomplete::{along_the_patient, everywhere_the_same};
use case::{Case, Findings, IncompleteCourse, TreatedVolume};
use geometry::Volume;
use serde_json::{Value, json};

use crate::structures::Context;

/// Distance of the heights at which a bound is given.
const STEP_MM: f64 = 2.0;

/// The highest plausible absorbed dose to one structure, and where it is known from.
pub(crate) fn upper_bound(
    context: &Context<'_>,
    entered: &IncompleteCourse,
    structure: &str,
) -> Option<(Volume<f64>, Value)> {
    if let Some(gy) = entered.organ(structure).and_then(|organ| organ.at_most_gy) {
        return Some((
            everywhere_the_same(gy)?,
            json!({ "absorbed_maximum_gy": gy, "of": "what was stated for the structure" }),
        ));
    }
    let highest = entered.highest_gy();
    let heights = entered.treated.as_ref().and_then(|treated| Some((treated, heights(context, treated)?)));
    match heights {
        Some((treated, [from, to])) => {
            let beyond = entered.prescription_gy * treated.beyond_percent / 100.0;
            // One step more on both sides, so that the value between two steps is a bound too.
            let n = ((to - from) / STEP_MM).ceil() as usize + 3;
            let inside = vec![highest; n];
            let values: Vec<f64> = std::iter::once(beyond).chain(inside).chain([beyond]).collect();
            let told = json!({
                "absorbed_maximum_gy": highest,
                "beyond_gy": beyond,
                "of": "the prescription within the heights of the treated structure",
            });
            Some((along_the_patient(from - 2.0 * STEP_MM, STEP_MM, &values)?, told))
        }
        None => Some((
            everywhere_the_same(highest)?,
            json!({ "absorbed_maximum_gy": highest, "of": "the prescription" }),
        )),
    }
}

/// The lowest plausible absorbed dose to every part of a structure.
pub(crate) fn lower_bound_gy(entered: &IncompleteCourse, structure: &str) -> f64 {
    entered.organ(structure).and_then(|organ| organ.at_least_gy).unwrap_or(0.0)
}

/// Lowest and highest height of the beams.
fn heights(context: &Context<'_>, treated: &TreatedVolume) -> Option<[f64; 2]> {
    let set = &context.objects.structure_sets[context.case.current()?.structure_set?];
    let roi = set.rois.iter().find(|roi| roi.name == treated.structure)?;
    let heights = roi.contours.iter().flat_map(|contour| contour.points_mm()).map(|point| point.z);
    let [low, high] = heights.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], z| [low.min(z), high.max(z)]);
    (low <= high).then_some([low - treated.margin_mm, high + treated.margin_mm])
}

/// Names that were entered and are drawn nowhere are decisions without effect.
pub(crate) fn check_names(context: &Context<'_>, findings: &mut Findings) {
    let Some(index) = context.case.current().and_then(|current| current.structure_set) else { return };
    let is_drawn = |name: &str| context.objects.structure_sets[index].rois.iter().any(|roi| roi.name == name);
    for entered in entered(context.case) {
        let treated = entered.treated.iter().map(|treated| treated.structure.as_str());
        let organs = entered.organs.iter().map(|organ| organ.structure.as_str());
        for name in treated.chain(organs).filter(|name| !is_drawn(name)) {
            let message = format!(
                "case.toml states doses or heights of \"{name}\" for this course, and no structure of the current course has that name: the line has no effect"
            );
            findings.warn("H48", &entered.label, message);
        }
    }
}

/// What was entered of courses without DICOM doses.
pub(crate) fn entered(case: &Case) -> impl Iterator<Item = &IncompleteCourse> {
    case.courses.iter().filter_map(|course| course.incomplete.as_ref())
}
