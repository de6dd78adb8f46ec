//! Comparing a map that was given with what the images say.

use std::sync::Arc;

use case::Findings;
use geometry::{DeformationField, Transform};
use registration::measure::{Tolerance, objections, verdict};
use registration::{Measure, RigidOptions, RigidRegistration, Verdict, quality, register_rigid, tissue_places};

use crate::align::{Checked, Found, OtherMap, acceptance};
use crate::automatic::{Request, other, told};
use crate::by_hand::BY_HAND;

/// What the images say of a map.
struct Comparison {
    measures: Vec<Measure>,
    others: Vec<OtherMap>,
    /// Whether the registration that it was compared with is itself usable without care.
    is_sure: bool,
}

/// Compares a map that was given with what the images say, where there are images.
///
/// A person who put a name to it has the last word; without one, a map that the images contradict is not used.
pub(crate) fn check(request: &Request<'_>, mut given: Found, findings: &mut Findings) -> Checked {
    let subject = given.summary.objects.first().unwrap_or(&request.course.id).clone();
    let mut measures = of_itself(&given.map.transform);
    let comparison = match compare(request, &given.map.transform) {
        Some(Ok(comparison)) => comparison,
        Some(Err(why)) => {
            let message =
                format!("the {} could not be compared with the images: {why}; look at the overlay", words(&given));
            findings.warn("H39", &subject, message);
            given.summary.quality = told(&measures);
            return stands(given);
        }
        None => {
            given.summary.quality = told(&measures);
            return stands(given);
        }
    };
    measures.extend(comparison.measures);
    given.summary.quality = told(&measures);
    given.others = comparison.others;
    let Some(why) = objections(&measures) else { return stands(given) };
    let is_unusable = verdict(&measures) == Verdict::Unusable && comparison.is_sure;
    judge(request, given, (&subject, &why), is_unusable, findings)
}

/// What follows from a contradiction.
fn judge(
    request: &Request<'_>,
    given: Found,
    (subject, why): (&str, &str),
    is_unusable: bool,
    findings: &mut Findings,
) -> Checked {
    let is_accepted = acceptance(request.choice).is_some();
    if is_unusable && request.choice.choice.is_some() && !is_accepted {
        let message = format!(
            "the images contradict the registration that case.toml names: {why}; name who accepts it there, or choose another one"
        );
        findings.refuse("H39", subject, message);
        return Checked::Stands { given: Box::new(given), by_person: true };
    }
    let consequence = match (is_unusable, is_accepted) {
        (true, false) => {
            "it is unusable and is not used; the images are registered instead, or name who accepts it in case.toml"
        }
        (true, true) => "the person named in case.toml accepts it, so it is used",
        _ => "it is used with care",
    };
    findings.warn("H39", subject, format!("the images contradict the {}: {why}; {consequence}", words(&given)));
    if is_unusable && !is_accepted {
        Checked::Replaced
    } else {
        Checked::Stands { given: Box::new(given), by_person: is_unusable }
    }
}

/// What was given, in words.
fn words(given: &Found) -> &'static str {
    if given.summary.kind == BY_HAND { "registration by hand" } else { "registration object" }
}

fn stands(given: Found) -> Checked {
    Checked::Stands { given: Box::new(given), by_person: false }
}

/// Nothing without images; why it cannot be done, where there are some.
fn compare(request: &Request<'_>, given: &Transform) -> Option<Result<Comparison, String>> {
    let [fixed, moving] = request.scans()?;
    let own = match register_rigid(&fixed, &moving, &RigidOptions::default()) {
        Ok(own) => own,
        Err(error) => return Some(Err(error.to_string())),
    };
    let own_measures = own.measures();
    if verdict(&own_measures) == Verdict::Unusable {
        let why = objections(&own_measures).unwrap_or_default();
        return Some(Err(format!("the program's own registration of them is unusable ({why})")));
    }
    let rigid = Transform::Affine(own.moving_from_fixed.clone());
    let deformed = deformation(&own);
    // A rigid map is compared with a rigid one: what deforms is no fault of it.
    let compared = deformed.as_ref().filter(|_| given.is_deformable()).unwrap_or(&rigid);
    let measures = quality::of_rival_map(given, compared, &tissue_places(&fixed));
    let mut others = other(request, "rigid", rigid, &own_measures);
    others.extend(deformed.into_iter().flat_map(|deformed| other(request, "deformable", deformed, &[])));
    Some(Ok(Comparison { measures, others, is_sure: verdict(&own_measures) == Verdict::Usable }))
}

fn deformation(own: &RigidRegistration) -> Option<Transform> {
    Some(Transform::Deformation(Arc::new(own.coarse_deformation()?.clone())))
}

/// What deformations in a chain of maps say of themselves, without being judged by it: folds are told elsewhere (H41).
fn of_itself(map: &Transform) -> Vec<Measure> {
    let of = |field: &DeformationField| {
        let told = |measure: Measure| Measure { tolerance: Tolerance::Told, ..measure };
        quality::of_deformation(field).into_iter().map(told).collect::<Vec<_>>()
    };
    match map {
        Transform::Affine(_) => Vec::new(),
        Transform::Deformation(field) | Transform::InverseDeformation(field) => of(field),
        Transform::Chain(steps) => steps.iter().flat_map(of_itself).collect(),
    }
}
