//! Bounds of the dose of a course of which no dose came as DICOM.

use case::incomplete::{along_the_patient, everywhere_the_same};
use case::{Case, Findings, IncompleteCourse, TreatedVolume};
use dose::{Dvh, MeasuredOrgan};
use geometry::Volume;
use radiobiology::{NumberOfFractions, Recovery};
use serde_json::{Value, json};

use crate::structures::Context;

/// Distance of the heights at which a bound is given.
const STEP_MM: f64 = 2.0;

/// An upper bound of a dose in the current frame, and the fractions in which it weighs most.
pub(crate) struct UpperBound {
    pub voxels: Volume<f64>,
    pub fractions: NumberOfFractions,
    /// Where it is known from.
    pub told: Value,
}

/// The highest plausible absorbed doses to one structure, one for each dose of the course that they stand for: within the beams, and
/// beyond them.
pub(crate) fn upper_bounds(
    context: &Context<'_>,
    entered: &IncompleteCourse,
    structure: &str,
) -> Vec<Option<UpperBound>> {
    let uniform = |gy: f64, of: &str| {
        Some(UpperBound {
            voxels: everywhere_the_same(gy)?,
            fractions: entered.fewest_fractions(gy)?,
            told: json!({ "absorbed_maximum_gy": gy, "of": of }),
        })
    };
    let highest = entered.highest_gy();
    let mut bounds = match (entered.organ(structure).and_then(case::OrganBounds::highest_gy), &entered.treated) {
        (Some(gy), _) => vec![uniform(gy, "what was stated for the structure")],
        (None, Some(treated)) => match heights(context, treated) {
            Some(heights) => beams(entered, treated, heights),
            None => vec![uniform(highest, "the prescription")],
        },
        (None, None) => vec![uniform(highest, "the prescription")],
    };
    if entered.treated.is_some() && bounds.len() == 1 {
        bounds.push(uniform(0.0, "nothing more"));
    }
    bounds
}

/// The highest dose at the heights of the beams, and what lies above and below them.
fn beams(entered: &IncompleteCourse, treated: &TreatedVolume, [from, to]: [f64; 2]) -> Vec<Option<UpperBound>> {
    let (highest, beyond) = (entered.highest_gy(), entered.prescription_gy * treated.beyond_percent / 100.0);
    // Both reach one step further than they must, so that the values between two steps are bounds too.
    let n = ((to - from) / STEP_MM).ceil() as usize + 3;
    let begin = from - 2.0 * STEP_MM;
    let along = |outside: f64, inside: &[f64]| -> Vec<f64> {
        std::iter::once(outside).chain(inside.iter().copied()).chain([outside]).collect()
    };
    let within = along(0.0, &vec![highest; n]);
    let mut without = along(beyond, &vec![0.0; n]);
    without.iter_mut().skip(1).take(2).for_each(|gy| *gy = beyond);
    without.iter_mut().rev().skip(1).take(2).for_each(|gy| *gy = beyond);
    let bound = |values: &[f64], gy: f64, of: &str| {
        Some(UpperBound {
            voxels: along_the_patient(begin, STEP_MM, values)?,
            fractions: entered.fewest_fractions(gy)?,
            told: json!({ "absorbed_maximum_gy": gy, "of": of }),
        })
    };
    vec![
        bound(&within, highest, "the prescription at the heights of the treated structure"),
        bound(&without, beyond, "the prescription above and below the treated structure"),
    ]
}

/// The lowest plausible absorbed dose to every part of a structure.
pub(crate) fn lower_bound_gy(entered: &IncompleteCourse, structure: &str) -> f64 {
    entered.organ(structure).and_then(case::OrganBounds::lowest_gy).unwrap_or(0.0)
}

/// Within which the mean EQD2 of some courses lies, where one of them is known by the mean dose or the histogram of a structure; closer
/// than bounds that hold everywhere in it.
///
/// No fraction gave more than its share of the highest dose anywhere, so a part of a dose weighs at most as much as it would in fractions
/// of that size; and the mean of a square is at least the square of the mean.
pub(crate) fn mean_bounds(
    context: &Context<'_>,
    structure: &str,
    organ: &MeasuredOrgan,
    (recoveries, n_courses): (&[Recovery], usize),
) -> Option<[f64; 2]> {
    let tissue = &organ.doses.tissue;
    let ab = tissue.alpha_beta.gy();
    let (mut any, mut sum) = (false, [0.0; 2]);
    for (index, course) in context.case.courses.iter().enumerate().take(n_courses) {
        let measured = Dvh::of(&organ.doses.eqd2[index], &organ.volumes_cc)?.mean_gy();
        let is_known = course.doses().all(|dose| !context.alignment.bounded.contains(&dose.frame));
        let [low, high] = match &course.incomplete {
            None => [if is_known { measured } else { 0.0 }, measured],
            Some(entered) => {
                let terms = course.doses().next()?.fractionation().eqd2_terms(tissue);
                match entered.organ(structure).and_then(case::OrganBounds::mean_bounds_gy) {
                    None => [terms.eqd2_gy(lower_bound_gy(entered, structure)), measured],
                    Some([low, high]) => {
                        any = true;
                        let factor = course.doses().next()?.fractionation().incomplete_repair_factor(tissue);
                        let largest_fractions =
                            high * (entered.highest_gy_per_fraction() * factor + ab) / (2.0 + ab);
                        [terms.eqd2_gy(low), largest_fractions.min(measured)]
                    }
                }
            }
        };
        let remaining = recoveries.get(index).map_or(1.0, |recovery| recovery.remaining());
        sum = [sum[0] + remaining * low, sum[1] + remaining * high];
    }
    any.then_some(sum)
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
