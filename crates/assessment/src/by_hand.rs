//! A map that a person made, and places that a person sees in both images.

use case::settings::RegistrationSettings;
use geometry::{FrameTransform, Point, Transform};
use registration::Measure;
use registration::measure::Tolerance;
use serde_json::{Value, json};

use crate::align::{Found, summary};
use crate::automatic::Request;
use crate::model::RegistrationSummary;

/// The kind of a map that a person made.
pub(crate) const BY_HAND: &str = "by-hand";

/// \[tg132\], table III: landmarks lie within two to three millimetres of each other after a registration.
const USABLE_MM: f64 = 3.0;

/// The map of the settings; nothing where they choose another one.
pub(crate) fn by_hand(request: &Request<'_>) -> Option<Found> {
    let own = request.choice.by_hand.as_ref().filter(|_| request.choice.choice.as_deref() == Some(BY_HAND))?;
    let map = request.map(Transform::Affine(own.moving_from_fixed().ok()?))?;
    let summary = summary(&map, BY_HAND, &request.course.id);
    Some(Found::new(map, summary))
}

/// Writes into the summary of a map how far it misses the landmarks of a person.
pub(crate) fn measure(request: &Request<'_>, map: &FrameTransform, summary: &mut RegistrationSummary) {
    let Some(distances) = distances_mm(request.choice, request, map) else { return };
    let undefined = distances.iter().any(Option::is_none);
    let known: Vec<f64> = distances.into_iter().flatten().collect();
    let rms = (known.iter().map(|mm| mm * mm).sum::<f64>() / known.len().max(1) as f64).sqrt();
    let largest = known.iter().copied().fold(0.0, f64::max);
    let value = |mm: f64| if undefined { Value::Null } else { json!(mm) };
    let quality = &mut summary.quality;
    quality.insert("n_landmarks".to_owned(), json!(known.len()));
    quality.insert("landmark_rms_mm".to_owned(), value(rms));
    quality.insert("landmark_max_mm".to_owned(), value(largest));
    let tolerance = Tolerance::AtMost { usable: USABLE_MM, with_care: f64::INFINITY };
    let judged =
        Measure::new("landmark_distance", if undefined { f64::NAN } else { rms }, "mm", tolerance, "tg132");
    if let Some(why) = judged.objection() {
        let before = quality.get("objections").and_then(Value::as_str).map(|words| format!("{words}; "));
        quality.insert("objections".to_owned(), json!(before.unwrap_or_default() + &why));
        if quality.get("verdict").is_none_or(|verdict| verdict == "usable") {
            quality.insert("verdict".to_owned(), json!("usable-with-care"));
        }
    }
}

/// Nothing without landmarks for the course.
fn distances_mm(
    choice: &RegistrationSettings,
    request: &Request<'_>,
    map: &FrameTransform,
) -> Option<Vec<Option<f64>>> {
    let course = request.course;
    let first = request.case.prior().next();
    let is_here = |named: &Option<String>| match named {
        Some(named) => *named == course.id || *named == course.label,
        None => first.is_some_and(|first| first.id == course.id),
    };
    let own = choice.landmarks.iter().filter(|landmark| is_here(&landmark.course));
    let distances: Vec<Option<f64>> = own
        .map(|landmark| {
            let there = map.transform.apply(&Point::from(landmark.fixed_mm))?;
            Some((there - Point::from(landmark.moving_mm)).norm())
        })
        .collect();
    (!distances.is_empty()).then_some(distances)
}
