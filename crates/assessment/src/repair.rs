//! How fast an organ repairs between fractions of one day, where any plan had several.

use case::{Case, Findings, Roi, Role};
use guidelines::Evidence;
use radiobiology::{Repair, Schedule};
use serde::Serialize;

use crate::structures::Context;

/// The kinetics that an organ was taken to have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SettledRepair {
    #[serde(skip)]
    pub(crate) kinetics: Repair,
    /// Id of the entry of the knowledge base; nothing where a person stated a half-time.
    pub id: Option<String>,
    /// The half-time that a person stated.
    pub half_time_hours: Option<f64>,
    /// How well the entry is founded.
    pub evidence: Option<Evidence>,
    /// Key of its source.
    pub source: Option<String>,
}

/// Whether repair counts at all: it does where a plan of some course had several fractions a day.
pub(crate) fn counts(case: &Case) -> bool {
    case.courses.iter().flat_map(|course| course.doses()).any(|dose| dose.schedule != Schedule::OncePerDay)
}

/// As a person states it, else as published for the organ; where neither is, complete repair is assumed and said.
pub(crate) fn settle(
    context: &Context<'_>,
    roi: &Roi,
    organ: Option<&guidelines::Organ>,
    findings: &mut Findings,
) -> Option<SettledRepair> {
    let stated = context.settings.structure(&roi.name).repair_half_time_hours;
    if !counts(context.case) {
        return None;
    }
    if let Some(hours) = stated {
        let kinetics = Repair::with_half_time(hours).ok()?;
        return Some(SettledRepair { kinetics, id: None, half_time_hours: stated, evidence: None, source: None });
    }
    let entry = organ.and_then(|organ| context.knowledge.repair.of(&organ.standard_name));
    let Some((entry, kinetics)) = entry.and_then(|entry| Some((entry, entry.repair()?))) else {
        let message = "a plan had several fractions a day and no half-time of repair is known for this structure: repair is taken as \
                       complete between them, so its EQD2 may be too low; state repair_half_time_hours in case.toml";
        findings.warn("H35", &roi.name, message);
        return None;
    };
    Some(SettledRepair {
        kinetics,
        id: Some(entry.id.clone()),
        half_time_hours: None,
        evidence: Some(entry.evidence),
        source: Some(entry.source.clone()),
    })
}

/// Gaps that are shorter than a source asks for, and grids for which no tissue is known.
pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let least = &context.knowledge.repair.least_gap;
    for course in &context.case.courses {
        let gaps = course.doses().filter_map(|dose| match dose.schedule {
            Schedule::SeveralPerDay { hours_between, .. } => Some(hours_between),
            Schedule::OncePerDay => None,
        });
        let gap = gaps.reduce(f64::min);
        let Some(hours) = gap else { continue };
        if hours < least.hours {
            let message = format!(
                "fractions of one day follow each other after {hours} h, less than the {} h that [{}] asks for: repair is far from \
                 complete and the EQD2 rests on the half-times",
                least.hours, least.source
            );
            findings.warn("H25", &course.label, message);
        }
        let message = "several fractions a day: the written EQD2 grids and the pictures take repair as complete between them, since a grid \
                       has no half-time; the tables of organs do not";
        findings.warn("H35", &course.label, message);
        if course.role == Role::Current {
            let message = "several fractions a day are planned: the budget takes repair as complete between the new fractions, so what is left is \
                           too much for organs that repair slowly";
            findings.warn("H35", "budget", message);
        }
    }
}
