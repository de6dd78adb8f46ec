//! What a tissue has recovered of each course.

use case::{Case, Findings, Roi, Role};
use guidelines::Organ;
use guidelines::judge::DAYS_PER_MONTH;
use radiobiology::Recovery;

use crate::structures::Context;

/// Nothing is forgotten of any course.
pub(crate) fn none(case: &Case) -> Vec<Recovery> {
    vec![Recovery::NONE; case.courses.len()]
}

/// Whether anything is forgotten of any course.
pub(crate) fn is_any(recoveries: &[Recovery]) -> bool {
    recoveries.iter().any(|recovery| !recovery.is_none())
}

/// What has recovered of each course in an organ, in the order of the courses; of the current one, nothing. Nothing comes back
/// where a recovery was asked for and cannot be known.
///
/// A recovery is never silent, and it needs an interval (H36).
pub(crate) fn settle(
    context: &Context<'_>,
    roi: &Roi,
    organ: Option<&Organ>,
    findings: &mut Findings,
) -> Option<Vec<Recovery>> {
    let decided = context.settings.structure(&roi.name);
    let refuse = |findings: &mut Findings, message: &str| {
        findings.refuse("H36", &roi.name, format!("{message}; the structure is not judged"));
        None
    };
    if decided.recovery.is_some() && decided.recovery_model.is_some() {
        return refuse(findings, "case.toml states both a recovery and a model of it: take one out");
    }
    let fraction = decided.recovery.and_then(|fraction| Recovery::new(fraction).ok()).unwrap_or(Recovery::NONE);
    if fraction.is_none() && decided.recovery_model.is_none() {
        return Some(none(context.case));
    }
    if context.case.prior().any(|course| course.interval_days.is_none()) {
        let message =
            "a recovery was asked for, but the interval to a prior course is unknown: give its dates in case.toml";
        return refuse(findings, message);
    }
    match &decided.recovery_model {
        Some(id) => match by_model(context, id, organ) {
            Ok(recoveries) => {
                say_model(context, roi, id, &recoveries, findings);
                Some(recoveries)
            }
            Err(message) => refuse(findings, &message),
        },
        None => {
            let percent = 100.0 * fraction.fraction();
            let message = format!(
                "{percent} % of the prior EQD2 is taken as recovered, as case.toml says; both numbers are shown"
            );
            findings.warn("H36", &roi.name, message);
            let of_course = |role: Role| if role == Role::Prior { fraction } else { Recovery::NONE };
            Some(context.case.courses.iter().map(|course| of_course(course.role)).collect())
        }
    }
}

fn by_model(context: &Context<'_>, id: &str, organ: Option<&Organ>) -> Result<Vec<Recovery>, String> {
    let entry = context.knowledge.recoveries.iter().find(|entry| entry.id == id);
    let entry = entry.ok_or_else(|| {
        format!("case.toml names a model of recovery (\"{id}\") that the knowledge base does not hold")
    })?;
    let organ = organ
        .ok_or("a model of recovery was asked for a structure that is no known organ: give its standard_name")?;
    let of_course = |course: &case::Course| match (course.role, course.interval_days) {
        (Role::Prior, Some(days)) => {
            entry.recovery(&organ.standard_name, days as f64 / DAYS_PER_MONTH).map_err(|error| error.to_string())
        }
        _ => Ok(Recovery::NONE),
    };
    context.case.courses.iter().map(of_course).collect()
}

fn say_model(context: &Context<'_>, roi: &Roi, id: &str, recoveries: &[Recovery], findings: &mut Findings) {
    let prior = context.case.courses.iter().zip(recoveries).filter(|(course, _)| course.role == Role::Prior);
    let parts: Vec<String> =
        prior.map(|(course, recovery)| format!("{:.1} % of {}", 100.0 * recovery.fraction(), course.id)).collect();
    let entry = context.knowledge.recoveries.iter().find(|entry| entry.id == id);
    let evidence = entry.map_or("", |entry| entry.evidence.as_str());
    let source = entry.map_or("", |entry| entry.source.as_str());
    let message = format!(
        "{} are taken as recovered by the model \"{id}\" [{source}], evidence {evidence}, as case.toml says; both numbers are shown",
        parts.join(", ")
    );
    findings.warn("H36", &roi.name, message);
}
