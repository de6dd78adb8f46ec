//! By how much a map may be off, place by place.

use geometry::{FrameOfReference, Point};

use crate::structures::Context;

/// No map is believed to be closer than this.
const LEAST_DOUBT_MM: f64 = 2.0;
/// A map of which nothing tells how good it is may be off by this, the tolerance of \[tg132\] for a voxel of usual thickness.
const UNMEASURED_DOUBT_MM: f64 = 3.0;

/// The radius (mm) within which the true place of each position lies in 95 % of cases: as stated by a person, else as far as
/// registrations each way, or a rigid and a deformable one, disagree there.
pub(crate) fn radii_mm(context: &Context<'_>, frame: &FrameOfReference, positions_mm: &[Point]) -> Vec<f32> {
    let alignment = context.alignment;
    if let Some(stated) = context.settings.uncertainty.registration_mm {
        return vec![stated as f32; positions_mm.len()];
    }
    let Some(map) = alignment.to_frame.get(frame) else {
        return vec![UNMEASURED_DOUBT_MM as f32; positions_mm.len()];
    };
    let inconsistency = alignment.doubts.get(frame).map(|doubt| &doubt.inconsistency_mm);
    let rival = alignment
        .others
        .iter()
        .find(|other| other.kind == "deformable" && other.map.to == *frame)
        .map(|other| &other.map.transform);
    let least = if inconsistency.is_none() && rival.is_none() { UNMEASURED_DOUBT_MM } else { LEAST_DOUBT_MM };
    let at = |position: &Point| match (inconsistency, rival) {
        (Some(inconsistency), _) => inconsistency.trilinear(position),
        (None, Some(rival)) => Some((map.transform.apply(position)? - rival.apply(position)?).norm()),
        (None, None) => None,
    };
    positions_mm
        .iter()
        .map(|position| at(position).map_or(UNMEASURED_DOUBT_MM, |mm| mm.max(least)) as f32)
        .collect()
}

/// The largest radius but for one place in twenty.
pub(crate) fn usual_radius_mm(context: &Context<'_>, frame: &FrameOfReference, positions_mm: &[Point]) -> f64 {
    let mut radii = radii_mm(context, frame, positions_mm);
    radii.sort_by(f32::total_cmp);
    radii.get(radii.len().saturating_sub(1) * 95 / 100).map_or(LEAST_DOUBT_MM, |radius| f64::from(*radius))
}
